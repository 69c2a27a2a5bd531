"""What a caller tells after a dial: how it went, and what the member answered to what was offered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from calls import outcomes
from calls.models import Attempt, Call
from crm import extensions
from crm.extensions import Offer
from crm.people.models import Member, User

# In these somebody has talked with the member; else an answer would be the caller's guess.
SPOKEN = (Attempt.Outcome.REACHED, Attempt.Outcome.CALL_LATER)


@dataclass(frozen=True)
class Told:
    """The attempt, and the questions whose answer could not be taken any more."""

    attempt: Attempt
    refused: list[str]


def offers_for(member: Member, on: date) -> dict[str, Offer]:
    """What apps offer the member, by the name of the form's field."""
    return {
        f"offer:{name}:{offer.key}": offer
        for name in extensions.offers.names()
        if (app := extensions.offers.get(name)) is not None
        for offer in app.open_for(member=member, on=on)
    }


@transaction.atomic
def tell(
    *,
    call: Call,
    by: User,
    client_id: UUID,
    outcome: str,
    answers: Mapping[str, str],
    note: str = "",
    message: str = "",
    wrong_number: str = "",
    call_back_at: datetime | None = None,
) -> Told:
    """The report and its answers in one piece; a report sent twice answers once."""
    is_known = Attempt.objects.filter(client_id=client_id).exists()
    attempt = outcomes.report(
        call=call,
        by=by,
        outcome=outcome,
        client_id=client_id,
        note=note,
        message=message,
        wrong_number=wrong_number if outcome == Attempt.Outcome.WRONG_NUMBER else "",
        call_back_at=call_back_at,
    )
    if is_known or outcome not in SPOKEN:
        return Told(attempt, [])
    return Told(
        attempt, [field for field, value in answers.items() if not take(call.member, field, value, by)]
    )


def take(member: Member, field: str, value: str, by: User) -> bool:
    """False when the offer is not open any more: the report stands all the same."""
    _offer, name, key = field.split(":", 2)
    app = extensions.offers.get(name)
    if app is None:
        return False
    try:
        with transaction.atomic():
            app.answer(member=member, key=key, value=value, by=by)
    except ValueError:
        return False
    return True
