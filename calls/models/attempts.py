"""What has come of the calls: attempts, what officers must do about them, and what callers say."""

import uuid
from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from calls.models.rounds import Call
from crm.constraints import who_and_when
from crm.people.models import Branch, User

# A caller can take back their own report for this long.
UNDO = timedelta(minutes=10)


class AttemptQuerySet(models.QuerySet["Attempt"]):
    def standing(self) -> "AttemptQuerySet":
        """Those that nobody has taken back."""
        return self.filter(undone_at=None)


class Attempt(models.Model):
    """One dial and its outcome."""

    class Outcome(models.TextChoices):
        REACHED = "reached", _("We talked")
        CALL_LATER = "call_later", _("Reached, call later")
        NO_ANSWER = "no_answer", _("No answer")
        BUSY = "busy", _("Busy")
        LEFT_MESSAGE = "left_message", _("Left a message")
        OTHER_ANSWERED = "other_answered", _("Someone else answered")
        WRONG_NUMBER = "wrong_number", _("Wrong number")
        OUT_OF_SERVICE = "out_of_service", _("Number out of service")
        DECLINES_CALLS = "declines_calls", _("Wants no calls")
        WANTS_TO_LEAVE = "wants_to_leave", _("Wants to leave")
        MOVED = "moved", _("Has moved")
        DECEASED = "deceased", _("Has died")
        OTHER_LANGUAGE = "other_language", _("Needs another language")

    call = models.ForeignKey(Call, models.CASCADE, related_name="attempts")
    client_id = models.UUIDField(
        unique=True,
        default=uuid.uuid4,
        help_text="Made by the caller's page: a report sent twice counts once.",
    )
    outcome = models.CharField(_("outcome"), max_length=16, choices=Outcome)
    note = models.CharField(_("note to the next caller"), max_length=500, blank=True)
    wrong_number = models.CharField(_("the wrong number"), max_length=20, blank=True)
    reported_at = models.DateTimeField(_("reported"))
    reported_by = models.ForeignKey(User, models.PROTECT, related_name="attempts")
    before = models.JSONField(default=dict, blank=True, help_text="The call's state before, for the undo.")
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = AttemptQuerySet.as_manager()

    class Meta:
        ordering = ("-reported_at", "-id")
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        constraints = (who_and_when("calls_attempt", "undone"),)
        indexes = (
            models.Index(fields=("reported_by", "reported_at"), name="calls_attempt_by_caller"),
            # A year's attempts of a round are counted from it alone: a call's attempts lie far apart in the table.
            models.Index(
                fields=("call", "reported_at", "outcome"),
                condition=Q(undone_at__isnull=True),
                name="calls_attempt_of_a_call",
            ),
        )

    def __str__(self) -> str:
        return f"{self.call_id} {self.outcome}"


class FollowUp(models.Model):
    """Something an officer must do before the member is called again."""

    MESSAGE_LENGTH = 1000

    call = models.ForeignKey(Call, models.CASCADE, related_name="follow_ups")
    attempt = models.OneToOneField(Attempt, models.CASCADE, null=True, blank=True, related_name="follow_up")
    message = models.CharField(_("message to the officer"), max_length=MESSAGE_LENGTH, blank=True)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    handled_at = models.DateTimeField(null=True, blank=True)
    handled_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    answer = models.CharField(
        _("answer to the caller"),
        max_length=500,
        blank=True,
        help_text=_("The caller reads what came of it."),
    )

    class Meta:
        ordering = ("opened_at",)
        verbose_name = _("follow-up")
        verbose_name_plural = _("follow-ups")
        constraints = (
            who_and_when("calls_followup", "handled"),
            models.UniqueConstraint(
                fields=("call",),
                condition=Q(handled_at__isnull=True),
                name="calls_followup_one_open_per_call",
            ),
        )

    def __str__(self) -> str:
        return f"{self.call_id}"


class Script(models.Model):
    """What the branch wants its callers to say, in steps; placeholders are filled in for each call."""

    class Kind(models.TextChoices):
        NORMAL = "normal", _("every member")
        WELCOME = "welcome", _("new members")
        MEETING = "meeting", _("those whom we ask whether they are coming")
        CHECK_IN = "check_in", _("those whom we check in on")

    branch = models.ForeignKey(Branch, models.CASCADE, related_name="scripts")
    kind = models.CharField(_("for"), max_length=10, choices=Kind, default=Kind.NORMAL)
    text = models.TextField(_("text"), help_text=_("One step a paragraph."))
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("script")
        verbose_name_plural = _("scripts")
        constraints = (models.UniqueConstraint(fields=("branch", "kind"), name="calls_script_once_per_kind"),)

    def __str__(self) -> str:
        return f"{self.branch}: {self.get_kind_display()}"
