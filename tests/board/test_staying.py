"""Do they stay: what the board's page, its files and its paper say of those who joined, quarter by quarter."""

import io
from datetime import date, timedelta

import pytest
from django.test import Client
from pypdf import PdfReader

from crm.board import overview as board
from crm.board import report, staying, tables
from crm.figures.staying import Cohort, Fate
from crm.people.models import Branch, Member, Membership
from tests.board.making import applied_roster
from tests.crm.markup import Markup
from tests.factories import BranchFactory
from tests.figures.test_cohorts import meet, talk
from tests.logins import log_in_as

pytestmark = pytest.mark.django_db
ON = date(2026, 6, 30)


@pytest.fixture
def branch() -> Branch:
    found: Branch = BranchFactory.create(name="Storköpings arbetarekommun")
    applied_roster(found, date(2024, 1, 1))
    return found


def joined(branch: Branch, day: date, *, stayed: int, gone: int) -> list[Member]:
    """Those who stayed first."""
    members = Member.objects.bulk_create(
        Member(branch=branch, member_number=f"{day}-{place}", learnt_on=day, name_sort=f"{place}")
        for place in range(stayed + gone)
    )
    left = {"ended_on": day + timedelta(days=200), "end_reason": "left"}
    Membership.objects.bulk_create(
        Membership(member=member, branch=branch, started_on=day, **({} if place < stayed else left))
        for place, member in enumerate(members)
    )
    return list(members)


@pytest.fixture
def two_quarters(branch: Branch) -> Branch:
    """Of the first quarter's 20 who joined 15 stayed, 10 of them were called; of the second's 20 ten stayed."""
    first = joined(branch, date(2024, 2, 1), stayed=15, gone=5)
    joined(branch, date(2024, 5, 1), stayed=10, gone=10)
    joined(branch, date(2026, 2, 1), stayed=3, gone=0)
    for member in first[:10]:
        talk(member, date(2024, 3, 1))
    return branch


def told(page: board.Overview) -> list[tuple[str, list[tuple[int, int]]]]:
    return [
        (row.label, [(group.joined, group.kept) for group in row.groups])
        for table in page.staying.tables
        for row in table.rows
    ]


def test_each_quarter_and_who_was_called(two_quarters: Branch) -> None:
    assert told(board.overview(two_quarters, ON)) == [
        ("2024 kv 1", [(20, 15)]),
        ("2024 kv 2", [(20, 10)]),
        ("2024 kv 1", [(10, 10), (10, 5)]),
        ("2024 kv 2", [(0, 0), (20, 10)]),
    ]


def test_the_page_says_it_in_words_and_that_it_is_no_cause(client: Client, two_quarters: Branch) -> None:
    log_in_as(client, "board", two_quarters)
    page = client.get(f"/{two_quarters.slug}/styrelsen/?on={ON}").content.decode()
    says = [
        element.text
        for element in Markup.of(page).all("p")
        if element.attributes.get("class") == "chart__says"
    ]
    everybody = (
        "Av dem som gick med 2024 kv 2 var 10 av 20 (50 %) medlemmar ett år senare."
        " Dessförinnan, 2024 kv 1: 75 %."
    )
    split = (
        "Samtal första året: 10 av 10 (100 %) var medlemmar efter ett år."
        " Inte samtal första året: 15 av 30 (50 %). Samband, inte orsak."
    )
    assert [text for text in says if "var " in text and "ett år" in text] == [everybody, split]


def test_each_picture_stands_above_its_table(client: Client, two_quarters: Branch) -> None:
    log_in_as(client, "board", two_quarters)
    page = client.get(f"/{two_quarters.slug}/styrelsen/?on={ON}").content.decode()
    part = page.split('id="staying-title"')[1].split("</section>", maxsplit=1)[0]
    assert (part.count('role="img"'), part.count("<table>")) == (2, 2)
    cells = [element.text for element in Markup.of(part).all("td")]
    assert [" ".join(cell.split()) for cell in cells[:6]] == [
        *("20", "20", "15 (75 %)"),
        *("20", "20", "10 (50 %)"),
    ]


def test_quarters_not_told_yet_say_why(two_quarters: Branch) -> None:
    joined(two_quarters, date(2025, 2, 1), stayed=1, gone=1)
    coming = board.overview(two_quarters, ON).staying.coming
    few, running = coming[-6], coming[-2]
    assert (few.label, few.sentence) == ("2025 kv 1", "2 gick med; visas tillsammans med ett senare kvartal")
    assert (running.label, running.sentence) == ("2026 kv 1", "3 gick med; pågår till 2027-03-31")


def test_a_branch_without_enough_of_them_gets_a_sentence(client: Client, branch: Branch) -> None:
    joined(branch, date(2024, 2, 1), stayed=3, gone=1)
    log_in_as(client, "board", branch)
    page = client.get(f"/{branch.slug}/styrelsen/?on={ON}").content.decode()
    part = page.split('id="staying-title"')[1].split("</section>", maxsplit=1)[0]
    assert ("<svg" in part, "Så få har gått med" in part) == (False, True)


def test_a_past_page_tells_of_a_quarter_what_today_s_tells(two_quarters: Branch) -> None:
    now = told(board.overview(two_quarters, ON))
    then = told(board.overview(two_quarters, date(2025, 3, 31)))
    assert then == [now[0], now[2]]


