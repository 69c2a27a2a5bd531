"""What a roster would do to whom: reckoned in memory, the same for preview and applying."""

import random
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm.rosters.matching import Outcome, Terms
from crm.rosters.on_file import OnFile, Standing
from crm.rosters.reading import MemberValues
from tests.rosters.files import NOVEMBER, OCTOBER, SEPTEMBER
from tests.rosters.plans import keys, person, plan_of, terms, values

quick = settings(max_examples=80)


def outcomes(known: list[OnFile], members: list[MemberValues], on: Terms | None = None) -> list[str]:
    return [match.outcome.value for match in plan_of(known, members, on).matches]


def test_who_is_not_on_file_is_new_without_changes() -> None:
    (match,) = plan_of([], [values(7)]).matches
    assert (match.outcome, match.on_file, match.changes, match.comes_back) == (Outcome.NEW, None, {}, None)


def test_each_member_of_the_file_gets_one_outcome_in_the_files_order() -> None:
    known = [person(1), person(2)]
    assert outcomes(known, [values(3), values(2), values(1, town="Ryd")]) == ["new", "unchanged", "changed"]


def test_the_key_is_the_number_never_the_name() -> None:
    known = [person(1, email="ada@example.org")]
    plan = plan_of(known, [values(2, last_name="Lund 1", email="ada@example.org")])
    assert ([match.outcome for match in plan.matches], keys(plan.missing)) == ([Outcome.NEW], [1])


def test_numbers_are_text_so_a_zero_in_front_counts() -> None:
    assert outcomes([person(1)], [values(1, member_number="01")]) == ["new"]


def test_only_the_files_columns_are_compared() -> None:
    plan = plan_of([person(1)], [values(1, town="Ryd", street="Storgatan 1")], fields={"street"})
    assert plan.matches[0].changes == {"street": ("", "Storgatan 1")}


@pytest.mark.parametrize(
    ("on", "shows"),
    [
        (terms(), True),
        (terms(is_full=False), False),
        (terms(is_repeat=True), False),
        (terms(SEPTEMBER, last=OCTOBER), False),
        (terms(SEPTEMBER), True),  # the last one's own date
        (terms(last=None, last_full=None), True),
        (terms(last=NOVEMBER, last_full=SEPTEMBER), False),  # a part, but of a later day
    ],
)
def test_only_a_full_roster_that_is_not_old_news_shows_absence(on: Terms, shows: bool) -> None:
    plan = plan_of([person(1)], [], on)
    assert (on.shows_absence, keys(plan.missing)) == (shows, [1] if shows else [])


@pytest.mark.parametrize(
    ("absent", "heap"),
    [
        (person(1), "missing"),
        (person(1, started=OCTOBER), "missing"),
        (person(1, missing=SEPTEMBER), "leaving"),
        (person(1, ended=SEPTEMBER), "gone"),
        (person(1, missing=OCTOBER), ""),  # missed by a roster of this very date: confirms nothing
        (person(1, missing=SEPTEMBER, ended=SEPTEMBER), ""),
        (person(1, started=NOVEMBER), ""),
        (person(1, started=None), ""),
    ],
)
def test_the_absent_fall_into_heaps(absent: OnFile, heap: str) -> None:
    plan = plan_of([absent], [values(2)])
    heaps = {name for name in ("missing", "leaving", "gone") if getattr(plan, name)}
    assert heaps == ({heap} if heap else set())


def test_a_rejected_or_protected_line_keeps_its_member_from_being_missing() -> None:
    known = [person(1), person(2), person(3), person(4)]
    plan = plan_of(known, [values(1)], kept={"2"}, protected={"4"})
    assert keys(plan.missing) == [3]


def test_protected_members_are_those_whom_the_branch_knows() -> None:
    plan = plan_of([person(2), person(1)], [], protected={"1", "2", "99"})
    assert keys(plan.protected) == [1, 2]


@pytest.mark.parametrize(
    ("known", "on", "status"),
    [
        (person(1), OCTOBER, None),
        (person(1, missing=SEPTEMBER), OCTOBER, Standing.MISSING),
        (person(1, missing=OCTOBER), OCTOBER, Standing.MISSING),
        (person(1, missing=NOVEMBER), OCTOBER, None),  # an older roster says nothing new
        (person(1, missing=SEPTEMBER, ended=SEPTEMBER), OCTOBER, Standing.LEFT),
        (person(1, ended=SEPTEMBER), OCTOBER, None),  # ended by hand, and the register does not know yet
        (person(1, missing=SEPTEMBER, ended=NOVEMBER), OCTOBER, None),
        (person(1, started=None), OCTOBER, Standing.LEFT),
    ],
)
def test_who_comes_back_from_what(known: OnFile, on: date, status: Standing | None) -> None:
    (match,) = plan_of([known], [values(1)], terms(on)).matches
    assert match.comes_back is status


def test_who_had_left_and_comes_back_is_new_and_known() -> None:
    known = person(1, missing=SEPTEMBER, ended=SEPTEMBER)
    (match,) = plan_of([known], [values(1, town="Ryd")]).matches
    assert (match.outcome, match.on_file) == (Outcome.NEW, known)
    assert match.changes == {"town": ("ÅBY", "Ryd"), "status": ("left", "member")}


