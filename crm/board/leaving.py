"""Why members left, as far as the board's page may tell it."""

from dataclasses import dataclass, field
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.figures import blocks
from crm.figures.membership import Ends
from crm.figures.spans import Span
from crm.people.models import Membership

LABELS: dict[str, str | Promise] = {
    **dict(Membership.EndReason.choices),
    "": gettext_lazy("missing, not yet confirmed"),
}


@dataclass(frozen=True)
class Leaving:
    """Of the quarters from ``first`` to ``last``: what may be shown of them."""

    reasons: list[tuple[str | Promise, int]]
    merged: int | None
    is_hidden: bool
    shown: dict[str, int] = field(default_factory=dict)  # by reason, none of them too
    first: date | None = None
    last: date | None = None
    corrected: str = ""  # what has been corrected since it was told (crm.figures.corrected)

    @property
    def note(self) -> str:
        return " ".join(filter(None, [self._note, self.corrected]))

    @property
    def _note(self) -> str:
        if self.is_hidden:
            return _(
                "So few have left in whole quarters that the reasons could point somebody out. They are not shown."
            )
        if not (self.first and self.last):
            return _("Nobody has left.")
        return _(
            "Of those who left in %(quarters)s. Later quarters are told when they point nobody out."
            " Groups of 1–4 people are merged."
        ) % {"quarters": blocks.label(self.first, self.last)}


def leaving(ends: Ends, span: Span | None, corrected: str = "") -> Leaving:
    if span is None:
        return Leaving(reasons=[], merged=None, is_hidden=ends.total() > 0)
    return Leaving(
        reasons=[(label, span.told[reason]) for reason, label in LABELS.items() if span.told.get(reason)],
        merged=span.others,
        is_hidden=False,
        shown=span.told,
        first=span.first,
        last=span.last,
        corrected=corrected,
    )
