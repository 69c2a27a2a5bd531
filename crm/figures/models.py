"""What the boards were told, day by day."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.people.models import Branch


class KeptFigure(models.Model):
    """A figure of a branch as it was counted for a day, on that day. Exact, for the branch's own board; no names."""

    branch = models.ForeignKey(Branch, models.CASCADE, related_name="kept_figures")
    name = models.CharField(_("figure"), max_length=40)
    on = models.DateField(_("day"))
    value = models.FloatField(_("value"))
    kept_at = models.DateTimeField(
        _("kept at"), help_text=_("Later than the day itself when it was made up for.")
    )

    class Meta:
        ordering = ("on", "name")
        verbose_name = _("kept figure")
        verbose_name_plural = _("kept figures")
        indexes = (models.Index(fields=("on",), name="figures_kept_on"),)
        constraints = (
            models.UniqueConstraint(
                fields=("branch", "on", "name"),
                name="figures_kept_once_a_day",
                violation_error_message=_("The figure has been kept for that day already."),
            ),
            models.CheckConstraint(name="figures_kept_is_named", condition=~Q(name="")),
            models.CheckConstraint(name="figures_kept_counts_something", condition=Q(value__gte=0)),
        )

    def __str__(self) -> str:
        return f"{self.on} {self.name}: {self.number:g}"

    @property
    def number(self) -> int | float:
        """Whole numbers as they were counted; a double holds them exactly up to 2 to the power of 53."""
        return int(self.value) if self.value.is_integer() else self.value


class ToldBlock(models.Model):
    """What was told of a block of quarters when it was told first, or again: the pages go on telling the latest.

    ``numbers`` are of groups, by their names; no people.
    """

    branch = models.ForeignKey(Branch, models.CASCADE, related_name="told_blocks")
    subject = models.CharField(_("what is told"), max_length=40)
    first = models.DateField(_("from"))
    last = models.DateField(_("until"))
    numbers = models.JSONField(_("numbers"), default=dict)
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    told_at = models.DateTimeField(_("told at"))

    class Meta:
        ordering = ("subject", "first", "version")
        verbose_name = _("told block of quarters")
        verbose_name_plural = _("told blocks of quarters")
        constraints = (
            models.UniqueConstraint(
                fields=("branch", "subject", "first", "version"),
                name="figures_block_told_once",
                violation_error_message=_("These quarters have been told already."),
            ),
            models.CheckConstraint(name="figures_block_has_a_subject", condition=~Q(subject="")),
            models.CheckConstraint(name="figures_block_ends_last", condition=Q(last__gte=models.F("first"))),
        )

    def __str__(self) -> str:
        return f"{self.subject} {self.first}–{self.last}"
