"""Answers and attendance: each once, and open to a change of mind."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Sum
from django.utils import timezone

from crm.people import skills
from crm.people.models import Member, SkillWord, User
from onboarding import mail
from onboarding.models import Gathering, Invitation

Answer = Invitation.Answer


class NoLongerOpenError(Exception):
    """The meeting has begun, is cancelled, or is not confirmed yet."""


@dataclass(frozen=True)
class Details:
    """What comes with a yes: who comes along, and what is needed."""

    companions: int = 0
    needs_lift: bool = False
    needs_loop: bool = False
    food: str = ""


_DETAILS = tuple(Details.__dataclass_fields__)
_WRITTEN = ("answer", "answered_at", "officer", "waiting", *_DETAILS)


@transaction.atomic
def answer(
    *,
    invitation: Invitation,
    said: str,
    details: Details | None = None,
    by: User | None = None,
    at: datetime | None = None,
) -> Invitation:
    """Yes, no or another time, from the member (``by`` is nobody) or from somebody on the telephone.

    The same answer again changes nothing; another one is a change of mind. A yes when all places are taken waits;
    a no lets the first in the queue in. Raises ``NoLongerOpenError`` when the meeting takes no answers any more.
    """
    now = at or timezone.now()
    # The gathering's row is the queue's door: two who want the last place come one after the other.
    gathering = Gathering.objects.select_for_update().select_related("branch").get(pk=invitation.gathering_id)
    if not gathering.takes_answers(now):
        raise NoLongerOpenError
    current = Invitation.objects.select_for_update().get(pk=invitation.pk)
    before = [getattr(current, field) for field in _WRITTEN]
    had_place = current.answer == Answer.YES and not current.waiting
    if current.answer != said:
        current.answer, current.answered_at, current.officer = said, now, by
    _note_details(current, details)
    _find_place(current, gathering, had_place=had_place)
    if before != [getattr(current, field) for field in _WRITTEN]:
        current.save(update_fields=_WRITTEN)
        let_in(gathering=gathering, by=by or User.objects.console())
    return current


def as_told(invitation: Invitation) -> dict[str, Any]:
    """What has been answered so far, as JSON."""
    values = {field: getattr(invitation, field) for field in ("answer", "waiting", *_DETAILS)}
    at = invitation.answered_at
    return values | {"answered_at": at.isoformat() if at else None, "officer": invitation.officer_id}


@transaction.atomic
def take_back(*, invitation: Invitation, to: dict[str, Any] | None, by: User) -> None:
    """An answer was noted by mistake: the earlier one stands again, or none. A place that it took is free again.

    Whoever had a place before has it still if nobody has got it meanwhile; else they wait, first in their turn.
    """
    gathering = Gathering.objects.select_for_update().select_related("branch").get(pk=invitation.gathering_id)
    current = Invitation.objects.select_for_update().get(pk=invitation.pk)
    told = to or as_told(Invitation())
    for field in ("answer", *_DETAILS):
        setattr(current, field, told[field])
    current.answered_at = datetime.fromisoformat(told["answered_at"]) if told["answered_at"] else None
    current.officer_id = told["officer"]
    _find_place(current, gathering, had_place=False)
    current.save(update_fields=_WRITTEN)
    let_in(gathering=gathering, by=by)


def _note_details(invitation: Invitation, details: Details | None) -> None:
    """Who does not come brings nobody and needs nothing; a yes by telephone keeps what was said before."""
    told = Details() if invitation.answer != Answer.YES else details
    for field in _DETAILS if told else ():
        setattr(invitation, field, getattr(told, field))


def _find_place(invitation: Invitation, gathering: Gathering, *, had_place: bool) -> None:
    """Who has a place keeps it, with as many companions as there is room for; who is new may have to wait."""
    invitation.waiting = False
    if invitation.answer != Answer.YES or gathering.seats is None:
        return
    free = gathering.seats - places_taken(gathering, but=invitation)
    if had_place:
        invitation.companions = max(0, min(invitation.companions, free - 1))
    else:
        queue = Invitation.objects.filter(gathering=gathering).waiting().exclude(pk=invitation.pk)
        invitation.waiting = invitation.party > free or queue.exists()


def places_taken(gathering: Gathering, *, but: Invitation | None = None) -> int:
    """Those expected, with whom they bring."""
    expected = Invitation.objects.filter(gathering=gathering).expected().of_members_now()
    others = expected.exclude(pk=but.pk) if but else expected
    counts = others.aggregate(n=Count("pk"), more=Sum("companions"))
    return int(counts["n"] + (counts["more"] or 0))


@transaction.atomic
def let_in(*, gathering: Gathering, by: User) -> int:
    """Places that are free go to the queue, in its order; those who get one are told. How many."""
    queue = Invitation.objects.filter(gathering=gathering).waiting().of_members_now()
    free = None if gathering.seats is None else gathering.seats - places_taken(gathering)
    let = []
    for invitation in queue:
        if free is not None and invitation.party > free:
            break
        free = None if free is None else free - invitation.party
        let.append(invitation.pk)
    if let:
        Invitation.objects.filter(pk__in=let).update(waiting=False)
        mail.tell_of_place(gathering, Invitation.objects.filter(pk__in=let), by=by)
    return len(let)


@transaction.atomic
def tell(*, invitation: Invitation, words: Iterable[SkillWord]) -> int:
    """What the one invited can and wants, told by themselves; how many words were new."""
    return skills.record(
        member=invitation.member, words=words, source=skills.Source.ANSWER, by=User.objects.console()
    )


@transaction.atomic
def tick(*, invitation: Invitation, attended: bool | None, by: User, at: datetime | None = None) -> None:
    """At the door: came, did not come, or (``None``) not ticked after all."""
    ticked = {"ticked_at": at or timezone.now(), "ticked_by": by}
    Invitation.objects.filter(pk=invitation.pk).update(
        attended=attended, **(ticked if attended is not None else dict.fromkeys(ticked))
    )


@transaction.atomic
def walk_in(*, gathering: Gathering, member: Member, by: User) -> Invitation:
    """A member who came without an invitation is on the list, and ticked."""
    invitation, _is_new = Invitation.objects.get_or_create(
        gathering=gathering,
        member=member,
        defaults={"ground": Invitation.Ground.WALK_IN, "invited_at": timezone.now(), "invited_by": by},
    )
    tick(invitation=invitation, attended=True, by=by)
    return invitation
