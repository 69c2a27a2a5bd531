"""Where the pages of outreach start their queries. Each caller has passed the door."""

from datetime import date, timedelta

from django.db.models import Count, Q, QuerySet
from django.shortcuts import get_object_or_404

from crm.access import members_of
from crm.outreach.models import Activity, ActivityQuerySet, Origin, SignUp
from crm.people.models import Branch, Club, Member
from crm.people.names import sort_key

# So many ways of noting as before are offered, and sought among so many activities.
USUAL, LATEST_LOOKED_AT = 3, 40


def activities_of(branch: Branch) -> ActivityQuerySet:
    """The latest first."""
    return Activity.objects.kept().filter(branch=branch).select_related("club")


def latest_of(branch: Branch, on: date, fewest: int) -> list[Activity]:
    """All of this year, and earlier ones until there are ``fewest``."""
    found = activities_of(branch)
    this_year = found.filter(held_on__gte=on.replace(month=1, day=1)).count()
    return list(found[: max(this_year, fewest)])


def activity_of(branch: Branch, key: int) -> Activity:
    """Raises ``Http404`` for another branch's, and for one that was removed."""
    return get_object_or_404(activities_of(branch).select_related("branch", "noted_by"), pk=key)


def unnoted(branch: Branch, on: date) -> ActivityQuerySet:
    return activities_of(branch).unnoted(on)


def usual_of(branch: Branch) -> list[Activity]:
    """The latest ones that differ in kind, place or club: what is held next is often one of them again."""
    latest = activities_of(branch).filter(helpers__isnull=False)[:LATEST_LOOKED_AT]
    differing: dict[tuple[str, str, int | None], Activity] = {}
    for each in latest:
        differing.setdefault((each.kind, each.place.casefold(), each.club_id), each)
    return list(differing.values())[:USUAL]


def just_held(branch: Branch, today: date) -> ActivityQuerySet:
    """Planned for today or the week before, with no numbers yet: whoever comes to note may mean one of them."""
    planned = activities_of(branch).unnoted(today + timedelta(days=1))
    return planned.filter(held_on__gte=today - timedelta(days=7))


def clubs_of(branch: Branch) -> list[Club]:
    return sorted(Club.objects.filter(branch=branch), key=lambda club: sort_key(club.name, ""))


def sign_up_of(branch: Branch) -> SignUp | None:
    return SignUp.objects.filter(branch=branch).first()


def member_of(branch: Branch, key: int) -> Member:
    """Somebody on file; raises ``Http404`` for anybody else."""
    return get_object_or_404(members_of(branch).select_related("branch"), pk=key)


def origin_of(member: Member) -> Origin | None:
    return Origin.objects.filter(member=member).select_related("activity", "recruiter").first()


def without_origin(branch: Branch, since: date) -> "QuerySet[Member]":
    """Members of today who joined since a day and of whom nobody has noted how, the latest first."""
    new = members_of(branch).current().filter(origin=None, memberships__started_on__gte=since)
    return new.distinct().order_by("-joined_on", "name_sort", "pk")


def recruiters_of(branch: Branch) -> "QuerySet[Member]":
    """Who has asked somebody in, with ``n_recruited`` and ``n_credited``, most first."""
    found = members_of(branch).filter(recruited__isnull=False)
    counted = found.annotate(
        n_recruited=Count("recruited"),
        n_credited=Count("recruited", filter=Q(recruited__credited_on__isnull=False)),
    )
    return counted.order_by("-n_credited", "-n_recruited", "name_sort", "pk")


def members_matching(branch: Branch, text: str) -> list[Member]:
    """At most two, which is enough to know whether it is one. A whole member number comes first."""
    found = members_of(branch).current()
    exact = list(found.filter(member_number=text.strip())[:1])
    return exact or list(found.matching(text).in_name_order()[:2])
