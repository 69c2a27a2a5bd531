"""What the page's parts say, read as a machine reads them: well-formed, with words and a table for each picture."""

from datetime import date
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree as Tree

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from crm.board import charts, sentences
from crm.board.leaving import Leaving
from crm.board.overview import Share
from crm.figures.goals import Forecast, Pace
from crm.figures.membership import RosterDates
from tests.board.making import months

FLOWS = [(5, 2), (0, 3), (7, 0), (4, 1)]


@pytest.fixture(autouse=True)
def _in_english() -> Any:
    with translation.override("en"):
        yield


def page(**changed: Any) -> SimpleNamespace:
    """What the parts read of an overview."""
    told = months(FLOWS, known_from=1, running_day=12)
    pace = Pace(610, 1000, date(2026, 12, 31), 20, 4, 1.5, Forecast(660, 640, 690))
    values: dict[str, Any] = {
        "on": told[-1].last,
        "months": told,
        "recent": told,
        "running": True,
        "pace": pace,
        "line": charts.line_chart(told, pace),
        "bars": charts.bar_chart(told),
        "line_sentence": sentences.line(610, None, pace),
        "flow_sentence": sentences.flow(16, 6),
        "explained": {},
        "calls": [],
        "meetings": [],
    }
    return SimpleNamespace(**(values | changed))


def part(name: str, **changed: Any) -> Tree.Element:
    """A part as a tree; raises where it is not well-formed."""
    return Tree.fromstring(render_to_string(f"board/{name}.html", {"page": page(**changed)}))


def words(tree: Tree.Element) -> str:
    return " ".join("".join(tree.itertext()).split())


def with_class(tree: Tree.Element, name: str) -> list[Tree.Element]:
    return [found for found in tree.iter() if name in found.get("class", "").split()]


@pytest.mark.parametrize("name", ["line", "bars"])
def test_a_picture_has_a_title_a_sentence_and_a_table(name: str) -> None:
    tree = part(name)
    picture = tree.find("svg")
    assert picture is not None
    assert picture.get("role") == "img"
    assert picture.get("aria-label", "-") in words(tree)
    assert picture.find("title") is not None
    assert len(tree.findall(".//table/tbody/tr")) == len(FLOWS)


@pytest.mark.parametrize("name", ["line", "bars"])
def test_a_picture_has_no_colour_and_no_style_of_its_own(name: str) -> None:
    named = {key for element in part(name).iter() for key in element.attrib}
    assert not named & {"style", "fill", "stroke", "onclick", "onload"}


def test_the_table_tells_joined_left_and_members_newest_first() -> None:
    rows = part("line").findall(".//table/tbody/tr")
    cells = [[words(cell) for cell in row.findall("td")] for row in rows]
    assert cells == [["4", "1", "610"], ["7", "0", "607"], ["0", "3", "600"], ["5", "2", "603"]]


def test_the_running_month_and_the_uncertain_ones_say_so() -> None:
    heads = [words(head) for head in part("bars").findall(".//table/tbody/tr/th")]
    assert heads == ["2025-04 (running)", "2025-03", "2025-02", "2025-01 (uncertain)"]


def test_only_the_running_month_has_other_bars() -> None:
    assert len(with_class(part("bars"), "bar--running")) == 3  # both bars and the key's
    over = months(FLOWS)
    assert len(with_class(part("bars", bars=charts.bar_chart(over), running=False), "bar--running")) == 0


def test_numbers_stand_at_the_bars_and_nought_does_not() -> None:
    texts = [words(text) for text in part("bars").iter("text")]
    assert sorted(text for text in texts if text.isdigit()) == ["1", "2", "3", "4", "5", "7"]


def test_the_line_is_dotted_before_the_first_roster_with_a_word_about_it() -> None:
    tree = part("line")
    assert len(with_class(tree, "line--unknown")) == 2  # the line and its key
    assert "who had left by then is unknown" in words(tree)


def test_a_branch_known_all_along_has_no_dots() -> None:
    known = months(FLOWS)
    tree = part("line", months=known, line=charts.line_chart(known, None))
    assert with_class(tree, "line--unknown") == []
    assert "unknown" not in words(tree)


def test_the_goal_is_drawn_and_named() -> None:
    assert [words(label) for label in with_class(part("line"), "goal-label")] == ["Goal 1,000"]
    without = part("line", line=charts.line_chart(months(FLOWS), None))
    assert with_class(without, "goal-label") == []


def test_swedish_numbers_do_not_get_into_coordinates() -> None:
    with translation.override("sv"):
        for name in ("line", "bars"):
            paths = [found.get("d", "") for found in part(name).iter("path")]
            assert [path for path in paths if "," in path or "\xa0" in path] == []


