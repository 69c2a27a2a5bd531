"""What the years before say of a goal, when next year's plan is proposed."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm import extensions, units
from crm.extensions import Figure, Tally
from crm.figures.goals import Forecast
from crm.figures.membership import Month
from crm.figures.months import last_of_month, months_between
from crm.people.models import Branch
from crm.plan import history
from crm.plan.history import proposal
from crm.plan.measuring import Meter, measure_one
from crm.plan.models import Area, Goal
from tests.logins import log_in_as
from tests.plan.making import make_goal, noted

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 15)
Told = dict[str, dict[date, int]]


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Told:
    """Figures that say on each day what the test wrote; not known on others."""
    values: Told = {}
    known: extensions.Registry[Figure] = extensions.Registry()

    def count(name: str) -> Any:
        return lambda _branch, on: values.get(name, {}).get(on)

    for name in ("cafes", "clubs_active", "calls_kept", "calls_of", "calls_attempted", "calls_reached"):
        known.register(
            name, Figure(name=name, label=name, unit=units.MEMBERS, explanation="", count=count(name))
        )
    monkeypatch.setattr(extensions, "figures", known)
    nothing: extensions.Registry[Tally] = extensions.Registry()
    monkeypatch.setattr(extensions, "tallies", nothing)
    return values


def proposed(goal: Goal) -> history.Proposal:
    plan = goal.area.plan
    return proposal(measure_one(goal, ON), plan=plan, on=ON, meter=Meter(plan.branch))


LAST, SAME = date(2025, 12, 31), date(2025, 11, 15)


@pytest.mark.parametrize(
    ("wanted", "values", "expected"),
    [
        (8, (7, 8, 8), (8, "I år 7 medlemmar hittills, omkring 7 vid årets slut; förra året 8.")),
        (8, (9, 8, 10), (10, "I år 9 medlemmar hittills, omkring 11 vid årets slut; förra året 10.")),
        (8, (8, 5, 10), (13, "I år 8 medlemmar hittills, omkring 16 vid årets slut; förra året 10.")),
        (8, (8, 1, 10), (9, "I år 8 medlemmar hittills, omkring 8 vid årets slut; förra året 10.")),
        (8, (12, 0, 0), (12, "I år 12 medlemmar hittills, omkring 12 vid årets slut; förra året 0.")),
        (8, (12, None, None), (12, "I år 12 medlemmar hittills, omkring 12 vid årets slut.")),
        (20, (12, 10, 10), (20, "I år 12 medlemmar hittills, omkring 12 vid årets slut; förra året 10.")),
    ],
)
def test_a_number_grows_with_the_season_and_is_never_lowered(
    area: Area, told: Told, wanted: int, values: tuple[int | None, ...], expected: tuple[int, str]
) -> None:
    """``values`` are those of today, of the same day last year, and of last year's end."""
    days = zip((ON, SAME, LAST), values, strict=True)
    told["cafes"] = {day: value for day, value in days if value is not None}
    found = proposed(make_goal(area, figure="cafes", wanted=wanted))
    assert (found.wanted, found.basis) == expected


def test_what_cannot_be_counted_stays(area: Area, told: Told) -> None:
    found = proposed(make_goal(area, figure="cafes", wanted=8))
    assert (found.wanted, found.basis) == (8, "Går inte att räkna ännu i år.")


@pytest.mark.parametrize(
    ("before", "words"),
    [(None, "I år 66 %."), (2, "I år 66 %, förra året 50 %.")],
)
def test_a_share_stays_and_says_both_years(area: Area, told: Told, before: int | None, words: str) -> None:
    told["cafes"] = {ON: 2} | ({LAST: before} if before else {})
    told["clubs_active"] = {ON: 3, LAST: 4}
    found = proposed(make_goal(area, figure="cafes", of_figure="clubs_active", wanted=90))
    assert (found.wanted, found.basis) == (90, words)


def test_calling_everybody_says_the_reach_rate_and_the_pace_it_takes(area: Area, told: Told) -> None:
    told["calls_of"] = {ON: 629}
    told["calls_kept"] = {ON: 194}
    told["calls_attempted"], told["calls_reached"] = {ON: 250}, {ON: 180}
    found = proposed(make_goal(area, figure="calls_kept", of_figure="calls_of", wanted=100))
    assert (found.wanted, found.basis) == (
        100,
        (
            "I år 30 % av 629 medlemmar hittills; av dem vi har ringt nådde vi 72 %."
            " För nästa års mål: 14 medlemmar i veckan från februari."
        ),
    )


