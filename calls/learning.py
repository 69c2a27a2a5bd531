"""What a caller learns of a member's telephone, e-mail and address: a correction for the register officer.

It is on the list of corrections at once, and survives rosters until the register shows it (promise 5).
"""

from collections.abc import Mapping
from typing import Any

from crm.people.models import Member, User
from crm.rosters import corrections
from crm.rosters.corrections import Field

Noted = dict[str, list[Any]]  # by field: what stood there, and what stands there now


def note(*, member: Member, values: Mapping[str, Any], by: User, wrong_number: str = "") -> Noted:
    """Write down what is right. A new number is dialled first; the old ones stay, but for one said to be wrong."""
    if not values or member.erased_at is not None or member.merged_into_id is not None:
        return {}
    member = Member.objects.get(pk=member.pk)
    wanted = dict(values)
    if Field.PHONES in wanted:
        wanted[Field.PHONES] = _with_new_first(member, wanted[Field.PHONES], wrong_number)
    before = {field: corrections.value_of(member, field) for field in wanted}
    changed = corrections.correct(member=member, values=wanted, by=by)
    return {field: [before[field], wanted[field]] for field in changed}


def _with_new_first(member: Member, new: list[str], wrong_number: str) -> list[str]:
    kept = [
        phone.number.as_e164
        for phone in member.phones.order_by("position", "pk")
        if str(phone.number.as_national) != wrong_number
    ]
    return list(dict.fromkeys([*new, *kept]))


def take_back(*, member: Member, noted: Mapping[str, list[Any]], by: User) -> None:
    """As it stood before, in each field that nobody has changed since."""
    member = Member.objects.get(pk=member.pk)
    if member.erased_at is not None:
        return
    untouched = {
        field: was for field, (was, became) in noted.items() if corrections.value_of(member, field) == became
    }
    if untouched:
        corrections.correct(member=member, values=untouched, by=by)
