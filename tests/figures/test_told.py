"""What has been told of closed quarters is told so again."""

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from random import Random

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from crm.figures import spans, told
from crm.figures.models import ToldBlock
from crm.figures.months import months_between
from crm.figures.small_groups import protect
from crm.figures.spans import Cells, Span
from crm.people.models import Branch
from tests.factories import BranchFactory

pytestmark = pytest.mark.django_db
NAMES = ("left", "moved", "deceased", "")
JANUARY, APRIL = date(2025, 1, 1), date(2025, 4, 1)
SETTLED = date(2025, 5, 1)


@pytest.fixture
def branch() -> Branch:
    made: Branch = BranchFactory.create()
    return made


def cells(**left: int) -> Cells:
    return Counter({(JANUARY, name.strip("_")): number for name, number in left.items()})


def read(branch: Branch, left: Cells, on: date = SETTLED, subject: str = "leaving") -> Span | None:
    """As another request reads it."""
    return told.span(Branch.objects.get(pk=branch.pk), subject, left, on, NAMES)


def numbers(span: Span | None) -> dict[str, int]:
    assert span is not None
    return {name: number for name, number in span.told.items() if number}


def test_the_groups_stand_in_their_own_order_whatever_order_the_database_keeps() -> None:
    found = told.breakdown({"": 7, "moved": 5, told.OTHERS: 9, "left": 6}, NAMES)
    assert list(found.shown.items()) == [("left", 6), ("moved", 5), ("", 7)]
    assert (found.merged_keys, found.merged) == (("deceased",), 9)


@pytest.mark.parametrize(("day", "is_told"), [(date(2025, 4, 30), False), (SETTLED, True)])
def test_a_quarter_is_told_when_the_next_month_is_over(branch: Branch, day: date, is_told: bool) -> None:
    assert (read(branch, cells(left=6, moved=8), day) is not None) is is_told
    assert ToldBlock.objects.exists() is is_told


@pytest.mark.parametrize(
    "now",
    [
        cells(left=7, moved=8),
        cells(left=6, moved=8, deceased=1),
        cells(left=5, moved=9),
        cells(left=10, moved=8),
        cells(left=11, moved=8),
        cells(left=6, moved=1),
        cells(),
        cells(left=6, moved=8, deceased=50),
    ],
)
def test_a_correction_of_few_changes_nothing_but_that_it_says_so(branch: Branch, now: Cells) -> None:
    first = read(branch, cells(left=6, moved=8))
    again = read(branch, now)
    assert numbers(first) == numbers(again) == {"left": 6, "moved": 8}
    assert (first is not None and first.changed, again is not None and again.changed) == (False, True)
    assert ToldBlock.objects.count() == 1


@pytest.mark.parametrize(
    "now", [cells(left=11, moved=13), cells(left=12, moved=30), cells(left=16, moved=3 + 15)]
)
def test_a_correction_of_many_is_told(branch: Branch, now: Cells) -> None:
    read(branch, cells(left=6, moved=8))
    span = read(branch, now)
    assert numbers(span) == {name: number for (_month, name), number in now.items()}
    assert span is not None
    assert not span.changed
    assert list(ToldBlock.objects.values_list("version", flat=True)) == [1, 2]


def test_who_is_moved_from_one_group_to_another_is_told_of_with_four_more(branch: Branch) -> None:
    read(branch, cells(left=16, moved=8))
    assert [
        numbers(read(branch, cells(left=16 - more, moved=8 + more)))["moved"] for more in range(1, 8)
    ] == [
        *[8] * 4,
        *[13] * 3,
    ]


def test_a_version_is_compared_with_every_one_before_it(branch: Branch) -> None:
    """From 13 to 20 would be enough; but 8, told first, is not far from 12."""
    for now, moved in ((8, 8), (20, 20), (12, 20), (13, 13)):
        assert numbers(read(branch, cells(left=60 - now, moved=now)))["moved"] == moved


def test_taken_back_it_is_as_it_was(branch: Branch) -> None:
    for now in (cells(left=6, moved=8), cells(left=7, moved=8), cells(left=6, moved=8)):
        span = read(branch, now)
    assert span is not None
    assert (numbers(span), span.changed) == ({"left": 6, "moved": 8}, False)


def test_merged_groups_are_told_again_as_merged(branch: Branch) -> None:
    first = read(branch, cells(left=9, moved=2, deceased=4))
    again = read(branch, cells(left=9, moved=3, deceased=4))
    for span in (first, again):
        assert span is not None
        assert (span.told["left"], span.others, "moved" in span.told) == (9, 6, False)


def test_a_late_leaver_before_all_others_moves_no_bounds(branch: Branch) -> None:
    left = cells(left=6, moved=8)
    read(branch, left)
    span = read(branch, left + Counter({(date(2024, 11, 1), "left"): 1, (APRIL, "left"): 5, (APRIL, "moved"): 5}),
                date(2025, 7, 31))  # fmt: skip
    assert span is not None
    assert [(block.first, block.last) for block in span.blocks] == [
        (JANUARY, date(2025, 3, 31)),
        (APRIL, date(2025, 6, 30)),
    ]


