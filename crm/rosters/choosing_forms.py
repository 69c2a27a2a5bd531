"""How a file is to be read: its characters, its date, what each column holds, how members are told apart."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.rosters.choosing import Terms
from crm.rosters.reading import ENCODINGS, Choices, Column, Field, Key
from crm.rosters.reading.choices import CAN_BE_EMPTIED
from crm.rosters.reading.columns import NAME_FIELDS, mapping_key, may_become
from crm.rosters.reading.sampling import Sample

ENCODING_LABELS = {
    "utf-8": _("UTF-8, the most usual one today"),
    "cp1252": _("Windows-1252, older Windows programs"),
    "mac_roman": _("MacRoman, old Macintosh programs"),
    "cp850": _("CP850, DOS and old registers"),
    "utf-16": _("UTF-16, “Unicode text” from Excel"),
}
KEY_LABELS = {
    Key.MEMBER_NUMBER: _("Member number, the safe way"),
    Key.NAME_BIRTH: _(
        "Name and birth date, where the file has no member numbers. Whoever changes their name counts as a new "
        "member. The birth date itself is not kept."
    ),
    Key.NAME_EMAIL: _(
        "Name and e-mail address, where the file has neither numbers nor birth dates. Whoever changes either "
        "counts as a new member, and lines without an address are rejected."
    ),
}
BIRTH_FIELDS = frozenset((Field.BIRTH, Field.IDENTITY_NUMBER))


@dataclass
class ColumnRow:
    """A column of the file with its two fields of the form."""

    column: Column
    is_recognised: bool
    field: forms.BoundField
    blank: forms.BoundField | None


class ReadingForm(forms.Form):
    """A select for each column of the file, and what else can be taken otherwise. ``sampled`` is the file as it is
    read now; ``known`` is what was chosen or remembered."""

    encoding = forms.ChoiceField(label=_("Characters"), required=False, widget=forms.RadioSelect)
    roster_date = forms.DateField(
        label=_("The roster's date"),
        help_text=_("The day on which the register printed the file."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        required=False,
    )
    is_full = forms.BooleanField(label=_("The file holds all members of the branch"), required=False)
    key = forms.ChoiceField(
        label=_("How are members told apart?"),
        choices=[(key.value, KEY_LABELS[key]) for key in Key],
        widget=forms.RadioSelect,
    )

    def __init__(
        self,
        *args: Any,
        sampled: Sample,
        known: Choices,
        letters: dict[str, str] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.sampled = sampled
        self.fields["encoding"].choices = list(_encodings(letters or {}))  # type: ignore[attr-defined]
        self.fields["encoding"].initial = known.encoding
        self.fields["key"].initial = known.key.value
        if not sampled.columns:
            self.fields["key"].required = False
        blank = {mapping_key(key) for key in known.blank}
        for column in sampled.columns:
            self._add(column, is_blank=mapping_key(column.key) in blank)

    def _add(self, column: Column, *, is_blank: bool) -> None:
        said = self.sampled.recognised[column.key]
        allowed = may_become(said)
        label = column.header or _("Column %(number)s, without a name") % {"number": column.index + 1}
        self.fields[f"column-{column.index}"] = forms.ChoiceField(
            label=label,
            choices=[("", _("not chosen: left out")), *((f.value, f.label) for f in Field if f in allowed)],
            initial=column.field.value if column.field else "",
            required=False,
        )
        if column.field is None or column.field in CAN_BE_EMPTIED:
            self.fields[f"blank-{column.index}"] = forms.BooleanField(
                label=_("An empty cell means: nothing"), initial=is_blank, required=False
            )

    @property
    def column_rows(self) -> list[ColumnRow]:
        return [
            ColumnRow(
                column=column,
                is_recognised=column.field is not None,
                field=self[f"column-{column.index}"],
                blank=self[f"blank-{column.index}"] if f"blank-{column.index}" in self.fields else None,
            )
            for column in self.sampled.columns
        ]

    def clean_roster_date(self) -> date | None:
        day: date | None = self.cleaned_data["roster_date"]
        if day is not None and day > timezone.localdate():
            raise forms.ValidationError(_("A roster can't be from a day to come."))
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        held = set(self.chosen_fields.values())
        if not self.sampled.columns:
            return data
        if not NAME_FIELDS & held:
            self.add_error(
                None, _("Say which column holds the name: first and last name, or the whole name.")
            )
        self._check_key(data.get("key", ""), held)
        return data

    def _check_key(self, key: str, held: set[Field]) -> None:
        if key == Key.MEMBER_NUMBER and Field.MEMBER_NUMBER not in held:
            self.add_error(
                "key",
                _(
                    "No column holds the member number. Say which one does, or tell members apart in another way."
                ),
            )
        elif key != Key.MEMBER_NUMBER and Field.MEMBER_NUMBER in held:
            self.add_error("key", _("The file has member numbers: they are the safe way."))
        elif key == Key.NAME_BIRTH and not BIRTH_FIELDS & held:
            self.add_error("key", _("No column holds the birth date. Say which one does."))
        elif key == Key.NAME_EMAIL and Field.EMAIL not in held:
            self.add_error("key", _("No column holds the e-mail address. Say which one does."))

    @property
    def chosen_fields(self) -> dict[str, Field]:
        """Column key → field, of the columns for which something is chosen."""
        said = {
            column.key: self.cleaned_data.get(f"column-{column.index}") for column in self.sampled.columns
        }
        return {key: Field(value) for key, value in said.items() if value}

    @property
    def choices(self) -> Choices:
        fields = self.chosen_fields
        blank = [
            column.key
            for column in self.sampled.columns
            if self.cleaned_data.get(f"blank-{column.index}") and fields.get(column.key) in CAN_BE_EMPTIED
        ]
        left_out = {
            column.key: Field.IGNORED
            for column in self.sampled.columns
            if column.field is not None and column.key not in fields
        }
        return Choices(
            encoding=self.cleaned_data["encoding"],
            columns=fields | left_out,
            key=Key(self.cleaned_data["key"] or Key.MEMBER_NUMBER),
            blank=frozenset(blank),
        )

    @property
    def terms(self) -> Terms:
        return Terms(self.cleaned_data["roster_date"], self.cleaned_data["is_full"])


def _encodings(letters: dict[str, str]) -> Iterator[tuple[str, Any]]:
    """Each encoding with what the file's å ä ö look like in it, where that is known."""
    yield "", _("Let it be found")
    for name in ENCODINGS:
        label = ENCODING_LABELS[name]
        yield name, f"{label}: {letters[name]}" if letters.get(name) else label
