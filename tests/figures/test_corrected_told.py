"""What was told of closed quarters and has been corrected since says by which import, or that it was by hand."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from crm.board import overview as board
from crm.board import staying as page_of_staying
from crm.board import tables
from crm.figures.corrected import Cause, changed_since, since_told
from crm.outreach import board as recruiting
from crm.people.models import Branch, Club, ClubMembership, Membership
from crm.rosters.models import RosterImport
from tests.board.making import applied_roster
from tests.factories import BranchFactory, UserFactory
from tests.figures.histories import period
from tests.logins import log_in_as
from tests.outreach.making import activity, newcomer

pytestmark = pytest.mark.django_db
TOLD = datetime(2026, 8, 5, 12, tzinfo=UTC)
SINCE = datetime(2026, 9, 2, 12, tzinfo=UTC)
READ = datetime(2026, 9, 10, 12, tzinfo=UTC)
JUNE, AUGUST = date(2026, 6, 30), date(2026, 8, 31)
ANEW = "Något av det har rättats sedan dess."
BY_FILE = "Rättat av medlemsfilen från 2026-08-31, inläst 2026-09-02."
BACK = "Rättat när medlemsfilen från 2026-08-31 togs tillbaka 2026-09-02."
BY_HAND = "Rättat för hand sedan dess, inte av en medlemsfil."


@pytest.fixture
def branch() -> Branch:
    made: Branch = BranchFactory.create(slug="lillberga")
    return made


@pytest.fixture(autouse=True)
def in_swedish() -> Iterator[None]:
    with translation.override("sv"):
        yield


def file(branch: Branch, at: datetime, *, moved: date | None = JUNE, **fields: object) -> RosterImport:
    """A file of the end of August, applied at a moment; the first day whose number of members it changed."""
    made = applied_roster(branch, AUGUST)
    RosterImport.objects.filter(pk=made.pk).update(applied_at=at, figures_from=moved, **fields)
    return made


def causes(branch: Branch, told_at: datetime = TOLD, last: date = JUNE, **choices: bool) -> list[Cause]:
    return since_told(branch, [(told_at, last)], **choices)


@pytest.mark.parametrize(
    ("applied", "moved", "named"),
    [
        (SINCE, JUNE, True),
        (SINCE, JUNE - timedelta(days=400), True),
        (SINCE, JUNE + timedelta(days=1), False),  # after the block
        (SINCE, None, False),  # moved nobody
        (TOLD, JUNE, False),  # was there when it was told
        (TOLD + timedelta(seconds=1), JUNE, True),
    ],
)
def test_an_import_is_named_that_moved_somebody_in_the_block_since(
    branch: Branch, applied: datetime, moved: date | None, named: bool
) -> None:
    made = file(branch, applied, moved=moved)
    assert [cause.key for cause in causes(branch)] == ([made.pk] if named else [])


@pytest.mark.parametrize(("applied", "named"), [(TOLD - timedelta(days=30), True), (SINCE, False)])
def test_one_that_was_taken_back_is_named_unless_it_came_and_went_since(
    branch: Branch, applied: datetime, named: bool
) -> None:
    by = UserFactory.create()
    file(branch, applied, undone_at=SINCE, undo_asked_at=SINCE, undo_asked_by=by, state="undone")
    assert [cause.was_undone for cause in causes(branch)] == [True] * named


@pytest.mark.parametrize("of_reasons", [True, False])
def test_a_file_that_confirms_who_has_left_gives_reasons(branch: Branch, of_reasons: bool) -> None:
    file(branch, SINCE, moved=None, leaving=3)
    assert len(causes(branch, of_reasons=of_reasons)) == of_reasons


def test_each_block_is_asked_of_its_own_time_and_a_file_is_named_once(branch: Branch) -> None:
    made = file(branch, SINCE)
    later = SINCE + timedelta(days=1)
    blocks = [(TOLD, JUNE), (TOLD, date(2026, 3, 31)), (later, JUNE), (TOLD, JUNE)]
    assert [cause.key for cause in since_told(branch, blocks)] == [made.pk]
    assert since_told(branch, [(TOLD, date(2026, 3, 31)), (later, JUNE)]) == []


def test_another_branchs_files_are_not_named_and_without_blocks_nothing_is_asked(branch: Branch) -> None:
    file(BranchFactory.create(), SINCE)
    assert causes(branch) == []
    with CaptureQueriesContext(connection) as queries:
        assert since_told(branch, []) == []
    assert len(queries) == 0


def test_in_words(branch: Branch) -> None:
    at = datetime(2026, 9, 2, 12, tzinfo=UTC)
    found = [Cause(1, AUGUST, at, was_undone=False), Cause(2, AUGUST, at, was_undone=True)]
    assert changed_since(found).endswith(f"{BY_FILE} {BACK}")
    assert changed_since([]).endswith(BY_HAND)
    assert changed_since([]).startswith(ANEW)


def leave(branch: Branch, number: int, reason: str, on: date = date(2026, 5, 4)) -> None:
    for _each in range(number):
        period(branch, date(2020, 1, 1), on, reason=reason)


def at(moment: datetime, branch: Branch) -> board.Overview:
    with time_machine.travel(moment, tick=False):
        return board.overview(Branch.objects.get(pk=branch.pk), moment.date())


@pytest.fixture
def left(branch: Branch) -> Branch:
    leave(branch, 7, "left")
    leave(branch, 6, "moved")
    assert ANEW not in at(TOLD, branch).leaving.note
    return branch


def test_the_table_of_reasons_says_it(left: Branch) -> None:
    leave(left, 1, "left")
    assert at(READ, left).leaving.note.endswith(BY_HAND)
    file(left, SINCE, moved=date(2026, 5, 4))
    page = at(READ, left)
    assert page.leaving.note.endswith(BY_FILE)
    assert tables.leaving(page).note == page.leaving.note


def test_a_reason_that_a_file_confirms_is_the_files(left: Branch) -> None:
    gone = left.memberships.filter(end_reason="left").first()
    assert gone is not None
    Membership.objects.filter(pk=gone.pk).update(end_reason="deceased")
    file(left, SINCE, moved=None, leaving=1)
    assert at(READ, left).leaving.note.endswith(BY_FILE)


def whole_page(branch: Branch, moment: datetime) -> recruiting.WholePage:
    with time_machine.travel(moment, tick=False):
        return recruiting.whole_page(Branch.objects.get(pk=branch.pk), moment.date())


@pytest.fixture
def joined(branch: Branch) -> Branch:
    """Last year and in May, by two ways, to two clubs; activities of two kinds."""
    clubs = [Club.objects.create(branch=branch, name=name) for name in ("Norra", "Södra")]
    for day in (date(2025, 5, 4), date(2026, 5, 4)):
        for number in range(14):
            member = newcomer(branch, day, "web" if number % 2 else "")
            ClubMembership.objects.create(member=member, club=clubs[number % 2], is_primary=True)
    activity(branch, date(2026, 5, 9), "doors", new_members=6)
    page = whole_page(branch, TOLD)
    assert [ANEW in note for note in (page.source_note, page.clubs_note, page.kinds_note)] == [False] * 3
    return branch


def test_recruitment_by_source_says_it(joined: Branch) -> None:
    newcomer(joined, date(2026, 5, 20), "web")
    assert whole_page(joined, READ).source_note.endswith(BY_HAND)
    file(joined, SINCE, moved=date(2026, 5, 20))
    page = whole_page(joined, READ)
    assert page.source_note.endswith(BY_FILE)
    assert page.clubs_note.endswith("slås ihop.")  # of last year, in which nothing is otherwise


def test_recruitment_by_club_says_it(joined: Branch) -> None:
    newcomer(joined, date(2025, 6, 20))
    file(joined, SINCE, moved=date(2025, 6, 20))
    page = whole_page(joined, READ)
    assert page.clubs_note.endswith(BY_FILE)
    assert page.clubs.total == 14


def test_who_changes_club_later_corrects_nothing(joined: Branch) -> None:
    other = Club.objects.get(branch=joined, name="Södra")
    ClubMembership.objects.filter(member__learnt_on__year=2025).update(club=other)
    assert ANEW not in whole_page(joined, READ).clubs_note


def test_recruitment_by_kind_says_it_and_blames_no_file(joined: Branch) -> None:
    activity(joined, date(2026, 6, 2), "doors", new_members=2)
    file(joined, SINCE, moved=date(2026, 5, 20))
    page = whole_page(joined, READ)
    assert page.kinds_note.endswith(BY_HAND)
    assert [row.new_members for row in page.kinds.rows] == [6]


def test_the_page_and_its_files_carry_the_notes(client: Client, joined: Branch) -> None:
    newcomer(joined, date(2025, 6, 20))
    newcomer(joined, date(2026, 5, 20), "web")
    activity(joined, date(2026, 6, 2), "doors", new_members=2)
    file(joined, SINCE, moved=date(2025, 6, 20))
    with time_machine.travel(READ, tick=False):
        log_in_as(client, "board", joined)
        page = client.get("/lillberga/varvning/").content.decode()
        sheet = client.get("/lillberga/styrelsen/siffror.csv").content.decode()
    assert [(text.count(BY_FILE), text.count(BY_HAND)) for text in (page, sheet)] == [(2, 1), (2, 1)]


def test_who_stays_says_it(branch: Branch) -> None:
    began = date(2025, 2, 10)
    for number in range(14):
        period(branch, began, date(2025, 6, 1) if number < 6 else None)

    def staying(moment: datetime) -> page_of_staying.Staying:
        fresh = Branch.objects.get(pk=branch.pk)
        with time_machine.travel(moment, tick=False):
            return page_of_staying.staying(fresh, moment.date(), known_since=date(2025, 1, 1))

    assert staying(TOLD).note == ""
    period(branch, began)
    assert staying(READ).note.endswith(BY_HAND)
    file(branch, SINCE, moved=began)
    assert staying(READ).note.endswith(BY_FILE)


def test_a_page_on_which_all_has_been_corrected_has_no_more_than_25_queries(
    client: Client, joined: Branch
) -> None:
    leave(joined, 7, "left")
    leave(joined, 6, "moved")
    at(TOLD, joined)
    leave(joined, 1, "left")
    newcomer(joined, date(2026, 5, 20), "web")
    with time_machine.travel(READ, tick=False):
        log_in_as(client, "board", joined)
        with CaptureQueriesContext(connection) as queries:
            page = client.get("/lillberga/styrelsen/").content.decode()
    assert page.count(ANEW) == 2
    assert len(queries) <= 25
