"""Where the pages of people, roles and the access log start their queries. Each caller has passed the door."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from crm.access import Standing, members_of
from crm.people.models import (
    AccessLog,
    Branch,
    Club,
    ClubMembership,
    Member,
    Membership,
    MembershipGoal,
    MemberSkill,
    Merge,
    Role,
    SkillWord,
    User,
)
from crm.people.models.users import RoleQuerySet
from crm.people.names import sort_key

# What a list shows. Telephone numbers are not among it: each would be parsed anew.
LISTED = (
    "branch_id",
    "member_number",
    "first_name",
    "last_name",
    "town",
    "joined_on",
    "paid_until",
    "name_sort",
)
NO_CLUB = "none"


def listed_members(branch: Branch, *, standing: str, text: str = "", club: str = "") -> "QuerySet[Member]":
    """Members of one standing in name order, with their clubs; ``club`` is a key, or ``none`` for those without."""
    on_file = members_of(branch)
    match standing:
        case "missing":
            found = on_file.missing()
        case "left":
            found = on_file.left()
        case "no_phone":
            found = on_file.current().filter(phones=None)
        case "no_email":
            found = on_file.current().filter(email="")
        case "unpaid_new":
            found = on_file.current().filter(paid_until=None, joined_on__isnull=False)
        case "joined":
            found = on_file.filter(Exists(_began_this_year()))
        case _:
            found = on_file.current()
    if club == NO_CLUB:
        found = found.filter(club_memberships=None)
    elif club:
        found = found.filter(club_memberships__club_id=int(club))
    clubs = ClubMembership.objects.select_related("club").order_by("-is_primary", "club__name")
    listed = found.matching(text).in_name_order().only(*LISTED)
    return listed.prefetch_related(Prefetch("club_memberships", queryset=clubs))


def people_counted(branch: Branch, keys: Collection[int]) -> "QuerySet[Member]":
    """Those of these keys that are on file, in name order; who has been erased has no row to show."""
    return members_of(branch).filter(pk__in=keys).in_name_order().only(*LISTED)


def _began_this_year() -> "QuerySet[Membership]":
    """Periods that count and have begun since 1 January, ended ones among them."""
    today = timezone.localdate()
    counted = Q(ended_on=None) | Q(ended_on__gt=F("started_on"))
    still = Q(missing_since=None) | Q(missing_since__gt=F("started_on"))
    return Membership.objects.filter(
        counted, still, member=OuterRef("pk"), started_on__range=(today.replace(month=1, day=1), today)
    )


def standings(branch: Branch) -> dict[str, int]:
    """How many are members, missing and left, in one query."""
    open_period = Q(memberships__id__isnull=False, memberships__ended_on=None)
    counted = members_of(branch).aggregate(
        on_file=Count("pk", distinct=True),
        member=Count("pk", filter=open_period & Q(memberships__missing_since=None)),
        missing=Count("pk", filter=open_period & Q(memberships__missing_since__isnull=False)),
    )
    return counted | {"left": counted["on_file"] - counted["member"] - counted["missing"]}


def member_of(branch: Branch, pk: int) -> Member:
    """Raises ``Http404`` for another branch's member, and for an erased one."""
    clubs = ClubMembership.objects.select_related("club").order_by("-is_primary", "club__name")
    members = members_of(branch).prefetch_related(
        "phones",
        "memberships__ended_by",
        "wish_changes__changed_by",
        Prefetch("club_memberships", queryset=clubs),
    )
    return get_object_or_404(members, pk=pk)


def missing_members(branch: Branch) -> "QuerySet[Member]":
    """Those whom the last full roster lacks, with ``missing_since``, in name order."""
    since = Membership.objects.filter(member=OuterRef("pk"), ended_on=None).values("missing_since")[:1]
    missing = members_of(branch).missing().annotate(missing_since=Subquery(since))
    clubs = ClubMembership.objects.select_related("club").order_by("-is_primary", "club__name")
    return missing.in_name_order().prefetch_related(Prefetch("club_memberships", queryset=clubs))


def leaver_of(branch: Branch, pk: int) -> Member:
    """Raises ``Http404`` for a member of today, another branch's, and an erased one."""
    return get_object_or_404(members_of(branch).left(), pk=pk)


def both_of(branch: Branch, first: int, second: int) -> tuple[Member, Member]:
    """Two different people on file; raises ``Http404`` else."""
    found = members_of(branch).prefetch_related("phones", "memberships", "club_memberships__club")
    if first == second:
        raise Http404
    return get_object_or_404(found, pk=first), get_object_or_404(found, pk=second)


def members_by_key(branch: Branch, keys: Iterable[int]) -> dict[int, Member]:
    return {member.pk: member for member in members_of(branch).filter(pk__in=set(keys))}


