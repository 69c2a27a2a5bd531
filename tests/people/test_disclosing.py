"""Registerutdrag: one person's data in one file."""

import io
import json
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.db import connection
from django.db.models import ForeignKey
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from crm import extensions
from crm.people import disclosing, retention, wishes
from crm.people.disclosures import FIELDS
from crm.people.models import AccessLog, Branch, ClubMembership, Member, User
from tests.crm.rows import make_rows
from tests.factories import ClubFactory, MemberFactory
from tests.house.sources import APP_PACKAGES
from tests.logins import log_in_as
from tests.people.leavers import TODAY, a_leaver

pytestmark = pytest.mark.django_db
# What search and order read is made of the fields; the key and the branch say nothing of a person.
MADE = {"id", "branch", "search", "name_sort", "joined_before", "erased_at", "merged_into"}


@pytest.fixture
def officer(client: Client, branch: Branch) -> User:
    return log_in_as(client, "member_officer", branch)


def fetch(client: Client, member: Member, content_type: str = disclosing.JSON) -> Any:
    path = f"/{member.branch.slug}/medlemmar/{member.pk}/registerutdrag/"
    return client.post(path, {"reason": "Bad om det i ett mejl", "content_type": content_type})


def told(client: Client, member: Member) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(fetch(client, member).content)
    return found


def text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


# Complete


def test_every_table_with_a_key_to_the_member_is_in_one_part() -> None:
    pointing = {
        model._meta.label
        for model in apps.get_models()
        if model.__module__.split(".")[0] in APP_PACKAGES and model is not Member
        for field in model._meta.concrete_fields
        if isinstance(field, ForeignKey) and field.related_model is Member
    }
    disclosed = [label for part in extensions.disclosures.all() for label in part.models]
    assert sorted(disclosed) == sorted(pointing)


def test_every_field_of_the_member_is_told_or_named_as_made() -> None:
    own = {field.name for field in Member._meta.concrete_fields}
    assert own == set(FIELDS) | MADE


def test_a_row_of_every_table_is_told(client: Client) -> None:
    """Whatever stands in the tables, each part has as many values as columns."""
    made = make_rows(7001)
    member = made[Member]
    assert isinstance(member, Member)
    parts = disclosing.disclose(member=member, by=User.objects.console(), reason="Prov")
    assert [(part.key, {len(row) for row in part.rows} - {len(part.names)}) for part in parts] == [
        (name, set()) for name in sorted(extensions.disclosures.names(), key=lambda name: name == "reads")
    ]


# As JSON


def test_the_details_are_told_with_names_and_iso_dates(client: Client, branch: Branch, officer: User) -> None:
    member = MemberFactory.create(branch=branch, member_number="77", first_name="Åsa", last_name="Ek")
    (details,) = told(client, member)["details"]
    assert list(details) == list(FIELDS)
    assert (details["first_name"], details["joined_on"], details["birth_year"], details["no_calls"]) == (
        "Åsa",
        "2020-01-01",
        1960,
        False,
    )


def test_membership_clubs_and_telephone_are_told(client: Client, branch: Branch, officer: User) -> None:
    member = a_leaver(branch, days_ago=40, reason="moved", phone="+46701740605")
    ClubMembership.objects.create(member=member, club=ClubFactory.create(branch=branch, name="Norra"))
    found = told(client, member)
    assert found["phones"] == [{"number": "070-174 06 05", "kind": "mobil"}]
    assert found["clubs"] == [{"name": "Norra", "is_primary": False}]
    (period,) = found["memberships"]
    assert (period["started_on"], period["ended_on"], period["end_reason"], period["ended_by"]) == (
        "2020-01-01",
        "2026-10-12",
        "har flyttat",
        "Tusen",
    )


def test_wishes_and_holds_are_told_with_who_and_when(client: Client, branch: Branch, officer: User) -> None:
    leaver = a_leaver(branch)
    with time_machine.travel(datetime(2026, 11, 20, 9, tzinfo=UTC), tick=False):
        wishes.change(member=leaver, wish="no_calls", is_on=True, by=officer)
        retention.hold(member=leaver, until_on=TODAY, reason="Klagomål", by=officer)
    found = told(client, leaver)
    when = "2026-11-20T10:00:00+01:00"
    assert [row["at"] for part in ("wish_changes", "holds") for row in found[part]] == [when, when]
    assert found["holds"][0]["reason"] == "Klagomål"
    assert {row["by"] for part in ("wish_changes", "holds") for row in found[part]} == {officer.name}


