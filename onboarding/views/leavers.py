"""Codes that an officer hands out, and who has asked to leave."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from crm.access import Permission, UserRequest, branch_page
from crm.people.access import member_of
from crm.people.logbook import log_read
from crm.people.models import AccessLog, Branch
from onboarding import access, own_deeds, own_page

OFFICERS = branch_page(Permission.SEE_MEMBERS)


@require_POST
@OFFICERS
def print_code(request: UserRequest, branch: Branch, member: int) -> HttpResponse:
    """The sheet is the answer itself: the code can't be shown a second time."""
    found = member_of(branch, member)
    log_read(user=request.user, branch=branch, members=[found], purpose=AccessLog.Purpose.PRINT)
    context = {
        "branch": branch,
        "member": found,
        "code": own_page.print_code(member=found, by=request.user),
        "expires_on": timezone.localdate() + own_page.PRINTED_FOR,
        "address": request.build_absolute_uri(reverse("own_code")),
    }
    return render(request, "onboarding/own_printed_code.html", context)


@OFFICERS
@require_safe
def leavers(request: UserRequest, branch: Branch) -> HttpResponse:
    found = access.leave_requests_of(branch)
    log_read(
        user=request.user,
        branch=branch,
        members=[row.member for row in found],
        purpose=AccessLog.Purpose.LIST,
    )
    return render(request, "onboarding/leavers.html", {"branch": branch, "requests": found})


@require_POST
@OFFICERS
def handle(request: UserRequest, branch: Branch, pk: int) -> HttpResponse:
    if own_deeds.handle(request=access.leave_request(branch, pk), by=request.user):
        messages.success(
            request, _("Noted. When the register no longer has them, confirm that they have left.")
        )
    return redirect("onboarding:leavers", branch.slug)
