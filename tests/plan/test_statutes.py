from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.test import Client

from crm.people.models import Branch, User
from crm.plan import statutes, wheel
from crm.plan.models import StatuteDate, StatuteTick
from tests.factories import BranchFactory, user_with
from tests.logins import log_in_as
from tests.plan.making import make_statute_date

pytestmark = pytest.mark.django_db
JULY = date(2026, 7, 1)


@pytest.fixture
def board(branch: Branch) -> User:
    return user_with("board", branch)


def url(branch: Branch, tail: str = "") -> str:
    return f"/{branch.slug}/plan/stadgar/{tail}"


@pytest.mark.parametrize(
    ("month", "day", "year", "found"),
    [
        (3, 31, 2026, date(2026, 3, 31)),
        (2, 29, 2026, date(2026, 2, 28)),
        (2, 29, 2028, date(2028, 2, 29)),
        (2, 28, 2028, date(2028, 2, 28)),
        (12, 31, 2027, date(2027, 12, 31)),
    ],
)
def test_a_date_comes_each_year(month: int, day: int, year: int, found: date) -> None:
    assert StatuteDate(month=month, day=day).in_year(year) == found


@pytest.mark.parametrize(("month", "day"), [(0, 1), (13, 1), (1, 0), (1, 32)])
def test_the_database_takes_no_day_that_is_none(branch: Branch, month: int, day: int) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        make_statute_date(branch, month=month, day=day)


def test_the_usual_dates_are_added_once_and_leave_the_branchs_own(branch: Branch, board: User) -> None:
    make_statute_date(branch, str(statutes.USUAL[1].title), day=15)
    assert [statutes.add_usual(branch=branch, by=board) for _again in range(2)] == [
        len(statutes.USUAL) - 1,
        0,
    ]
    assert StatuteDate.objects.get(title=str(statutes.USUAL[1].title)).day == 15


def test_the_usual_dates_are_days_and_somebodys() -> None:
    for usual in statutes.USUAL:
        assert (date(2027, usual.month, usual.day).month, bool(usual.responsible)) == (usual.month, True)


def test_ticked_is_done_that_year_alone(branch: Branch, board: User) -> None:
    meeting = make_statute_date(branch)
    assert [statutes.tick(statute_date=meeting, year=2026, by=board) for _again in range(2)] == [True, False]
    done = [[due.is_done for due in statutes.of_year(branch, year)] for year in (2026, 2027)]
    assert done == [[True], [False]]


def test_a_tick_can_be_taken_back(branch: Branch, board: User) -> None:
    meeting = make_statute_date(branch)
    statutes.tick(statute_date=meeting, year=2026, by=board)
    assert [statutes.untick(statute_date=meeting, year=2026, by=board) for _again in range(2)] == [
        True,
        False,
    ]
    assert [due.is_done for due in statutes.of_year(branch, 2026)] == [False]


def test_what_lay_behind_when_the_date_was_added_is_not_late(branch: Branch) -> None:
    make_statute_date(branch, added_at=datetime(2026, 4, 1, 12, tzinfo=UTC))
    assert [due.is_done for year in (2025, 2026, 2027) for due in statutes.of_year(branch, year)] == [
        None,
        None,
        False,
    ]


def test_the_wheel_holds_the_dates_and_shows_the_late_ones(branch: Branch, board: User) -> None:
    late = make_statute_date(branch)
    done = make_statute_date(branch, "Namnen är skickade", month=2, day=28)
    make_statute_date(branch, "Motionerna har kommit", month=11, day=30)
    statutes.tick(statute_date=done, year=2026, by=board)
    found = wheel.wheel(branch, 2026, on=JULY)
    assert [one.mark.label for one in found.late] == [late.title]
    assert [one.mark.label for one in found.coming] == ["Motionerna har kommit"]
    assert [(mark.first, mark.part) for mark in wheel.marks_of(branch, 2026, on=JULY)] == [
        (date(2026, 2, 28), "statutes"),
        (date(2026, 3, 31), "statutes"),
        (date(2026, 11, 30), "statutes"),
    ]


def test_another_branchs_dates_are_its_own(branch: Branch) -> None:
    make_statute_date(BranchFactory.create())
    assert statutes.of_year(branch, 2026) == []


@pytest.mark.parametrize(
    ("role", "responsible", "may"),
    [
        ("board", "", True),
        ("member_officer", "board", True),
        ("call_leader", "call_leader", True),
        ("call_leader", "board", False),
        ("admin", "", False),
    ],
)
def test_the_responsible_and_those_who_write_the_plan_tick(
    branch: Branch, role: str, responsible: str, may: bool
) -> None:
    meeting = make_statute_date(branch, responsible=responsible)
    user = user_with(role, branch)
    assert statutes.may_tick(meeting, user) is may
    if not may:
        with pytest.raises(PermissionDenied):
            statutes.tick(statute_date=meeting, year=2026, by=user)
        with pytest.raises(PermissionDenied):
            statutes.untick(statute_date=meeting, year=2026, by=user)


