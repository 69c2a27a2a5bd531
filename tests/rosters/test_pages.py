"""The pages of the officers who bring rosters in."""

from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from crm.people.models import AccessLog, Branch, Member, Role
from crm.rosters import working
from crm.rosters.models import RosterImport
from tests.factories import BranchFactory
from tests.logins import log_in_as
from tests.rosters.files import ANNA, BO, CECILIA, OCTOBER, bring_in, many, roster

State = RosterImport.State


@pytest.fixture
def branch(db: None) -> Branch:
    made: Branch = BranchFactory.create(slug="byn")
    return made


@pytest.fixture
def officer(client: Client, branch: Branch) -> Client:
    log_in_as(client, Role.Kind.MEMBER_OFFICER, branch)
    return client


def send(client: Client, content: bytes, *, name: str = "r.csv", **fields: str) -> int:
    file = SimpleUploadedFile(name, content)
    data = {"file": file, "extent": "full", "token": str(uuid4())} | fields
    return client.post("/byn/medlemsfiler/ladda-upp/", data).status_code


def upload(client: Client, content: bytes) -> Any:
    file = SimpleUploadedFile("r.csv", content)
    return client.post("/byn/medlemsfiler/ladda-upp/", {"file": file, "extent": "full"})


def address(name: str, roster_import: RosterImport, *more: str) -> str:
    return reverse(f"rosters:{name}", args=["byn", roster_import.pk, *more])


def staged(client: Client, *lines: str) -> RosterImport:
    assert send(client, roster(*lines)) == 302
    working.work_through()
    return RosterImport.objects.latest("pk")


def test_upload_wait_look_apply(officer: Client, branch: Branch) -> None:
    assert send(officer, roster(ANNA, BO)) == 302
    waiting = RosterImport.objects.get()
    assert "Filen läses" in officer.get(address("show", waiting)).content.decode()
    fragment = officer.get(address("show", waiting), headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in fragment
    working.work_through()
    assert officer.get(address("show", waiting), headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    page = officer.get(address("show", waiting))
    assert "Anna Åberg" in page.content.decode()
    digest = page.context["accept_form"].initial["digest"]
    officer.post(address("accept", waiting), {"digest": digest})
    assert "Filen tas in" in officer.get(address("show", waiting)).content.decode()
    working.work_through()
    assert "Filen är intagen" in officer.get(address("show", waiting)).content.decode()
    assert Member.objects.count() == 2


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "Filen är tom."),
        (b"\x89PNG\r\n\x1a\n\x00", "Filen är en bild."),
        (b"%PDF-1.7", "Filen är en PDF."),
    ],
)
def test_what_is_plainly_no_roster_is_said_at_once(officer: Client, content: bytes, sentence: str) -> None:
    answer = officer.post(
        "/byn/medlemsfiler/ladda-upp/", {"file": SimpleUploadedFile("r.csv", content), "extent": "full"}
    )
    assert (answer.status_code, sentence in answer.content.decode()) == (422, True)
    assert not RosterImport.objects.exists()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"Ort;Postnr\nRyd;58222\n", "ingen kolumn med namn"),
        (b"PK\x03\x04" + b"x" * 99, "Excelfilen är skadad"),
    ],
)
def test_what_a_worker_finds_out_is_said_in_the_page(officer: Client, content: bytes, sentence: str) -> None:
    assert send(officer, content) == 302
    working.work_through()
    page = officer.get(address("show", RosterImport.objects.get())).content.decode()
    assert sentence in page
    assert not Member.objects.exists()


def test_a_file_that_is_too_large(officer: Client, settings: Any) -> None:
    settings.ROSTER_MAX_BYTES = 1024 * 1024
    content = b"x" * (2 * 1024 * 1024)
    answer = officer.post(
        "/byn/medlemsfiler/ladda-upp/", {"file": SimpleUploadedFile("r.csv", content), "extent": "full"}
    )
    assert answer.status_code == 422
    assert "Filen är större än 1 MB" in answer.content.decode()


def test_no_file_is_said_kindly(officer: Client) -> None:
    answer = officer.post("/byn/medlemsfiler/ladda-upp/", {"extent": "full"})
    assert (answer.status_code, "Välj filen först." in answer.content.decode()) == (422, True)


def test_a_form_sent_twice_is_one_upload(officer: Client) -> None:
    token = str(uuid4())
    assert [send(officer, roster(ANNA), token=token) for _ in range(2)] == [302, 302]
    assert RosterImport.objects.count() == 1


def test_a_stop_has_to_be_ticked(officer: Client, branch: Branch) -> None:
    lines = many(20)
    bring_in(branch, *lines)
    stopped = staged(officer, *lines[:10])
    answer = officer.post(address("accept", stopped), {"digest": stopped.digest})
    assert answer.status_code == 422
    assert "10 av arbetarekommunens 20 medlemmar saknas i filen" in answer.content.decode()
    officer.post(address("accept", stopped), {"digest": stopped.digest, "missing": "on"})
    working.work_through()
    stopped.refresh_from_db()
    assert (stopped.state, stopped.accepted_stops) == (State.APPLIED, ["missing"])


