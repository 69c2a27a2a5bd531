"""What a branch does beside calling: clubs that adopt election plans, member meetings, socials and courses."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from django.utils import timezone

from crm.people.models import Club, Member, User
from demo.cast import MEMBER_OFFICER, Stage
from demo.clock import at, moment
from demo.history import SEED
from demo.letters import let_out
from onboarding import answers, invitations, planning
from onboarding.mail import invite_key
from onboarding.models import Gathering

Kind = Gathering.Kind
PLANNED_BEFORE = timedelta(days=30)


@dataclass(frozen=True)
class Meet:
    """A gathering of the year: month and day, and how many of the demo's members come."""

    kind: str
    day: tuple[int, int]
    came: int
    place: str = "Folkets hus, stora salen"
    title: str = ""
    all_invited: bool = False


# Last year the S2 of the autumn was never held: not everything that a plan says is done.
LAST_YEAR = (
    Meet(Kind.MEMBER_MEETING, (2, 19), 24),
    Meet(Kind.COURSE_S1, (4, 22), 11, "Studiegården"),
    Meet(Kind.COURSE, (5, 14), 9, "Studiegården", "Kandidatutbildning"),
    Meet(Kind.MEMBER_MEETING, (6, 11), 21),
    Meet(Kind.MEMBER_MEETING, (9, 17), 27),
    Meet(Kind.COURSE_S1, (10, 14), 9, "Studiegården"),
    Meet(Kind.MEMBER_MEETING, (11, 19), 31),
)
THIS_YEAR = (
    Meet(Kind.MEMBER_MEETING, (2, 18), 22),
    Meet(Kind.COURSE, (3, 11), 8, "Studiegården", "Studiecirkel: kommunens ekonomi"),
    Meet(Kind.COURSE_S1, (4, 21), 10, "Studiegården"),
    Meet(Kind.MEMBER_MEETING, (6, 10), 19),
    Meet(Kind.SOCIAL, (8, 29), 64, "Folkets park", "Kräftskiva för alla medlemmar", all_invited=True),
    Meet(Kind.MEMBER_MEETING, (9, 16), 25, title="Medlemsmöte om budgeten"),
    Meet(Kind.COURSE, (10, 8), 7, "Studiegården", "Studiecirkel: välfärdens framtid"),
)


def set_clubs(stage: Stage, *, today: date) -> None:
    """Before last year's election most adopted a plan, one geographic club was new and one club rests."""
    year = today.year - 1
    clubs = list(Club.objects.filter(branch=stage.branch, kind=Club.Kind.GEOGRAPHIC).order_by("name"))
    for place, club in enumerate(clubs[:-1]):
        club.election_plan_on = date(year, 4, 10 + place)
    clubs[-1].started_on = date(year, 9, 14)
    Club.objects.bulk_update(clubs, ["election_plan_on", "started_on"])
    resting = Club.objects.filter(branch=stage.branch, kind=Club.Kind.UNION)
    resting.update(resting_since=date(year, 1, 31))


def hold(stage: Stage, *, since: date, today: date) -> int:
    """Every gathering between the first roster and today, and who was ticked at its door."""
    members = list(
        Member.objects.filter(branch=stage.branch, joined_on__lt=since).current().order_by("pk")[:120]
    )
    chance = Random(f"{SEED} year round")
    days = [
        (date(year, *meet.day), meet)
        for year, meets in ((today.year - 1, LAST_YEAR), (today.year, THIS_YEAR))
        for meet in meets
    ]
    held = [(day, meet) for day, meet in days if since < day < today]
    for day, meet in held:
        hold_one(stage, meet, day, chance.sample(members, min(meet.came, len(members))))
    return len(held)


def hold_one(stage: Stage, meet: Meet, day: date, came: list[Member]) -> None:
    officer = stage.user(MEMBER_OFFICER)
    with at(moment(day - PLANNED_BEFORE, 11)):
        gathering = planning.plan(
            branch=stage.branch,
            by=officer,
            kind=meet.kind,
            title=meet.title,
            starts_at=moment(day, 18),
            place=meet.place,
            audience=Gathering.Audience.ALL if meet.all_invited else Gathering.Audience.BY_HAND,
        )
        if meet.all_invited:
            invite_all(gathering, by=officer)
    with at(moment(day, 18, 30)):
        for member in came:
            answers.walk_in(gathering=gathering, member=member, by=officer)


def invite_all(gathering: Gathering, *, by: User) -> None:
    """Who was a member then, by e-mail, SMS and post."""
    for ground, named in invitations.whom_to_invite(gathering).items():
        members = [member for member in named if member.learnt_on < timezone.localdate()]
        invitations.invite(gathering=gathering, members=members, ground=ground, by=by)
    let_out(gathering.branch, invite_key(gathering), by=by)
