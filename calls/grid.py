"""The page on which results from paper are typed: a row as on the sheet, a letter, a note."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from calls import sheets
from calls.models import (
    UNDO,
    Answer,
    Attempt,
    Call,
    PrintedSheet,
    Question,
    SheetQuestion,
    SheetRow,
    TypedResult,
)
from calls.paper import BY_LETTER, LETTERS
from calls.telling import SPOKEN
from crm.people.models import Member, User


class SheetForm(forms.Form):
    """When the calls of this typing were made."""

    DAYTIME, EVENING = "day", "evening"

    on = forms.DateField(
        label=gettext_lazy("Called on"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": gettext_lazy("Give the day of the calls.")},
    )
    part = forms.ChoiceField(
        label=gettext_lazy("Time of day"),
        choices=((EVENING, gettext_lazy("in the evening")), (DAYTIME, gettext_lazy("in the daytime"))),
    )

    def __init__(self, data: Any = None, *, first: date, last: date) -> None:
        super().__init__(data, initial={"on": last, "part": self.EVENING})
        self.first, self.last = first, last
        self.fields["on"].widget.attrs |= {"min": first.isoformat(), "max": last.isoformat()}

    def clean_on(self) -> date:
        on: date = self.cleaned_data["on"]
        if not self.first <= on <= self.last:
            raise forms.ValidationError(
                _("The calls of this sheet were made from %(first)s to %(last)s. Give a day among those.")
                % {"first": self.first, "last": self.last}
            )
        return on


class AnswerField(forms.CharField):
    """What was ticked or written after a question's number: a letter, a number, or words."""

    def __init__(self, asked: SheetQuestion, *, label: str) -> None:
        self.question = asked.question
        self.signs = [sign for sign, _label in self.question.signed_options]
        widget = forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "aria-label": label})
        if self.signs:
            widget.attrs |= {"class": "letter", "autocapitalize": "characters"}
        if asked.question.kind == Question.Kind.CHOICE:
            widget.attrs["inputmode"] = "numeric"
        longest = 1 if self.signs else Answer.LENGTH
        super().__init__(required=False, max_length=longest, widget=widget)

    def clean(self, value: Any) -> str:
        """The answer as it is kept."""
        sign = str(super().clean(value))
        if not sign or not self.signs:
            return sign
        if sign.upper() not in self.signs:
            raise forms.ValidationError(
                _("%(sign)s is no answer here. Write one of these: %(signs)s.")
                % {"sign": sign, "signs": " ".join(self.signs)}
            )
        return self.question.value_of(sign.upper())