@pytest.mark.parametrize("deed", ["add", "change", "remove", "add_usual"])
def test_only_those_who_write_the_plan_change_the_dates(branch: Branch, deed: str) -> None:
    leader = user_with("call_leader", branch)
    what: dict[str, Any] = (
        {"branch": branch} if deed == "add_usual" else {"statute_date": make_statute_date(branch)}
    )
    with pytest.raises(PermissionDenied):
        getattr(statutes, deed)(by=leader, **what)
    assert StatuteDate.objects.count() == (0 if deed == "add_usual" else 1)


def test_the_same_title_twice_is_refused_in_words(branch: Branch, board: User) -> None:
    make_statute_date(branch)
    again = StatuteDate(branch=branch, title="Årsmötet är hållet", month=3, day=30)
    with pytest.raises(ValidationError, match="redan det datumet"):
        statutes.add(statute_date=again, by=board)


@time_machine.travel("2026-07-01 12:00", tick=False)
def test_a_date_is_added_changed_and_removed_on_its_pages(
    client: Client, branch: Branch, board: User
) -> None:
    client.force_login(board)
    what = {"title": "Årsmötet", "month": "3", "day": "31", "paragraph": "§ 7", "responsible": "board"}
    assert client.post(url(branch, "nytt/"), what).headers["Location"] == url(branch)
    added = StatuteDate.objects.get()
    assert (added.paragraph, added.responsible, added.added_by) == ("§ 7", "board", board)
    client.post(url(branch, f"{added.pk}/"), what | {"day": "15"})
    added.refresh_from_db()
    assert added.day == 15
    client.post(url(branch, f"{added.pk}/ta-bort/"))
    assert not StatuteDate.objects.exists()


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ({"day": "31", "month": "6"}, "Den dagen finns inte i månaden."),
        ({"day": "30", "month": "2"}, "Den dagen finns inte i månaden."),
    ],
)
def test_a_wrong_date_is_said_on_the_page(
    client: Client, branch: Branch, board: User, what: dict[str, str], words: str
) -> None:
    client.force_login(board)
    answer = client.post(url(branch, "nytt/"), {"title": "Årsmötet", "month": "3", "day": "31"} | what)
    assert (answer.status_code, StatuteDate.objects.count()) == (422, 0)
    assert words in answer.content.decode()


@time_machine.travel("2026-07-01 12:00", tick=False)
def test_a_responsible_ticks_on_the_page_and_sees_no_form(client: Client, branch: Branch) -> None:
    meeting = make_statute_date(branch, responsible="call_leader")
    other = make_statute_date(branch, "Namnen är skickade", responsible="board")
    log_in_as(client, "call_leader", branch)
    page = client.get(url(branch)).content.decode()
    assert [f"{found.pk}/klart/2026/" in page for found in (meeting, other)] == [True, False]
    assert "Lägg in de vanliga datumen" not in page
    client.post(url(branch, f"{meeting.pk}/klart/2026/"))
    assert StatuteTick.objects.get().statute_date == meeting
    client.post(url(branch, f"{meeting.pk}/inte-klart/2026/"))
    assert not StatuteTick.objects.exists()


@time_machine.travel("2026-07-01 12:00", tick=False)
@pytest.mark.parametrize(("year", "status"), [(1999, 404), (2000, 302), (2026, 302), (2027, 404)])
def test_a_year_to_come_is_not_ticked(
    client: Client, branch: Branch, board: User, year: int, status: int
) -> None:
    meeting = make_statute_date(branch)
    client.force_login(board)
    assert client.post(url(branch, f"{meeting.pk}/klart/{year}/")).status_code == status
    assert StatuteTick.objects.count() == (1 if status == 302 else 0)


@pytest.mark.parametrize(
    ("role", "seen", "added"), [("board", 200, 302), ("admin", 200, 403), ("caller", 403, 403)]
)
def test_who_sees_and_who_adds(client: Client, branch: Branch, role: str, seen: int, added: int) -> None:
    log_in_as(client, role, branch)
    assert client.get(url(branch)).status_code == seen
    assert (
        client.post(url(branch, "nytt/"), {"title": "Årsmötet", "month": "3", "day": "31"}).status_code
        == added
    )


def test_a_stranger_finds_nothing(client: Client, branch: Branch) -> None:
    meeting = make_statute_date(branch)
    log_in_as(client, "board", BranchFactory.create())
    answers = [client.get(url(branch)), client.post(url(branch, f"{meeting.pk}/ta-bort/"))]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert StatuteDate.objects.exists()


def test_the_button_adds_the_usual_dates(client: Client, branch: Branch, board: User) -> None:
    client.force_login(board)
    page = client.post(url(branch, "vanliga/"), follow=True).content.decode()
    assert f"{len(statutes.USUAL)} datum är inlagda." in page
    assert [str(usual.title) in page for usual in statutes.USUAL] == [True] * len(statutes.USUAL)
