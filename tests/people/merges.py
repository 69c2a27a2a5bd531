"""Merges, and what members have in other apps, for tests of merging."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import time_machine
from django.utils import timezone

from calls import outcomes
from calls.models import Call
from crm.outbox.models import Message
from crm.people import merging
from crm.people.models import Branch, Member, Merge, User
from onboarding.models import Gathering, Invitation

LATER = datetime(2026, 11, 22, 9, tzinfo=UTC)


def by() -> User:
    return User.objects.console()


def merge(kept: Member, merged: Member, **values: Any) -> Merge:
    made = merging.merge(kept=kept, merged=merged, values=values, by=by())
    kept.refresh_from_db()
    merged.refresh_from_db()
    return made


def undo(made: Merge, at: datetime = LATER) -> bool:
    with time_machine.travel(at, tick=False):
        return merging.undo(merge=Merge.objects.get(pk=made.pk), by=by())


def dial(call: Call, outcome: str, at: datetime | None = None) -> None:
    with time_machine.travel(at or timezone.now(), tick=False):
        outcomes.report(call=call, by=by(), outcome=outcome, client_id=uuid4(), message="Prov.")


def a_gathering(branch: Branch) -> Gathering:
    now = timezone.now()
    return Gathering.objects.create(
        branch=branch, starts_at=now, place="Folkets hus", planned_at=now, planned_by=by(),
        state="confirmed", confirmed_at=now, confirmed_by=by(),
    )  # fmt: skip


def invite(gathering: Gathering, member: Member, *, answer: str = "", came: bool | None = None) -> Invitation:
    now = timezone.now()
    return Invitation.objects.create(
        gathering=gathering, member=member, invited_at=now, invited_by=by(),
        answer=answer, answered_at=now if answer else None,
        attended=came, ticked_at=None if came is None else now, ticked_by=None if came is None else by(),
    )  # fmt: skip


def write(member: Member, purpose: str) -> Message:
    return Message.objects.create(
        branch=member.branch, member=member, purpose_key=purpose, channel="email",
        address="a@example.org", text="Hej", queued_at=timezone.now(), queued_by=by(),
    )  # fmt: skip