def test_shares_are_bars_with_their_words() -> None:
    shares = [Share("Reached", 218, 616), Share("Attempted", 293, 616)]
    tree = part("calls", calls=shares)
    bars = [(bar.get("value"), bar.get("max"), words(bar)) for bar in tree.iter("progress")]
    assert bars == [("218", "616", "218 of 616 (35 %)"), ("293", "616", "293 of 616 (48 %)")]


@pytest.mark.parametrize(
    ("name", "said"), [("calls", "No call round"), ("meetings", "Nobody has been invited")]
)
def test_what_has_not_begun_says_so(name: str, said: str) -> None:
    assert said in words(part(name))


@pytest.mark.parametrize(
    ("name", "said"),
    [("calls", "No call round was opened that year."), ("meetings", "Nobody was invited that year.")],
)
@pytest.mark.parametrize(("year", "is_past"), [(2025, False), (2026, True)])
def test_a_year_that_is_over_is_promised_nothing(name: str, said: str, year: int, is_past: bool) -> None:
    html = render_to_string(f"board/{name}.html", {"page": page(), "today": date(year, 12, 31)})
    assert (said in words(Tree.fromstring(html))) is is_past


def test_meetings_say_how_many_were_invited() -> None:
    tree = part("meetings", meetings=[Share("Said yes", 2, 8)])
    assert "8 members were invited. Said yes 2 of 8 (25 %)" in words(tree)


def test_reasons_are_a_table_with_the_merged_ones_last() -> None:
    tree = part("leaving", leaving=Leaving([("moved", 7), ("left", 9)], merged=6, is_hidden=False))
    rows = [[words(cell) for cell in row] for row in tree.findall(".//tbody/tr")]
    assert rows == [["Moved", "7"], ["Left", "9"], ["Other reasons, together", "6"]]


def test_reasons_of_very_few_are_not_shown() -> None:
    tree = part("leaving", leaving=Leaving([], merged=None, is_hidden=True))
    assert tree.find(".//table") is None
    assert "They are not shown." in words(tree)


def test_nobody_has_left() -> None:
    tree = part("leaving", leaving=Leaving([], merged=None, is_hidden=False))
    assert "Nobody has left" in words(tree)


@pytest.mark.parametrize(("age", "is_old", "warned"), [(1, False, False), (46, True, True)])
def test_an_old_roster_is_warned_of(age: int, is_old: bool, warned: bool) -> None:
    dates = RosterDates(first=date(2024, 1, 31), latest=date(2026, 1, 31))
    unknown = SimpleNamespace(value=None)
    tree = part(
        "rosters", rosters=dates, roster_age=age, roster_is_old=is_old, explained={"without_phone": unknown}
    )
    assert ("ask for a new roster" in words(tree)) is warned
    assert f"{age} day" in words(tree)


def test_without_a_roster_the_page_says_what_the_figures_rest_on() -> None:
    tree = part("rosters", rosters=RosterDates(first=None, latest=None), explained={})
    assert "entered by hand" in words(tree)


@pytest.mark.parametrize("name", ["line", "bars"])
def test_where_there_is_nothing_to_draw_is_no_empty_picture(name: str) -> None:
    told = months([(0, 0)] * 3, opening=0)
    drawn = {
        "months": told,
        "recent": told,
        "line": charts.line_chart(told, None),
        "bars": charts.bar_chart(told),
    }
    said = {"line_sentence": sentences.line(0, None, None), "flow_sentence": sentences.flow(0, 0)}
    tree = part(name, running=False, pace=None, **drawn, **said)
    assert (tree.find("svg"), tree.find(".//table"), with_class(tree, "chart-key")) == (None, None, [])
    assert said[f"{'line' if name == 'line' else 'flow'}_sentence"] in words(tree)


@pytest.mark.parametrize("name", ["line", "bars"])
def test_the_key_shows_what_the_picture_shows(name: str) -> None:
    tree = part(name)
    drawn = {element.get("class") for element in tree.findall("./svg/*")}
    keys = {element.get("class") for element in tree.findall("./ul//svg/*")}
    assert keys - drawn - {"bar bar--running"} == set()
    assert not drawn & {"line line--unknown", "range", "bar bar--2"} - keys


@pytest.mark.parametrize(
    ("value", "unit", "told"), [("97", "%", "Share 97 %"), ("–", "%", "Share –"), (None, "%", "Share –")]
)
def test_what_is_not_known_has_no_unit(value: str | None, unit: str, told: str) -> None:
    html = render_to_string("components/tile.html", {"label": "Share", "value": value, "unit": unit})
    assert words(Tree.fromstring(html)) == told
