"""Corrections: noted, told to the register, kept by rosters until the register shows them."""

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from crm import extensions
from crm.people import erasing, memberships
from crm.people.models import Branch, Member, Phone, Role, User
from crm.rosters import access, corrections, importing, undoing, working
from crm.rosters.corrections import Field, NotUnderstood
from crm.rosters.models import Correction, RosterImport
from tests.factories import BranchFactory, MemberFactory, user_with
from tests.rosters.files import ANNA, BO, NOVEMBER, OCTOBER, bring_in, roster
from tests.rosters.pictures import picture
from tests.rosters.reading.making import identity_number

IDENTITY = identity_number(date(1954, 6, 20), 981)
RYD = ANNA.replace("ÅBY", "RYD")
EK = ANNA.replace("ÅBY", "EKBY")


@pytest.fixture
def branch(db: None) -> Branch:
    made: Branch = BranchFactory.create(slug="byn")
    return made


@pytest.fixture
def officer(branch: Branch) -> User:
    return user_with(Role.Kind.MEMBER_OFFICER, branch)


@pytest.fixture
def anna(branch: Branch) -> Member:
    bring_in(branch, ANNA, BO)
    return Member.objects.get(member_number="1")


def note(member: Member, by: User, **values: Any) -> Correction:
    assert corrections.correct(member=member, values=values, by=by) == list(values)
    return Correction.objects.latest("pk")


def again(correction: Correction) -> Correction:
    correction.refresh_from_db()
    return correction


# Reading what somebody wrote


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        ("phones", "070-174 06 05\r\n08-465 004 00", ["+46701740605", "+46846500400"]),
        ("phones", "", []),
        ("phones", "0701740605, 0701740605", ["+46701740605"]),
        ("email", " Ada@Example.org ", "ada@example.org"),
        ("postcode", "58222", "582 22"),
        ("town", "  Nya   Byn ", "Nya Byn"),
        ("care_of", "c/o Ek", "Ek"),
        ("first_name", "Åsa\u200b", "Åsa"),
        ("last_name", "", ""),
    ],
)
def test_what_is_written_is_read_as_a_roster_is(field: str, text: str, value: Any) -> None:
    assert corrections.read(field, text) == value


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("phones", "ring mig"),
        ("phones", "070-174 06 05\nvet ej"),
        ("email", "ada(at)example.org"),
        ("postcode", "5822"),
        ("first_name", "123"),
        ("town", "x" * 61),
        ("street", f"Storgatan 1, {IDENTITY[:6]}-{IDENTITY[6:]}"),
    ],
)
def test_what_can_not_be_read_is_said(field: str, text: str) -> None:
    with pytest.raises(NotUnderstood) as refused:
        corrections.read(field, text)
    assert refused.value.field == field
    assert str(refused.value.sentence).endswith(".")


# Noting


def test_a_correction_counts_at_once_and_tells_who_and_what(anna: Member, officer: User) -> None:
    made = note(anna, officer, street="Nya vägen 2")
    anna.refresh_from_db()
    assert (anna.street, made.register_value, made.local_value) == ("Nya vägen 2", "", "Nya vägen 2")
    assert (made.noted_by, made.is_reported, made.settled_at) == (officer, False, None)


def test_a_new_name_is_found_and_sorted(anna: Member, officer: User) -> None:
    note(anna, officer, last_name="Zetterlund")
    anna.refresh_from_db()
    assert (anna.search.startswith("anna zetterlund"), "zetterlund" in anna.name_sort) == (True, True)


def test_numbers_keep_their_order_and_get_their_kind(anna: Member, officer: User) -> None:
    note(anna, officer, phones=["+46846500400", "+46701740605"])
    numbers = [(phone.number.as_e164, phone.kind) for phone in Phone.objects.filter(member=anna)]
    assert numbers == [("+46846500400", "landline"), ("+46701740605", "mobile")]


