"""Uploaded rosters and what became of each of their lines."""

import uuid
from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.constraints import who_and_when
from crm.people.models import Branch, Member, User


class RosterImportQuerySet(models.QuerySet["RosterImport"]):
    def light(self) -> "RosterImportQuerySet":
        """Without the columns that can hold megabytes."""
        return self.defer("content", "staged", "unchanged_lines")

    def applied(self) -> "RosterImportQuerySet":
        return self.filter(state=RosterImport.State.APPLIED)


class RosterImport(models.Model):
    """One uploaded roster: waits, is staged (the preview), is accepted and applied, or discarded.

    Its row is what a worker claims: ``state``, ``lease_until`` and ``attempts`` say what is to be done.
    """

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("waiting to be read")
        STAGED = "staged", _("ready to look at")
        ACCEPTED = "accepted", _("waiting to be applied")
        APPLIED = "applied", _("applied")
        UNREADABLE = "unreadable", _("could not be read")
        FAILED = "failed", _("interrupted")
        DISCARDED = "discarded", _("discarded")
        UNDONE = "undone", _("undone")

    class DateSource(models.TextChoices):
        FILE = "file", _("as the file says")
        TODAY = "today", _("today's date, because the file says none")
        CHOSEN = "chosen", _("chosen")

    branch = models.ForeignKey(Branch, models.CASCADE, related_name="roster_imports")
    token = models.UUIDField(
        default=uuid.uuid4, editable=False, help_text="Made by the form: sent twice it is one upload."
    )
    filename = models.CharField(_("file name"), max_length=200)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField(
        null=True, blank=True, editable=False, help_text="The file, encrypted, until it is staged."
    )
    staged = models.BinaryField(
        null=True, blank=True, editable=False, help_text="Its members' values, encrypted, until applied."
    )
    unchanged_lines = models.BinaryField(
        null=True, blank=True, editable=False, help_text="Which lines change nothing, and whose they are."
    )
    is_full = models.BooleanField(
        _("full roster"), default=True, help_text=_("Only a full roster can show who has left.")
    )
    roster_date = models.DateField(_("the roster's date"), null=True, blank=True)
    readable_until = models.DateTimeField(
        null=True, blank=True, help_text="Until then the file is kept, encrypted, for reading it another way."
    )
    choices = models.JSONField(default=dict, blank=True, help_text="How an officer wants it read.")
    date_source = models.CharField(max_length=6, choices=DateSource, blank=True)
    encoding = models.CharField(max_length=20, blank=True)
    delimiter = models.CharField(max_length=5, blank=True)
    columns = models.JSONField(default=list, blank=True, help_text="Pairs of header and field.")

    uploaded_at = models.DateTimeField(_("uploaded"))
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)
    accepted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    applied_at = models.DateTimeField(_("applied"), null=True, blank=True)
    undo_asked_at = models.DateTimeField(null=True, blank=True)
    undo_asked_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)
    undo_counts = models.JSONField(default=dict, blank=True, help_text="What undoing did.")
    contents_gone_at = models.DateTimeField(
        null=True, blank=True, help_text="When what its lines said was dropped; the counts stay."
    )
    figures_from = models.DateField(
        null=True,
        blank=True,
        help_text="The first day whose number of members it changed; none if it changed none.",
    )
    clubs_made = models.JSONField(default=list, blank=True, help_text="Keys of the clubs it entered.")
    stops = models.JSONField(default=list, blank=True, help_text="What has to be understood before applying.")
    accepted_stops = models.JSONField(default=list, blank=True)

    state = models.CharField(_("state"), max_length=10, choices=State, default=State.UPLOADED)
    lease_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    rows_done = models.PositiveIntegerField(default=0)
    problem = models.CharField(max_length=30, blank=True, help_text="The code of what was wrong.")
    problem_details = models.JSONField(default=dict, blank=True)
    digest = models.CharField(max_length=64, blank=True, help_text="Of what the preview says will happen.")

    lines = models.PositiveIntegerField(_("lines"), default=0)
    new = models.PositiveIntegerField(_("new"), default=0)
    changed = models.PositiveIntegerField(_("changed"), default=0)
    unchanged = models.PositiveIntegerField(_("unchanged"), default=0)
    missing = models.PositiveIntegerField(_("missing"), default=0)
    leaving = models.PositiveIntegerField(_("have left"), default=0)
    repeated = models.PositiveIntegerField(_("further lines"), default=0)
    rejected = models.PositiveIntegerField(_("rejected"), default=0)
    protected = models.PositiveIntegerField(_("protected"), default=0)
    not_member_rows = models.PositiveIntegerField(_("not member rows"), default=0)

    objects = RosterImportQuerySet.as_manager()

    class Meta:
        ordering = ("-uploaded_at", "-id")
        verbose_name = _("roster")
        verbose_name_plural = _("rosters")
        constraints = (
            models.UniqueConstraint(fields=("branch", "token"), name="rosters_import_sent_once"),
            who_and_when("rosters_import", "accepted"),
            who_and_when("rosters_import", "undo_asked"),
            models.CheckConstraint(
                name="rosters_import_every_line_accounted_for",
                condition=~Q(state__in=("staged", "accepted", "applied", "undone"))
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
                name="rosters_import_file_gone_once_settled",
                condition=Q(state="uploaded")
                | Q(content__isnull=True)
                | Q(state__in=("staged", "unreadable"), readable_until__isnull=False),
            ),
            models.CheckConstraint(
                name="rosters_import_values_gone_once_applied",
                condition=Q(state__in=("uploaded", "staged", "accepted")) | Q(staged__isnull=True),
            ),
            models.CheckConstraint(
                name="rosters_import_applied_has_a_time",
                condition=Q(state__in=("applied", "undone"), applied_at__isnull=False)
                | (~Q(state__in=("applied", "undone")) & Q(applied_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="rosters_import_undone_has_a_time",
                condition=Q(state="undone", undone_at__isnull=False, undo_asked_at__isnull=False)
                | (~Q(state="undone") & Q(undone_at__isnull=True)),
            ),
        )

    def __str__(self) -> str:
        return self.filename

    def can_be_read_again(self, now: datetime) -> bool:
        """Whether the file is still there to be read another way."""
        is_open = self.state in {self.State.STAGED, self.State.UNREADABLE}
        return is_open and self.readable_until is not None and now < self.readable_until

    @property
    def is_waiting(self) -> bool:
        """Whether a worker has something to do with it."""
        return self.state in {self.State.UPLOADED, self.State.ACCEPTED} or self.is_being_undone

    @property
    def is_being_undone(self) -> bool:
        return self.state == self.State.APPLIED and self.undo_asked_at is not None


class RememberedReading(models.Model):
    """How an officer of a branch said that files with these headers are to be read."""

    branch = models.ForeignKey(Branch, models.CASCADE, related_name="remembered_readings")
    headers = models.CharField(max_length=64, help_text="A digest of the set of headers.")
    choices = models.JSONField(default=dict)
    chosen_at = models.DateTimeField()
    chosen_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("remembered reading")
        verbose_name_plural = _("remembered readings")
        constraints = (
            models.UniqueConstraint(fields=("branch", "headers"), name="rosters_reading_once_per_headers"),
        )

    def __str__(self) -> str:
        return f"{self.branch_id}: {self.headers[:8]}"


class RosterRow(models.Model):
    """One input line with its outcome. Never holds a personal identity number, nor a protected person's data.

    Lines that change nothing have no row: their import keeps them in one piece (``crm.rosters.unchanged``).
    """

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
    member_number = models.CharField(_("member number"), max_length=40, blank=True)
    member = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="roster_rows")
    values = models.JSONField(default=dict, blank=True, help_text="Of a new member; blanks left out.")
    changes = models.JSONField(default=dict, blank=True, help_text="Field: [before, after].")
    remarks = models.JSONField(default=list, blank=True, help_text="Pairs of field and code.")

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
                condition=~Q(outcome="protected")
                | Q(member__isnull=True, member_number="", values={}, changes={}, remarks=[]),
            ),
        )

    def __str__(self) -> str:
        return f"{self.line}: {self.outcome}"


