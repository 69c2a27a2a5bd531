from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from crm import extensions, units
from crm.extensions import Figure
from crm.people.models import Branch
from crm.plan.measuring import Measured, Meter, counts, measure_one, measure_plan
from crm.plan.models import Area, Goal, Plan, Status
from tests.factories import MemberFactory
from tests.plan.making import make_area, make_goal, make_plan, noted

pytestmark = pytest.mark.django_db
JULY = date(2026, 7, 1)
STRUCK = datetime(2026, 7, 1, 12, tzinfo=UTC)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, date]]:
    """Two figures: ``grows`` is the day's number in the year, ``whole`` is 200; which were asked for, and when."""
    seen: list[tuple[str, date]] = []

    def figure(name: str, value: Any) -> Figure:
        def count(branch: Branch, on: date) -> Any:
            seen.append((name, on))
            return value(on)

        return Figure(name=name, label=name, unit=units.MEMBERS, explanation="", count=count)

    known: extensions.Registry[Figure] = extensions.Registry()
    known.register("grows", figure("grows", lambda on: on.timetuple().tm_yday))
    known.register("whole", figure("whole", lambda _on: 200))
    known.register("done", replace(figure("done", lambda on: on.timetuple().tm_yday), goes_on=True))
    known.register("nothing", figure("nothing", lambda _on: 0))
    known.register("unknown", figure("unknown", lambda _on: None))
    monkeypatch.setattr(extensions, "figures", known)
    return seen


def of(value: float | None, *, on: date = JULY, baseline: float = 0, **fields: Any) -> Measured:
    goal = Goal(**{"wanted": 10, "starts_on": date(2026, 1, 1), "due_on": date(2026, 12, 31)} | fields)
    return Measured(goal=goal, on=on, value=value, baseline=baseline, notes=())


@pytest.mark.parametrize(
    ("value", "on", "status"),
    [
        (10, date(2026, 1, 2), Status.REACHED),
        (12, JULY, Status.REACHED),
        (10, date(2027, 3, 1), Status.REACHED),
        (9, date(2027, 1, 1), Status.LATE),
        (9, date(2026, 12, 31), Status.ON_THE_WAY),
        (4, JULY, Status.ON_THE_WAY),
        (3, JULY, Status.AT_RISK),
        (0, date(2026, 1, 15), Status.ON_THE_WAY),
        (0, date(2025, 12, 1), Status.ON_THE_WAY),
        (None, JULY, Status.UNKNOWN),
        (9.99, JULY, Status.ON_THE_WAY),
    ],
)
def test_the_status_follows_the_pace_of_the_year(value: float | None, on: date, status: Status) -> None:
    assert of(value, on=on).status == status


def test_a_goal_that_is_struck_out_has_no_other_status() -> None:
    assert of(10, struck_at=STRUCK).status == Status.STRUCK


@pytest.mark.parametrize(
    ("value", "status"), [(940, Status.AT_RISK), (943, Status.ON_THE_WAY), (1000, Status.REACHED)]
)
def test_what_was_there_at_the_start_is_no_merit(value: int, status: Status) -> None:
    """Of 100 more, half a year with some slack asks for 42."""
    assert of(value, baseline=900, wanted=1000).status == status


def test_a_branch_that_shrinks_below_its_start_is_at_risk() -> None:
    assert of(880, baseline=900, wanted=1000).status == Status.AT_RISK


@pytest.mark.parametrize(
    ("on", "status"), [(date(2026, 11, 30), Status.ON_THE_WAY), (date(2026, 12, 2), Status.AT_RISK)]
)
def test_what_is_done_once_is_asked_for_in_the_last_month(on: date, status: Status) -> None:
    assert of(0, wanted=1, on=on).status == status


def test_a_short_goal_that_has_not_begun_is_not_at_risk() -> None:
    short: dict[str, Any] = {"wanted": 1, "starts_on": date(2026, 5, 1), "due_on": date(2026, 5, 1)}
    assert [
        of(0, on=on, **short).status for on in (date(2026, 4, 30), date(2026, 5, 1), date(2026, 5, 2))
    ] == [
        Status.ON_THE_WAY,
        Status.AT_RISK,
        Status.LATE,
    ]


@given(
    value=st.integers(0, 2000),
    baseline=st.integers(0, 2000),
    wanted=st.integers(1, 2000),
    on=st.dates(date(2025, 6, 1), date(2027, 6, 1)),
)
def test_a_goal_has_a_status_whatever_the_numbers(value: int, baseline: int, wanted: int, on: date) -> None:
    found = of(value, on=on, baseline=baseline, wanted=wanted)
    assert (found.status == Status.REACHED) == (value >= wanted)
    assert (found.status == Status.LATE) == (value < wanted and on > date(2026, 12, 31))
    assert 0 <= found.elapsed <= 1


