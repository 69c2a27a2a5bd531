"""Where the pages of gatherings start their queries. Each caller has passed the door, or holds an invitation's link."""

from dataclasses import dataclass
from datetime import datetime

from django.core import signing
from django.db.models import Case, Count, F, IntegerField, Q, Sum, Value, When
from django.db.models.functions import Coalesce
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _

from crm.access import members_of
from crm.outbox.models import Message
from crm.outbox.writing import member_key
from crm.people.models import Branch, Member
from onboarding.models import (
    CODE_LENGTH,
    Circular,
    Gathering,
    GatheringQuerySet,
    Invitation,
    InvitationQuerySet,
    LeaveRequest,
)

NO_SUCH_CODE = _("That code does not lead to any invitation. Look at it again, or call your branch.")


@dataclass(frozen=True)
class Funnel:
    """How many were invited, what they answered, how many came."""

    invited: int
    yes: int
    waiting: int
    later: int
    no: int
    unanswered: int
    companions: int
    attended: int
    no_shows: int


def gatherings_of(branch: Branch) -> GatheringQuerySet:
    """The branch's gatherings with the counts that a list shows."""
    return Gathering.objects.filter(branch=branch).annotate(
        n_invited=Count("invitations"),
        n_yes=Count("invitations", filter=Q(invitations__answer="yes")),
        n_attended=Count("invitations", filter=Q(invitations__attended=True)),
    )


def coming(branch: Branch, now: datetime) -> GatheringQuerySet:
    return gatherings_of(branch).ahead(now)


def past(branch: Branch, now: datetime) -> GatheringQuerySet:
    return gatherings_of(branch).held(now)


def gathering_of(branch: Branch, key: int) -> Gathering:
    """Raises ``Http404`` for another branch's."""
    return get_object_or_404(Gathering.objects.select_related("branch"), branch=branch, pk=key)


def invitations_of(gathering: Gathering) -> InvitationQuerySet:
    """Everybody invited, in name order."""
    found = Invitation.objects.filter(gathering=gathering).select_related("member")
    return found.order_by("member__name_sort", "pk")


def door_list(gathering: Gathering) -> InvitationQuerySet:
    """Whom to look for at the door: those with a place, who waits or is silent, then who said no."""
    place = Case(
        When(answer="yes", waiting=False, then=Value(1)),
        When(answer="yes", then=Value(2)),
        When(answer="", then=Value(3)),
        default=Value(4),
        output_field=IntegerField(),
    )
    people = invitations_of(gathering).filter(Q(attended=True) | Q(pk__in=_of_members_now(gathering)))
    return people.order_by(place, "member__name_sort", "pk")


def _of_members_now(gathering: Gathering) -> InvitationQuerySet:
    return Invitation.objects.filter(gathering=gathering).of_members_now().values("pk")  # type: ignore[return-value]


def invitation_of(gathering: Gathering, key: int) -> Invitation:
    return get_object_or_404(
        Invitation.objects.select_related("member", "gathering"), gathering=gathering, pk=key
    )


def funnel_of(gathering: Gathering) -> Funnel:
    counts = Invitation.objects.filter(gathering=gathering).aggregate(
        invited=Count("pk"),
        yes=Count("pk", filter=Q(answer="yes")),
        later=Count("pk", filter=Q(answer="later")),
        no=Count("pk", filter=Q(answer="no")),
        unanswered=Count("pk", filter=Q(answer="")),
        companions=Coalesce(Sum("companions", filter=Q(waiting=False)), 0),
        no_shows=Count("pk", filter=Q(answer="yes", waiting=False) & ~Q(attended=True)),
        # Last, because an alias hides the column of its name from those after it.
        attended=Count("pk", filter=Q(attended=True)),
        waiting=Count("pk", filter=Q(waiting=True)),
    )
    return Funnel(**counts)


def members_to_add(gathering: Gathering, text: str) -> list[Member]:
    """Members whose name or number matches and who are not invited; a handful, for choosing one."""
    if len(text.strip()) < 2:
        return []
    members = members_of(gathering.branch).current().matching(text)
    return list(members.exclude(invitations__gathering=gathering).in_name_order()[:10])


def member_to_add(gathering: Gathering, key: int) -> Member:
    return get_object_or_404(members_of(gathering.branch).current(), pk=key)


def member_of(branch: Branch, key: int) -> Member:
    return get_object_or_404(members_of(branch).current(), pk=key)


def invitation_by_token(token: str) -> Invitation | None:
    """Whose link it is; nobody's for an invention, a draft, and somebody who is no longer on file."""
    found = Invitation.objects.select_related("gathering__branch", "member")
    return (
        found.filter(token=token, member__erased_at=None)
        .exclude(gathering__state=Gathering.State.DRAFT)
        .first()
    )


def invitation_by_code(text: str) -> Invitation | None:
    """Whose code of a letter it is, typed in any case, with or without the dash."""
    code = "".join(char for char in text.upper() if char.isalnum())
    found = Invitation.objects.filter(code=code, member__erased_at=None) if len(code) == CODE_LENGTH else None
    return found.exclude(gathering__state=Gathering.State.DRAFT).first() if found is not None else None


def invitations_of_member(member: Member) -> InvitationQuerySet:
    found = Invitation.objects.filter(member=member).select_related("gathering")
    return found.order_by(F("gathering__starts_at").desc())


def circulars_of(branch: Branch) -> list[Circular]:
    """The latest first; drafts among them."""
    return list(Circular.objects.filter(branch=branch).select_related("club")[:100])


def circular_of(branch: Branch, key: int) -> Circular:
    """Raises ``Http404`` for another branch's."""
    found = Circular.objects.select_related("branch", "club", "sent_by")
    return get_object_or_404(found, branch=branch, pk=key)


def draft_circular_of(branch: Branch, key: int) -> Circular:
    """Raises ``Http404`` also for one that has been sent: it is not changed any more."""
    return get_object_or_404(Circular.objects.select_related("branch"), branch=branch, pk=key, sent_at=None)


def states_of(circular: Circular) -> list[tuple[str, int]]:
    """What became of its messages: the states that there are, and how many."""
    sent = Message.objects.filter(branch=circular.branch, purpose_key=f"circular:{circular.pk}")
    counts = dict(sent.order_by().values_list("state").annotate(n=Count("pk")))
    return [(str(label), counts[value]) for value, label in Message.State.choices if value in counts]


def own_member(key: int | None) -> Member | None:
    """Whose own page a code has opened; nobody's when they have been erased or merged since."""
    if key is None:
        return None
    found = Member.objects.select_related("branch").filter(pk=key, erased_at=None, merged_into=None)
    return found.first()


def member_of_own_link(token: str) -> Member | None:
    try:
        return own_member(member_key(token))
    except signing.BadSignature:
        return None


def leave_request_of(member: Member) -> LeaveRequest | None:
    return LeaveRequest.objects.filter(member=member).first()


def leave_requests_of(branch: Branch) -> list[LeaveRequest]:
    """Those of people still on file, that wait first."""
    found = LeaveRequest.objects.filter(member__in=members_of(branch)).select_related("member", "handled_by")
    return list(found.order_by(F("handled_at").desc(nulls_first=True), "asked_at"))


def leave_request(branch: Branch, key: int) -> LeaveRequest:
    return get_object_or_404(LeaveRequest, member__in=members_of(branch), pk=key)


def waiting_to_leave(branch: Branch) -> int:
    return LeaveRequest.objects.filter(member__in=members_of(branch), handled_at=None).count()
