"""Opening + joined + returned + moved in − left − moved out − deceased = closing, whatever the histories."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from random import Random

import pytest
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm.board.balance import balance, told_balance
from crm.figures import membership
from crm.figures.membership import ENDS, Month
from crm.figures.months import last_of_month
from crm.figures.small_groups import protect
from crm.figures.spans import Block, Span
from crm.people import erasing, moves
from crm.people.models import Branch, Member, Membership, User
from tests.factories import BranchFactory, MemberFactory
from tests.figures.histories import period

pytestmark = pytest.mark.django_db
FIRST, ON = date(2026, 1, 1), date(2026, 12, 10)
REASONS = [reason for reason in Membership.EndReason.values if reason != "unknown"]


def resident(
    branch: Branch, number: str, started: date, ended: date | None = None, reason: str = ""
) -> Membership:
    """The person with that number is a member of the branch from one day until another."""
    member = Member.objects.filter(branch=branch, member_number=number).first()
    if member is None:
        member = MemberFactory.create(branch=branch, member_number=number, phone="")
        member.memberships.all().delete()
    made: Membership = member.memberships.create(
        branch=branch, started_on=started, ended_on=ended, end_reason=(reason or "unknown") if ended else ""
    )
    return made


def months(branch: Branch, on: date = ON) -> list[Month]:
    return membership.months_until(branch, on, count=12, known_since=None)


def left_otherwise(month: Month) -> int:
    """Neither moved nor deceased: asked to leave, has not paid, or nobody knows."""
    return month.left - month.moved_out - month.deceased


def adds_up(month: Month) -> bool:
    came = month.joined + month.returned + month.moved_in
    return month.opening + came - left_otherwise(month) - month.moved_out - month.deceased == month.closing


def total(branches: Sequence[Branch], name: str) -> int:
    return sum(getattr(month, name) for branch in branches for month in months(branch))


days = st.dates(FIRST, ON)


@st.composite
def journeys(draw: st.DrawFn) -> list[tuple[int, date, date | None, str]]:
    """One person from branch to branch or out: (which branch, from, until, why it ended), one after another."""
    cuts = sorted(draw(st.lists(days, min_size=1, max_size=6, unique=True)))
    found = []
    for started, ended in zip(cuts[::2], [*cuts[1::2], None], strict=False):
        why = draw(st.sampled_from(["", *REASONS]))
        found.append((draw(st.integers(0, 1)), started, ended, why))
    return found


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture], database=None)
@given(people=st.lists(journeys(), max_size=5))
def test_every_month_of_every_branch_adds_up(
    db: None, people: list[list[tuple[int, date, date | None, str]]]
) -> None:
    Member.objects.all().delete()
    branches = [BranchFactory.create(), BranchFactory.create()]
    for number, journey in enumerate(people):
        for where, started, ended, why in journey:
            resident(branches[where], str(number), started, ended, why)
    for branch in branches:
        moves.note_moves(branch=branch, on=ON)
        found = months(branch)
        assert all(map(adds_up, found))
        assert [month.closing for month in found] == [
            membership.members_on(branch, month.last) for month in found
        ]
        assert [month.opening for month in found[1:]] == [month.closing for month in found[:-1]]
        assert min(min(left_otherwise(month), month.joined, month.returned) for month in found) >= 0


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture], database=None)
@given(st.integers(0, 10**6))
def test_over_all_branches_as_many_moved_in_as_moved_out(db: None, seed: int) -> None:
    """Where both branches know the person: each of their files has told, some weeks apart."""
    Member.objects.all().delete()
    chance = Random(seed)
    branches = [BranchFactory.create() for _ in range(3)]
    for number in range(4):
        here, started = chance.choice(branches), FIRST + timedelta(days=chance.randint(0, 60))
        for _ in range(chance.randint(0, 2)):
            left = started + timedelta(days=chance.randint(40, 80))
            resident(here, str(number), started, left, chance.choice(["", "moved"]))
            here = chance.choice([branch for branch in branches if branch != here])
            started = left + timedelta(days=chance.randint(-30, 60))
        resident(here, str(number), started)
    for branch in branches:
        moves.note_moves(branch=branch, on=date(2026, 7, 1))
        moves.note_moves(branch=branch, on=ON)
    # Whom an officer had noted as moved is known of at one end only until the other branch has marked it too.
    assert total(branches, "moved_in") == total(branches, "moved_out")


@pytest.fixture
def pair() -> tuple[Branch, Branch]:
    return BranchFactory.create(), BranchFactory.create()


def test_a_move_is_told_at_both_ends(pair: tuple[Branch, Branch]) -> None:
    here, there = pair
    resident(here, "1", date(2020, 1, 1), date(2026, 10, 31))
    resident(there, "1", date(2026, 11, 15))
    found = [moves.note_moves(branch=branch, on=ON) for branch in pair]
    assert found == [{"moved_in": 0, "moved_out": 1}, {"moved_in": 1, "moved_out": 0}]
    october, november = months(here)[-3], months(there)[-2]
    assert (october.left, october.moved_out, left_otherwise(october)) == (1, 1, 0)
    assert (november.came, november.moved_in, november.joined) == (1, 1, 0)
    assert moves.note_moves(branch=here, on=ON) == {"moved_in": 0, "moved_out": 0}


def test_who_has_not_been_told_of_by_the_old_branchs_file_has_moved_all_the_same(
    pair: tuple[Branch, Branch],
) -> None:
    here, there = pair
    resident(here, "1", date(2020, 1, 1))
    resident(there, "1", date(2026, 11, 15))
    assert moves.note_moves(branch=there, on=ON)["moved_in"] == 1
    assert moves.note_moves(branch=here, on=ON)["moved_out"] == 0


@pytest.mark.parametrize("reason", ["left", "deceased", "unpaid"])
def test_an_officer_who_knows_another_reason_is_believed(pair: tuple[Branch, Branch], reason: str) -> None:
    here, there = pair
    gone = resident(here, "1", date(2020, 1, 1), date(2026, 10, 31), reason)
    resident(there, "1", date(2026, 11, 15))
    assert [sum(moves.note_moves(branch=branch, on=ON).values()) for branch in pair] == [0, 0]
    gone.refresh_from_db()
    assert gone.end_reason == reason


@pytest.mark.parametrize("number", ["U1-ABCDEFGHIJ", "U2-ABCDEFGHIJ"])
def test_numbers_that_a_branch_made_itself_tell_of_nobody_elsewhere(
    pair: tuple[Branch, Branch], number: str
) -> None:
    resident(pair[0], number, date(2020, 1, 1), date(2026, 10, 31))
    resident(pair[1], number, date(2026, 11, 15))
    assert [sum(moves.note_moves(branch=branch, on=ON).values()) for branch in pair] == [0, 0]


def test_a_year_between_is_no_move(pair: tuple[Branch, Branch]) -> None:
    resident(pair[0], "1", date(2020, 1, 1), date(2025, 10, 31))
    resident(pair[1], "1", date(2026, 11, 15))
    assert [sum(moves.note_moves(branch=branch, on=ON).values()) for branch in pair] == [0, 0]


def test_erasing_the_one_who_moved_moves_no_figure(pair: tuple[Branch, Branch]) -> None:
    here, there = pair
    gone = resident(here, "1", date(2020, 1, 1), date(2026, 10, 31))
    resident(there, "1", date(2026, 11, 15))
    for branch in pair:
        moves.note_moves(branch=branch, on=ON)
    before = [months(branch) for branch in pair]
    erasing.erase(member=gone.member, by=User.objects.console(), on=ON)
    for branch in pair:
        moves.note_moves(branch=branch, on=ON)
    assert [months(branch) for branch in pair] == before


def test_reasons_are_terms_of_their_own(pair: tuple[Branch, Branch]) -> None:
    for reason in ("left", "moved", "deceased", "deceased", "unpaid"):
        period(pair[0], date(2020, 1, 1), date(2026, 11, 3), reason=reason)
    period(pair[0], date(2020, 1, 1), missing_since=date(2026, 11, 4))
    november = months(pair[0])[-2]
    terms = (november.left, november.moved_out, november.deceased, left_otherwise(november))
    assert terms == (6, 1, 2, 3)
    assert adds_up(november)


# What is told of it


def month(place: int, *, opening: int, **terms: int) -> Month:
    given = {"joined": 0, "returned": 0, "left": 0} | terms
    first = date(2026, place, 1)
    return Month(
        first=first, last=date(2026, place, 28), opening=opening, running=place == 3, known=True, **given
    )


FLOWS = [
    month(1, opening=100, joined=8, moved_in=5, returned=1, left=12, moved_out=5, deceased=1),
    month(2, opening=102, joined=2, moved_in=1, left=4, deceased=1),
    month(3, opening=101, joined=1, returned=1, left=2, moved_out=2),
]


def told_of(found: Sequence[Month], names: Collection[str]) -> dict[str, int]:
    """The named reasons and ways in, with how many they are."""
    terms = {"moved": "moved_out", "deceased": "deceased", "moved_in": "moved_in"}
    return {
        name: sum(getattr(month, term) for month in found) for name, term in terms.items() if name in names
    }


@pytest.mark.parametrize(
    ("may_be_told", "left", "moved_out", "deceased"),
    [
        (set(), 18, None, None),
        ({"moved"}, 11, 7, None),
        ({"moved", "deceased"}, 9, 7, 2),
        ({"left"}, 18, None, None),
    ],
)
def test_the_balance_tells_the_reasons_that_may_be_told(
    may_be_told: set[str], left: int, moved_out: int | None, deceased: int | None
) -> None:
    told = balance(FLOWS, told_of(FLOWS, may_be_told))
    assert (told.left, told.moved_out, told.deceased) == (left, moved_out, deceased)
    assert sum(number for _label, number in told.terms) == told.closing == 101


def block(first: int, last: int, **cells: int) -> Block:
    """Of these months; a quarter or not."""
    left = protect(dict.fromkeys(ENDS, 0) | cells)
    return Block(date(2026, first, 1), last_of_month(date(2026, last, 1)), 1, left)


def test_a_few_who_moved_in_are_among_the_joined() -> None:
    together = told_balance(BranchFactory.create(), Span([block(1, 3)]), FLOWS)
    apart = told_balance(BranchFactory.create(), Span([block(1, 1), block(2, 3)]), FLOWS)
    assert (together.joined, together.moved_in) == (11, 6)
    assert (apart.joined, apart.moved_in) == (17, None)


def test_the_balance_of_a_span_is_of_its_months_alone() -> None:
    span = Span([block(1, 2, moved=5, deceased=0, left=11)])
    told = told_balance(BranchFactory.create(), span, FLOWS)
    assert (told.first, told.last) == (FLOWS[0].first, FLOWS[1].last)
    assert (told.opening, told.closing, told.running) == (100, 101, False)
    # What the span tells of the reasons, though another one had died.
    assert (told.moved_out, told.deceased) == (5, 0)


def test_the_sentence_can_be_read_aloud() -> None:
    sentence = balance(FLOWS, told_of(FLOWS, {"moved", "moved_in"})).sentence
    assert [
        part for part in ("100", "+ 11", "+ 6", "+ 2", "− 11", "− 7", "= 101") if part not in sentence
    ] == []


@given(
    st.lists(
        st.tuples(*[st.integers(0, 12)] * 6),
        min_size=1,
        max_size=8,
    )
)
def test_whatever_may_be_told_the_terms_add_up(rows: list[tuple[int, ...]]) -> None:
    opening, found = 500, list[Month]()
    for joined, returned, moved_in, otherwise, moved_out, deceased in rows:
        found.append(
            month(
                len(found) + 1,
                opening=opening,
                joined=joined,
                returned=returned,
                moved_in=moved_in,
                left=otherwise + moved_out + deceased,
                moved_out=moved_out,
                deceased=deceased,
            )
        )
        opening = found[-1].closing
    for may_be_told in ([], ["moved"], ["moved_in", "deceased"], [*ENDS, "moved_in"]):
        told = balance(found, told_of(found, may_be_told))
        assert sum(number for _label, number in told.terms) == told.closing == opening


def test_nobody_who_left_is_taken_away_all_the_same() -> None:
    with translation.override("en"):
        sentence = balance([month(1, opening=5, joined=1)], {"moved": 0}).sentence
    assert "+ 1 joined" in sentence
    assert ("− 0 left" in sentence, "− 0 moved away" in sentence, "+ 0 left" in sentence) == (
        True,
        True,
        False,
    )
