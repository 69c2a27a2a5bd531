"""What the board's page says of meetings: only what somebody should have done."""

from datetime import date

from crm.extensions import BoardPart
from crm.people.models import Branch
from onboarding import planning


def context(branch: Branch, on: date) -> dict[str, object]:
    return {"unconfirmed": planning.unconfirmed(branch=branch, on=on)}


PART = BoardPart(template="onboarding/board.html", context=context)
