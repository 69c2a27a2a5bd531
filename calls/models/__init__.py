"""The tables of the calls, a file per subject."""

from calls.models.attempts import UNDO, Attempt, AttemptQuerySet, FollowUp, Script
from calls.models.rounds import (
    CLAIM,
    UNCLAIMED,
    Call,
    CallList,
    CallQuerySet,
    CallRound,
    CallRoundQuerySet,
    CallRules,
)

__all__ = [
    "CLAIM",
    "UNCLAIMED",
    "UNDO",
    "Attempt",
    "AttemptQuerySet",
    "Call",
    "CallList",
    "CallQuerySet",
    "CallRound",
    "CallRoundQuerySet",
    "CallRules",
    "FollowUp",
    "Script",
]