@given(value=st.integers(0, 99), more=st.integers(1, 50), on=st.dates(date(2026, 1, 1), date(2026, 12, 31)))
def test_more_is_never_worse(value: int, more: int, on: date) -> None:
    order = [Status.AT_RISK, Status.ON_THE_WAY, Status.REACHED]
    less, better = (of(number, on=on, wanted=100).status for number in (value, value + more))
    assert order.index(better) >= order.index(less)


def test_a_bar_shows_no_more_than_was_wanted() -> None:
    assert (of(14).shown_value, of(14).whole_value, of(None).shown_value) == (10, 14, None)


def test_a_percentage_is_rounded_down() -> None:
    assert of(99.6, wanted=100, figure="a", of_figure="b").whole_value == 99


def test_notes_count_from_the_goals_first_day_until_today(area: Area) -> None:
    goal = make_goal(area, wanted=3, starts_on=date(2026, 3, 1))
    for day in (date(2026, 2, 28), date(2026, 3, 1), JULY, date(2026, 7, 2)):
        noted(goal, day)
    found = measure_one(goal, JULY)
    assert (found.value, [note.happened_on for note in found.notes]) == (2, [date(2026, 3, 1), JULY])


def test_a_note_that_was_removed_does_not_count(goal: Goal) -> None:
    note = noted(goal, date(2026, 3, 1))
    note.removed_at, note.removed_by = timezone.now(), note.noted_by
    note.save()
    assert measure_one(goal, JULY).value == 0


def test_a_figure_is_read_on_the_day_and_before_the_goal_began(
    area: Area, asked: list[tuple[str, date]]
) -> None:
    found = measure_one(make_goal(area, figure="grows", wanted=300, starts_on=date(2026, 2, 1)), JULY)
    assert (found.value, found.baseline) == (182, 31)
    assert asked == [("grows", JULY), ("grows", date(2026, 1, 31))]


def test_a_years_figure_is_read_on_its_last_day_afterwards(area: Area, asked: list[tuple[str, date]]) -> None:
    found = measure_one(make_goal(area, figure="grows", wanted=300), date(2027, 2, 1))
    assert (found.value, found.status) == (365, Status.REACHED)


def test_what_the_year_before_counted_is_no_baseline_of_a_figure_that_begins_anew(
    area: Area, asked: list[tuple[str, date]]
) -> None:
    """On 31 December 365, on 1 February 32."""
    assert measure_one(make_goal(area, figure="grows", wanted=300), date(2026, 2, 1)).baseline == 0


def test_a_percentage_is_of_the_other_figure(area: Area, asked: list[tuple[str, date]]) -> None:
    found = measure_one(make_goal(area, figure="grows", of_figure="whole", wanted=100), date(2026, 4, 10))
    assert (found.value, found.baseline) == (50.0, 0)


@pytest.mark.parametrize(
    ("figure", "of_figure"), [("unknown", ""), ("grows", "nothing"), ("gone", ""), ("grows", "unknown")]
)
def test_what_cant_be_counted_has_no_status_yet(
    area: Area, asked: list[tuple[str, date]], figure: str, of_figure: str
) -> None:
    found = measure_one(make_goal(area, figure=figure, of_figure=of_figure, wanted=100), JULY)
    assert (found.value, found.status) == (None, Status.UNKNOWN)


def test_each_figure_is_counted_once_however_many_goals_ask(
    plan: Plan, area: Area, asked: list[tuple[str, date]]
) -> None:
    for number in range(5):
        make_goal(area, f"Mål {number}", figure="grows", of_figure="whole", wanted=10 + number)
    measure_plan(plan, JULY)
    assert sorted(asked) == [("grows", JULY), ("whole", JULY)]


def test_the_meter_reads_the_branchs_real_figures(branch: Branch) -> None:
    MemberFactory.create_batch(3, branch=branch)
    MemberFactory.create()
    assert Meter(branch).read("members", date(2026, 7, 1)) == 3


def test_areas_and_goals_come_in_their_order(plan: Plan) -> None:
    second, first = make_area(plan, "B"), make_area(plan, "A")
    second.position, first.position = 2, 1
    second.save()
    first.save()
    make_goal(first, "två", position=2)
    make_goal(first, "ett", position=1)
    found = [(part.area.title, [one.goal.text for one in part.goals]) for part in measure_plan(plan, JULY)]
    assert found == [("A", ["ett", "två"]), ("B", [])]


