"""What a branch shares of its figures with its district and the party."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from crm.people.models import Branch, User


class Sharing(models.Model):
    """A branch's decision: the latest one is in force, the earlier ones tell who shared what and when.

    A branch that has decided nothing shares nothing.
    """

    PARTS = ("goal", "members", "calls", "kept", "meetings")

    branch = models.ForeignKey(Branch, models.CASCADE, related_name="sharings")
    goal = models.BooleanField(_("the membership goal"), default=False)
    members = models.BooleanField(
        _("members, joined and left, and the age of the latest roster"), default=False
    )
    calls = models.BooleanField(_("how many have been called and reached"), default=False)
    kept = models.BooleanField(_("how many new members stay"), default=False)
    meetings = models.BooleanField(_("introduction meetings held and how many came"), default=False)
    decided_at = models.DateTimeField(_("decided"))
    decided_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("-decided_at", "-id")
        verbose_name = _("sharing with the district")
        verbose_name_plural = _("sharings with the district")
        indexes = (models.Index(fields=("branch", "decided_at"), name="district_sharing_latest"),)

    def __str__(self) -> str:
        return f"{self.branch_id} {self.decided_at:%Y-%m-%d}"

    @property
    def parts(self) -> dict[str, bool]:
        return {part: getattr(self, part) for part in self.PARTS}

    @property
    def shared_parts(self) -> list[str]:
        """In words."""
        fields = {field.name: field for field in self._meta.concrete_fields}
        return [str(fields[part].verbose_name) for part, shared in self.parts.items() if shared]
