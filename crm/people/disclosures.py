"""What this app knows of one person, for the person's own reading."""

from collections.abc import Iterable

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.extensions import Disclosure
from crm.people import access
from crm.people.models import AccessLog, ErasureHold, KeptApart, Member, Merge, WishChange

# A member's own fields. What search and order read is made of them, and the rest stands in parts of its own.
FIELDS = (
    "member_number",
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
    "learnt_on",
    "no_calls",
    "no_messages",
    "no_email",
    "no_sms",
    "no_letters",
    "channel",
)


def details(*, member: Member) -> Iterable[tuple[object, ...]]:
    yield tuple(getattr(member, name) for name in FIELDS)


def phones(*, member: Member) -> Iterable[tuple[object, ...]]:
    return ((phone.number.as_national, phone.get_kind_display()) for phone in member.phones.all())


def memberships(*, member: Member) -> Iterable[tuple[object, ...]]:
    for period in member.memberships.select_related("ended_by"):
        reason = period.get_end_reason_display() if period.end_reason else ""
        yield (
            period.started_on,
            period.moved_in,
            period.missing_since,
            period.ended_on,
            reason,
            period.ended_at,
            str(period.ended_by or ""),
        )


def clubs(*, member: Member) -> Iterable[tuple[object, ...]]:
    ties = member.club_memberships.select_related("club").order_by("-is_primary", "club__name")
    return ((tie.club.name, tie.is_primary) for tie in ties)


def wish_changes(*, member: Member) -> Iterable[tuple[object, ...]]:
    changes = WishChange.objects.filter(member=member).select_related("changed_by")
    return ((row.changed_at, row.get_wish_display(), row.is_on, str(row.changed_by)) for row in changes)


def skills(*, member: Member) -> Iterable[tuple[object, ...]]:
    for row in access.skills_of(member):
        said = (row.word.get_kind_display(), row.word.name, row.get_source_display())
        yield (*said, row.noted_at, str(row.noted_by))


def holds(*, member: Member) -> Iterable[tuple[object, ...]]:
    kept = ErasureHold.objects.filter(member=member).select_related("held_by")
    return ((row.until_on, row.reason, row.held_at, str(row.held_by)) for row in kept)


def reads(*, member: Member) -> Iterable[tuple[object, ...]]:
    rows = AccessLog.objects.filter(member__in=member.row_keys).select_related("user").iterator()
    return ((row.at, str(row.user or ""), row.get_purpose_display(), row.reason) for row in rows)


def merges(*, member: Member) -> Iterable[tuple[object, ...]]:
    made = Merge.objects.filter(kept=member).select_related("merged", "merged_by")
    return ((row.merged_at, row.merged.member_number, str(row.merged_by), row.undone_at) for row in made)


def kept_apart(*, member: Member) -> Iterable[tuple[object, ...]]:
    """Only that it was decided: the other person is somebody else."""
    pairs = KeptApart.objects.filter(Q(first=member) | Q(second=member)).select_related("decided_by")
    return ((row.decided_at, str(row.decided_by)) for row in pairs)


PARTS: dict[str, Disclosure] = {
    "details": Disclosure(
        title=_("Details"),
        models=(),
        columns=tuple((name, Member._meta.get_field(name).verbose_name) for name in FIELDS),  # type: ignore[union-attr]
        rows=details,
    ),
    "phones": Disclosure(
        title=_("Telephone numbers"),
        models=("people.Phone",),
        columns=(("number", _("Number")), ("kind", _("Kind"))),
        rows=phones,
    ),
    "memberships": Disclosure(
        title=_("Membership"),
        models=("people.Membership",),
        columns=(
            ("started_on", _("From")),
            ("moved_in", _("Moved here")),
            ("missing_since", _("Missing since")),
            ("ended_on", _("To")),
            ("end_reason", _("Reason")),
            ("ended_at", _("Confirmed")),
            ("ended_by", _("By")),
        ),
        rows=memberships,
    ),
    "clubs": Disclosure(
        title=_("Clubs"),
        models=("people.ClubMembership",),
        columns=(("name", _("Club")), ("is_primary", _("Primary club"))),
        rows=clubs,
    ),
    "wish_changes": Disclosure(
        title=_("Wishes, when they were changed"),
        models=("people.WishChange",),
        columns=(("at", _("When")), ("wish", _("Wish")), ("is_on", _("On")), ("by", _("By"))),
        rows=wish_changes,
    ),
    "skills": Disclosure(
        title=_("What you can and want"),
        models=("people.MemberSkill",),
        columns=(
            ("kind", _("Kind")),
            ("word", _("Word")),
            ("source", _("Told")),
            ("at", _("When")),
            ("by", _("By")),
        ),
        rows=skills,
    ),
    "holds": Disclosure(
        title=_("Postponed erasing"),
        models=("people.ErasureHold",),
        columns=(("until_on", _("Until")), ("reason", _("Reason")), ("at", _("When")), ("by", _("By"))),
        rows=holds,
    ),
    "merges": Disclosure(
        title=_("Merged with a duplicate"),
        models=("people.Merge",),
        columns=(
            ("at", _("When")),
            ("member_number", _("Member number")),
            ("by", _("By")),
            ("undone_at", _("Undone")),
        ),
        rows=merges,
    ),
    "kept_apart": Disclosure(
        title=_("Looked like somebody else, and was found not to be"),
        models=("people.KeptApart",),
        columns=(("at", _("When")), ("by", _("By"))),
        rows=kept_apart,
    ),
    "reads": Disclosure(
        title=_("Who has looked at the details"),
        models=("people.AccessLog",),
        columns=(("at", _("When")), ("by", _("By")), ("purpose", _("Purpose")), ("reason", _("Reason"))),
        rows=reads,
    ),
}
