"""Numbers as people read them."""

from django import template
from django.utils.formats import number_format

register = template.Library()


@register.filter
def grouped(value: float | None, decimals: int = 0) -> str:
    """1000 as "1 000" (or as the language groups); nothing known is a dash."""
    return "–" if value is None else number_format(value, decimals, use_l10n=True, force_grouping=True)


@register.filter
def signed(value: int) -> str:
    """With its sign: "+12", "−3", "±0"."""
    mark = "+" if value > 0 else "−" if value < 0 else "±"
    return f"{mark}{grouped(abs(value))}"


@register.filter
def coordinate(value: float) -> str:
    """For an SVG attribute: a point, not the language's comma."""
    return f"{value:g}"
