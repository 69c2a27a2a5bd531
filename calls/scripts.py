"""What callers say: the branch's own words, with the names filled in.

Placeholders stand in square brackets and come from a fixed table; nothing that a user writes is ever run as a
format string.
"""

import re
from collections.abc import Mapping
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from calls.models import Call, CallRound, Script
from crm.people.models import Branch, Member, User

PLACEHOLDER = re.compile(r"\[([^\[\]\n]{1,30})\]")
# A member counts as new to the script for this long after the branch learnt of them.
NEW_FOR = timedelta(days=180)

# What the placeholders stand for, as the page for the script explains them. The names are Swedish: so are the scripts.
PLACEHOLDERS = {
    "förnamn": gettext_lazy("the member's first name"),
    "namn": gettext_lazy("the member's whole name"),
    "ringare": gettext_lazy("your own first name"),
    "kommun": gettext_lazy("the municipality"),
    "träffen": gettext_lazy("the meeting that the call is about"),
    "expedition": gettext_lazy("the office's telephone number"),
}


def default_text(kind: str) -> str:
    """A script to begin with. One paragraph is one step."""
    if kind == Script.Kind.WELCOME:
        return _(
            "Hello [förnamn]! My name is [ringare] and I call from the Social Democrats in [kommun]. Welcome to us!"
            " Do you have two minutes?\n\n"
            "What made you join? Is there a question that is close to your heart?\n\n"
            "We have introduction meetings for everybody who is new. May we send you an invitation?\n\n"
            "Is your address, telephone and e-mail right with us?\n\n"
            "How may we be in touch with you? Thank you for joining!"
        )
    if kind == Script.Kind.MEETING:
        return _(
            "Hello [förnamn]! My name is [ringare] and I call from the Social Democrats in [kommun]. Do you have a"
            " minute?\n\n"
            "We have invited you to [träffen]. Would you like to come?\n\n"
            "Is there something that would make it easier for you to come? A lift, or somebody to go with?\n\n"
            "Thank you! You are always welcome to us."
        )
    if kind == Script.Kind.CHECK_IN:
        return _(
            "Hello [förnamn]! My name is [ringare] and I call from the Social Democrats in [kommun]. Do you have a"
            " minute?\n\n"
            "How has it been for you as a member so far? Is there something you have missed?\n\n"
            "Would you like to do something together with us?\n\n"
            "Thank you for being a member!"
        )
    return _(
        "Hello [förnamn]! My name is [ringare] and I call from the Social Democrats in [kommun], where you are a"
        " member. Do you have two minutes?\n\n"
        "How are things with you? Is there something you want us to take up?\n\n"
        "Is your address, telephone and e-mail right with us?\n\n"
        "You are welcome to our next meeting. Would you like to come?\n\n"
        "How may we be in touch with you again? Thank you for being a member!"
    )


def text_for(branch: Branch, kind: str) -> str:
    """The branch's own words of a kind, else the ones to begin with."""
    own = Script.objects.filter(branch=branch, kind=kind).values_list("text", flat=True).first()
    return own if own is not None else default_text(kind)


def kind_for(call: Call, on: date) -> str:
    """The round's own script; in the year's round new members get the welcome."""
    member, kind = call.member, call.round.kind
    if kind != CallRound.Kind.YEARLY:
        return Script.Kind(kind)
    return Script.Kind.WELCOME if on - member.learnt_on < NEW_FOR and is_new(member) else Script.Kind.NORMAL


def is_new(member: Member) -> bool:
    """Joined about when the branch learnt of them; a branch's first roster holds members of many years."""
    return member.joined_on is None or member.learnt_on - member.joined_on < NEW_FOR


def steps_for(call: Call, caller: User, on: date) -> list[str]:
    """The script of this call in steps, filled in."""
    branch, member = call.round.branch, call.member
    values = {
        "förnamn": member.first_name or member.name,
        "namn": member.name,
        "ringare": caller.get_short_name(),
        "kommun": branch.place,
        "träffen": call.round.about or _("our meeting"),
        "expedition": branch.office_phone,
    }
    return fill(own_text(call, kind_for(call, on)), values)


def own_text(call: Call, kind: str) -> str:
    """As ``text_for``, without a query where the call has been read with its words (``access.with_own_words``)."""
    if not hasattr(call, "own_words"):
        return text_for(call.round.branch, kind)
    of_round = call.round.kind != CallRound.Kind.WELCOME and kind == Script.Kind.WELCOME
    own: str | None = call.own_welcome if of_round else call.own_words  # type: ignore[attr-defined]
    return default_text(kind) if own is None else own


def fill(text: str, values: Mapping[str, str]) -> list[str]:
    """The text's paragraphs with each known placeholder replaced; an unknown one stays as it is written."""
    filled = PLACEHOLDER.sub(lambda found: values.get(found[1].strip().lower(), found[0]), text)
    return [step.strip() for step in re.split(r"\n\s*\n", filled) if step.strip()]


def unknown_placeholders(text: str) -> list[str]:
    names = (found.strip() for found in PLACEHOLDER.findall(text))
    return [name for name in names if name.lower() not in PLACEHOLDERS]


@transaction.atomic
def write(*, branch: Branch, kind: str, text: str, by: User) -> Script:
    """From now on callers read this, each from the next person on."""
    script, _created = Script.objects.update_or_create(
        branch=branch,
        kind=kind,
        defaults={"text": text, "changed_at": timezone.now(), "changed_by": by},
    )
    return script