class MissingMember(models.Model):
    """A member who is not in a full roster. Twice missing, by rosters of two dates, is having left."""

    roster_import = models.ForeignKey(RosterImport, models.CASCADE, related_name="missing_members")
    member = models.ForeignKey(Member, models.CASCADE, related_name="+")
    is_leaving = models.BooleanField(default=False, help_text="Missing in an earlier full roster already.")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("roster_import", "member"), name="rosters_missing_once_per_roster"
            ),
        )

    def __str__(self) -> str:
        return f"{self.roster_import_id}: {self.member_id}"


class UndoRow(models.Model):
    """How one member was before an import, and a digest of how the import left them. Undone: who was kept, and why.

    A member whom the import brought in has no such row: the roster's own line tells what they were given.
    """

    class Kept(models.TextChoices):
        EDITED = "edited", _("changed since the import")
        HISTORY = "history", _("new with the import, and something has been done since")

    roster_import = models.ForeignKey(RosterImport, models.CASCADE, related_name="undo_rows")
    member = models.ForeignKey(Member, models.CASCADE, related_name="+")
    before = models.JSONField(default=dict, blank=True)
    after = models.CharField(max_length=64, blank=True, help_text="Digest of the state after applying.")
    kept = models.CharField(_("kept"), max_length=10, choices=Kept, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("roster_import", "member"), name="rosters_undo_once_per_member"),
        )

    def __str__(self) -> str:
        return f"{self.roster_import_id}: {self.member_id}"


