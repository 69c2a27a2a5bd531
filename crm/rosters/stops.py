"""What an officer has to tick with understanding before a roster is applied. A stop is data: code and numbers."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from crm.rosters.matching import Outcome, Plan
from crm.rosters.models import RosterImport
from crm.rosters.reading import Key

MANY = 5  # members; also per cent of the branch
MANY_CHANGES = 30  # per cent of the rows that a roster has in common with the branch

SENTENCES: dict[str, Promise] = {
    "missing": _(
        "%(missing)s of the branch's %(members)s members are missing from the file. "
        "Check that it is the whole roster before you go on."
    ),
    "date": _(
        "The file is dated %(roster_date)s, before the last roster of %(last_roster)s. "
        "It would bring back older details."
    ),
    "same_file": _(
        "The same file was applied on %(applied_on)s. It would bring back the details of that day."
    ),
    "column": _(
        "The column “%(label)s” changes for %(changed)s of %(rows)s members. "
        "Check that the columns of the file are not mixed up."
    ),
    "wrong_branch": _(
        "None of the file's members are members of this branch. Check that the file is the right branch's."
    ),
    "name_birth": _(
        "The file has no member numbers, so members are told apart by name and birth date. Whoever has changed "
        "their name since looks like somebody who has left and somebody new."
    ),
    "name_email": _(
        "The file has no member numbers, so members are told apart by name and e-mail address. Whoever has "
        "changed either since looks like somebody who has left and somebody new."
    ),
}
UNDERSTOOD: dict[str, Promise] = {
    "missing": _("It is the whole roster, and those members have left it"),
    "date": _("I want the older roster all the same"),
    "same_file": _("I want to apply the same file again"),
    "column": _("The new values are right"),
    "wrong_branch": _("It is this branch's file"),
    "name_birth": _(
        "I have looked through the new and the missing ones for people who have changed their name"
    ),
    "name_email": _("I have looked through the new and the missing ones for people who have changed either"),
}
FIELD_LABELS: dict[str, Promise] = {
    "first_name": _("first name"),
    "last_name": _("last name"),
    "care_of": _("c/o"),
    "street": _("street address"),
    "postcode": _("postcode"),
    "town": _("town"),
    "phones": _("telephone numbers"),
    "email": _("e-mail"),
    "birth_year": _("birth year"),
    "joined_on": _("member since"),
    "paid_until": _("paid until"),
    "clubs": _("clubs"),
    "status": _("status"),
}


@dataclass(frozen=True)
class Stop:
    code: str
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        details = self.details
        if "field" in details:
            details = details | {"label": FIELD_LABELS[details["field"]]}
        told = {name: _told(name, value) for name, value in details.items()}
        return str(SENTENCES[self.code]) % told

    @property
    def understood(self) -> str:
        return str(UNDERSTOOD[self.code])

    def as_data(self) -> dict[str, Any]:
        return asdict(self)


def _told(name: str, value: Any) -> Any:
    is_day = name in {"roster_date", "last_roster", "applied_on"}
    return date_format(date.fromisoformat(value), "DATE_FORMAT") if is_day else value


def from_data(data: Iterable[dict[str, Any]]) -> list[Stop]:
    return [Stop(**stop) for stop in data]


def not_accepted(stops: Iterable[Stop], accepted: Iterable[str]) -> list[Stop]:
    understood = set(accepted)
    return [stop for stop in stops if stop.code not in understood]


def find(plan: Plan, *, same_before: RosterImport | None) -> list[Stop]:
    """``same_before`` is the last applied import of the very same file."""
    found = (check(plan) for check in _CHECKS)
    stops = [stop for stop in found if stop is not None]
    if same_before is not None and same_before.applied_at is not None and plan.alters_something:
        stops.append(
            Stop("same_file", {"applied_on": timezone.localdate(same_before.applied_at).isoformat()})
        )
    return stops


def of_key(key: Key) -> list[Stop]:
    """A file without member numbers is always to be understood as such."""
    return [] if key is Key.MEMBER_NUMBER else [Stop(key.value)]


def _missing(plan: Plan) -> Stop | None:
    missing, members = len(plan.missing), plan.members_before
    if missing > MANY and missing * 100 > members * MANY:
        return Stop("missing", {"missing": missing, "members": members})
    return None


def _date(plan: Plan) -> Stop | None:
    terms = plan.terms
    if terms.last_roster is None or not terms.is_older:
        return None
    days = {"roster_date": terms.roster_date.isoformat(), "last_roster": terms.last_roster.isoformat()}
    return Stop("date", days)


def _column(plan: Plan) -> Stop | None:
    """The column that changes most. A column that fills what was blank is no mix-up."""
    common = sum(match.on_file is not None for match in plan.matches)
    changes = Counter(
        name
        for match in plan.of(Outcome.CHANGED)
        for name, (before, _after) in match.changes.items()
        if before and name != "status"
    )
    for name, changed in changes.most_common(1):
        if changed > MANY and changed * 100 > common * MANY_CHANGES:
            return Stop("column", {"field": name, "changed": changed, "rows": common})
    return None


def _wrong_branch(plan: Plan) -> Stop | None:
    is_strange = plan.members_before > MANY and plan.matches
    return Stop("wrong_branch") if is_strange and not any(match.on_file for match in plan.matches) else None


_CHECKS: tuple[Callable[[Plan], Stop | None], ...] = (_missing, _date, _column, _wrong_branch)
