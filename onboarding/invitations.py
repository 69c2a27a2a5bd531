"""Who is invited to a gathering, once each; and the daily jobs that invite."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from crm.people.models import Branch, Member, Membership, User
from crm.people.models.members import LEARNT_LATE, MemberQuerySet
from onboarding import mail
from onboarding.models import ContactPerson, Gathering, GatheringQuerySet, Invitation, LeaveRequest
from onboarding.planning import settings_of

Members = QuerySet[Member]
Ground = Invitation.Ground
Audience = Gathering.Audience

# A branch's first meeting is for those who joined during this time.
FIRST_MEETING = timedelta(days=365)
# Who did not come is invited twice more, and then left in peace.
MOST_INVITATIONS = 3
_COULD_NOT = Q(answer__in=(Invitation.Answer.NO, Invitation.Answer.LATER))
# Said yes or nothing, and was not ticked at the door.
_DID_NOT_COME = ~_COULD_NOT & (Q(attended=None) | Q(attended=False))


def invite_to_intro_meetings(*, branch: Branch, on: date) -> dict[str, int]:
    """The daily job: from six weeks before a confirmed meeting until the day before, whoever is new is invited."""
    return _invite_to(branch, on, Q(kind=Gathering.Kind.INTRO_MEETING))


def invite_to_gatherings(*, branch: Branch, on: date) -> dict[str, int]:
    """The daily job for every other kind: whom its audience names, from six weeks before until the day before."""
    return _invite_to(branch, on, ~Q(kind=Gathering.Kind.INTRO_MEETING))


@transaction.atomic
def _invite_to(branch: Branch, on: date, kinds: Q) -> dict[str, int]:
    weeks = timedelta(weeks=settings_of(branch).invite_weeks)
    near = Gathering.objects.confirmed().filter(kinds, branch=branch)
    console = User.objects.console()
    invited = 0
    for gathering in near.on_days(on + timedelta(days=1), on + weeks).select_related("branch"):
        for ground, members in whom_to_invite(gathering).items():
            invited += invite(gathering=gathering, members=members, ground=ground, by=console)
        _write_to_the_unwritten(gathering, by=console)
    return {"invited": invited} if invited else {}


def _write_to_the_unwritten(gathering: Gathering, *, by: User) -> None:
    """To who was invited when no channel led to them, and has an address since."""
    silent = gathering.invitations.unanswered().of_members_now()
    unwritten = silent.without_message(mail.invite_key(gathering))
    if unwritten.exists():
        mail.invite(gathering, unwritten, by=by)


def whom_to_invite(gathering: Gathering) -> dict[str, list[Member]]:
    """Whom the gathering's audience names and who is not invited yet, by ground; nobody who wants no messages."""
    people = Member.objects.current().wanting_messages().filter(branch=gathering.branch)
    last = previous_meeting(gathering) if gathering.audience == Audience.NEW else None
    found: dict[str, list[Member]] = {}
    for ground, named in _named(gathering, people, last).items():
        known = {member.pk for some in found.values() for member in some}
        found[ground] = [member for member in named if member.pk not in known]
    return found


@dataclass(frozen=True)
class Place:
    """A gathering as it is for one member: what they have said, and whether its audience names them, uninvited."""

    gathering: Gathering
    said: str | None  # none: not invited
    is_named: bool


def places_of(member: Member, gatherings: GatheringQuerySet) -> list[Place]:
    """Two queries, however many gatherings of the member's branch there are."""
    own = Invitation.objects.filter(member=member, gathering=OuterRef("pk"))
    before = Gathering.objects.intro_meetings().confirmed().filter(branch=OuterRef("branch"))
    before = before.filter(starts_at__lt=OuterRef("starts_at")).order_by("-starts_at")
    rows: list[Any] = list(
        gatherings.filter(branch=member.branch_id)
        .select_related("branch")
        .annotate(
            said=Subquery(own.values("answer")[:1]),
            last_key=Subquery(before.values("pk")[:1]),
            last_at=Subquery(before.values("starts_at")[:1]),
        )
    )
    people = Member.objects.current().filter(branch=member.branch_id)
    named: dict[str, Exists] = {}
    for row in rows:
        last = Gathering(pk=row.last_key, starts_at=row.last_at) if row.last_key else None
        for ground, some in _named(row, people, last).items():
            named[f"{row.pk}_{ground}"] = Exists(some.filter(pk=OuterRef("pk")))
    asked = Member.objects.filter(pk=member.pk).annotate(**named).values(*named) if named else []
    told = {key.split("_")[0] for answer in asked for key, is_so in answer.items() if is_so}
    return [Place(row, row.said, is_named=str(row.pk) in told) for row in rows]


