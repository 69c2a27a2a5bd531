"""Where one comes in: each is led to what they do next."""

from dataclasses import dataclass

from allauth.mfa.utils import is_mfa_enabled
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.http import url_has_allowed_host_and_scheme

from crm import access, extensions
from crm.access import NEEDS_TWO_FACTORS, Permission, Standing, UserRequest, branch_page, has_two_factors
from crm.people.models import Branch, Role


@dataclass(frozen=True)
class Door:
    """A page of the branch that the user may open."""

    label: "str | Promise"
    about: "str | Promise"
    url: str
    permission: str


def home(request: UserRequest) -> HttpResponse:
    """Straight to the only place there is, else a choice."""
    here = access.standing(request)
    outside = extensions.outer_pages_of(here)
    if len(here.branches) == 1 and not (here.districts or here.sees_party):
        return redirect("branch", here.branches[0].slug)
    if (len(outside) == 1 and not here.branches) or (request.user.is_superuser and not here.roles):
        return redirect(outside[0][1])
    return render(request, "people/home.html", {"standing": here, "outside": outside})


@branch_page()
def branch_home(request: UserRequest, branch: Branch) -> HttpResponse:
    here = access.standing(request)
    doors = doors_of(here, branch)
    calls = next((door for door in doors if door.permission == Permission.CALL), None)
    if calls and here.kinds_in(branch) == {Role.Kind.CALLER}:
        return redirect(calls.url)
    lacks = any(door.permission in NEEDS_TWO_FACTORS for door in doors) and not has_two_factors(request)
    context = {"branch": branch, "doors": doors, "lacks_second_factor": lacks}
    return render(request, "people/branch_home.html", context)


def doors_of(here: Standing, branch: Branch) -> list[Door]:
    return [
        Door(entry.label, entry.about, url, entry.permission)
        for entry, url in extensions.pages_of(branch)
        if here.may(entry.permission, branch)
    ]


def two_factors_needed(request: UserRequest) -> HttpResponse:
    """Says why a second factor is asked for, and leads to setting one up or to showing it now."""
    wanted = next_page(request)
    if has_two_factors(request):
        return redirect(wanted or "home")
    context = {"wanted": wanted, "has_second_factor": is_mfa_enabled(request.user)}
    return render(request, "people/two_factors_needed.html", context)


def next_page(request: HttpRequest) -> str:
    """The page on this site to come back to, or nothing."""
    wanted = request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None, require_https=False)
    return wanted if safe else ""
