"""Outreach: what the branch does where people are, and how new members came to it. Nobody else's data is kept."""

import uuid
from datetime import date

from django.core.validators import MaxValueValidator, URLValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from crm.constraints import who_and_when
from crm.people.models import Branch, Club, Member, User

# More than this is a slip of the finger, in any branch.
MOST = [MaxValueValidator(9999)]


class ActivityQuerySet(models.QuerySet["Activity"]):
    def kept(self) -> "ActivityQuerySet":
        return self.filter(removed_at=None)

    def held(self, first: date, last: date) -> "ActivityQuerySet":
        """Those of these days whose numbers are noted: what was only planned counts as nothing."""
        return self.kept().filter(held_on__range=(first, last), helpers__isnull=False)

    def unnoted(self, on: date) -> "ActivityQuerySet":
        """Planned until that day, and nobody has said what they came to."""
        return self.kept().filter(held_on__lt=on, helpers=None).order_by("held_on", "pk")

    def recruiting(self) -> "ActivityQuerySet":
        """Where people were asked to become members, or became it."""
        return self.filter(Q(asked=True) | Q(new_members__gt=0))


class Activity(models.Model):
    """One occasion: a market square, a round of doors, a workplace. Counts only."""

    class Kind(models.TextChoices):
        SQUARE = "square", _("market square")
        DOORS = "doors", _("door knocking")
        WORKPLACE = "workplace", _("workplace visit with a union")
        OPEN_MEETING = "open_meeting", _("open meeting")
        CAFE = "cafe", _("café")
        FIRST_OF_MAY = "first_of_may", _("1 May")
        NEIGHBOURHOOD = "neighbourhood", _("neighbourhood activity")
        OTHER = "other", _("other outreach")

    branch = models.ForeignKey(Branch, models.CASCADE, related_name="activities")
    token = models.UUIDField(
        default=uuid.uuid4, editable=False, help_text="Made by the form: sent twice it is one."
    )
    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    held_on = models.DateField(_("date"))
    place = models.CharField(_("place"), max_length=100)
    club = models.ForeignKey(
        Club, models.SET_NULL, null=True, blank=True, related_name="activities", verbose_name=_("club")
    )
    helpers = models.PositiveSmallIntegerField(
        _("how many of us took part"),
        null=True,
        blank=True,
        validators=MOST,
        help_text=_("Leave the numbers empty for an activity that is still ahead."),
    )
    conversations = models.PositiveSmallIntegerField(
        _("conversations"), null=True, blank=True, validators=MOST
    )
    new_members = models.PositiveSmallIntegerField(_("new members"), null=True, blank=True, validators=MOST)
    asked = models.BooleanField(_("we asked people to become members"), default=True)
    noted_at = models.DateTimeField()
    noted_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = ActivityQuerySet.as_manager()

    class Meta:
        ordering = ("-held_on", "-pk")
        verbose_name = _("outreach activity")
        verbose_name_plural = _("outreach activities")
        indexes = (models.Index(fields=("branch", "held_on"), name="outreach_activity_when"),)
        constraints = (
            who_and_when("outreach_activity", "removed"),
            models.UniqueConstraint(fields=("branch", "token"), name="outreach_activity_sent_once"),
            models.CheckConstraint(
                name="outreach_activity_numbers_together",
                condition=Q(helpers=None, conversations=None, new_members=None)
                | Q(
                    helpers__isnull=False,
                    helpers__gte=1,
                    conversations__isnull=False,
                    new_members__isnull=False,
                ),
                violation_error_message=_("Say how many took part; conversations and new members can be 0."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.what} {self.held_on}"

    @property
    def what(self) -> str:
        kind = str(self.get_kind_display())
        return f"{kind[:1].upper() + kind[1:]}, {self.place}"

    @property
    def is_noted(self) -> bool:
        return self.helpers is not None


class Origin(models.Model):
    """How a member came to the branch. Who has no row came in a way that nobody has noted."""

    class Source(models.TextChoices):
        ACTIVITY = "activity", _("at an activity")
        RECRUITER = "recruiter", _("asked by a member")
        WEB = "web", _("on the web")

    member = models.OneToOneField(Member, models.CASCADE, related_name="origin")
    source = models.CharField(_("how"), max_length=10, choices=Source)
    activity = models.ForeignKey(
        Activity, models.PROTECT, null=True, blank=True, related_name="origins", verbose_name=_("activity")
    )
    recruiter = models.ForeignKey(
        Member, models.SET_NULL, null=True, blank=True, related_name="recruited", verbose_name=_("recruiter")
    )
    credited_on = models.DateField(
        _("credited on"), null=True, blank=True, help_text=_("The day the branch saw that the fee was paid.")
    )
    noted_at = models.DateTimeField()
    noted_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("how a member came")
        verbose_name_plural = _("how members came")
        constraints = (
            models.CheckConstraint(
                name="outreach_origin_activity_if_that_is_the_source",
                condition=Q(source="activity", activity__isnull=False)
                | (~Q(source="activity") & Q(activity__isnull=True)),
                violation_error_message=_("Choose the activity, or another way in which the member came."),
            ),
            models.CheckConstraint(
                name="outreach_origin_nobody_recruits_themselves",
                condition=Q(recruiter=None) | ~Q(recruiter=F("member")),
                violation_error_message=_("Nobody recruits themselves."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.member_id} {self.source}"


class SignUp(models.Model):
    """Where one becomes a member: the party's own page. Nothing of it is kept here."""

    branch = models.OneToOneField(Branch, models.CASCADE, related_name="sign_up")
    address = models.CharField(
        _("address of the party's page for new members"),
        max_length=300,
        validators=[URLValidator(schemes=["https"])],
        help_text=_("{activity} in the address becomes the activity's code, if the party counts by it."),
    )

    class Meta:
        verbose_name = _("address for new members")
        verbose_name_plural = _("addresses for new members")

    def __str__(self) -> str:
        return self.address