def test_a_past_day_tells_no_other_block_once_a_later_one_is_told(branch: Branch) -> None:
    """Else the bounds of two partitions would cut out a small quarter."""
    small = cells(left=6, moved=2) + Counter({(APRIL, "left"): 6, (APRIL, "moved"): 4})
    assert numbers(read(branch, small, date(2025, 7, 31))) == {"left": 12, "moved": 6}
    assert read(branch, small + cells(moved=4), SETTLED) is None


def test_subjects_and_branches_are_kept_apart(branch: Branch) -> None:
    read(branch, cells(left=6, moved=8))
    assert numbers(read(branch, cells(left=5, moved=5), subject="ways_in")) == {"left": 5, "moved": 5}
    assert numbers(read(BranchFactory.create(), cells(left=9, moved=9))) == {"left": 9, "moved": 9}


def test_two_who_tell_it_at_once_tell_it_once(branch: Branch) -> None:
    one, other = (Branch.objects.get(pk=branch.pk) for _each in range(2))
    assert told.kept(one, "leaving") == told.kept(other, "leaving") == []
    left = cells(left=6, moved=8)
    assert numbers(told.span(one, "leaving", left, SETTLED, NAMES)) == {"left": 6, "moved": 8}
    assert numbers(told.span(other, "leaving", left, SETTLED, NAMES)) == {"left": 6, "moved": 8}
    assert ToldBlock.objects.count() == 1


def test_what_is_counted_once_stays_and_what_may_not_be_told_may_be_later(branch: Branch) -> None:
    answers = iter([None, {"here": 7}, {"here": 9}])

    def once() -> list[dict[str, int] | None]:
        fresh = Branch.objects.get(pk=branch.pk)
        days = [(JANUARY, date(2025, 3, 31))]
        found = told.once(fresh, "moved_in", days, lambda _first, _last: next(answers))
        return [None if block is None else block.numbers for block in found]

    assert [once(), once(), once()] == [[None], [{"here": 7}], [{"here": 7}]]


@pytest.mark.parametrize(
    "groups", [{"left": 6, "moved": 8}, {"left": 9, "moved": 2, "deceased": 4}, {"": 30}, {"left": 5}]
)
def test_what_is_kept_says_what_was_told(groups: dict[str, int]) -> None:
    found = protect(dict.fromkeys(NAMES, 0) | groups)
    again = told.breakdown(told.flat(found), NAMES)
    assert (again.shown, again.merged) == (found.shown, found.merged)
    assert set(again.merged_keys) == set(found.merged_keys)


def by_chance(chance: Random) -> Cells:
    return Counter(
        {
            (month, name): chance.choice((0, 0, 1, 2, 6))
            for month in months_between(JANUARY, date(2026, 12, 1))
            for name in NAMES
        }
    )


@pytest.mark.parametrize("seed", range(4))
def test_uncorrected_it_is_what_blocks_of_quarters_say(branch: Branch, seed: int) -> None:
    """Read on the days in any order."""
    chance = Random(seed)
    left = by_chance(chance)
    days = [JANUARY + timedelta(days=chance.randrange(760)) for _each in range(20)]
    for on in sorted(days):
        plain = spans.latest_year(spans.blocks_until(left, on - told.SETTLING, NAMES))
        found = read(branch, left, on)
        assert (found and (found.first, found.last, found.told, found.others)) == (
            plain and (plain.first, plain.last, plain.told, plain.others)
        )


@pytest.mark.parametrize("seed", range(4))
def test_between_any_two_tellings_nobody_or_at_least_five_differ(branch: Branch, seed: int) -> None:
    chance = Random(seed)
    left = by_chance(chance)
    for _each in range(30):
        read(branch, left, date(2026, 12, 31))
        month, name = chance.choice(list(left))
        left[month, name] += chance.choice((1, 1, 5, 9))
    versions: dict[date, list[dict[str, int]]] = {}
    for block in ToldBlock.objects.order_by("first", "version"):
        versions.setdefault(block.first, []).append(block.numbers)
    for some in versions.values():
        for one in some:
            differences = [[abs(one[name] - other[name]) for name in one] for other in some]
            assert [each for found in differences for each in found if 0 < each < 5] == []


def a_row(branch: Branch, **fields: object) -> ToldBlock:
    values = {"subject": "leaving", "first": JANUARY, "last": date(2025, 3, 31), "told_at": timezone.now()}
    return ToldBlock.objects.create(branch=branch, **(values | fields))


@pytest.mark.parametrize(
    "wrong",
    [
        lambda branch: a_row(branch, subject=""),
        lambda branch: a_row(branch, last=date(2024, 12, 31)),
        lambda branch: [a_row(branch), a_row(branch, last=date(2025, 6, 30))],
    ],
)
def test_the_table_holds_each_version_of_a_block_once(
    branch: Branch, wrong: Callable[[Branch], object]
) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        wrong(branch)


def test_a_row_says_what_it_is_of(branch: Branch) -> None:
    assert str(a_row(branch)) == "leaving 2025-01-01–2025-03-31"
