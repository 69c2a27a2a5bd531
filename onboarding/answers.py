"""Answers and attendance: each once, and open to a change of mind."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from crm.people.models import Member, User
from onboarding.models import Gathering, Invitation


class NoLongerOpenError(Exception):
    """The meeting has begun, is cancelled, or is not confirmed yet."""


@transaction.atomic
def answer(
    *, invitation: Invitation, said: str, by: User | None = None, at: datetime | None = None
) -> Invitation:
    """Yes or no, from the member (``by`` is nobody) or from an officer on the telephone.

    The same answer again changes nothing; another one is a change of mind. Raises ``NoLongerOpenError`` when the
    meeting takes no answers any more.
    """
    now = at or timezone.now()
    if not invitation.gathering.takes_answers(now):
        raise NoLongerOpenError
    current = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if current.answer != said:
        current.answer, current.answered_at, current.officer = said, now, by
        current.save(update_fields=["answer", "answered_at", "officer"])
    return current


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
        defaults={"ground": Invitation.Ground.BY_HAND, "invited_at": timezone.now(), "invited_by": by},
    )
    tick(invitation=invitation, attended=True, by=by)
    return invitation
