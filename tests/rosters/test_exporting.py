"""Members out of the branch, by those who may, with a reason."""

import csv
import io
import json

import pytest
import tablib
from django.core.management import call_command
from django.test import Client

from crm.people.models import AccessLog, Branch, Role
from crm.rosters import exporting, importing
from crm.rosters.on_file import Standing
from tests.factories import BranchFactory, user_with
from tests.logins import log_in_as
from tests.rosters.files import ANNA, BO, OCTOBER, bring_in

WHY = "Etiketter till årsmötet"


@pytest.fixture
def branch(db: None) -> Branch:
    made: Branch = BranchFactory.create(slug="byn")
    bring_in(made, ANNA, BO, "3;Cia;=Ek;;+46 8 465 004 00;;;;")
    bring_in(made, ANNA, "3;Cia;=Ek;;+46 8 465 004 00;;;;", on=OCTOBER)
    return made


def test_the_command_prints_data(branch: Branch) -> None:
    out = io.StringIO()
    call_command("export_members", "byn", "--json", "--reason", WHY, stdout=out)
    people = json.loads(out.getvalue())
    assert [(person["member_number"], person["status"]) for person in people] == [
        ("3", "member"), ("1", "member"), ("2", "missing"),
    ]  # fmt: skip
    assert people[1] == {
        "member_number": "1",
        "first_name": "Anna",
        "last_name": "Åberg",
        "care_of": "",
        "street": "",
        "postcode": "",
        "town": "ÅBY",
        "phones": ["+46701740605"],
        "email": "anna@example.org",
        "birth_year": None,
        "joined_on": "2020-03-01",
        "paid_until": None,
        "clubs": ["Norra s-förening"],
        "status": "member",
    }
    logged = AccessLog.objects.filter(purpose=AccessLog.Purpose.EXPORT)
    assert {(row.reason, row.user and row.user.email) for row in logged} == {(WHY, "console@localhost")}
    assert logged.count() == 3


def test_the_page_gives_csv_that_a_spreadsheet_opens(client: Client, branch: Branch) -> None:
    officer = log_in_as(client, Role.Kind.REGISTER_OFFICER, branch)
    answer = client.post("/byn/medlemsfiler/export/", {"who": "members", "file_format": "csv", "reason": WHY})
    assert answer.content.startswith(b"\xef\xbb\xbfMedlemsnummer;")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert [(row["Medlemsnummer"], row["Efternamn"], row["Telefon"]) for row in rows] == [
        ("3", "'=Ek", "08-465 004 00"), ("1", "Åberg", "070-174 06 05"),
    ]  # fmt: skip
    logged = AccessLog.objects.filter(purpose=AccessLog.Purpose.EXPORT)
    assert set(logged.values_list("user", "reason")) == {(officer.pk, WHY)}


def test_the_page_gives_a_workbook(client: Client, branch: Branch) -> None:
    log_in_as(client, Role.Kind.MEMBER_OFFICER, branch)
    answer = client.post("/byn/medlemsfiler/export/", {"who": "all", "file_format": "xlsx", "reason": WHY})
    sheet = tablib.Dataset().load(answer.content, format="xlsx")
    assert sheet["Medlemsnummer"] == ["3", "1", "2"]
    assert sheet["Efternamn"] == ["'=Ek", "Åberg", "Öst"]


def test_an_export_needs_a_reason(client: Client, branch: Branch) -> None:
    log_in_as(client, Role.Kind.MEMBER_OFFICER, branch)
    answer = client.post("/byn/medlemsfiler/export/", {"who": "all", "file_format": "csv", "reason": " "})
    assert answer.status_code == 422
    assert not AccessLog.objects.filter(purpose=AccessLog.Purpose.EXPORT).exists()


def test_what_goes_out_comes_in_again_unchanged(branch: Branch) -> None:
    officer = user_with(Role.Kind.MEMBER_OFFICER, branch)
    people = exporting.export(branch=branch, by=officer, reason=WHY, standings=[Standing.MEMBER])
    content = exporting.as_csv(person for person in people if person.number == "1").encode()
    seen = importing.preview(branch=branch, content=content, filename="ut.csv", is_full=False)
    assert {name: count for name, count in seen.figures.items() if count} == {
        "unchanged": 1, "not_member_rows": 1, "lines": 2,
    }  # fmt: skip


def test_several_clubs_come_back_as_several(branch: Branch) -> None:
    bring_in(branch, "9;Ida;Ek;;;;;Norra | Södra;", on=OCTOBER, is_full=False)
    officer = user_with(Role.Kind.MEMBER_OFFICER, branch)
    people = exporting.export(branch=branch, by=officer, reason=WHY)
    content = exporting.as_csv(person for person in people if person.number == "9").encode()
    assert ";Norra | Södra;" in content.decode()
    seen = importing.preview(branch=branch, content=content, filename="ut.csv", is_full=False)
    assert (seen.figures["unchanged"], seen.figures["changed"]) == (1, 0)


@pytest.mark.parametrize(("kind", "status"), [(Role.Kind.CALLER, 403), (Role.Kind.BOARD, 403)])
def test_others_of_the_branch_may_not(client: Client, branch: Branch, kind: str, status: int) -> None:
    log_in_as(client, kind, branch)
    assert client.get("/byn/medlemsfiler/export/").status_code == status


def test_strangers_find_nothing(client: Client, branch: Branch) -> None:
    log_in_as(client, Role.Kind.MEMBER_OFFICER, BranchFactory.create())
    assert client.get("/byn/medlemsfiler/export/").status_code == 404
