"""Numbers as people read them."""

from collections.abc import Iterable

from django import template

from crm import extensions, units
from crm.board import sentences
from crm.extensions import Account, Figure
from crm.figures.corrected import Corrected
from crm.figures.membership import Month

register = template.Library()
register.filter("told_then", sentences.told_then)
register.filter("no_cause", sentences.no_cause)


@register.filter
def grouped(value: float | None, decimals: int = 0) -> str:
    """1000 as "1 000" (or as the language groups); nothing known is a dash."""
    return "–" if value is None else units.grouped(value, decimals)


@register.filter
def signed(value: int) -> str:
    """With its sign: "+12", "−3", "±0"."""
    mark = "+" if value > 0 else "−" if value < 0 else "±"
    return f"{mark}{grouped(abs(value))}"


@register.filter
def coordinate(value: float) -> str:
    """For an SVG attribute: a point, not the language's comma."""
    return f"{value:g}"


@register.filter
def of_month(corrected: "Iterable[Corrected] | None", month: Month) -> Corrected | None:
    """What the board was told of members at the month's end, where that is corrected."""
    ends = (found for found in corrected or () if found.figure.name == "members" and found.on == month.last)
    return next(ends, None)


@register.filter
def explained(names: str) -> list[Figure | Account]:
    """What these names stand for, in a row, of figures and of tables; those that are not there are left out."""
    found = (extensions.figures.get(name) or extensions.accounts.get(name) for name in names.split())
    return [one for one in found if one]


@register.filter
def anchor(how_url: str | None, name: str) -> str:
    """Where it stands how the figure is counted; nowhere for those without a login."""
    return f"{how_url}#figure-{name}" if how_url else ""
