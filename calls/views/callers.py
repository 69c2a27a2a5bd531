"""The leader's pages of callers: what each takes on, and whom somebody shouldn't call."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from calls import access, lists, wishes
from calls.forms import CallerProfileForm, NameSearchForm
from crm.access import Permission, UserRequest, branch_page
from crm.people.logbook import log_read
from crm.people.models import AccessLog, Branch, Member, User

Purpose = AccessLog.Purpose
SHOWN = 20  # people found by a name; more means that the name should be longer


@branch_page(Permission.LEAD_CALLS)
def index(request: UserRequest, branch: Branch) -> HttpResponse:
    lines = wishes.of_callers(branch, timezone.localdate())
    return render(request, "calls/callers.html", {"branch": branch, "lines": lines})


def caller_of(branch: Branch, pk: int) -> User:
    """One of those who may call here today. Raises ``Http404`` for all others."""
    return get_object_or_404(lists.may_call(branch, timezone.localdate()), pk=pk)


@branch_page(Permission.LEAD_CALLS)
def edit(request: UserRequest, branch: Branch, pk: int) -> HttpResponse:
    """A caller's wishes, by the leader's hand; below them whom the caller doesn't call."""
    caller = caller_of(branch, pk)
    if request.method != "POST":
        profile = wishes.profile_of(caller, branch)
        return show(request, branch, caller, CallerProfileForm(branch=branch, instance=profile))
    profile = wishes.kept_profile_of(caller, branch)
    form = CallerProfileForm(request.POST, branch=branch, instance=profile)
    if not form.is_valid():
        return show(request, branch, caller, form, status=422)
    form.save()
    messages.success(request, _("Saved. It holds the next time lists are shared out."))
    return redirect("calls:callers", branch.slug)


def show(
    request: UserRequest, branch: Branch, caller: User, form: CallerProfileForm, status: int = 200
) -> HttpResponse:
    search = NameSearchForm(request.GET if "q" in request.GET else None)
    found = found_by(request, branch, search)
    avoided = list(access.avoided_by_caller(caller, branch))
    seen = {member.pk for member in found} | {row.member_id for row in avoided}
    if seen:
        log_read(user=request.user, branch=branch, members=sorted(seen), purpose=Purpose.LEAD)
    context = {
        "branch": branch, "caller": caller, "form": form, "search": search, "found": found, "avoided": avoided,
    }  # fmt: skip
    return render(request, "calls/caller.html", context, status=status)


def found_by(request: UserRequest, branch: Branch, search: NameSearchForm) -> list[Member]:
    if not (search.is_bound and search.is_valid()):
        return []
    found = list(access.members_named(branch, search.cleaned_data["q"])[:SHOWN])
    if not found:
        log_read(user=request.user, branch=branch, members=[], purpose=Purpose.SEARCH)
    return found


@require_POST
@branch_page(Permission.LEAD_CALLS)
def avoid(request: UserRequest, branch: Branch, pk: int, member: int) -> HttpResponse:
    """The caller shouldn't call this member. No reason is asked for."""
    caller, found = caller_of(branch, pk), access.member_to_avoid(branch, member)
    wishes.avoid(caller=caller, member=found, by=request.user, at=timezone.now())
    messages.success(request, _("Somebody else calls that person. Nobody asks why."))
    return redirect("calls:caller", branch.slug, pk)


@require_POST
@branch_page(Permission.LEAD_CALLS)
def stop_avoiding(request: UserRequest, branch: Branch, pk: int) -> HttpResponse:
    avoided = access.avoided_in(branch, pk)
    wishes.stop_avoiding(avoided=avoided)
    messages.success(request, _("The caller can get that person again."))
    return redirect("calls:caller", branch.slug, avoided.profile.user_id)
