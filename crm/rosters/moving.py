"""What rosters have said stays with the row that they said it of: a merge moves nothing here."""

from datetime import datetime
from typing import Any

from crm.extensions import Merging
from crm.people.models import Member, User


def move(*, kept: Member, merged: Member, by: User) -> dict[str, object]:
    return {}


def move_back(*, kept: Member, merged: Member, before: dict[str, Any], since: datetime) -> None:
    """Nothing was moved."""


MERGING = Merging(
    models=("rosters.RosterRow", "rosters.MissingMember", "rosters.UndoRow", "rosters.Correction"),
    move=move,
    move_back=move_back,
)
