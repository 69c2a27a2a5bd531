"""How each member came, and who asked them. Officers only: these pages have names."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from crm.access import Permission, UserRequest, branch_page
from crm.months import months_before
from crm.outreach import access, origins
from crm.outreach.forms import OriginForm
from crm.people.logbook import log_read
from crm.people.models import AccessLog, Branch

PER_PAGE = 50
ASKED_FOR_MONTHS = 12
OFFICERS = branch_page(Permission.SEE_MEMBERS)


@require_safe
@OFFICERS
def unknown(request: UserRequest, branch: Branch) -> HttpResponse:
    """The last year's new members of whom nobody has noted how they came."""
    since = months_before(timezone.localdate(), ASKED_FOR_MONTHS)
    page = Paginator(access.without_origin(branch, since), PER_PAGE).get_page(request.GET.get("page"))
    log_read(user=request.user, branch=branch, members=page.object_list, purpose=AccessLog.Purpose.LIST)
    return render(request, "outreach/unknown.html", {"branch": branch, "page": page})


@require_safe
@OFFICERS
def recruiters(request: UserRequest, branch: Branch) -> HttpResponse:
    """Whom to thank."""
    page = Paginator(access.recruiters_of(branch), PER_PAGE).get_page(request.GET.get("page"))
    log_read(user=request.user, branch=branch, members=page.object_list, purpose=AccessLog.Purpose.LIST)
    return render(request, "outreach/recruiters.html", {"branch": branch, "page": page})


@require_http_methods(["GET", "POST"])
@OFFICERS
def origin(request: UserRequest, branch: Branch, member: int) -> HttpResponse:
    shown = access.member_of(branch, member)
    known = access.origin_of(shown)
    asked = {"recruiter": known.recruiter.member_number} if known and known.recruiter else {}
    form = OriginForm(request.POST or None, member=shown, instance=known, initial=asked)
    if request.method == "POST" and form.is_valid():
        origins.note(member=shown, by=request.user, **form.cleaned_data)
        messages.success(request, _("Noted how %(member)s came.") % {"member": shown})
        return redirect("people:member", branch.slug, shown.pk)
    log_read(user=request.user, branch=branch, members=[shown], purpose=AccessLog.Purpose.MEMBER)
    context = {"branch": branch, "form": form, "member": shown}
    return render(request, "outreach/origin.html", context, status=422 if request.method == "POST" else 200)
