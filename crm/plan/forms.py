"""The shape of what the plan's pages take in."""

from calendar import monthrange
from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from crm import extensions
from crm.forms import ConstrainedForm
from crm.people.forms import DayInput
from crm.people.models import Branch, Club
from crm.people.names import sort_key
from crm.plan import events
from crm.plan.models import Area, Goal, Note, Plan, StatuteDate
from crm.plan.outline import MOST_CHARACTERS, OutlinedArea, read_outline

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# Plans are written for the year that runs or the next; older ones to look back at.
EARLIEST_YEAR = 2000
LEAP_YEAR = 2024


class NewPlanForm(forms.Form):
    """A year, and the plan's text as the annual meeting has it."""

    year = forms.IntegerField(label=_("Year"), min_value=EARLIEST_YEAR)
    text = forms.CharField(
        label=_("The plan's text"),
        max_length=MOST_CHARACTERS,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 16, "spellcheck": "true"}),
        help_text=_(
            "Paste the whole text. Each line with a dash in front becomes a goal, in the same words; what stands"
            " above becomes the area."
        ),
    )

    def __init__(self, *args: Any, branch: Branch, latest: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.branch = branch
        self.latest = latest

    def clean_year(self) -> int:
        year: int = self.cleaned_data["year"]
        if year > self.latest:
            raise ValidationError(_("Choose a year until %(latest)s."), params={"latest": self.latest})
        if Plan.objects.filter(branch=self.branch, year=year).exists():
            raise ValidationError(_("The branch already has a plan for that year."))
        return year

    def clean_text(self) -> list[OutlinedArea]:
        return read_outline(self.cleaned_data["text"])


class AdoptForm(forms.Form):
    adopted_on = forms.DateField(
        label=_("The day of the meeting that adopted it"),
        widget=DayInput(),
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_adopted_on(self) -> date:
        day: date = self.cleaned_data["adopted_on"]
        if day > self.today:
            raise ValidationError(_("That day is still to come. Note it when it has been done."))
        return day


class AreaForm(ConstrainedForm[Area]):
    class Meta:
        model = Area
        fields = ("title",)


class FigureSelect(forms.ChoiceField):
    """One of the figures that the apps have registered, by its label; ``none`` says what it is without one."""

    def __init__(self, *, none: "StrOrPromise", **kwargs: Any) -> None:
        super().__init__(choices=lambda: [("", none), *figure_choices()], required=False, **kwargs)


def figure_choices() -> list[tuple[str, str]]:
    named = [
        (figure.name, capfirst(figure.full_label))
        for figure in extensions.figures.all()
        if not figure.only_coarse
    ]
    return sorted(named, key=lambda pair: sort_key(pair[1], ""))


def responsible_choices() -> list[tuple[str, str]]:
    return [
        ("", str(_("nobody in particular"))),
        *((kind, capfirst(str(label))) for kind, label in Goal.RESPONSIBLE),
    ]


class GoalForm(ConstrainedForm[Goal]):
    """A goal, in which area it stands, and how it is measured. ``plan`` gives the areas and the year."""

    figure = FigureSelect(
        label=_("Counted by"),
        none=_("what you note that you have done"),
        help_text=_("Choose a figure, and the system counts by itself."),
    )
    of_figure = FigureSelect(
        label=_("Out of"),
        none="–",
        help_text=_("For a goal of all, or of a share: then it is counted in per cent of this figure."),
    )

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Goal
        fields = (
            "area",
            "text",
            "figure",
            "of_figure",
            "club",
            "wanted",
            "starts_on",
            "due_on",
            "responsible",
        )
        widgets = {
            "text": forms.Textarea(attrs={"rows": 3}),
            "starts_on": DayInput(),
            "due_on": DayInput(),
        }

    def __init__(self, *args: Any, plan: Plan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.plan = plan
        self.fields["area"].queryset = plan.areas.all()  # type: ignore[attr-defined]
        self.fields["area"].empty_label = None  # type: ignore[attr-defined]
        clubs = Club.objects.filter(branch=plan.branch)
        self.fields["club"].queryset = clubs  # type: ignore[attr-defined]
        self.fields["club"].empty_label = _("any club, or none")  # type: ignore[attr-defined]
        self.fields["responsible"].choices = responsible_choices()  # type: ignore[attr-defined]
        for name in ("figure", "of_figure"):
            self.keep_what_is_gone(name)
        self.stands = self.initial["seen"] = as_it_stands(self.instance)

    def keep_what_is_gone(self, name: str) -> None:
        """A figure that no app counts any more stays until another is chosen: else its goal would go over to notes."""
        field, figure = self.fields[name], getattr(self.instance, name)
        if figure and figure not in dict(field.choices):  # type: ignore[attr-defined]
            gone = (figure, _("%(figure)s, no longer counted") % {"figure": figure})
            field.choices = [*field.choices, gone]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        # Sent twice it says what stands already, and does nothing.
        if cleaned.pop("seen", "") not in {"", self.stands} and set(self.changed_data) > {"seen"}:
            self.tell_of_the_other()
        self.take_measure(cleaned)
        if cleaned.get("club") and not by_club(cleaned.get("figure"), cleaned.get("of_figure")):
            self.add_error("club", _("That figure does not say with which club. Choose one of activities."))
        for name in ("starts_on", "due_on"):
            day = cleaned.get(name)
            if day and day.year != self.plan.year:
                message = _("The plan is for %(year)s: choose a day of that year.")
                self.add_error(name, ValidationError(message, params={"year": self.plan.year}))
        return cleaned

    def take_measure(self, cleaned: dict[str, Any]) -> None:
        """Without a figure it is measured by notes, and what belongs to a figure falls away."""
        by_figure = bool(cleaned.get("figure")) or "figure" in self.errors
        self.instance.measure = Goal.Measure.FIGURE if by_figure else Goal.Measure.NOTES
        cleaned["measure"] = self.instance.measure
        if not by_figure:
            cleaned["of_figure"], cleaned["club"] = "", None

    def tell_of_the_other(self) -> None:
        """Another has saved since the form was opened: nothing is overwritten unseen; sent again it is meant."""
        self.data = {**self.data.dict(), "seen": self.stands}  # type: ignore[attr-defined]
        said = _(
            "Somebody else has changed the goal since you opened it. It now says “%(text)s”, %(wanted)s by"
            " %(due_on)s. Save again if yours is to stand."
        )
        was = self.instance
        values = {"text": was.text, "wanted": was.wanted, "due_on": was.due_on.isoformat()}
        self.add_error(None, ValidationError(said, params=values))


def as_it_stands(goal: Goal) -> str:
    """A mark of all that the form changes; empty for a goal that is not there yet."""
    if goal.pk is None:
        return ""
    said = [str(getattr(goal, name)) for name in (*GoalForm.Meta.fields, "club_id", "struck_at")]
    return sha256("\n".join(said).encode()).hexdigest()


def by_club(name: str | None, of_name: str | None) -> bool:
    """Whether the figures of a goal say of each row with which club it was."""
    asked = [extensions.figures.get(one) for one in (name, of_name) if one]
    return all(figure and figure.by_club for figure in asked)


class NoteForm(ConstrainedForm[Note]):
    token = forms.UUIDField(widget=forms.HiddenInput)

    class Meta:
        model = Note
        fields = ("happened_on", "text")
        widgets = {"happened_on": DayInput()}
        help_texts = {"text": _("Such as “Open meeting in the library, 40 came”. Write no names.")}


class StatuteForm(ConstrainedForm[StatuteDate]):
    """A day of the year. 29 February is taken, and is the 28th in other years."""

    class Meta:
        model = StatuteDate
        fields = ("title", "month", "day", "paragraph", "responsible")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["responsible"].choices = responsible_choices()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        month, day = cleaned.get("month"), cleaned.get("day")
        if month and day and day > monthrange(LEAP_YEAR, month)[1]:
            self.add_error("day", _("That day is not in the month."))
        return cleaned


class StrikeForm(forms.Form):
    reason = forms.CharField(label=_("Why"), max_length=200)


class CalendarForm(forms.Form):
    """A calendar file from the party."""

    file = forms.FileField(
        label=_("Calendar file (.ics)"),
        max_length=200,
        widget=forms.ClearableFileInput(attrs={"accept": ".ics,text/calendar"}),
        help_text=_("The dates are added to the wheel. The same file again brings them up to date."),
    )

    def clean_file(self) -> bytes:
        upload = self.cleaned_data["file"]
        if upload.size > events.LARGEST_FILE:
            raise ValidationError(
                _("The file is larger than a calendar ever is. Choose the party's .ics file.")
            )
        content: bytes = upload.read()
        return content
