"""What the pages of districts ask: as of which day, in which order; and what a branch shares."""

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from crm.board.forms import DayForm
from crm.district.models import Sharing
from crm.district.sorting import BY_NAME, COLUMNS

HELP = {
    "goal": _("How many members you want to be, and when."),
    "members": _("With the goal it shows the pace: new members a month that it takes, and now."),
    "calls": _("This year's round: attempted, reached and kept."),
    "kept": _("Of those who joined in a calendar year, when the next one ended."),
    "meetings": _("This year's, and how many came."),
}


def orders() -> list[tuple[str, str]]:
    """Each column upwards and downwards."""
    found = [(BY_NAME, gettext("Name")), (f"-{BY_NAME}", gettext("Name, backwards"))]
    for name, column in COLUMNS.items():
        found += [
            (name, gettext("%(column)s, smallest first") % {"column": column.label}),
            (f"-{name}", gettext("%(column)s, largest first") % {"column": column.label}),
        ]
    return found


class ShownForm(DayForm):
    """``sort``: a column, "-" before it for downwards."""

    sort = forms.ChoiceField(label=_("In the order of"), required=False, choices=orders)


class SharingForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Sharing
        fields = Sharing.PARTS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label, field.help_text = capfirst(str(field.label)), HELP[name]
