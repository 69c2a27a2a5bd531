"""A contact that is counted from some day on: of what was told before, nobody knows who had it."""

from collections import Counter
from datetime import date, timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db.models import Exists

from crm import extensions
from crm.board import staying as page
from crm.extensions import Contact, Registry
from crm.figures import staying
from crm.figures.models import ToldBlock
from crm.figures.staying import Cohorts, Fate
from crm.people.models import Branch, Membership
from tests.factories import BranchFactory
from tests.figures.histories import period
from tests.figures.test_cohorts import talk

pytestmark = pytest.mark.django_db
SINCE, ON, LATER = date(2023, 1, 1), date(2024, 6, 30), date(2025, 6, 30)
VISIT = Contact(
    name="visit",
    title="Besök",
    had="Fick besök",
    had_not="Fick inget besök",
    met=lambda: Exists(Membership.objects.all()),
)


@pytest.fixture
def branch() -> Branch:
    """In each quarter of two years seven who stay and five who leave; half of either were talked with."""
    made: Branch = BranchFactory.create()
    for quarter in range(8):
        began = date(2023 + quarter // 4, 1 + quarter % 4 * 3, 10)
        for number in range(12):
            gone = began + timedelta(days=200) if number < 5 else None
            held = period(made, began, gone)
            if number % 2:
                talk(held.member, began + timedelta(days=3))
    return made


@pytest.fixture
def contacts(monkeypatch: pytest.MonkeyPatch) -> Registry[Contact]:
    """What is counted, to which more may come."""
    known: Registry[Contact] = Registry()
    for name in extensions.contacts.names():
        contact = extensions.contacts.get(name)
        assert contact is not None
        known.register(name, contact)
    monkeypatch.setattr(extensions, "contacts", known)
    return known


def read(branch: Branch, on: date) -> Cohorts:
    return staying.cohorts(Branch.objects.get(pk=branch.pk), on, known_since=SINCE)


def splits(found: Cohorts, contact: str) -> list[tuple[date, int, int]]:
    return [(had.first, had.joined, had_not.joined) for had, had_not in found.split_by(contact)]


def test_what_was_told_before_is_not_told_as_if_nobody_had_had_it(
    branch: Branch, contacts: Registry[Contact]
) -> None:
    before = read(branch, ON)
    contacts.register(VISIT.name, VISIT)
    after = read(branch, ON)
    assert (len(before.told), splits(after, "visit")) == (2, [])
    assert splits(after, "call") == splits(before, "call") != []
    assert after.told == before.told


def test_it_is_told_of_later_quarters(branch: Branch, contacts: Registry[Contact]) -> None:
    told = read(branch, ON).told
    contacts.register(VISIT.name, VISIT)
    found = read(branch, LATER)
    assert len(found.told) > len(told)
    new = found.told[len(told) :]
    assert splits(found, "visit") == [(block.first, block.joined, 0) for block in new]
    assert {block.first for block in new} == {first for first, _had, _not in splits(found, "visit")}


def test_a_contact_that_comes_or_goes_is_no_correction(branch: Branch, contacts: Registry[Contact]) -> None:
    read(branch, ON)
    contacts.register(VISIT.name, VISIT)
    read(branch, LATER)
    assert list(read(branch, LATER).corrected) == []
    contacts._hooks.pop("visit")
    contacts._hooks.pop("meeting")
    found = read(branch, LATER)
    assert list(found.corrected) == []
    assert splits(found, "call")


def test_a_talk_that_is_noted_late_is_one(branch: Branch) -> None:
    read(branch, ON)
    untold = branch.memberships.filter(started_on=date(2023, 1, 10), member__calls=None).first()
    assert untold is not None
    talk(untold.member, date(2023, 2, 1))
    (told_at, last) = read(branch, ON).corrected[0]
    assert (last, told_at) == (date(2023, 3, 31), ToldBlock.objects.order_by("first")[0].told_at)


def test_the_page_draws_no_picture_of_it_before_there_is_something_to_tell(
    branch: Branch, contacts: Registry[Contact]
) -> None:
    read(branch, ON)
    contacts.register(VISIT.name, VISIT)
    found = page.staying(Branch.objects.get(pk=branch.pk), ON, known_since=SINCE)
    assert [len(table.rows) for table in found.splits][-1] == 0
    assert "Besök" not in [str(table.title) for table in found.tables]


def test_what_is_kept_names_what_was_counted(branch: Branch) -> None:
    block = read(branch, ON).told[0]
    row = ToldBlock.objects.order_by("first")[0]
    counted = {name for name in row.numbers if name.startswith(staying.COUNTED)}
    assert counted == {f"counted:{name}" for name in extensions.contacts.names()}
    assert staying.Cohort(block.first, block.last, block.people, block.contacts).as_numbers == row.numbers


def test_fates_are_joined_where_only_an_unknown_contact_parts_them() -> None:
    people = {Fate(True, True, frozenset(met)): 3 for met in ((), ("call",), ("visit",), ("call", "visit"))}
    cohort = staying.Cohort(SINCE, ON, people, frozenset({"call", "visit"}))
    assert cohort.by_contacts(frozenset({"call"})) == {
        Fate(True, True, frozenset()): 6,
        Fate(True, True, frozenset({"call"})): 6,
    }


def test_what_was_told_until_now_was_told_of_talks_and_meetings(branch: Branch) -> None:
    """Rows of before the contacts were noted beside the fates."""
    told = read(branch, ON).told
    for row in ToldBlock.objects.all():
        row.numbers = {
            name: number for name, number in row.numbers.items() if not name.startswith("counted:")
        }
        row.save()
    migration = import_module("crm.figures.migrations.0003_contacts_of_told_blocks")
    migration.note_contacts(apps, None)
    assert Counter(block.contacts for block in read(branch, ON).told) == {frozenset({"call", "meeting"}): 2}
    assert read(branch, ON).told == told
