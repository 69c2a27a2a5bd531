"""A member's first year as a row of lamps, counted from the day on which the branch learnt of the member."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm import extensions
from crm.outbox.models import Message
from crm.people.models import Branch, Member, User
from crm.people.models.members import MemberQuerySet, PaidStatus
from onboarding.models import ContactPerson, FirstYearSettings, Gathering, Invitation
from onboarding.texts import COURSE_OFFER, WELCOME

YEAR = timedelta(days=365)
# How long before its last day the course is offered, and how long the call of the sixth month may take.
COURSE_LEAD = timedelta(days=60)
CHECK_IN_TAKES = timedelta(days=30)
# Messages that did not and will not reach anybody.
_NOT_SENT = (Message.State.FAILED, Message.State.CANCELLED)


class Step(models.TextChoices):
    MESSAGE = "message", _("Welcome message")
    CALL = "call", _("Welcome call")
    FEE = "fee", _("Fee")
    MEETING = "meeting", _("Introduction meeting")
    COURSE = "course", _("Offered S1")
    CHECK_IN = "check_in", _("Call of the sixth month")


class State(models.TextChoices):
    DONE = "done", _("done")
    DUE = "due", _("to do")
    LATE = "late", _("late")
    AHEAD = "ahead", _("later on")
    DECLINED = "declined", _("wants none")


@dataclass(frozen=True)
class Lamp:
    """One step of one member; ``done_on`` is empty also for what is done on no known day."""

    step: Step
    state: State
    opens_on: date
    due_on: date
    done_on: date | None = None

    @property
    def waits(self) -> bool:
        """Whether something can and should be done now."""
        return self.state in {State.DUE, State.LATE}


@dataclass(frozen=True)
class Journey:
    """A new member and how far the welcome has come."""

    member: Member
    lamps: tuple[Lamp, ...]
    contact_person: str = ""

    def lamp(self, step: Step) -> Lamp | None:
        return next((lamp for lamp in self.lamps if lamp.step == step), None)

    @property
    def is_late(self) -> bool:
        return any(lamp.state == State.LATE for lamp in self.lamps)


def settings_of(branch: Branch) -> FirstYearSettings:
    """The branch's own steps, or the usual ones."""
    return FirstYearSettings.objects.filter(branch=branch).first() or FirstYearSettings(branch=branch)


@transaction.atomic
def change_settings(*, wishes: FirstYearSettings, by: User) -> None:
    wishes.save()


@transaction.atomic
def name_contact_person(*, member: Member, name: str, by: User) -> None:
    """Who the new member can ask; an empty name takes the contact person away."""
    if name:
        what = {"name": name, "named_at": timezone.now(), "named_by": by}
        ContactPerson.objects.update_or_create(member=member, defaults=what)
    else:
        ContactPerson.objects.filter(member=member).delete()


def new_members(branch: Branch, on: date) -> MemberQuerySet:
    """Members of whom the branch learnt within a year, and who were new then: a first roster is full of old ones."""
    new = Member.objects.current().new_when_learnt()
    found = new.filter(branch=branch, learnt_on__gt=on - YEAR, learnt_on__lte=on)
    return found.order_by("-learnt_on", "name_sort", "pk")


def journeys(*, branch: Branch, on: date) -> list[Journey]:
    """Every new member's lamps on a day, the newest first; the same few queries for any number."""
    members = list(new_members(branch, on).select_related("contact_person"))
    wishes, facts = settings_of(branch), _facts([member.pk for member in members])
    return [
        Journey(
            member=member,
            lamps=tuple(_lamps(member, wishes, facts[member.pk], on)),
            contact_person=getattr(getattr(member, "contact_person", None), "name", ""),
        )
        for member in members
    ]


class _Facts:
    """What is known to have happened with one member."""

    def __init__(self) -> None:
        self.talks: list[date] = []
        self.done: dict[Step, date] = {}

    def note(self, step: Step, day: date) -> None:
        self.done[step] = min(day, self.done.get(step, day))


def _facts(members: list[int]) -> dict[int, _Facts]:
    facts: dict[int, _Facts] = defaultdict(_Facts)
    for hook in extensions.talks.all():
        for member_id, day in hook(member_ids=members):
            facts[member_id].talks.append(day)
    sent = Message.objects.filter(
        member__in=members, purpose_key__in=(WELCOME.name, COURSE_OFFER.name)
    ).exclude(state__in=_NOT_SENT)
    for key, member_id, at in sent.values_list("purpose_key", "member", "queued_at"):
        if member_id:
            facts[member_id].note(
                Step.MESSAGE if key == WELCOME.name else Step.COURSE, timezone.localdate(at)
            )
    for invitation in _that_count(members):
        if invitation.gathering.is_intro:
            facts[invitation.member_id].note(Step.MEETING, invitation.gathering.day)
        else:
            facts[invitation.member_id].note(Step.COURSE, timezone.localdate(invitation.invited_at))
    return facts


def _that_count(members: list[int]) -> Iterable[Invitation]:
    """Introduction meetings that they came to, and every invitation to S1."""
    met = Q(gathering__kind=Gathering.Kind.INTRO_MEETING, attended=True)
    offered = Q(gathering__kind=Gathering.Kind.COURSE_S1)
    return Invitation.objects.filter(met | offered, member__in=members).select_related("gathering")


def _lamps(member: Member, wishes: FirstYearSettings, facts: _Facts, on: date) -> Iterable[Lamp]:
    for step, opens, due in _days(wishes):
        opens_on, due_on = member.learnt_on + opens, member.learnt_on + due
        done_on = facts.done.get(step)
        done = done_on is not None
        if step in {Step.CALL, Step.CHECK_IN}:
            done_on = min((day for day in facts.talks if day >= opens_on), default=None)
            done = done_on is not None
        elif step == Step.FEE:
            done = member.paid_status(on) == PaidStatus.PAYING
        state = State.DONE if done else _state(on, opens_on, due_on)
        if not done and _says_no(member, step):
            state = State.DECLINED
        yield Lamp(step=step, state=state, opens_on=opens_on, due_on=due_on, done_on=done_on)


def _says_no(member: Member, step: Step) -> bool:
    """Who has said no to calls or messages is not to be called or written to (promise 15): nothing is late."""
    if step in {Step.CALL, Step.CHECK_IN}:
        return member.no_calls
    return step == Step.MESSAGE and member.wants_no_messages


def _days(wishes: FirstYearSettings) -> Iterable[tuple[Step, timedelta, timedelta]]:
    """Each step that the branch uses: from which day it can be done, and its last one; 0 days leave it out."""
    zero, late = timedelta(), timedelta(days=wishes.course_days)
    check_in = timedelta(days=wishes.check_in_days)
    every = (
        (Step.MESSAGE, wishes.message_days, zero, timedelta(days=wishes.message_days)),
        (Step.CALL, wishes.call_days, zero, timedelta(days=wishes.call_days)),
        (Step.FEE, wishes.unpaid_days, zero, timedelta(days=wishes.unpaid_days)),
        (Step.MEETING, wishes.meeting_days, zero, timedelta(days=wishes.meeting_days)),
        (Step.COURSE, wishes.course_days, max(zero, late - COURSE_LEAD), late),
        (Step.CHECK_IN, wishes.check_in_days, check_in, check_in + CHECK_IN_TAKES),
    )
    return ((step, opens, due) for step, days, opens, due in every if days)


def _state(on: date, opens_on: date, due_on: date) -> State:
    if on < opens_on:
        return State.AHEAD
    return State.DUE if on <= due_on else State.LATE
