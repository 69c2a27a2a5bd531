"""The rejected lines as a file: fetched, mended, brought in by itself."""

import csv
import io
from datetime import date
from typing import Any

import pytest
import tablib
from django.test import Client
from django.urls import reverse

from crm.people.models import AccessLog, Branch, Member, Role, User
from crm.rosters import importing, rejected
from crm.rosters.models import RosterImport
from crm.rosters.reading import Choices, Key
from tests.factories import BranchFactory, user_with
from tests.logins import log_in_as
from tests.rosters.files import ANNA, BO, OCTOBER, SEPTEMBER, bring_in, figures
from tests.rosters.reading.making import identity_number

NAMELESS = "7;;;RYD;070-174 06 07;bo@example.org;2021-05-02;Norra; "
TWICE = ("8;Ada;Ek;ÅBY;;;;;", "8;Eva;Al;RYD;;;;;")


@pytest.fixture
def branch(db: None) -> Branch:
    made: Branch = BranchFactory.create(slug="byn")
    return made


@pytest.fixture
def officer(branch: Branch) -> User:
    return user_with(Role.Kind.MEMBER_OFFICER, branch)


def address(made: RosterImport, file_format: str = "csv") -> str:
    return reverse("rosters:rejected", args=["byn", made.pk, file_format])


def lines_of(made: RosterImport, by: User) -> list[dict[str, str]]:
    _, content = rejected.as_file(made, rejected.rejected_lines(made, by=by), "csv")
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))


def bring_back(branch: Branch, lines: list[dict[str, str]], name: str, **options: Any) -> RosterImport:
    text = io.StringIO()
    writer = csv.DictWriter(text, lines[0], delimiter=";")
    writer.writeheader()
    writer.writerows(lines)
    return importing.import_file(
        branch=branch,
        content=text.getvalue().encode("utf-8-sig"),
        filename=name,
        by=User.objects.console(),
        **options,
    )


def test_what_stands_in_it(branch: Branch, officer: User) -> None:
    (line,) = lines_of(bring_in(branch, ANNA, NAMELESS), officer)
    assert {name: cell for name, cell in line.items() if cell} == {
        "Avvisad rad": "3",
        "Skäl": "Raden saknar namn.",
        "Medlemsnummer": "7",
        "Ort": "RYD",
        "Telefon": "070-174 06 07",
        "E-post": "bo@example.org",
        "Medlem sedan": "2021-05-02",
        "Förening": "Norra",
    }


def test_lines_in_each_other_s_way_name_each_other(branch: Branch, officer: User) -> None:
    lines = lines_of(bring_in(branch, ANNA, *TWICE), officer)
    assert [(line["Avvisad rad"], line["Att rätta till"]) for line in lines] == [
        ("3", "Samma sak på rad 4."),
        ("4", "Samma sak på rad 3."),
    ]


def test_mended_it_is_brought_in_by_itself(branch: Branch, officer: User) -> None:
    made = bring_in(branch, ANNA, BO, NAMELESS)
    (line,) = lines_of(made, officer)
    mended = bring_back(branch, [line | {"Förnamn": "Cia", "Efternamn": "Ek"}], "avvisade-2026-09-30.csv")
    assert (figures(mended), mended.is_full, mended.roster_date) == ({"new": 1}, False, SEPTEMBER)
    member = Member.objects.get(member_number="7")
    assert (member.name, member.town, member.phones.count()) == ("Cia Ek", "RYD", 1)


def test_not_mended_it_is_rejected_again_and_nobody_is_missing(branch: Branch, officer: User) -> None:
    made = bring_in(branch, ANNA, BO, NAMELESS, *TWICE)
    again = bring_back(branch, lines_of(made, officer), "avvisade-2026-10-31.csv", is_full=True)
    assert (figures(again), again.lines) == ({"rejected": 3}, 4)


def test_all_its_columns_are_known(branch: Branch, officer: User) -> None:
    again = bring_back(branch, lines_of(bring_in(branch, NAMELESS), officer), "a.csv")
    assert [header for header, field in again.columns if not field] == []


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_the_page_gives_the_file(client: Client, branch: Branch, file_format: str) -> None:
    log_in_as(client, Role.Kind.REGISTER_OFFICER, branch)
    made = bring_in(branch, ANNA, NAMELESS)
    assert (
        address(made, file_format)
        in client.get(reverse("rosters:show", args=["byn", made.pk])).content.decode()
    )
    answer = client.get(address(made, file_format))
    assert answer["Content-Disposition"] == f'attachment; filename="avvisade-2026-09-30.{file_format}"'
    sheet = tablib.Dataset().load(
        answer.content.decode("utf-8-sig") if file_format == "csv" else answer.content,
        format=file_format,
        **({"delimiter": ";"} if file_format == "csv" else {}),
    )
    assert (sheet.headers[0], sheet.height) == ("Avvisad rad", 1)


