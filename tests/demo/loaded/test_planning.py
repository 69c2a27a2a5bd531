import re
from collections.abc import Iterator
from datetime import date

import pytest
import time_machine
from django.utils import timezone

from crm.outbox.models import Message
from crm.outreach.models import Activity
from crm.people.models import Branch, MemberSkill, User
from crm.plan import proposing, statutes
from crm.plan.measuring import Measured, Meter, counts, measure_plan
from crm.plan.models import CentralDate, Goal, Plan, Status
from demo import planning
from demo.cast import BOARD
from demo.clock import moment
from onboarding import circulars, half_years
from onboarding.models import Circular, Gathering
from tests.demo.loaded.conftest import TODAY


@pytest.fixture(autouse=True)
def _on_the_day_of_set_up() -> Iterator[None]:
    with time_machine.travel(moment(TODAY, 18)):
        yield


def measured(branch: Branch, year: int) -> list[Measured]:
    plan = Plan.objects.select_related("branch").get(branch=branch, year=year)
    return [goal for area in measure_plan(plan, TODAY) for goal in area.goals]


def test_both_plans_are_there_each_goal_a_row(branch: Branch) -> None:
    assert [len(measured(branch, year)) for year in (2025, 2026)] == [14, 35]


@pytest.mark.parametrize(
    ("name", "written_for", "year"), [(planning.LARGE, 2022, 2025), (planning.SMALL, 2023, 2026)]
)
def test_each_dash_is_a_goal_in_its_own_words(branch: Branch, name: str, written_for: int, year: int) -> None:
    """Read from the plan's text line by line, without the product's own reader; only the years have moved."""
    text = (planning.TEXTS / name).read_text(encoding="utf-8")
    dashes = [line.strip()[1:].strip() for line in text.splitlines() if line.strip()[:1] in {"-", "–"}]
    moved = [
        re.sub(r"\b20\d\d\b", lambda found: str(int(found[0]) + year - written_for), dash) for dash in dashes
    ]
    goals = [one.goal.text for one in measured(branch, year)]
    assert goals[: len(moved)] == [" ".join(dash.split()) for dash in moved]
    assert len(goals) - len(moved) == (1 if name == planning.SMALL else 0)  # its closing sentence is a goal


def test_every_goal_has_one_tie_and_every_tie_one_goal(branch: Branch) -> None:
    tied = [goal.pk for plan in Plan.objects.filter(branch=branch) for goal, _tie in planning.tied(plan)]
    assert (len(tied), len(set(tied)), len(planning.TIES)) == (49, 49, 49)


@pytest.mark.parametrize("year", [2025, 2026])
def test_every_goal_is_computed_or_ticked_with_evidence_and_has_its_responsible(
    branch: Branch, year: int
) -> None:
    for one in measured(branch, year):
        assert bool(one.goal.figure) != bool(one.notes), one.goal.text
        assert one.goal.responsible, one.goal.text


@pytest.mark.parametrize("year", [2025, 2026])
def test_every_figure_of_the_plans_is_registered_and_known(branch: Branch, year: int) -> None:
    for one in measured(branch, year):
        if one.goal.figure:
            assert (one.figure is not None, one.value is not None) == (True, True), one.goal.text


def test_last_year_the_s2_of_the_autumn_is_what_is_wanting(branch: Branch) -> None:
    (goal,) = [one for one in measured(branch, 2025) if one.goal.figure == "member_courses"]
    assert (goal.value, goal.status) == (2, Status.LATE)


def test_last_year_a_geographic_club_began(branch: Branch) -> None:
    (goal,) = [one for one in measured(branch, 2025) if one.goal.figure == "clubs_started"]
    assert (goal.value, goal.status) == (1, Status.REACHED)


@pytest.mark.parametrize("year", [2025, 2026])
def test_what_a_figure_lists_is_what_it_counts(branch: Branch, year: int) -> None:
    """Followed by hand: as many rows as the number says, for every goal whose figure lists its rows."""
    listed = 0
    for one in measured(branch, year):
        until = min(TODAY, date(year, 12, 31))
        if one.figure and one.figure.lines:
            listed += 1
            assert len(list(one.figure.lines(branch, until))) == one.figure.read(branch, until)
    assert listed >= 5


@pytest.mark.parametrize(
    ("figure", "value", "status"),
    [
        ("letters_to_members", 3, Status.ON_THE_WAY),
        ("social_evenings", 1, Status.REACHED),
        ("member_meetings", 3, Status.ON_THE_WAY),
    ],
)
def test_what_the_product_keeps_is_counted_and_not_ticked(
    branch: Branch, figure: str, value: int, status: Status
) -> None:
    (goal,) = [one for one in measured(branch, 2026) if one.goal.figure == figure]
    assert (goal.value, goal.status, goal.notes) == (value, status, ())


def test_the_letters_went_to_every_member_whom_one_could_reach(branch: Branch) -> None:
    sent = Circular.objects.filter(branch=branch).order_by("sent_at")
    assert [timezone.localdate(letter.sent_at) for letter in sent if letter.sent_at] == [
        date(2026, 2, 3),
        date(2026, 5, 5),
        date(2026, 9, 8),
    ]
    for letter in sent:
        gone = Message.objects.filter(purpose_key=circulars.purpose_of(letter), state__in=("sent", "posted"))
        assert gone.count() == letter.recipients > 500


def test_to_the_social_evening_all_were_invited_and_some_came(branch: Branch) -> None:
    evening = Gathering.objects.get(branch=branch, kind=Gathering.Kind.SOCIAL)
    assert evening.invitations.count() > 500
    assert evening.invitations.attended().count() == 64


