"""What callers and leaders fill in."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from calls import hours, ringing_back, scripts, sheets
from calls.models import Attempt, Call, CallRules, FollowUp
from crm.extensions import Offer
from crm.forms import BranchModelForm
from crm.people.models import User


class CallBack(forms.ChoiceField):
    """When the member has asked to be called again, without a calendar to fight with."""

    CHOICES = (
        ("", _("Tomorrow, at another time of day")),
        ("hours", _("Later today")),
        ("morning", _("Tomorrow in the daytime")),
        ("evening", _("Tomorrow in the evening")),
        ("week", _("In a week, at this time")),
        ("month", _("In a month, at this time")),
    )

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=self.CHOICES, required=False, **kwargs)

    @staticmethod
    def moment(value: str, now: datetime) -> datetime | None:
        """Never outside calling hours; None leaves it to the outcome's own rule."""
        tomorrow = timezone.localtime(now).replace(minute=0, second=0, microsecond=0) + timedelta(days=1)
        asked = {
            "hours": now + timedelta(hours=2),
            "morning": tomorrow.replace(hour=10),
            "evening": tomorrow.replace(hour=17),
            "week": now + timedelta(days=7),
            "month": now + timedelta(days=28),
        }.get(value)
        return hours.next_calling_time(asked) if asked else None


