"""From lines to members: several lines of one member are one; one number with two people is nobody."""

from collections.abc import Iterable

from crm.rosters.reading.lines import Kind, Line, MemberValues, Reason, Remark

_FIRST_SAID_WINS = (
    "first_name",
    "last_name",
    "care_of",
    "street",
    "postcode",
    "town",
    "email",
    "birth_year",
    "joined_on",
    "paid_until",
)


# Fewer lines than these are named in the remark of a conflict.
_MOST_NAMED = 6
_CONTACT = ("street", "email", "phones")


def group(lines: Iterable[Line], *, is_keyed: bool = False) -> None:
    """Settle what the lines of each member number are together; changes the lines in place.
    ``is_keyed``: the file has no numbers, and theirs are made of name and birth date or e-mail address.

    A protected line makes every line of its number protected. Two names (compared composed and
    casefolded), or two birth years, under one number reject all its lines.
    """
    by_number: dict[str, Line | list[Line]] = {}
    for line in lines:
        number = line.member_number
        if not number:
            continue
        known = by_number.setdefault(number, line)
        if known is line:
            continue
        if isinstance(known, list):
            known.append(line)
        else:
            by_number[number] = [known, line]
    for same in by_number.values():
        if isinstance(same, list):
            _settle(same, is_keyed=is_keyed)


def reject(lines: list[Line], reason: Reason) -> None:
    """Reject lines that are in each other's way; each remembers which the others are."""
    for line in lines:
        others = [str(other.line) for other in lines if other is not line][:_MOST_NAMED]
        line.kind, line.reason = Kind.REJECTED, reason
        if others:
            line.remarks = (*line.remarks, Remark("", f"also_on_line:{', '.join(others)}"))


def _settle(lines: list[Line], *, is_keyed: bool) -> None:
    if any(line.kind is Kind.PROTECTED for line in lines):
        for line in lines:
            line.kind, line.reason, line.values, line.remarks = Kind.PROTECTED, None, None, ()
        return
    members = [line for line in lines if line.kind is Kind.MEMBER]
    if len(members) < 2:
        return
    values = [line.values for line in members if line.values]
    if is_keyed and (_are_two_people(values) or _contradict(values)):
        reject(members, Reason.KEY_CONFLICT)
        return
    if _are_two_people(values):
        reject(members, Reason.NUMBER_CONFLICT)
        return
    first = members[0]
    for line in members[1:]:
        _merge(first, line)
        line.kind, line.values = Kind.REPEATED, None


def _are_two_people(values: list[MemberValues]) -> bool:
    names = {f"{value.first_name}\t{value.last_name}".casefold() for value in values}
    years = {value.birth_year for value in values if value.birth_year}
    return len(names) > 1 or len(years) > 1


def _contradict(values: list[MemberValues]) -> bool:
    """Whether lines of the same key say different addresses or numbers: the key alone does not make them one."""
    said = [{getattr(value, name) for value in values if getattr(value, name)} for name in _CONTACT]
    return any(len(each) > 1 for each in said)


def _merge(first: Line, further: Line) -> None:
    """The first line's word holds; a further one adds what it did not say, its numbers and its clubs."""
    values, more = first.values, further.values
    if values is None or more is None:
        return
    for name in _FIRST_SAID_WINS:
        said, also = getattr(values, name), getattr(more, name)
        if not said:
            setattr(values, name, also)
        elif also and said != also:
            first.remarks = (*first.remarks, Remark(name, "lines_differ"))
    values.phones = tuple(dict.fromkeys(values.phones + more.phones))
    values.clubs = tuple(dict.fromkeys(values.clubs + more.clubs))
