"""No published table of the board lets a group of 1-4 people be computed: the page, the link, the files, the paper.

Branches of 65 and of 600, with random leavings. A table is published when its words stand in an answer to anybody.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import permutations
from random import Random

import pytest
from django.test import Client
from django.utils import timezone
from pypdf import PdfReader

from crm.board import links, report, tables, telling
from crm.board import overview as board
from crm.board.leaving import Leaving
from crm.board.overview import Overview
from crm.figures import membership
from crm.figures.small_groups import SMALLEST, Breakdown, protect
from crm.people.models import Branch, Member, Membership
from tests.crm.markup import Markup
from tests.factories import BranchFactory, user_with
from tests.logins import log_in_as

pytestmark = pytest.mark.django_db
ON = date(2026, 6, 30)
REASONS = (*Membership.EndReason.values, "")
SIZES = (65, 600)


def branch_of(size: int, seed: int) -> Branch:
    """So many people since long, of whom some have left in the last year for reasons of uneven likelihood."""
    chance = Random(f"{size} {seed}")
    branch: Branch = BranchFactory.create()
    members = Member.objects.bulk_create(
        Member(branch=branch, member_number=f"{place}", learnt_on=date(2020, 1, 1), name_sort=f"{place}")
        for place in range(size)
    )
    likely = [chance.choice((1, 2, 4, 12)) for _ in REASONS]
    periods = []
    for member in members:
        period = Membership(member=member, branch=branch, started_on=date(2020, 1, 1))
        if chance.random() < 0.25:
            day = ON - timedelta(days=chance.randint(0, 300))
            leave(period, day, chance.choices(REASONS, likely)[0])
        periods.append(period)
    Membership.objects.bulk_create(periods)
    return branch


def leave(period: Membership, day: date, reason: str) -> None:
    """Without a reason somebody is only missing yet."""
    if reason:
        period.ended_on, period.end_reason = day, reason
    else:
        period.missing_since = day


def cells_of(branch: Branch) -> dict[str, int]:
    """Of the quarters of which anything is told; else of all."""
    leaving = board.overview(branch, ON).leaving
    found = Counter(dict.fromkeys(REASONS, 0))
    for (month, reason), number in membership.ends_by_month(branch, ON).items():
        found[reason] += number if (leaving.first or month) <= month <= (leaving.last or month) else 0
    return found


def numbers(cells: Iterable[str]) -> list[int]:
    return [int(digits) for cell in cells if (digits := re.sub(r"\D", "", cell))]


@pytest.fixture(params=[(size, seed) for size in SIZES for seed in range(4)], ids=str)
def branch(request: pytest.FixtureRequest) -> Branch:
    return branch_of(*request.param)


def other_worlds(cells: dict[str, int], published: Breakdown) -> Iterator[dict[str, int]]:
    """Branches whose merged groups have each other's numbers, or one more here and one fewer there."""
    keys = published.merged_keys
    values = [cells[key] for key in keys]
    for order in permutations(values):
        yield cells | dict(zip(keys, order, strict=True))
    for one, other in permutations(keys, 2):
        if cells[other]:
            yield cells | {one: cells[one] + 1, other: cells[other] - 1}


def test_each_small_group_could_have_had_another_number(branch: Branch) -> None:
    cells = cells_of(branch)
    published = protect(cells)
    worlds = [world for world in other_worlds(cells, published) if protect(world) == published]
    small = {key for key, number in cells.items() if 0 < number < SMALLEST}
    assert [key for key in small if {world[key] for world in worlds} == {cells[key]}] == []
    assert {sum(world.values()) for world in worlds} <= {sum(cells.values())}


def test_the_reasons_as_a_table_hold_no_small_group(branch: Branch) -> None:
    cells = cells_of(branch)
    page = board.overview(branch, ON)
    told = [number for _label, number in tables.leaving(page).rows]
    assert [number for number in told if isinstance(number, int) and number < SMALLEST] == []
    total = sum(number for number in told if isinstance(number, int))
    assert (len(told) > 1, total) == ((False, 0) if page.leaving.is_hidden else (True, sum(cells.values())))


def test_the_page_and_the_link_tell_of_the_reasons_what_the_table_tells(
    client: Client, branch: Branch
) -> None:
    told = [row[1] for row in tables.leaving(board.overview(branch, ON)).rows]
    log_in_as(client, "board", branch)
    last = timezone.localdate() + timedelta(days=1)
    token = links.make(branch=branch, expires_on=last, by=user_with("board", branch))
    for address in (f"/{branch.slug}/styrelsen/?on={ON}", f"/siffror/{token}/?on={ON}"):
        assert reasons_on(client.get(address).content.decode()) == told


def reasons_on(page: str) -> list[int]:
    """The numbers of the card about leaving."""
    card = page.split('id="leaving-title"')[1].split("</section>", maxsplit=1)[0]
    return numbers(element.text for element in Markup.of(card).all("td"))


def test_the_csv_tells_the_same(branch: Branch) -> None:
    page = board.overview(branch, ON)
    content = tables.as_csv(tables.tables(page)).removeprefix("\ufeff")
    lines = list(csv.reader(io.StringIO(content), delimiter=";"))
    title = tables.leaving(page).title
    start = next(place for place, line in enumerate(lines) if line[0] == title) + 2
    rows = [line for line in lines[start:] if line[1]]
    assert [(line[0], line[1]) for line in rows] == [
        (str(label), str(number)) for label, number in tables.leaving(page).rows
    ]


def test_programs_are_told_the_same(branch: Branch) -> None:
    page = board.overview(branch, ON)
    told = telling.as_data(branch, ON, may=bool)["tables"]
    assert told["leaving_reasons"]["rows"] == tables.leaving(page).rows
    assert told["balance"]["rows"] == tables.balance(page).rows


def test_the_paper_tells_the_same(branch: Branch) -> None:
    page = board.overview(branch, ON)
    content = report.draw(branch, page).as_bytes()
    words = " ".join(" ".join(sheet.extract_text().split()) for sheet in PdfReader(io.BytesIO(content)).pages)
    part = words.partition("Varför medlemmar har lämnat")[2].partition("Medlemmar månad för månad")[0]
    part = part.partition("Av dem som lämnade")[0]
    part = re.sub(r"\S+ arbetarekommun \d+, som det|\d{4}-\d\d-\d\d|Sida \d+ av \d+|1–4", "", part)
    assert numbers(re.findall(r"\d[\d ]*", part)) == [number for _label, number in tables.leaving(page).rows]
    for label, number in tables.leaving(page).rows:
        assert f"{label} {number}" in words


def overview_with(leaving: Leaving, page: Overview) -> Overview:
    return Overview(**(vars(page) | {"leaving": leaving}))


def test_when_nothing_may_be_told_no_form_of_it_tells_even_which_groups_are_empty() -> None:
    branch = BranchFactory.create()
    member = Member.objects.create(branch=branch, member_number="1", learnt_on=date(2020, 1, 1))
    Membership.objects.create(
        member=member, branch=branch, started_on=date(2020, 1, 1), ended_on=ON, end_reason="deceased"
    )
    page = board.overview(branch, ON)
    assert (page.leaving.is_hidden, tables.leaving(page).rows) == (True, [])
    empty = overview_with(Leaving(reasons=[], merged=None, is_hidden=True), page)
    assert tables.leaving(page) == tables.leaving(empty)
