"""The shape of what outreach's pages take in."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from crm.forms import BranchModelForm
from crm.outreach import access
from crm.outreach.models import Activity, Origin, SignUp
from crm.people.forms import DayInput
from crm.people.models import Branch, Member

COUNTS = ("helpers", "conversations", "new_members")
# What came to be noted longer ago than this is nobody's memory.
RECENT_ACTIVITIES = 40


class ActivityForm(BranchModelForm[Activity]):
    """One occasion, in half a minute: what, when, where, and three numbers."""

    class Meta:
        model = Activity
        fields = ("kind", "held_on", "place", *COUNTS, "asked", "club")
        widgets = {"held_on": DayInput()}

    def __init__(self, *args: Any, branch: Branch, today: date, **kwargs: Any) -> None:
        super().__init__(*args, branch=branch, **kwargs)
        self.today = today
        club: forms.ModelChoiceField[Any] = self.fields["club"]  # type: ignore[assignment]
        club.queryset = branch.clubs.all()
        club.label = _("Which club held it?")
        club.empty_label = str(_("the branch itself"))
        club.required = False
        for name in COUNTS:
            self.fields[name].widget.attrs["inputmode"] = "numeric"
        # Said of what has been; an activity ahead is asked for none, whatever the form comes in with.
        is_ahead = self.instance.held_on is not None and self.instance.held_on > today
        self.fields["helpers"].required = not self.is_bound and not is_ahead

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        held_on = cleaned.get("held_on")
        if held_on and held_on > self.today:
            self._refuse_numbers(cleaned)
        elif held_on and "helpers" not in self.errors:
            self._ask_for_numbers(cleaned)
        return cleaned

    def _refuse_numbers(self, cleaned: dict[str, Any]) -> None:
        """A day to come is a plan, with its link and its QR code; the numbers come afterwards."""
        if any(cleaned.get(name) for name in COUNTS):
            self.add_error("held_on", _("That day is still to come. Leave the numbers empty until then."))
        for name in COUNTS:
            cleaned[name] = None

    def _ask_for_numbers(self, cleaned: dict[str, Any]) -> None:
        if not cleaned.get("helpers"):
            self.add_error("helpers", _("Say how many took part: at least one was there."))
        for name in ("conversations", "new_members"):
            if name not in self.errors and cleaned.get(name) is None:
                cleaned[name] = 0


class TokenForm(forms.Form):
    """Made with the page: the same page sent twice is one activity."""

    token = forms.UUIDField(widget=forms.HiddenInput)


class SignUpForm(BranchModelForm[SignUp]):
    class Meta:
        model = SignUp
        fields = ("address",)
        widgets = {"address": forms.URLInput()}


class OriginForm(BranchModelForm[Origin]):
    """How a member came: the way, the activity, and who asked."""

    recruiter = forms.CharField(
        label=_("Who asked them to join?"),
        max_length=100,
        required=False,
        help_text=_("A member's name or member number. Empty if nobody, or if you do not know."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    class Meta:
        model = Origin
        fields = ("source", "activity")
        widgets = {"source": forms.RadioSelect(attrs={"class": "choice-cards"})}

    field_order = ("source", "activity", "recruiter")

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        super().__init__(*args, branch=member.branch, **kwargs)
        self.member = self.instance.member = member
        self.fields["source"].choices = Origin.Source.choices  # type: ignore[attr-defined]
        activity: forms.ModelChoiceField[Any] = self.fields["activity"]  # type: ignore[assignment]
        recent = access.activities_of(member.branch).values("pk")[:RECENT_ACTIVITIES]
        keys = [row["pk"] for row in recent] + [self.instance.activity_id or 0]
        activity.queryset = access.activities_of(member.branch).filter(pk__in=keys)
        activity.label = _("Which activity?")
        activity.empty_label = str(_("none"))

    def clean(self) -> dict[str, Any]:
        """An activity that is chosen beside another way is left out, not an error."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("source") != Origin.Source.ACTIVITY:
            cleaned["activity"] = None
        elif not cleaned.get("activity"):
            self.add_error("activity", _("Choose the activity, or another way in which the member came."))
        asked = cleaned.get("recruiter") or "recruiter" in self.errors
        if cleaned.get("source") == Origin.Source.RECRUITER and not asked:
            self.add_error("recruiter", _("Write who asked them."))
        return cleaned

    def clean_recruiter(self) -> Member | None:
        text = self.cleaned_data["recruiter"].strip()
        if not text:
            return None
        found = access.members_matching(self.member.branch, text)
        if not found:
            raise ValidationError(_("No member has that name or number."))
        if len(found) > 1:
            raise ValidationError(_("Several members match. Write the member number."))
        if found[0].pk == self.member.pk:
            raise ValidationError(_("Nobody recruits themselves."))
        return found[0]
