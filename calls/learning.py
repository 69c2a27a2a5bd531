"""What a caller learns of a member: telephone, e-mail and address, and what the member can and wants.

A correction is on the register officer's list at once, and survives rosters until the register shows it (promise 5).
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from crm.people import skills
from crm.people.models import Member, MemberSkill, SkillWord, User
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


def note_words(*, member: Member, words: Sequence[SkillWord], by: User) -> list[int]:
    """Write down what the member can and wants; the keys of the words that were not known before."""
    if not words or member.erased_at is not None or member.merged_into_id is not None:
        return []
    known = set(MemberSkill.objects.filter(member=member).values_list("word_id", flat=True))
    skills.record(member=member, words=words, source=skills.Source.CALL, by=by)
    return [word.pk for word in words if word.pk not in known]


def take_words_back(*, member: Member, keys: Collection[int], by: User) -> None:
    """Those that came with the report; what somebody else has noted stands."""
    own = SkillWord.objects.filter(told__member=member, told__noted_by=by, pk__in=keys)
    skills.take_back(member=member, words=list(own), by=by)
