"""The one door: what a user may do in which branch, today.

Every query for a branch's data starts here or in an app's own ``access.py``, which starts here. An object
outside a user's scope does not exist for them (404); a page of a role that a teammate lacks is 403.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django_htmx.middleware import HtmxDetails

from crm.people.models import Branch, District, Member, Role, User
from crm.people.models.members import MemberQuerySet
from crm.people.models.users import CONSOLE_EMAIL
from crm.people.names import sort_key

P = ParamSpec("P")
Kind = Role.Kind


class Permission:
    """What can be done in a branch. Read with ``ROLES_THAT_MAY``."""

    SEE_MEMBERS = "see_members"
    IMPORT_ROSTERS = "import_rosters"
    EXPORT_MEMBERS = "export_members"
    CALL = "call"
    LEAD_CALLS = "lead_calls"
    HANDLE_FOLLOW_UPS = "handle_follow_ups"
    PLAN_GATHERINGS = "plan_gatherings"
    SEE_MESSAGES = "see_messages"
    CHANGE_TEXTS = "change_texts"
    WRITE_CIRCULARS = "write_circulars"
    SEE_FIGURES = "see_figures"
    SHARE_FIGURES = "share_figures"
    NOTE_OUTREACH = "note_outreach"
    SEE_PLAN = "see_plan"
    CHANGE_PLAN = "change_plan"
    MANAGE_BRANCH = "manage_branch"
    SEE_ACCESS_LOG = "see_access_log"
    SHARE_WITH_DISTRICT = "share_with_district"
    SEE_DISTRICT = "see_district"
    SEE_PARTY = "see_party"


ROLES_THAT_MAY: dict[str, frozenset[str]] = {
    Permission.SEE_MEMBERS: frozenset({Kind.MEMBER_OFFICER, Kind.REGISTER_OFFICER}),
    Permission.IMPORT_ROSTERS: frozenset({Kind.MEMBER_OFFICER, Kind.REGISTER_OFFICER}),
    Permission.EXPORT_MEMBERS: frozenset({Kind.MEMBER_OFFICER, Kind.REGISTER_OFFICER}),
    Permission.CALL: frozenset({Kind.CALLER, Kind.CALL_LEADER}),
    Permission.LEAD_CALLS: frozenset({Kind.CALL_LEADER}),
    Permission.HANDLE_FOLLOW_UPS: frozenset({Kind.CALL_LEADER, Kind.MEMBER_OFFICER}),
    Permission.PLAN_GATHERINGS: frozenset({Kind.MEMBER_OFFICER}),
    Permission.SEE_MESSAGES: frozenset({Kind.MEMBER_OFFICER}),
    Permission.CHANGE_TEXTS: frozenset({Kind.MEMBER_OFFICER}),
    Permission.WRITE_CIRCULARS: frozenset({Kind.MEMBER_OFFICER}),
    Permission.SEE_FIGURES: frozenset(
        {Kind.BOARD, Kind.MEMBER_OFFICER, Kind.REGISTER_OFFICER, Kind.CALL_LEADER}
    ),
    Permission.SHARE_FIGURES: frozenset({Kind.BOARD}),
    Permission.NOTE_OUTREACH: frozenset(
        {Kind.BOARD, Kind.MEMBER_OFFICER, Kind.REGISTER_OFFICER, Kind.CALL_LEADER}
    ),
    Permission.SEE_PLAN: frozenset(
        {Kind.BOARD, Kind.MEMBER_OFFICER, Kind.REGISTER_OFFICER, Kind.CALL_LEADER, Kind.ADMIN}
    ),
    Permission.CHANGE_PLAN: frozenset({Kind.BOARD, Kind.MEMBER_OFFICER}),
    Permission.MANAGE_BRANCH: frozenset({Kind.ADMIN}),
    Permission.SEE_ACCESS_LOG: frozenset({Kind.ADMIN}),
    Permission.SHARE_WITH_DISTRICT: frozenset({Kind.BOARD, Kind.ADMIN}),
    Permission.SEE_DISTRICT: frozenset({Kind.DISTRICT}),
    Permission.SEE_PARTY: frozenset({Kind.PARTY}),
}

# Who can list, search, export or print members, or give others the right to, proves who they are with two factors.
NEEDS_TWO_FACTORS = frozenset(
    {
        Permission.SEE_MEMBERS,
        Permission.IMPORT_ROSTERS,
        Permission.EXPORT_MEMBERS,
        Permission.LEAD_CALLS,
        Permission.HANDLE_FOLLOW_UPS,
        Permission.PLAN_GATHERINGS,
        Permission.SEE_MESSAGES,
        Permission.CHANGE_TEXTS,
        Permission.WRITE_CIRCULARS,
        Permission.MANAGE_BRANCH,
        Permission.SEE_ACCESS_LOG,
    }
)


class UserRequest(HttpRequest):
    """A request behind the login."""

    user: User
    htmx: HtmxDetails


@dataclass(frozen=True)
class Standing:
    """A user's roles of a day, read once per request."""

    user: User
    roles: tuple[Role, ...]

    def kinds_in(self, branch: Branch) -> frozenset[str]:
        return frozenset(role.kind for role in self.roles if role.branch_id == branch.pk)

    def may(self, permission: str, branch: Branch) -> bool:
        return bool(ROLES_THAT_MAY[permission] & self.kinds_in(branch))

    @property
    def branches(self) -> list[Branch]:
        """The branches of the user's roles, in name order."""
        known = {role.branch_id: role.branch for role in self.roles if role.branch is not None}
        return sorted(known.values(), key=lambda branch: sort_key(branch.name, ""))

    @property
    def districts(self) -> list[District]:
        known = {role.district_id: role.district for role in self.roles if role.district is not None}
        return sorted(known.values(), key=lambda district: sort_key(district.name, ""))

    @property
    def sees_party(self) -> bool:
        return any(role.kind in ROLES_THAT_MAY[Permission.SEE_PARTY] for role in self.roles)


