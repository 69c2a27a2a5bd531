"""The odd files of real life, through upload, worker and pages: each line accounted for, never a 500."""

from io import BytesIO
from itertools import product
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook  # type: ignore[import-untyped]

from crm.people.models import Branch, Member, Role
from crm.rosters import working
from crm.rosters.models import RosterImport
from tests.factories import BranchFactory
from tests.logins import log_in_as
from tests.rosters.files import every_line, figures
from tests.rosters.reading.making import table

HEADER = ("Medlemsnr", "Förnamn", "Efternamn", "Ort", "Telefon", "E-post")
ASA = ("1", "Åsa", "Öberg", "Växjö", "070-1740605", "asa@example.org")
BO = ("2", "Bo", "Ek", "Åby", "", "")
PAGES = ("show", "reading")
PARTS = ("new", "rejected", "not_member", "repeated", "protected")


@pytest.fixture
def branch(db: None) -> Branch:
    made: Branch = BranchFactory.create(slug="byn")
    return made


@pytest.fixture
def officer(client: Client, branch: Branch) -> Client:
    log_in_as(client, Role.Kind.REGISTER_OFFICER, branch)
    return client


def bring(client: Client, content: bytes, name: str = "r.csv") -> RosterImport:
    """Uploaded, read, and every page of it opened."""
    file = SimpleUploadedFile(name, content)
    sent = client.post(reverse("rosters:upload", args=["byn"]), {"file": file, "extent": "full"})
    assert sent.status_code == 302
    working.work_through()
    made = RosterImport.objects.latest("pk")
    for page in PAGES:
        answer = client.get(reverse(f"rosters:{page}", args=["byn", made.pk]), follow=True)
        assert answer.status_code == 200
    for part in PARTS:
        assert client.get(reverse("rosters:part", args=["byn", made.pk, part])).status_code == 200
    return made


def accept(client: Client, made: RosterImport) -> None:
    client.post(reverse("rosters:accept", args=["byn", made.pk]), {"digest": made.digest})
    working.work_through()


def names() -> list[str]:
    return [member.name for member in Member.objects.order_by("pk")]


# Characters, delimiters, line ends


@pytest.mark.parametrize(
    ("codec", "delimiter", "end"),
    [
        *product(("cp850", "mac_roman", "cp1252"), (";", "|"), ("\r",)),
        *product(("utf-16", "utf-16-le", "utf-8-sig"), ("\t", ","), ("\n",)),
    ],
)
def test_any_way_of_writing_it_gives_the_same_people(
    officer: Client, codec: str, delimiter: str, end: str
) -> None:
    made = bring(officer, table([HEADER, ASA, BO], delimiter, end).encode(codec))
    assert (figures(made), made.lines, made.delimiter) == ({"new": 2}, 3, delimiter)
    accept(officer, made)
    assert names() == ["Åsa Öberg", "Bo Ek"]


@pytest.mark.parametrize("delimiter", [";", ",", "|", "\t"])
def test_a_line_that_tells_the_delimiter(officer: Client, delimiter: str) -> None:
    made = bring(officer, f"sep={delimiter}\r\n{table([HEADER, ASA], delimiter)}".encode())
    assert every_line(made) == [(1, "not_member", ""), (2, "not_member", ""), (3, "new", "1")]


def test_titles_above_and_totals_below(officer: Client) -> None:
    above = [["Medlemslista"], ["Utskriven 2026-10-31"], []]
    made = bring(officer, table([*above, HEADER, ASA, BO, [], ["Antal medlemmar", "2"]]).encode())
    assert (figures(made), made.not_member_rows, made.lines) == ({"new": 2}, 6, 8)
    assert (str(made.roster_date), made.date_source) == ("2026-10-31", "file")


# Headers


def test_repeated_and_empty_headers(officer: Client) -> None:
    header = ("Medlemsnr", "Namn", "Telefon", "Telefon", "", "")
    row = ("1", "Öberg, Åsa", "070-1740605", "070-1740606", "x", "y")
    made = bring(officer, table([header, row]).encode())
    accept(officer, made)
    numbers = [phone.number.as_e164 for phone in Member.objects.get().phones.order_by("position")]
    assert numbers == ["+46701740605", "+46701740606"]


def test_a_column_without_a_name_can_be_given_a_meaning(officer: Client) -> None:
    made = bring(officer, table([("Medlemsnr", "Namn", ""), ("1", "Ek, Åsa", "Åby")]).encode())
    page = officer.get(reverse("rosters:reading", args=["byn", made.pk]))
    form = page.context["form"]
    assert "Kolumn 3, utan namn" in page.content.decode()
    data = {name: form[name].value() or "" for name in form.fields if name[:3] in ("col", "key")}
    officer.post(reverse("rosters:read_again", args=["byn", made.pk]), data | {"column-2": "town"})
    working.work_through()
    assert made.rows.get(outcome="new").values["town"] == "Åby"


