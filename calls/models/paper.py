"""Lists on paper: which sheet was printed, who stands on it, and what was typed from it."""

import uuid
from datetime import date

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from calls.models.attempts import Attempt
from calls.models.questions import Question
from calls.models.rounds import Call, CallList
from crm.constraints import not_before, who_and_when
from crm.people.models import User


class PrintedSheetQuerySet(models.QuerySet["PrintedSheet"]):
    def out(self) -> "PrintedSheetQuerySet":
        """Neither returned nor destroyed, as far as anybody has said."""
        return self.filter(returned_at=None, destroyed_at=None)

    def holding(self, on: date) -> "PrintedSheetQuerySet":
        """Out, and still to be used: their calls stay on their list."""
        return self.out().filter(last_day__gte=on)


class PrintedSheet(models.Model):
    """A part of a list on paper. No name is kept here: the rows lead to the calls."""

    call_list = models.ForeignKey(CallList, models.CASCADE, related_name="sheets")
    code = models.CharField(_("code"), max_length=8, unique=True)
    client_id = models.UUIDField(unique=True, default=uuid.uuid4, help_text="Printing twice prints once.")
    pages = models.PositiveSmallIntegerField(_("pages"))
    last_day = models.DateField(_("destroy by"))
    printed_at = models.DateTimeField(_("printed"))
    printed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    returned_at = models.DateTimeField(_("returned"), null=True, blank=True)
    returned_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    destroyed_at = models.DateTimeField(_("destroyed"), null=True, blank=True)
    destroyed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = PrintedSheetQuerySet.as_manager()

    class Meta:
        ordering = ("last_day", "pk")
        verbose_name = _("paper list")
        verbose_name_plural = _("paper lists")
        constraints = (
            who_and_when("calls_printedsheet", "returned"),
            who_and_when("calls_printedsheet", "destroyed"),
            not_before(
                "calls_printedsheet",
                "returned_at",
                "destroyed_at",
                _("A sheet is not destroyed before it is returned."),
            ),
        )

    def __str__(self) -> str:
        return self.code

    @property
    def is_out(self) -> bool:
        return self.returned_at is None and self.destroyed_at is None

    def is_overdue(self, on: date) -> bool:
        """Somebody still has members' names at home, after the day by which the sheet should be gone."""
        return self.destroyed_at is None and self.last_day < on


class SheetQuestion(models.Model):
    """A question as it stands on a sheet. Later the branch may ask others; the paper says what it said."""

    sheet = models.ForeignKey(PrintedSheet, models.CASCADE, related_name="asked")
    number = models.PositiveSmallIntegerField(_("number"))
    question = models.ForeignKey(Question, models.CASCADE, related_name="+")

    class Meta:
        ordering = ("number",)
        verbose_name = _("question on paper")
        verbose_name_plural = _("questions on paper")
        constraints = (
            models.UniqueConstraint(fields=("sheet", "number"), name="calls_sheetquestion_number_once"),
            models.UniqueConstraint(fields=("sheet", "question"), name="calls_sheetquestion_once"),
        )

    def __str__(self) -> str:
        return f"{self.sheet_id}: {self.question_id}"


class SheetRow(models.Model):
    """One member on a sheet; the number is what stands before the name."""

    sheet = models.ForeignKey(PrintedSheet, models.CASCADE, related_name="rows")
    number = models.PositiveSmallIntegerField(_("row"))
    page = models.PositiveSmallIntegerField(_("page"))
    call = models.ForeignKey(Call, models.CASCADE, related_name="sheet_rows")

    class Meta:
        ordering = ("number",)
        verbose_name = _("row on paper")
        verbose_name_plural = _("rows on paper")
        constraints = (
            models.UniqueConstraint(fields=("sheet", "number"), name="calls_sheetrow_number_once"),
            models.UniqueConstraint(fields=("sheet", "call"), name="calls_sheetrow_call_once"),
            models.CheckConstraint(
                name="calls_sheetrow_counts_from_one", condition=Q(number__gte=1, page__gte=1)
            ),
        )

    def __str__(self) -> str:
        return f"{self.sheet_id}-{self.number}"


class TypedResult(models.Model):
    """An attempt that came from paper: the caller dialled, somebody else may have typed."""

    row = models.ForeignKey(SheetRow, models.CASCADE, related_name="results")
    attempt = models.OneToOneField(Attempt, models.CASCADE, related_name="typed")
    typed_at = models.DateTimeField(_("typed"))
    typed_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("pk",)
        verbose_name = _("result from paper")
        verbose_name_plural = _("results from paper")

    def __str__(self) -> str:
        return f"{self.row_id}: {self.attempt_id}"


def on_paper(on: date) -> Exists:
    """A condition on calls: they stand on a sheet that somebody still calls from."""
    holding = PrintedSheet.objects.holding(on)
    return Exists(SheetRow.objects.filter(call=OuterRef("pk"), sheet__in=holding.values("pk")))