def standing_of(user: User | AnonymousUser, *, on: date | None = None) -> Standing:
    """The roles in force on a day (today)."""
    if not isinstance(user, User) or not user.is_active:
        return Standing(user=User(), roles=())
    roles = Role.objects.in_force(on or timezone.localdate()).filter(user=user)
    return Standing(user=user, roles=tuple(roles.select_related("branch", "district")))


def standing(request: HttpRequest) -> Standing:
    """The standing of the request's user; queried once."""
    known: Standing | None = getattr(request, "_standing", None)
    if known is None:
        known = standing_of(request.user)
        request._standing = known  # type: ignore[attr-defined]
    return known


def may(user: User, permission: str, branch: Branch) -> bool:
    """Whether the user's roles of today allow it. For commands and deeds."""
    return user.email == CONSOLE_EMAIL or user.is_superuser or standing_of(user).may(permission, branch)


def require(user: User, permission: str, branch: Branch) -> None:
    """Raise ``PermissionDenied`` unless the user's roles of today allow it. For commands and deeds."""
    if not may(user, permission, branch):
        raise PermissionDenied(
            _("%(user)s may not do that in %(branch)s.") % {"user": user, "branch": branch}
        )


def require_superuser(user: User) -> None:
    """Raise ``PermissionDenied`` for anybody else but the console. For commands and deeds."""
    if user.email != CONSOLE_EMAIL and not user.is_superuser:
        raise PermissionDenied(_("Only a superuser may do that."))


def has_two_factors(request: HttpRequest) -> bool:
    """Whether the session was opened with a second factor (or a passkey), or by the demo's one-click login.

    allauth records "mfa" for an app's code, a key, a passkey and a recovery code, for this very user only.
    """
    records: Iterable[dict[str, Any]] = get_authentication_records(request, request.user)
    enough = {"mfa", "demo"} if settings.DEMO else {"mfa"}
    return any(record.get("method") in enough for record in records)