def test_noted_again_it_is_one_correction_of_what_the_register_said(anna: Member, officer: User) -> None:
    first = note(anna, officer, town="RYD")
    corrections.report(branch=anna.branch, keys=[first.pk], by=officer)
    second = note(anna, officer, town="EKBY")
    assert (second.pk, second.register_value, second.local_value) == (first.pk, "ÅBY", "EKBY")
    assert not second.is_reported


def test_back_to_what_the_register_says_is_no_correction(anna: Member, officer: User) -> None:
    note(anna, officer, town="RYD")
    back = note(anna, officer, town="ÅBY")
    assert (back.outcome, back.settled_by) == (Correction.Outcome.WITHDRAWN, officer)
    assert corrections.unreported(anna.branch) == 0


def test_what_is_so_already_is_no_correction(anna: Member, officer: User) -> None:
    assert corrections.correct(member=anna, values={"town": "ÅBY"}, by=officer) == []
    assert not Correction.objects.exists()


def test_nobody_loses_their_whole_name(anna: Member, officer: User) -> None:
    with pytest.raises(NotUnderstood):
        corrections.correct(member=anna, values={"first_name": "", "last_name": ""}, by=officer)
    anna.refresh_from_db()
    assert anna.name == "Anna Åberg"


def test_the_register_was_right_after_all(anna: Member, officer: User) -> None:
    made = note(anna, officer, phones=["+46701740609"])
    assert corrections.take_the_registers(correction=made, by=officer)
    assert corrections.value_of(anna, Field.PHONES) == ["+46701740605"]
    assert not corrections.take_the_registers(correction=again(made), by=officer)


def test_a_detail_has_one_open_correction(anna: Member, officer: User) -> None:
    made = note(anna, officer, town="RYD")
    made.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        made.save(force_insert=True)


# Reporting


def test_ticked_as_reported_and_back(anna: Member, officer: User) -> None:
    made = note(anna, officer, town="RYD")
    assert corrections.report(branch=anna.branch, keys=[made.pk], by=officer) == 1
    assert corrections.report(branch=anna.branch, keys=[made.pk], by=officer) == 0
    assert (again(made).is_reported, made.reported_by) == (True, officer)
    assert corrections.report(branch=anna.branch, keys=[made.pk], by=officer, is_reported=False) == 1
    assert again(made).reported_by is None


def test_another_branchs_corrections_are_not_ticked(anna: Member, officer: User) -> None:
    made = note(anna, officer, town="RYD")
    assert corrections.report(branch=BranchFactory.create(), keys=[made.pk], by=officer) == 0
    assert again(made).reported_at is None


def test_the_figure_counts_what_the_register_has_not_been_told(anna: Member, officer: User) -> None:
    figure = extensions.figures.get("corrections_unreported")
    assert figure is not None
    made = note(anna, officer, town="RYD")
    note(anna, officer, street="Nya vägen 2")
    corrections.report(branch=anna.branch, keys=[made.pk], by=officer)
    today = timezone.localdate(made.noted_at)
    assert figure.read(anna.branch, today) == 1
    assert figure.read(BranchFactory.create(), today) == 0
    assert figure.read(anna.branch, OCTOBER) is None


# Rosters


def test_the_register_is_told_nothing_of_who_has_left_until_they_are_back(
    branch: Branch, anna: Member, officer: User
) -> None:
    corrections.correct(member=anna, values={"town": "RYD"}, by=officer)
    today = timezone.localdate()
    memberships.end(member=anna, on=today, reason="left", by=officer)
    (noted,) = anna.corrections.all()
    assert (list(corrections.of(branch)), corrections.unreported_of_each([branch.pk])) == ([], {})
    assert corrections.report(branch=branch, keys=[noted.pk], by=officer) == 0
    assert access.correction_of(branch, noted.pk) == noted
    anna.memberships.create(branch=branch, started_on=today)
    assert (list(corrections.of(branch)), corrections.unreported(branch)) == ([noted], 1)


def test_a_correction_survives_the_next_roster(anna: Member, officer: User) -> None:
    made = note(anna, officer, town="RYD")
    bring_in(anna.branch, ANNA, BO, "Antal: 2", on=OCTOBER)
    anna.refresh_from_db()
    assert (anna.town, again(made).settled_at) == ("RYD", None)


