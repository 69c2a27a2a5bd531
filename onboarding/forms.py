from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.forms import BranchModelForm
from onboarding.models import Gathering


class GatheringForm(BranchModelForm[Gathering]):
    """Date, place and programme of a meeting that is still ahead."""

    on = forms.DateField(label=_("Date"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    at = forms.TimeField(label=_("Time"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))

    class Meta:
        model = Gathering
        fields = Gathering.EDITABLE
        widgets = {"programme": forms.Textarea(attrs={"rows": 6})}

    field_order = ("on", "at", "place", "address", "host", "programme")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.starts_at:
            starts = timezone.localtime(self.instance.starts_at)
            self.fields["on"].initial, self.fields["at"].initial = starts.date(), starts.time()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if (on := cleaned.get("on")) and (at := cleaned.get("at")):
            starts = timezone.make_aware(datetime.combine(on, at))
            if starts <= timezone.now():
                self.add_error("on", _("Choose a day that is still ahead."))
            self.instance.starts_at = starts
        return cleaned
