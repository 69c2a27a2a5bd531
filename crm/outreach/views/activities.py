"""Outreach: what pays off, noting an activity, and the way to the party's page for new members."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crm.access import Permission, UserRequest, branch_page, standing
from crm.outreach import access, activities, board, signing_up
from crm.outreach.forms import ActivityForm, SignUpForm, TokenForm
from crm.people.models import Branch

SHOWN = 12
NOTERS = branch_page(Permission.NOTE_OUTREACH)


@require_safe
@branch_page(Permission.SEE_FIGURES)
def index(request: UserRequest, branch: Branch) -> HttpResponse:
    """What pays off. Figures, and nobody's name."""
    today = timezone.localdate()
    here = standing(request)
    context = {
        "branch": branch,
        "recruitment": board.whole_page(branch, today),
        "latest": access.latest_of(branch, today, SHOWN),
        "unnoted": access.unnoted(branch, today),
        "may_see_members": here.may(Permission.SEE_MEMBERS, branch),
        "may_set_address": here.may(Permission.PLAN_GATHERINGS, branch),
    }
    return render(request, "outreach/index.html", context)


@require_http_methods(["GET", "POST"])
@NOTERS
def note(request: UserRequest, branch: Branch) -> HttpResponse:
    """Half a minute: what is asked for first is known to everybody who was there, or is as it was before."""
    today = timezone.localdate()
    suggested = {"held_on": today} | {name: request.GET.get(name) for name in ("kind", "place", "club")}
    form = ActivityForm(request.POST or None, branch=branch, today=today, initial=suggested)
    token = TokenForm(request.POST or None, initial={"token": uuid.uuid4()})
    if request.method == "POST" and form.is_valid() and token.is_valid():
        noted = activities.note(branch=branch, by=request.user, **token.cleaned_data, **form.cleaned_data)
        messages.success(request, _("Noted. Thank you!"))
        return redirect("outreach:activity", branch.slug, noted.pk)
    context = {"branch": branch, "form": form, "token": token}
    if request.method == "GET":
        context |= {"unnoted": access.just_held(branch, today), "usual": access.usual_of(branch)}
    return render(request, "outreach/note.html", context, status=422 if request.method == "POST" else 200)


@require_safe
@NOTERS
def activity(request: UserRequest, branch: Branch, pk: int) -> HttpResponse:
    shown = access.activity_of(branch, pk)
    context = {
        "branch": branch,
        "activity": shown,
        "may_set_address": standing(request).may(Permission.PLAN_GATHERINGS, branch),
    }
    if sign_up := access.sign_up_of(branch):
        address = signing_up.address_for(sign_up, shown)
        context |= {"address": address, "qr_code": signing_up.qr_code(address)}
    return render(request, "outreach/activity.html", context)


@require_safe
@NOTERS
def poster(request: UserRequest, branch: Branch, pk: int) -> HttpResponse:
    """A PDF to print; there is none before the branch has said where one becomes a member."""
    shown, sign_up = access.activity_of(branch, pk), access.sign_up_of(branch)
    if sign_up is None:
        raise Http404
    content = signing_up.poster(signing_up.address_for(sign_up, shown), shown)
    headers = {"Content-Disposition": 'inline; filename="bli-medlem.pdf"'}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


@require_http_methods(["GET", "POST"])
@NOTERS
def change(request: UserRequest, branch: Branch, pk: int) -> HttpResponse:
    found = access.activity_of(branch, pk)
    form = ActivityForm(request.POST or None, branch=branch, today=timezone.localdate(), instance=found)
    if request.method == "POST" and form.is_valid():
        activities.change(activity=form.instance, by=request.user)
        messages.success(request, _("Saved."))
        return redirect("outreach:activity", branch.slug, pk)
    context = {"branch": branch, "form": form, "activity": found}
    return render(request, "outreach/note.html", context, status=422 if request.method == "POST" else 200)


@require_POST
@NOTERS
def remove(request: UserRequest, branch: Branch, pk: int) -> HttpResponse:
    if activities.remove(activity=access.activity_of(branch, pk), by=request.user):
        messages.success(request, _("The activity is removed."))
        return redirect("outreach:index", branch.slug)
    messages.error(request, _("Members have come by this activity: it stays. Change its numbers instead."))
    return redirect("outreach:activity", branch.slug, pk)


@require_http_methods(["GET", "POST"])
@branch_page(Permission.PLAN_GATHERINGS)
def sign_up(request: UserRequest, branch: Branch) -> HttpResponse:
    form = SignUpForm(request.POST or None, branch=branch, instance=access.sign_up_of(branch))
    if request.method == "POST" and form.is_valid():
        activities.change_sign_up(branch=branch, by=request.user, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("outreach:index", branch.slug)
    context = {"branch": branch, "form": form}
    return render(request, "outreach/sign_up.html", context, status=422 if request.method == "POST" else 200)