def test_who_has_looked_stands_in_it_this_time_too(client: Client, branch: Branch, officer: User) -> None:
    member, other = MemberFactory.create_batch(2, branch=branch)
    for seen in (member, other):
        client.get(f"/{branch.slug}/medlemmar/{seen.pk}/")
    reads = told(client, member)["reads"]
    assert [(row["by"], row["purpose"], row["reason"]) for row in reads] == [
        (officer.name, "registerutdrag", "Bad om det i ett mejl"),
        (officer.name, "en medlems sida", ""),
    ]


def test_nothing_of_anybody_else_is_told(client: Client, branch: Branch, officer: User) -> None:
    MemberFactory.create(branch=branch, last_name="Grannlund", email="granne@example.org")
    member = MemberFactory.create(branch=branch)
    body = fetch(client, member).content.decode()
    assert ("Grannlund" in body, "granne@example.org" in body) == (False, False)


# As PDF


def test_the_pdf_can_be_read(client: Client, branch: Branch, officer: User) -> None:
    member = MemberFactory.create(branch=branch, first_name="Åsa", last_name="Sjöö", town="ÖREBRO")
    answer = fetch(client, member, disclosing.PDF)
    text = text_of(answer.content)
    expected = ["Åsa Sjöö", "ÖREBRO", "Telefonnummer", "Medlemskap", "Vem som har tittat", "Sida 1 av"]
    assert [word for word in expected if word not in text] == []
    assert answer["content-disposition"].endswith(f'registerutdrag-{member.member_number}.pdf"')


def test_a_long_log_goes_over_several_pages(client: Client, branch: Branch, officer: User) -> None:
    member = MemberFactory.create(branch=branch)
    at = datetime(2026, 1, 1, tzinfo=UTC)
    AccessLog.objects.bulk_create(
        AccessLog(at=at, user=officer, branch=branch, member=member, purpose="list") for _row in range(120)
    )
    pages = PdfReader(io.BytesIO(fetch(client, member, disclosing.PDF).content)).pages
    assert len(pages) > 3


@pytest.mark.parametrize("words", ["<b>=cmd()</b>", "🌹 " * 40, "x" * 150, "\u202eabc", "**fet** __strek__"])
def test_whatever_stands_in_a_field_comes_out(
    client: Client, branch: Branch, officer: User, words: str
) -> None:
    member = MemberFactory.create(branch=branch, street=words[:150])
    assert fetch(client, member, disclosing.PDF).content.startswith(b"%PDF")
    assert told(client, member)["details"][0]["street"] == words[:150]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, ""),
        (True, "ja"),
        (False, "nej"),
        (0, "0"),
        (TODAY, "2026-11-21"),
        (datetime(2026, 7, 1, 22, 30, tzinfo=UTC), "2026-07-02 00:30"),
    ],
)
def test_values_in_words(value: object, words: str) -> None:
    assert disclosing.in_words(value) == words


# The page


def test_the_page_asks_why_and_is_logged(client: Client, branch: Branch, officer: User) -> None:
    member = MemberFactory.create(branch=branch)
    path = f"/{branch.slug}/medlemmar/{member.pk}/registerutdrag/"
    assert path in client.get(f"/{branch.slug}/medlemmar/{member.pk}/").content.decode()
    assert client.get(path).status_code == 200
    assert set(AccessLog.objects.values_list("member", "purpose")) == {(member.pk, "member")}


@pytest.mark.parametrize(
    "data",
    [
        {"reason": ""},
        {"reason": " ", "content_type": disclosing.PDF},
        {"reason": "x", "content_type": "text/html"},
    ],
)
def test_without_a_reason_or_a_form_there_is_no_file(
    client: Client, branch: Branch, officer: User, data: dict[str, str]
) -> None:
    member = MemberFactory.create(branch=branch)
    assert client.post(f"/{branch.slug}/medlemmar/{member.pk}/registerutdrag/", data).status_code == 422
    assert not AccessLog.objects.filter(purpose="disclosure").exists()


@pytest.mark.parametrize(
    ("kind", "status"), [("member_officer", 200), ("register_officer", 200), ("board", 403), ("caller", 403)]
)
def test_officers_only(client: Client, branch: Branch, kind: str, status: int) -> None:
    member = MemberFactory.create(branch=branch)
    log_in_as(client, kind, branch)
    assert fetch(client, member).status_code == status


def test_a_stranger_finds_nobody(client: Client, branch: Branch, other_branch: Branch) -> None:
    log_in_as(client, "member_officer", other_branch)
    assert fetch(client, MemberFactory.create(branch=branch)).status_code == 404


def test_more_rows_cost_no_more_queries(client: Client, branch: Branch, officer: User) -> None:
    member, counts = MemberFactory.create(branch=branch), []
    for is_on in (True, False):
        wishes.change(member=member, wish="no_calls", is_on=is_on, by=officer)
        with CaptureQueriesContext(connection) as queries:
            assert fetch(client, member).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
