"""How members came, in a merge of two of them."""

from datetime import datetime
from typing import Any

from crm.extensions import Merging
from crm.outreach.models import Origin
from crm.people.models import Member, User


def move(*, kept: Member, merged: Member, by: User) -> dict[str, object]:
    """What is noted of ``kept`` stays; whom ``merged`` has asked in, ``kept`` has."""
    moved: list[int] = []
    if not Origin.objects.filter(member=kept).exists():
        theirs = Origin.objects.filter(member=merged).exclude(recruiter=kept)
        moved = list(theirs.values_list("pk", flat=True))
        theirs.update(member=kept)
    recruits = Origin.objects.filter(recruiter=merged).exclude(member=kept)
    recruited = list(recruits.values_list("pk", flat=True))
    recruits.update(recruiter=kept)
    return {"moved": moved, "recruited": recruited}


def move_back(*, kept: Member, merged: Member, before: dict[str, Any], since: datetime) -> None:
    """Nobody has asked themselves in, whatever was noted since."""
    back = Origin.objects.filter(pk__in=before["recruited"], recruiter=kept).exclude(member=merged)
    back.update(recruiter=merged)
    moved = Origin.objects.filter(pk__in=before["moved"], member=kept).exclude(recruiter=merged)
    moved.update(member=merged)


MERGING = Merging(models=("outreach.Origin",), move=move, move_back=move_back)
