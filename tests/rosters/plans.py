"""Members on file and rosters beside them, made in memory: reckoning needs no database."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from crm.rosters import matching
from crm.rosters.comparing import COMPARED_FIELDS
from crm.rosters.matching import Plan, Terms
from crm.rosters.on_file import OnFile
from crm.rosters.reading import MemberValues
from crm.rosters.staged import StagedLine, StagedRoster
from tests.rosters.files import OCTOBER, SEPTEMBER

SINCE = date(2020, 1, 1)


def values(number: int = 1, **said: Any) -> MemberValues:
    made = MemberValues(str(number), "Ada", f"Lund {number}", town="ÅBY")
    for name, value in said.items():
        setattr(made, name, value)
    return made


def person(
    number: int = 1,
    *,
    started: date | None = SINCE,
    missing: date | None = None,
    ended: date | None = None,
    **said: Any,
) -> OnFile:
    return OnFile(number, values(number, **said), started, missing, ended)


def terms(
    on: date = OCTOBER,
    *,
    is_full: bool = True,
    last: date | None = SEPTEMBER,
    last_full: date | None = SEPTEMBER,
    is_repeat: bool = False,
) -> Terms:
    return Terms(on, is_full, last, last_full, is_repeat)


def staged(
    members: Sequence[MemberValues],
    *,
    fields: Collection[str] = COMPARED_FIELDS,
    kept: Collection[str] = (),
    protected: Collection[str] = (),
) -> StagedRoster:
    lines = [StagedLine(line, member) for line, member in enumerate(members, 2)]
    return StagedRoster(frozenset(fields), lines, frozenset(kept), frozenset(protected))


def plan_of(
    known: Sequence[OnFile], members: Sequence[MemberValues], on: Terms | None = None, **choices: Any
) -> Plan:
    """What a roster of ``members`` would do to a branch that has ``known`` on file."""
    by_number = {each.number: each for each in known}
    return matching.plan(staged(members, **choices), known=by_number, terms=on or terms())


def keys(people: Sequence[OnFile]) -> list[int]:
    return [each.member_id for each in people]
