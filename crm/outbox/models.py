"""The outbox: every message is a row before it is sent."""

from datetime import datetime

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.constraints import who_and_when
from crm.people.models import Branch, Member, User


class MessageQuerySet(models.QuerySet["Message"]):
    def due(self, now: datetime) -> "MessageQuerySet":
        """What can be sent now: queued, not on paper, and its time has come."""
        queued = self.filter(state=Message.State.QUEUED).exclude(channel=Message.Channel.LETTER)
        return queued.in_time(now).filter(Q(not_before=None) | Q(not_before__lte=now))

    def in_time(self, now: datetime) -> "MessageQuerySet":
        """Of some use still: what they are about is ahead, or never over."""
        return self.filter(Q(not_after=None) | Q(not_after__gt=now))

    def waiting(self) -> "MessageQuerySet":
        """What has not gone out and is to: queued, or withheld until an hour or a yes."""
        return self.filter(state__in=(Message.State.QUEUED, Message.State.WITHHELD))

    def withheld_until(self, now: datetime) -> "MessageQuerySet":
        """Withheld outside sending hours, which have begun again."""
        return self.filter(state=Message.State.WITHHELD, needs_approval=False, not_before__lte=now)

    def unapproved(self) -> "MessageQuerySet":
        """Those of a send to more than expected, on which an officer has not decided."""
        return self.filter(state=Message.State.WITHHELD, needs_approval=True)

    def to_print(self, now: datetime) -> "MessageQuerySet":
        """Letters that nobody has printed, of some use still, to those who are members and have not said no."""
        letters = self.filter(state=Message.State.QUEUED, channel=Message.Channel.LETTER)
        return letters.in_time(now).filter(_wants_letters())

    def to_take_out(self) -> "MessageQuerySet":
        """Letters printed and not posted, to those who have left or said no since: they stay out of the box."""
        return self.filter(state=Message.State.PRINTED).exclude(_wants_letters())

    def cut_off(self, now: datetime) -> "MessageQuerySet":
        """Those in flight whose sender was cut off: whether they were sent nobody knows."""
        return self.filter(state=Message.State.IN_FLIGHT, lease_until__lt=now)

    def undecided(self) -> "MessageQuerySet":
        """Those that a person has to look at."""
        return self.filter(state__in=(Message.State.FAILED, Message.State.UNCERTAIN, Message.State.BOUNCED))


def _wants_letters() -> Q:
    people = Member.objects.current().filter(no_messages=False, no_letters=False)
    return Q(member=None) | Q(member__in=people)


class SendingRules(models.Model):
    """How a branch sends. A branch without a row uses these defaults."""

    branch = models.OneToOneField(Branch, models.CASCADE, related_name="sending_rules")
    hourly_limit = models.PositiveIntegerField(
        _("messages an hour at most"),
        default=3000,
        help_text=_("What is left waits for the next hour. Mail servers stop who sends too much at once."),
    )
    ask_above = models.PositiveIntegerField(
        _("ask before sending to more than"),
        default=300,
        help_text=_("A larger send waits until an officer has looked at it and said yes."),
    )
    first_hour = models.PositiveSmallIntegerField(_("SMS from (o'clock)"), default=9)
    last_hour = models.PositiveSmallIntegerField(_("SMS until (o'clock)"), default=20)
    email_too = models.BooleanField(_("the same hours for e-mail"), default=False)
    sms_sender = models.CharField(
        _("sender of SMS"),
        max_length=11,
        blank=True,
        validators=[
            RegexValidator(
                r"^[A-Za-z][A-Za-z0-9]{2,10}$", _("Use 3 to 11 letters a-z and digits, a letter first.")
            )
        ],
        help_text=_("3 to 11 letters a-z and digits. Empty: the municipality's name."),
    )
    letters = models.BooleanField(
        _("letters to those without e-mail and SMS"),
        default=True,
        help_text=_("Letters wait under Letters until somebody prints and posts them."),
    )

    class Meta:
        verbose_name = _("sending rules")
        verbose_name_plural = _("sending rules")
        constraints = (
            models.CheckConstraint(
                name="outbox_sending_hours",
                condition=Q(first_hour__lt=F("last_hour"), last_hour__lte=24),
                violation_error_message=_("The first hour comes before the last, and a day has 24."),
            ),
            models.CheckConstraint(
                name="outbox_hourly_limit",
                condition=Q(hourly_limit__gte=1),
                violation_error_message=_("At least one message an hour."),
            ),
        )

    def __str__(self) -> str:
        return str(self.branch)


