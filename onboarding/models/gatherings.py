"""Gatherings: whatever has a date and people."""

from datetime import date, datetime, time, timedelta

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.constraints import who_and_when
from crm.people.models import Branch, User


def start_of(day: date) -> datetime:
    """The day's first moment, local time."""
    return timezone.make_aware(datetime.combine(day, time.min))


def end_of(day: date) -> datetime:
    """The first moment after the day, local time."""
    return start_of(day + timedelta(days=1))


class GatheringQuerySet(models.QuerySet["Gathering"]):
    def intro_meetings(self) -> "GatheringQuerySet":
        return self.filter(kind=Gathering.Kind.INTRO_MEETING)

    def confirmed(self) -> "GatheringQuerySet":
        return self.filter(state=Gathering.State.CONFIRMED)

    def ahead(self, now: datetime) -> "GatheringQuerySet":
        return self.filter(starts_at__gte=now).order_by("starts_at")

    def on_days(self, first: date, last: date) -> "GatheringQuerySet":
        """Those that begin on a day from the first to the last."""
        return self.filter(starts_at__gte=start_of(first), starts_at__lt=end_of(last)).order_by("starts_at")

    def held(self, now: datetime) -> "GatheringQuerySet":
        """Those that have been, the latest first; cancelled ones among them."""
        return self.filter(starts_at__lt=now).order_by("-starts_at")


class Gathering(models.Model):
    """Whatever has a date and people; the introduktionsträff is the twice-yearly kind."""

    class Kind(models.TextChoices):
        INTRO_MEETING = "intro_meeting", _("introduction meeting")
        MEMBER_MEETING = "member_meeting", _("member meeting")
        SOCIAL = "social", _("social evening")
        OPEN_MEETING = "open_meeting", _("open meeting")
        COURSE_S1 = "course_s1", _("member course S1")
        COURSE_S2 = "course_s2", _("member course S2")
        COURSE = "course", _("study course")

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        CONFIRMED = "confirmed", _("confirmed")
        CANCELLED = "cancelled", _("cancelled")

    class Audience(models.TextChoices):
        NEW = "new", _("new members, and who could not come last time")
        FIRST_YEAR = "first_year", _("members who joined in the last twelve months")
        ALL = "all", _("all members")
        BY_HAND = "by_hand", _("nobody by itself; you choose each")

    EDITABLE = ("title", "place", "address", "host", "present", "programme", "seats")

    branch = models.ForeignKey(Branch, models.CASCADE, related_name="gatherings")
    kind = models.CharField(_("kind"), max_length=16, choices=Kind, default=Kind.INTRO_MEETING)
    audience = models.CharField(_("who is invited"), max_length=10, choices=Audience, default=Audience.NEW)
    title = models.CharField(
        _("heading"),
        max_length=100,
        blank=True,
        help_text=_("What it is called in the invitation; empty for the kind's own name."),
    )
    season = models.CharField(
        max_length=10,
        blank=True,
        help_text="Which half-year the job planned it for, such as 2027-1; empty when planned by hand.",
    )
    starts_at = models.DateTimeField(_("date and time"))
    place = models.CharField(_("place"), max_length=100)
    address = models.CharField(_("address"), max_length=200, blank=True)
    programme = models.TextField(_("programme"), blank=True)
    host = models.CharField(
        _("host"), max_length=100, blank=True, help_text=_("Who welcomes those who come.")
    )
    present = models.CharField(
        _("who will be there"),
        max_length=200,
        blank=True,
        help_text=_("Such as “Lena from the municipal council and three from the youth club”."),
    )
    seats = models.PositiveSmallIntegerField(
        _("number of places"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Who says yes when all are taken comes on a waiting list. Empty for no limit."),
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    revision = models.PositiveSmallIntegerField(default=0, help_text="Grows when those invited must be told.")
    planned_at = models.DateTimeField()
    planned_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = GatheringQuerySet.as_manager()

    class Meta:
        ordering = ("starts_at",)
        verbose_name = _("gathering")
        verbose_name_plural = _("gatherings")
        indexes = (models.Index(fields=("branch", "kind", "starts_at"), name="onboarding_gathering_when"),)
        constraints = (
            models.UniqueConstraint(
                fields=("branch", "kind", "season"),
                condition=~Q(season=""),
                name="onboarding_gathering_once_per_season",
                violation_error_message=_("The half-year already has its meeting."),
            ),
            who_and_when("onboarding_gathering", "confirmed"),
            who_and_when("onboarding_gathering", "cancelled"),
            models.CheckConstraint(
                name="onboarding_gathering_state_has_its_time",
                condition=Q(state="draft", confirmed_at__isnull=True, cancelled_at__isnull=True)
                | Q(state="confirmed", confirmed_at__isnull=False, cancelled_at__isnull=True)
                | Q(state="cancelled", cancelled_at__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} {timezone.localtime(self.starts_at):%Y-%m-%d}"

    @property
    def name(self) -> str:
        """Its heading, or what its kind is called."""
        kind = str(self.get_kind_display())
        return self.title or kind[:1].upper() + kind[1:]

    @property
    def is_intro(self) -> bool:
        return self.kind == self.Kind.INTRO_MEETING

    @property
    def is_outreach(self) -> bool:
        """To which others than members come: it stands among the branch's outreach too."""
        return self.kind == self.Kind.OPEN_MEETING

    @property
    def day(self) -> date:
        return timezone.localdate(self.starts_at)

    def is_ahead(self, now: datetime) -> bool:
        return self.starts_at > now

    def takes_answers(self, now: datetime) -> bool:
        """Until it begins, unless it is cancelled or still a draft."""
        return self.state == self.State.CONFIRMED and self.is_ahead(now)
