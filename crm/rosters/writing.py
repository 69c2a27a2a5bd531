"""Writing a plan into the branch, in bulk: some twenty statements whatever the number of members."""

from collections.abc import Iterable, Iterator
from datetime import date
from functools import partial
from operator import attrgetter
from typing import Any

from django.db import transaction
from django.db.models import OuterRef, Subquery

from crm.people import memberships, remembering
from crm.people.models import Branch, Club, ClubMembership, Member, Membership, Phone, User
from crm.people.models.members import name_keys
from crm.planner import recount
from crm.rosters import bulk
from crm.rosters.matching import Match, Outcome, Plan
from crm.rosters.models import RosterImport
from crm.rosters.on_file import Standing
from crm.rosters.periods import learnt_on, starts_on
from crm.rosters.reading import MemberValues, is_mobile
from crm.rosters.telling import Teller

_AT_ONCE = 500
_MANY = 500  # new members at once, after which the database's own counts are far off
_OWN_FIELDS = (
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
_own_of = attrgetter(*_OWN_FIELDS)
_MEMBER = ("branch_id", "member_number", *_OWN_FIELDS, "learnt_on", "search", "name_sort")
_KEYS = ("search", "name_sort")


def write(plan: Plan, *, branch: Branch, roster_import: RosterImport, by: User) -> None:
    """Everything of the plan but the erasing. The caller holds the transaction."""
    teller = Teller(roster_import.pk, rows=roster_import.lines, steps=steps_of(plan))
    clubs = _clubs(branch, plan.matches)
    _write_new(plan, branch, clubs, by, teller)
    _write_changed(plan, clubs, teller)
    _write_standing(plan, branch, by)
    _tie_rows(roster_import, branch)


def steps_of(plan: Plan) -> int:
    """A new member is written in four tables, a changed one once."""
    return sum(4 if match.on_file is None else bool(match.changes) for match in plan.matches)


# New members


def _write_new(plan: Plan, branch: Branch, clubs: dict[str, int], by: User, teller: Teller) -> None:
    arrivals = [match for match in plan.of(Outcome.NEW) if match.on_file is None]
    bulk.insert(Member, _MEMBER, (_member(match, plan, branch) for match in teller.past(arrivals)))
    keys = _keys_of(branch) if arrivals else {}
    new = [(keys[match.values.member_number], match.values) for match in arrivals]
    _insert_phones(teller.past(new))
    _insert_clubs(teller.past(new), clubs)
    remembering.restore(branch=branch, arrivals={values.member_number: key for key, values in new}, by=by)
    terms = plan.terms
    bulk.insert(
        Membership,
        ("member_id", "branch_id", "started_on"),
        ((key, branch.pk, starts_on(values.joined_on, terms)) for key, values in teller.past(new)),
    )
    if len(arrivals) >= _MANY:
        transaction.on_commit(partial(recount, Member, Membership, Phone, ClubMembership))


def _member(match: Match, plan: Plan, branch: Branch) -> tuple[Any, ...]:
    values = match.values
    keys = name_keys(values.first_name, values.last_name, values.town, values.email, values.member_number)
    learnt = learnt_on(starts_on(values.joined_on, plan.terms), plan.terms)
    return (branch.pk, values.member_number, *_own_of(values), learnt, *keys)


def _keys_of(branch: Branch) -> dict[str, int]:
    return dict(Member.objects.filter(branch=branch).values_list("member_number", "pk"))


def _insert_phones(people: Iterable[tuple[int, MemberValues]]) -> None:
    rows = (
        (key, number, Phone.Kind.MOBILE.value if is_mobile(number) else Phone.Kind.LANDLINE.value, position)
        for key, values in people
        for position, number in enumerate(values.phones)
    )
    bulk.insert(Phone, ("member_id", "number", "kind", "position"), rows)


def _insert_clubs(people: Iterable[tuple[int, MemberValues]], clubs: dict[str, int]) -> None:
    """The first club of a member's lines is the primary one."""
    rows = (
        (key, clubs[name], position == 0)
        for key, values in people
        for position, name in enumerate(values.clubs)
    )
    bulk.insert(ClubMembership, ("member_id", "club_id", "is_primary"), rows)


def _clubs(branch: Branch, matches: Iterable[Match]) -> dict[str, int]:
    """The branch's clubs by name; those that the roster names and nobody has entered are made."""
    named = {name for match in matches for name in match.values.clubs}
    known = dict(Club.objects.filter(branch=branch).values_list("name", "pk"))
    for name in sorted(named - known.keys()):
        known[name] = Club.objects.create(branch=branch, name=name).pk
    return known


# Changed members


def _write_changed(plan: Plan, clubs: dict[str, int], teller: Teller) -> None:
    changed = [match for match in plan.matches if match.on_file and match.changes]
    for some in _parts(changed):
        _update_own_fields(some)
        for name in ("phones", "clubs"):
            touched = [(_key(match), match.values) for match in some if name in match.changes]
            if touched and name == "phones":
                Phone.objects.filter(member_id__in=[key for key, _ in touched]).delete()
                _insert_phones(touched)
            elif touched:
                ClubMembership.objects.filter(member_id__in=[key for key, _ in touched]).delete()
                _insert_clubs(touched, clubs)
        teller.passed(len(some))


def _update_own_fields(changed: list[Match]) -> None:
    by_key = {_key(match): match for match in changed if any(name in match.changes for name in _OWN_FIELDS)}
    members = list(Member.objects.filter(pk__in=by_key))
    fields: set[str] = set()
    for member in members:
        for name, (_before, after) in by_key[member.pk].changes.items():
            if name in _OWN_FIELDS:
                setattr(member, name, after)
                fields.add(name)
        member.set_name_keys()
    if members:
        Member.objects.bulk_update(members, [*sorted(fields), *_KEYS])


def _key(match: Match) -> int:
    if match.on_file is None:
        raise ValueError("A new person has no changes.")
    return match.on_file.member_id


# Memberships


def _write_standing(plan: Plan, branch: Branch, by: User) -> None:
    on = plan.terms.roster_date
    back = {standing: [m for m in plan.matches if m.comes_back is standing] for standing in Standing}
    memberships.take_back(member_ids=map(_key, back[Standing.MISSING]))
    _reopen(back[Standing.LEFT], plan, branch)
    memberships.mark_missing(
        branch=branch, member_ids=[person.member_id for person in plan.missing], on=on, by=by
    )
    memberships.confirm_leaving(
        branch=branch, member_ids=[person.member_id for person in plan.leaving], by=by
    )
    memberships.note_gone(member_ids=[person.member_id for person in plan.gone], on=on)


def _reopen(returned: list[Match], plan: Plan, branch: Branch) -> None:
    """Somebody who had left is a member again: a new period, known from this roster on."""
    rows = [
        (
            _key(match),
            branch.pk,
            starts_on(match.values.joined_on, plan.terms, not_before=_ended_on(match)),
        )
        for match in returned
    ]
    bulk.insert(Membership, ("member_id", "branch_id", "started_on"), rows)
    for some in _parts(rows):
        Member.objects.filter(pk__in=[key for key, _, _ in some]).update(learnt_on=plan.terms.roster_date)


def _ended_on(match: Match) -> date | None:
    return match.on_file.ended_on if match.on_file else None


def _tie_rows(roster_import: RosterImport, branch: Branch) -> None:
    """The rows of new members point at them, so that erasing a member finds what was said of them."""
    same_number = Member.objects.filter(branch=branch, member_number=OuterRef("member_number"))
    roster_import.rows.filter(outcome=Outcome.NEW, member=None).update(
        member=Subquery(same_number.values("pk")[:1])
    )


def _parts(rows: list[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(rows), _AT_ONCE):
        yield rows[start : start + _AT_ONCE]
