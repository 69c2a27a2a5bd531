"""The pages that an invitation's link opens, without logging in. A GET changes nothing (promise 14)."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from crm.people.logbook import log_read
from crm.people.models import AccessLog
from onboarding import access, answers
from onboarding.models import Invitation


@login_not_required
@require_GET
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    asked = access.invitation_by_token(token)
    return _page(request, asked) if asked else _wrong_link(request)


@login_not_required
@require_POST
def say(request: HttpRequest, token: str) -> HttpResponse:
    asked = access.invitation_by_token(token)
    if asked is None:
        return _wrong_link(request)
    said = request.POST.get("answer", "")
    if said not in Invitation.Answer.values:
        return _page(request, asked, status=422)
    try:
        answers.answer(invitation=asked, said=said)
    except answers.NoLongerOpenError:
        return _page(request, asked, status=409)
    return redirect("invitation", token)


def _wrong_link(request: HttpRequest) -> HttpResponse:
    return render(request, "onboarding/wrong_link.html", status=404)


def _page(request: HttpRequest, asked: Invitation, status: int = 200) -> HttpResponse:
    gathering = asked.gathering
    log_read(user=None, branch=gathering.branch, members=[asked.member], purpose=AccessLog.Purpose.INVITATION)
    context = {
        "branch": gathering.branch,
        "invitation": asked,
        "gathering": gathering,
        "open": gathering.takes_answers(timezone.now()),
    }
    response = render(request, "onboarding/invitation.html", context, status=status)
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Referrer-Policy"] = "same-origin"
    return response