def _named(gathering: Gathering, everybody: MemberQuerySet, last: Gathering | None) -> dict[str, Members]:
    """By ground; who is named on two counts is among both. ``last`` is the introduction meeting before this one."""
    invited = Invitation.objects.filter(gathering=gathering, member=OuterRef("pk"))
    people = everybody.exclude(Exists(invited))
    if gathering.audience == Audience.ALL:
        return {Ground.MEMBER.value: people}
    if gathering.audience == Audience.FIRST_YEAR:
        been = Invitation.objects.attended().filter(gathering__kind=gathering.kind, member=OuterRef("pk"))
        new = people.filter(joined_since(gathering.day - FIRST_MEETING)).exclude(Exists(been))
        return {Ground.NEW.value: new}
    return _new_and_again(gathering, people, last) if gathering.audience == Audience.NEW else {}


def _new_and_again(gathering: Gathering, people: Members, last: Gathering | None) -> dict[str, Members]:
    """Members who joined since the last meeting, and who did not or could not come then."""
    since = last.day if last else gathering.day - FIRST_MEETING
    found = {Ground.NEW.value: people.filter(joined_since(since))}
    if last is not None:
        for ground, was in ((Ground.NO_SHOW, _DID_NOT_COME), (Ground.COULD_NOT, _COULD_NOT)):
            before = Invitation.objects.filter(was, gathering=last, member=OuterRef("pk"))
            found[ground.value] = people.filter(Exists(before)).exclude(_has_met()).exclude(_asked_enough())
    return found


def previous_meeting(gathering: Gathering) -> Gathering | None:
    """The branch's introduction meeting before this one."""
    earlier = Gathering.objects.intro_meetings().confirmed().filter(branch=gathering.branch)
    return earlier.filter(starts_at__lt=gathering.starts_at).order_by("-starts_at").first()


@transaction.atomic
def invite(
    *, gathering: Gathering, members: Iterable[Member], ground: str, by: User, at: datetime | None = None
) -> int:
    """An invitation and its message to each; who is invited already is not invited again. How many are new."""
    now = at or timezone.now()
    people = list(members)
    before = Invitation.objects.filter(gathering=gathering).count()
    Invitation.objects.bulk_create(
        (
            Invitation(gathering=gathering, member=member, ground=ground, invited_at=now, invited_by=by)
            for member in people
        ),
        ignore_conflicts=True,
        batch_size=500,
    )
    asked = Invitation.objects.filter(gathering=gathering, member__in=[member.pk for member in people])
    mail.invite(gathering, asked, by=by, at=now)
    return Invitation.objects.filter(gathering=gathering).count() - before


@transaction.atomic
def add(*, gathering: Gathering, member: Member, by: User) -> Invitation:
    """An invitation by word of mouth, without a message; the one that is there if there is one."""
    invitation, _is_new = Invitation.objects.get_or_create(
        gathering=gathering,
        member=member,
        defaults={"ground": Ground.BY_HAND, "invited_at": timezone.now(), "invited_by": by},
    )
    return invitation


def joined_since(since: date) -> Q:
    """Joined since that day, or a little earlier but first known to the branch since then."""
    started = Membership.objects.filter(member=OuterRef("pk"), ended_on=None)
    return Q(Exists(started.filter(started_on__gte=since))) | Q(
        Exists(started.filter(started_on__gte=since - LEARNT_LATE)), learnt_on__gt=since
    )


def _has_met() -> Exists:
    met = Invitation.objects.attended().filter(gathering__kind=Gathering.Kind.INTRO_MEETING)
    return Exists(met.filter(member=OuterRef("pk")))


def _asked_enough() -> Exists:
    """A meeting that was called off could not be come to."""
    asked = (
        Invitation.objects.filter(gathering__kind=Gathering.Kind.INTRO_MEETING, member=OuterRef("pk"))
        .exclude(gathering__state=Gathering.State.CANCELLED)
        .order_by()
    )
    return Exists(asked.values("member").annotate(n=Count("pk")).filter(n__gte=MOST_INVITATIONS))


def with_invitations(*, member_ids: list[int]) -> set[int]:
    """Members who have been invited to something, been given somebody to ask, or asked to leave."""
    tables = (Invitation.objects, ContactPerson.objects, LeaveRequest.objects)
    return {
        key
        for table in tables
        for key in table.filter(member__in=member_ids).values_list("member_id", flat=True)
    }
