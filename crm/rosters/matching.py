"""What a roster would do to a branch: pure reckoning, the same for the preview and for the applying."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from crm.rosters.comparing import Changes, compare
from crm.rosters.models import RosterRow
from crm.rosters.on_file import OnFile, Standing
from crm.rosters.reading import MemberValues
from crm.rosters.staged import StagedLine, StagedRoster, plain_changes
from crm.rosters.three_way import Check, weigh

Outcome = RosterRow.Outcome


@dataclass(frozen=True)
class Terms:
    """How a roster is to be taken, and the latest dates of the branch's applied rosters (all, and full ones).

    ``is_repeat``: the very same file was applied before; it is no new evidence of anybody's absence.
    """

    roster_date: date
    is_full: bool
    last_roster: date | None
    last_full: date | None
    is_repeat: bool = False

    @property
    def is_older(self) -> bool:
        return self.last_roster is not None and self.roster_date < self.last_roster

    @property
    def shows_absence(self) -> bool:
        return self.is_full and not self.is_older and not self.is_repeat


@dataclass(slots=True)
class Match:
    """A member of the file beside the same one on file. ``changes`` may hold ``status``: (before, after)."""

    staged: StagedLine
    outcome: RosterRow.Outcome
    on_file: OnFile | None
    changes: Changes
    checks: tuple[Check, ...] = ()

    @property
    def values(self) -> MemberValues:
        return self.staged.values

    @property
    def comes_back(self) -> Standing | None:
        """The standing from which the person becomes a member again."""
        return Standing(str(self.changes["status"][0])) if "status" in self.changes else None


@dataclass
class Plan:
    """Everything that applying would do.

    ``missing`` count as members until now; ``leaving`` were missing in an earlier roster already; ``gone``
    had been ended by hand, and now the register shows it too.
    """

    terms: Terms
    fields: frozenset[str]
    members_before: int
    matches: list[Match] = field(default_factory=list)
    missing: list[OnFile] = field(default_factory=list)
    leaving: list[OnFile] = field(default_factory=list)
    gone: list[OnFile] = field(default_factory=list)
    protected: list[OnFile] = field(default_factory=list)

    def of(self, outcome: RosterRow.Outcome) -> list[Match]:
        return [match for match in self.matches if match.outcome is outcome]

    @property
    def checks(self) -> list[Check]:
        """What the roster says of local corrections."""
        return [check for match in self.matches for check in match.checks]

    @property
    def counts(self) -> Counter[RosterRow.Outcome]:
        return Counter(match.outcome for match in self.matches)

    @property
    def alters_something(self) -> bool:
        counts = self.counts
        return bool(
            counts[Outcome.NEW] or counts[Outcome.CHANGED] or self.missing or self.leaving or self.protected
        )

    @property
    def digest(self) -> str:
        """Two plans with the same digest do the same to the same members."""
        digest = hashlib.sha256(f"{self.terms.roster_date} {self.terms.is_full}".encode())
        for part in self._parts():
            digest.update(part.encode() + b"\n")
        return digest.hexdigest()

    def _parts(self) -> Iterator[str]:
        for match in self.matches:
            if match.outcome is Outcome.UNCHANGED and match.on_file is not None:
                yield f"{match.staged.line} {match.on_file.member_id}"
                continue
            known = match.on_file.member_id if match.on_file else 0
            changes = json.dumps(plain_changes(match.changes), sort_keys=True) if match.changes else ""
            yield f"{match.staged.line} {match.outcome} {known} {changes}"
        for check in self.checks:
            yield f"{check.key} {check.verdict} {check.register_value}"
        for name in ("missing", "leaving", "protected"):
            yield f"{name} {[person.member_id for person in getattr(self, name)]}"


def plan(roster: StagedRoster, *, known: dict[str, OnFile], terms: Terms) -> Plan:
    """``known`` is everybody on file by member number."""
    result = Plan(
        terms=terms,
        fields=roster.fields,
        members_before=sum(person.standing is Standing.MEMBER for person in known.values()),
        protected=[known[number] for number in sorted(roster.protected) if number in known],
    )
    result.matches = [
        _match(staged, known.get(staged.values.member_number), roster, terms) for staged in roster.members
    ]
    if terms.shows_absence:
        seen = {staged.values.member_number for staged in roster.members} | roster.kept | roster.protected
        alive = {known[number].merged_into for number in seen if number in known} - {None}
        absent = [person for number, person in known.items() if number not in seen]
        _find_missing(result, [person for person in absent if person.member_id not in alive])
    return result


def _match(staged: StagedLine, on_file: OnFile | None, roster: StagedRoster, terms: Terms) -> Match:
    if on_file is None:
        return Match(staged, Outcome.NEW, None, {})
    if on_file.merged_into is not None:
        return Match(staged, Outcome.UNCHANGED, on_file, {})
    emptied = roster.emptied - staged.unreadable if roster.emptied else roster.emptied
    changes = compare(on_file.values, staged.values, roster.fields, blank_means_empty=emptied)
    checks: tuple[Check, ...] = ()
    if on_file.corrections:
        checks = weigh(on_file, staged, changes, roster.fields, emptied)
    before = on_file.standing
    if before is not Standing.MEMBER and _is_member_again(on_file, terms):
        changes["status"] = (before.value, Standing.MEMBER.value)
        if before is Standing.LEFT:
            return Match(staged, Outcome.NEW, on_file, changes, checks)
    return Match(staged, Outcome.CHANGED if changes else Outcome.UNCHANGED, on_file, changes, checks)


def _is_member_again(person: OnFile, terms: Terms) -> bool:
    """Whether a roster that has them says more than what ended their membership.

    An older roster does not. Nor does any roster about somebody whom an officer or a caller has ended by
    hand, until one full roster has shown that the register knows it (``missing_since``).
    """
    if person.started_on is None:
        return True
    return person.missing_since is not None and terms.roster_date >= (person.ended_on or person.missing_since)


def _find_missing(result: Plan, absent: list[OnFile]) -> None:
    on = result.terms.roster_date
    for person in absent:
        if person.started_on is None or person.started_on > on:
            continue  # came after the roster was printed
        if person.standing is Standing.MEMBER:
            result.missing.append(person)
        elif person.standing is Standing.LEFT:
            if person.missing_since is None:
                result.gone.append(person)
        elif person.missing_since is not None and person.missing_since < on:
            result.leaving.append(person)
