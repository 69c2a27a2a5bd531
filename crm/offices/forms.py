"""The shape of what the pages of offices take in."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from crm.forms import ConstrainedForm
from crm.offices.models import Office, Training
from crm.people.forms import DayInput
from crm.people.models import Member


class OfficeForm(ConstrainedForm[Office]):
    class Meta:
        model = Office
        fields = ("kind", "title", "starts_on", "ends_on")
        widgets = {"starts_on": DayInput(), "ends_on": DayInput()}

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.member = member


class TrainingForm(ConstrainedForm[Training]):
    class Meta:
        model = Training
        fields = ("name", "offered_on", "taken_on")
        widgets = {"offered_on": DayInput(), "taken_on": DayInput()}

    def __init__(self, *args: Any, member: Member, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.member = member
        self.today = today

    def clean_taken_on(self) -> date | None:
        return not_ahead(self.cleaned_data["taken_on"], self.today)


class OfferForm(forms.Form):
    """A training offered to everybody with a municipal office."""

    name = forms.CharField(label=_("Training"), max_length=100)
    offered_on = forms.DateField(label=_("Offered on"), widget=DayInput())

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_offered_on(self) -> date | None:
        return not_ahead(self.cleaned_data["offered_on"], self.today)


def not_ahead(day: date | None, today: date) -> date | None:
    if day and day > today:
        raise ValidationError(_("That day is still to come. Note it when it has been done."))
    return day
