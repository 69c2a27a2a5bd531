"""The administrator's pages of a branch: settings, clubs, goals. No member is seen here."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from crm.access import Permission, UserRequest, branch_page
from crm.people import access, branches, retention
from crm.people.forms import BranchForm, ClubForm, ClubGoalsForm, GoalForm, KeepingForm
from crm.people.models import Branch


def tabs(branch: Branch, current: str) -> list[dict[str, object]]:
    pages = (
        ("people:branch_settings", _("The branch")),
        ("people:roles", _("Roles")),
        ("people:clubs", _("Clubs")),
        ("people:goals", _("Membership goal")),
        ("people:vocabulary", _("Can and wants")),
        ("people:keeping", _("Times for erasing")),
    )
    return [
        {"label": label, "url": reverse(name, args=[branch.slug]), "current": name == current}
        for name, label in pages
    ]


@branch_page(Permission.MANAGE_BRANCH)
def settings(request: UserRequest, branch: Branch) -> HttpResponse:
    form = BranchForm(request.POST or None, instance=branch)
    if form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("people:branch_settings", branch.slug)
    context = {"branch": branch, "form": form, "tabs": tabs(branch, "people:branch_settings")}
    return render(request, "people/branch_settings.html", context, status=422 if form.errors else 200)


@branch_page(Permission.MANAGE_BRANCH)
def clubs(request: UserRequest, branch: Branch) -> HttpResponse:
    form = ClubForm(request.POST or None, branch=branch)
    if form.is_valid():
        form.save()
        messages.success(request, _("The club is added."))
        return redirect("people:clubs", branch.slug)
    context = {
        "branch": branch,
        "form": form,
        "clubs": access.clubs_of(branch),
        "tabs": tabs(branch, "people:clubs"),
    }
    return render(request, "people/clubs.html", context, status=422 if form.errors else 200)


@branch_page(Permission.MANAGE_BRANCH)
def club(request: UserRequest, branch: Branch, pk: int) -> HttpResponse:
    shown = access.club_of(branch, pk)
    form = ClubForm(request.POST or None, branch=branch, instance=shown)
    if form.is_valid():
        branches.change_club(club=form.instance, on=timezone.localdate())
        messages.success(request, _("Saved."))
        return redirect("people:clubs", branch.slug)
    context = {"branch": branch, "form": form, "club": shown}
    return render(request, "people/club.html", context, status=422 if form.errors else 200)


@require_POST
@branch_page(Permission.MANAGE_BRANCH)
def remove_club(request: UserRequest, branch: Branch, pk: int) -> HttpResponse:
    shown = access.club_of(branch, pk)
    try:
        branches.remove_club(club=shown)
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
    else:
        messages.success(request, _("The club is removed."))
    return redirect("people:clubs", branch.slug)


@branch_page(Permission.MANAGE_BRANCH)
def goals(request: UserRequest, branch: Branch) -> HttpResponse:
    form = GoalForm(request.POST or None, branch=branch)
    if form.is_valid():
        form.save()
        messages.success(request, _("The goal is set."))
        return redirect("people:goals", branch.slug)
    context = {
        "branch": branch,
        "form": form,
        "goals": access.goals_of(branch),
        "has_clubs": branch.clubs.exists(),
        "tabs": tabs(branch, "people:goals"),
    }
    return render(request, "people/goals.html", context, status=422 if form.errors else 200)


@branch_page(Permission.MANAGE_BRANCH)
def club_goals(request: UserRequest, branch: Branch, pk: int) -> HttpResponse:
    """Which part of a goal is each club's."""
    goal = access.goal_of(branch, pk)
    form = ClubGoalsForm(request.POST or None, goal=goal, clubs=access.clubs_of(branch))
    if form.is_valid():
        branches.set_club_goals(goal=goal, wanted=form.wanted)
        messages.success(request, _("Saved."))
        return redirect("people:goals", branch.slug)
    context = {"branch": branch, "form": form, "goal": goal}
    return render(request, "people/club_goals.html", context, status=422 if form.errors else 200)


@require_POST
@branch_page(Permission.MANAGE_BRANCH)
def remove_goal(request: UserRequest, branch: Branch, pk: int) -> HttpResponse:
    access.goal_of(branch, pk).delete()
    messages.success(request, _("The goal is removed."))
    return redirect("people:goals", branch.slug)


@branch_page(Permission.MANAGE_BRANCH)
def keeping(request: UserRequest, branch: Branch) -> HttpResponse:
    """How long leavers and notes are kept. Who is due stands on the officers' page."""
    form = KeepingForm(request.POST or None, branch=branch, instance=retention.rules_of(branch))
    if form.is_valid():
        form.save()
        messages.success(request, _("Saved. The next night's erasing goes by it."))
        return redirect("people:keeping", branch.slug)
    context = {"branch": branch, "form": form, "tabs": tabs(branch, "people:keeping")}
    return render(request, "people/keeping.html", context, status=422 if form.errors else 200)
