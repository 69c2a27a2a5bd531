"""Calling evenings: booked, started, looked at, ended; and whoever comes in through the door."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from calls import access, calling_evenings, lists, screens, walk_ins
from calls.forms import CallerForm, EveningForm, WalkInForm
from calls.models import CallRound
from crm.access import Permission, UserRequest, branch_page
from crm.people.models import Branch


@branch_page(Permission.LEAD_CALLS)
def index(request: UserRequest, branch: Branch) -> HttpResponse:
    now = timezone.now()
    context = {
        "branch": branch,
        "ahead": access.evenings_of(branch).ahead(now).prefetch_related("callers__caller"),
        "rounds": access.open_rounds_of(branch, now),
    }
    return render(request, "calls/calling_evenings.html", context)


@branch_page(Permission.LEAD_CALLS)
def book(request: UserRequest, branch: Branch, pk: int) -> HttpResponse:
    shown, now = access.round_of(branch, pk), timezone.now()
    today = timezone.localdate(now)
    callers = lists.may_call(branch, today)
    form = EveningForm(request.POST or None, callers=callers, today=today, last=shown.closes_on)
    if form.is_valid():
        evening = calling_evenings.book(
            call_round=shown,
            starts_at=form.starts_at,
            place=form.cleaned_data["place"],
            callers=form.cleaned_data["callers"],
            by=request.user,
            at=now,
        )
        messages.success(request, _("The evening is booked. Callers see it on their own page."))
        return redirect("calls:calling_evening", branch.slug, evening.pk)
    context = {"branch": branch, "round": shown, "form": form}
    return render(request, "calls/book_evening.html", context, status=422 if form.errors else 200)


@branch_page(Permission.LEAD_CALLS)
def show(request: UserRequest, branch: Branch, pk: int) -> HttpResponse:
    """The evening just now; it reads itself anew while it goes on."""
    return render_evening(request, branch, pk)


def render_evening(
    request: UserRequest, branch: Branch, pk: int, form: CallerForm | None = None
) -> HttpResponse:
    evening, now = access.evening_of(branch, pk), timezone.now()
    form = form or CallerForm(callers=lists.may_call(branch, timezone.localdate(now)))
    live = calling_evenings.live(evening, now)
    context = {"branch": branch, "live": live, "form": form, "now": now}
    return render(request, "calls/calling_evening.html", context, status=422 if form.errors else 200)


@require_POST
@branch_page(Permission.LEAD_CALLS)
def start(request: UserRequest, branch: Branch, pk: int) -> HttpResponse:
    evening, now = access.evening_of(branch, pk), timezone.now()
    gather = request.POST.get("gather") == "yes"
    given = calling_evenings.start(evening=evening, gather=gather, by=request.user, at=now)
    told = ngettext("%(n)s call has been shared out.", "%(n)s calls have been shared out.", given)
    messages.success(request, told % {"n": given})
    return redirect("calls:calling_evening", branch.slug, pk)


@require_POST
@branch_page(Permission.LEAD_CALLS)
def end(request: UserRequest, branch: Branch, pk: int) -> HttpResponse:
    evening = access.evening_of(branch, pk)
    left = calling_evenings.end(evening=evening, by=request.user, at=timezone.now())
    told = ngettext("%(n)s call is back in the pool.", "%(n)s calls are back in the pool.", left)
    messages.success(request, told % {"n": left})
    return redirect("calls:calling_evening", branch.slug, pk)


@require_POST
@branch_page(Permission.LEAD_CALLS)
def cancel(request: UserRequest, branch: Branch, pk: int) -> HttpResponse:
    if calling_evenings.cancel(evening=access.evening_of(branch, pk)):
        messages.success(request, _("The evening is cancelled. Tell those who were to come."))
    return redirect("calls:calling_evenings", branch.slug)


@require_POST
@branch_page(Permission.LEAD_CALLS)
def add_caller(request: UserRequest, branch: Branch, pk: int) -> HttpResponse:
    evening, now = access.evening_of(branch, pk), timezone.now()
    form = CallerForm(request.POST, callers=lists.may_call(branch, timezone.localdate(now)))
    if not form.is_valid():
        return render_evening(request, branch, pk, form)
    caller = form.cleaned_data["caller"]
    calling_evenings.add_caller(evening=evening, caller=caller, by=request.user, at=now)
    messages.success(request, _("%(caller)s is with us.") % {"caller": caller})
    return redirect("calls:calling_evening", branch.slug, pk)


@branch_page(Permission.LEAD_CALLS)
def walk_in(request: UserRequest, branch: Branch, pk: int) -> HttpResponse:
    """The answer is the slip itself: the codes are shown this once."""
    shown = access.round_of(branch, pk)
    form = WalkInForm(request.POST or None, lists=lists.to_halve(shown))
    if form.is_valid():
        try:
            arrival = admit(request, shown, form)
        except ValidationError as refusal:
            form.add_error(None, refusal.messages)
        else:
            address = request.build_absolute_uri(
                reverse("people:printed_code_login" if arrival.codes else "account_login")
            )
            context = {"branch": branch, "round": shown, "arrival": arrival, "address": address}
            return render(request, "calls/arrival.html", context | {"qr_code": screens.qr_code(address)})
    context = {"branch": branch, "round": shown, "form": form}
    return render(request, "calls/walk_in.html", context, status=422 if form.errors else 200)


def admit(request: UserRequest, shown: CallRound, form: WalkInForm) -> walk_ins.Arrival:
    told = form.cleaned_data
    return walk_ins.admit(
        call_round=shown,
        name=told["name"],
        email=told["email"],
        only_today=told["until"] == form.TODAY,
        key=told["key"],
        half_of=told.get("half_of"),
        by=request.user,
        at=timezone.now(),
    )


@require_POST
@branch_page(Permission.CALL)
def come(request: UserRequest, branch: Branch, pk: int) -> HttpResponse:
    evening, now = access.evening_of(branch, pk), timezone.now()
    calling_evenings.add_caller(evening=evening, caller=request.user, by=request.user, at=now)
    messages.success(request, _("Good, you are expected."))
    return redirect("calls:mine", branch.slug)


@require_POST
@branch_page(Permission.CALL)
def stay_away(request: UserRequest, branch: Branch, pk: int) -> HttpResponse:
    calling_evenings.drop_caller(evening=access.evening_of(branch, pk), caller=request.user)
    messages.success(request, _("Noted. Another time!"))
    return redirect("calls:mine", branch.slug)
