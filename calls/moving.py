"""Calls in a merge of two members: one call per member and round, and reached wins."""

from datetime import datetime
from typing import Any

from calls import settling
from calls.models import UNCLAIMED, Attempt, AvoidedMember, Call, FollowUp
from crm.extensions import Merging
from crm.people.models import Member, User

# What a call that is reached has to tell, and what was spent on the way.
_STATE = (
    "state", "reason", "due_at", "attempts_used", "last_attempt_at", "reached_at", "letter_at", "letter_by_id",
)  # fmt: skip
_NOTHING: dict[str, Any] = {
    "state": Call.State.EXEMPT,
    "reason": Call.Reason.LEFT,
    "due_at": None,
    "attempts_used": 0,
    "last_attempt_at": None,
    "reached_at": None,
    "letter_at": None,
    "letter_by": None,
    "call_list": None,
}


def move(*, kept: Member, merged: Member, by: User) -> dict[str, object]:
    own = {call.round_id: call for call in Call.objects.filter(member=kept)}
    moved, joined = [], []
    for theirs in Call.objects.filter(member=merged).order_by("pk"):
        mine = own.get(theirs.round_id)
        if mine is None:
            moved.append(theirs.pk)
        else:
            joined.append(_join(mine, theirs, by))
    Call.objects.filter(pk__in=moved).update(member=kept)
    return {"moved": moved, "joined": joined, "avoided": _keep_away(kept, merged)}


def _keep_away(kept: Member, merged: Member) -> list[int]:
    """Who didn't call the one doesn't call the other: it is one person. Their calls go into the pool."""
    known = AvoidedMember.objects.filter(member=kept).values("profile")
    theirs = AvoidedMember.objects.filter(member=merged).exclude(profile__in=known)
    keys = list(theirs.order_by("pk").values_list("pk", flat=True))
    AvoidedMember.objects.filter(pk__in=keys).update(member=kept)
    callers = AvoidedMember.objects.filter(member=kept).values("profile__user")
    Call.objects.filter(member=kept, call_list__caller__in=callers).waiting().update(call_list=None)
    return keys


def _join(mine: Call, theirs: Call, by: User) -> dict[str, Any]:
    """All dials are of one person, so they stand on one call; the other is as a leaver's."""
    before: dict[str, Any] = {"mine": _plain(mine), "theirs": _plain(theirs)}
    before["attempts"] = list(theirs.attempts.values_list("pk", flat=True))
    open_here = FollowUp.objects.filter(call=mine, handled_at=None).exists()
    follow_ups = FollowUp.objects.filter(call=theirs)
    if open_here:
        follow_ups = follow_ups.filter(handled_at__isnull=False)
    before["follow_ups"] = list(follow_ups.values_list("pk", flat=True))
    FollowUp.objects.filter(pk__in=before["follow_ups"]).update(call=mine)
    Attempt.objects.filter(pk__in=before["attempts"]).update(call=mine)
    settling.end_calls(Call.objects.filter(pk=theirs.pk), reason=Call.Reason.LEFT, by=by)
    Call.objects.filter(pk=theirs.pk).update(**_NOTHING, **UNCLAIMED)
    Call.objects.filter(pk=mine.pk).update(**_joined(mine, theirs))
    return before


def _joined(mine: Call, theirs: Call) -> dict[str, Any]:
    """Reached wins; else the own state stays, with the dials of both."""
    wins = theirs.state == Call.State.REACHED and mine.state != Call.State.REACHED
    values: dict[str, Any] = {name: getattr(theirs, name) for name in _STATE} if wins else {}
    if wins:
        values |= UNCLAIMED | {"call_list": mine.call_list}
    letter = mine if mine.letter_at else theirs
    dialled = [at for at in (mine.last_attempt_at, theirs.last_attempt_at) if at]
    return values | {
        "attempts_used": mine.attempts_used + theirs.attempts_used,
        "last_attempt_at": max(dialled, default=None),
        "letter_at": letter.letter_at,
        "letter_by_id": letter.letter_by_id,
    }


def move_back(*, kept: Member, merged: Member, before: dict[str, Any], since: datetime) -> None:
    """A call that has been dialled since stays as it is: what was said then was said to one person."""
    AvoidedMember.objects.filter(pk__in=before.get("avoided", []), member=kept).update(member=merged)
    for key in before["moved"]:
        if not Attempt.objects.filter(call=key, reported_at__gt=since).exists():
            Call.objects.filter(pk=key, member=kept).update(member=merged)
    for pair in before["joined"]:
        mine, theirs = pair["mine"], pair["theirs"]
        if Attempt.objects.filter(call=mine["id"], reported_at__gt=since).exists():
            continue
        Attempt.objects.filter(pk__in=pair["attempts"]).update(call=theirs["id"])
        FollowUp.objects.filter(pk__in=pair["follow_ups"]).update(call=theirs["id"])
        for values in (mine, theirs):
            Call.objects.filter(pk=values.pop("id")).update(**values, **UNCLAIMED)


def _plain(call: Call) -> dict[str, Any]:
    values = {name: getattr(call, name) for name in ("id", "call_list_id", *_STATE)}
    return {
        name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()
    }


MERGING = Merging(models=("calls.Call", "calls.AvoidedMember"), move=move, move_back=move_back)
