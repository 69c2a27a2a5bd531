"""The design system's own rules: colours are named once and can be read, and a page names only what exists."""

import re

import pytest

from tests.house.sources import ROOT, templates

CSS = ROOT / "static" / "css"
HEX = re.compile(r"#[0-9a-f]{3,6}\b")
MAY_NAME_COLOURS = {"tokens.css", "print.css"}
# A picture that a camera reads is dark on white in every colour scheme.
ALLOWED = {("components.css", "#fff")}
TEXT_ON_GROUND = (
    ("ink", "bg"),
    ("ink", "surface"),
    ("ink", "surface-sunk"),
    ("ink-soft", "bg"),
    ("ink-soft", "surface"),
    ("ink-soft", "surface-sunk"),
    ("link", "bg"),
    ("link", "surface"),
    ("action", "surface"),
    ("action", "action-tint"),
    ("on-action", "action"),
    ("on-action", "action-hover"),
    ("brand", "surface"),
    ("good", "good-tint"),
    ("warn", "warn-tint"),
    ("stop", "surface"),
    ("stop", "stop-tint"),
    ("note", "note-tint"),
    ("ink", "good-tint"),
    ("ink", "warn-tint"),
    ("ink", "stop-tint"),
    ("ink", "note-tint"),
)
EDGES_WITH_MEANING = (
    ("line-strong", "surface"),
    ("line-strong", "bg"),
    ("action", "bg"),
    ("stop-edge", "surface"),
    ("focus", "bg"),
    ("focus", "surface"),
    ("chart-1", "surface"),
    ("chart-4", "surface"),
)


def colours(scheme: str) -> dict[str, str]:
    """Name and value of every colour in the light or in the dark scheme."""
    light, dark = (CSS / "tokens.css").read_text(encoding="utf-8").split("prefers-color-scheme: dark")
    named = re.compile(r"--([a-z0-9-]+): (#[0-9a-f]{6});")
    return dict(named.findall(light)) | (dict(named.findall(dark)) if scheme == "dark" else {})


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it, 0 to 1."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def too_weak(scheme: str, pairs: tuple[tuple[str, str], ...], least: float) -> list[str]:
    known = colours(scheme)
    found = ((front, ground, contrast(known[front], known[ground])) for front, ground in pairs)
    return [f"{front} on {ground}: {ratio:.2f}" for front, ground, ratio in found if ratio < least]


def test_contrast_is_reckoned_as_the_standard_does() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.478, abs=0.001)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read(scheme: str) -> None:
    assert too_weak(scheme, TEXT_ON_GROUND, 4.5) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_edge_that_means_something_can_be_seen(scheme: str) -> None:
    assert too_weak(scheme, EDGES_WITH_MEANING, 3) == []


def test_the_dark_scheme_renames_every_colour_that_the_light_one_names() -> None:
    dark = (CSS / "tokens.css").read_text(encoding="utf-8").split("prefers-color-scheme: dark")[1]
    assert [name for name in colours("light") if f"--{name}:" not in dark] == []


def test_a_colour_is_named_once() -> None:
    sheets = [sheet for sheet in sorted(CSS.glob("*.css")) if sheet.name not in MAY_NAME_COLOURS]
    found = {
        (sheet.name, colour) for sheet in sheets for colour in HEX.findall(sheet.read_text(encoding="utf-8"))
    }
    assert found - ALLOWED == set()


def test_a_style_sheet_is_short() -> None:
    lengths = {sheet.name: len(sheet.read_text(encoding="utf-8").splitlines()) for sheet in CSS.glob("*.css")}
    assert {name: lines for name, lines in lengths.items() if lines >= 400} == {}


def test_a_page_names_only_classes_that_exist() -> None:
    rules = re.sub(
        r"/\*.*?\*/", "", "".join(sheet.read_text(encoding="utf-8") for sheet in CSS.glob("*.css"))
    )
    known = set(re.findall(r"\.([a-z][\w-]*)", rules))
    unknown = set()
    for template in templates():
        for value in re.findall(r'class="([^"{%]*)"', template.read_text(encoding="utf-8")):
            unknown |= {(template.name, name) for name in value.split() if name not in known}
    assert unknown == set()
