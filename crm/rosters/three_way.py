"""A roster beside what is known locally: the last roster's value, this roster's, and the corrected one.

A correction survives until the register shows it. A register that moves to a third value has not seen the
correction: it survives that as well, and is to be reported once more.
"""

from collections.abc import Collection
from dataclasses import dataclass

from crm.rosters.comparing import Changes, Value
from crm.rosters.models import CorrectionCheck
from crm.rosters.on_file import OnFile
from crm.rosters.staged import StagedLine

Verdict = CorrectionCheck.Verdict
# Registers write these in capitals as they please; in a name capitals may be what was corrected.
_CAPITALS_DO_NOT_MATTER = frozenset(("care_of", "street", "town"))


@dataclass(frozen=True, slots=True)
class Check:
    """What a roster says of the correction with this key."""

    key: int
    verdict: Verdict
    register_value: Value


def weigh(
    person: OnFile,
    staged: StagedLine,
    changes: Changes,
    fields: Collection[str],
    emptied: Collection[str] = (),
) -> tuple[Check, ...]:
    """What the roster says of a person's corrections; takes out of ``changes`` what a correction outweighs.

    ``emptied`` are fields in which a blank says that there is nothing.
    """
    unreadable = {remark.field for remark in staged.remarks}
    checks = []
    for name, noted in (person.corrections or {}).items():
        said: Value = getattr(staged.values, name)
        local: Value = getattr(person.values, name)
        says_nothing = not said and (name in unreadable or (local and name not in emptied))
        if name not in fields or says_nothing:
            continue
        changes.pop(name, None)
        if said == noted.register_value:
            continue
        if is_same(name, said, local):
            checks.append(Check(noted.key, Verdict.SHOWN, said))
            if said != local:
                changes[name] = (local, said)
        else:
            checks.append(Check(noted.key, Verdict.CONTRADICTED, said))
    return tuple(checks)


def is_same(name: str, said: Value, local: Value) -> bool:
    """Whether the register shows what was noted: numbers in any order, addresses in any capitals."""
    if name == "phones":
        return set(said or ()) == set(local or ())  # type: ignore[arg-type]
    if name in _CAPITALS_DO_NOT_MATTER:
        return str(said).casefold() == str(local).casefold()
    return said == local
