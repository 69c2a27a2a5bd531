"""One caller's list, as the leader sees it."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from calls import access, lists
from calls.forms import CallerForm, ChosenCallsForm
from calls.models import CallList
from crm.access import Permission, UserRequest, branch_page
from crm.people.logbook import log_read
from crm.people.models import AccessLog, Branch, User


@branch_page(Permission.LEAD_CALLS)
def show(request: UserRequest, branch: Branch, pk: int) -> HttpResponse:
    shown = access.list_of(branch, pk)
    return render_list(request, branch, shown, CallerForm(callers=others(branch, shown)))


def others(branch: Branch, shown: CallList) -> "lists.Callers":
    return lists.may_call(branch, timezone.localdate()).exclude(pk=shown.caller_id)


def render_list(
    request: UserRequest, branch: Branch, shown: CallList, form: CallerForm, status: int = 200
) -> HttpResponse:
    calls = list(access.calls_left_on(shown))
    members = [call.member_id for call in calls]
    log_read(user=request.user, branch=branch, members=members, purpose=AccessLog.Purpose.LEAD)
    context = {"branch": branch, "list": shown, "calls": calls, "form": form, "now": timezone.now()}
    return render(request, "calls/list.html", context, status=status)


@require_POST
@branch_page(Permission.LEAD_CALLS)
def move(request: UserRequest, branch: Branch, pk: int) -> HttpResponse:
    """Give what is left of the list to another caller."""
    shown = access.list_of(branch, pk)
    return give(request, branch, shown, lists.move) or redirect("calls:round", branch.slug, shown.round_id)


@require_POST
@branch_page(Permission.LEAD_CALLS)
def split(request: UserRequest, branch: Branch, pk: int) -> HttpResponse:
    """Give half of the list to another caller."""
    shown = access.list_of(branch, pk)
    return give(request, branch, shown, lists.split) or redirect("calls:list", branch.slug, shown.pk)


def give(
    request: UserRequest, branch: Branch, shown: CallList, change_hands: Callable[..., int]
) -> HttpResponse | None:
    """Let calls of the list change hands; the page again when the form does not say whose they become."""
    form = CallerForm(request.POST, callers=others(branch, shown))
    if not form.is_valid():
        return render_list(request, branch, shown, form, status=422)
    to = form.cleaned_data["caller"]
    moved = change_hands(call_list=shown, to=to, by=request.user, at=timezone.now())
    say_moved(request, moved, moved, to)
    return None


@require_POST
@branch_page(Permission.LEAD_CALLS)
def hand_out(request: UserRequest, branch: Branch, pk: int) -> HttpResponse:
    """Give those who are ticked to another caller."""
    shown = access.list_of(branch, pk)
    left = access.calls_left_on(shown).values_list("pk", flat=True)
    form = ChosenCallsForm(request.POST, callers=others(branch, shown), calls=left)
    if not form.is_valid():
        messages.warning(request, _("Tick those who are to change hands, and choose who gets them."))
        return render_list(request, branch, shown, CallerForm(callers=others(branch, shown)), status=422)
    to, chosen = form.cleaned_data["caller"], form.cleaned_data["calls"]
    moved = lists.hand_out(call_round=shown.round, calls=chosen, to=to, by=request.user, at=timezone.now())
    say_moved(request, moved, len(chosen), to)
    return redirect("calls:list", branch.slug, shown.pk)


def say_moved(request: UserRequest, moved: int, chosen: int, to: User) -> None:
    told = ngettext("%(n)s call moved to %(caller)s.", "%(n)s calls moved to %(caller)s.", moved)
    messages.success(request, told % {"n": moved, "caller": to})
    stayed = chosen - moved
    if stayed:
        why = ngettext(
            "%(n)s call stayed: it is done, on paper, or not for %(caller)s to make.",
            "%(n)s calls stayed: they are done, on paper, or not for %(caller)s to make.",
            stayed,
        )
        messages.info(request, why % {"n": stayed, "caller": to})


@require_POST
@branch_page(Permission.LEAD_CALLS)
def take_back(request: UserRequest, branch: Branch, pk: int) -> HttpResponse:
    shown = access.list_of(branch, pk)
    left = lists.take_back(call_list=shown, by=request.user, at=timezone.now())
    told = ngettext("%(n)s call is in the pool.", "%(n)s calls are in the pool.", left) % {"n": left}
    messages.success(request, told)
    return redirect("calls:round", branch.slug, shown.round_id)
