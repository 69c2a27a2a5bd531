from datetime import date

import pytest
from django.utils import translation

from crm.board import sentences
from crm.figures.goals import Forecast, Pace


@pytest.fixture(autouse=True)
def _in_english() -> object:
    with translation.override("en"):
        yield


def pace(members: int = 620, *, months_left: float = 6, forecast: Forecast | None = None) -> Pace:
    return Pace(members, 1000, date(2026, 12, 31), months_left, 5, 3, forecast)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (None, ""),
        (0, "as many as a year ago"),
        (12, "12 more than a year ago"),
        (-3, "3 fewer than a year ago"),
    ],
)
def test_the_change_since_last_year(change: int | None, words: str) -> None:
    assert sentences.since_last_year(change) == words


def test_the_line_says_where_it_ends_and_how_far_it_is() -> None:
    said = sentences.line(620, 12, pace())
    assert said == "620 members, 12 more than a year ago, 380 to go to the goal of 1,000."
    assert sentences.line(1, None, None) == "1 member."


@pytest.mark.parametrize(
    ("found", "begins"),
    [
        (pace(1000), "The goal is reached."),
        (pace(months_left=0), "This is the goal's day: 380 are missing."),
        (pace(1000, months_left=0), "The goal is reached."),
        (pace(months_left=-1), "The goal's date has passed. Now 380 are missing."),
        (pace(1000, months_left=-1), "The goal's date has passed. Now there are as many as it asked for."),
        (pace(), "It is too early"),
        (pace(forecast=Forecast(1050, 1010, 1090)), "On the way: as it goes now you are some 1,050"),
        (pace(forecast=Forecast(700, 660, 740)), "Not enough yet: as it goes now you are some 700"),
        (pace(forecast=Forecast(990, 900, 1080)), "It can go either way: some 990"),
    ],
)
def test_the_forecast_in_words(found: Pace, begins: str) -> None:
    assert sentences.forecast(found).startswith(begins)


def test_the_share_of_the_goal() -> None:
    assert sentences.share(pace()) == "620 of 1,000 (62 %)"
    assert sentences.share(pace(999)) == "999 of 1,000 (99 %)"


def test_in_swedish_thousands_are_set_apart() -> None:
    with translation.override("sv"):
        assert sentences.goal(pace()).replace("\xa0", " ") == "1 000 medlemmar senast 2026-12-31"


def test_nobody_at_all_is_a_sentence_of_its_own() -> None:
    assert sentences.line(0, None, None) == "No members are known on this day."
    assert sentences.line(0, -5, None) == "0 members, 5 fewer than a year ago."
    assert sentences.flow(0, 0) == "Nobody has joined or left in the last year and the running month."
    assert sentences.flow(1, 0).endswith("1 joined and 0 left.")