class CorrectionQuerySet(models.QuerySet["Correction"]):
    def open(self) -> "CorrectionQuerySet":
        """The register does not show them yet."""
        return self.filter(settled_at=None)

    def unreported(self) -> "CorrectionQuerySet":
        """The register has not been told, or has been changed to something else since."""
        return self.open().filter(Q(reported_at=None) | Q(reported_at__lt=models.F("register_moved_at")))


class Correction(models.Model):
    """Something learnt locally that the register does not show yet. It survives rosters until the register does.

    Values are those of ``MemberValues``: text, and for telephone numbers a list of E.164. The local value stands
    on the member; here is what was noted.
    """

    class Field(models.TextChoices):
        FIRST_NAME = "first_name", _("first name")
        LAST_NAME = "last_name", _("last name")
        CARE_OF = "care_of", _("c/o")
        STREET = "street", _("street address")
        POSTCODE = "postcode", _("postcode")
        TOWN = "town", _("town")
        PHONES = "phones", _("telephone numbers")
        EMAIL = "email", _("e-mail")

    class Outcome(models.TextChoices):
        SHOWN = "shown", _("the register shows it")
        WITHDRAWN = "withdrawn", _("taken back")

    member = models.ForeignKey(Member, models.CASCADE, related_name="corrections")
    field = models.CharField(_("detail"), max_length=12, choices=Field)
    register_value = models.JSONField(_("in the register"), help_text="As the last roster said.")
    local_value = models.JSONField(_("correct"))
    noted_at = models.DateTimeField(_("noted"))
    noted_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    reported_at = models.DateTimeField(_("reported"), null=True, blank=True)
    reported_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    register_moved_at = models.DateTimeField(
        null=True, blank=True, help_text="When a roster last said something else than both."
    )
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        ordering = ("noted_at", "id")
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        constraints = (
            models.UniqueConstraint(
                fields=("member", "field"),
                condition=Q(settled_at__isnull=True),
                name="rosters_correction_open_once",
                violation_error_message=_("That detail has an open correction already."),
            ),
            who_and_when("rosters_correction", "reported"),
            who_and_when("rosters_correction", "settled"),
            models.CheckConstraint(
                name="rosters_correction_settled_has_an_outcome",
                condition=Q(settled_at__isnull=True, outcome="")
                | (Q(settled_at__isnull=False) & ~Q(outcome="")),
            ),
        )

    def __str__(self) -> str:
        return f"{self.member_id} {self.field}"

    @property
    def is_reported(self) -> bool:
        """Whether the register has been told of it as it stands."""
        moved = self.register_moved_at
        return self.reported_at is not None and (moved is None or self.reported_at >= moved)


class CorrectionCheck(models.Model):
    """What one roster says of one local correction, for its preview."""

    class Verdict(models.TextChoices):
        SHOWN = "shown", _("the register shows it now")
        CONTRADICTED = "contradicted", _("the register says something else than before")

    roster_import = models.ForeignKey(RosterImport, models.CASCADE, related_name="correction_checks")
    correction = models.ForeignKey(Correction, models.CASCADE, related_name="+")
    verdict = models.CharField(max_length=12, choices=Verdict)
    register_value = models.JSONField()

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                fields=("roster_import", "correction"), name="rosters_correction_check_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.roster_import_id}: {self.correction_id} {self.verdict}"
