"""Every picture of numbers, as its template is written: words, a table beneath it, a key, and more than colour."""

import re
from pathlib import Path

import pytest

from tests.house.sources import ROOT, templates
from tests.house.test_looks import CSS, colours, contrast

PICTURE = re.compile(r'<svg[^>]*role="img".*?</svg>', re.DOTALL)
# What has its list elsewhere on the page, which its name says.
LISTED = {"ring.html"}
TWO_KINDS = "bar--2"


def pictures() -> list[Path]:
    return [template for template in templates() if PICTURE.search(template.read_text(encoding="utf-8"))]


def css(name: str) -> str:
    return (CSS / name).read_text(encoding="utf-8")


def rule(sheet: str, selector: str) -> str:
    """What stands between the braces of a selector's first rule."""
    return sheet.partition(f"{selector} {{")[2].partition("}")[0]


def on_paper() -> dict[str, str]:
    return dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{3,6});", css("print.css")))


def long(colour: str) -> str:
    return colour if len(colour) == 7 else "#" + "".join(letter * 2 for letter in colour[1:])


def test_the_pictures_are_found() -> None:
    assert {"line.html", "bars.html", "beside.html", "ring.html"} < {picture.name for picture in pictures()}


@pytest.mark.parametrize("template", pictures(), ids=lambda path: path.name)
def test_a_picture_stands_in_a_figure_and_has_a_name(template: Path) -> None:
    text = template.read_text(encoding="utf-8")
    for picture in PICTURE.findall(text):
        assert "aria-label=" in picture.partition(">")[0]
    assert text.count('<figure class="chart') == text.count("</figure>") == len(PICTURE.findall(text))
    assert "<figcaption" in text


@pytest.mark.parametrize("template", pictures(), ids=lambda path: path.name)
def test_a_picture_has_a_title_and_its_table_beneath_it(template: Path) -> None:
    _before, _found, after = template.read_text(encoding="utf-8").partition('role="img"')
    if template.name in LISTED:
        assert "list below" in after
        return
    inside, _end, beneath = after.partition("</svg>")
    assert "<title>" in inside
    assert "<table>" in beneath or "board/months.html" in beneath or "outreach/told.html" in beneath


@pytest.mark.parametrize("template", pictures(), ids=lambda path: path.name)
def test_a_picture_of_two_kinds_of_bars_has_a_key(template: Path) -> None:
    text = template.read_text(encoding="utf-8")
    drawn = PICTURE.search(text)
    assert drawn
    if TWO_KINDS in drawn.group():
        assert TWO_KINDS in text.partition('<ul class="chart-key">')[2].partition("</ul>")[0]


def test_the_second_kind_of_bar_is_striped_and_every_page_has_the_stripes() -> None:
    assert 'url("#stripes")' in rule(css("charts.css"), ".chart .bar--2")
    assert 'components/stripes.html"' in (ROOT / "templates" / "base.html").read_text(encoding="utf-8")
    stripes = (ROOT / "templates" / "components" / "stripes.html").read_text(encoding="utf-8")
    assert '<pattern id="stripes"' in stripes


def test_the_running_month_is_a_frame() -> None:
    running = rule(css("charts.css"), ".chart .bar--running")
    assert "fill: var(--surface)" in running
    assert "stroke-dasharray" in running


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_two_kinds_differ_in_greyscale(scheme: str) -> None:
    known = colours(scheme)
    assert contrast(known["chart-1"], known["chart-2"]) >= 2
    assert contrast(known["chart-2"], known["surface"]) >= 2.8


def test_the_two_kinds_differ_on_paper() -> None:
    known = {name: long(colour) for name, colour in on_paper().items()}
    assert contrast(known["chart-1"], known["chart-2"]) >= 3
    assert contrast(known["chart-2"], known["surface"]) >= 3
    assert contrast(known["ink-soft"], known["surface"]) >= 7  # the dotted line before the first roster


def test_on_paper_a_picture_has_its_table_and_is_not_cut() -> None:
    sheet = css("print.css")
    assert "content-visibility: visible" in rule(sheet, ".chart details::details-content")
    for whole in ("tr", ".list-rows > li", ".tile", ".chart"):
        assert re.search(rf"{re.escape(whole)},[^{{}}]*\{{\s*break-inside: avoid", sheet), whole
    assert re.search(r"h1,\s*h2,\s*h3 \{\s*break-after: avoid", sheet)


def test_the_stroke_before_the_first_roster_is_dotted_and_the_goal_broken() -> None:
    sheet = css("charts.css")
    dashes = {
        name: re.search(r"stroke-dasharray: ([^;]+);", rule(sheet, f".chart .{name}"))
        for name in ("line", "line--unknown", "goal-line")
    }
    assert {name: found and found[1] for name, found in dashes.items()} == {
        "line": None,
        "line--unknown": "2 5",
        "goal-line": "10 5",
    }


def test_whoever_wants_no_motion_gets_none() -> None:
    still = css("base.css").partition("prefers-reduced-motion: reduce")[2]
    assert "animation: none !important" in still
    assert "transition: none !important" in still


def test_a_table_of_many_columns_is_small_enough_for_paper() -> None:
    assert "font-size: 8.5pt" in rule(css("print.css"), "table.many :is(th, td)")


def test_the_rings_shapes_are_black_on_paper_and_what_is_pressed_is_not_printed() -> None:
    sheet = css("print.css")
    assert "fill: #000" in rule(sheet, ".chart--ring path,\n    .states__key path")
    hidden = sheet.partition(".tile__link,")[2].partition("}")[0]
    assert ".button--quiet" in hidden
    assert "display: none" in hidden
