"""The shape of what people's pages take in."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from allauth.account.forms import LoginForm as AllauthLoginForm
from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from crm.access import UserRequest, members_of
from crm.forms import BranchModelForm, ConstrainedForm
from crm.people import access, accounts, branches, disclosing, retention
from crm.people.models import (
    KINDS_IN_A_BRANCH,
    AccessLog,
    Branch,
    Club,
    District,
    ErasureHold,
    KeepingRules,
    Member,
    Membership,
    MembershipGoal,
    SkillWord,
    User,
)
from crm.people.reads import Wanted

GIVEN_IN_A_BRANCH = [(kind.value, capfirst(kind.label)) for kind in KINDS_IN_A_BRANCH]

# More than the whole party has (DOMAIN: a branch has 60 to 8 000 members).
MOST_WANTED = 1_000_000
PURPOSES = [(purpose.value, capfirst(purpose.label)) for purpose in AccessLog.Purpose]


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs=attrs, format="%Y-%m-%d")


class LoginForm(AllauthLoginForm):  # type: ignore[misc]
    """With a password. allauth sets the session's length after the login; the roles have the last word."""

    def login(self, request: HttpRequest, redirect_url: str | None = None) -> HttpResponse:
        response: HttpResponse = super().login(request, redirect_url=redirect_url)
        if isinstance(request.user, User):
            accounts.limit_session(request, request.user)
        return response


class PrintedCodeForm(forms.Form):
    code = forms.CharField(
        label=_("Code from your paper"),
        max_length=20,
        help_text=_("Eight letters and figures, such as ABCD-EFGH. Small or capital letters do not matter."),
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )


