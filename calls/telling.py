"""What a caller tells after a dial: how it went, what was answered, what we had wrong; and taking it back."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from calls import learning, outcomes, questions
from calls.models import Attempt, AttemptQuerySet, Call
from crm import extensions
from crm.extensions import Offer, Offers
from crm.people.models import Member, SkillWord, User

# In these somebody has talked with the member; else an answer would be the caller's guess.
SPOKEN = (Attempt.Outcome.REACHED, Attempt.Outcome.CALL_LATER)
# What an attempt keeps of the member until it can't be undone any more.
FOR_UNDO = ["corrected", "answered", "words"]


@dataclass(frozen=True)
class Told:
    """The attempt, and the questions whose answer could not be taken any more."""

    attempt: Attempt
    refused: list[str]
    is_corrected: bool = False


def offers_for(member: Member, on: date) -> dict[str, Offer]:
    """What apps offer the member, by the name of the form's field."""
    return {
        f"offer:{name}:{offer.key}": offer
        for name in extensions.offers.names()
        if (app := extensions.offers.get(name)) is not None
        for offer in app.open_for(member=member, on=on)
    }


def coming(member_ids: Collection[int], on: date) -> int:
    """How many of these members have said yes to something ahead; a number, and never who."""
    if not member_ids:
        return 0
    keys = list(member_ids)
    return len({key for app in extensions.offers.all() for key in app.coming(member_ids=keys, on=on)})


@dataclass(frozen=True)
class Learnt:
    """What came up in a call besides how it went."""

    offers: Mapping[str, str] = field(default_factory=dict)
    corrections: Mapping[str, Any] = field(default_factory=dict)
    words: Sequence[SkillWord] = ()
    answers: Mapping[int, str] = field(default_factory=dict)  # by the question's key


@transaction.atomic
def tell(
    *,
    call: Call,
    by: User,
    client_id: UUID,
    outcome: str,
    learnt: Learnt,
    note: str = "",
    message: str = "",
    wrong_number: str = "",
    call_back_at: datetime | None = None,
    at: datetime | None = None,
) -> Told:
    """The report and what was learnt in one piece; a report sent twice tells once."""
    is_known = Attempt.objects.filter(client_id=client_id).exists()
    wrong = wrong_number if outcome == Attempt.Outcome.WRONG_NUMBER else ""
    attempt = outcomes.report(
        call=call,
        by=by,
        outcome=outcome,
        client_id=client_id,
        note=note,
        message=message,
        wrong_number=wrong,
        call_back_at=call_back_at,
        at=at,
    )
    if is_known:
        return Told(attempt, [])
    noted = learning.note(member=call.member, values=learnt.corrections, by=by, wrong_number=wrong)
    has_spoken = outcome in SPOKEN
    words = learning.note_words(member=call.member, words=learnt.words, by=by) if has_spoken else []
    said = learnt.offers if has_spoken else {}
    if has_spoken:
        questions.note(attempt=attempt, answers=learnt.answers)
    taken = {name: take(call.member, name, value, by) for name, value in said.items()}
    answered = {name: before for name, before in taken.items() if before is not None}
    if noted or answered or words:
        attempt.before |= {"corrected": noted, "answered": answered, "words": words}
        attempt.save(update_fields=["before"])
    refused = [name for name, before in taken.items() if before is None]
    return Told(attempt, refused, is_corrected=bool(noted))


def take(member: Member, name: str, value: str, by: User) -> dict[str, object] | None:
    """What an undo needs; nothing when the offer is not open any more: the report stands all the same."""
    app, key = app_of(name)
    if app is None:
        return None
    try:
        with transaction.atomic():
            return app.answer(member=member, key=key, value=value, by=by)
    except ValueError:
        return None


def app_of(name: str) -> tuple[Offers | None, str]:
    _offer, app, key = name.split(":", 2)
    return extensions.offers.get(app), key


@transaction.atomic
def undo(*, attempt: Attempt, by: User, now: datetime) -> Call:
    """Take back everything the report did, as far as nobody has gone on from there.

    Raises ``outcomes.CannotUndo`` when it is too late, or somebody has gone on with the call itself.
    """
    call = outcomes.undo(attempt=attempt, by=by, now=now)
    for name, before in attempt.before.get("answered", {}).items():
        app, key = app_of(name)
        if app is not None:
            app.take_back(member=call.member, key=key, before=before, by=by)
    learning.take_back(member=call.member, noted=attempt.before.get("corrected", {}), by=by)
    learning.take_words_back(member=call.member, keys=attempt.before.get("words", []), by=by)
    return call


def forget_before(attempts: AttemptQuerySet) -> int:
    """What stood there before is kept for the undo alone."""
    told = list(attempts.filter(before__has_any_keys=FOR_UNDO))
    for attempt in told:
        attempt.before = {key: value for key, value in attempt.before.items() if key not in FOR_UNDO}
    return Attempt.objects.bulk_update(told, ["before"], batch_size=500)
