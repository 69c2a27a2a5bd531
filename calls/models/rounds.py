"""Call rounds: one call per member and round, always in exactly one state."""

from datetime import date, datetime, timedelta

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.constraints import not_before, who_and_when
from crm.people.models import Branch, Member, User

# A claim ends by itself; long enough for a talk, short enough that nobody is forgotten.
CLAIM = timedelta(minutes=30)


class CallRoundQuerySet(models.QuerySet["CallRound"]):
    def open_on(self, day: date) -> "CallRoundQuerySet":
        """Rounds through which callers call on a day; the closing day belongs to the round."""
        return self.filter(opens_on__lte=day, closes_on__gte=day)


class CallRound(models.Model):
    """One branch's round of one kind for one period; the yearly one calls every member once."""

    class Kind(models.TextChoices):
        YEARLY = "yearly", _("yearly")
        WELCOME = "welcome", _("welcome")
        MEETING = "meeting", _("meeting")
        CHECK_IN = "check_in", _("check-in")

    TITLES = {
        Kind.YEARLY: _("Call all members %(period)s"),
        Kind.WELCOME: _("Welcome new members %(period)s"),
        Kind.MEETING: _("Are you coming? %(about)s"),
        Kind.CHECK_IN: _("Check-in %(about)s"),
    }

    branch = models.ForeignKey(Branch, models.CASCADE, related_name="call_rounds")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.YEARLY)
    period = models.CharField(
        _("period"), max_length=40, help_text=_("The year, or what else sets one round of a kind apart.")
    )
    about = models.CharField(_("about"), max_length=120, blank=True)
    opens_on = models.DateField(_("opens"))
    closes_on = models.DateField(_("closes"))
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    objects = CallRoundQuerySet.as_manager()

    class Meta:
        ordering = ("-opens_on",)
        verbose_name = _("call round")
        verbose_name_plural = _("call rounds")
        constraints = (
            models.UniqueConstraint(fields=("branch", "kind", "period"), name="calls_round_once_per_period"),
            not_before("calls_round", "opens_on", "closes_on", _("A round can't close before it opens.")),
        )

    def __str__(self) -> str:
        return self.TITLES[self.Kind(self.kind)] % {"period": self.period, "about": self.about or self.period}

    @property
    def is_yearly(self) -> bool:
        return self.kind == self.Kind.YEARLY

    def is_open(self, day: date) -> bool:
        return self.opens_on <= day <= self.closes_on


