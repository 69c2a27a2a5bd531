"""The first year of each new member: a row of lamps."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from crm.access import Permission, UserRequest, branch_page
from crm.people.logbook import log_read
from crm.people.models import AccessLog, Branch
from onboarding import access, first_year
from onboarding.forms import ContactPersonForm, FirstYearForm


@require_GET
@branch_page(Permission.PLAN_GATHERINGS)
def new_members(request: UserRequest, branch: Branch) -> HttpResponse:
    found = first_year.journeys(branch=branch, on=timezone.localdate())
    only_late = request.GET.get("visa") == "sena"
    shown = [journey for journey in found if journey.is_late or not only_late]
    log_read(
        user=request.user,
        branch=branch,
        members=[journey.member for journey in shown],
        purpose=AccessLog.Purpose.LIST,
    )
    context = {
        "branch": branch,
        "journeys": shown,
        "n_leaving": access.waiting_to_leave(branch),
        "n_new": len(found),
        "n_late": sum(journey.is_late for journey in found),
        "only_late": only_late,
    }
    return render(request, "onboarding/new_members.html", context)


@require_POST
@branch_page(Permission.PLAN_GATHERINGS)
def contact_person(request: UserRequest, branch: Branch, member: int) -> HttpResponse:
    found = access.member_of(branch, member)
    form = ContactPersonForm(request.POST)
    if form.is_valid():
        first_year.name_contact_person(member=found, name=form.cleaned_data["name"], by=request.user)
        messages.success(request, _("Saved."))
    else:
        messages.error(request, _("A name has at most a hundred letters."))
    return redirect("people:member", branch.slug, member)


@require_http_methods(["GET", "POST"])
@branch_page(Permission.PLAN_GATHERINGS)
def settings(request: UserRequest, branch: Branch) -> HttpResponse:
    form = FirstYearForm(request.POST or None, branch=branch, instance=first_year.settings_of(branch))
    if request.method == "POST" and form.is_valid():
        first_year.change_settings(wishes=form.instance, by=request.user)
        messages.success(request, _("Saved."))
        return redirect("onboarding:new_members", branch.slug)
    status = 422 if request.method == "POST" else 200
    return render(
        request, "onboarding/first_year_settings.html", {"branch": branch, "form": form}, status=status
    )