@pytest.mark.parametrize("goals", [1, 6])
def test_a_plan_is_measured_in_as_many_queries_whatever_its_size(
    plan: Plan, area: Area, goals: int, django_assert_num_queries: Any
) -> None:
    for number in range(goals):
        noted(make_goal(area, f"Mål {number}"), date(2026, 3, 1))
    with django_assert_num_queries(3):
        measure_plan(plan, JULY)


def test_counts_hold_every_status() -> None:
    found = counts(
        [
            of(10),
            of(10),
            of(None),
            of(0, struck_at=STRUCK),
        ]
    )
    assert {status: number for status, number in found.items() if number} == {
        Status.REACHED: 2,
        Status.UNKNOWN: 1,
        Status.STRUCK: 1,
    }
    assert list(found) == list(Status)


@pytest.mark.usefixtures("asked")
@pytest.mark.parametrize("figure", ["grows", ""])
@pytest.mark.parametrize(
    ("on", "known"), [(date(2025, 12, 31), False), (date(2026, 1, 1), True), (date(2026, 7, 1), True)]
)
def test_before_it_begins_nothing_can_be_told_of_a_goal(
    area: Area, figure: str, on: date, known: bool
) -> None:
    """What this year's figure says, 365 and far more than is wanted, reaches no goal of the next."""
    found = measure_one(make_goal(area, figure=figure, wanted=5), on)
    assert (found.value is not None, found.status != Status.UNKNOWN) == (known, known)


@pytest.mark.usefixtures("asked")
@pytest.mark.parametrize(
    ("wanted", "on", "status"),
    [
        (100, date(2026, 1, 1), Status.ON_THE_WAY),
        (100, date(2026, 12, 31), Status.ON_THE_WAY),
        (100, date(2027, 1, 1), Status.REACHED),
        (101, date(2026, 1, 1), Status.AT_RISK),
        (101, date(2026, 12, 31), Status.AT_RISK),
        (101, date(2027, 1, 1), Status.LATE),
    ],
)
def test_a_share_of_what_goes_on_is_told_by_its_end(
    area: Area, wanted: int, on: date, status: Status
) -> None:
    """One activity on New Year's Day with recruiting is all of them, and has reached nothing for the year."""
    goal = make_goal(area, figure="grows", of_figure="done", wanted=wanted)
    assert measure_one(goal, on).status == status


@pytest.mark.usefixtures("asked")
@pytest.mark.parametrize(("on", "status"), [(date(2026, 1, 2), "on_the_way"), (date(2026, 7, 19), "reached")])
def test_a_share_of_what_stands_is_reached_when_it_is_there(area: Area, on: date, status: str) -> None:
    assert measure_one(make_goal(area, figure="grows", of_figure="whole", wanted=100), on).status == status


def test_what_every_share_of_the_years_doings_is_out_of() -> None:
    going_on = {figure.name for figure in extensions.figures.all() if figure.goes_on}
    assert {"outreach_activities", "new_members", "joined", "intro_invited"} <= going_on
    assert going_on & {"members", "clubs_active", "municipal_officers", "calls_of"} == set()


@pytest.mark.usefixtures("asked")
@pytest.mark.parametrize(
    ("year", "due_on"), [(2024, date(2024, 2, 29)), (2026, date(2026, 2, 28)), (2028, date(2028, 12, 31))]
)
def test_the_last_day_itself_is_not_late_in_leap_years_either(
    branch: Branch, year: int, due_on: date
) -> None:
    goal = make_goal(make_area(make_plan(branch, year=year)), due_on=due_on, figure="nothing")
    found = [measure_one(goal, on).status for on in (due_on, due_on + timedelta(days=1))]
    assert found == [Status.AT_RISK, Status.LATE]


@pytest.mark.usefixtures("asked")
def test_a_target_that_is_lowered_in_midyear_is_reached_at_once(area: Area) -> None:
    goal = make_goal(area, figure="grows", wanted=400)
    before = measure_one(goal, JULY)
    goal.wanted = 182
    goal.save()
    assert (before.status, measure_one(goal, JULY).status) == (Status.ON_THE_WAY, Status.REACHED)


@pytest.mark.parametrize(
    ("on", "status"),
    [(date(2026, 6, 30), Status.REACHED), (JULY, Status.STRUCK), (date(2027, 1, 1), "struck")],
)
def test_a_goal_was_followed_until_the_day_on_which_it_was_struck_out(on: date, status: str) -> None:
    assert of(10, on=on, struck_at=STRUCK).status == status
