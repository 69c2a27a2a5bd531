"""Rows by the ten thousand, with the database's own rules."""

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, transaction
from pytest_django import DjangoAssertNumQueries

from crm.people.models import Branch, Club, Member
from crm.rosters import bulk
from crm.rosters.models import RosterImport, RosterRow
from tests.factories import BranchFactory
from tests.rosters.files import ANNA, bring_in

NAMES = ("branch_id", "member_number", "first_name", "learnt_on")
ODD = ["å ä ö", "\\N", "\\.", "a\tb", 'say "hi"', "it's", "100 %s", "{}", "\n", "emoji 😀", "\\"]


@pytest.fixture
def branch(db: None) -> Branch:
    made: Branch = BranchFactory.create()
    return made


@pytest.mark.parametrize("text", ODD)
def test_any_text_is_written_as_it_is(branch: Branch, text: str) -> None:
    bulk.insert(Member, NAMES, [(branch.pk, "1", text, date(2026, 1, 1))])
    assert Member.objects.get().first_name == text


def test_other_fields_get_their_defaults(branch: Branch) -> None:
    bulk.insert(Member, NAMES, [(branch.pk, "1", "Ada", date(2026, 1, 1))])
    ada = Member.objects.get()
    assert (ada.last_name, ada.no_calls, ada.birth_year, ada.erased_at) == ("", False, None, None)
    assert ada.learnt_on == date(2026, 1, 1)


def test_json_and_empty_keys_come_back_as_they_went_in(branch: Branch) -> None:
    roster_import = bring_in(branch, ANNA)
    names = ("roster_import_id", "line", "outcome", "values", "changes", "remarks", "member_id")
    values = {"town": "ÅBY", "phones": ["+46701740605"]}
    row: tuple[object, ...] = (roster_import.pk, 99, "new", values, {}, [["town", "too_long"]], None)
    bulk.insert(RosterRow, names, [row])
    kept = RosterRow.objects.get(line=99)
    assert (kept.values, kept.changes, kept.remarks, kept.member) == (
        values,
        {},
        [["town", "too_long"]],
        None,
    )


def test_no_rows_are_no_error(branch: Branch) -> None:
    bulk.insert(Club, ("branch_id", "name"), [])
    assert not Club.objects.exists()


def test_a_day_may_be_given_as_it_is_written(branch: Branch) -> None:
    bulk.insert(Member, NAMES, [(branch.pk, "1", "Ada", "2026-01-31")])
    assert Member.objects.get().learnt_on == date(2026, 1, 31)


def test_no_rows_ask_nothing(db: None, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        bulk.insert(Club, ("branch_id", "name"), [])


def test_more_rows_than_are_held_at_once_are_all_written(
    branch: Branch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "_AT_ONCE", 3)
    bulk.insert(Club, ("branch_id", "name"), [(branch.pk, f"Klubb {place}") for place in range(8)])
    assert set(Club.objects.values_list("name", flat=True)) == {f"Klubb {place}" for place in range(8)}


def test_days_and_moments_come_back_as_they_went_in(branch: Branch) -> None:
    names = (*NAMES, "joined_on", "paid_until", "erased_at")
    moment = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    days = (date(2026, 1, 1), date(1999, 12, 31), None, moment)
    bulk.insert(Member, names, [(branch.pk, "1", "Ada", *days)])
    ada = Member.objects.get()
    assert (ada.learnt_on, ada.joined_on, ada.paid_until, ada.erased_at) == days


@pytest.mark.parametrize("count", [1, 300])
def test_any_number_of_rows_is_one_statement(
    branch: Branch, django_assert_max_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    with django_assert_max_num_queries(1):
        bulk.insert(Club, ("branch_id", "name"), ((branch.pk, f"Klubb {place}") for place in range(count)))
    assert Club.objects.count() == count


def test_constraints_hold_and_nothing_half_is_left(branch: Branch) -> None:
    rows = [(branch.pk, number, "Ada", date(2026, 1, 1)) for number in ("1", "2", "1")]
    with pytest.raises(IntegrityError), transaction.atomic():
        bulk.insert(Member, NAMES, rows)
    assert not Member.objects.exists()


def test_a_row_of_another_shape_is_refused(branch: Branch) -> None:
    with pytest.raises(Exception, match=r"."), transaction.atomic():
        bulk.insert(Club, ("branch_id", "name"), [(branch.pk, "Ryd", "too much")])
    assert not RosterImport.objects.exists()
