"""One goal: how far it has come, how that is counted, and what has been noted."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from crm.access import Permission, UserRequest, branch_page, standing
from crm.board.forms import DayForm
from crm.people.models import Branch
from crm.plan import access, notes, plans
from crm.plan.following import counted
from crm.plan.forms import GoalForm, NoteForm, StrikeForm
from crm.plan.measuring import measure_one
from crm.plan.models import Goal


@require_http_methods(["GET", "POST"])
@branch_page(Permission.SEE_PLAN)
def goal(request: UserRequest, branch: Branch, pk: int) -> HttpResponse:
    """The page takes a note, from whoever may write one."""
    shown = access.goal_of(branch, pk)
    today = timezone.localdate()
    form = NoteForm(request.POST or None, initial={"happened_on": today, "token": uuid.uuid4()})
    if request.method == "POST" and form.is_valid():
        try:
            notes.note(goal=shown, by=request.user, **form.cleaned_data)
        except ValidationError as refusal:
            form.add_error("happened_on", refusal)
        else:
            messages.success(request, _("Noted."))
            return redirect("plan:goal", branch.slug, pk)
    day = DayForm(request.GET, today=today)
    on = day.cleaned_data["on"] if day.is_valid() else today
    measured = measure_one(shown, on)
    context = {
        "branch": branch,
        "goal": shown,
        "back": among_goals(shown),
        "measured": measured,
        "counted": counted(measured, plan=shown.area.plan, mine=standing(request)),
        "is_past": on != today,
        "changes": access.changes_of(shown),
        "form": form,
        "may_note": notes.may_note(shown, request.user),
        "may_change": standing(request).may(Permission.CHANGE_PLAN, branch),
        "how_url": access.how_url(standing(request), branch),
    }
    return render(request, "plan/goal.html", context, status=422 if request.method == "POST" else 200)


@require_http_methods(["GET", "POST"])
@branch_page(Permission.CHANGE_PLAN)
def add(request: UserRequest, branch: Branch, year: int) -> HttpResponse:
    plan = access.plan_of(branch, year)
    initial = {"area": request.GET.get("area"), "starts_on": plan.first_day, "due_on": plan.last_day}
    form = GoalForm(request.POST or None, plan=plan, initial=initial)
    if request.method == "POST" and form.is_valid():
        added = plans.add_goal(by=request.user, **form.cleaned_data)
        messages.success(request, _("The goal is added."))
        return redirect(among_goals(added))
    back = reverse("plan:plan", args=[branch.slug, year])
    context = {"branch": branch, "form": form, "plan": plan, "back": back}
    return render(request, "plan/goal_form.html", context, status=422 if request.method == "POST" else 200)


@require_http_methods(["GET", "POST"])
@branch_page(Permission.CHANGE_PLAN)
def change(request: UserRequest, branch: Branch, pk: int) -> HttpResponse:
    shown = access.goal_of(branch, pk)
    plan = shown.area.plan
    form = GoalForm(request.POST or None, plan=plan, instance=shown)
    if request.method == "POST" and form.is_valid():
        plans.change_goal(goal=form.instance, by=request.user)
        messages.success(request, _("Saved."))
        return redirect("plan:goal", branch.slug, pk) if plan.adopted_on else redirect(among_goals(shown))
    context = {"branch": branch, "form": form, "plan": plan, "goal": shown, "back": among_goals(shown)}
    return render(request, "plan/goal_form.html", context, status=422 if request.method == "POST" else 200)


def among_goals(goal: Goal) -> str:
    """The plan where the goal stands in it: whoever goes through the goals goes on with the next."""
    plan = goal.area.plan
    return f"{reverse('plan:plan', args=[plan.branch.slug, plan.year])}#goal-{goal.pk}"


@require_http_methods(["GET", "POST"])
@branch_page(Permission.CHANGE_PLAN)
def strike(request: UserRequest, branch: Branch, pk: int) -> HttpResponse:
    shown = access.goal_of(branch, pk)
    year = shown.area.plan.year
    form = StrikeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        plans.strike(goal=shown, reason=form.cleaned_data["reason"], by=request.user)
        messages.success(request, _("The goal is taken out of the plan."))
        return redirect("plan:plan", branch.slug, year)
    context = {"branch": branch, "form": form, "goal": shown}
    return render(request, "plan/strike.html", context, status=422 if request.method == "POST" else 200)


@require_POST
@branch_page(Permission.CHANGE_PLAN)
def restore(request: UserRequest, branch: Branch, pk: int) -> HttpResponse:
    plans.restore(goal=access.goal_of(branch, pk), by=request.user)
    messages.success(request, _("The goal counts again."))
    return redirect("plan:goal", branch.slug, pk)


@require_POST
@branch_page(Permission.SEE_PLAN)
def remove_note(request: UserRequest, branch: Branch, pk: int) -> HttpResponse:
    found = access.note_of(branch, pk)
    try:
        notes.remove(note=found, by=request.user)
    except PermissionDenied as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The note is removed."))
    return redirect("plan:goal", branch.slug, found.goal_id)
