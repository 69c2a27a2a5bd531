"""What officers fill in about the outbox."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.extensions import TextKind
from crm.forms import BranchModelForm
from crm.outbox import filling, texts
from crm.outbox.models import MessageText, SendingRules


class SendingRulesForm(BranchModelForm[SendingRules]):
    class Meta:
        model = SendingRules
        fields = (
            "hourly_limit",
            "ask_above",
            "first_hour",
            "last_hour",
            "email_too",
            "sms_sender",
            "letters",
        )


def check_placeholders(words: str, kind: TextKind) -> str:
    """The words; refused with the names of those placeholders that mean nothing in this kind of message."""
    if wrong := filling.faults(words, texts.placeholders_of(kind)):
        raise ValidationError(
            _(
                "This can't be filled in: %(wrong)s. Use only the words in brackets that are listed on this page."
            )
            % {"wrong": ", ".join(wrong)}
        )
    return words


class MessageTextForm(BranchModelForm[MessageText]):
    """A branch's own words for one kind of message, and with whom to try them."""

    who = forms.CharField(
        label=gettext_lazy("Preview with"),
        max_length=100,
        required=False,
        help_text=gettext_lazy("A part of a member's name, or the number. Empty: the first member."),
    )

    class Meta:
        model = MessageText
        fields = ("subject", "text", "sms")
        widgets = {"text": forms.Textarea(attrs={"rows": 16}), "sms": forms.Textarea(attrs={"rows": 3})}
        help_texts = {
            "text": gettext_lazy(
                "An empty line begins a new paragraph. Who sends it, why one gets it and how to say no is added by"
                " itself."
            ),
            "sms": gettext_lazy("For those who get an SMS; the link is added by itself. Empty: the subject."),
        }

    def __init__(self, *args: Any, kind: TextKind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        for name in ("subject", "text"):
            self.fields[name].required = True

    def clean_subject(self) -> str:
        return check_placeholders(self.cleaned_data["subject"], self.kind)

    def clean_sms(self) -> str:
        return check_placeholders(self.cleaned_data["sms"], self.kind)

    def clean_text(self) -> str:
        words = check_placeholders(self.cleaned_data["text"], self.kind)
        if missing := [name for name in self.kind.required if name not in filling.names_in(words)]:
            raise ValidationError(
                _("The text can't do without %(names)s: write it where it belongs.")
                % {"names": ", ".join(f"[{name}]" for name in missing)}
            )
        return words

    def wording(self) -> texts.Wording:
        given = self.cleaned_data
        return texts.Wording(given["subject"], given["text"].replace("\r\n", "\n"), given["sms"])
