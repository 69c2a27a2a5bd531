"""What a caller sees of the one person in hand: what the call needs, and nothing more."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import segno
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from calls import access, hours, scripts
from calls.consequences import Choice, button_groups
from calls.models import Attempt, Call, CallRules
from calls.rules import rules_of
from crm.people.models import Phone, User

# More would not be read in the seconds before somebody answers.
EARLIER_SHOWN = 5


def qr_code(address: str) -> SafeString:
    """SVG made here, of squares alone; drawn black on white, which cameras read in the dark theme too."""
    svg = segno.make(address).svg_inline(scale=4, border=3, dark="#000", light="#fff")
    return mark_safe(svg)  # noqa: S308


@dataclass(frozen=True)
class Dial:
    """One number to tap, or to photograph with one's own telephone."""

    phone: Phone

    @property
    def address(self) -> str:
        return f"tel:{self.phone.number.as_e164}"

    @property
    def shown(self) -> str:
        return str(self.phone.number.as_national)

    @property
    def qr_code(self) -> SafeString:
        return qr_code(self.address)


@dataclass(frozen=True)
class Screen:
    call: Call
    rules: CallRules
    dials: list[Dial]
    steps: list[str]
    earlier: list[Attempt]
    undoable: Attempt | None
    ticket: str
    is_calling_time: bool
    is_paused: bool
    next_calling_time: datetime

    @property
    def name(self) -> str:
        return self.call.member.name

    @property
    def groups(self) -> list[tuple[Any, list[Choice]]]:
        return button_groups(self.rules)


def of(call: Call, caller: User, now: datetime) -> Screen:
    rules = rules_of(call.round.branch)
    earlier, undoable = access.attempts_on_screen(call, caller, now, at_most=EARLIER_SHOWN)
    return Screen(
        call=call,
        rules=rules,
        dials=[Dial(phone) for phone in call.member.phones.all()],
        steps=scripts.steps_for(call, caller, timezone.localdate(now)),
        earlier=earlier,
        undoable=undoable,
        ticket=access.ticket_for(call, caller),
        is_calling_time=hours.is_calling_time(now, rules),
        is_paused=rules.is_paused(timezone.localdate(now)),
        next_calling_time=hours.next_calling_time(now, rules),
    )
