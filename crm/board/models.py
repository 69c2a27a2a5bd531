"""What the board was told, who may read it without logging in, and what the district sees."""

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.constraints import who_and_when
from crm.people.models import Branch, User
from crm.rosters.models import RosterImport


class KeptFigure(models.Model):
    """A figure of a branch at the end of a day, as it was known the morning after. Never changed."""

    branch = models.ForeignKey(Branch, models.CASCADE, related_name="kept_figures")
    figure = models.CharField(_("figure"), max_length=40)
    on = models.DateField(_("day"))
    value = models.FloatField(_("value"))
    kept_at = models.DateTimeField(_("kept at"))

    class Meta:
        ordering = ("-on", "figure")
        verbose_name = _("kept figure")
        verbose_name_plural = _("kept figures")
        constraints = (
            models.UniqueConstraint(
                fields=("branch", "figure", "on"), name="board_kept_once_per_branch_figure_and_day"
            ),
        )
        indexes = (models.Index(fields=("on", "figure"), name="board_kept_on_figure"),)

    def __str__(self) -> str:
        return f"{self.figure} {self.on}: {self.value:g}"


class Revision(models.Model):
    """A kept figure that is another one today, and the roster that came in between."""

    kept = models.ForeignKey(KeptFigure, models.CASCADE, related_name="revisions")
    value = models.FloatField(_("value"))
    noticed_at = models.DateTimeField(_("noticed"))
    roster_import = models.ForeignKey(
        RosterImport, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("roster")
    )

    class Meta:
        ordering = ("noticed_at", "id")
        verbose_name = _("corrected figure")
        verbose_name_plural = _("corrected figures")

    def __str__(self) -> str:
        return f"{self.kept}, {self.value:g}"


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


class Sharing(models.Model):
    """Which of a branch's totals the district sees. A branch without a row shares nothing."""

    PARTS = ("goal", "pace", "reached", "kept")

    branch = models.OneToOneField(Branch, models.CASCADE, related_name="sharing")
    goal = models.BooleanField(_("members and the goal"), default=False)
    pace = models.BooleanField(_("change in a year, and what the goal takes"), default=False)
    reached = models.BooleanField(_("the share of members we have talked with this year"), default=False)
    kept = models.BooleanField(_("the share of members we have talked with or written to"), default=False)
    with_party = models.BooleanField(
        _("count us in the whole party's figures, district by district"), default=False
    )
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("sharing with the district")
        verbose_name_plural = _("sharing with the district")

    def __str__(self) -> str:
        return str(self.branch)
