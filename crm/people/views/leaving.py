"""Those who are missing, those who have left, and when each is erased. Officers only."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from crm.access import Permission, UserRequest, branch_page
from crm.people import access, memberships, retention
from crm.people.forms import HoldForm, LeavingForm, MissingForm
from crm.people.logbook import log_read
from crm.people.models import AccessLog, Branch

PER_PAGE = 50
OFFICERS = branch_page(Permission.SEE_MEMBERS)


@OFFICERS
@require_safe
def missing(request: UserRequest, branch: Branch) -> HttpResponse:
    return missing_page(request, branch, LeavingForm(branch=branch))


def missing_page(
    request: UserRequest, branch: Branch, form: MissingForm, *, status: int = 200
) -> HttpResponse:
    page = Paginator(access.missing_members(branch), PER_PAGE).get_page(request.GET.get("page"))
    log_read(user=request.user, branch=branch, members=page.object_list, purpose=AccessLog.Purpose.LIST)
    ticked = set(form.data.getlist("members")) if form.is_bound else set()  # type: ignore[attr-defined]
    everybody = "all" in request.GET
    context = {
        "branch": branch,
        "page": page,
        "rows": [(member, everybody or str(member.pk) in ticked) for member in page],
        "form": form,
        "reason": form["reason"] if "reason" in form.fields else LeavingForm(branch=branch)["reason"],
        "leaver_days": retention.rules_of(branch).leaver_days,
    }
    return render(request, "people/missing.html", context, status=status)


@require_POST
@OFFICERS
def confirm(request: UserRequest, branch: Branch) -> HttpResponse:
    """One, several or all on the page have left, for one reason."""
    form = LeavingForm(request.POST, branch=branch)
    if not form.is_valid():
        return missing_page(request, branch, form, status=422)
    number = memberships.confirm_leaving(
        branch=branch, member_ids=form.member_ids, reason=form.cleaned_data["reason"], by=request.user
    )
    said = ngettext("%(n)s has left.", "%(n)s have left.", number) % {"n": number}
    messages.success(request, said)
    return redirect("people:missing", branch.slug)


@require_POST
@OFFICERS
def take_back(request: UserRequest, branch: Branch) -> HttpResponse:
    """They are members though the roster lacks them."""
    form = MissingForm(request.POST, branch=branch)
    if not form.is_valid():
        return missing_page(request, branch, form, status=422)
    number = memberships.take_back(member_ids=form.member_ids)
    said = ngettext(
        "%(n)s is a member again. Tell the register before the next file.",
        "%(n)s are members again. Tell the register before the next file.",
        number,
    )
    messages.success(request, said % {"n": number})
    return redirect("people:missing", branch.slug)


@OFFICERS
@require_safe
def erasing(request: UserRequest, branch: Branch) -> HttpResponse:
    """Who has left, and when each is erased."""
    found, today = retention.leavers(branch), timezone.localdate()
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    log_read(
        user=request.user,
        branch=branch,
        members=[leaver.member for leaver in page],
        purpose=AccessLog.Purpose.LIST,
    )
    context = {
        "branch": branch,
        "page": page,
        "rules": retention.rules_of(branch),
        "unusual": len(retention.due(branch, today, found).unusual),
        "today": today,
    }
    return render(request, "people/erasing.html", context)


@require_POST
@OFFICERS
def approve(request: UserRequest, branch: Branch) -> HttpResponse:
    if retention.approve(branch=branch, on=timezone.localdate(), by=request.user):
        messages.success(request, _("Noted with your name. They are erased tonight."))
    return redirect("people:erasing", branch.slug)


@OFFICERS
def hold(request: UserRequest, branch: Branch, pk: int) -> HttpResponse:
    """Postpone one person's erasure, with a reason."""
    leaver = access.leaver_of(branch, pk)
    log_read(user=request.user, branch=branch, members=[leaver], purpose=AccessLog.Purpose.MEMBER)
    form = HoldForm(request.POST or None)
    if form.is_valid():
        retention.hold(member=leaver, by=request.user, **form.cleaned_data)
        messages.success(request, _("Postponed."))
        return redirect("people:erasing", branch.slug)
    context = {
        "branch": branch,
        "form": form,
        "title": _("Postpone the erasing of %(name)s") % {"name": leaver.name},
        "text": _("Give a reason that holds for the person themselves: they can ask for it."),
        "button": _("Postpone"),
        "cancel_url": reverse("people:erasing", args=[branch.slug]),
    }
    return render(request, "confirm.html", context, status=422 if form.errors else 200)


@require_POST
@OFFICERS
def let_go(request: UserRequest, branch: Branch, pk: int) -> HttpResponse:
    if retention.let_go(member=access.leaver_of(branch, pk)):
        messages.success(request, _("The usual time counts again."))
    return redirect("people:erasing", branch.slug)


@OFFICERS
def erase_at_once(request: UserRequest, branch: Branch, pk: int) -> HttpResponse:
    """Somebody who has left asks to be forgotten now."""
    leaver = access.leaver_of(branch, pk)
    log_read(user=request.user, branch=branch, members=[leaver], purpose=AccessLog.Purpose.MEMBER)
    if request.method == "POST":
        retention.erase_at_once(member=leaver, by=request.user, on=timezone.localdate())
        messages.success(request, _("Erased. What remains is a row without a name, for the figures."))
        return redirect("people:erasing", branch.slug)
    context = {
        "branch": branch,
        "title": _("Erase %(name)s now?") % {"name": leaver.name},
        "text": _("Name, contact details, notes and messages go for good. This can't be undone."),
        "button": _("Erase now"),
        "danger": True,
        "cancel_url": reverse("people:erasing", args=[branch.slug]),
    }
    return render(request, "confirm.html", context)