class CallList(models.Model):
    """The calls that one caller works through during some days."""

    round = models.ForeignKey(CallRound, models.CASCADE, related_name="lists")
    caller = models.ForeignKey(User, models.PROTECT, related_name="call_lists")
    handed_out_at = models.DateTimeField()
    handed_out_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    taken_back_at = models.DateTimeField(null=True, blank=True)
    taken_back_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("caller__name", "id")
        verbose_name = _("call list")
        verbose_name_plural = _("call lists")
        constraints = (
            who_and_when("calls_list", "taken_back"),
            models.UniqueConstraint(
                fields=("round", "caller"),
                condition=Q(taken_back_at__isnull=True),
                name="calls_list_one_open_per_caller_and_round",
                violation_error_message=_("The caller already has a list in this round."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.caller}: {self.round}"


# What takes a call out of its caller's hands.
UNCLAIMED: dict[str, None] = {"claimed_at": None, "claimed_by": None, "claimed_until": None}


class CallQuerySet(models.QuerySet["Call"]):
    def waiting(self) -> "CallQuerySet":
        return self.filter(state=Call.State.WAITING)

    def in_nobodys_hands(self, now: datetime) -> "CallQuerySet":
        return self.filter(Q(claimed_until=None) | Q(claimed_until__lte=now))

    def in_front(self, now: datetime) -> "CallQuerySet":
        """Of one person's open calls the first in line: the others are dialled and reported with it.

        So a person is on one screen, though they have a call in each of several rounds.
        """
        day = timezone.localdate(now)
        others = Call.objects.filter(
            member=OuterRef("member_id"), round__opens_on__lte=day, round__closes_on__gte=day
        ).exclude(pk=OuterRef("pk"))
        sooner = Q(rank__lt=OuterRef("rank")) | Q(rank=OuterRef("rank"), pk__lt=OuterRef("pk"))
        before = Q(state=Call.State.PARKED) | Q(state=Call.State.WAITING) & (
            sooner | Q(claimed_until__gt=now)
        )
        return self.filter(~Exists(others.filter(before)))

    def open_to_callers(self, now: datetime) -> "CallQuerySet":
        """Can be claimed now: waiting, due, in nobody's hands, and the person is still to be called.

        The member's own state is read here, so that a leaver or a "no" counts at once, not after a nightly job.
        """
        return (
            self.waiting()
            .in_nobodys_hands(now)
            .in_front(now)
            .filter(Q(due_at=None) | Q(due_at__lte=now))
            .filter(Exists(Member.objects.callable().filter(pk=OuterRef("member_id"))))
        )


class Call(models.Model):
    """One member in one round, exactly one row, in exactly one state.

    "With a caller" is a waiting call whose claim has not ended; it is derived, so that a claim ends by itself.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        PARKED = "parked", _("parked")
        REACHED = "reached", _("reached")
        EXHAUSTED = "exhausted", _("attempts used up")
        UNREACHABLE = "unreachable", _("no telephone number")
        EXEMPT = "exempt", _("exempt")

    class Reason(models.TextChoices):
        WISH = "wish", _("wants no calls")
        LEFT = "left", _("no longer a member")
        DECEASED = "deceased", _("deceased")
        UNDER_AGE = "under_age", _("under 18")
        OFFICER = "officer", _("an officer keeps in touch")
        WITHDRAWN = "withdrawn", _("no longer asked for")

    class Rank(models.IntegerChoices):
        """Who is first in line, on a list and in the pool."""

        PROMISED = 0, _("a time has been agreed")
        WELCOME = 1, _("new member")
        MEETING = 2, _("are you coming?")
        UNPAID = 3, _("new and has not paid")
        YEARLY = 5, _("the year's call")
        CHECK_IN = 6, _("check-in")

    round = models.ForeignKey(CallRound, models.CASCADE, related_name="calls")
    member = models.ForeignKey(Member, models.CASCADE, related_name="calls")
    call_list = models.ForeignKey(CallList, models.SET_NULL, null=True, blank=True, related_name="calls")
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.WAITING)
    reason = models.CharField(_("reason"), max_length=10, choices=Reason, blank=True)
    rank = models.PositiveSmallIntegerField(_("place in line"), choices=Rank, default=Rank.YEARLY)
    late_after = models.DateField(_("late after"), null=True, blank=True)
    due_at = models.DateTimeField(_("due again"), null=True, blank=True)
    attempts_used = models.PositiveSmallIntegerField(_("attempts"), default=0)
    last_attempt_at = models.DateTimeField(_("last attempt"), null=True, blank=True)
    reached_at = models.DateTimeField(_("reached"), null=True, blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True)
    claimed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="claimed_calls")
    claimed_until = models.DateTimeField(null=True, blank=True)
    letter_at = models.DateTimeField(_("letter sent"), null=True, blank=True)
    letter_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = CallQuerySet.as_manager()

    class Meta:
        verbose_name = _("call")
        verbose_name_plural = _("calls")
        indexes = (
            models.Index(fields=("round", "state", "due_at"), name="calls_call_queue"),
            models.Index(fields=("call_list", "state"), name="calls_call_of_a_list"),
            models.Index(fields=("claimed_by", "claimed_until"), name="calls_call_claims"),
            models.Index(
                fields=("round", "id"),
                condition=Q(state="waiting", call_list__isnull=True),
                name="calls_call_pool",
            ),
            models.Index(
                fields=("round", "rank", "id"),
                condition=Q(state="waiting", call_list__isnull=True, rank__lt=5),
                name="calls_call_first_in_line",
            ),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("round", "member"),
                name="calls_call_once_per_member_and_round",
                violation_error_message=_("The member already has a call in this round."),
            ),
            who_and_when("calls_call", "claimed"),
            who_and_when("calls_call", "letter"),
            models.CheckConstraint(
                name="calls_call_claim_has_an_end",
                condition=Q(claimed_by__isnull=True, claimed_until__isnull=True)
                | Q(claimed_by__isnull=False, claimed_until__isnull=False),
            ),
            models.CheckConstraint(
                name="calls_call_claimed_only_while_waiting",
                condition=Q(state="waiting") | Q(claimed_by__isnull=True),
            ),
            models.CheckConstraint(
                name="calls_call_reached_has_a_time",
                condition=Q(state="reached", reached_at__isnull=False)
                | (~Q(state="reached") & Q(reached_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="calls_call_exempt_has_a_reason",
                condition=(Q(state="exempt") & ~Q(reason="")) | (~Q(state="exempt") & Q(reason="")),
            ),
        )

    def __str__(self) -> str:
        return f"{self.member_id} {self.state}"

    def is_held(self, now: datetime) -> bool:
        """Somebody has the person on the screen; a claim that has ended holds nothing."""
        return self.claimed_until is not None and self.claimed_until > now

    def is_held_by(self, user: User, now: datetime) -> bool:
        return self.claimed_by_id == user.pk and self.is_held(now)
