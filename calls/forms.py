"""What callers and leaders fill in."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import uuid4

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from calls import ringing_back, scripts, sheets
from calls.models import Call, CallerProfile, CallList, CallRules
from crm.forms import BranchModelForm
from crm.people.models import SkillWord, User

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


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


class HalvedListField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not at run time
    """Whose list is halved for one more caller."""

    def label_from_instance(self, obj: Any) -> str:
        return _("half of the list of %(caller)s (%(n)s left)") % {"caller": obj.caller, "n": obj.left}


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
    half_of = HalvedListField(
        label=_("Calls from"),
        queryset=CallList.objects.none(),
        required=False,
        empty_label=_("Nobody yet"),
        help_text=_("Nobody is left in the pool."),
    )
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, lists: QuerySet[CallList]) -> None:
        """``lists`` are those that can be halved: none while the pool has somebody to call."""
        longest = lists.first()
        super().__init__(data, initial={"key": uuid4(), "half_of": longest})
        self.fields["half_of"].queryset = lists  # type: ignore[attr-defined]
        if longest is None:
            del self.fields["half_of"]


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


class OwnCallForm(forms.Form):
    """Somebody on the caller's own list."""

    call = forms.ModelChoiceField(queryset=Call.objects.none())

    def __init__(self, data: Any = None, *, calls: QuerySet[Call]) -> None:
        super().__init__(data)
        self.fields["call"].queryset = calls  # type: ignore[attr-defined]


class NameSearchForm(forms.Form):
    q = forms.CharField(label=_("Name or town"), max_length=100, widget=forms.SearchInput())


class CallerProfileForm(BranchModelForm[CallerProfile]):
    """What a caller takes on, by their own or the leader's hand."""

    class Meta:
        model = CallerProfile
        fields = ("capacity", "clubs", "areas", "languages")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = self.branch.skill_words.filter(kind=SkillWord.Kind.LANGUAGE, retired_at=None)
        self.choose("clubs", self.branch.clubs.order_by("name"), _("Members of these clubs come first."))
        self.choose("languages", words.order_by("name"), _("What else than Swedish you can talk in."))

    def choose(self, name: str, rows: "QuerySet[Any]", help_text: "StrOrPromise") -> None:
        """Boxes for those that the branch has; without any there is no question."""
        label = self.fields[name].label
        if not rows:
            del self.fields[name]
            return
        self.fields[name] = People(
            queryset=rows,
            label=label,
            required=False,
            widget=forms.CheckboxSelectMultiple,
            help_text=help_text,
        )


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
            "weekdays_from",
            "weekdays_to",
            "friday_from",
            "friday_to",
            "saturday_from",
            "saturday_to",
            "pause_weeks",
        )
        widgets: ClassVar = {
            f"{days}_{end}": forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
            for days in ("weekdays", "friday", "saturday")
            for end in ("from", "to")
        }
