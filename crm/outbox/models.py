"""The outbox: every message is a row before it is sent."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.constraints import who_and_when
from crm.people.models import Branch, Member, User


class MessageQuerySet(models.QuerySet["Message"]):
    def due(self, now: datetime) -> "MessageQuerySet":
        """What can be sent now: queued, and its time has come."""
        return self.filter(state=Message.State.QUEUED).filter(Q(not_before=None) | Q(not_before__lte=now))

    def cut_off(self, now: datetime) -> "MessageQuerySet":
        """Those in flight whose sender was cut off: whether they were sent nobody knows."""
        return self.filter(state=Message.State.IN_FLIGHT, lease_until__lt=now)

    def undecided(self) -> "MessageQuerySet":
        """Those that a person has to look at."""
        return self.filter(state__in=(Message.State.FAILED, Message.State.UNCERTAIN))


class Message(models.Model):
    """One e-mail, SMS or letter to one recipient for one purpose key (kind + subject + revision)."""

    class Channel(models.TextChoices):
        EMAIL = "email", _("e-mail")
        SMS = "sms", _("SMS")
        LETTER = "letter", _("letter")

    class State(models.TextChoices):
        QUEUED = "queued", _("queued")
        WITHHELD = "withheld", _("withheld")
        IN_FLIGHT = "in_flight", _("in flight")
        SENT = "sent", pgettext_lazy("message", "sent")
        FAILED = "failed", pgettext_lazy("message", "failed")
        UNCERTAIN = "uncertain", pgettext_lazy("message", "uncertain")
        CANCELLED = "cancelled", pgettext_lazy("message", "cancelled")

    branch = models.ForeignKey(Branch, models.CASCADE, related_name="messages")
    member = models.ForeignKey(Member, models.CASCADE, null=True, blank=True, related_name="messages")
    user = models.ForeignKey(User, models.CASCADE, null=True, blank=True, related_name="messages")
    purpose_key = models.CharField(_("purpose"), max_length=80)
    channel = models.CharField(_("channel"), max_length=8, choices=Channel)
    address = models.CharField(_("address of the recipient"), max_length=254)
    subject = models.CharField(_("subject"), max_length=200, blank=True)
    text = models.TextField(_("text"))
    html = models.TextField(blank=True)

    state = models.CharField(_("state"), max_length=10, choices=State, default=State.QUEUED)
    queued_at = models.DateTimeField(_("written"))
    queued_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    not_before = models.DateTimeField(_("not before"), null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    sent_at = models.DateTimeField(pgettext_lazy("message", "sent"), null=True, blank=True)
    error = models.TextField(_("reason"), blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ("-queued_at", "-id")
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        indexes = (models.Index(fields=("state", "not_before"), name="outbox_message_due"),)
        constraints = (
            who_and_when("outbox_message", "decided"),
            models.CheckConstraint(
                name="outbox_message_one_recipient",
                condition=Q(member__isnull=False, user__isnull=True)
                | Q(member__isnull=True, user__isnull=False),
                violation_error_message=_("A message has one recipient."),
            ),
            models.UniqueConstraint(
                fields=("member", "purpose_key"), name="outbox_message_once_per_member_and_purpose"
            ),
            models.UniqueConstraint(
                fields=("user", "branch", "purpose_key"), name="outbox_message_once_per_user_and_purpose"
            ),
            models.CheckConstraint(
                name="outbox_message_leased_while_in_flight",
                condition=Q(state="in_flight", lease_until__isnull=False)
                | (~Q(state="in_flight") & Q(lease_until__isnull=True)),
            ),
            models.CheckConstraint(
                name="outbox_message_sent_has_a_time",
                condition=Q(state="sent", sent_at__isnull=False)
                | (~Q(state="sent") & Q(sent_at__isnull=True)),
            ),
        )

    def __str__(self) -> str:
        return f"{self.purpose_key} {self.state}"

    @property
    def recipient(self) -> Member | User | None:
        return self.member or self.user

    @property
    def can_be_cancelled(self) -> bool:
        return self.state in {self.State.QUEUED, self.State.WITHHELD, self.State.FAILED, self.State.UNCERTAIN}
