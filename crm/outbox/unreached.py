"""Whom no message reaches, and what to do about each instead."""

from collections.abc import Iterable
from dataclasses import dataclass

from crm.outbox import channels, rules
from crm.people.models import Branch, Member, Phone


@dataclass(frozen=True)
class NoWay:
    """A member who wants messages and whom none can reach."""

    member: Member
    # Whom to dial, as it is written in Sweden; empty without a number, or when they have said no to calls.
    phone: str
    # Only the branch's own rule stands in the way of a letter.
    only_letters_are_off: bool


def without_a_way(branch: Branch, members: Iterable[Member]) -> list[NoWay]:
    """Those of the members, in the order given, to whom no channel leads; the same few queries for any number.

    Who has said no to every message is none of them: that is a wish, and no lack.
    """
    wanting = [member for member in members if not member.wants_no_messages]
    if not wanting:
        return []
    reach = channels.reach_of(branch, wanting, rules.rules_of(branch))
    found = [member for member in wanting if reach.way(member) is None]
    phones = _phones([member.pk for member in found if not member.no_calls])
    return [
        NoWay(
            member=member,
            phone=phones.get(member.pk, ""),
            only_letters_are_off=bool(member.postcode and member.town and not member.no_letters),
        )
        for member in found
    ]


def _phones(members: list[int]) -> dict[int, str]:
    """Each member's first number."""
    rows = Phone.objects.filter(member__in=members).order_by("-position", "-pk") if members else ()
    return {phone.member_id: phone.number.as_national for phone in rows}
