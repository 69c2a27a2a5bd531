"""Messages in a merge of two members."""

from datetime import datetime
from typing import Any

from crm.extensions import Merging
from crm.outbox.deciding import leave_out
from crm.outbox.models import Message
from crm.people.models import Member, User


def move(*, kept: Member, merged: Member, by: User) -> dict[str, object]:
    """One message per person and purpose: of two for the same purpose, the merged row's stays and is not sent."""
    had = Message.objects.filter(member=kept).values("purpose_key")
    moving = Message.objects.filter(member=merged).exclude(purpose_key__in=had)
    moved = list(moving.values_list("pk", flat=True))
    Message.objects.filter(pk__in=moved).update(member=kept)
    leave_out(branch=merged.branch, member_ids=[merged.pk], by=by)
    return {"moved": moved}


def move_back(*, kept: Member, merged: Member, before: dict[str, Any], since: datetime) -> None:
    Message.objects.filter(pk__in=before["moved"], member=kept).update(member=merged)


MERGING = Merging(models=("outbox.Message",), move=move, move_back=move_back)
