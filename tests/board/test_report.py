"""The report for the meeting, read back from the PDF: the page's figures, on A4, and no names."""

import io
from datetime import date

import pytest
from django.test import Client
from django.utils import translation
from pypdf import PdfReader

from crm.board import report
from crm.board.overview import overview
from crm.people.models import Branch, MembershipGoal
from crm.units import grouped
from tests.board.making import applied_roster
from tests.factories import BranchFactory, MemberFactory
from tests.figures.histories import period
from tests.logins import log_in_as

pytestmark = pytest.mark.django_db
ON = date(2026, 6, 15)
A4 = (595, 842)  # points


@pytest.fixture
def branch() -> Branch:
    found: Branch = BranchFactory.create(name="Åsele arbetarekommun")
    applied_roster(found, date(2025, 9, 30))
    for month in range(1, 7):
        period(found, date(2026, month, 10))
    for _ in range(6):
        period(found, date(2020, 1, 1), date(2026, 2, 3), reason="moved")
    MembershipGoal.objects.create(branch=found, members_wanted=1000, by_date=date(2026, 12, 31))
    return found


def words(content: bytes) -> str:
    return " ".join(" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(content)).pages)


def printed(branch: Branch, on: date = ON) -> bytes:
    return report.draw(branch, overview(branch, on)).as_bytes()


def test_it_says_what_the_page_says(branch: Branch) -> None:
    page = overview(branch, ON)
    told = words(printed(branch))
    sentences = (page.goal_sentence, page.line_sentence, page.flow_sentence, page.forecast_sentence)
    assert [sentence for sentence in sentences if " ".join(sentence.split()) not in told] == []
    assert "Så går det för Åsele arbetarekommun" in told


def test_the_months_of_a_year_are_its_table(branch: Branch) -> None:
    told = words(printed(branch))
    for month in overview(branch, ON).months[-13:]:
        row = (month.opening, month.joined, month.returned, month.left, month.closing)
        assert f"{month.first:%Y-%m} {' '.join(map(grouped, row))}" in told


def test_every_figure_says_how_it_is_counted(branch: Branch) -> None:
    told = words(printed(branch))
    for read in overview(branch, ON).explained.values():
        assert " ".join(str(read.figure.explanation).split()) in told


def test_it_is_a4_in_pages_that_count_themselves(branch: Branch) -> None:
    pages = PdfReader(io.BytesIO(printed(branch))).pages
    assert {(round(page.mediabox.width), round(page.mediabox.height)) for page in pages} == {A4}
    assert f"Sida 1 av {len(pages)}" in " ".join(pages[0].extract_text().split())


def test_a_branch_without_anything_has_a_report() -> None:
    told = words(printed(BranchFactory.create(), date(2026, 1, 1)))
    assert "Inga medlemmar är kända den här dagen." in told
    assert "Ingen har kommit eller lämnat det senaste året" in told
    assert "Svart, uppåt" not in told  # no empty picture


def test_reasons_of_a_few_are_not_printed(branch: Branch) -> None:
    period(branch, date(2020, 1, 1), date(2026, 3, 3), reason="deceased")
    told = words(printed(branch))
    assert "Avliden" not in told
    assert "Så få har lämnat" in told


@pytest.mark.parametrize(("language", "says"), [("sv", "Sida 1 av"), ("en", "Page 1 of")])
def test_in_the_readers_language(branch: Branch, language: str, says: str) -> None:
    with translation.override(language):
        assert says in words(printed(branch))


def test_no_member_is_named(client: Client, branch: Branch) -> None:
    member = MemberFactory.create(branch=branch, last_name="Särskilt-Namn")
    log_in_as(client, "board", branch)
    answer = client.get(f"/{branch.slug}/styrelsen/rapport.pdf")
    assert answer.headers["Content-Type"] == "application/pdf"
    told = words(answer.content)
    assert [word for word in (member.last_name, member.member_number, member.email) if word in told] == []


def test_every_figure_is_printed_with_what_it_counts() -> None:
    """The word follows the number: one member, no members."""
    lone = BranchFactory.create()
    period(lone, ON)
    told = words(printed(lone))
    assert "Medlemmar: 1 medlem " in told
    assert "Har lämnat i år: 0 medlemmar " in told
