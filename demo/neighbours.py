"""Three small branches in the demo's district: members and a goal as rows, with nobody to log in as.

They are written in bulk, for only their sums are ever shown: what they share with the district.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from crm.district.models import Sharing
from crm.people.models import Branch, Member, Membership, MembershipGoal, User
from demo.cast import BOARD, Stage
from demo.clock import moment


@dataclass(frozen=True)
class Neighbour:
    name: str
    slug: str
    members: int
    wanted: int
    joined_a_year: int
    left_a_year: int
    shared: tuple[str, ...] = Sharing.PARTS


NEIGHBOURS = (
    Neighbour("Åmåla arbetarekommun", "amala", 148, 200, 26, 9),
    Neighbour("Nybruks arbetarekommun", "nybruk", 83, 100, 7, 6, ("goal", "members", "calls")),
    Neighbour("Öringe arbetarekommun", "oringe", 64, 75, 3, 4, ("members",)),
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


def decide(branch: Branch, parts: tuple[str, ...], *, since: date, by: User) -> None:
    Sharing.objects.create(
        branch=branch, decided_at=moment(since, 12), decided_by=by, **dict.fromkeys(parts, True)
    )
