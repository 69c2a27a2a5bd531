"""What the leader fills in to see how far it reaches."""

from django import forms
from django.utils.translation import gettext_lazy as _

from calls.planning import Wanted


class WantedForm(forms.Form):
    callers = forms.IntegerField(
        label=_("Callers an evening"), min_value=1, max_value=200, help_text=_("As many as usually come.")
    )
    per_week = forms.IntegerField(
        label=_("Evenings a week"), min_value=1, max_value=4, help_text=_("Monday to Thursday, at most 4.")
    )

    def wanted(self, otherwise: Wanted) -> Wanted:
        """What was filled in, else what is shown at first."""
        if not self.is_bound or not self.is_valid():
            return otherwise
        return Wanted(**self.cleaned_data)
