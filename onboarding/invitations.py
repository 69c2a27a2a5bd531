"""Who is invited to a gathering, once each; and the daily jobs that invite."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone

from crm.people.models import Branch, Member, Membership, User
from crm.people.models.members import MemberQuerySet
from onboarding import mail
from onboarding.models import ContactPerson, Gathering, Invitation, LeaveRequest
from onboarding.planning import settings_of

Ground = Invitation.Ground
Audience = Gathering.Audience

# Rosters come monthly: somebody who joined this long before a meeting may have been unknown to the branch then.
LEARNT_LATE = timedelta(days=100)
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
    return _named(gathering, Member.objects.current().wanting_messages().filter(branch=gathering.branch))


def is_named(gathering: Gathering, member: Member) -> bool:
    """Whether the audience names this member, who is not invited yet."""
    people = Member.objects.current().filter(branch=gathering.branch, pk=member.pk)
    return any(_named(gathering, people).values())


def _named(gathering: Gathering, everybody: MemberQuerySet) -> dict[str, list[Member]]:
    invited = Invitation.objects.filter(gathering=gathering, member=OuterRef("pk"))
    people = everybody.exclude(Exists(invited))
    if gathering.audience == Audience.ALL:
        return {Ground.MEMBER.value: list(people)}
    if gathering.audience == Audience.FIRST_YEAR:
        been = Invitation.objects.attended().filter(gathering__kind=gathering.kind, member=OuterRef("pk"))
        new = people.filter(joined_since(gathering.day - FIRST_MEETING)).exclude(Exists(been))
        return {Ground.NEW.value: list(new)}
    return _new_and_again(gathering, people) if gathering.audience == Audience.NEW else {}


def _new_and_again(gathering: Gathering, people: MemberQuerySet) -> dict[str, list[Member]]:
    """Members who joined since the last meeting, and who did not or could not come then."""
    last = previous_meeting(gathering)
    since = last.day if last else gathering.day - FIRST_MEETING
    found = {Ground.NEW.value: list(people.filter(joined_since(since)))}
    if last is not None:
        new = {member.pk for member in found[Ground.NEW]}
        for ground, was in ((Ground.NO_SHOW, _DID_NOT_COME), (Ground.COULD_NOT, _COULD_NOT)):
            before = Invitation.objects.filter(was, gathering=last, member=OuterRef("pk"))
            again = people.filter(Exists(before)).exclude(_has_met()).exclude(_asked_enough())
            found[ground.value] = [member for member in again if member.pk not in new]
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
    asked = Invitation.objects.filter(
        gathering__kind=Gathering.Kind.INTRO_MEETING, member=OuterRef("pk")
    ).order_by()
    return Exists(asked.values("member").annotate(n=Count("pk")).filter(n__gte=MOST_INVITATIONS))


def with_invitations(*, member_ids: list[int]) -> set[int]:
    """Members who have been invited to something, been given somebody to ask, or asked to leave."""
    tables = (Invitation.objects, ContactPerson.objects, LeaveRequest.objects)
    return {
        key
        for table in tables
        for key in table.filter(member__in=member_ids).values_list("member_id", flat=True)
    }
