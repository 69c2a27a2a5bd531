"""Gatherings, and who is invited, answers and comes."""

import secrets

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.constraints import who_and_when
from crm.people.models import Branch, Member, User


def new_token() -> str:
    """128 random bits: a link that opens one invitation can't be guessed."""
    return secrets.token_urlsafe(16)


class GatheringQuerySet(models.QuerySet["Gathering"]):
    def intro_meetings(self) -> "GatheringQuerySet":
        return self.filter(kind=Gathering.Kind.INTRO_MEETING)

    def confirmed(self) -> "GatheringQuerySet":
        return self.filter(state=Gathering.State.CONFIRMED)


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
        return f"{self.get_kind_display()} {self.starts_at:%Y-%m-%d}"


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
    attended = models.BooleanField(_("came"), null=True, blank=True)
    ticked_at = models.DateTimeField(null=True, blank=True)
    ticked_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

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
