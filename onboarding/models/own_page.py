"""A member's own page: the codes that open it, and who has asked to leave there."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from crm.constraints import who_and_when
from crm.people.models import Member, User


class OwnPageCode(models.Model):
    """A code that opens the page once: mailed to the address on file, or printed by an officer. Only a hash is kept."""

    member = models.ForeignKey(Member, models.CASCADE, related_name="own_page_codes")
    code_hash = models.CharField(max_length=64, blank=True, help_text="Empty until the worker has made it.")
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    printed_at = models.DateTimeField(null=True, blank=True)
    printed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("code to a member's own page")
        verbose_name_plural = _("codes to members' own pages")
        constraints = (
            who_and_when("onboarding_ownpagecode", "printed"),
            models.UniqueConstraint(
                fields=("code_hash",), condition=~models.Q(code_hash=""), name="onboarding_ownpagecode_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.member_id} {self.asked_at:%Y-%m-%d}"


class LeaveRequest(models.Model):
    """Somebody has asked to leave. The central register is told by an officer; until then they are a member."""

    member = models.OneToOneField(Member, models.CASCADE, related_name="leave_request")
    asked_at = models.DateTimeField()
    handled_at = models.DateTimeField(null=True, blank=True)
    handled_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("asked_at",)
        verbose_name = _("request to leave")
        verbose_name_plural = _("requests to leave")
        constraints = (who_and_when("onboarding_leaverequest", "handled"),)

    def __str__(self) -> str:
        return f"{self.member_id} {self.asked_at:%Y-%m-%d}"
