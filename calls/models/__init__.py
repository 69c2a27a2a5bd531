"""The tables of the calls, a file per subject."""

from calls.models.attempts import UNDO, Attempt, AttemptQuerySet, FollowUp, Script
from calls.models.callers import AvoidedMember, CallerProfile, avoided_by
from calls.models.counts import RoundCount
from calls.models.evenings import CallingEvening, CallingEveningQuerySet, EveningCaller
from calls.models.paper import (
    PrintedSheet,
    PrintedSheetQuerySet,
    SheetQuestion,
    SheetRow,
    TypedResult,
    on_paper,
)
from calls.models.questions import MOST as MOST_QUESTIONS
from calls.models.questions import Answer, Question
from calls.models.rounds import (
    CLAIM,
    UNCLAIMED,
    Call,
    CallList,
    CallQuerySet,
    CallRound,
    CallRoundQuerySet,
)
from calls.models.rules import ALWAYS_RETRIED, CHOSEN_BY_BRANCH, LIMITS, CallRules, Unit

__all__ = [
    "ALWAYS_RETRIED",
    "CHOSEN_BY_BRANCH",
    "CLAIM",
    "LIMITS",
    "MOST_QUESTIONS",
    "UNCLAIMED",
    "UNDO",
    "Answer",
    "Attempt",
    "AttemptQuerySet",
    "AvoidedMember",
    "Call",
    "CallList",
    "CallQuerySet",
    "CallRound",
    "CallRoundQuerySet",
    "CallRules",
    "CallerProfile",
    "CallingEvening",
    "CallingEveningQuerySet",
    "EveningCaller",
    "FollowUp",
    "PrintedSheet",
    "PrintedSheetQuerySet",
    "Question",
    "RoundCount",
    "Script",
    "SheetQuestion",
    "SheetRow",
    "TypedResult",
    "Unit",
    "avoided_by",
    "on_paper",
]
