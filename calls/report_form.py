"""How did it go? What a caller fills in for the one person in hand."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from calls import hours, questions
from calls.access import TICKET_LASTS
from calls.consequences import rule_for
from calls.models import Attempt, Call, CallRules, FollowUp
from calls.question_form import field_for
from calls.rules import rules_of
from calls.telling import Learnt
from crm.extensions import Offer
from crm.people.skill_forms import TellForm
from crm.rosters import corrections
from crm.rosters.corrections import Field
from crm.rosters.models import Correction

# What a caller can put right. The e-mail and the address that we have are not shown: the member says what is right.
RIGHT: dict[str, Correction.Field] = {
    "right_phones": Field.PHONES,
    "right_email": Field.EMAIL,
    "right_street": Field.STREET,
    "right_postcode": Field.POSTCODE,
    "right_town": Field.TOWN,
}
RIGHT_LABELS = {
    Field.PHONES: _("New telephone number"),
    Field.EMAIL: _("New e-mail"),
    Field.STREET: _("New street address"),
    Field.POSTCODE: _("New postcode"),
    Field.TOWN: _("New town"),
}
RIGHT_WIDGETS: dict[str, forms.Widget] = {
    Field.PHONES: forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    Field.EMAIL: forms.TextInput(attrs={"type": "email", "autocomplete": "off"}),
    Field.POSTCODE: forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
}


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

    def follow(self, rules: CallRules) -> None:
        """Where no time is agreed on, what the branch has chosen."""
        if Attempt.Outcome.CALL_LATER in rules.outcome_rules:
            again = rule_for(Attempt.Outcome.CALL_LATER, rules).again
            usual = str(again.words).capitalize() if again else ""
            self.choices = [("", usual), *self.CHOICES[1:]]

    @staticmethod
    def moment(value: str, now: datetime, rules: CallRules) -> datetime | None:
        """Never outside calling hours; None leaves it to the outcome's own rule."""
        tomorrow = timezone.localtime(now).replace(minute=0, second=0, microsecond=0) + timedelta(days=1)
        asked = {
            "hours": now + timedelta(hours=2),
            "morning": tomorrow.replace(hour=10),
            "evening": tomorrow.replace(hour=17),
            "week": now + timedelta(days=7),
            "month": now + timedelta(days=28),
        }.get(value)
        return hours.next_calling_time(asked, rules) if asked else None


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

    told_at = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    call_back_on = forms.DateTimeField(
        label=_("Or exactly when"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"invalid": _("Write a day and a time, such as 2027-03-19 18:30.")},
    )

    def __init__(self, data: Any = None, *, call: Call, offers: Mapping[str, Offer], **kwargs: Any) -> None:
        """What can be offered this member, and which of their numbers may be wrong, are fields of their own."""
        super().__init__(data, **kwargs)
        self.offers, self.closes_on, self.branch = offers, call.round.closes_on, call.round.branch
        self.read: dict[str, Any] = {}
        self.tell = TellForm(data, branch=call.round.branch)
        self.fields["call_back"].follow(rules_of(self.branch))  # type: ignore[attr-defined]
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
        self.questions = {f"question_{one.pk}": one for one in questions.asked_by(call.round.branch)}
        for name, question in self.questions.items():
            self.fields[name] = field_for(question)
        for name, field in RIGHT.items():
            self.fields[name] = forms.CharField(
                label=RIGHT_LABELS[field], required=False, max_length=200, widget=RIGHT_WIDGETS.get(field)
            )

    @classmethod
    def fresh(cls, call: Call, offers: Mapping[str, Offer]) -> "ReportForm":
        """An empty one with an id of its own, so that it counts once however often it is sent."""
        return cls(initial={"client_id": uuid4()}, call=call, offers=offers)

    def offered(self) -> list[forms.BoundField]:
        return [self[name] for name in self.offers]

    def asked(self) -> list[forms.BoundField]:
        return [self[name] for name in self.questions]

    def right(self) -> list[forms.BoundField]:
        return [self[name] for name in RIGHT]

    def is_right_open(self) -> bool:
        return any(self[name].value() or self[name].errors for name in RIGHT)

    def corrections(self) -> dict[str, Any]:
        """What the member has said that we have wrong, by the register's field."""
        return {field: self.read[field] for field in RIGHT.values() if field in self.read}

    def clean(self) -> dict[str, Any]:
        """Each detail as the roster's reader would take it. An empty one is as it was: nothing of it is shown."""
        for name, field in RIGHT.items():
            text = str(self.cleaned_data.get(name, "")).strip()
            if not text:
                continue
            try:
                self.read[field] = corrections.read(field, text)
            except corrections.NotUnderstood as error:
                self.add_error(name, str(error.sentence))
        for name, errors in self.tell.errors.items():
            self.add_error(None, [f"{self.tell[name].label}: {error}" for error in errors])
        return self.cleaned_data

    def has_several_numbers(self) -> bool:
        return len(self["wrong_number"].field.choices) > 2  # type: ignore[attr-defined]

    def answers(self) -> dict[str, str]:
        """What the member has said now, and had not said before."""
        told = {name: self.cleaned_data[name] for name in self.offers}
        return {name: value for name, value in told.items() if value not in {"", self.offers[name].answered}}

    def learnt(self) -> Learnt:
        return Learnt(
            offers=self.answers(),
            corrections=self.corrections(),
            words=self.tell.words,
            answers={one.pk: self.cleaned_data[name] for name, one in self.questions.items()},
        )

    def clean_call_back_on(self) -> datetime | None:
        asked: datetime | None = self.cleaned_data["call_back_on"]
        if asked is None:
            return None
        if asked <= timezone.now() or timezone.localdate(asked) > self.closes_on:
            raise forms.ValidationError(
                _("Choose a time from now until %(day)s, when the round closes."),
                params={"day": date_format(self.closes_on, "j F")},
            )
        return hours.next_calling_time(asked, rules_of(self.branch))

    def call_back_at(self, now: datetime) -> datetime | None:
        if self.cleaned_data["outcome"] != Attempt.Outcome.CALL_LATER:
            return None
        exactly: datetime | None = self.cleaned_data["call_back_on"]
        return exactly or CallBack.moment(self.cleaned_data["call_back"], now, rules_of(self.branch))

    def moment_told(self, now: datetime) -> datetime | None:
        """When the button was pressed, of a report that has waited for a network. A wrong clock is not believed."""
        try:
            moment = datetime.fromisoformat(self.cleaned_data["told_at"])
        except ValueError:
            return None
        is_likely = timezone.is_aware(moment) and now - TICKET_LASTS < moment < now
        return moment if is_likely else None