class DeadAddress(models.Model):
    """An e-mail address that does not exist any more, as a mail server has said. It is no fault of a person's."""

    branch = models.ForeignKey(Branch, models.CASCADE, related_name="dead_addresses")
    address = models.CharField(_("e-mail"), max_length=254, help_text=_("In lower case."))
    bounced_at = models.DateTimeField(_("bounced"))
    reason = models.TextField(_("reason"), blank=True)

    class Meta:
        verbose_name = _("address that bounces")
        verbose_name_plural = _("addresses that bounce")
        constraints = (
            models.UniqueConstraint(fields=("branch", "address"), name="outbox_dead_address_once_per_branch"),
        )

    def __str__(self) -> str:
        return self.address


class LetterBatch(models.Model):
    """Letters printed together: one PDF, which can be printed again."""

    branch = models.ForeignKey(Branch, models.CASCADE, related_name="letter_batches")
    printed_at = models.DateTimeField(_("printed"))
    printed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    posted_at = models.DateTimeField(_("posted"), null=True, blank=True)
    posted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("-printed_at", "-id")
        verbose_name = _("batch of letters")
        verbose_name_plural = _("batches of letters")
        constraints = (who_and_when("outbox_letterbatch", "posted"),)

    def __str__(self) -> str:
        return f"{self.printed_at:%Y-%m-%d %H:%M}"


