"""An officer's pages under odd requests, and with more to show."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from crm.people.models import AccessLog, Branch, Member, Role
from crm.rosters import importing, working
from crm.rosters.models import RosterImport
from tests.factories import BranchFactory
from tests.logins import log_in_as
from tests.rosters.files import ANNA, bring_in, many, roster

State = RosterImport.State
HOSTILE = ["<script>alert(1)</script>", "<img src=x onerror=x>", '"><b>', "%(n)s"]


@pytest.fixture
def branch(db: None) -> Branch:
    made: Branch = BranchFactory.create(slug="byn")
    return made


@pytest.fixture
def officer(client: Client, branch: Branch) -> Client:
    log_in_as(client, Role.Kind.MEMBER_OFFICER, branch)
    return client


def address(name: str, made: RosterImport, *more: str) -> str:
    return reverse(f"rosters:{name}", args=["byn", made.pk, *more])


def send(client: Client, **fields: Any) -> Any:
    data = {"file": SimpleUploadedFile("r.csv", roster(ANNA)), "extent": "full"} | fields
    return client.post(reverse("rosters:upload", args=["byn"]), data)


def staged(client: Client, *lines: str) -> RosterImport:
    send(client, file=SimpleUploadedFile("r.csv", roster(*lines)))
    working.work_through()
    return RosterImport.objects.latest("pk")


@pytest.mark.parametrize("fields", [{"extent": "half"}, {"extent": ""}, {"token": "no uuid"}])
def test_a_form_that_is_not_ours_is_answered_kindly(officer: Client, fields: dict[str, str]) -> None:
    assert send(officer, **fields).status_code == 422
    assert not RosterImport.objects.exists()


def test_a_part_of_the_members_is_kept_as_that(officer: Client) -> None:
    send(officer, extent="part")
    assert RosterImport.objects.get().is_full is False


@pytest.mark.parametrize("cell", HOSTILE)
def test_what_stands_in_a_file_is_text_in_the_page(officer: Client, cell: str) -> None:
    made = staged(officer, f"1;{cell.replace(';', '')};Ek;{cell};;;;;")
    page = officer.get(address("show", made)).content.decode()
    assert "<script>alert" not in page
    assert "<img src=x" not in page


def queries_of(client: Client, url: str) -> int:
    client.get(url)  # what is looked up once stays out of the count
    with CaptureQueriesContext(connection) as seen:
        assert client.get(url).status_code == 200
    return len(seen)


def test_a_preview_takes_the_same_queries_whatever_its_rows(officer: Client, branch: Branch) -> None:
    bring_in(branch, *many(8))
    changed = [line.replace("ÅBY", "Ryd") for line in many(8)]
    few, more = staged(officer, changed[0], *many(8)[1:]), staged(officer, *changed[:7], many(8)[7])
    assert queries_of(officer, address("show", few)) == queries_of(officer, address("show", more))


def test_a_part_takes_the_same_queries_whatever_its_rows(officer: Client, branch: Branch) -> None:
    few, more = bring_in(branch, *many(1)), bring_in(branch, *many(9))
    urls = address("part", few, "new"), address("part", more, "new")
    assert queries_of(officer, urls[0]) == queries_of(officer, urls[1])


def test_who_was_shown_on_a_page_of_a_part_is_logged_and_nobody_else(officer: Client, branch: Branch) -> None:
    made = bring_in(branch, *many(60))
    AccessLog.objects.all().delete()
    officer.get(address("part", made, "new"), {"page": "2"})
    seen = AccessLog.objects.filter(purpose=AccessLog.Purpose.ROSTER)
    last = Member.objects.order_by("member_number")[50:]
    assert set(seen.values_list("member", flat=True)) == {member.pk for member in last}


@pytest.mark.parametrize("state", [State.UPLOADED, State.ACCEPTED, State.FAILED, State.UNREADABLE])
@pytest.mark.parametrize("name", ["accept", "discard", "take_as"])
def test_a_button_of_a_page_that_is_out_of_date_is_answered(officer: Client, name: str, state: State) -> None:
    made = staged(officer, ANNA)
    RosterImport.objects.update(state=state, staged=None, content=None)
    form = {"digest": made.digest, "roster_date": "2026-10-31", "is_full": "on"}
    answer = officer.post(address(name, made), form, follow=True)
    assert (answer.status_code, RosterImport.objects.get().state) == (200, state)


@pytest.mark.parametrize("name", ["accept", "discard", "take_as"])
def test_looking_changes_nothing(officer: Client, name: str) -> None:
    made = staged(officer, ANNA)
    assert officer.get(address(name, made)).status_code == 405
    made.refresh_from_db()
    assert made.state == State.STAGED


def test_a_digest_of_another_preview_applies_nothing(officer: Client) -> None:
    made = staged(officer, ANNA)
    officer.post(address("accept", made), {"digest": "0" * 64})
    assert officer.post(address("accept", made), {"digest": "0" * 65}).status_code == 422
    working.work_through()
    assert not Member.objects.exists()


@pytest.mark.parametrize("day", ["", "igår", "2026-02-30", "2999-01-01"])
def test_a_date_that_is_none_is_said_beside_the_field(officer: Client, day: str) -> None:
    made = staged(officer, ANNA)
    answer = officer.post(address("take_as", made), {"roster_date": day})
    assert (answer.status_code, "roster_date" in answer.context["terms_form"].errors) == (422, True)


def test_progress_says_how_far_it_has_come(officer: Client, branch: Branch) -> None:
    send(officer)
    waiting = RosterImport.objects.get()
    RosterImport.objects.update(rows_done=4711)
    page = officer.get(address("show", waiting), headers={"HX-Request": "true"}).content.decode()
    assert "4711" in "".join(page.split()).replace("&nbsp;", "").replace("\xa0", "")


def test_another_branchs_import_is_not_in_the_history(officer: Client, branch: Branch) -> None:
    other = bring_in(BranchFactory.create(), ANNA)
    RosterImport.objects.filter(pk=other.pk).update(filename="hemlig-fil.csv")
    assert "hemlig-fil" not in officer.get(reverse("rosters:index", args=["byn"])).content.decode()


def test_the_branchs_own_figures_are_those_of_the_command(officer: Client, branch: Branch) -> None:
    content = roster(*many(7), "5;;;ÅBY;;;;;")
    told = importing.preview(branch=branch, content=content, filename="r.csv").figures
    made = staged(officer, *many(7), "5;;;ÅBY;;;;;")
    assert {name: getattr(made, name) for name in told} == told
