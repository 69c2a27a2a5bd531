from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from crm.access import Permission, UserRequest, branch_page
from crm.people.models import Branch
from onboarding import access, planning
from onboarding.forms import GatheringForm, NewGatheringForm, SettingsForm
from onboarding.models import Gathering


@require_GET
@branch_page(Permission.PLAN_GATHERINGS)
def index(request: UserRequest, branch: Branch) -> HttpResponse:
    now = timezone.now()
    wishes = planning.settings_of(branch)
    context = {
        "branch": branch,
        "coming": access.coming(branch, now),
        "past": access.past(branch, now)[:20],
        "wishes": wishes,
        "unconfirmed": planning.unconfirmed(branch=branch, on=timezone.localdate(now)),
    }
    return render(request, "onboarding/index.html", context)


@require_http_methods(["GET", "POST"])
@branch_page(Permission.PLAN_GATHERINGS)
def plan(request: UserRequest, branch: Branch) -> HttpResponse:
    wishes = planning.settings_of(branch)
    suggested = {"place": wishes.place, "address": wishes.address, "at": wishes.starts}
    form = NewGatheringForm(request.POST or None, branch=branch, initial=suggested)
    if request.method == "POST" and form.is_valid():
        what = {"kind": form.cleaned_data["kind"], "audience": form.cleaned_data["audience"]} | _what(form)
        gathering = planning.plan(branch=branch, by=request.user, starts_at=form.instance.starts_at, **what)
        messages.success(request, _("The meeting is planned. Invitations go out by themselves."))
        return redirect("onboarding:gathering", branch.slug, gathering.pk)
    status = 422 if request.method == "POST" else 200
    return render(request, "onboarding/plan.html", {"branch": branch, "form": form}, status=status)


@require_http_methods(["GET", "POST"])
@branch_page(Permission.PLAN_GATHERINGS)
def change(request: UserRequest, branch: Branch, pk: int) -> HttpResponse:
    gathering = access.gathering_of(branch, pk)
    form = GatheringForm(request.POST or None, branch=branch, instance=gathering)
    if request.method == "POST" and form.is_valid():
        if planning.change(gathering=form.instance, by=request.user):
            messages.success(request, _("Saved. Those invited are told of the new time or place."))
        else:
            messages.success(request, _("Saved."))
        return redirect("onboarding:gathering", branch.slug, pk)
    context = {"branch": branch, "form": form, "gathering": gathering}
    return render(request, "onboarding/plan.html", context, status=422 if request.method == "POST" else 200)


@require_POST
@branch_page(Permission.PLAN_GATHERINGS)
def confirm(request: UserRequest, branch: Branch, pk: int) -> HttpResponse:
    if planning.confirm(gathering=access.gathering_of(branch, pk), by=request.user):
        messages.success(request, _("The meeting is confirmed. Invitations go out by themselves."))
    return redirect("onboarding:gathering", branch.slug, pk)


@require_http_methods(["GET", "POST"])
@branch_page(Permission.PLAN_GATHERINGS)
def cancel(request: UserRequest, branch: Branch, pk: int) -> HttpResponse:
    gathering = access.gathering_of(branch, pk)
    if request.method == "POST":
        if planning.cancel(gathering=gathering, by=request.user):
            messages.success(request, _("The meeting is cancelled. Those invited are told."))
        return redirect("onboarding:gathering", branch.slug, pk)
    return render(request, "onboarding/cancel.html", {"branch": branch, "gathering": gathering})


@require_http_methods(["GET", "POST"])
@branch_page(Permission.PLAN_GATHERINGS)
def settings(request: UserRequest, branch: Branch) -> HttpResponse:
    form = SettingsForm(request.POST or None, branch=branch, instance=planning.settings_of(branch))
    if request.method == "POST" and form.is_valid():
        planning.change_settings(wishes=form.instance, by=request.user)
        messages.success(request, _("Saved."))
        return redirect("onboarding:index", branch.slug)
    context = {"branch": branch, "form": form}
    return render(
        request, "onboarding/settings.html", context, status=422 if request.method == "POST" else 200
    )


def _what(form: GatheringForm) -> dict[str, Any]:
    """The form's words of the meeting, for the deed."""
    return {name: form.cleaned_data[name] for name in Gathering.EDITABLE}