def test_before_the_first_dial_there_is_no_rate(area: Area, told: Told) -> None:
    told["calls_of"], told["calls_kept"] = {ON: 46}, {ON: 0}
    found = proposed(make_goal(area, figure="calls_kept", of_figure="calls_of", wanted=100))
    assert found.basis == (
        "I år 0 % av 46 medlemmar hittills. För nästa års mål: 1 medlem i veckan från februari."
    )


def test_notes_say_how_often_and_when(area: Area) -> None:
    goal = make_goal(area, wanted=4)
    for day in (date(2026, 2, 3), date(2026, 5, 5), date(2026, 5, 25)):
        noted(goal, day)
    assert proposed(goal).basis == "Antecknat 3 gånger i år: februari, maj."
    assert proposed(make_goal(area)).basis == "Ingenting är antecknat i år."


def month(first: date, came: int, left: int, opening: int = 100, *, running: bool = False) -> Month:
    return Month(
        first=first,
        last=last_of_month(first),
        opening=opening,
        joined=came,
        returned=0,
        left=left,
        running=running,
        known=True,
    )


def year_of(came: dict[int, int], left: int = 0) -> list[Month]:
    """Whole months from October 2025 until October 2026, after that of the first roster."""
    numbers = [(2025, 9), *((2025, number) for number in (10, 11, 12)), *((2026, n) for n in range(1, 11))]
    return [month(date(year, number, 1), came.get(number, 0), left) for year, number in numbers]


PLAIN = Forecast(expected=100, low=90, high=115)


def test_the_season_decides_what_is_still_to_come() -> None:
    """Who come each May come next May too: from November to April nobody, until June ten."""
    months = year_of({5: 10})
    found = [
        history.seasoned(months, PLAIN, members=100, on=date(2026, 10, 31), until=until).expected
        for until in (date(2027, 4, 30), date(2027, 5, 31), date(2027, 12, 31))
    ]
    assert found == [100, 110, 110]


def test_the_range_is_the_plain_forecasts() -> None:
    found = history.seasoned(year_of({}), PLAIN, members=100, on=date(2026, 10, 31), until=date(2026, 12, 31))
    assert (found.low, found.expected, found.high) == (90, 100, 115)


def test_of_more_members_more_leave() -> None:
    """One of a hundred leaves each month: of a thousand some ten."""
    found = history.seasoned(
        year_of({}, left=1), PLAIN, members=1000, on=date(2026, 10, 31), until=date(2026, 11, 30)
    )
    assert found.expected == 990


@given(st.lists(st.integers(0, 30), min_size=12, max_size=12), st.integers(0, 20))
def test_with_the_same_each_month_the_season_is_the_plain_mean(came: list[int], left: int) -> None:
    """Over a whole year as many come as came in the last, however they lie in it."""
    months = year_of(dict(zip((10, 11, 12, *range(1, 10)), came, strict=True)), left=0)
    # October stands twice: both its years are its mean.
    found = history.seasoned(months, PLAIN, members=500, on=date(2026, 10, 31), until=date(2027, 10, 31))
    assert found.expected == 500 + sum(came)
    assert history.churn(year_of({}, left=left)[1:]) == pytest.approx(13 * left / 100)


def test_the_sentence_of_members_says_churn_season_and_range() -> None:
    said = history.said_of_members(
        year_of({5: 10, 9: 4}, left=1)[-12:], Forecast(120, 100, 140), date(2027, 12, 31)
    )
    assert said == (
        "På 12 månader kom 14 och 12 lämnade, 12 % av medlemmarna."
        " Flest kom i maj, september. Går det så vidare: 100–140 den 2027-12-31."
    )


def test_the_months_ahead_begin_with_the_running_one() -> None:
    found = list(months_between(date(2026, 11, 15), date(2027, 2, 28)))
    assert found == [date(2026, 11, 1), date(2026, 12, 1), date(2027, 1, 1), date(2027, 2, 1)]


def test_the_draft_shows_why_until_it_is_adopted(branch: Branch, area: Area, client: Any) -> None:
    make_goal(area, basis="Ingenting är antecknat i år.")
    log_in_as(client, "board", branch)
    shown = []
    for adopted_on in (None, date(2026, 3, 19)):
        type(area.plan).objects.update(adopted_on=adopted_on)
        shown.append(
            "Ingenting är antecknat i år." in client.get(f"/{branch.slug}/plan/2026/").content.decode()
        )
    assert shown == [True, False]