class RowForm(forms.Form):
    """One row: a letter, the answers to the sheet's questions, and what stands on the line. An empty row is no row."""

    letter = forms.CharField(
        required=False,
        max_length=1,
        widget=forms.TextInput(
            attrs={
                "class": "letter",
                "data-row-letter": "",
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
            }
        ),
    )
    note = forms.CharField(
        required=False, max_length=500, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    client_id = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(
        self, data: Any = None, *, number: int, name: str, asked: Sequence[SheetQuestion] = ()
    ) -> None:
        super().__init__(data, prefix=f"r{number}", initial={"client_id": uuid4()})
        which = {"n": number, "name": name}
        self.fields["letter"].widget.attrs["aria-label"] = _("Letter, row %(n)s, %(name)s") % which
        self.fields["note"].widget.attrs["aria-label"] = _("Note, row %(n)s, %(name)s") % which
        self.questions = {f"q{one.number}": one for one in asked}
        for field_name, one in self.questions.items():
            label = _("Question %(q)s, row %(n)s, %(name)s") % {"q": one.number, **which}
            self.fields[field_name] = AnswerField(one, label=label)
        for faulty in ("letter", "note", *self.questions):
            if self[faulty].errors:
                self.fields[faulty].widget.attrs["aria-invalid"] = "true"

    def clean_letter(self) -> str:
        letter = str(self.cleaned_data["letter"]).strip().upper()
        if letter and letter not in BY_LETTER:
            raise forms.ValidationError(
                _("%(letter)s is not among the letters: %(letters)s.")
                % {"letter": letter, "letters": " ".join(LETTERS.values())}
            )
        return letter

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        if told.get("note") and "letter" in told and not told["letter"]:
            self.add_error("letter", _("There is a note but no letter. Give the letter too."))
        elif self.said(told) and "letter" in told and BY_LETTER.get(told["letter"]) not in SPOKEN:
            self.add_error(
                "letter",
                _(
                    "Answers are kept of talks alone: give the letter %(talked)s or %(later)s, or take them away."
                )
                % {"talked": LETTERS[Attempt.Outcome.REACHED], "later": LETTERS[Attempt.Outcome.CALL_LATER]},
            )
        return told

    def said(self, told: dict[str, Any]) -> dict[int, str]:
        """What was answered, by the question's key."""
        found = {one.question_id: told.get(name, "") for name, one in self.questions.items()}
        return {key: value for key, value in found.items() if value}

    @property
    def outcome(self) -> str:
        return BY_LETTER[self.cleaned_data["letter"]]

    def answers(self) -> list[forms.BoundField]:
        return [self[name] for name in self.questions]


@dataclass(frozen=True)
class GridRow:
    row: SheetRow
    name: str
    struck: str  # why nobody should call the person any more
    results: list[TypedResult]
    form: RowForm | None  # nothing more to type when it is empty
    undoable: TypedResult | None


@dataclass(frozen=True)
class Grid:
    sheet: PrintedSheet
    form: SheetForm
    rows: list[GridRow]
    asked: list[SheetQuestion]
    letters: list[tuple[str, str]] = field(
        default_factory=lambda: [
            (letter, str(Attempt.Outcome(outcome).label)) for outcome, letter in LETTERS.items()
        ]
    )

    @property
    def typed(self) -> int:
        return sum(bool(row.results) for row in self.rows)

    @property
    def undoable(self) -> list[GridRow]:
        return [row for row in self.rows if row.undoable is not None]

    @property
    def is_valid(self) -> bool:
        return self.form.is_valid() and all(row.form is None or row.form.is_valid() for row in self.rows)

    def results(self) -> list[sheets.Result]:
        """The rows with a letter that can be understood; the others keep what was written in them."""
        return [
            sheets.Result(
                row=line.row,
                client_id=line.form.cleaned_data["client_id"],
                outcome=line.form.outcome,
                note=line.form.cleaned_data["note"],
                answers=line.form.said(line.form.cleaned_data),
            )
            for line in self.rows
            if line.form is not None and line.form.is_valid() and line.form.cleaned_data["letter"]
        ]


def of(
    sheet: PrintedSheet, user: User, now: datetime, *, data: Any = None, whole_names: bool = False
) -> Grid:
    """Constant queries, however many rows. Callers read given names, leaders whole ones."""
    first, last = sheets.days_of_calling(sheet, timezone.localdate(now))
    rows = list(sheet.rows.select_related("call__member").prefetch_related("results__attempt"))
    asked = list(sheet.asked.select_related("question"))
    struck = dict(strike_out(rows))
    lines = []
    for row in rows:
        member = row.call.member
        name = member.name if whole_names else member.first_name or member.name
        is_open = row.call.state != Call.State.REACHED and member.erased_at is None
        results = [one for one in row.results.all() if one.attempt.undone_at is None]
        lines.append(
            GridRow(
                row=row,
                name=name,
                struck=struck.get(row.pk, ""),
                results=results,
                form=RowForm(data, number=row.number, name=name, asked=asked) if is_open else None,
                undoable=latest_of(results, user, now),
            )
        )
    return Grid(sheet=sheet, form=SheetForm(data, first=first, last=last), rows=lines, asked=asked)


def latest_of(results: list[TypedResult], user: User, now: datetime) -> TypedResult | None:
    """What the user has just typed, while it can be taken back."""
    fresh = [one for one in results if one.typed_by_id == user.pk and one.typed_at > now - UNDO]
    return fresh[-1] if fresh else None


def strike_out(rows: list[SheetRow]) -> list[tuple[int, str]]:
    """(row, why) for those whom nobody should call from the paper any more, whatever it says."""
    members = [row.call.member_id for row in rows]
    open_now = set(Member.objects.callable().filter(pk__in=members).values_list("pk", flat=True))
    typed = set(
        TypedResult.objects.filter(row__in=rows, attempt__undone_at=None).values_list("row_id", flat=True)
    )
    found = []
    for row in rows:
        if row.call.member.erased_at is not None:
            found.append((row.pk, _("erased")))
        elif row.call.member_id not in open_now:
            no = row.call.member.no_calls
            found.append((row.pk, _("wants no calls") if no else _("no longer a member")))
        elif row.call.state != Call.State.WAITING and row.pk not in typed:
            found.append((row.pk, str(row.call.get_state_display())))
    return found
