"""Import then undo is identity, whatever the rosters and whatever the branch had been through."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.people.models import AccessLog, Branch, Member, User
from crm.rosters import corrections, importing, undoing, working
from crm.rosters.comparing import COMPARED_FIELDS
from crm.rosters.models import Correction, RosterImport, UndoRow
from tests.rosters.files import NOVEMBER, OCTOBER, SEPTEMBER, sample
from tests.rosters.pictures import picture
from tests.rosters.test_properties import ALL_STOPS, Row, bring_in, by_number, made, rosters, some

pytestmark = pytest.mark.django_db
DAYS = st.integers(-40, 40)


def undo(roster_import: RosterImport) -> RosterImport:
    undoing.ask(roster_import, by=User.objects.console())
    assert working.work_through() == 1
    roster_import.refresh_from_db()
    assert roster_import.state == RosterImport.State.UNDONE
    return roster_import


def with_nobody_protected(lines: list[Row]) -> list[Row]:
    """Protected people are erased for good: that an undoing does not bring back."""
    return [(*line[:9], "") for line in lines]


@some
@given(earlier=st.lists(rosters, max_size=2), last=rosters, is_full=st.booleans(), days=DAYS)
def test_import_then_undo_is_identity(
    earlier: list[list[Row]], last: list[Row], is_full: bool, days: int
) -> None:
    (branch,) = made(1)
    for on, lines in zip((SEPTEMBER, OCTOBER), earlier, strict=False):
        bring_in(branch, lines, on)
    before = picture(branch)
    newest = bring_in(branch, with_nobody_protected(last), NOVEMBER + timedelta(days=days), is_full=is_full)
    assert undo(newest).undo_counts["kept"] == 0
    assert picture(branch) == before


noted = st.dictionaries(st.integers(1, 9).map(str), st.sampled_from(["Ryd", "Åby", ""]), max_size=5)


def note(branch: Branch, towns: dict[str, str]) -> None:
    for member in Member.objects.filter(branch=branch, erased_at=None, member_number__in=towns):
        corrections.correct(
            member=member, values={"town": towns[member.member_number]}, by=User.objects.console()
        )


@some
@given(first=rosters, towns=noted, last=rosters)
def test_import_then_undo_is_identity_for_corrections_too(
    first: list[Row], towns: dict[str, str], last: list[Row]
) -> None:
    (branch,) = made(1)
    bring_in(branch, first, SEPTEMBER)
    note(branch, towns)
    before = picture(branch)
    undo(bring_in(branch, with_nobody_protected(last), OCTOBER))
    assert picture(branch) == before


@some
@given(first=rosters, towns=noted, second=rosters)
def test_a_correction_survives_until_the_register_shows_it(
    first: list[Row], towns: dict[str, str], second: list[Row]
) -> None:
    (branch,) = made(1)
    bring_in(branch, first, SEPTEMBER)
    note(branch, towns)
    local = dict(Correction.objects.open().filter(member__branch=branch).values_list("member", "local_value"))
    bring_in(branch, with_nobody_protected(second), OCTOBER)
    still = set(Correction.objects.open().filter(member__branch=branch).values_list("member", flat=True))
    for member in Member.objects.filter(pk__in=local):
        assert (member.town == local[member.pk]) or (
            member.pk not in still and member.town.casefold() == local[member.pk].casefold()
        )


@some
@given(first=rosters, towns=noted, second=rosters)
def test_without_a_correction_a_then_b_is_as_if_nobody_had_any(
    first: list[Row], towns: dict[str, str], second: list[Row]
) -> None:
    corrected, plain = made(2)
    for branch in (corrected, plain):
        bring_in(branch, first, SEPTEMBER)
    note(corrected, towns)
    for branch in (corrected, plain):
        bring_in(branch, with_nobody_protected(second), OCTOBER)
    one, other = by_number(corrected), by_number(plain)
    for number in one.keys() | other.keys():
        for field in COMPARED_FIELDS:
            if field != "town" or number not in towns:
                assert getattr(one[number].values, field) == getattr(other[number].values, field)


@some
@given(files=st.lists(rosters.map(with_nobody_protected), min_size=1, max_size=3))
def test_a_pile_of_imports_undone_from_the_top_ends_where_it_began(files: list[list[Row]]) -> None:
    (branch,) = made(1)
    pictures, imports = [], []
    for on, lines in zip((SEPTEMBER, OCTOBER, NOVEMBER), files, strict=False):
        pictures.append(picture(branch))
        imports.append(bring_in(branch, lines, on))
    while imports:
        undo(imports.pop())
        assert picture(branch) == pictures.pop()


@some
@given(first=rosters, second=rosters)
def test_done_undone_and_done_again_is_done(first: list[Row], second: list[Row]) -> None:
    again, once = made(2)
    for branch in (again, once):
        bring_in(branch, first, SEPTEMBER)
    undo(bring_in(again, with_nobody_protected(second), OCTOBER))
    for branch in (again, once):
        bring_in(branch, with_nobody_protected(second), OCTOBER)
    assert standing(again) == standing(once)


def standing(branch: Branch) -> list[list[tuple[str, str]]]:
    """The picture without the keys of rows."""
    keys = {"id", "member_id", "branch_id", "club_id"}
    rows = [row for part in picture(branch).values() for row in part]
    return sorted([(name, value) for name, value in row.items() if name not in keys] for row in rows)


@some
@given(first=rosters, second=rosters, edited=st.sets(st.integers(1, 9), max_size=4))
def test_whoever_was_edited_is_kept_and_everybody_else_is_as_before(
    first: list[Row], second: list[Row], edited: set[int]
) -> None:
    (branch,) = made(1)
    bring_in(branch, first, SEPTEMBER)
    before = picture(branch)
    newest = bring_in(branch, with_nobody_protected(second), OCTOBER)
    touched = Member.objects.filter(branch=branch, erased_at=None, member_number__in=map(str, edited))
    keys = set(touched.values_list("pk", flat=True))
    touched.update(street="Nygatan 7")
    undo(newest)
    kept = set(newest.undo_rows.values_list("member_id", flat=True))
    assert kept <= keys
    others = [row for row in picture(branch)["members"] if int(row["id"]) not in keys]
    assert others == [row for row in before["members"] if int(row["id"]) not in keys]


@pytest.mark.parametrize("second", ["storkoping-2026-10.csv", "storkoping-half.csv"])
def test_a_sample_roster_undone_leaves_the_one_before(second: str) -> None:
    (branch,) = made(1)
    take_in(branch, "storkoping-2026-09.csv", SEPTEMBER)
    before = picture(branch)
    newest = take_in(branch, second, OCTOBER)
    erased = set(Member.objects.exclude(erased_at=None).values_list("pk", flat=True))
    assert undo(newest).undo_counts["kept"] == 0
    assert picture(branch) == without(before, {str(key) for key in erased})


@pytest.mark.parametrize("name", ["lillberga-2026-09.csv", "storkoping-2026-09.csv"])
def test_a_first_sample_roster_undone_leaves_an_empty_branch(name: str) -> None:
    (branch,) = made(1)
    before = picture(branch)
    undo(take_in(branch, name, SEPTEMBER))
    assert picture(branch) == before
    assert not UndoRow.objects.exists()
    assert not AccessLog.objects.exists()


def take_in(branch: Branch, name: str, on: date) -> RosterImport:
    return importing.import_file(
        branch=branch,
        content=sample(name),
        filename=name,
        by=User.objects.console(),
        roster_date=on,
        understood=ALL_STOPS,
    )


def without(seen: dict[str, Any], keys: set[str]) -> dict[str, Any]:
    """A picture without the protected, who do not come back."""
    return {
        name: [
            row for row in rows if row.get("member_id", row["id"] if name == "members" else "") not in keys
        ]
        for name, rows in seen.items()
    }
