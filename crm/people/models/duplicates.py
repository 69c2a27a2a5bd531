"""Two rows for one person: merged into one, or kept apart for good."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from crm.constraints import who_and_when
from crm.people.models.branches import Branch
from crm.people.models.members import Member
from crm.people.models.users import User


class KeptApart(models.Model):
    """Two people who look like one and are two: never suggested again."""

    branch = models.ForeignKey(Branch, models.CASCADE, related_name="kept_apart")
    first = models.ForeignKey(Member, models.CASCADE, related_name="+")
    second = models.ForeignKey(Member, models.CASCADE, related_name="+")
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("pair kept apart")
        verbose_name_plural = _("pairs kept apart")
        constraints = (
            models.UniqueConstraint(fields=("first", "second"), name="people_keptapart_once"),
            models.CheckConstraint(
                name="people_keptapart_in_order_of_keys", condition=Q(first__lte=F("second"))
            ),
        )

    def __str__(self) -> str:
        return f"{self.first_id} {self.second_id}"


class Merge(models.Model):
    """One row was merged into another, and how both were before, until it can no longer be undone."""

    branch = models.ForeignKey(Branch, models.CASCADE, related_name="merges")
    kept = models.ForeignKey(Member, models.CASCADE, related_name="merges")
    merged = models.ForeignKey(Member, models.CASCADE, related_name="merged_by_way_of")
    before = models.JSONField(default=dict, blank=True, help_text="Each app's rows, for the undo.")
    merged_at = models.DateTimeField()
    merged_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("-merged_at", "-id")
        verbose_name = _("merge")
        verbose_name_plural = _("merges")
        constraints = (
            who_and_when("people_merge", "undone"),
            models.UniqueConstraint(
                fields=("merged",), condition=Q(undone_at__isnull=True), name="people_merge_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.merged_id} → {self.kept_id}"
