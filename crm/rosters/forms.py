"""The shape of what an officer sends."""

import uuid
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.rosters import preparing
from crm.rosters.reading import UnreadableRoster
from crm.rosters.stops import Stop


class UploadForm(forms.Form):
    """A file, and whether it is everybody. ``token`` makes a form that is sent twice one upload."""

    class Extent:
        FULL = "full"
        PART = "part"

    file = forms.FileField(
        label=_("Member file"),
        allow_empty_file=True,
        help_text=_("CSV, text or Excel (.xlsx), as the central register exports it."),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx"}),
        error_messages={"required": _("Choose the file first.")},
    )
    extent = forms.ChoiceField(
        label=_("What is in the file?"),
        choices=(
            (Extent.FULL, _("All members of the branch. Those who are not in it are marked as missing.")),
            (Extent.PART, _("Some of the members. Nobody is marked as missing.")),
        ),
        initial=Extent.FULL,
        widget=forms.RadioSelect(attrs={"class": "choice-cards"}),
    )
    token = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, too_large: bool = False, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"token": uuid.uuid4(), "extent": self.Extent.FULL})
        super().__init__(*args, **kwargs)
        self.too_large = too_large
        self.content = b""

    def clean_file(self) -> Any:
        """Says at once what is plainly no roster."""
        upload = self.cleaned_data["file"]
        self.content = upload.read()
        try:
            preparing.refuse_at_once(self.content)
        except UnreadableRoster as error:
            raise forms.ValidationError(error.sentence) from None
        return upload

    def full_clean(self) -> None:
        super().full_clean()
        if self.too_large and self.is_bound:
            self.errors.clear()  # the fields behind the file were never read
            self.add_error("file", preparing.too_large().sentence)

    @property
    def is_full(self) -> bool:
        return bool(self.cleaned_data["extent"] == self.Extent.FULL)


class TermsForm(forms.Form):
    """The roster's date, and whether it is everybody: guessed from the file, shown to be changed."""

    roster_date = forms.DateField(
        label=_("The roster's date"),
        help_text=_("The day on which the register printed the file."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    is_full = forms.BooleanField(label=_("The file holds all members of the branch"), required=False)

    def clean_roster_date(self) -> Any:
        day = self.cleaned_data["roster_date"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("A roster can't be from a day to come."))
        return day


class AcceptForm(forms.Form):
    """A box for each stop. ``digest`` names the preview that the officer looked at."""

    digest = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *args: Any, stops: list[Stop], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stops = stops
        for stop in stops:
            self.fields[stop.code] = forms.BooleanField(
                label=stop.understood,
                error_messages={"required": _("Tick this when you have made sure, or throw the file away.")},
            )

    @property
    def boxes(self) -> list[tuple[Stop, forms.BoundField]]:
        return [(stop, self[stop.code]) for stop in self.stops]

    @property
    def understood(self) -> list[str]:
        return [stop.code for stop in self.stops if self.cleaned_data.get(stop.code)]


class ExportForm(forms.Form):
    """Who, in which format and why."""

    class Who:
        MEMBERS = "members"
        ALL = "all"

    who = forms.ChoiceField(
        label=_("Who?"),
        choices=((Who.MEMBERS, _("Members now")), (Who.ALL, _("Also those who are missing or have left"))),
        initial=Who.MEMBERS,
        widget=forms.RadioSelect,
    )
    file_format = forms.ChoiceField(
        label=_("Format"),
        choices=(("xlsx", _("Excel (.xlsx)")), ("csv", _("CSV with semicolons"))),
        initial="xlsx",
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("What is it for?"),
        max_length=200,
        help_text=_("Is kept in the access log. Delete the file when you no longer need it."),
    )