class MemberFilter(forms.Form):
    """Which members to list. Sent by GET, so every part has a default."""

    SHOWN = (
        ("member", _("Members")),
        ("missing", _("Missing")),
        ("left", _("Left")),
        ("joined", _("Joined this year")),
        ("no_phone", _("Without a telephone number")),
        ("no_email", _("Without an e-mail address")),
        ("unpaid_new", _("New members who have not paid")),
    )

    q = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=100,
        help_text=_("Name, town, e-mail or member number."),
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    show = forms.ChoiceField(label=_("Show"), choices=SHOWN, required=False)
    club = forms.ChoiceField(label=_("Club"), required=False)

    def __init__(self, *args: Any, branch: Branch, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        clubs = [(str(club.pk), club.name) for club in access.clubs_of(branch)]
        choices = [("", _("All clubs")), *clubs, (access.NO_CLUB, _("In no club"))]
        self.fields["club"] = forms.ChoiceField(label=_("Club"), required=False, choices=choices)


class WishForm(forms.Form):
    """What a toggle sends: the state it leads to, so that a form sent twice does nothing twice."""

    on = forms.TypedChoiceField(choices=(("yes", "yes"), ("no", "no")), coerce=lambda text: text == "yes")


class BranchForm(ConstrainedForm[Branch]):
    class Meta:
        model = Branch
        fields = ("name", "place", "office_phone", "reply_email")


class NewBranchForm(ConstrainedForm[Branch]):
    admin_name = forms.CharField(label=_("First administrator's name"), max_length=100)
    admin_email = forms.EmailField(label=_("First administrator's e-mail"))

    class Meta:
        model = Branch
        fields = ("name", "slug", "place", "district", "is_fictitious")

    def clean_slug(self) -> str:
        slug = str(self.cleaned_data["slug"])
        if slug in branches.TAKEN:
            raise ValidationError(_("That address name is taken by the system."))
        return slug


class ClubForm(BranchModelForm[Club]):
    class Meta:
        model = Club
        fields = ("name", "kind", "started_on", "resting_since", "election_plan_on")
        widgets = {"started_on": DayInput(), "resting_since": DayInput(), "election_plan_on": DayInput()}


class GoalForm(BranchModelForm[MembershipGoal]):
    class Meta:
        model = MembershipGoal
        fields = ("members_wanted", "by_date")
        widgets = {"by_date": DayInput()}


class ClubGoalsForm(forms.Form):
    """The branch's goal shared among its clubs; empty for a club without one."""

    def __init__(self, data: Any = None, *, goal: MembershipGoal, clubs: Iterable[Club]) -> None:
        has = {one.club_id: one.members_wanted for one in goal.of_clubs.all()}
        self.clubs = {f"club_{club.pk}": club for club in clubs}
        super().__init__(data, initial={name: has.get(club.pk) for name, club in self.clubs.items()})
        for name, club in self.clubs.items():
            self.fields[name] = forms.IntegerField(
                label=club.name, required=False, min_value=0, max_value=MOST_WANTED
            )

    @property
    def wanted(self) -> dict[Club, int]:
        return {club: self.cleaned_data[name] or 0 for name, club in self.clubs.items()}


class HolderForm(forms.Form):
    """Who gets a role, and for which days."""

    email = forms.EmailField(
        label=_("E-mail"), help_text=_("The person logs in with this address, by a code that we send there.")
    )
    name = forms.CharField(
        label=_("Name"),
        max_length=100,
        required=False,
        help_text=_("Needed the first time the person gets a role."),
    )
    starts_on = forms.DateField(label=_("From"), widget=DayInput())
    ends_on = forms.DateField(
        label=_("To"), required=False, widget=DayInput(), help_text=_("The last day. Leave empty for no end.")
    )
    tell = forms.BooleanField(
        label=_("Send an e-mail about it, with a link to log in"), required=False, initial=True
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("starts_on"), cleaned.get("ends_on")
        if isinstance(first, date) and isinstance(last, date) and last < first:
            self.add_error("ends_on", _("A role can't end before it begins."))
        return cleaned


class RoleForm(HolderForm):
    """A role in a branch."""

    kind = forms.ChoiceField(label=_("Role"), choices=GIVEN_IN_A_BRANCH)
    field_order = ("email", "name", "kind", "starts_on", "ends_on", "tell")


class RoleAboveForm(HolderForm):
    """A role in a district, or in the whole party."""

    district: "forms.ModelChoiceField[District]" = forms.ModelChoiceField(
        label=_("District"),
        queryset=District.objects.order_by("name"),
        required=False,
        empty_label=_("The whole party, by districts"),
        help_text=_("What branches have chosen to share, added up. Never a name."),
    )
    field_order = ("email", "name", "district", "starts_on", "ends_on", "tell")


class DisclosureForm(forms.Form):
    """Why the person's data are taken out, and in which form."""

    reason = forms.CharField(
        label=_("Why"), max_length=200, help_text=_("Such as: the member asked for it by e-mail on 3 March.")
    )
    content_type = forms.ChoiceField(
        label=_("Form"),
        choices=((disclosing.PDF, _("PDF, to read")), (disclosing.JSON, _("JSON, for another system"))),
        initial=disclosing.PDF,
        widget=forms.RadioSelect(attrs={"class": "choice-cards"}),
    )


class MissingForm(forms.Form):
    """Which of the missing an officer means. Those who are missing no more are left as they are."""

    members = forms.ModelMultipleChoiceField(
        queryset=Member.objects.none(),
        error_messages={"required": _("Tick at least one member.")},
    )

    def __init__(self, *args: Any, branch: Branch, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["members"].queryset = members_of(branch)  # type: ignore[attr-defined]

    @property
    def member_ids(self) -> list[int]:
        return [member.pk for member in self.cleaned_data["members"]]


class LeavingForm(MissingForm):
    reason = forms.ChoiceField(
        label=_("Why they left"),
        choices=[("", _("Choose a reason")), *((r.value, capfirst(r.label)) for r in Membership.EndReason)],
        help_text=_("The same for all whom you tick. The register often tells; else choose unknown."),
    )


class HoldForm(ConstrainedForm[ErasureHold]):
    class Meta:
        model = ErasureHold
        fields = ("until_on", "reason")
        widgets = {"until_on": DayInput()}

    def clean_until_on(self) -> date:
        day: date = self.cleaned_data["until_on"]
        today = timezone.localdate()
        if not today < day <= today + retention.LONGEST_HOLD:
            raise ValidationError(_("Choose a day from tomorrow, a year ahead at most."))
        return day


class WordForm(BranchModelForm[SkillWord]):
    """A new word of the vocabulary."""

    class Meta:
        model = SkillWord
        fields = ("kind", "name")
        help_texts = {
            "name": _("Short, and nothing about health, faith or origin: what is noted here can be searched.")
        }

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())


class KeepingForm(BranchModelForm[KeepingRules]):
    class Meta:
        model = KeepingRules
        fields = ("leaver_days", "note_months")


class LogFilter(forms.Form):
    """Which part of the access log to show. Sent by GET."""

    first = forms.DateField(label=_("From"), required=False, widget=DayInput())
    last = forms.DateField(label=_("To"), required=False, widget=DayInput())
    user = forms.ModelChoiceField(
        label=_("Who looked"), queryset=User.objects.none(), required=False, empty_label=_("Everybody")
    )
    purpose = forms.ChoiceField(
        label=_("Purpose"), required=False, choices=[("", _("Every purpose")), *PURPOSES]
    )
    number = forms.CharField(label=_("Member number"), required=False, max_length=40)

    def __init__(self, *args: Any, branch: Branch, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = access.readers_of(branch)  # type: ignore[attr-defined]

    def wanted(self) -> Wanted:
        if not self.is_valid():
            return Wanted()
        found = self.cleaned_data
        return Wanted(
            first=found["first"],
            last=found["last"],
            user=found["user"],
            purpose=found["purpose"],
            member_number=found["number"],
        )


def filter_data(request: UserRequest, defaults: dict[str, str]) -> dict[str, str]:
    """The query string over the defaults."""
    return defaults | {key: str(value) for key, value in request.GET.items() if value}
