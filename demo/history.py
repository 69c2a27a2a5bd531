"""Two years of rosters, brought in month by month as the officers would have done."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from crm.figures import keeping
from crm.people import memberships
from crm.people.models import Member, Membership
from crm.rosters import importing
from demo import rosters
from demo.cast import REGISTER_OFFICER, Stage
from demo.clock import at, moment
from demo.population import Person

SEED = 1889  # the year in which the party was founded
MEMBERS = 612
MONTHS = 24
# One file lay some days on somebody's desk: the board had been told another number meanwhile.
LATE_FILE, DAYS_LATE = -4, 3
# Why people leave, where the branch learns it before the next roster does.
REASONS = (
    *[Membership.EndReason.LEFT] * 4,
    *[Membership.EndReason.MOVED] * 4,
    *[Membership.EndReason.DECEASED] * 3,
    *[Membership.EndReason.UNPAID] * 5,
)


def roster_days(today: date) -> list[date]:
    """The last days of the months before today's, ``MONTHS`` and one of them, oldest first."""
    days: list[date] = []
    day = today.replace(day=1) - timedelta(days=1)
    while len(days) <= MONTHS:
        days.append(day)
        day = day.replace(day=1) - timedelta(days=1)
    return days[::-1]


def people_until(today: date) -> list[Person]:
    days = roster_days(today)
    return rosters.people_of(seed=SEED, size=MEMBERS, first=days[0], last=days[-1])


def months(people: list[Person], today: date) -> Iterator[tuple[date, bytes]]:
    """The roster days with what the central register prints on each."""
    for day in roster_days(today):
        yield day, rosters.roster(people, on=day, branch="Storköpings arbetarekommun")


def keep_figures(day: date) -> None:
    """What the board was told that evening, by the job's own function."""
    with at(moment(day, 20)):
        keeping.keep_day(day)


def bring_in(stage: Stage, day: date, content: bytes, *, days_late: int = 0) -> None:
    """Upload, look at, accept, apply: the deeds of the page, on the evening after the file was printed, or later."""
    officer = stage.user(REGISTER_OFFICER)
    with at(moment(day + timedelta(days=days_late), 19, 12)):
        seen = importing.preview(branch=stage.branch, content=content, filename=f"medlemmar-{day:%Y-%m}.csv")
        understood = [stop.code for stop in seen.prepared.stops]
        importing.apply_preview(seen, by=officer, understood=understood)


def note_leavers(stage: Stage, people: list[Person], after: date, until: date) -> None:
    """Most leavings are heard of before the roster tells: an officer ends them with the reason."""
    chance = Random(f"{SEED} {until}")
    heard_of = {
        str(person.number): person.left_on
        for person in people
        if person.left_on and after < person.left_on <= until and chance.random() < 0.7
    }
    officer = stage.user(REGISTER_OFFICER)
    for member in Member.objects.filter(branch=stage.branch, member_number__in=heard_of).order_by("pk"):
        on = heard_of[member.member_number]
        with at(moment(on, 15)):
            memberships.end(member=member, on=on, reason=chance.choice(REASONS), by=officer)
