"""The leader's pages about a round: where it stands, who is in which state, sharing out."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from calls import access, follow_ups, letters, lists, overview, reasons, rounds
from calls.forms import CallerForm, RulesForm
from calls.models import CallRound
from calls.rules import rules_of
from calls.summary import BY_KEY, conditions
from crm.access import Permission, UserRequest, branch_page, standing
from crm.people.logbook import log_read
from crm.people.models import AccessLog, Branch

PAGE = 50  # people on a page of names


@branch_page(Permission.LEAD_CALLS)
def index(request: UserRequest, branch: Branch) -> HttpResponse:
    context = {"branch": branch, "overview": overview.of_rounds(branch, timezone.now())}
    return render(request, "calls/rounds.html", context)


@require_POST
@branch_page(Permission.LEAD_CALLS)
def open_now(request: UserRequest, branch: Branch) -> HttpResponse:
    """Open the year's round by hand, before or after the day on which the job does it."""
    opened = rounds.open_yearly(branch=branch, on=timezone.localdate(), by=request.user)
    messages.success(request, _("The round is open."))
    return redirect("calls:round", branch.slug, opened.pk)


@branch_page(Permission.LEAD_CALLS)
def show(request: UserRequest, branch: Branch, pk: int) -> HttpResponse:
    shown = access.round_of(branch, pk)
    form = CallerForm(callers=lists.without_list(shown, timezone.localdate()))
    return render_round(request, branch, shown, form)


def render_round(
    request: UserRequest, branch: Branch, shown: CallRound, form: CallerForm, status: int = 200
) -> HttpResponse:
    context = {"branch": branch, "page": overview.of_round(shown, timezone.now()), "form": form}
    return render(request, "calls/round.html", context, status=status)


@branch_page(Permission.LEAD_CALLS)
def in_state(request: UserRequest, branch: Branch, pk: int, key: str) -> HttpResponse:
    """Who is in one state, by name; what to do about it stands above."""
    shown, now = access.round_of(branch, pk), timezone.now()
    if key not in BY_KEY:
        raise Http404
    calls = access.named(access.calls_in(shown).filter(conditions(now)[key]))
    page = Paginator(calls, PAGE).get_page(request.GET.get("page"))
    rows = reasons.of(shown, list(page.object_list), now)
    members = [row.call.member_id for row in rows]
    log_read(user=request.user, branch=branch, members=members, purpose=AccessLog.Purpose.LEAD)
    sees_members = standing(request).may(Permission.SEE_MEMBERS, branch)
    context = {
        "branch": branch,
        "round": shown,
        "standing": BY_KEY[key],
        "page": page,
        "rows": rows,
        "sees_members": sees_members,
    }
    return render(request, "calls/state.html", context)


@require_POST
@branch_page(Permission.LEAD_CALLS)
def share(request: UserRequest, branch: Branch, pk: int) -> HttpResponse:
    """Share the pool among those who have a list, by their wishes and else evenly."""
    shown, now = access.round_of(branch, pk), timezone.now()
    shared = lists.share_out(call_round=shown, among=lists.with_list(shown), by=request.user, at=now)
    told = ngettext("%(n)s call has been shared out.", "%(n)s calls have been shared out.", shared)
    messages.success(request, told % {"n": shared})
    left = access.pool_by_name(shown).count()
    if left:
        over = ngettext(
            "%(n)s call is left: nobody has room.", "%(n)s calls are left: nobody has room.", left
        )
        messages.info(request, over % {"n": left})
    return redirect("calls:round", branch.slug, pk)


@require_POST
@branch_page(Permission.LEAD_CALLS)
def add_list(request: UserRequest, branch: Branch, pk: int) -> HttpResponse:
    """A list for one more caller, of what is in the pool."""
    shown, now = access.round_of(branch, pk), timezone.now()
    form = CallerForm(request.POST, callers=lists.without_list(shown, timezone.localdate(now)))
    if not form.is_valid():
        return render_round(request, branch, shown, form, status=422)
    given = lists.give_fair_part(
        call_round=shown, caller=form.cleaned_data["caller"], by=request.user, at=now
    )
    told = ngettext("A list of %(n)s call.", "A list of %(n)s calls.", given) % {"n": given}
    messages.success(request, f"{form.cleaned_data['caller']}: {told}")
    return redirect("calls:round", branch.slug, pk)


@require_POST
@branch_page(Permission.LEAD_CALLS)
def take_back_all(request: UserRequest, branch: Branch, pk: int) -> HttpResponse:
    shown = access.round_of(branch, pk)
    left = lists.take_back_all(call_round=shown, by=request.user, at=timezone.now())
    told = ngettext("%(n)s call is in the pool.", "%(n)s calls are in the pool.", left) % {"n": left}
    messages.success(request, told)
    return redirect("calls:round", branch.slug, pk)


@require_POST
@branch_page(Permission.LEAD_CALLS)
def letters_sent(request: UserRequest, branch: Branch, pk: int) -> HttpResponse:
    """Letters written elsewhere have gone to those whose attempts are used up."""
    shown, now = access.round_of(branch, pk), timezone.now()
    keys = letters.by_hand(shown).values_list("pk", flat=True)
    sent = follow_ups.mark_letters_sent(call_ids=list(keys), by=request.user, now=now)
    told = ngettext("%(n)s letter has been noted.", "%(n)s letters have been noted.", sent) % {"n": sent}
    messages.success(request, told)
    return redirect("calls:round", branch.slug, pk)


@require_POST
@branch_page(Permission.LEAD_CALLS)
def write_to_exhausted(request: UserRequest, branch: Branch, pk: int) -> HttpResponse:
    """The message "we have tried to reach you" goes into the outbox, by whatever way reaches each."""
    shown = access.round_of(branch, pk)
    queued = letters.write_to_exhausted(call_round=shown, by=request.user)
    told = ngettext("%(n)s message is in the outbox.", "%(n)s messages are in the outbox.", queued.written)
    messages.success(request, told % {"n": queued.written})
    if queued.needs_approval:
        messages.info(request, _("It is so many that an officer has to approve them first, in the outbox."))
    without = len(queued.without_address)
    if without:
        lacks = ngettext(
            "%(n)s member has neither e-mail nor an address that we can write to.",
            "%(n)s members have neither e-mail nor an address that we can write to.",
            without,
        )
        messages.info(request, lacks % {"n": without})
    return redirect("calls:round", branch.slug, pk)


@branch_page(Permission.LEAD_CALLS)
def rules(request: UserRequest, branch: Branch) -> HttpResponse:
    form = RulesForm(request.POST or None, branch=branch, instance=rules_of(branch))
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved. It holds for rounds that open from now on."))
        return redirect("calls:rounds", branch.slug)
    status = 422 if request.method == "POST" else 200
    return render(request, "calls/rules.html", {"branch": branch, "form": form}, status=status)
