"""Who is invited to a gathering, answers and comes."""

import secrets
from datetime import date, datetime

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from crm.constraints import who_and_when
from crm.outbox.models import Message
from crm.people.models import Member, Membership, User
from onboarding.models.gatherings import Gathering, end_of, start_of

CODE_LENGTH = 8
# Nothing that is read or written two ways: no 0 O, 1 I L, 2 Z, 5 S, 8 B, U V.
CODE_ALPHABET = "ACDEFGHJKMNPQRTWXY34679"


def new_token() -> str:
    """128 random bits: a link that opens one invitation can't be guessed."""
    return secrets.token_urlsafe(16)


def new_code() -> str:
    """What is typed from a letter; some 36 bits, and guesses are limited."""
    return "".join(secrets.choice(CODE_ALPHABET) for _letter in range(CODE_LENGTH))


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def yes(self) -> "InvitationQuerySet":
        return self.filter(answer=Invitation.Answer.YES)

    def no(self) -> "InvitationQuerySet":
        return self.filter(answer=Invitation.Answer.NO)

    def unanswered(self) -> "InvitationQuerySet":
        return self.filter(answer="")

    def attended(self) -> "InvitationQuerySet":
        return self.filter(attended=True)

    def expected(self) -> "InvitationQuerySet":
        """Who has said yes and has a place."""
        return self.filter(answer=Invitation.Answer.YES, waiting=False)

    def waiting(self) -> "InvitationQuerySet":
        """Who has said yes when all places were taken, the first in the queue first."""
        return self.filter(waiting=True).order_by("answered_at", "pk")

    def to_intro_meetings(self, first: date, last: date) -> "InvitationQuerySet":
        """To introduction meetings of these days; to drafts and cancelled ones not."""
        return self.filter(
            gathering__kind=Gathering.Kind.INTRO_MEETING,
            gathering__state=Gathering.State.CONFIRMED,
            gathering__starts_at__gte=start_of(first),
            gathering__starts_at__lt=end_of(last),
        )

    def sent_until(self, on: date) -> "InvitationQuerySet":
        return self.filter(invited_at__lt=end_of(on))

    def yes_until(self, on: date) -> "InvitationQuerySet":
        """Whose answer is yes, and was given by that day."""
        return self.yes().filter(answered_at__lt=end_of(on))

    def came_until(self, on: date) -> "InvitationQuerySet":
        return self.attended().filter(gathering__starts_at__lt=end_of(on))

    def no_shows(self) -> "InvitationQuerySet":
        """Who had a place and was not ticked at the door."""
        return self.expected().exclude(attended=True)

    def with_needs(self) -> "InvitationQuerySet":
        return self.filter(Q(needs_lift=True) | Q(needs_loop=True) | ~Q(food=""))

    def of_members_now(self) -> "InvitationQuerySet":
        """Who is still a member: nobody else is written to, called or expected."""
        open_now = Membership.objects.filter(member=OuterRef("member_id"), ended_on=None, missing_since=None)
        return self.filter(Exists(open_now))

    def without_message(self, purpose_key: str) -> "InvitationQuerySet":
        """To whom nothing has been written for that purpose."""
        written = Message.objects.filter(purpose_key=purpose_key, member=OuterRef("member_id"))
        return self.exclude(Exists(written))


class Invitation(models.Model):
    """One member, one gathering: invited, answered, attended."""

    class Ground(models.TextChoices):
        NEW = "new", _("new member")
        NO_SHOW = "no_show", _("did not come last time")
        COULD_NOT = "could_not", _("could not come last time")
        BY_HAND = "by_hand", _("added by hand")
        MEMBER = "member", _("member")
        WALK_IN = "walk_in", _("came without an invitation")

    class Answer(models.TextChoices):
        YES = "yes", _("yes")
        NO = "no", _("no")
        LATER = "later", _("another time")

    gathering = models.ForeignKey(Gathering, models.CASCADE, related_name="invitations")
    member = models.ForeignKey(Member, models.CASCADE, related_name="invitations")
    ground = models.CharField(_("invited as"), max_length=10, choices=Ground, default=Ground.NEW)
    token = models.CharField(max_length=32, unique=True, default=new_token, editable=False)
    code = models.CharField(max_length=8, unique=True, default=new_code, editable=False)
    invited_at = models.DateTimeField(_("invited"))
    invited_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    answer = models.CharField(_("answer"), max_length=5, choices=Answer, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    companions = models.PositiveSmallIntegerField(_("how many come along"), default=0)
    waiting = models.BooleanField(_("on the waiting list"), default=False)
    needs_lift = models.BooleanField(_("needs a lift there"), default=False)
    needs_loop = models.BooleanField(_("needs a hearing loop"), default=False)
    food = models.CharField(_("food that does not suit"), max_length=100, blank=True)
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
                name="onboarding_invitation_waits_with_a_yes",
                condition=Q(waiting=False) | Q(answer="yes"),
                violation_error_message=_("Only who has said yes waits for a place."),
            ),
            models.CheckConstraint(
                name="onboarding_invitation_company_with_a_yes",
                condition=Q(companions=0) | Q(answer="yes"),
                violation_error_message=_("Only who has said yes brings somebody."),
            ),
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

    @property
    def party(self) -> int:
        """How many places the answer takes."""
        return 1 + self.companions

    @property
    def spoken_code(self) -> str:
        """As it stands on paper: "ACDE-FGHJ"."""
        return f"{self.code[:4]}-{self.code[4:]}"

    def takes_more(self, now: datetime) -> bool:
        """Whether who comes is asked what they can and want: after a yes, until it begins."""
        return self.answer == self.Answer.YES and self.gathering.takes_answers(now)

    @property
    def has_needs(self) -> bool:
        return bool(self.needs_lift or self.needs_loop or self.food)
