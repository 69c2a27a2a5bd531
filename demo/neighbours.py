"""Three small branches in the demo's district: members and a goal as rows, with nobody to log in as.

They are written in bulk, for only their sums are ever shown: what they share with the district.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from calls.models import Attempt, Call, CallRound
from crm.district.models import Sharing
from crm.people.models import Branch, Member, Membership, MembershipGoal, User
from demo.cast import BOARD, Stage
from demo.clock import moment
from onboarding.models import Gathering, Invitation


@dataclass(frozen=True)
class Neighbour:
    name: str
    slug: str
    members: int
    wanted: int
    joined_a_year: int
    left_a_year: int
    reached: int  # percent of the members, this year
    shared: tuple[str, ...] = Sharing.PARTS


NEIGHBOURS = (
    Neighbour("Åmåla arbetarekommun", "amala", 148, 200, 26, 9, 56),
    Neighbour("Nybruks arbetarekommun", "nybruk", 83, 100, 7, 6, 81, ("goal", "members", "calls")),
    Neighbour("Öringe arbetarekommun", "oringe", 64, 75, 3, 4, 34, ("members",)),
)


def settle(stage: Stage, *, since: date, today: date) -> int:
    """The demo's own branch shares all; the empty one nothing."""
    chair = stage.user(BOARD)
    decide(stage.branch, Sharing.PARTS, since=since, by=chair)
    for neighbour in NEIGHBOURS:
        branch = Branch.objects.create(
            district=stage.branch.district,
            name=neighbour.name,
            slug=neighbour.slug,
            place=neighbour.name.removesuffix("s arbetarekommun").removesuffix(" arbetarekommun"),
            is_fictitious=True,
        )
        by_date = date((today + timedelta(days=183)).year, 12, 31)
        MembershipGoal.objects.create(branch=branch, members_wanted=neighbour.wanted, by_date=by_date)
        settle_in(branch, neighbour, since=since, today=today)
        people = list(Member.objects.filter(memberships__in=Membership.objects.counted(today), branch=branch))
        call(branch, people[: neighbour.members * neighbour.reached // 100], today=today, by=chair)
        meet(branch, people[-neighbour.joined_a_year :], today=today, by=chair)
        decide(branch, neighbour.shared, since=since, by=chair)
    return len(NEIGHBOURS)


def settle_in(branch: Branch, neighbour: Neighbour, *, since: date, today: date) -> None:
    """Rows without particulars; those who are members today stand first."""
    chance = Random(neighbour.slug)
    years = (today - since).days / 365
    came, went = round(neighbour.joined_a_year * years), round(neighbour.left_a_year * years)
    members = Member.objects.bulk_create(
        Member(
            branch=branch,
            member_number=f"{neighbour.slug}-{place}",
            first_name="Påhittad",
            last_name="Medlem",
            name_sort=f"{place:04}",
            learnt_on=since,
        )
        for place in range(neighbour.members + went)
    )
    days = (today - since).days - 1
    Membership.objects.bulk_create(
        Membership(
            member=member,
            branch=branch,
            started_on=since + timedelta(days=chance.randint(1, days))
            if neighbour.members - came <= place < neighbour.members
            else date(2005, 5, 1),
            ended_on=since + timedelta(days=chance.randint(1, days)) if place >= neighbour.members else None,
            end_reason=Membership.EndReason.LEFT if place >= neighbour.members else "",
        )
        for place, member in enumerate(members)
    )


def call(branch: Branch, people: list[Member], *, today: date, by: User) -> None:
    """A talk with each in the year's round, on the day before."""
    opened, rung = moment(today.replace(month=1, day=1), 9), moment(today - timedelta(days=1), 18)
    year = CallRound.objects.create(
        branch=branch,
        period=str(rung.year),
        opens_on=rung.date().replace(month=1, day=1),
        closes_on=date(rung.year, 12, 20),
        opened_at=min(opened, rung),
        opened_by=by,
    )
    reached = {"state": Call.State.REACHED, "attempts_used": 1, "last_attempt_at": rung, "reached_at": rung}
    calls = Call.objects.bulk_create(Call(round=year, member=member, **reached) for member in people)
    Attempt.objects.bulk_create(
        Attempt(call=made, outcome=Attempt.Outcome.REACHED, reported_at=rung, reported_by=by)
        for made in calls
    )


def meet(branch: Branch, people: list[Member], *, today: date, by: User) -> None:
    """An introduction meeting a week ago, to which each of them came."""
    held, told = moment(today - timedelta(days=7), 18), moment(today - timedelta(days=30), 9)
    meeting = Gathering.objects.create(
        branch=branch,
        starts_at=held,
        place="Folkets hus",
        state=Gathering.State.CONFIRMED,
        planned_at=told,
        planned_by=by,
        confirmed_at=told,
        confirmed_by=by,
    )
    ticked = {"invited_at": told, "invited_by": by, "attended": True, "ticked_at": held, "ticked_by": by}
    Invitation.objects.bulk_create(Invitation(gathering=meeting, member=one, **ticked) for one in people)


def decide(branch: Branch, parts: tuple[str, ...], *, since: date, by: User) -> None:
    Sharing.objects.create(
        branch=branch, decided_at=moment(since, 12), decided_by=by, **dict.fromkeys(parts, True)
    )
