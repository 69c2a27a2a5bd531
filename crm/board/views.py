"""The board's page."""

from datetime import date

from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString

from crm import extensions
from crm.access import Permission, UserRequest, branch_page, standing
from crm.board.forms import DayForm
from crm.board.overview import overview
from crm.people.models import Branch


@branch_page(Permission.SEE_FIGURES)
def index(request: UserRequest, branch: Branch) -> HttpResponse:
    today = timezone.localdate()
    form = DayForm({"on": request.GET.get("on") or today.isoformat()}, today=today)
    on = form.cleaned_data["on"] if form.is_valid() else today
    context = {
        "branch": branch,
        "form": form,
        "today": today,
        "page": overview(branch, on),
        "may_share": standing(request).may(Permission.SHARE_FIGURES, branch),
        "may_open_rosters": standing(request).may(Permission.IMPORT_ROSTERS, branch),
        "parts": parts(request, branch, on),
    }
    return render(request, "board/index.html", context, status=200 if form.is_valid() else 422)


def parts(request: UserRequest, branch: Branch, on: date) -> list[SafeString]:
    """What the apps beside the board know, each drawn by its own template."""
    return [
        render_to_string(
            part.template, part.context(branch, on) | {"branch": branch, "on": on}, request=request
        )
        for part in extensions.board_parts.all()
    ]
