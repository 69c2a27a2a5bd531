"""The link by which the board's page can be read without logging in."""

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.constraints import who_and_when
from crm.people.models import Branch, User


class BoardLink(models.Model):
    """A secret address that shows the board's page without logging in, until a day. Only its hash is kept."""

    branch = models.ForeignKey(Branch, models.CASCADE, related_name="board_links")
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(_("made"))
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    expires_on = models.DateField(_("last day"))
    closed_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    opened_times = models.PositiveIntegerField(_("opened"), default=0)

    class Meta:
        ordering = ("-made_at",)
        verbose_name = _("the board's link")
        verbose_name_plural = _("the board's links")
        constraints = (
            who_and_when("board_link", "closed"),
            models.UniqueConstraint(
                fields=("branch",), condition=Q(closed_at__isnull=True), name="board_link_open_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.branch}, {self.expires_on}"

    def is_open(self, on: date) -> bool:
        return self.closed_at is None and on <= self.expires_on
