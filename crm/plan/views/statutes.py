"""The dates of the statutes: kept by those who change the plan, ticked by the responsible."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from crm.access import Permission, UserRequest, branch_page, standing
from crm.people.models import Branch
from crm.plan import access, statutes
from crm.plan.forms import EARLIEST_YEAR, StatuteForm
from crm.plan.models import StatuteDate


@require_GET
@branch_page(Permission.SEE_PLAN)
def index(request: UserRequest, branch: Branch) -> HttpResponse:
    """The list of the running year."""
    return show(request, branch, StatuteForm(instance=StatuteDate(branch=branch)))


@require_POST
@branch_page(Permission.CHANGE_PLAN)
def add(request: UserRequest, branch: Branch) -> HttpResponse:
    form = StatuteForm(request.POST, instance=StatuteDate(branch=branch))
    if not form.is_valid():
        return show(request, branch, form, status=422)
    statutes.add(statute_date=form.instance, by=request.user)
    messages.success(request, _("The date is in the year wheel."))
    return redirect("plan:statutes", branch.slug)


def show(request: UserRequest, branch: Branch, form: StatuteForm, status: int = 200) -> HttpResponse:
    today = timezone.localdate()
    context = {
        "branch": branch,
        "today": today,
        "dates": [
            (due, statutes.may_tick(due.statute_date, request.user))
            for due in statutes.of_year(branch, today.year)
        ],
        "form": form,
        "may_change": standing(request).may(Permission.CHANGE_PLAN, branch),
    }
    return render(request, "plan/statutes.html", context, status=status)


@require_http_methods(["GET", "POST"])
@branch_page(Permission.CHANGE_PLAN)
def change(request: UserRequest, branch: Branch, pk: int) -> HttpResponse:
    shown = access.statute_date_of(branch, pk)
    form = StatuteForm(request.POST or None, instance=shown)
    if request.method == "POST" and form.is_valid():
        statutes.change(statute_date=form.instance, by=request.user)
        messages.success(request, _("Saved."))
        return redirect("plan:statutes", branch.slug)
    context = {"branch": branch, "form": form, "statute_date": shown}
    return render(request, "plan/statute.html", context, status=422 if request.method == "POST" else 200)


@require_POST
@branch_page(Permission.CHANGE_PLAN)
def remove(request: UserRequest, branch: Branch, pk: int) -> HttpResponse:
    statutes.remove(statute_date=access.statute_date_of(branch, pk), by=request.user)
    messages.success(request, _("The date is removed."))
    return redirect("plan:statutes", branch.slug)


@require_POST
@branch_page(Permission.CHANGE_PLAN)
def add_usual(request: UserRequest, branch: Branch) -> HttpResponse:
    number = statutes.add_usual(branch=branch, by=request.user)
    said = ngettext(
        "%(number)s date is added. Compare it with your statutes.",
        "%(number)s dates are added. Compare them with your statutes.",
        number,
    )
    messages.success(request, said % {"number": number})
    return redirect("plan:statutes", branch.slug)


@require_POST
@branch_page(Permission.SEE_PLAN)
def tick(request: UserRequest, branch: Branch, pk: int, year: int) -> HttpResponse:
    statutes.tick(statute_date=access.statute_date_of(branch, pk), year=known_year(year), by=request.user)
    return redirect("plan:statutes", branch.slug)


@require_POST
@branch_page(Permission.SEE_PLAN)
def untick(request: UserRequest, branch: Branch, pk: int, year: int) -> HttpResponse:
    statutes.untick(statute_date=access.statute_date_of(branch, pk), year=known_year(year), by=request.user)
    return redirect("plan:statutes", branch.slug)


def known_year(year: int) -> int:
    if not EARLIEST_YEAR <= year <= timezone.localdate().year:
        raise Http404
    return year