def test_the_second_officer_is_told(officer: Client, branch: Branch) -> None:
    roster_import = staged(officer, ANNA)
    other = Client()
    first = log_in_as(other, Role.Kind.REGISTER_OFFICER, branch)
    other.post(address("accept", roster_import), {"digest": roster_import.digest})
    answer = officer.post(address("accept", roster_import), {"digest": roster_import.digest}, follow=True)
    assert f"{first.name} har redan godkänt den här filen." in answer.content.decode()


def test_the_second_officer_is_told_also_where_stops_were_not_ticked(officer: Client, branch: Branch) -> None:
    lines = many(20)
    bring_in(branch, *lines)
    stopped = staged(officer, *lines[:10])
    form = {"digest": stopped.digest, "missing": "on"}
    officer.post(address("accept", stopped), form)
    working.work_through()
    answer = officer.post(address("accept", stopped), {"digest": stopped.digest}, follow=True)
    assert (answer.status_code, "har redan godkänt" in answer.content.decode()) == (200, True)


def test_changed_members_before_and_after(officer: Client, branch: Branch) -> None:
    bring_in(branch, ANNA, BO)
    preview = staged(officer, ANNA.replace("ÅBY", "Östby"), CECILIA)
    page = officer.get(address("show", preview)).content.decode()
    assert "<del>ÅBY</del>" in page
    assert "<ins>Östby</ins>" in page
    assert "Bo Öst" in page  # missing


def test_another_date(officer: Client, branch: Branch) -> None:
    preview = staged(officer, ANNA)
    assert officer.post(address("take_as", preview), {"roster_date": "2999-01-01"}).status_code == 422
    officer.post(address("take_as", preview), {"roster_date": OCTOBER.isoformat(), "is_full": "on"})
    working.work_through()
    preview.refresh_from_db()
    assert (preview.state, preview.roster_date) == (State.STAGED, OCTOBER)


def test_throwing_a_file_away(officer: Client, branch: Branch) -> None:
    preview = staged(officer, ANNA)
    officer.post(address("discard", preview))
    assert "Filen slängdes" in officer.get(address("show", preview)).content.decode()
    assert not Member.objects.exists()


def test_whose_data_was_seen_is_logged(officer: Client, branch: Branch) -> None:
    bring_in(branch, ANNA, BO)
    preview = staged(officer, ANNA.replace("ÅBY", "Östby"), CECILIA)
    AccessLog.objects.all().delete()
    officer.get(address("show", preview))
    seen = AccessLog.objects.filter(purpose=AccessLog.Purpose.ROSTER)
    assert set(seen.values_list("member__member_number", flat=True)) == {"1", "2"}


@pytest.mark.parametrize("count", [1, 3])
def test_the_history_takes_the_same_queries(
    officer: Client, branch: Branch, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    for number in range(count):
        bring_in(branch, f"{number + 1};Ada;Lund;;;;;;")
    officer.get("/byn/medlemsfiler/")
    with django_assert_num_queries(6):
        assert officer.get("/byn/medlemsfiler/").status_code == 200


@pytest.mark.parametrize(
    "part",
    ["new", "changed", "unchanged", "missing", "leaving", "rejected", "protected", "repeated", "not_member"],
)
def test_every_part_has_a_page(officer: Client, branch: Branch, part: str) -> None:
    assert officer.get(address("part", staged(officer, ANNA), part)).status_code == 200


def test_a_part_that_does_not_exist(officer: Client, branch: Branch) -> None:
    assert officer.get(address("part", staged(officer, ANNA), "else")).status_code == 404


PAGES = ("show", "accept", "discard", "take_as")


@pytest.mark.parametrize("page", PAGES)
def test_only_officers_of_the_branch_come_in(client: Client, branch: Branch, page: str) -> None:
    roster_import = bring_in(branch, ANNA)
    url = address(page, roster_import)
    caller, stranger = Client(), Client()
    log_in_as(caller, Role.Kind.CALLER, branch)
    log_in_as(stranger, Role.Kind.MEMBER_OFFICER, BranchFactory.create(slug="staden"))
    assert (caller.post(url).status_code, stranger.post(url).status_code) == (403, 404)
    # nor is a key of this branch there under another one's address
    elsewhere = url.replace("/byn/", "/staden/")
    answer = stranger.get(elsewhere) if page == "show" else stranger.post(elsewhere)
    assert answer.status_code == 404


def test_one_factor_is_not_enough(client: Client, branch: Branch) -> None:
    log_in_as(client, Role.Kind.MEMBER_OFFICER, branch, two_factors=False)
    assert client.get("/byn/medlemsfiler/").status_code == 302


@pytest.mark.parametrize(("lines", "links"), [((ANNA, BO), 0), ((ANNA,), 1)])
def test_who_is_missing_is_a_click_away(
    officer: Client, branch: Branch, lines: tuple[str, ...], links: int
) -> None:
    bring_in(branch, ANNA, BO)
    made = bring_in(branch, *lines, on=OCTOBER, understood=["same_file"])
    page = officer.get(address("show", made)).content.decode()
    assert page.count(f'href="{reverse("people:missing", args=["byn"])}"') == links
