"""What a new roster says otherwise than the last one, field by field."""

from collections.abc import Collection
from datetime import date

from crm.rosters.reading.lines import MemberValues

Value = str | int | date | tuple[str, ...] | None
Changes = dict[str, tuple[Value, Value]]

COMPARED_FIELDS = (
    "first_name",
    "last_name",
    "care_of",
    "street",
    "postcode",
    "town",
    "phones",
    "email",
    "birth_year",
    "joined_on",
    "paid_until",
    "clubs",
)


def compare(
    old: MemberValues,
    new: MemberValues,
    fields: Collection[str] = COMPARED_FIELDS,
    *,
    blank_means_empty: Collection[str] = (),
) -> Changes:
    """The fields that the new roster changes: name → (before, after).

    Compared are normalised values of the fields that the file has columns for. A blank leaves the old value
    alone, unless its field is among ``blank_means_empty``. Clubs are the same if the first (the primary one) is
    and the others are the same set; everything else is compared as it stands, capitals and order included.
    """
    changes: Changes = {}
    if old == new:  # nearly everybody in a month's file
        return changes
    for name in COMPARED_FIELDS:
        after: Value = getattr(new, name)
        before: Value = getattr(old, name)
        if after == before or name not in fields or (not after and name not in blank_means_empty):
            continue
        if name == "clubs" and new.clubs[:1] == old.clubs[:1] and set(new.clubs) == set(old.clubs):
            continue
        changes[name] = (before, after)
    return changes
