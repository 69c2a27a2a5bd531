"""What the board's pages ask: as of which day, until when a link holds."""

from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# Long before any roster of the product's; earlier days hold nothing to show.
EARLIEST = date(2000, 1, 1)


class DayForm(forms.Form):
    """``on``: a day from long ago until today."""

    on = forms.DateField(
        label=_("As it was on"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": _("Write the day as year-month-day, such as 2026-12-31.")},
    )

    def __init__(self, *args: object, today: date, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.today = today

    def clean_on(self) -> date:
        on: date = self.cleaned_data["on"]
        if not EARLIEST <= on <= self.today:
            raise ValidationError(
                _("Choose a day from %(first)s until today."), params={"first": EARLIEST.isoformat()}
            )
        return on


class LinkForm(forms.Form):
    """``expires_on``: the last day on which the link opens."""

    expires_on = forms.DateField(
        label=_("Last day"),
        help_text=_("Three months ahead at most. You can withdraw the link before that."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": _("Write the day as year-month-day, such as 2026-12-31.")},
    )
