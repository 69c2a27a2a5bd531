"""The board's link: made and withdrawn by the board, opened by whoever holds it."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from crm.access import Permission, UserRequest, branch_page
from crm.board import access, links, report_views, views
from crm.board.forms import DayForm, LinkForm
from crm.board.overview import overview
from crm.people.models import Branch

# The address of a link just made, shown once to who made it: the database has its hash alone.
SHOWN_ONCE = "board_link"


@require_GET
@branch_page(Permission.SHARE_FIGURES)
def link(request: UserRequest, branch: Branch) -> HttpResponse:
    form = LinkForm(initial={"expires_on": timezone.localdate() + links.USUAL})
    return show(request, branch, form, address=request.session.pop(f"{SHOWN_ONCE}_{branch.pk}", ""))


def show(
    request: UserRequest, branch: Branch, form: LinkForm, *, address: str = "", status: int = 200
) -> HttpResponse:
    context = {
        "branch": branch,
        "form": form,
        "link": access.open_link_of(branch),
        "today": timezone.localdate(),
        "address": address,
    }
    return render(request, "board/link.html", context, status=status)


@require_POST
@branch_page(Permission.SHARE_FIGURES)
def make(request: UserRequest, branch: Branch) -> HttpResponse:
    form = LinkForm(request.POST)
    if form.is_valid():
        try:
            token = links.make(branch=branch, expires_on=form.cleaned_data["expires_on"], by=request.user)
        except ValidationError as refusal:
            form.add_error("expires_on", refusal)
        else:
            address = settings.SITE_URL + reverse("board_shared", args=[token])
            request.session[f"{SHOWN_ONCE}_{branch.pk}"] = address
            return redirect("board:link", branch.slug)
    return show(request, branch, form, status=422)


@require_POST
@branch_page(Permission.SHARE_FIGURES)
def withdraw(request: UserRequest, branch: Branch) -> HttpResponse:
    if links.withdraw(branch=branch, by=request.user):
        messages.success(request, _("The link is withdrawn. Nobody can read by it any more."))
    return redirect("board:link", branch.slug)


@login_not_required
@require_GET
def shared(request: HttpRequest, token: str) -> HttpResponse:
    """The board's page, for whoever holds the secret address."""
    today = timezone.localdate()
    held = access.link_by_token(token, today)
    if held is None:
        return private(render(request, "board/wrong_link.html", status=404))
    form = DayForm({"on": request.GET.get("on") or today.isoformat()}, today=today)
    on = form.cleaned_data["on"] if form.is_valid() else today
    links.opened(link=held)
    context = {
        "branch": held.branch,
        "form": form,
        "today": today,
        "page": overview(held.branch, on),
        "parts": views.parts(request, held.branch, on),
        "until": held.expires_on,
    }
    return private(render(request, "board/shared.html", context, status=200 if form.is_valid() else 422))


@login_not_required
@require_GET
def shared_figures(request: HttpRequest, token: str) -> HttpResponse:
    """The same figures for a program; the secret address is its key."""
    held = access.link_by_token(token, timezone.localdate())
    if held is None:
        raise Http404
    on = report_views.asked_day(request)
    links.opened(link=held)
    return private(report_views.as_json(held.branch, on, may=Permission.SEE_FIGURES.__eq__))


def private(response: HttpResponse) -> HttpResponse:
    """Kept by no cache, found by no search engine, and its address is told to nobody."""
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
