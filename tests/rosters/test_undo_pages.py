"""The pages of undoing: the offer, what it would do, the wait, and what it did."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from crm.people.models import AccessLog, Branch, Member, Role
from crm.rosters import working
from crm.rosters.models import RosterImport
from tests.factories import BranchFactory
from tests.logins import log_in_as
from tests.rosters.files import ANNA, BO, CECILIA, OCTOBER, bring_in

MARRIED = ANNA.replace("Åberg", "Öberg")
RYD = BO.replace("ÅBY", "RYD")


@pytest.fixture
def branch(db: None) -> Branch:
    made: Branch = BranchFactory.create(slug="byn")
    return made


@pytest.fixture
def officer(client: Client, branch: Branch) -> Client:
    log_in_as(client, Role.Kind.REGISTER_OFFICER, branch)
    return client


def address(name: str, made: RosterImport) -> str:
    return reverse(f"rosters:{name}", args=["byn", made.pk])


def read(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


def second(branch: Branch) -> RosterImport:
    bring_in(branch, ANNA, BO)
    return bring_in(branch, MARRIED, RYD, CECILIA, on=OCTOBER)


def test_an_applied_import_offers_it_until_a_day(officer: Client, branch: Branch) -> None:
    made = bring_in(branch, ANNA)
    assert made.applied_at is not None
    shown = read(officer, address("show", made))
    until = timezone.localtime(made.applied_at + timedelta(days=30)).date()
    assert f"Till och med {until} går det" in shown
    assert address("undo", made) in shown


def test_an_older_import_says_why_not(officer: Client, branch: Branch) -> None:
    first = bring_in(branch, ANNA)
    bring_in(branch, MARRIED, on=OCTOBER)
    shown = read(officer, address("show", first))
    assert "En nyare fil har tagits in sedan dess." in shown
    assert address("undo", first) not in shown


def test_the_page_says_what_would_happen_and_who_is_kept(officer: Client, branch: Branch) -> None:
    made = second(branch)
    Member.objects.filter(member_number="2").update(email="bo@example.org")
    shown = read(officer, address("undo", made))
    values = re.findall(r'tile__value">\s*(\d+)', shown)
    assert values == ["1", "1", "1"]
    assert "Bo Öst" in shown
    assert "Anna Öberg" not in shown
    assert Member.objects.count() == 3


def test_the_names_shown_are_in_the_log(officer: Client, branch: Branch) -> None:
    made = second(branch)
    bo = Member.objects.get(member_number="2")
    Member.objects.filter(pk=bo.pk).update(email="bo@example.org")
    officer.get(address("undo", made))
    assert list(AccessLog.objects.values_list("member", "purpose")) == [(bo.pk, "roster")]


def test_the_button_the_wait_and_the_result(officer: Client, branch: Branch) -> None:
    made = second(branch)
    Member.objects.filter(member_number="2").update(email="bo@example.org")
    assert officer.post(address("undo", made)).url == address("show", made)  # type: ignore[attr-defined]
    assert "Inläsningen ångras" in read(officer, address("show", made))
    working.work_through()
    shown = read(officer, address("show", made))
    assert "Återställda: 1. Borttagna igen: 1. Behållna som de var: 1." in shown
    assert "Bo Öst" in shown
    assert "ångrad" in read(officer, reverse("rosters:index", args=["byn"]))


def test_pressed_twice_it_is_undone_once(officer: Client, branch: Branch) -> None:
    made = second(branch)
    for _ in range(2):
        officer.post(address("undo", made))
        working.work_through()
    made.refresh_from_db()
    assert made.state == RosterImport.State.UNDONE
    assert "har redan ångrats" in read(officer, address("show", made))


def test_the_page_of_one_that_can_no_longer_be_undone_leads_back(officer: Client, branch: Branch) -> None:
    made = second(branch)
    assert made.applied_at is not None
    with time_machine.travel(made.applied_at + timedelta(days=31)):
        log_in_as(officer, Role.Kind.REGISTER_OFFICER, branch)
        answer = officer.get(address("undo", made), follow=True)
    assert answer.redirect_chain == [(address("show", made), 302)]
    assert "går att ångra i 30 dagar" in answer.content.decode()


def test_when_a_newer_file_came_between_the_page_says_so(officer: Client, branch: Branch) -> None:
    made = second(branch)
    officer.post(address("undo", made))
    bring_in(branch, ANNA, BO, CECILIA, "Antal: 3", on=OCTOBER + timedelta(days=30))
    working.work_through()
    assert "En nyare fil togs in innan den här hann ångras" in read(officer, address("show", made))


@pytest.mark.parametrize("method", ["get", "post"])
def test_teammates_and_strangers_may_not(client: Client, branch: Branch, method: str) -> None:
    made = second(branch)
    log_in_as(client, Role.Kind.CALL_LEADER, branch)
    assert getattr(client, method)(address("undo", made)).status_code == 403
    log_in_as(client, Role.Kind.REGISTER_OFFICER, BranchFactory.create())
    assert getattr(client, method)(address("undo", made)).status_code == 404
    made.refresh_from_db()
    assert made.undo_asked_at is None


def test_another_branchs_import_is_nobodys_here(officer: Client, branch: Branch) -> None:
    foreign = bring_in(BranchFactory.create(), ANNA)
    assert officer.post(address("undo", foreign)).status_code == 404


def test_the_page_asks_as_much_for_one_as_for_three(officer: Client, branch: Branch) -> None:
    made = second(branch)
    counts = []
    for number in ("1", "2", "3"):
        Member.objects.filter(member_number=number).update(street="Nygatan 7")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            officer.get(address("undo", made))
        counts.append(len(queries))
    assert counts[1] == counts[0]
    assert counts[2] <= counts[0]