# Cells


def test_a_whole_name_a_c_o_and_several_numbers_in_one_cell(officer: Client) -> None:
    header = ("Medlemsnr", "Efternamn, Förnamn", "Adress", "Telefon")
    row = ("1", "von Öberg, Åsa", "c/o Ek, Storgatan 1", "070-174 06 05 / 08-465 004 00, ring ej")
    accept(officer, bring(officer, table([header, row]).encode()))
    member = Member.objects.get()
    assert (member.first_name, member.last_name, member.care_of, member.street) == (
        "Åsa", "von Öberg", "Ek", "Storgatan 1",
    )  # fmt: skip
    numbers = {phone.number.as_e164: phone.kind for phone in member.phones.all()}
    assert numbers == {"+46701740605": "mobile", "+46846500400": "landline"}


def test_ragged_rows(officer: Client) -> None:
    rows = [ASA[:2], (*BO, "", ""), ("3", *ASA[1:], "för mycket")]
    made = bring(officer, table([HEADER, *rows]).encode())
    assert every_line(made)[1:] == [(2, "new", "1"), (3, "new", "2"), (4, "rejected", "3")]


def test_line_breaks_and_quotes_within_cells(officer: Client) -> None:
    row = ("1", 'Åsa "Lill"', "Öberg", "Åby\nSverige", "", "")
    made = bring(officer, table([HEADER, row, BO]).encode())
    assert every_line(made) == [(1, "not_member", ""), (2, "new", "1"), (4, "new", "2")]


def test_nul_characters(officer: Client) -> None:
    made = bring(officer, table([HEADER, ASA, BO]).encode().replace(b"Ek", b"E\x00k\x00"))
    accept(officer, made)
    assert names() == ["Åsa Öberg", "Bo Ek"]


HOSTILE = [
    "=cmd|'/c calc'!A1",
    "@SUM(1+1)*cmd",
    "+46|x",
    "<script>alert(1)</script>",
    "'; DROP TABLE people_member; --",
    "\u202eneT\u202c Ek",
    "{{ settings.SECRET_KEY }}",
    "%(n)s %s {0}",
    "👩‍👩‍👧 Åsa",
    "A\u0308rlig",
    "\ud7ff\ufffd",
]


@pytest.mark.parametrize("cell", HOSTILE)
def test_hostile_cells_are_text(officer: Client, cell: str) -> None:
    row = [ASA[0], *[cell] * 5]
    made = bring(officer, table([HEADER, row, BO]).encode())
    assert (made.state, made.lines) == ("staged", 3)
    accept(officer, made)
    made.refresh_from_db()
    assert made.state == "applied"
    page = officer.get(reverse("rosters:show", args=["byn", made.pk])).content.decode()
    assert "<script>alert" not in page
    assert "\u202e" not in page


def test_a_name_of_a_hundred_thousand_letters_is_rejected_with_its_line(officer: Client) -> None:
    made = bring(officer, table([HEADER, ("1", "Å" * 100_000, "", "", "", ""), BO]).encode())
    assert (made.rejected, made.rows.get(line=2).reason) == (1, "no_name")


# Sizes


def test_a_single_line_of_five_megabytes(officer: Client) -> None:
    made = bring(officer, b"Medlemsnr;Namn;Ort " + b"x" * 5_000_000)
    assert made.state in {"staged", "unreadable"}


def test_ten_thousand_columns(officer: Client) -> None:
    header = [*HEADER, *(f"k{number}" for number in range(9_994))]
    made = bring(officer, table([header, ASA]).encode())
    assert (made.state, figures(made), len(made.columns)) == ("staged", {"new": 1}, 200)


def test_a_file_of_delimiters_alone(officer: Client) -> None:
    made = bring(officer, b";" * 15_000 + b"\n")
    assert (made.state, made.problem) == ("unreadable", "no_header")


@pytest.mark.parametrize("filename", ["../../etc/passwd", "r\u202evsc.csv", "<b>.csv", "x" * 400, ".csv"])
def test_odd_names_of_files(officer: Client, filename: str) -> None:
    made = bring(officer, table([HEADER, ASA]).encode(), filename)
    page = officer.get(reverse("rosters:index", args=["byn"])).content.decode()
    assert (made.state, "<b>.csv" in page) == ("staged", False)


def test_a_workbook_beside_a_text_of_the_same_people(officer: Client) -> None:
    made = bring(officer, workbook([HEADER, ASA, BO]), "r.xlsx")
    assert (figures(made), made.encoding, made.delimiter) == ({"new": 2}, "", "")


def workbook(rows: list[Any]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(list(row))
    content = BytesIO()
    book.save(content)
    return content.getvalue()
