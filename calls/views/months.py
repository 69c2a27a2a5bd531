"""The calls in figures, for the board: numbers and no names."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from calls import months
from crm.access import Permission, UserRequest, branch_page
from crm.board.forms import DayForm
from crm.people.models import Branch


@branch_page(Permission.SEE_FIGURES)
def show(request: UserRequest, branch: Branch) -> HttpResponse:
    today = timezone.localdate()
    form = DayForm({"on": request.GET.get("on") or today.isoformat()}, today=today)
    on = form.cleaned_data["on"] if form.is_valid() else today
    context = {"branch": branch, "form": form, "on": on, "page": months.months_until(branch, on)}
    return render(request, "calls/months.html", context, status=200 if form.is_valid() else 422)
