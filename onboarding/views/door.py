"""Who comes: ticked on a phone, or on a printed list."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from crm.access import Permission, UserRequest, branch_page
from crm.people.logbook import log_read
from crm.people.models import AccessLog, Branch
from onboarding import access, answers
from onboarding.door_list import door_sheet

# What the tick's button sends, and what it means.
TICKS = {"yes": True, "no": False, "": None}


@require_GET
@branch_page(Permission.PLAN_GATHERINGS)
def door(request: UserRequest, branch: Branch, pk: int) -> HttpResponse:
    found = access.gathering_of(branch, pk)
    invited = list(access.door_list(found))
    text = request.GET.get("q", "")
    to_add = access.members_to_add(found, text)
    shown = [invitation.member_id for invitation in invited] + [member.pk for member in to_add]
    log_read(user=request.user, branch=branch, members=shown, purpose=AccessLog.Purpose.INVITATION)
    context = {
        "branch": branch,
        "gathering": found,
        "invited": invited,
        "funnel": access.funnel_of(found),
        "to_add": to_add,
        "q": text,
    }
    return render(request, "onboarding/door.html", context)


@require_GET
@branch_page(Permission.PLAN_GATHERINGS)
def paper(request: UserRequest, branch: Branch, pk: int) -> HttpResponse:
    found = access.gathering_of(branch, pk)
    invited = list(access.door_list(found))
    shown = [invitation.member_id for invitation in invited]
    log_read(user=request.user, branch=branch, members=shown, purpose=AccessLog.Purpose.PRINT)
    response = HttpResponse(door_sheet(found, invited), content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="narvaro-{found.day}.pdf"'
    return response


@require_POST
@branch_page(Permission.PLAN_GATHERINGS)
def tick(request: UserRequest, branch: Branch, pk: int, invitation: int) -> HttpResponse:
    asked = access.invitation_of(access.gathering_of(branch, pk), invitation)
    if (came := request.POST.get("came")) in TICKS:
        answers.tick(invitation=asked, attended=TICKS[came], by=request.user)
    return redirect("onboarding:door", branch.slug, pk)


@require_POST
@branch_page(Permission.PLAN_GATHERINGS)
def walk_in(request: UserRequest, branch: Branch, pk: int, member: int) -> HttpResponse:
    found = access.gathering_of(branch, pk)
    person = access.member_to_add(found, member)
    answers.walk_in(gathering=found, member=person, by=request.user)
    messages.success(request, _("%(member)s is ticked as present.") % {"member": person})
    return redirect("onboarding:door", branch.slug, pk)
