"""A send to more than expected: what each will get, and yes or no."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from crm.access import Permission, UserRequest, branch_page
from crm.outbox import access, deciding
from crm.people.logbook import log_read
from crm.people.models import AccessLog, Branch


@require_GET
@branch_page(Permission.SEE_MESSAGES)
def approval(request: UserRequest, branch: Branch) -> HttpResponse:
    """One recipient at a time, with exactly what they will get."""
    key = request.GET.get("key", "")
    page = Paginator(access.unapproved_of(branch, key), 1).get_page(request.GET.get("page"))
    shown = page.object_list[0]
    log_read(
        user=request.user, branch=branch, members=[shown.member_id or 0], purpose=AccessLog.Purpose.MESSAGE
    )
    context = {"branch": branch, "page": page, "message": shown, "key": key}
    return render(request, "outbox/approval.html", context)


@require_POST
@branch_page(Permission.SEE_MESSAGES)
def approve(request: UserRequest, branch: Branch) -> HttpResponse:
    done = deciding.approve(branch=branch, purpose_key=request.POST.get("key", ""), by=request.user)
    told = ngettext("%(n)s message may leave.", "%(n)s messages may leave.", done) % {"n": done}
    messages.success(request, told if done else _("Somebody had already decided; nothing was changed."))
    return redirect("outbox:index", branch.slug)


@require_POST
@branch_page(Permission.SEE_MESSAGES)
def refuse(request: UserRequest, branch: Branch) -> HttpResponse:
    done = deciding.refuse(branch=branch, purpose_key=request.POST.get("key", ""), by=request.user)
    told = ngettext("%(n)s message was stopped.", "%(n)s messages were stopped.", done) % {"n": done}
    messages.success(request, told if done else _("Somebody had already decided; nothing was changed."))
    return redirect("outbox:index", branch.slug)