def test_welcoming_new_members_measures_what_they_know_too(branch: Branch) -> None:
    """Followed by hand: those of the whole year who were welcomed, without those who have told nothing."""
    (goal,) = [one for one in measured(branch, 2026) if one.goal.figure == "year_welcomed_and_heard"]
    heard = half_years.who_was_welcomed_and_heard(branch, TODAY)
    new = half_years.new_in(branch, TODAY.replace(month=1, day=1), TODAY)
    told = set(MemberSkill.objects.values_list("member_id", flat=True))
    assert heard == half_years.talked_with_in_time(new.current(), TODAY) & told
    assert goal.value == 100 * len(heard) / new.count()
    assert half_years.new_members(branch, TODAY) < new.count()
    assert 0 < len(heard) < new.count()


def test_next_years_draft_is_not_measured_by_this_years_figures(branch: Branch) -> None:
    board = User.objects.get(email=BOARD.email)
    proposing.propose(plan=Plan.objects.get(branch=branch, year=2026), by=board, on=TODAY)
    assert {one.status for one in measured(branch, 2027)} == {Status.UNKNOWN}


def test_the_partys_dates_come_each_year_by_their_rules(branch: Branch) -> None:
    dates = CentralDate.objects.filter(branch=branch, first__year=2026).values_list("first", "last", "title")
    assert list(dates.order_by("first")) == [
        (date(2026, 2, 5), date(2026, 2, 5), "Ordförandeträff med partistyrelsen"),
        (date(2026, 4, 18), date(2026, 4, 19), "Partiets vårkampanj"),
        (date(2026, 6, 30), date(2026, 6, 30), "Sista dag för redovisning till partiet"),
        (date(2026, 9, 3), date(2026, 9, 3), "Ordförandeträff med partistyrelsen"),
        (date(2026, 10, 10), date(2026, 10, 11), "Partiets höstkampanj"),
        (date(2026, 12, 31), date(2026, 12, 31), "Sista dag för redovisning till partiet"),
    ]


def test_the_draft_for_next_year_says_why(branch: Branch) -> None:
    board = User.objects.get(email=BOARD.email)
    plan = Plan.objects.select_related("branch").get(branch=branch, year=2026)
    draft = proposing.propose(plan=plan, by=board, on=TODAY)
    bases = list(Goal.objects.filter(area__plan=draft).values_list("basis", flat=True))
    assert (len(bases), [basis for basis in bases if not basis]) == (35, [])


def test_the_plans_were_adopted_in_march(branch: Branch) -> None:
    adopted = list(Plan.objects.filter(branch=branch).values_list("adopted_on", flat=True))
    assert adopted == [date(2026, 3, 19), date(2025, 3, 19)]


def test_every_goal_can_be_told(branch: Branch) -> None:
    for year in (2025, 2026):
        assert counts(measured(branch, year))[Status.UNKNOWN] == 0


def test_this_year_some_goals_are_reached_and_some_are_not(branch: Branch) -> None:
    found = counts(measured(branch, 2026))
    assert min(found[Status.REACHED], found[Status.ON_THE_WAY], found[Status.AT_RISK]) >= 1


def test_calling_every_member_is_counted_from_the_round(branch: Branch) -> None:
    (goal,) = [one for one in measured(branch, 2026) if one.goal.text.startswith("ringa alla medlemmar")]
    assert (goal.goal.of_figure, goal.value is not None and 20 < goal.value < 80) == ("calls_of", True)


def test_nothing_is_noted_for_a_day_to_come(branch: Branch) -> None:
    days = [note.happened_on for goal in measured(branch, 2026) for note in goal.notes]
    assert (max(days) < TODAY, len(days) > 5) == (True, True)


def test_of_the_statutes_dates_one_is_late(branch: Branch) -> None:
    found = statutes.of_year(branch, 2026)
    late = [due.statute_date.title for due in found if due.is_done is False and due.on < TODAY]
    assert (len(found), late) == (len(statutes.USUAL), ["Föreningarnas årsrapporter har kommit in"])
    assert {due.is_done for due in statutes.of_year(branch, 2025)} == {True}


@pytest.mark.parametrize("year", [2025, 2026])
def test_every_number_of_the_plans_is_that_of_rows_that_can_be_read(branch: Branch, year: int) -> None:
    """Each figure, and each that a percentage is out of, lists what it counts: things for all, people for officers."""
    until = min(TODAY, date(year, 12, 31))
    figures = {figure for one in measured(branch, year) for figure in (one.figure, one.of_figure) if figure}
    for figure in figures:
        listed = figure.lines or figure.people
        assert listed is not None, figure.name
        assert len(list(listed(branch, until))) == figure.read(branch, until), figure.name
    assert len(figures) >= 10


def test_the_villages_goal_counts_its_own_club_alone(branch: Branch) -> None:
    (goal,) = [one for one in measured(branch, 2026) if one.goal.text.startswith("I Riddarhyttan")]
    first = date(2026, 1, 1)
    own = Activity.objects.held(first, TODAY).filter(branch=branch, club__name=planning.VILLAGE)
    assert (str(goal.goal.club), goal.value) == (planning.VILLAGE, own.count())
    assert (goal.value or 0) < Activity.objects.held(first, TODAY).filter(branch=branch).exclude(
        club=None
    ).count()


@pytest.mark.parametrize("figure", ["members_trained", "joined"])
def test_more_is_more_than_last_year(branch: Branch, figure: str) -> None:
    (goal,) = [one for one in measured(branch, 2026) if one.goal.figure == figure]
    before = Meter(branch).read(figure, date(2025, 12, 31))
    assert before is not None
    assert goal.goal.wanted == before + 1 > 5
