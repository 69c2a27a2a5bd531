"""How new members came, in the board's files and its report: by source, club, month and kind of activity."""

import csv
import io
from datetime import date

import pytest
from django.test import Client
from pypdf import PdfReader

from crm import extensions
from crm.board import overview as board
from crm.board import report, tables
from crm.extensions import BoardPart, PublishedTable
from crm.outreach.board import PART
from crm.people.models import Branch, ClubMembership, User
from tests.factories import ClubFactory
from tests.logins import log_in
from tests.outreach.making import activity, newcomer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("november")]
ON = date(2026, 11, 21)
TITLES = [
    "Hur nya medlemmar kom",
    "Nya medlemmar per förening",
    "Utåtriktat månad för månad",
    "Vilka aktiviteter som lönar sig",
]


@pytest.fixture
def recruiting(branch: Branch) -> Branch:
    """Twelve new members this year and last, seven of them of a club; six at the doors, none at the café."""
    held = activity(branch, date(2026, 9, 12), "doors", conversations=60, new_members=6)
    activity(branch, date(2026, 9, 3), "cafe", conversations=12, asked=False)
    club = ClubFactory.create(branch=branch, name="Lillberga s-förening")
    for place in range(12):
        member = newcomer(
            branch,
            date(2026, 9, 14),
            "activity" if place < 5 else "web",
            activity=held if place < 5 else None,
        )
        before = newcomer(branch, date(2025, 9, 14), "web" if place < 6 else "")
        if place < 7:
            for one in (member, before):
                ClubMembership.objects.create(member=one, club=club, is_primary=True)
    return branch


def test_by_source_by_club_by_month_and_by_kind(recruiting: Branch) -> None:
    source, club, month, kind = tables.of_parts(recruiting, ON)
    assert [table.title for table in (source, club, month, kind)] == TITLES
    assert source.rows == [
        ("Vid en aktivitet", 5),
        ("Tillfrågad av en medlem", 0),
        ("På webben", 7),
        ("Inte antecknat", 0),
    ]
    assert club.rows == [("Lillberga s-förening", 7), ("Ingen förening", 5)]
    assert month.rows[-3:] == [("2026-09", 2, 1, 72, 12), ("2026-10", 0, 0, 0, 0), ("2026-11", 0, 0, 0, 0)]
    assert kind.rows == [("Dörrknackning", 1, 60, 6), ("Kafé", 1, 12, 0)]


def test_the_running_month_is_remarked_until_its_last_day(recruiting: Branch) -> None:
    notes = [tables.of_parts(recruiting, on)[2].note for on in (ON, date(2026, 10, 31))]
    assert notes == ["Den sista månaden pågår.", ""]


def test_groups_of_one_to_four_are_merged_or_left_out(branch: Branch) -> None:
    held = activity(branch, date(2026, 9, 12))
    for place in range(14):
        how = "web" if place < 9 else "activity" if place < 11 else ""
        newcomer(branch, date(2026, 9, 14), how, activity=held if how == "activity" else None)
    source, club, _months, _kinds = tables.of_parts(branch, ON)
    assert [row for row in source.rows if row[1]] == [("På webben", 9), ("De andra tillsammans", 5)]
    assert club.rows == []


def test_so_few_that_they_could_be_told_leave_a_sentence(branch: Branch) -> None:
    newcomer(branch, date(2026, 9, 14), "web")
    source = tables.of_parts(branch, ON)[0]
    assert (source.rows, "peka ut någon" in source.note) == ([], True)


def test_the_csv_holds_them_below_the_board_s_own(client: Client, recruiting: Branch, board: User) -> None:
    log_in(client, board)
    content = client.get(f"/lillberga/styrelsen/siffror.csv?on={ON}").content.decode().removeprefix("\ufeff")
    lines = [line[:2] for line in csv.reader(io.StringIO(content), delimiter=";")]
    places = [next(place for place, line in enumerate(lines) if line[0] == title) for title in TITLES]
    assert places == sorted(places)
    assert lines[places[0] + 2] == ["Vid en aktivitet", "5"]
    assert [lines[place][0] for place in (0,)] == ["Siffror"]


def test_the_workbook_has_a_sheet_for_each(client: Client, recruiting: Branch, board: User) -> None:
    log_in(client, board)
    answer = client.get(f"/lillberga/styrelsen/siffror.xlsx?on={ON}")
    assert answer.content.startswith(b"PK")
    assert max(len(title) for title in TITLES) <= tables.LONGEST_SHEET_NAME


def test_the_report_holds_them(recruiting: Branch) -> None:
    content = report.draw(recruiting, board.overview(recruiting, ON)).as_bytes()
    words = " ".join(" ".join(sheet.extract_text().split()) for sheet in PdfReader(io.BytesIO(content)).pages)
    for row in ("På webben 7", "Lillberga s-förening 7", "2026-09 2 1 72 12", "Dörrknackning 1 60 6"):
        assert row in words


def test_a_part_without_tables_leaves_the_files_as_they_are(
    branch: Branch, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts: extensions.Registry[BoardPart] = extensions.Registry()
    monkeypatch.setattr(extensions, "board_parts", parts)
    parts.register("silent", BoardPart(template=PART.template, context=PART.context))
    assert tables.of_parts(branch, ON) == []
    told = PublishedTable("something", "Något", ("Vad",), [("ett",)])
    parts.register(
        "telling",
        BoardPart(template=PART.template, context=PART.context, tables=lambda _branch, _on: [told]),
    )
    assert tables.of_parts(branch, ON) == [told]
