from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from crm.forms import BranchModelForm
from crm.outbox import texts
from crm.outbox.forms import check_placeholders
from crm.people import disclosing
from crm.people.models import Member
from onboarding.answers import Details
from onboarding.circulars import CIRCULAR
from onboarding.models import Circular, FirstYearSettings, Gathering, IntroSettings, Invitation

# How many somebody may bring; more than so is a message to the officer.
MOST_COMPANIONS = 9


class GatheringForm(BranchModelForm[Gathering]):
    """Date, place and programme of a gathering that is still ahead."""

    on = forms.DateField(label=_("Date"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    at = forms.TimeField(label=_("Time"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))

    class Meta:
        model = Gathering
        fields = Gathering.EDITABLE
        widgets = {"programme": forms.Textarea(attrs={"rows": 6})}

    field_order = ("kind", "audience", "on", "at", "title", "place", "address", "host", "present", "seats")

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


class NewGatheringForm(GatheringForm):
    """The same, with what it is and who is invited."""

    kind = forms.ChoiceField(label=_("What is it?"), choices=Gathering.Kind.choices, required=False)
    audience = forms.ChoiceField(
        label=_("Who is invited"),
        choices=(("", _("As usual for its kind")), *Gathering.Audience.choices),
        required=False,
        help_text=_(
            "New members to an introduction meeting, all members to a member meeting and a social evening, "
            "those of the last twelve months to S1."
        ),
    )

    def clean_kind(self) -> str:
        return self.cleaned_data["kind"] or Gathering.Kind.INTRO_MEETING


class SettingsForm(BranchModelForm[IntroSettings]):
    """The two seasons of introduction meetings."""

    class Meta:
        model = IntroSettings
        fields = (
            "spring_month",
            "autumn_month",
            "week",
            "weekday",
            "starts",
            "place",
            "address",
            "draft_weeks",
            "invite_weeks",
            "call_days",
            "reminder_days",
        )
        widgets = {"starts": forms.TimeInput(attrs={"type": "time"}, format="%H:%M")}


class AnswerForm(forms.Form):
    """What the one invited says."""

    answer = forms.ChoiceField(choices=Invitation.Answer.choices, widget=forms.HiddenInput)
    companions = forms.IntegerField(
        label=_("How many come along with you?"), min_value=0, max_value=MOST_COMPANIONS, required=False
    )
    needs_lift = forms.BooleanField(label=_("I need a lift there"), required=False)
    needs_loop = forms.BooleanField(label=_("I need a hearing loop"), required=False)
    food = forms.CharField(label=_("Food that does not suit me"), max_length=100, required=False)

    def details(self) -> Details:
        return Details(
            companions=self.cleaned_data["companions"] or 0,
            needs_lift=self.cleaned_data["needs_lift"],
            needs_loop=self.cleaned_data["needs_loop"],
            food=self.cleaned_data["food"],
        )


class CodeForm(forms.Form):
    """The short code of a letter."""

    code = forms.CharField(
        label=_("The code in the letter"),
        max_length=20,
        help_text=_("Eight letters and digits, such as ACDE-3479."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )


class FirstYearForm(BranchModelForm[FirstYearSettings]):
    """The steps of the first year, in days, and who welcomes."""

    class Meta:
        model = FirstYearSettings
        fields = (
            "signature",
            "message_days",
            "call_days",
            "unpaid_days",
            "meeting_days",
            "course_days",
            "check_in_days",
        )


class ContactPersonForm(forms.Form):
    """The name of a new member's contact person; empty for none."""

    name = forms.CharField(label=_("Contact person"), max_length=100, required=False)


class CircularForm(BranchModelForm[Circular]):
    """A letter to many, and to whom."""

    class Meta:
        model = Circular
        fields = ("audience", "club", "subject", "text", "sms")
        widgets = {"text": forms.Textarea(attrs={"rows": 14}), "sms": forms.Textarea(attrs={"rows": 3})}
        help_texts = {"text": _("Who sends it, why one gets it and how to say no is added by itself.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.placeholders = texts.placeholders_of(CIRCULAR)
        self.fields["club"].queryset = self.branch.clubs.order_by("name")  # type: ignore[attr-defined]

    def clean_subject(self) -> str:
        return check_placeholders(self.cleaned_data["subject"], CIRCULAR)

    def clean_text(self) -> str:
        return check_placeholders(self.cleaned_data["text"].replace("\r\n", "\n"), CIRCULAR)

    def clean_sms(self) -> str:
        return check_placeholders(self.cleaned_data["sms"], CIRCULAR)


class OwnCodeForm(forms.Form):
    """The code that opens a member's own page."""

    code = forms.CharField(
        label=_("Your code"),
        max_length=20,
        help_text=_("Eight letters and figures, such as ABCD-EFGH. Small or capital letters do not matter."),
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )


class SwitchForm(forms.Form):
    """What a button sends: the state it leads to, so that sending it twice does nothing twice."""

    on = forms.TypedChoiceField(choices=(("yes", "yes"), ("no", "no")), coerce=lambda text: text == "yes")


class ChannelForm(forms.Form):
    """How a member wants to hear from the branch."""

    channel = forms.ChoiceField(
        label=_("How do you want our messages?"),
        choices=(
            ("", _("It does not matter")),
            *((channel.value, capfirst(channel.label)) for channel in Member.Channel),
        ),
        required=False,
        widget=forms.RadioSelect,
    )


class FileForm(forms.Form):
    content_type = forms.ChoiceField(choices=((disclosing.PDF, "PDF"), (disclosing.JSON, "JSON")))