def test_it_is_settled_when_the_register_shows_it(anna: Member, officer: User) -> None:
    made = note(anna, officer, town="RYD")
    bring_in(anna.branch, RYD, BO, on=OCTOBER)
    assert (again(made).outcome, made.register_value) == (Correction.Outcome.SHOWN, "RYD")
    bring_in(anna.branch, EK, BO, on=NOVEMBER)
    anna.refresh_from_db()
    assert anna.town == "EKBY"


def test_a_third_value_leaves_it_and_asks_to_report_anew(anna: Member, officer: User) -> None:
    made = note(anna, officer, town="RYD")
    corrections.report(branch=anna.branch, keys=[made.pk], by=officer)
    bring_in(anna.branch, EK, BO, on=OCTOBER)
    anna.refresh_from_db()
    assert (anna.town, again(made).register_value, made.is_reported) == ("RYD", "EKBY", False)
    assert corrections.unreported(anna.branch) == 1
    bring_in(anna.branch, EK, BO, "Antal: 2", on=NOVEMBER)
    anna.refresh_from_db()
    assert (anna.town, again(made).settled_at) == ("RYD", None)


def test_a_correction_between_preview_and_applying_makes_a_new_preview(anna: Member, officer: User) -> None:
    preview = importing.upload(
        branch=anna.branch, content=roster(EK, BO), filename="r.csv", by=officer, roster_date=OCTOBER
    )
    working.work_through()
    preview.refresh_from_db()
    note(anna, officer, town="RYD")
    importing.accept(preview, by=officer)
    working.work_through()
    preview.refresh_from_db()
    assert (preview.state, preview.problem) == (RosterImport.State.STAGED, "branch_changed")
    assert [check.verdict for check in preview.correction_checks.all()] == ["contradicted"]


@pytest.mark.parametrize("line", [RYD, EK])
def test_undoing_opens_again_what_the_roster_had_settled(anna: Member, officer: User, line: str) -> None:
    made = note(anna, officer, town="RYD")
    before = picture(anna.branch)
    taken_in = bring_in(anna.branch, line, BO, on=OCTOBER)
    assert picture(anna.branch) != before
    undoing.ask(taken_in, by=officer)
    working.work_through()
    assert picture(anna.branch) == before
    assert again(made).settled_at is None


def test_a_correction_made_since_keeps_the_member_at_an_undoing(anna: Member, officer: User) -> None:
    taken_in = bring_in(anna.branch, EK, BO, on=OCTOBER)
    note(anna, officer, street="Nya vägen 2")
    undoing.ask(taken_in, by=officer)
    working.work_through()
    anna.refresh_from_db()
    assert (anna.town, anna.street) == ("EKBY", "Nya vägen 2")


def test_ticking_reported_is_no_change_of_the_member(anna: Member, officer: User) -> None:
    made = note(anna, officer, street="Nya vägen 2")
    taken_in = bring_in(anna.branch, EK, BO, on=OCTOBER)
    corrections.report(branch=anna.branch, keys=[made.pk], by=officer)
    undoing.ask(taken_in, by=officer)
    working.work_through()
    anna.refresh_from_db()
    assert (anna.town, anna.street) == ("ÅBY", "Nya vägen 2")
    assert again(made).is_reported


def test_erasing_a_member_erases_what_was_noted(anna: Member, officer: User) -> None:
    note(anna, officer, town="RYD")
    bring_in(anna.branch, EK, BO, on=OCTOBER)
    erasing.erase(member=Member.objects.get(pk=anna.pk), by=officer, on=NOVEMBER)
    assert not Correction.objects.exists()


def test_an_erased_member_is_not_corrected(branch: Branch, officer: User) -> None:
    member = MemberFactory.create(branch=branch)
    erasing.erase(member=member, by=officer, on=NOVEMBER)
    with pytest.raises(Member.DoesNotExist):
        corrections.correct(member=member, values={"town": "RYD"}, by=officer)
