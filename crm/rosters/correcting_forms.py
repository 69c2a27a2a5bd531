"""The shape of what the pages of corrections take in."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from crm.people.models import Member
from crm.rosters import corrections
from crm.rosters.corrections import NO_NAME, Field, NotUnderstood
from crm.rosters.exporting import national

_WIDGETS: dict[str, forms.Widget] = {
    Field.PHONES: forms.Textarea(attrs={"rows": 3, "inputmode": "tel", "autocomplete": "off"}),
    Field.EMAIL: forms.TextInput(attrs={"type": "email", "autocomplete": "off"}),
}
_HELP = {
    Field.PHONES: _("One number on each line. The first one is dialled first."),
    Field.POSTCODE: _("Five digits, such as 582 22."),
}
_ORDER = (
    Field.PHONES,
    Field.EMAIL,
    Field.CARE_OF,
    Field.STREET,
    Field.POSTCODE,
    Field.TOWN,
    Field.FIRST_NAME,
    Field.LAST_NAME,
)
_NAMES = (Field.FIRST_NAME.value, Field.LAST_NAME.value)


class CorrectForm(forms.Form):
    """A member's details as they are on file, to be written over. ``values`` are what the reader made of them."""

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.values: dict[str, Any] = {}
        for field in _ORDER:
            value = corrections.value_of(member, field)
            self.fields[field.value] = forms.CharField(
                label=str(field.label).capitalize(),
                required=False,
                max_length=500,
                strip=False,
                initial="\n".join(map(national, value)) if isinstance(value, list) else value,
                help_text=_HELP.get(field, ""),
                widget=_WIDGETS.get(field, forms.TextInput(attrs={"autocomplete": "off"})),
            )

    def clean(self) -> dict[str, Any]:
        """Each field as the roster's reader would take it; only what was written over is read."""
        for name in self.changed_data:
            if name not in self.cleaned_data:
                continue
            try:
                self.values[name] = corrections.read(name, self.cleaned_data[name])
            except NotUnderstood as error:
                self.add_error(name, ValidationError(str(error.sentence)))
        names = (self.values.get(name, self.cleaned_data.get(name, "")) for name in _NAMES)
        if not any(name.strip() for name in names):
            self.add_error("last_name", ValidationError(str(NO_NAME)))
        return self.cleaned_data


class TickForm(forms.Form):
    """The corrections ticked in the list, and where the reader was."""

    corrections = forms.MultipleChoiceField(
        error_messages={"required": _("Tick at least one correction.")},
    )
    show = forms.CharField(required=False, max_length=20)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ticked = [key for key in self.data.getlist("corrections") if key.isdecimal()]  # type: ignore[attr-defined]
        self.fields["corrections"].choices = [(key, key) for key in ticked]  # type: ignore[attr-defined]

    @property
    def keys(self) -> list[int]:
        return [int(key) for key in self.cleaned_data["corrections"] if len(key) < 19]
