"""What each answer leads to in the branch: the leader's page."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from calls import outcome_rules
from calls.outcome_rules_form import OutcomeRulesForm
from calls.rules import rules_of
from crm.access import Permission, UserRequest, branch_page
from crm.people.models import Branch


@branch_page(Permission.LEAD_CALLS)
def edit(request: UserRequest, branch: Branch) -> HttpResponse:
    rules = rules_of(branch)
    form = OutcomeRulesForm(request.POST or None, rules=rules)
    if form.is_valid():
        outcome_rules.choose(branch=branch, again=form.again(), by=request.user)
        messages.success(request, _("Saved. It holds for what callers report from now on."))
        return redirect("calls:outcome_rules", branch.slug)
    context = {"branch": branch, "form": form, "rules": rules}
    status = 422 if request.method == "POST" else 200
    return render(request, "calls/outcome_rules.html", context, status=status)


@require_POST
@branch_page(Permission.LEAD_CALLS)
def reset(request: UserRequest, branch: Branch) -> HttpResponse:
    if outcome_rules.reset(branch=branch, by=request.user):
        messages.success(request, _("As from the start again, for what callers report from now on."))
    return redirect("calls:outcome_rules", branch.slug)
