"""Who called me? By POST, so that no number stands in an address."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from calls import ringing_back
from calls.forms import DigitsForm
from crm.access import Permission, UserRequest, branch_page
from crm.people.logbook import log_read
from crm.people.models import AccessLog, Branch


@branch_page(Permission.CALL)
def own(request: UserRequest, branch: Branch) -> HttpResponse:
    """Among those whom I have dialled in the last 14 days."""
    form = DigitsForm(request.POST or None)
    found = None
    if form.is_valid():
        digits = form.cleaned_data["digits"]
        found = ringing_back.among_own(request.user, branch, timezone.now(), digits)
    return answer(request, branch, form, found, leads=False)


@branch_page(Permission.LEAD_CALLS)
def all_rounds(request: UserRequest, branch: Branch) -> HttpResponse:
    """Among all whom we call."""
    form = DigitsForm(request.POST or None)
    found = None
    if form.is_valid():
        found = ringing_back.among_all(branch, timezone.now(), form.cleaned_data["digits"])
    return answer(request, branch, form, found, leads=True)


def answer(
    request: UserRequest,
    branch: Branch,
    form: DigitsForm,
    found: "list[ringing_back.Found] | None",
    *,
    leads: bool,
) -> HttpResponse:
    if found is not None:
        members = [one.member for one in found]
        log_read(user=request.user, branch=branch, members=members, purpose=AccessLog.Purpose.SEARCH)
    context = {"branch": branch, "form": form, "found": found, "leads": leads}
    return render(request, "calls/who_called.html", context, status=422 if form.errors else 200)