def lacks_a_factor(request: HttpRequest, held: Collection[str]) -> bool:
    """Whether all that the user holds here asks for a second factor, and the session has none."""
    return bool(held) and NEEDS_TWO_FACTORS.issuperset(held) and not has_two_factors(request)


def branch_page(
    *permissions: str,
) -> Callable[[Callable[Concatenate[UserRequest, Branch, P], HttpResponse]], Callable[..., HttpResponse]]:
    """Guards a view below ``<slug:branch>``: any of ``permissions`` opens it; with none, any role there does.

    A stranger to the branch gets 404, a teammate without the role 403, and who lacks the second factor is led
    to set it up. The view receives the branch itself.
    """

    def decorate(
        view: Callable[Concatenate[UserRequest, Branch, P], HttpResponse],
    ) -> Callable[..., HttpResponse]:
        @wraps(view)
        def guarded(request: UserRequest, branch: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            here = standing(request)
            found = next((known for known in here.branches if known.slug == branch), None)
            if found is None:
                raise Http404
            held = [permission for permission in permissions if here.may(permission, found)]
            if permissions and not held:
                raise PermissionDenied
            if lacks_a_factor(request, held):
                return to_two_factors(request)
            return view(request, found, *args, **kwargs)

        guarded.permissions = permissions  # type: ignore[attr-defined]
        return guarded

    return decorate


def district_page(
    view: Callable[Concatenate[UserRequest, District, P], HttpResponse],
) -> Callable[..., HttpResponse]:
    """Guards a view below ``distrikt/<slug:district>``, by its address name or its number.

    It does not exist for strangers; who has a role in one of its branches is refused. The view receives the district.
    """

    @wraps(view)
    def guarded(request: UserRequest, district: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        here = standing(request)
        found = next((known for known in here.districts if district in {known.slug, str(known.pk)}), None)
        if found is None:
            theirs = [branch.district for branch in here.branches if branch.district is not None]
            if any(district in {known.slug, str(known.pk)} for known in theirs):
                raise PermissionDenied
            raise Http404
        if lacks_a_factor(request, [Permission.SEE_DISTRICT]):
            return to_two_factors(request)
        return view(request, found, *args, **kwargs)

    guarded.permissions = (Permission.SEE_DISTRICT,)  # type: ignore[attr-defined]
    return guarded


def party_page(
    view: Callable[Concatenate[UserRequest, P], HttpResponse],
) -> Callable[..., HttpResponse]:
    """Guards a page of the whole party: it does not exist for who has no role, and any other role is refused."""

    @wraps(view)
    def guarded(request: UserRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        here = standing(request)
        if not here.roles:
            raise Http404
        if not here.sees_party:
            raise PermissionDenied
        if lacks_a_factor(request, [Permission.SEE_PARTY]):
            return to_two_factors(request)
        return view(request, *args, **kwargs)

    guarded.permissions = (Permission.SEE_PARTY,)  # type: ignore[attr-defined]
    return guarded


def to_two_factors(request: HttpRequest) -> HttpResponse:
    """Lead to the page that asks for the second factor, and from there back; a POST's page can't be come back to."""
    query = urlencode({"next": request.get_full_path()}) if request.method == "GET" else ""
    return redirect(f"{reverse('two_factors_needed')}?{query}".rstrip("?"))


def superuser_page(
    view: Callable[Concatenate[UserRequest, P], HttpResponse],
) -> Callable[..., HttpResponse]:
    """Guards a page for superusers; it does not exist for anybody else."""

    @wraps(view)
    def guarded(request: UserRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.user.is_superuser:
            raise Http404
        if not has_two_factors(request):
            return to_two_factors(request)
        return view(request, *args, **kwargs)

    guarded.permissions = ("superuser",)  # type: ignore[attr-defined]
    return guarded


def members_of(branch: Branch) -> MemberQuerySet:
    """Everybody the branch has on file: no erased people, no duplicates that have been merged into another.

    The caller of this has passed ``branch_page``.
    """
    return Member.objects.filter(branch=branch, erased_at=None, merged_into=None)
