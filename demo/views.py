"""The demo's login: one click for each role."""

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from demo import access


@login_not_required
@require_POST
def log_in(request: HttpRequest, kind: str) -> HttpResponse:
    """The method "demo" counts as a second factor, because the demo holds nobody's data."""
    person = access.person_for(kind) if access.is_open_to(request) else None
    if person is None:
        raise Http404
    logout(request)
    record_authentication(request, person, method="demo")
    get_adapter().login(request, person)
    return redirect("home")
