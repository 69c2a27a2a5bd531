"""A branch's plans, year by year."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from crm.access import Permission, UserRequest, branch_page, standing
from crm.board.forms import DayForm
from crm.people.models import Branch
from crm.plan import access, plans, proposing
from crm.plan.forms import AdoptForm, AreaForm, NewPlanForm
from crm.plan.overview import overview


@require_GET
@branch_page(Permission.SEE_PLAN)
def index(request: UserRequest, branch: Branch) -> HttpResponse:
    context = {
        "branch": branch,
        "plans": access.plans_of(branch),
        "this_year": timezone.localdate().year,
        "may_change": standing(request).may(Permission.CHANGE_PLAN, branch),
    }
    return render(request, "plan/index.html", context)


@require_http_methods(["GET", "POST"])
@branch_page(Permission.CHANGE_PLAN)
def new(request: UserRequest, branch: Branch) -> HttpResponse:
    this_year = timezone.localdate().year
    form = NewPlanForm(request.POST or None, branch=branch, latest=this_year + 1, initial={"year": this_year})
    if request.method == "POST" and form.is_valid():
        made = plans.create(
            branch=branch, year=form.cleaned_data["year"], areas=form.cleaned_data["text"], by=request.user
        )
        messages.success(request, _("The draft is made. Tie its goals to figures where there is one."))
        return redirect("plan:plan", branch.slug, made.year)
    status = 422 if request.method == "POST" else 200
    return render(request, "plan/new.html", {"branch": branch, "form": form}, status=status)


@require_GET
@branch_page(Permission.SEE_PLAN)
def plan(request: UserRequest, branch: Branch, year: int) -> HttpResponse:
    """As it is today, or as it was on an earlier day: against the goals as they stand."""
    shown, today = access.plan_of(branch, year), timezone.localdate()
    form = DayForm({"on": request.GET.get("on") or today.isoformat()}, today=today)
    on = form.cleaned_data["on"] if form.is_valid() else today
    context = {
        "branch": branch,
        "plan": shown,
        "form": form,
        "page": overview(shown, on, only=request.GET.get("status", ""), is_past=on != today),
        "area_form": AreaForm(),
        "adopt_form": AdoptForm(today=today, initial={"adopted_on": today}),
        "may_change": standing(request).may(Permission.CHANGE_PLAN, branch),
        "how_url": access.how_url(standing(request), branch),
    }
    return render(request, "plan/plan.html", context, status=200 if form.is_valid() else 422)


@require_POST
@branch_page(Permission.CHANGE_PLAN)
def adopt(request: UserRequest, branch: Branch, year: int) -> HttpResponse:
    shown = access.plan_of(branch, year)
    form = AdoptForm(request.POST, today=timezone.localdate())
    if not form.is_valid():
        messages.error(request, str(form.errors["adopted_on"][0]))
        return redirect("plan:plan", branch.slug, year)
    try:
        plans.adopt(plan=shown, by=request.user, adopted_on=form.cleaned_data["adopted_on"])
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
    else:
        messages.success(request, _("The plan is adopted. From now on its goals are followed."))
    return redirect("plan:plan", branch.slug, year)


@require_POST
@branch_page(Permission.CHANGE_PLAN)
def reopen(request: UserRequest, branch: Branch, year: int) -> HttpResponse:
    plans.reopen(plan=access.plan_of(branch, year), by=request.user)
    messages.success(request, _("The plan is a draft again."))
    return redirect("plan:plan", branch.slug, year)


@require_http_methods(["GET", "POST"])
@branch_page(Permission.CHANGE_PLAN)
def delete(request: UserRequest, branch: Branch, year: int) -> HttpResponse:
    shown = access.plan_of(branch, year)
    if request.method == "POST":
        try:
            plans.delete(plan=shown, by=request.user)
        except ValidationError as refusal:
            messages.error(request, refusal.messages[0])
            return redirect("plan:plan", branch.slug, year)
        messages.success(request, _("The draft is thrown away."))
        return redirect("plan:index", branch.slug)
    context = {
        "branch": branch,
        "title": _("Throw away the draft for %(year)s") % {"year": year},
        "text": _("All its areas and goals go with it. This can't be undone."),
        "button": _("Throw away"),
        "cancel_url": reverse("plan:plan", args=[branch.slug, year]),
        "danger": True,
    }
    return render(request, "confirm.html", context)


@require_POST
@branch_page(Permission.CHANGE_PLAN)
def propose(request: UserRequest, branch: Branch, year: int) -> HttpResponse:
    try:
        draft = proposing.propose(plan=access.plan_of(branch, year), by=request.user, on=timezone.localdate())
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
        return redirect("plan:plan", branch.slug, year)
    messages.success(request, _("A draft from this year's plan. Change what should be different."))
    return redirect("plan:plan", branch.slug, draft.year)


@require_POST
@branch_page(Permission.CHANGE_PLAN)
def add_area(request: UserRequest, branch: Branch, year: int) -> HttpResponse:
    shown = access.plan_of(branch, year)
    form = AreaForm(request.POST)
    if form.is_valid():
        plans.add_area(plan=shown, title=form.cleaned_data["title"], by=request.user)
        messages.success(request, _("The area is added. Now add its goals."))
    else:
        messages.error(request, _("Write the area's title."))
    return redirect("plan:plan", branch.slug, year)


@require_http_methods(["GET", "POST"])
@branch_page(Permission.CHANGE_PLAN)
def change_area(request: UserRequest, branch: Branch, pk: int) -> HttpResponse:
    area = access.area_of(branch, pk)
    form = AreaForm(request.POST or None, instance=area)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("plan:plan", branch.slug, area.plan.year)
    context = {"branch": branch, "form": form, "area": area}
    return render(request, "plan/area.html", context, status=422 if request.method == "POST" else 200)


@require_POST
@branch_page(Permission.CHANGE_PLAN)
def remove_area(request: UserRequest, branch: Branch, pk: int) -> HttpResponse:
    area = access.area_of(branch, pk)
    try:
        plans.remove_area(area=area, by=request.user)
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
    else:
        messages.success(request, _("The area is removed."))
    return redirect("plan:plan", branch.slug, area.plan.year)
