"""How a branch writes a question, and how one is asked in the caller's form."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from calls.models import Answer, Question

Kind = Question.Kind
MOST_CHOICES = 8


class QuestionForm(forms.Form):
    text = forms.CharField(
        label=_("Question"),
        max_length=120,
        help_text=_("Short, as one says it. Ask nothing about health, faith or how somebody votes."),
    )
    kind = forms.ChoiceField(label=_("Answered by"), choices=Kind.choices, widget=forms.RadioSelect)
    choices = forms.CharField(
        label=_("Choices"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Only for one of some choices: one on each line."),
    )

    def clean_choices(self) -> list[str]:
        lines = [" ".join(line.split()) for line in self.cleaned_data["choices"].splitlines()]
        return list(dict.fromkeys(line for line in lines if line))

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        if "kind" not in told or "choices" not in told:
            return told
        if told["kind"] != Kind.CHOICE:
            told["choices"] = []
        elif not 2 <= len(told["choices"]) <= MOST_CHOICES:
            self.add_error("choices", _("Give from two to eight choices, one on each line."))
        elif any(len(choice) > Answer.LENGTH for choice in told["choices"]):
            self.add_error("choices", _("A choice is a few words."))
        return told


def field_for(question: Question) -> forms.Field:
    """The question in the caller's form; an empty answer says that it did not come up."""
    if question.kind == Kind.TEXT:
        return forms.CharField(label=question.text, required=False, max_length=Answer.LENGTH)
    return forms.ChoiceField(
        label=question.text, required=False, choices=[("", _("Was not said")), *question.options]
    )
