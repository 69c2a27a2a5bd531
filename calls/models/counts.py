"""What has no moment of its own, counted at the end of each day: so a past date's figures stay as they were."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from calls.models.rounds import CallRound


class RoundCount(models.Model):
    """A yearly round's calls without a number and exempt, at the end of a day. Never changed."""

    round = models.ForeignKey(CallRound, models.CASCADE, related_name="counts")
    day = models.DateField(_("day"))
    unreachable = models.PositiveIntegerField(_("no telephone number"))
    exempt = models.PositiveIntegerField(_("exempt"))

    class Meta:
        ordering = ("day",)
        verbose_name = _("count of a day")
        verbose_name_plural = _("counts of days")
        constraints = (models.UniqueConstraint(fields=("round", "day"), name="calls_roundcount_once_a_day"),)

    def __str__(self) -> str:
        return f"{self.round_id} {self.day}"
