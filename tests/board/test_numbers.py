import pytest
from django.utils import translation

from crm.board.templatetags.board_numbers import coordinate, grouped, signed


@pytest.mark.parametrize(
    ("language", "number", "written"),
    [("sv", 1000, "1\xa0000"), ("en", 1000, "1,000"), ("sv", 12, "12"), ("sv", 0, "0"), ("sv", None, "–")],
)
def test_thousands_are_set_apart_as_the_language_does(
    language: str, number: int | None, written: str
) -> None:
    with translation.override(language):
        assert grouped(number) == written


def test_decimals_have_the_languages_comma() -> None:
    with translation.override("sv"):
        assert grouped(5.25, 1) in {"5,2", "5,3"}


@pytest.mark.parametrize(("number", "written"), [(3, "+3"), (-3, "−3"), (0, "±0")])
def test_a_change_has_its_sign(number: int, written: str) -> None:
    assert signed(number) == written


@pytest.mark.parametrize(("number", "written"), [(12.5, "12.5"), (12.0, "12"), (0, "0")])
def test_a_coordinate_has_a_point_in_every_language(number: float, written: str) -> None:
    with translation.override("sv"):
        assert coordinate(number) == written
