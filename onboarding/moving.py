"""Invitations in a merge of two members."""

from datetime import datetime
from typing import Any

from crm.extensions import Merging
from crm.people.models import Member, User
from onboarding.models import ContactPerson, Invitation, LeaveRequest

_ANSWER = (
    "answer", "answered_at", "officer_id", "companions", "waiting", "needs_lift", "needs_loop", "food",
)  # fmt: skip
_NO_ANSWER: dict[str, Any] = {
    "answer": "",
    "answered_at": None,
    "officer_id": None,
    "companions": 0,
    "waiting": False,
    "needs_lift": False,
    "needs_loop": False,
    "food": "",
    "attended": None,
    "ticked_at": None,
    "ticked_by_id": None,
}
_CAME = ("attended", "ticked_at", "ticked_by_id")


def move(*, kept: Member, merged: Member, by: User) -> dict[str, object]:
    """Each gathering once: of two invitations to the same one, what was answered and who came is kept's."""
    own = {row.gathering_id: row for row in Invitation.objects.filter(member=kept)}
    moved, joined = [], []
    for theirs in Invitation.objects.filter(member=merged).order_by("pk"):
        mine = own.get(theirs.gathering_id)
        if mine is None:
            moved.append(theirs.pk)
        else:
            joined.append([_plain(mine), _plain(theirs)])
            _join(mine, theirs)
    Invitation.objects.filter(pk__in=moved).update(member=kept)
    return {
        "moved": moved,
        "joined": joined,
        "contact_person": _move_contact_person(kept, merged),
        "leave_request": _move_leave_request(kept, merged),
    }


def _move_leave_request(kept: Member, merged: Member) -> bool:
    """Who has asked to leave under one number has asked."""
    if LeaveRequest.objects.filter(member=kept).exists():
        return False
    return bool(LeaveRequest.objects.filter(member=merged).update(member=kept))


def _move_contact_person(kept: Member, merged: Member) -> bool:
    """An own contact person stays."""
    if ContactPerson.objects.filter(member=kept).exists():
        return False
    return bool(ContactPerson.objects.filter(member=merged).update(member=kept))


def _join(mine: Invitation, theirs: Invitation) -> None:
    """Came is came; an answer fills an empty one."""
    if theirs.attended and not mine.attended:
        _hand_over(_CAME, mine, theirs)
    if theirs.answer and not mine.answer:
        _hand_over(_ANSWER, mine, theirs)
    for name, value in _NO_ANSWER.items():
        setattr(theirs, name, value)
    mine.save()
    theirs.save()


def _hand_over(names: tuple[str, ...], mine: Invitation, theirs: Invitation) -> None:
    for name in names:
        setattr(mine, name, getattr(theirs, name))


def move_back(*, kept: Member, merged: Member, before: dict[str, Any], since: datetime) -> None:
    Invitation.objects.filter(pk__in=before["moved"], member=kept).update(member=merged)
    if before["contact_person"]:
        ContactPerson.objects.filter(member=kept).update(member=merged)
    if before.get("leave_request"):
        LeaveRequest.objects.filter(member=kept).update(member=merged)
    for pair in before["joined"]:
        for values in pair:
            Invitation.objects.filter(pk=values.pop("id")).update(**values)


def _plain(row: Invitation) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in ("id", *_ANSWER, *_CAME)}
    return {
        name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()
    }


# Codes stay with the number that they were made for, and open nothing while it is merged into another.
MERGING = Merging(
    models=(
        "onboarding.Invitation",
        "onboarding.ContactPerson",
        "onboarding.LeaveRequest",
        "onboarding.OwnPageCode",
    ),
    move=move,
    move_back=move_back,
)