class MessageText(models.Model):
    """A version of a branch's own words for a kind of message; the latest one holds. Versions are never changed."""

    branch = models.ForeignKey(Branch, models.CASCADE, related_name="message_texts")
    kind = models.CharField(_("kind"), max_length=40)
    version = models.PositiveSmallIntegerField(_("version"))
    is_usual = models.BooleanField(
        _("the usual words again"), default=False, help_text="From here on the kind's own default holds."
    )
    subject = models.CharField(_("subject"), max_length=150, blank=True)
    text = models.TextField(_("text"), max_length=8000, blank=True)
    sms = models.TextField(_("text of the SMS"), max_length=400, blank=True)
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("-version",)
        verbose_name = _("text of messages")
        verbose_name_plural = _("texts of messages")
        constraints = (
            models.UniqueConstraint(
                fields=("branch", "kind", "version"), name="outbox_messagetext_one_of_each_version"
            ),
            models.CheckConstraint(
                name="outbox_messagetext_has_words",
                condition=Q(is_usual=True, subject="", text="", sms="")
                | (Q(is_usual=False) & ~Q(subject="") & ~Q(text="")),
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.version}"


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
        BOUNCED = "bounced", pgettext_lazy("message", "bounced")
        PRINTED = "printed", pgettext_lazy("message", "printed")
        POSTED = "posted", pgettext_lazy("message", "posted")
        CANCELLED = "cancelled", pgettext_lazy("message", "cancelled")

    # Each message is written three times, and each time PostgreSQL writes it into all indexes: those that others below
    # begin with are left out, and so are those that only the deletion of a user would read.
    branch = models.ForeignKey(Branch, models.CASCADE, related_name="messages", db_index=False)
    member = models.ForeignKey(
        Member, models.CASCADE, null=True, blank=True, related_name="messages", db_index=False
    )
    user = models.ForeignKey(
        User, models.CASCADE, null=True, blank=True, related_name="messages", db_index=False
    )
    purpose_key = models.CharField(_("purpose"), max_length=80)
    kind = models.CharField(_("kind"), max_length=40, blank=True)
    words = models.ForeignKey(
        MessageText,
        models.RESTRICT,
        null=True,
        blank=True,
        related_name="messages",
        db_index=False,
        help_text="Which of the branch's own versions it was written from; empty for the usual words.",
    )
    channel = models.CharField(_("channel"), max_length=8, choices=Channel)
    address = models.CharField(_("address of the recipient"), max_length=254)
    subject = models.CharField(_("subject"), max_length=200, blank=True)
    text = models.TextField(_("text"))
    html = models.TextField(blank=True)
    sms = models.TextField(_("text of the SMS"), blank=True)
    answer_url = models.CharField(max_length=300, blank=True)
    answer_code = models.CharField(max_length=20, blank=True)
    batch = models.ForeignKey(
        LetterBatch, models.PROTECT, null=True, blank=True, related_name="messages", db_index=False
    )

    state = models.CharField(_("state"), max_length=10, choices=State, default=State.QUEUED)
    queued_at = models.DateTimeField(_("written"))
    queued_by = models.ForeignKey(User, models.PROTECT, related_name="+", db_index=False)
    not_before = models.DateTimeField(_("not before"), null=True, blank=True)
    not_after = models.DateTimeField(
        _("of no use after"),
        null=True,
        blank=True,
        help_text="When what it is about begins; empty for what is never too late.",
    )
    needs_approval = models.BooleanField(default=False)
    stopped_by_wish = models.BooleanField(
        default=False, help_text="It waited when the member said no; it waits again if that is taken back."
    )
    lease_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    sent_at = models.DateTimeField(pgettext_lazy("message", "sent"), null=True, blank=True)
    error = models.TextField(_("reason"), blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ("-queued_at", "-id")
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        indexes = (
            models.Index(fields=("state", "not_before"), name="outbox_message_due"),
            models.Index(fields=("branch", "sent_at"), name="outbox_message_sent"),
            models.Index(fields=("words",), name="outbox_message_words", condition=Q(words__isnull=False)),
            models.Index(fields=("batch",), name="outbox_message_batch", condition=Q(batch__isnull=False)),
        )
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
                condition=Q(state__in=("sent", "posted"), sent_at__isnull=False)
                | Q(state="bounced")
                | (~Q(state__in=("sent", "posted", "bounced")) & Q(sent_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="outbox_message_on_paper_in_a_batch",
                condition=Q(state__in=("printed", "posted"), batch__isnull=False, channel="letter")
                | (~Q(state__in=("printed", "posted")) & Q(batch__isnull=True)),
            ),
            models.CheckConstraint(
                name="outbox_message_asked_about_is_withheld",
                condition=Q(needs_approval=False) | Q(state="withheld"),
            ),
            models.CheckConstraint(
                name="outbox_message_stopped_by_a_wish_goes_nowhere",
                condition=Q(stopped_by_wish=False) | Q(state__in=("cancelled", "failed")),
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

    @property
    def can_go_another_way(self) -> bool:
        """Another channel is a new attempt of the same message: only when this one certainly did not arrive."""
        return self.member_id is not None and self.state in {self.State.FAILED, self.State.BOUNCED}


class EarlierAttempt(models.Model):
    """How a message was tried before another channel was chosen for it."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="earlier_attempts")
    channel = models.CharField(_("channel"), max_length=8, choices=Message.Channel)
    address = models.CharField(_("address of the recipient"), max_length=254, blank=True)
    error = models.TextField(_("reason"), blank=True)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("changed_at", "id")
        verbose_name = _("earlier attempt")
        verbose_name_plural = _("earlier attempts")

    def __str__(self) -> str:
        return f"{self.channel} {self.changed_at:%Y-%m-%d}"
