from datetime import UTC, date, datetime, time, timedelta
from math import hypot, pi

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from calls.models import CallRound
from crm import extensions
from crm.extensions import YearMark, YearMarks
from crm.people.models import Branch
from crm.plan import wheel
from crm.plan.models import Area, CentralDate, Plan
from crm.plan.wheel import PARTS, RINGS, TONES, Shown
from crm.rosters.models import RosterImport
from onboarding.models import Gathering
from tests.board.making import applied_roster
from tests.factories import BranchFactory, UserFactory
from tests.plan.making import make_goal, noted

pytestmark = pytest.mark.django_db
JULY = date(2026, 7, 1)


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the marks of other apps."""
    empty: extensions.Registry[YearMarks] = extensions.Registry()
    monkeypatch.setattr(extensions, "year_marks", empty)


def mark(first: date, last: date | None = None, *, is_done: bool | None = None) -> YearMark:
    return YearMark(
        first=first, last=last or first, label="Kongress", part="central", key="k", is_done=is_done
    )


def labels(branch: Branch, year: int = 2026) -> list[str]:
    return [one.label for one in wheel.marks_of(branch, year, on=JULY)]


def test_every_part_has_a_name_a_colour_and_a_ring() -> None:
    assert PARTS.keys() == TONES.keys() == RINGS.keys()
    assert len(set(TONES.values())) == len(set(RINGS.values())) == len(PARTS)


@pytest.mark.usefixtures("alone")
def test_a_goal_stands_on_its_last_day_and_leads_to_its_page(area: Area) -> None:
    goal = make_goal(area, "Första maj", due_on=date(2026, 5, 1))
    (found,) = wheel.marks_of(area.plan.branch, 2026, on=JULY)
    assert (found.first, found.label, found.part, found.is_done) == (
        date(2026, 5, 1),
        "Första maj",
        "plan",
        False,
    )
    assert found.url == f"/{area.plan.branch.slug}/plan/mal/{goal.pk}/"


@pytest.mark.usefixtures("alone")
def test_a_goal_that_is_reached_is_done(area: Area) -> None:
    noted(make_goal(area, due_on=date(2026, 5, 1)), date(2026, 2, 1))
    assert [one.is_done for one in wheel.marks_of(area.plan.branch, 2026, on=JULY)] == [True]


@pytest.mark.usefixtures("alone")
def test_the_goals_of_the_whole_year_are_one_mark_at_its_end(area: Area) -> None:
    noted(make_goal(area), date(2026, 2, 1))
    make_goal(area)
    (found,) = wheel.marks_of(area.plan.branch, 2026, on=JULY)
    assert (found.first, found.label, found.is_done, found.url) == (
        date(2026, 12, 31),
        "2 av planens mål för hela året, 1 nådda",
        False,
        f"/{area.plan.branch.slug}/plan/2026/",
    )


@pytest.mark.usefixtures("alone")
def test_what_comes_next_stands_first(branch: Branch) -> None:
    for month in range(1, 13):
        central(branch, date(2026, month, 1), date(2026, month, 1), f"{month}")
    found = wheel.wheel(branch, 2026, on=date(2026, 6, 1)).coming
    assert [one.mark.label for one in found] == ["7", "8", "9", "10", "11"]


@pytest.mark.usefixtures("alone")
def test_a_goal_that_is_struck_out_is_not_in_the_year(area: Area) -> None:
    by = UserFactory.create()
    make_goal(area, struck_at=datetime(2026, 6, 30, 12, tzinfo=UTC), struck_by=by)
    assert labels(area.plan.branch) == []


@pytest.mark.usefixtures("alone")
def test_a_year_without_a_plan_is_empty(plan: Plan) -> None:
    assert labels(plan.branch, 2027) == []


def test_another_branch_has_its_own_year(area: Area) -> None:
    make_goal(area)
    assert labels(BranchFactory.create()) == []


def central(branch: Branch, first: date, last: date, title: str = "Kongress") -> CentralDate:
    return CentralDate.objects.create(
        branch=branch,
        uid=title,
        first=first,
        last=last,
        title=title,
        imported_at=timezone.now(),
        imported_by=UserFactory.create(),
    )


@pytest.mark.parametrize(
    ("first", "last", "inside"),
    [
        (date(2025, 12, 30), date(2026, 1, 2), True),
        (date(2026, 12, 30), date(2027, 1, 2), True),
        (date(2025, 12, 30), date(2025, 12, 31), False),
        (date(2027, 1, 1), date(2027, 1, 1), False),
    ],
)
def test_a_date_belongs_to_every_year_that_it_touches(
    branch: Branch, first: date, last: date, inside: bool
) -> None:
    central(branch, first, last)
    assert (labels(branch) == ["Kongress"]) is inside


def test_a_yearly_round_stands_from_its_opening_to_its_last_day(branch: Branch) -> None:
    CallRound.objects.create(
        branch=branch,
        period="2026",
        opens_on=date(2026, 2, 1),
        closes_on=date(2026, 12, 20),
        opened_at=timezone.now(),
        opened_by=UserFactory.create(),
    )
    (found,) = wheel.marks_of(branch, 2026, on=JULY)
    assert (found.label, found.first, found.last, found.is_done) == (
        "Ring alla medlemmar, omgången 2026",
        date(2026, 2, 1),
        date(2026, 12, 20),
        None,
    )
    assert [one.is_done for one in wheel.marks_of(branch, 2026, on=date(2026, 12, 21))] == [True]


def gathering(branch: Branch, day: date, state: str) -> Gathering:
    by, now = UserFactory.create(), timezone.now()
    more = {f"{state}_at": now, f"{state}_by": by} if state != "draft" else {}
    return Gathering.objects.create(
        branch=branch,
        starts_at=timezone.make_aware(datetime.combine(day, time(18))),
        place="Folkets hus",
        state=state,
        planned_at=now,
        planned_by=by,
        **more,
    )


@pytest.mark.parametrize(
    ("state", "day", "done"),
    [
        ("confirmed", date(2026, 3, 12), True),
        ("confirmed", date(2026, 9, 10), None),
        ("draft", date(2026, 9, 10), False),
        ("draft", date(2026, 3, 12), False),
    ],
)
def test_a_gathering_is_done_when_it_has_been_held(
    branch: Branch, state: str, day: date, done: bool | None
) -> None:
    gathering(branch, day, state)
    (found,) = wheel.marks_of(branch, 2026, on=JULY)
    assert (found.label, found.first, found.is_done) == ("Introduktionsträff, Folkets hus", day, done)


def test_a_cancelled_gathering_is_not_in_the_year(branch: Branch) -> None:
    gathering(branch, JULY, "cancelled")
    assert labels(branch) == []


def test_rosters_stand_on_their_dates_and_the_next_one_a_month_later(branch: Branch) -> None:
    applied_roster(branch, date(2026, 5, 31))
    applied_roster(branch, date(2026, 4, 30))
    found = [(one.first, one.label, one.is_done) for one in wheel.marks_of(branch, 2026, on=JULY)]
    assert found == [
        (date(2026, 4, 30), "Medlemsfil", True),
        (date(2026, 5, 31), "Medlemsfil", True),
        (date(2026, 7, 1), "Nästa medlemsfil", False),
    ]


def test_the_next_roster_belongs_to_the_year_in_which_it_is_due(branch: Branch) -> None:
    applied_roster(branch, date(2025, 12, 15))
    assert labels(branch) == ["Nästa medlemsfil"]


def test_a_roster_that_was_not_applied_is_no_roster(branch: Branch) -> None:
    applied_roster(branch, date(2026, 5, 31))
    RosterImport.objects.update(state=RosterImport.State.DISCARDED, applied_at=None)
    assert labels(branch) == []


@pytest.mark.parametrize(
    ("last", "is_done", "late"),
    [
        (date(2026, 6, 30), False, True),
        (date(2026, 7, 1), False, False),
        (date(2026, 6, 30), None, False),
        (date(2026, 6, 30), True, False),
    ],
)
def test_what_is_not_done_by_its_last_day_is_late(last: date, is_done: bool | None, late: bool) -> None:
    assert Shown(mark(date(2026, 6, 1), last, is_done=is_done), JULY).is_late is late


def test_what_goes_on_is_now() -> None:
    days = [date(2026, 6, 1), date(2026, 7, 1), date(2026, 7, 31), date(2026, 8, 1)]
    shown = [Shown(mark(date(2026, 7, 1), date(2026, 7, 31)), day).is_now for day in days]
    assert shown == [False, True, True, False]


@pytest.mark.usefixtures("alone")
def test_the_list_has_twelve_months_and_all_marks_in_order(branch: Branch) -> None:
    for title, first in (("B", date(2026, 3, 9)), ("A", date(2026, 3, 2)), ("C", date(2026, 12, 31))):
        central(branch, first, first, title)
    found = wheel.wheel(branch, 2026, on=JULY)
    assert [[one.mark.label for one in month.marks] for month in found.months] == [
        [], [], ["A", "B"], [], [], [], [], [], [], [], [], ["C"],
    ]  # fmt: skip
    assert ([month.is_now for month in found.months].index(True), found.number) == (6, 3)


@pytest.mark.usefixtures("alone")
def test_what_began_last_year_stands_in_january(branch: Branch) -> None:
    central(branch, date(2025, 11, 1), date(2026, 2, 1))
    assert [one.mark.label for one in wheel.wheel(branch, 2026, on=JULY).months[0].marks] == ["Kongress"]


@pytest.mark.usefixtures("alone")
def test_the_hand_shows_today_while_the_year_runs(branch: Branch) -> None:
    hands = [wheel.wheel(branch, year, on=JULY).hand is None for year in (2025, 2026, 2027)]
    assert hands == [True, False, True]


def test_new_years_day_is_at_the_top_and_july_below() -> None:
    top, low = (
        wheel.point(wheel.angle(date(2026, 1, 1)), 100),
        wheel.point(wheel.angle(date(2026, 7, 2)), 100),
    )
    assert (top, low[1] > wheel.CENTRE, abs(low[0] - wheel.CENTRE) < 2) == ((210, 110), True, True)


@given(st.dates(date(2000, 1, 1), date(2050, 12, 30)))
def test_the_year_goes_round_clockwise(day: date) -> None:
    turn, tomorrow = wheel.angle(day), wheel.angle(day + timedelta(days=1))
    assert 0 <= turn < 2 * pi
    assert tomorrow > turn or (day.month, day.day) == (12, 31)


@given(st.dates(date(2026, 1, 1), date(2026, 12, 31)), st.sampled_from(sorted(RINGS)))
def test_a_dot_lies_on_its_ring(day: date, part: str) -> None:
    shown = Shown(YearMark(first=day, last=day, label="x", part=part, key="x"), JULY)
    dot = wheel.dot(shown, 2026)
    assert hypot(dot.x - wheel.CENTRE, dot.y - wheel.CENTRE) == pytest.approx(RINGS[part], abs=0.2)
