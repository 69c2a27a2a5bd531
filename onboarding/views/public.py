"""The pages that an invitation's link or code opens, without logging in. A GET changes nothing (promise 14)."""

from urllib.parse import quote_plus

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from crm.people.logbook import log_read
from crm.people.models import AccessLog
from crm.people.skill_forms import TellForm
from onboarding import access, answers, texts
from onboarding.calendars import calendar_file
from onboarding.forms import AnswerForm, CodeForm
from onboarding.models import Invitation

# A map's own page behind a plain link: nothing of it is loaded by ours.
MAP = "https://www.openstreetmap.org/search?query="


@login_not_required
@require_GET
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    asked = access.invitation_by_token(token)
    return _page(request, asked, AnswerForm(initial=_said(asked))) if asked else _wrong_link(request)


@login_not_required
@require_POST
def say(request: HttpRequest, token: str) -> HttpResponse:
    asked = access.invitation_by_token(token)
    if asked is None:
        return _wrong_link(request)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _page(request, asked, form, status=422)
    try:
        answers.answer(invitation=asked, said=form.cleaned_data["answer"], details=form.details())
    except answers.NoLongerOpenError:
        return _page(request, asked, form, status=409)
    return redirect("invitation", token)


@login_not_required
@require_POST
def tell(request: HttpRequest, token: str) -> HttpResponse:
    """What somebody who comes can and wants. It is thanked for and never shown: a link is not an account."""
    asked = access.invitation_by_token(token)
    if asked is None:
        return _wrong_link(request)
    form = TellForm(request.POST, branch=asked.gathering.branch)
    if not form.is_valid() or not asked.takes_more(timezone.now()):
        return _page(request, asked, AnswerForm(initial=_said(asked)), status=409)
    answers.tell(invitation=asked, words=form.words)
    messages.success(request, _("Thank you! It is noted. You can change it by telling your branch."))
    return redirect("invitation", token)


@login_not_required
@require_GET
def calendar(request: HttpRequest, token: str) -> HttpResponse:
    asked = access.invitation_by_token(token)
    if asked is None:
        return _wrong_link(request)
    with translation.override("sv"):
        file = calendar_file(asked, url=texts.invitation_url(asked), now=timezone.now())
    response = HttpResponse(file, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="traff.ics"'
    return _private(response)


@login_not_required
@require_http_methods(["GET", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """Where the code of a letter is typed. Wrong ones are counted, so that nobody finds one by trying."""
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if not ratelimit.consume(request, action="invitation_code", dry_run=True):
            answer: HttpResponse = ratelimit.respond_429(request)
            return answer
        if asked := access.invitation_by_code(form.cleaned_data["code"]):
            return redirect("invitation", asked.token)
        ratelimit.consume(request, action="invitation_code")
        form.add_error("code", access.NO_SUCH_CODE)
    status = 422 if request.method == "POST" else 200
    return render(request, "onboarding/code.html", {"form": form}, status=status)


def _wrong_link(request: HttpRequest) -> HttpResponse:
    return render(request, "onboarding/wrong_link.html", status=404)


def _said(asked: Invitation) -> dict[str, object]:
    return {name: getattr(asked, name) for name in ("companions", "needs_lift", "needs_loop", "food")}


def _page(request: HttpRequest, asked: Invitation, form: AnswerForm, status: int = 200) -> HttpResponse:
    gathering, now = asked.gathering, timezone.now()
    expected = answers.places_taken(gathering)
    log_read(user=None, branch=gathering.branch, members=[asked.member], purpose=AccessLog.Purpose.INVITATION)
    context = {
        "branch": gathering.branch,
        "invitation": asked,
        "gathering": gathering,
        "form": form,
        "open": gathering.takes_answers(now),
        "is_ahead": gathering.is_ahead(now),
        "is_full": gathering.seats is not None and expected >= gathering.seats,
        "tell_form": TellForm(branch=gathering.branch) if asked.takes_more(now) else None,
        "expected": expected,
        "map_url": MAP + quote_plus(f"{gathering.address or gathering.place} {gathering.branch.place}"),
    }
    return _private(render(request, "onboarding/invitation.html", context, status=status))


def _private(response: HttpResponse) -> HttpResponse:
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Referrer-Policy"] = "same-origin"
    return response
