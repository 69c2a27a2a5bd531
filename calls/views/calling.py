"""The caller's pages: my list, one person at a time, how it went."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from calls import access, claims, evenings, outcomes, screens, telling
from calls.consequences import what_follows
from calls.models import Call, CallRules
from calls.report_form import ReportForm
from calls.rules import rules_of
from crm.access import Permission, UserRequest, branch_page
from crm.people.logbook import log_read
from crm.people.models import AccessLog, Branch

Purpose = AccessLog.Purpose


@branch_page(Permission.CALL)
def mine(request: UserRequest, branch: Branch) -> HttpResponse:
    """Given names and towns of those who are left on my list, and how the evening goes."""
    evening = evenings.of(request.user, branch, timezone.now())
    members = [call.member_id for call in evening.left]
    log_read(user=request.user, branch=branch, members=members, purpose=Purpose.CALL_LIST)
    booked = access.evenings_ahead_for(request.user, branch, evening.now)
    return render(request, "calls/mine.html", {"branch": branch, "evening": evening, "booked": booked})


@require_POST
@branch_page(Permission.CALL)
def serve_next(request: UserRequest, branch: Branch) -> HttpResponse:
    return to_next(request, branch)


def to_next(request: UserRequest, branch: Branch) -> HttpResponse:
    call = claims.claim_next(caller=request.user, branch=branch, now=timezone.now())
    return redirect("calls:call", branch.slug, call.pk) if call else redirect("calls:mine", branch.slug)


@require_POST
@branch_page(Permission.CALL)
def choose(request: UserRequest, branch: Branch, pk: int) -> HttpResponse:
    now = timezone.now()
    call = access.choosable_by(request.user, branch, now, pk)
    if claims.claim(call=call, caller=request.user, now=now):
        return redirect("calls:call", branch.slug, pk)
    messages.warning(request, _("Somebody else is calling that person just now. Choose another."))
    return redirect("calls:mine", branch.slug)


@branch_page(Permission.CALL)
def call(request: UserRequest, branch: Branch, pk: int) -> HttpResponse:
    """The person I have in hand. Being here renews the half hour."""
    now = timezone.now()
    shown = access.on_screen_of(request.user, branch, now, pk)
    if shown is None:
        messages.info(
            request,
            _("You do not have that person any more. Half an hour may have passed; take the next one."),
        )
        return redirect("calls:mine", branch.slug)
    claims.renew(call=shown, caller=request.user, now=now)
    offers = telling.offers_for(shown.member, timezone.localdate(now))
    return show(request, branch, shown, ReportForm.fresh(shown, offers))


def show(
    request: UserRequest, branch: Branch, shown: Call, form: ReportForm, status: int = 200
) -> HttpResponse:
    log_read(user=request.user, branch=branch, members=[shown.member_id], purpose=Purpose.CALL)
    screen = screens.of(shown, request.user, timezone.now())
    context: dict[str, Any] = {"branch": branch, "screen": screen, "form": form, "undoable": screen.undoable}
    if "keep" in request.GET:  # for later: what has just happened is not news then
        context |= {"undoable": None, "messages": []}
    return render(request, "calls/call.html", context, status=status)


@require_POST
@branch_page(Permission.CALL)
def report(request: UserRequest, branch: Branch, pk: int) -> HttpResponse:
    """How it went; then the next person. The page's ticket lets a report through that comes late."""
    ticket = request.POST.get("ticket", "")
    if "X-Report" in request.headers and access.is_ticket_of_another(ticket, request.user):
        return HttpResponse(status=HTTPStatus.CONFLICT)
    reported = access.call_of_ticket(ticket, request.user, branch, pk)
    offers = telling.offers_for(reported.member, timezone.localdate())
    form = ReportForm(request.POST, call=reported, offers=offers)
    if not form.is_valid():
        return show(request, branch, reported, form, status=422)
    words: dict[str, Any] = form.cleaned_data
    told = telling.tell(
        call=reported,
        by=request.user,
        learnt=form.learnt(),
        call_back_at=form.call_back_at(timezone.now()),
        at=form.moment_told(timezone.now()),
        **{name: words[name] for name in ("outcome", "client_id", "note", "message", "wrong_number")},
    )
    confirm(request, told, words["outcome"], rules_of(reported.round.branch))
    for name in told.refused:
        messages.warning(request, _("Too late to answer: %(question)s") % {"question": offers[name].question})
    return onward(request, branch)


def onward(request: UserRequest, branch: Branch) -> HttpResponse:
    """To the next person. A page that sends its reports by script is told where; one sent again claims nobody."""
    how = request.headers.get("X-Report")
    if how == "again":
        return JsonResponse({"next": reverse("calls:mine", args=[branch.slug])})
    answer = to_next(request, branch)
    return JsonResponse({"next": answer["Location"]}) if how else answer


def confirm(request: UserRequest, told: telling.Told, outcome: str, rules: CallRules) -> None:
    if told.attempt.outcome != outcome:
        messages.warning(
            request, _("You had reported that call already. Undo the first report if it was wrong.")
        )
    else:
        consequence = what_follows(outcome, rules, told.attempt.call.state)
        messages.success(request, f"{told.attempt.get_outcome_display()}. {consequence}")
    if told.is_corrected:
        messages.success(request, _("Corrected, and on the list for whoever tends the member register."))


@require_POST
@branch_page(Permission.CALL)
def release(request: UserRequest, branch: Branch, pk: int) -> HttpResponse:
    held = access.on_screen_of(request.user, branch, timezone.now(), pk)
    if held is not None:
        claims.release(call=held, by=request.user)
    return redirect("calls:mine", branch.slug)


@require_POST
@branch_page(Permission.CALL)
def undo(request: UserRequest, branch: Branch, pk: int) -> HttpResponse:
    now = timezone.now()
    attempt = access.own_attempt(request.user, branch, now, pk)
    try:
        undone = telling.undo(attempt=attempt, by=request.user, now=now)
    except outcomes.CannotUndo:
        messages.warning(
            request, _("It can't be undone any more. Tell your call leader, who can put it right.")
        )
        return redirect("calls:mine", branch.slug)
    messages.success(request, _("Undone. Tell once more how it went."))
    held = undone.is_held_by(request.user, now)
    return redirect("calls:call", branch.slug, undone.pk) if held else redirect("calls:mine", branch.slug)


@branch_page(Permission.CALL)
def recent(request: UserRequest, branch: Branch) -> HttpResponse:
    """Whom I have called in the last 14 days: members ring back, and I read what came of my messages."""
    now = timezone.now()
    attempts = list(access.recent_attempts(request.user, branch, now))
    members = {attempt.call.member_id for attempt in attempts}
    log_read(user=request.user, branch=branch, members=sorted(members), purpose=Purpose.CALL_LIST)
    context = {
        "branch": branch,
        "attempts": attempts,
        "undoable": access.undoable_by(request.user, branch, now),
        "late_answers": access.late_answers(request.user, branch, now).select_related("call"),
    }
    return render(request, "calls/recent.html", context)
