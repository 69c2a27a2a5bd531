"""Erasing those who have left, when the branch's time is over (GDPR article 5.1 e: storage limitation)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Max, OuterRef, Subquery
from django.utils import timezone

from crm.people import erasing, mail
from crm.people.models import Branch, ErasureApproval, ErasureHold, KeepingRules, Member, Membership, User

# More than this many, and more than this share of the branch, waits for an officer's yes.
MANY = 5  # members; also per cent of the branch
LONGEST_HOLD = timedelta(days=366)


@dataclass(frozen=True)
class Leaver:
    """Somebody who has left, and the first day on which the daily job may erase them."""

    member: Member
    left_on: date
    reason: str
    due_on: date
    hold: ErasureHold | None

    @property
    def reason_in_words(self) -> str:
        return str(Membership.EndReason(self.reason).label) if self.reason else ""


@dataclass(frozen=True)
class Due:
    """Who is to be erased on a day. ``unusual`` are so many that an officer is asked first."""

    now: list[Leaver]
    unusual: list[Leaver]


def rules_of(branch: Branch) -> KeepingRules:
    """The branch's own times, or the usual ones."""
    return KeepingRules.objects.filter(branch=branch).first() or KeepingRules(branch=branch)


def leavers(branch: Branch) -> list[Leaver]:
    """Everybody who has left and is not erased, the first to go first."""
    days = timedelta(days=rules_of(branch).leaver_days)
    last = Membership.objects.filter(member=OuterRef("pk")).order_by("-ended_on", "-pk")
    members = (
        Member.objects.filter(branch=branch)
        .left()
        .annotate(
            left_on=Max("memberships__ended_on"),
            confirmed_at=Max("memberships__ended_at"),
            why=Subquery(last.values("end_reason")[:1]),
        )
        .filter(left_on__isnull=False)
        .select_related("erasure_hold__held_by")
    )
    found = [_leaver(member, days) for member in members]
    return sorted(found, key=lambda leaver: (leaver.due_on, leaver.member.name_sort, leaver.member.pk))


def _leaver(member: Member, days: timedelta) -> Leaver:
    left_on: date = member.left_on  # type: ignore[attr-defined]
    confirmed_at: datetime | None = member.confirmed_at  # type: ignore[attr-defined]
    # A leaving that became known late is kept as long: it can still turn out to be a mistake.
    from_on = max(left_on, timezone.localdate(confirmed_at)) if confirmed_at else left_on
    hold: ErasureHold | None = getattr(member, "erasure_hold", None)
    due_on = max(from_on + days, hold.until_on) if hold else from_on + days
    return Leaver(member, left_on, member.why, due_on, hold)  # type: ignore[attr-defined]


def due(branch: Branch, on: date, among: Iterable[Leaver] | None = None) -> Due:
    """Who is to go on a day; those whom an officer has said yes to don't count as unusual again."""
    over = [leaver for leaver in (leavers(branch) if among is None else among) if leaver.due_on <= on]
    approved = ErasureApproval.objects.filter(branch=branch).aggregate(Max("due_until"))["due_until__max"]
    waiting = [leaver for leaver in over if approved is None or leaver.due_on > approved]
    members = Member.objects.filter(branch=branch).current().count()
    if not is_unusual(len(waiting), members):
        return Due(now=over, unusual=[])
    return Due(now=[leaver for leaver in over if leaver not in waiting], unusual=waiting)


def is_unusual(number: int, members: int) -> bool:
    return number > MANY and number * 100 > members * MANY


def erase_leavers(*, branch: Branch, on: date) -> dict[str, int]:
    """The daily job. Twice on a day erases nobody the second time."""
    found, by = due(branch, on), User.objects.console()
    for leaver in found.now:
        erasing.erase(member=leaver.member, by=by, on=on)
    if found.unusual:
        mail.erasure_waits(branch=branch, number=len(found.unusual), on=on, by=by)
    return {"erased": len(found.now), "waiting for an officer": len(found.unusual)}


@transaction.atomic
def approve(*, branch: Branch, on: date, by: User) -> bool:
    """An officer has looked at an unusual number: the job may erase those due by that day. False when none wait."""
    unusual = due(branch, on).unusual
    if not unusual:
        return False
    ErasureApproval.objects.update_or_create(
        branch=branch,
        due_until=on,
        defaults={"members": len(unusual), "approved_at": timezone.now(), "approved_by": by},
    )
    return True


@transaction.atomic
def hold(*, member: Member, until_on: date, reason: str, by: User) -> None:
    """Keep somebody who has left until a day. A later word replaces an earlier one."""
    ErasureHold.objects.update_or_create(
        member=member,
        defaults={"until_on": until_on, "reason": reason, "held_at": timezone.now(), "held_by": by},
    )


def let_go(*, member: Member) -> bool:
    """The usual time counts again. False when it did already."""
    deleted, _of_which = ErasureHold.objects.filter(member=member).delete()
    return bool(deleted)


@transaction.atomic
def erase_at_once(*, member: Member, by: User, on: date) -> bool:
    """On the person's own request (GDPR article 17). False for somebody who is a member, or erased already."""
    if not Member.objects.select_for_update().left().filter(pk=member.pk).exists():
        return False
    erasing.erase(member=member, by=by, on=on)
    return True
