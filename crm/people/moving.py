"""This app's own rows in a merge of two members: telephone numbers, periods, clubs and wishes."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from crm.extensions import Merging
from crm.people.models import ClubMembership, Member, Membership, MemberSkill, Phone, User, WishChange

_PERIOD = ("started_on", "missing_since", "ended_on", "end_reason", "ended_at", "ended_by_id")


def move(*, kept: Member, merged: Member, by: User) -> dict[str, object]:
    return {
        "phones": _move_phones(kept, merged),
        "clubs": _move_clubs(kept, merged),
        "wishes": _move_wishes(kept, merged),
        "skills": _move_skills(kept, merged),
        "periods": _join_periods(kept, merged),
    }


def move_back(*, kept: Member, merged: Member, before: dict[str, Any], since: datetime) -> None:
    for key, position in before["phones"]:
        Phone.objects.filter(pk=key, member=kept).update(member=merged, position=position)
    ClubMembership.objects.filter(pk__in=before["clubs"]["moved"], member=kept).update(member=merged)
    ClubMembership.objects.filter(pk__in=before["clubs"]["primary"], member=merged).update(is_primary=True)
    WishChange.objects.filter(pk__in=before["wishes"], member=kept).update(member=merged)
    MemberSkill.objects.filter(pk__in=before.get("skills", ()), member=kept).update(member=merged)
    _restore_periods(kept, merged, before["periods"])


def _move_phones(kept: Member, merged: Member) -> list[tuple[int, int]]:
    """Those that ``kept`` lacks, after its own. Numbers that both have stay with each."""
    own = {str(phone.number) for phone in kept.phones.all()}
    last = max((phone.position for phone in kept.phones.all()), default=-1)
    moved = [phone for phone in merged.phones.all() if str(phone.number) not in own]
    for place, phone in enumerate(moved, start=last + 1):
        Phone.objects.filter(pk=phone.pk).update(member=kept, position=place)
    return [(phone.pk, phone.position) for phone in moved]


def _move_clubs(kept: Member, merged: Member) -> dict[str, list[int]]:
    """``kept`` has one primary club still: its own, if it had one."""
    own = set(kept.club_memberships.values_list("club", flat=True))
    ties = merged.club_memberships.exclude(club__in=own)
    moved, primary = (
        list(found.values_list("pk", flat=True)) for found in (ties, ties.filter(is_primary=True))
    )
    has_primary = kept.club_memberships.filter(is_primary=True).exists()
    if has_primary:
        ties.update(is_primary=False)
    ClubMembership.objects.filter(pk__in=moved).update(member=kept)
    return {"moved": moved, "primary": primary if has_primary else []}


def _move_wishes(kept: Member, merged: Member) -> list[int]:
    moved = list(WishChange.objects.filter(member=merged).values_list("pk", flat=True))
    WishChange.objects.filter(pk__in=moved).update(member=kept)
    return moved


def _move_skills(kept: Member, merged: Member) -> list[int]:
    """The words that ``kept`` lacks; those of both stay with each."""
    own = MemberSkill.objects.filter(member=kept).values("word")
    moved = list(MemberSkill.objects.filter(member=merged).exclude(word__in=own).values_list("pk", flat=True))
    MemberSkill.objects.filter(pk__in=moved).update(member=kept)
    return moved


# Periods


def _join_periods(kept: Member, merged: Member) -> dict[str, Any]:
    """One person was a member once at a time: periods that overlap become one, in the past as well."""
    before = {"kept": _plain(kept), "merged": _plain(merged)}
    rows = sorted(
        Membership.objects.filter(member__in=(kept, merged)), key=lambda row: (row.started_on, row.pk)
    )
    joined = list(join(rows))
    Membership.objects.filter(member__in=(kept, merged)).delete()
    for row in joined:
        Membership.objects.create(
            member=kept, branch=kept.branch, **{name: getattr(row, name) for name in _PERIOD}
        )
    return before | {"after": _plain(kept)}


def join(rows: Iterable[Membership]) -> Iterable[Membership]:
    """``rows`` in order of their start; of two that overlap the later end counts.

    Who went missing and came back under the other number was away in between.
    """
    current: Membership | None = None
    for row in rows:
        if current is None:
            current = row
        elif row.started_on <= _until(current):
            later = max(current, row, key=_until)
            later.started_on = current.started_on
            current = later
        else:
            yield _closed(current)
            current = row
    if current is not None:
        yield current


def _closed(row: Membership) -> Membership:
    """Another period follows, and one is open at most. What counted is as before."""
    if row.ended_on is None:
        row.ended_on, row.end_reason = row.missing_since, Membership.EndReason.UNKNOWN
    return row


def _until(row: Membership) -> date:
    """The first day that is not counted."""
    return row.ended_on or row.missing_since or date.max


def _plain(member: Member) -> list[dict[str, Any]]:
    rows = Membership.objects.filter(member=member).order_by("started_on", "pk").values(*_PERIOD)
    return [
        {name: value.isoformat() if isinstance(value, date) else value for name, value in row.items()}
        for row in rows
    ]


def _restore_periods(kept: Member, merged: Member, before: dict[str, Any]) -> None:
    """As they were; if ``kept`` has left or come back since, that stays, and ``merged`` gets its own back."""
    if _plain(kept) == before["after"]:
        Membership.objects.filter(member=kept).delete()
        _write(kept, before["kept"])
    _write(merged, before["merged"])


def _write(member: Member, rows: list[dict[str, Any]]) -> None:
    for row in rows:
        period = Membership(member=member, branch=member.branch)
        for name, value in row.items():
            field = Membership._meta.get_field(name.removesuffix("_id"))
            setattr(period, name, value if name.endswith("_id") else field.to_python(value))  # type: ignore[union-attr]
        period.save()


# The access log is never changed, and what an officer decided of a row stays with that row.
MERGING = Merging(
    models=(
        "people.Phone",
        "people.Membership",
        "people.ClubMembership",
        "people.WishChange",
        "people.MemberSkill",
        "people.AccessLog",
        "people.ErasureHold",
        "people.KeptApart",
        "people.Merge",
    ),
    move=move,
    move_back=move_back,
)
