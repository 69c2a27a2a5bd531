"""Uploaded rosters and what became of each of their lines."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.constraints import who_and_when
from crm.people.models import Branch, Member, User


class RosterImport(models.Model):
    """One uploaded roster: waits, is staged (the preview), is applied or discarded.

    Its row is what a worker claims: ``state``, ``lease_until`` and ``attempts`` say what is to be done.
    """

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("waiting to be read")
        STAGED = "staged", _("ready to look at")
        ACCEPTED = "accepted", _("waiting to be applied")
        APPLIED = "applied", _("applied")
        UNREADABLE = "unreadable", _("could not be read")
        STOPPED = "stopped", _("stopped")
        DISCARDED = "discarded", _("discarded")

    branch = models.ForeignKey(Branch, models.CASCADE, related_name="roster_imports")
    filename = models.CharField(_("file name"), max_length=200)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField(
        null=True, blank=True, editable=False, help_text="The file, encrypted, until it is staged."
    )
    is_full = models.BooleanField(
        _("full roster"), default=True, help_text=_("Only a full roster can show who has left.")
    )
    roster_date = models.DateField(_("the roster's date"), null=True, blank=True)
    encoding = models.CharField(max_length=20, blank=True)
    delimiter = models.CharField(max_length=5, blank=True)
    columns = models.JSONField(default=dict, blank=True)

    uploaded_at = models.DateTimeField(_("uploaded"))
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)
    accepted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    applied_at = models.DateTimeField(_("applied"), null=True, blank=True)
    accepted_stops = models.JSONField(default=list, blank=True)

    state = models.CharField(_("state"), max_length=10, choices=State, default=State.UPLOADED)
    lease_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    rows_done = models.PositiveIntegerField(default=0)
    problem = models.TextField(blank=True, help_text="The sentence that says why the file could not be read.")

    lines = models.PositiveIntegerField(_("lines"), default=0)
    new = models.PositiveIntegerField(_("new"), default=0)
    changed = models.PositiveIntegerField(_("changed"), default=0)
    unchanged = models.PositiveIntegerField(_("unchanged"), default=0)
    missing = models.PositiveIntegerField(_("missing"), default=0)
    repeated = models.PositiveIntegerField(_("further lines"), default=0)
    rejected = models.PositiveIntegerField(_("rejected"), default=0)
    protected = models.PositiveIntegerField(_("protected"), default=0)
    not_member_rows = models.PositiveIntegerField(_("not member rows"), default=0)

    class Meta:
        ordering = ("-uploaded_at",)
        verbose_name = _("roster")
        verbose_name_plural = _("rosters")
        constraints = (
            who_and_when("rosters_import", "accepted"),
            models.CheckConstraint(
                name="rosters_import_every_line_accounted_for",
                condition=~Q(state__in=("staged", "accepted", "applied"))
                | Q(
                    lines=models.F("new")
                    + models.F("changed")
                    + models.F("unchanged")
                    + models.F("repeated")
                    + models.F("rejected")
                    + models.F("protected")
                    + models.F("not_member_rows")
                ),
                violation_error_message=_("The outcomes do not add up to the file's lines."),
            ),
            models.CheckConstraint(
                name="rosters_import_file_gone_once_read",
                condition=Q(state="uploaded") | Q(content__isnull=True),
            ),
            models.CheckConstraint(
                name="rosters_import_applied_has_a_time",
                condition=Q(state="applied", applied_at__isnull=False)
                | (~Q(state="applied") & Q(applied_at__isnull=True)),
            ),
        )

    def __str__(self) -> str:
        return self.filename


class RosterRow(models.Model):
    """One input line with its outcome. Never holds a personal identity number, nor a protected person's data."""

    class Outcome(models.TextChoices):
        NEW = "new", _("new")
        CHANGED = "changed", _("changed")
        UNCHANGED = "unchanged", _("unchanged")
        REPEATED = "repeated", _("further line of the same member")
        REJECTED = "rejected", _("rejected")
        PROTECTED = "protected", _("protected")
        NOT_MEMBER = "not_member", _("not a member row")

    roster_import = models.ForeignKey(RosterImport, models.CASCADE, related_name="rows")
    line = models.PositiveIntegerField(_("line"))
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome)
    reason = models.CharField(_("reason"), max_length=40, blank=True)
    member = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="roster_rows")
    values = models.JSONField(default=dict, blank=True)
    changes = models.JSONField(default=dict, blank=True, help_text="Field: [before, after].")
    remarks = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ("line",)
        verbose_name = _("roster row")
        verbose_name_plural = _("roster rows")
        constraints = (
            models.UniqueConstraint(fields=("roster_import", "line"), name="rosters_row_line_once"),
            models.CheckConstraint(
                name="rosters_row_rejected_has_a_reason", condition=~Q(outcome="rejected") | ~Q(reason="")
            ),
            models.CheckConstraint(
                name="rosters_row_protected_is_empty",
                condition=~Q(outcome="protected") | Q(member__isnull=True, values={}, changes={}, remarks=[]),
            ),
        )

    def __str__(self) -> str:
        return f"{self.line}: {self.outcome}"


class MissingMember(models.Model):
    """A member who is not in a full roster. Twice missing, by rosters of two dates, is having left."""

    roster_import = models.ForeignKey(RosterImport, models.CASCADE, related_name="missing_members")
    member = models.ForeignKey(Member, models.CASCADE, related_name="+")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("roster_import", "member"), name="rosters_missing_once_per_roster"
            ),
        )

    def __str__(self) -> str:
        return f"{self.roster_import_id}: {self.member_id}"