def test_it_begins_with_a_mark_for_spreadsheets(branch: Branch, officer: User) -> None:
    made = bring_in(branch, NAMELESS)
    content_type, content = rejected.as_file(made, rejected.rejected_lines(made, by=officer), "csv")
    assert content.startswith(b"\xef\xbb\xbfAvvisad rad;")
    assert content_type == "text/csv; charset=utf-8"


@pytest.mark.parametrize("cell", ["=cmd()", "+1", "-1+1", "@SUM(1)"])
def test_a_cell_that_would_be_a_formula_is_harmless_and_comes_back_as_it_was(
    branch: Branch, officer: User, cell: str
) -> None:
    (line,) = lines_of(bring_in(branch, f"7;;;{cell};;;;;"), officer)
    assert line["Ort"] == f"'{cell}"
    bring_back(branch, [line | {"Förnamn": "Cia"}], "a.csv")
    assert Member.objects.get().town == cell


def test_no_identity_number_and_nobody_protected(branch: Branch, officer: User) -> None:
    number = identity_number(date(1954, 1, 23))
    hidden = (
        f"9;;;{number};;;;;",
        "9;Dold;Berg;;;;;;",
        "9;;;;;;;;ja",
        f"7;;;RYD {number[:6]}-{number[6:]};;;;;",
    )
    text = str(lines_of(bring_in(branch, ANNA, *hidden), officer))
    assert (number[6:] in text, "Dold" in text, "RYD" in text) == (False, False, True)


def test_of_members_without_numbers_ours_are_left_out(branch: Branch, officer: User) -> None:
    made = importing.import_file(
        branch=branch,
        content=b"Namn;Ort\nEk, Ada;Ryd\n",
        filename="r.csv",
        by=User.objects.console(),
        choices=Choices(key=Key.NAME_EMAIL),
        understood=["name_email"],
    )
    (line,) = lines_of(made, officer)
    assert ("Medlemsnummer" in line, line["Skäl"]) == (
        False,
        "Raden har ingen e-postadress att känna igen medlemmen på.",
    )


# Who, and that it is noted


def test_that_it_was_fetched_is_logged(client: Client, branch: Branch) -> None:
    user = log_in_as(client, Role.Kind.MEMBER_OFFICER, branch)
    bring_in(branch, ANNA, "7;Cia;Ek;;;;;;")
    made = bring_in(branch, ANNA, NAMELESS, *TWICE, on=OCTOBER)
    AccessLog.objects.all().delete()
    client.get(address(made))
    (row,) = AccessLog.objects.filter(purpose=AccessLog.Purpose.EXPORT)
    assert (row.user, row.member and row.member.member_number) == (user, "7")
    assert row.reason == "Avvisade rader i roster.csv"


def test_also_when_nobody_in_it_is_known(client: Client, branch: Branch) -> None:
    log_in_as(client, Role.Kind.MEMBER_OFFICER, branch)
    client.get(address(bring_in(branch, *TWICE)))
    assert AccessLog.objects.get(purpose=AccessLog.Purpose.EXPORT).member is None


@pytest.mark.parametrize("file_format", ["pdf", "exe"])
def test_other_formats_are_not_there(client: Client, branch: Branch, file_format: str) -> None:
    log_in_as(client, Role.Kind.MEMBER_OFFICER, branch)
    assert client.get(address(bring_in(branch, NAMELESS), file_format)).status_code == 404


def test_after_ninety_days_it_is_gone(client: Client, branch: Branch) -> None:
    log_in_as(client, Role.Kind.MEMBER_OFFICER, branch)
    made = bring_in(branch, NAMELESS)
    RosterImport.objects.update(contents_gone_at=made.applied_at)
    assert client.get(address(made)).status_code == 404
    assert address(made) not in client.get(reverse("rosters:show", args=["byn", made.pk])).content.decode()


@pytest.mark.parametrize(("kind", "status"), [(Role.Kind.CALLER, 403), (Role.Kind.BOARD, 403)])
def test_who_may_not_fetches_nothing(client: Client, branch: Branch, kind: str, status: int) -> None:
    log_in_as(client, kind, branch)
    assert client.get(address(bring_in(branch, NAMELESS))).status_code == status
