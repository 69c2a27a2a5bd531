"""Pictures of numbers that a template can't reckon out by itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import template
from django.utils.functional import Promise

from crm.units import Unit, grouped

register = template.Library()


@dataclass(frozen=True)
class Part:
    """One state of a whole. ``tone`` 1-6 is a colour of the charts; ``url`` leads to those who are in the state."""

    label: "str | Promise"
    number: int
    tone: int = 1
    url: str = ""


@register.inclusion_tag("components/states.html")
def state_summary(parts: Sequence[Part], total_label: str) -> dict[str, Any]:
    """States that add up, as a bar and a list with their sum."""
    total = sum(part.number for part in parts)
    drawn = []
    before = 0
    for part in parts:
        share = percent(part.number, total)
        drawn.append(
            {
                "label": part.label,
                "number": part.number,
                "tone": part.tone,
                "url": part.url,
                "start": percent(before, total),
                "share": share,
            }
        )
        before += part.number
    return {"parts": drawn, "total": total, "total_label": total_label}


def percent(number: int, total: int) -> str:
    """For an SVG attribute: a point, not the language's comma."""
    return f"{100 * number / total:.3f}" if total else "0"


@register.filter
def in_unit(value: float, unit: Unit) -> str:
    """A number with what it counts: "1 member", "1,234 members". A share to one decimal where it has any."""
    return f"{grouped(value, 0 if value == int(value) else 1)} {unit.of(value)}"
