"""The pool by name: calls on no list, for a leader to hand out one by one."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from calls import access, lists
from calls.forms import CallerForm, ChosenCallsForm, NameSearchForm
from calls.models import CallRound
from calls.views.lists import say_moved
from crm.access import Permission, UserRequest, branch_page
from crm.people.logbook import log_read
from crm.people.models import AccessLog, Branch

PAGE = 50  # people on a page of names


@branch_page(Permission.LEAD_CALLS)
def show(request: UserRequest, branch: Branch, pk: int) -> HttpResponse:
    shown = access.round_of(branch, pk)
    return render_pool(request, branch, shown, CallerForm(callers=callers_for(branch)))


def callers_for(branch: Branch) -> "lists.Callers":
    return lists.may_call(branch, timezone.localdate())


def render_pool(
    request: UserRequest, branch: Branch, shown: CallRound, form: CallerForm, status: int = 200
) -> HttpResponse:
    search = NameSearchForm(request.GET if request.GET.get("q") else None)
    words = search.cleaned_data["q"] if search.is_bound and search.is_valid() else ""
    page = Paginator(access.pool_by_name(shown, words), PAGE).get_page(request.GET.get("page"))
    members = [call.member_id for call in page.object_list]
    log_read(user=request.user, branch=branch, members=members, purpose=AccessLog.Purpose.LEAD)
    context = {
        "branch": branch, "round": shown, "page": page, "form": form, "search": search, "now": timezone.now(),
        "is_open": shown.is_open(timezone.localdate()),
    }  # fmt: skip
    return render(request, "calls/pool.html", context, status=status)


@require_POST
@branch_page(Permission.LEAD_CALLS)
def hand_out(request: UserRequest, branch: Branch, pk: int) -> HttpResponse:
    """Give those who are ticked to a caller."""
    shown, callers = access.round_of(branch, pk), callers_for(branch)
    pool = access.pool_by_name(shown).order_by("pk").values_list("pk", flat=True)
    form = ChosenCallsForm(request.POST, callers=callers, calls=pool)
    if not form.is_valid():
        messages.warning(request, _("Tick those who are to be called, and choose who gets them."))
        return render_pool(request, branch, shown, CallerForm(callers=callers), status=422)
    to, chosen = form.cleaned_data["caller"], form.cleaned_data["calls"]
    moved = lists.hand_out(call_round=shown, calls=chosen, to=to, by=request.user, at=timezone.now())
    say_moved(request, moved, len(chosen), to)
    return redirect("calls:pool", branch.slug, pk)
