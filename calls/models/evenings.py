"""Evenings on which several call together (ringpass)."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from calls.models.rounds import CallList, CallRound
from crm.constraints import not_before, who_and_when
from crm.people.models import User


class CallingEveningQuerySet(models.QuerySet["CallingEvening"]):
    def ahead(self, now: datetime) -> "CallingEveningQuerySet":
        """Booked or going on; one that nobody started is forgotten the day after."""
        today = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
        return self.filter(ended_at=None).filter(Q(started_at__isnull=False) | Q(starts_at__gte=today))

    def going_on(self) -> "CallingEveningQuerySet":
        return self.filter(started_at__isnull=False, ended_at=None)


class CallingEvening(models.Model):
    """When and where, who comes, and whether it has begun."""

    round = models.ForeignKey(CallRound, models.CASCADE, related_name="evenings")
    starts_at = models.DateTimeField(_("begins"))
    place = models.CharField(_("place"), max_length=100)
    booked_at = models.DateTimeField()
    booked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    started_at = models.DateTimeField(null=True, blank=True)
    started_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = CallingEveningQuerySet.as_manager()

    class Meta:
        ordering = ("starts_at", "pk")
        verbose_name = _("calling evening")
        verbose_name_plural = _("calling evenings")
        constraints = (
            models.UniqueConstraint(fields=("round", "starts_at", "place"), name="calls_evening_booked_once"),
            who_and_when("calls_callingevening", "started"),
            who_and_when("calls_callingevening", "ended"),
            not_before(
                "calls_callingevening",
                "started_at",
                "ended_at",
                _("An evening can't end before it begins."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M} {self.place}"

    @property
    def is_going_on(self) -> bool:
        return self.started_at is not None and self.ended_at is None


class EveningCaller(models.Model):
    """One who comes; ``call_list`` is the list that the evening's start gave them, to be taken back at its end."""

    evening = models.ForeignKey(CallingEvening, models.CASCADE, related_name="callers")
    caller = models.ForeignKey(User, models.PROTECT, related_name="calling_evenings")
    call_list = models.ForeignKey(CallList, models.SET_NULL, null=True, blank=True, related_name="+")
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("caller__name", "pk")
        verbose_name = _("caller of an evening")
        verbose_name_plural = _("callers of evenings")
        constraints = (
            models.UniqueConstraint(fields=("evening", "caller"), name="calls_eveningcaller_comes_once"),
        )

    def __str__(self) -> str:
        return f"{self.evening_id}: {self.caller}"