def test_who_was_missing_and_comes_back_is_changed() -> None:
    (match,) = plan_of([person(1, missing=SEPTEMBER)], [values(1)]).matches
    assert (match.outcome, match.changes) == (Outcome.CHANGED, {"status": ("missing", "member")})


def test_members_before_are_those_who_count_now() -> None:
    known = [person(1), person(2, missing=SEPTEMBER), person(3, ended=SEPTEMBER), person(4, started=None)]
    assert plan_of(known, []).members_before == 1


@pytest.mark.parametrize(
    ("known", "members", "alters"),
    [
        ([person(1)], [values(1)], False),
        ([person(1)], [values(1), values(2)], True),
        ([person(1)], [values(1, town="Ryd")], True),
        ([person(1), person(2)], [values(1)], True),
        ([person(1), person(2, missing=SEPTEMBER)], [values(1)], True),
    ],
)
def test_whether_a_plan_alters_anything(
    known: list[OnFile], members: list[MemberValues], alters: bool
) -> None:
    assert plan_of(known, members).alters_something is alters


def test_erasing_somebody_alters_something() -> None:
    assert plan_of([person(1)], [], protected={"1"}).alters_something


# The digest: what an officer has seen


BASE = plan_of([person(1), person(2)], [values(1, town="Ryd"), values(3)])


@pytest.mark.parametrize(
    ("known", "members", "on"),
    [
        ([person(1), person(2)], [values(1, town="Ryd"), values(3)], terms(date(2026, 10, 30))),
        ([person(1), person(2)], [values(1, town="Ryd"), values(3)], terms(is_full=False)),
        ([person(1)], [values(1, town="Ryd"), values(3)], terms()),
        ([person(1, town="Åby"), person(2)], [values(1, town="Ryd"), values(3)], terms()),
        ([person(1), person(2)], [values(1, town="Näs"), values(3)], terms()),
        ([person(1), person(2), person(3)], [values(1, town="Ryd"), values(3)], terms()),
        ([person(1), person(2, missing=SEPTEMBER)], [values(1, town="Ryd"), values(3)], terms()),
    ],
)
def test_what_would_be_done_otherwise_has_another_digest(
    known: list[OnFile], members: list[MemberValues], on: Terms
) -> None:
    assert plan_of(known, members, on).digest != BASE.digest


def test_what_would_be_done_the_same_has_the_same_digest() -> None:
    known = [person(2, email="ada@example.org"), person(1)]
    assert plan_of(known, [values(1, town="Ryd"), values(3)]).digest == BASE.digest


def test_protection_is_in_the_digest() -> None:
    known = [person(1), person(2)]
    assert plan_of(known, [], protected={"1"}).digest != plan_of(known, [], kept={"1"}).digest


# Properties


@st.composite
def branches(draw: st.DrawFn) -> list[OnFile]:
    days = st.sampled_from([None, SEPTEMBER, OCTOBER, NOVEMBER])
    found = []
    for number in draw(st.sets(st.integers(1, 12), max_size=9)):
        missing, ended = draw(days), draw(days)
        started = draw(st.sampled_from([date(2020, 1, 1), OCTOBER, NOVEMBER]))
        found.append(person(number, started=started, missing=missing, ended=ended))
    return found


rosters = st.lists(st.integers(1, 12), unique=True, max_size=9).map(
    lambda found: [values(number, town="Ryd" if number % 3 else "ÅBY") for number in found]
)


@quick
@given(known=branches(), members=rosters, is_full=st.booleans())
def test_nobody_is_in_two_heaps_and_every_line_in_one(
    known: list[OnFile], members: list[MemberValues], is_full: bool
) -> None:
    plan = plan_of(known, members, terms(is_full=is_full))
    assert sum(plan.counts.values()) == len(members)
    absent = keys(plan.missing) + keys(plan.leaving) + keys(plan.gone)
    assert len(absent) == len(set(absent))
    assert not set(map(str, absent)) & {member.member_number for member in members}


@quick
@given(known=branches(), members=rosters)
def test_a_part_of_a_roster_makes_nobody_missing(known: list[OnFile], members: list[MemberValues]) -> None:
    plan = plan_of(known, members, terms(is_full=False))
    assert (plan.missing, plan.leaving, plan.gone) == ([], [], [])


@quick
@given(known=branches(), members=rosters)
def test_new_is_who_has_no_membership_now(known: list[OnFile], members: list[MemberValues]) -> None:
    now = {each.number for each in known if each.standing is not Standing.LEFT}
    new = {match.values.member_number for match in plan_of(known, members).of(Outcome.NEW)}
    assert not new & now


@quick
@given(known=branches(), members=rosters, chance=st.randoms(use_true_random=False))
def test_the_order_in_which_the_database_gives_members_alters_no_figure(
    known: list[OnFile], members: list[MemberValues], chance: random.Random
) -> None:
    shuffled = list(known)
    chance.shuffle(shuffled)
    first, second = plan_of(known, members), plan_of(shuffled, members)
    assert (first.counts, set(keys(first.missing))) == (second.counts, set(keys(second.missing)))
