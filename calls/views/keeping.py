"""Calling with a bad network: what the caller's own telephone keeps, and the worker that shows it."""

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from calls import claims
from crm.access import Permission, UserRequest, branch_page
from crm.middleware import EMPTY
from crm.people.models import Branch

# What the telephone has been said to be; it names nobody, and outlives a login.
COOKIE, YEAR = "own_phone", 365 * 24 * 3600  # seconds


@require_POST
@branch_page(Permission.CALL)
def own_phone(request: UserRequest, branch: Branch) -> HttpResponse:
    """Nobody else uses this telephone: it may keep the next people."""
    answer = redirect("calls:mine", branch.slug)
    answer.set_cookie(COOKIE, "yes", max_age=YEAR, secure=settings.SECURE, httponly=True, samesite="Lax")
    return answer


@require_POST
@branch_page(Permission.CALL)
def shared_phone(request: UserRequest, branch: Branch) -> HttpResponse:
    """Others use it too: nothing is kept from now on, and what was is gone."""
    answer = redirect("calls:mine", branch.slug)
    answer.delete_cookie(COOKIE, samesite="Lax")
    answer.headers["Clear-Site-Data"] = EMPTY
    return answer


@require_POST
@branch_page(Permission.CALL)
def hold(request: UserRequest, branch: Branch) -> HttpResponse:
    """Whom the telephone may keep and until when; their pages, which are logged, it asks for one by one."""
    held = []
    if request.COOKIES.get(COOKIE) == "yes":
        held = claims.hold_more(caller=request.user, branch=branch, now=timezone.now())
    people = [
        {
            "pk": call.pk,
            "url": reverse("calls:call", args=[branch.slug, call.pk]),
            "until": call.claimed_until,
        }
        for call in held
    ]
    return JsonResponse({"people": people})


@require_safe
@branch_page(Permission.CALL)
def worker(request: UserRequest, branch: Branch) -> HttpResponse:
    """The service worker: its address is its reach, the caller's pages of one branch."""
    return render(request, "calls/worker.js", {"branch": branch}, content_type="text/javascript")


@require_safe
@branch_page(Permission.CALL)
def offline(request: UserRequest, branch: Branch) -> HttpResponse:
    """What is shown without a network. It names nobody; the telephone fills in whom it has kept."""
    return render(request, "calls/offline.html", {"branch": branch})