def merges_of(branch: Branch, *, since: datetime) -> "QuerySet[Merge]":
    """Those that can still be undone, the latest first."""
    merges = Merge.objects.filter(branch=branch, undone_at=None, merged_at__gte=since)
    merges = merges.filter(kept__erased_at=None, kept__merged_into=None).exclude(before={})
    return merges.select_related("kept", "merged", "merged_by").defer("before")


def merge_of(branch: Branch, pk: int) -> Merge:
    return get_object_or_404(Merge, branch=branch, pk=pk)


def word_of(branch: Branch, pk: int) -> SkillWord:
    return get_object_or_404(SkillWord, branch=branch, pk=pk)


def skills_of(member: Member) -> list[MemberSkill]:
    """What the member can and wants, in the order of the words."""
    found = MemberSkill.objects.filter(member=member).select_related("word", "noted_by")
    return sorted(found, key=lambda row: row.word.order)


def members_with(branch: Branch, words: Iterable[SkillWord]) -> "QuerySet[Member]":
    """Members now of whom one word of each kind that is asked for is true; without words, all who have told."""
    found = members_of(branch).current()
    by_kind: dict[str, list[SkillWord]] = {}
    for word in words:
        by_kind.setdefault(word.kind, []).append(word)
    told = MemberSkill.objects.filter(member=OuterRef("pk"))
    for wanted in by_kind.values():
        found = found.filter(Exists(told.filter(word__in=wanted)))
    if not by_kind:
        found = found.filter(Exists(told))
    skills = MemberSkill.objects.select_related("word").order_by("word__kind", "word__name")
    return found.in_name_order().prefetch_related(Prefetch("skills", queryset=skills))


def clubs_of(branch: Branch) -> list[Club]:
    """In name order, with ``in_use``: how many on file are in the club. No names of theirs."""
    clubs = Club.objects.filter(branch=branch).annotate(in_use=Count("club_memberships"))
    return sorted(clubs, key=lambda club: sort_key(club.name, ""))


def club_of(branch: Branch, pk: int) -> Club:
    return get_object_or_404(Club, branch=branch, pk=pk)


def goals_of(branch: Branch) -> "QuerySet[MembershipGoal]":
    """Each with what its clubs have of it."""
    goals = MembershipGoal.objects.filter(branch=branch)
    return goals.annotate(of_its_clubs=Coalesce(Sum("of_clubs__members_wanted"), 0))


def goal_of(branch: Branch, pk: int) -> MembershipGoal:
    return get_object_or_404(goals_of(branch), pk=pk)


@dataclass(frozen=True)
class BranchRoles:
    now: list[Role]
    past: list[Role]


def roles_of(branch: Branch, *, on: date) -> BranchRoles:
    return sort_out(Role.objects.filter(branch=branch), on)


def sort_out(found: RoleQuerySet, on: date) -> BranchRoles:
    """Roles that hold or will hold, and those that are over, the latest first."""
    roles = found.select_related("user", "granted_by", "ended_by")
    current = set(found.not_over(on).values_list("pk", flat=True))
    past = sorted(
        (r for r in roles if r.pk not in current), key=lambda r: (r.ends_on or on, r.pk), reverse=True
    )
    return BranchRoles(now=[role for role in roles if role.pk in current], past=past)


def role_of(branch: Branch, pk: int) -> Role:
    return get_object_or_404(Role.objects.select_related("user", "branch"), branch=branch, pk=pk)


def holder_of(branch: Branch, pk: int, *, on: date) -> User:
    """A user with a role in the branch that is not over; anybody else does not exist here."""
    holders = Role.objects.not_over(on).filter(branch=branch).values("user")
    return get_object_or_404(User, pk=pk, pk__in=holders)


def branches() -> list[Branch]:
    """Every branch in name order. For superusers."""
    return sorted(Branch.objects.select_related("district"), key=lambda branch: sort_key(branch.name, ""))


def superusers_pages(standing: Standing) -> "list[tuple[str | Promise, str]]":
    if not standing.user.is_superuser:
        return []
    return [(_("Branches"), reverse("people:branches")), (_("District roles"), reverse("people:roles_above"))]


def roles_above(*, on: date) -> BranchRoles:
    """The roles of districts and of the whole party. For superusers."""
    return sort_out(Role.objects.filter(branch=None).select_related("district"), on)


def role_above(pk: int) -> Role:
    return get_object_or_404(Role.objects.select_related("user", "district"), branch=None, pk=pk)


def readers_of(branch: Branch) -> "QuerySet[User]":
    """Who stands in the branch's access log."""
    return User.objects.filter(pk__in=AccessLog.objects.filter(branch=branch).values("user")).order_by("name")
