"""How long a branch keeps what it knows of those who have left, and what outlives it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.people.models.branches import Branch
from crm.people.models.members import Member
from crm.people.models.users import User


class KeepingRules(models.Model):
    """A branch's times for erasing. A branch without a row uses these defaults."""

    branch = models.OneToOneField(Branch, models.CASCADE, related_name="keeping_rules")
    leaver_days = models.PositiveSmallIntegerField(
        _("days until somebody who has left is erased"),
        default=30,
        help_text=_(
            "Counted from the day they left, or from the day somebody confirmed it, whichever is later."
        ),
    )
    note_months = models.PositiveSmallIntegerField(
        _("months until notes from calls are erased"),
        default=12,
        help_text=_("For members too: what a caller wrote is not kept for ever. That you talked is."),
    )

    class Meta:
        verbose_name = _("times for erasing")
        verbose_name_plural = _("times for erasing")
        constraints = (
            models.CheckConstraint(
                name="people_keeping_days",
                condition=Q(leaver_days__range=(1, 365)),
                violation_error_message=_("Choose from 1 to 365 days."),
            ),
            models.CheckConstraint(
                name="people_keeping_months",
                condition=Q(note_months__range=(1, 36)),
                violation_error_message=_("Choose from 1 to 36 months."),
            ),
        )

    def __str__(self) -> str:
        return str(self.branch)


class ErasureHold(models.Model):
    """Somebody who has left is kept for a while, for a reason that an officer gave."""

    member = models.OneToOneField(Member, models.CASCADE, related_name="erasure_hold")
    until_on = models.DateField(_("keep until"), help_text=_("A year ahead at most."))
    reason = models.CharField(
        _("reason"), max_length=200, help_text=_("Such as a complaint or a payment that is not settled.")
    )
    held_at = models.DateTimeField()
    held_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("postponed erasure")
        verbose_name_plural = _("postponed erasures")

    def __str__(self) -> str:
        return f"{self.member_id} {self.until_on}"


class ErasureApproval(models.Model):
    """An officer has looked at an unusually large erasure: everybody due until a day may be erased."""

    branch = models.ForeignKey(Branch, models.CASCADE, related_name="erasure_approvals")
    due_until = models.DateField(_("due until"))
    members = models.PositiveIntegerField(_("members"))
    approved_at = models.DateTimeField()
    approved_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("approved erasure")
        verbose_name_plural = _("approved erasures")
        constraints = (
            models.UniqueConstraint(fields=("branch", "due_until"), name="people_erasureapproval_once_a_day"),
        )

    def __str__(self) -> str:
        return f"{self.branch_id} {self.due_until}"


class RememberedWish(models.Model):
    """What an erased person had asked for, under a keyed hash of the member number.

    It tells nobody who that was; only a roster with the same number finds it again.
    """

    branch = models.ForeignKey(Branch, models.CASCADE, related_name="remembered_wishes")
    number_hash = models.CharField(max_length=64)
    no_calls = models.BooleanField(_("wants no calls"), default=False)
    no_messages = models.BooleanField(_("wants no messages"), default=False)
    no_email = models.BooleanField(_("wants no e-mail"), default=False)
    no_sms = models.BooleanField(_("wants no SMS"), default=False)
    no_letters = models.BooleanField(_("wants no letters"), default=False)
    remembered_at = models.DateTimeField()

    class Meta:
        verbose_name = _("remembered wish")
        verbose_name_plural = _("remembered wishes")
        constraints = (
            models.UniqueConstraint(fields=("branch", "number_hash"), name="people_rememberedwish_once"),
            models.CheckConstraint(
                name="people_rememberedwish_is_a_no",
                condition=Q(no_calls=True)
                | Q(no_messages=True)
                | Q(no_email=True)
                | Q(no_sms=True)
                | Q(no_letters=True),
            ),
        )

    def __str__(self) -> str:
        return self.number_hash[:8]