def test_the_latest_eight_blocks_are_shown() -> None:
    people = {Fate(True, True, frozenset()): 5}
    blocks = [Cohort(date(2010 + year, 1, 1), date(2010 + year, 3, 31), people) for year in range(12)]
    rows = staying.everybody(blocks[-staying.BLOCKS :]).rows
    assert [row.label for row in rows] == [f"{year} kv 1" for year in range(2014, 2022)]


def test_bars_stand_beneath_each_other_within_the_picture(two_quarters: Branch) -> None:
    for table in board.overview(two_quarters, ON).staying.tables:
        bars = [bar for row in table.rows for bar in row.bars]
        tops = [bar.y for bar in bars]
        assert tops == sorted(tops)
        assert tops[-1] + staying.BAR <= table.height
        assert max(bar.width for bar in bars) <= staying.WIDTH - staying.NUMBERS
        assert all(row.label_y < row.bars[0].y for row in table.rows)


def test_a_bar_of_everybody_is_as_long_as_the_picture_has_room(branch: Branch) -> None:
    joined(branch, date(2024, 2, 1), stayed=20, gone=0)
    joined(branch, date(2024, 5, 1), stayed=10, gone=10)
    rows = board.overview(branch, ON).staying.everybody.rows
    assert [bar.width for row in rows for bar in row.bars] == [250, 125]


def test_as_tables_with_the_quarters_that_wait(two_quarters: Branch) -> None:
    everybody, call = tables.staying(board.overview(two_quarters, ON))
    assert everybody.rows[:2] == [("2024 kv 1", 20, 20, 15, 75, ""), ("2024 kv 2", 20, 20, 10, 50, "")]
    assert everybody.rows[-2] == ("2026 kv 1", 3, None, None, None, "pågår till 2027-03-31")
    assert call.rows == [
        ("2024 kv 1", "Samtal första året", 10, 10, 100),
        ("2024 kv 1", "Inte samtal första året", 10, 5, 50),
        ("2024 kv 2", "Samtal första året", 0, 0, None),
        ("2024 kv 2", "Inte samtal första året", 20, 10, 50),
    ]
    assert call.note == "Samband, inte orsak."


def test_the_files_and_the_paper_hold_it(two_quarters: Branch) -> None:
    page = board.overview(two_quarters, ON)
    titles = [table.title for table in tables.tables(page)]
    assert titles[-2:] == ["Medlemmar ett år efter inträdet", "Med och utan samtal"]
    sheets = PdfReader(io.BytesIO(report.draw(two_quarters, page).as_bytes())).pages
    words = " ".join(" ".join(sheet.extract_text().split()) for sheet in sheets)
    for sentence in (
        "Stannar de?",
        page.staying.everybody.sentence,
        "2024 kv 1 Samtal första året 10 10 100",
    ):
        assert sentence in words


def test_the_meeting_s_bars_are_of_those_who_came(branch: Branch) -> None:
    members = joined(branch, date(2024, 2, 1), stayed=14, gone=6)
    for member in members[:9]:
        meet(member, date(2024, 4, 1))
    (row,) = board.overview(branch, ON).staying.splits[1].rows
    assert [group.text for group in row.groups] == ["9 av 9 (100 %)", "5 av 11 (45 %)"]


@pytest.fixture
def few_left(branch: Branch) -> Branch:
    """Of 26 who were called four left, and one of 16 who were not."""
    members = joined(branch, date(2024, 2, 1), stayed=37, gone=5)
    for member in [*members[:22], *members[-4:]]:
        talk(member, date(2024, 3, 1))
    return branch


def test_where_a_number_would_point_somebody_out_it_is_a_range(few_left: Branch) -> None:
    page = board.overview(few_left, ON)
    assert page.staying.splits[0].sentence == (
        "Samtal första året: 22–25 av 26 (85–96 %) var medlemmar efter ett år."
        " Inte samtal första året: 12–15 av 16 (75–94 %). Samband, inte orsak."
    )
    assert tables.staying(page)[1].rows == [
        ("2024 kv 1", "Samtal första året", 26, "22–25", "85–96"),
        ("2024 kv 1", "Inte samtal första året", 16, "12–15", "75–94"),
    ]


def test_the_picture_draws_from_the_least_to_the_most(few_left: Branch, client: Client) -> None:
    (row,) = board.overview(few_left, ON).staying.splits[0].rows
    assert [(bar.width, bar.more) for bar in row.bars] == [(211.5, 28.8), (187.5, 46.9)]
    assert [bar.group.beside_bar for bar in row.bars] == ["85–96 % av 26", "75–94 % av 16"]
    log_in_as(client, "board", few_left)
    page = client.get(f"/{few_left.slug}/styrelsen/?on={ON}").content.decode()
    assert (page.count('class="bar-range"'), page.count("den streckade delen av stapeln")) == (2, 1)


def test_paper_and_files_hold_the_range(few_left: Branch) -> None:
    page = board.overview(few_left, ON)
    sheets = PdfReader(io.BytesIO(report.draw(few_left, page).as_bytes())).pages
    words = " ".join(" ".join(sheet.extract_text().split()) for sheet in sheets)
    assert "2024 kv 1 Samtal första året 26 22–25 85–96" in words
    assert ";Samtal första året;26;22–25;85–96;" in tables.as_csv(tables.tables(page))


def test_exact_numbers_have_no_range(two_quarters: Branch, client: Client) -> None:
    log_in_as(client, "board", two_quarters)
    page = client.get(f"/{two_quarters.slug}/styrelsen/?on={ON}").content.decode()
    assert "bar-range" not in page
    assert "den streckade delen" not in page
