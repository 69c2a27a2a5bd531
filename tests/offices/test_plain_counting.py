"""The figures of offices beside the same counted by hand, over made-up branches."""

from datetime import date, timedelta
from random import Random

import pytest
from django.utils import timezone

from crm.offices import access, figures
from crm.offices.forms import OfferForm, OfficeForm, TrainingForm
from crm.offices.models import Office, Training
from crm.people.models import Branch, Member, User
from tests.factories import BranchFactory, MemberFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 21)
DAYS = [TODAY, date(2026, 1, 1), date(2025, 6, 30), date(2024, 12, 31)]


def some_day(chance: Random) -> date:
    return TODAY - timedelta(days=chance.randint(-30, 1200))


@pytest.fixture
def by() -> User:
    return User.objects.console()


@pytest.fixture(params=range(4))
def lively(request: pytest.FixtureRequest, by: User) -> Branch:
    """Fifteen members with offices and trainings of every kind and time, some of whom have left."""
    chance = Random(f"offices-{request.param}")
    branch: Branch = BranchFactory.create()
    for number in range(15):
        member = MemberFactory.create(branch=branch)
        for place in range(chance.randint(0, 3)):
            first = some_day(chance)
            ends_on = first + timedelta(days=chance.randint(0, 500)) if chance.random() < 0.5 else None
            kind = chance.choice(["municipal", "municipal", "regional", "party"])
            Office.objects.create(
                member=member,
                kind=kind,
                title=f"Uppdrag {place}",
                starts_on=first,
                ends_on=ends_on,
                noted_at=timezone.now(),
                noted_by=by,
            )
        for place in range(chance.randint(0, 2)):
            offered = some_day(chance)
            taken = offered + timedelta(days=chance.randint(0, 60)) if chance.random() < 0.5 else None
            Training.objects.create(
                member=member,
                name=f"Kurs {place}",
                offered_on=offered,
                taken_on=taken,
                noted_at=timezone.now(),
                noted_by=by,
            )
        if number % 5 == 0:
            member.memberships.update(missing_since=some_day(chance))
    return branch


def is_member(member: Member, on: date) -> bool:
    return any(
        period.started_on <= on and (period.missing_since is None or period.missing_since > on)
        for period in member.memberships.all()
    )


def holding(branch: Branch, on: date) -> list[Office]:
    """By hand: municipal offices of members of a day that hold on it."""
    return [
        office
        for office in Office.objects.filter(kind="municipal", member__branch=branch).select_related("member")
        if office.holds(on) and is_member(office.member, on)
    ]


@pytest.mark.parametrize("on", DAYS)
def test_officers_are_those_counted_by_hand(lively: Branch, on: date) -> None:
    assert figures.municipal_officers(lively, on) == len({office.member_id for office in holding(lively, on)})


@pytest.mark.parametrize("on", DAYS)
def test_those_offered_are_those_counted_by_hand(lively: Branch, on: date) -> None:
    plain = {
        office.member_id
        for office in holding(lively, on)
        for training in office.member.trainings.all()
        if office.starts_on - timedelta(days=365) <= training.offered_on <= on
    }
    assert figures.offered(lively, on) == len(plain)


@pytest.mark.parametrize("on", DAYS)
def test_nobody_is_offered_who_holds_no_office(lively: Branch, on: date) -> None:
    assert 0 <= figures.offered(lively, on) <= figures.municipal_officers(lively, on)


@pytest.mark.parametrize("on", DAYS)
def test_trained_are_those_counted_by_hand(lively: Branch, on: date) -> None:
    taken = {
        row.member_id
        for row in Training.objects.filter(member__branch=lively)
        if row.taken_on and date(on.year, 1, 1) <= row.taken_on <= on
    }
    assert figures.trained(lively, on) == len(taken)


def test_a_training_for_all_reaches_everybody_the_figure_counts(lively: Branch, by: User) -> None:
    before = figures.municipal_officers(lively, TODAY)
    for member in access.municipal_officers(lively, TODAY):
        Training.objects.create(
            member=member, name="Alla", offered_on=TODAY, noted_at=timezone.now(), noted_by=by
        )
    assert figures.offered(lively, TODAY) == before


def test_the_list_is_of_members_of_today_in_name_order(lively: Branch) -> None:
    listed = [office.member for office in access.offices_of(lively, TODAY)]
    assert [member.name_sort for member in listed] == sorted(member.name_sort for member in listed)
    assert [member for member in listed if not is_member(member, TODAY)] == []


def test_an_office_that_is_over_is_not_listed(lively: Branch) -> None:
    listed = access.offices_of(lively, TODAY)
    assert [office for office in listed if office.ends_on and office.ends_on < TODAY] == []


@pytest.mark.parametrize("title", ["", " ", "x" * 101])
def test_an_office_has_a_title_of_a_hundred_letters_at_most(title: str) -> None:
    member = MemberFactory.create()
    form = OfficeForm({"kind": "municipal", "title": title, "starts_on": "2026-10-15"}, member=member)
    assert list(form.errors) == ["title"]


@pytest.mark.parametrize(("taken_on", "faults"), [("2026-11-21", []), ("2026-11-22", ["taken_on"]), ("", [])])
def test_a_training_was_taken_today_at_the_latest(taken_on: str, faults: list[str]) -> None:
    values = {"name": "Kommunen", "offered_on": "2026-11-01", "taken_on": taken_on}
    assert list(TrainingForm(values, member=MemberFactory.create(), today=TODAY).errors) == faults


@pytest.mark.parametrize(
    ("day", "valid"), [("2026-11-21", True), ("2026-11-22", False), ("igår", False), ("", False)]
)
def test_an_offer_was_made_today_at_the_latest(day: str, valid: bool) -> None:
    assert OfferForm({"name": "Kommunen", "offered_on": day}, today=TODAY).is_valid() is valid
