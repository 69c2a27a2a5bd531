"""When a branch holds its introduction meetings, and how long before it writes and calls."""

from datetime import time

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.people.models import Branch


class IntroSettings(models.Model):
    """When a branch holds its two introduction meetings. A branch without a row uses these defaults."""

    class Weekday(models.IntegerChoices):
        MONDAY = 0, _("Monday")
        TUESDAY = 1, _("Tuesday")
        WEDNESDAY = 2, _("Wednesday")
        THURSDAY = 3, _("Thursday")
        FRIDAY = 4, _("Friday")
        SATURDAY = 5, _("Saturday")
        SUNDAY = 6, _("Sunday")

    branch = models.OneToOneField(Branch, models.CASCADE, related_name="intro_settings")
    spring_month = models.PositiveSmallIntegerField(_("month in spring"), default=3)
    autumn_month = models.PositiveSmallIntegerField(_("month in autumn"), default=9)
    week = models.PositiveSmallIntegerField(_("which one in the month"), default=2)
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=Weekday, default=Weekday.THURSDAY)
    starts = models.TimeField(_("time"), default=time(18))
    place = models.CharField(_("place"), max_length=100, default="Folkets hus")
    address = models.CharField(_("address"), max_length=200, blank=True)
    draft_weeks = models.PositiveSmallIntegerField(_("weeks before: draft"), default=12)
    invite_weeks = models.PositiveSmallIntegerField(_("weeks before: invitation"), default=6)
    call_days = models.PositiveSmallIntegerField(
        _("days before: call those who have not answered"),
        default=7,
        validators=[MinValueValidator(1), MaxValueValidator(30)],
    )
    reminder_days = models.PositiveSmallIntegerField(
        _("days before: reminder"),
        default=2,
        validators=[MinValueValidator(1), MaxValueValidator(14)],
    )

    class Meta:
        verbose_name = _("settings of introduction meetings")
        verbose_name_plural = _("settings of introduction meetings")
        constraints = (
            models.CheckConstraint(
                name="onboarding_settings_months_of_each_half",
                condition=Q(spring_month__range=(1, 6), autumn_month__range=(7, 12)),
                violation_error_message=_("Choose a month of spring (1 to 6) and one of autumn (7 to 12)."),
            ),
            models.CheckConstraint(
                name="onboarding_settings_weeks",
                condition=Q(week__range=(1, 4), invite_weeks__range=(1, 26), draft_weeks__range=(1, 26)),
                violation_error_message=_("Choose from 1 to 26 weeks, and the first to the fourth weekday."),
            ),
        )

    def __str__(self) -> str:
        return str(self.branch)
