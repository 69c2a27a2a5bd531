"""Gatherings, and who is invited, answers and comes."""

import secrets
from datetime import date, datetime, time

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.constraints import who_and_when
from crm.people.models import Branch, Member, User


def new_token() -> str:
    """128 random bits: a link that opens one invitation can't be guessed."""
    return secrets.token_urlsafe(16)


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


class GatheringQuerySet(models.QuerySet["Gathering"]):
    def intro_meetings(self) -> "GatheringQuerySet":
        return self.filter(kind=Gathering.Kind.INTRO_MEETING)

    def confirmed(self) -> "GatheringQuerySet":
        return self.filter(state=Gathering.State.CONFIRMED)

    def ahead(self, now: datetime) -> "GatheringQuerySet":
        return self.filter(starts_at__gte=now).order_by("starts_at")

    def held(self, now: datetime) -> "GatheringQuerySet":
        """Those that have been, the latest first; cancelled ones among them."""
        return self.filter(starts_at__lt=now).order_by("-starts_at")


class Gathering(models.Model):
    """Whatever has a date and people; the introduktionsträff is the twice-yearly kind."""

    class Kind(models.TextChoices):
        INTRO_MEETING = "intro_meeting", _("introduction meeting")
        MEMBER_MEETING = "member_meeting", _("member meeting")
        SOCIAL = "social", _("social evening")
        COURSE = "course", _("study course")
        OUTREACH = "outreach", _("outreach")

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        CONFIRMED = "confirmed", _("confirmed")
        CANCELLED = "cancelled", _("cancelled")

    EDITABLE = ("place", "address", "host", "programme")

    branch = models.ForeignKey(Branch, models.CASCADE, related_name="gatherings")
    kind = models.CharField(_("kind"), max_length=16, choices=Kind, default=Kind.INTRO_MEETING)
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
        return f"{self.get_kind_display().capitalize()} {timezone.localtime(self.starts_at):%Y-%m-%d}"

    @property
    def day(self) -> date:
        return timezone.localdate(self.starts_at)

    def is_ahead(self, now: datetime) -> bool:
        return self.starts_at > now

    def takes_answers(self, now: datetime) -> bool:
        """Until it begins, unless it is cancelled or still a draft."""
        return self.state == self.State.CONFIRMED and self.is_ahead(now)


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def yes(self) -> "InvitationQuerySet":
        return self.filter(answer=Invitation.Answer.YES)

    def no(self) -> "InvitationQuerySet":
        return self.filter(answer=Invitation.Answer.NO)

    def unanswered(self) -> "InvitationQuerySet":
        return self.filter(answer="")

    def attended(self) -> "InvitationQuerySet":
        return self.filter(attended=True)

    def without_email(self) -> "InvitationQuerySet":
        """Who needs a letter or a call instead."""
        return self.filter(member__email="")


class Invitation(models.Model):
    """One member, one gathering: invited, answered, attended."""

    class Ground(models.TextChoices):
        NEW = "new", _("new member")
        NO_SHOW = "no_show", _("did not come last time")
        COULD_NOT = "could_not", _("could not come last time")
        BY_HAND = "by_hand", _("added by hand")

    class Answer(models.TextChoices):
        YES = "yes", _("yes")
        NO = "no", _("no")

    gathering = models.ForeignKey(Gathering, models.CASCADE, related_name="invitations")
    member = models.ForeignKey(Member, models.CASCADE, related_name="invitations")
    ground = models.CharField(_("invited as"), max_length=10, choices=Ground, default=Ground.NEW)
    token = models.CharField(max_length=32, unique=True, default=new_token, editable=False)
    invited_at = models.DateTimeField(_("invited"))
    invited_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    answer = models.CharField(_("answer"), max_length=5, choices=Answer, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    officer = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Who noted it; empty when the member answered.",
    )
    attended = models.BooleanField(_("came"), null=True, blank=True)
    ticked_at = models.DateTimeField(null=True, blank=True)
    ticked_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = (
            models.UniqueConstraint(
                fields=("gathering", "member"),
                name="onboarding_invitation_once",
                violation_error_message=_("The member is already invited."),
            ),
            who_and_when("onboarding_invitation", "ticked"),
            models.CheckConstraint(
                name="onboarding_invitation_answer_has_a_time",
                condition=Q(answer="", answered_at__isnull=True)
                | (~Q(answer="") & Q(answered_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="onboarding_invitation_attended_is_ticked",
                condition=Q(attended__isnull=True, ticked_at__isnull=True)
                | Q(attended__isnull=False, ticked_at__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.gathering_id} {self.member_id}"
