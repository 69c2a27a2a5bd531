"""How many evenings the rest of the round needs: a question, so nothing is changed by asking."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from calls import access, planning
from calls.planning import Wanted
from calls.planning_forms import WantedForm
from crm.access import Permission, UserRequest, branch_page
from crm.people.models import Branch

EVENINGS_A_WEEK = 2


@branch_page(Permission.LEAD_CALLS)
def show(request: UserRequest, branch: Branch, pk: int) -> HttpResponse:
    shown, now = access.round_of(branch, pk), timezone.now()
    at_first = Wanted(planning.usual_callers(branch, now), EVENINGS_A_WEEK)
    form = WantedForm(request.GET if "callers" in request.GET else None, initial=vars(at_first))
    plan = planning.plan(shown, form.wanted(at_first), now)
    context = {"branch": branch, "round": shown, "form": form, "plan": plan}
    status = 422 if form.is_bound and not form.is_valid() else 200
    return render(request, "calls/planning.html", context, status=status)