class ReportForm(forms.Form):
    """How did it go? One button is the outcome; the rest is optional."""

    outcome = forms.ChoiceField(
        choices=Attempt.Outcome.choices,
        error_messages={"required": _("Press one of the buttons that say how it went.")},
    )
    client_id = forms.UUIDField(widget=forms.HiddenInput)
    call_back = CallBack(label=_("If you are to call later: when?"))
    note = forms.CharField(
        label=_("Note to the next caller"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Write nothing about health, family, faith or the like."),
    )
    message = forms.CharField(
        label=_("Message to the member officer"),
        max_length=FollowUp.MESSAGE_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_(
            "When somebody should get in touch. Other callers do not see it. Write nothing about health here"
            " either: ask the officer to call."
        ),
    )

    call_back_on = forms.DateTimeField(
        label=_("Or exactly when"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"invalid": _("Write a day and a time, such as 2027-03-19 18:30.")},
    )

    def __init__(self, data: Any = None, *, call: Call, offers: Mapping[str, Offer], **kwargs: Any) -> None:
        """What can be offered this member, and which of their numbers may be wrong, are fields of their own."""
        super().__init__(data, **kwargs)
        self.offers, self.closes_on = offers, call.round.closes_on
        numbers = [str(phone.number.as_national) for phone in call.member.phones.all()]
        self.fields["wrong_number"] = forms.ChoiceField(
            label=_("If a number is wrong: which one?"),
            choices=[("", _("All that I dialled")), *((number, number) for number in numbers)],
            required=False,
        )
        for name, offer in offers.items():
            self.fields[name] = forms.ChoiceField(
                label=str(offer.question),
                choices=[("", _("Was not said")), *offer.choices],
                initial=offer.answered,
                required=False,
            )

    @classmethod
    def fresh(cls, call: Call, offers: Mapping[str, Offer]) -> "ReportForm":
        """An empty one with an id of its own, so that it counts once however often it is sent."""
        return cls(initial={"client_id": uuid4()}, call=call, offers=offers)

    def offered(self) -> list[forms.BoundField]:
        return [self[name] for name in self.offers]

    def has_several_numbers(self) -> bool:
        return len(self["wrong_number"].field.choices) > 2  # type: ignore[attr-defined]

    def answers(self) -> dict[str, str]:
        """What the member has said now, and had not said before."""
        told = {name: self.cleaned_data[name] for name in self.offers}
        return {name: value for name, value in told.items() if value not in {"", self.offers[name].answered}}

    def clean_call_back_on(self) -> datetime | None:
        asked: datetime | None = self.cleaned_data["call_back_on"]
        if asked is None:
            return None
        if asked <= timezone.now() or timezone.localdate(asked) > self.closes_on:
            raise forms.ValidationError(
                _("Choose a time from now until %(day)s, when the round closes."),
                params={"day": date_format(self.closes_on, "j F")},
            )
        return hours.next_calling_time(asked)

    def call_back_at(self, now: datetime) -> datetime | None:
        if self.cleaned_data["outcome"] != Attempt.Outcome.CALL_LATER:
            return None
        exactly: datetime | None = self.cleaned_data["call_back_on"]
        return exactly or CallBack.moment(self.cleaned_data["call_back"], now)


class CallerForm(forms.Form):
    """Choose one of those who may call."""

    caller = forms.ModelChoiceField(
        queryset=User.objects.none(), label=_("Caller"), empty_label=_("Choose a person")
    )

    def __init__(self, *args: Any, callers: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["caller"].queryset = callers  # type: ignore[attr-defined]


class PrintForm(forms.Form):
    """How much of a list goes on paper, and for how long."""

    at_most = forms.IntegerField(
        label=_("People at most"),
        min_value=1,
        max_value=60,
        initial=15,
        help_text=_("Fifteen fill three pages, and an evening or two."),
    )
    last_day = forms.DateField(
        label=_("Destroy by"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("It stands on every page. Until then nobody else calls these people."),
    )
    client_id = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, today: date) -> None:
        super().__init__(data, initial={"last_day": today + sheets.AT_HOME, "client_id": uuid4()})
        self.first, self.last = today, today + 2 * sheets.AT_HOME

    def clean_last_day(self) -> date:
        day: date = self.cleaned_data["last_day"]
        if not self.first <= day <= self.last:
            raise forms.ValidationError(_("Choose a day within four weeks."))
        return day


class People(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # not at run time
    """Several of a query's people. A key that no database holds is nobody's, as in a field for one of them."""

    def clean(self, value: Any) -> Any:
        try:
            return super().clean(value)
        except OverflowError:
            raise forms.ValidationError(
                self.error_messages["invalid_choice"], params={"value": "?"}
            ) from None


class EveningForm(forms.Form):
    """When and where several call together, and who comes."""

    on = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    at = forms.TimeField(
        label=_("Time"), initial="17:30", widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    place = forms.CharField(label=_("Place"), max_length=100)
    callers = People(
        queryset=User.objects.none(),
        label=_("Who comes"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("You can add people later, and callers can say on their own page that they come."),
    )

    def __init__(self, data: Any = None, *, callers: QuerySet[User], today: date, last: date) -> None:
        super().__init__(data)
        self.first, self.last = today, last
        self.fields["callers"].queryset = callers  # type: ignore[attr-defined]

    def clean_on(self) -> date:
        on: date = self.cleaned_data["on"]
        if not self.first <= on <= self.last:
            raise forms.ValidationError(
                _("Choose a day from today until the round closes, %(last)s."), params={"last": self.last}
            )
        return on

    @property
    def starts_at(self) -> datetime:
        return timezone.make_aware(datetime.combine(self.cleaned_data["on"], self.cleaned_data["at"]))


class WalkInForm(forms.Form):
    """Somebody stands before the leader and wants to call."""

    TODAY, ROUND = "today", "round"

    name = forms.CharField(label=_("Name"), max_length=100)
    email = forms.EmailField(
        label=_("E-mail"), required=False, help_text=_("Leave it empty for whoever has none.")
    )
    until = forms.ChoiceField(
        label=_("May call"),
        choices=((TODAY, _("today only")), (ROUND, _("until the round closes"))),
        initial=TODAY,
        widget=forms.RadioSelect(attrs={"class": "choice-cards"}),
    )
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"key": uuid4()})


class DigitsForm(forms.Form):
    """What the telephone showed."""

    digits = forms.CharField(
        label=_("The last digits"),
        max_length=20,
        help_text=_("At least four of them, or the whole number."),
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )

    def clean_digits(self) -> str:
        digits = ringing_back.digits_of(self.cleaned_data["digits"])
        if len(digits) < ringing_back.LEAST_DIGITS:
            raise forms.ValidationError(_("Give at least four digits."))
        return digits


class ChosenCallsForm(CallerForm):
    """Single calls, and who gets them."""

    calls = forms.TypedMultipleChoiceField(coerce=int)

    def __init__(self, *args: Any, calls: Iterable[int] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["calls"].choices = [(str(key), str(key)) for key in calls]  # type: ignore[attr-defined]


class AnswerForm(forms.Form):
    answer = forms.CharField(
        label=_("Answer to the caller"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("The caller reads what came of it, among their own recent calls."),
    )


class ScriptForm(forms.Form):
    text = forms.CharField(
        label=_("What callers say"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 14}),
        help_text=_("An empty line begins the next step."),
    )

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"].replace("\r\n", "\n")
        unknown = scripts.unknown_placeholders(text)
        if unknown:
            raise forms.ValidationError(
                _("[%(unknown)s] is not a name that can be filled in. Choose among: %(known)s."),
                params={
                    "unknown": "], [".join(unknown),
                    "known": ", ".join(f"[{name}]" for name in scripts.PLACEHOLDERS),
                },
            )
        return text


class RulesForm(BranchModelForm[CallRules]):
    class Meta:
        model = CallRules
        fields = (
            "opens_month",
            "opens_day",
            "closes_month",
            "closes_day",
            "max_attempts",
            "calls_minors",
            "unpaid_first",
        )
