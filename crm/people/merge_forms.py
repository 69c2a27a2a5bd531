"""What an officer chooses when two rows are one person."""

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from crm.people.merging import CHOSEN
from crm.people.models import Member

FIRST, SECOND = "first", "second"


def in_words(member: Member, name: str) -> str:
    """A field as it stands on the page."""
    value = member.get_channel_display() if name == "channel" else getattr(member, name)
    return str(value or "")


class MergeForm(forms.Form):
    """Which number lives on, and which value of each field that differs. The fuller side is ticked to begin with."""

    keep = forms.ChoiceField(
        label=_("Which member number lives on?"),
        widget=forms.RadioSelect,
        help_text=_("The one that the central register goes on with. The other leads here."),
    )

    def __init__(self, *args: Any, first: Member, second: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sides = {FIRST: first, SECOND: second}
        numbers = [(side, member.member_number) for side, member in self.sides.items()]
        self.fields["keep"].choices = numbers  # type: ignore[attr-defined]
        self.fields["keep"].initial = FIRST
        for name in self.differing:
            choices = [(side, in_words(member, name) or _("(empty)")) for side, member in self.sides.items()]
            label = capfirst(str(Member._meta.get_field(name).verbose_name))  # type: ignore[union-attr]
            self.fields[name] = forms.ChoiceField(
                label=label,
                choices=choices,
                initial=FIRST if in_words(first, name) else SECOND,
                widget=forms.RadioSelect,
            )

    @property
    def differing(self) -> list[str]:
        first, second = self.sides[FIRST], self.sides[SECOND]
        return [name for name in CHOSEN if getattr(first, name) != getattr(second, name)]

    @property
    def kept(self) -> Member:
        return self.sides[self.cleaned_data["keep"]]

    @property
    def merged(self) -> Member:
        return self.sides[SECOND if self.cleaned_data["keep"] == FIRST else FIRST]

    @property
    def values(self) -> dict[str, Any]:
        return {name: getattr(self.sides[self.cleaned_data[name]], name) for name in self.differing}
