"""What the board takes away from its page: the report as PDF, the figures as files, texts for the annual report."""

import json
from collections.abc import Callable
from datetime import date
from functools import partial

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from crm.access import Permission, UserRequest, branch_page, standing
from crm.board import annual, report, tables, telling
from crm.board.forms import DayForm
from crm.board.overview import overview
from crm.people.models import Branch


def asked_day(request: HttpRequest) -> date:
    """The day in the address, else today; raises ``Http404`` for one that can't be."""
    today = timezone.localdate()
    form = DayForm({"on": request.GET.get("on") or today.isoformat()}, today=today)
    if not form.is_valid():
        raise Http404
    on: date = form.cleaned_data["on"]
    return on


@require_GET
@branch_page(Permission.SEE_FIGURES)
def paper(request: UserRequest, branch: Branch) -> HttpResponse:
    on = asked_day(request)
    content = report.draw(branch, overview(branch, on)).as_bytes()
    return as_download(content, "application/pdf", f"{branch.slug}-{on}.pdf", disposition="inline")


@require_GET
@branch_page(Permission.SEE_FIGURES)
def file(request: UserRequest, branch: Branch, file_format: str) -> HttpResponse:
    if file_format not in {"csv", "json", "xlsx"}:
        raise Http404
    on = asked_day(request)
    if file_format == "json":
        return as_json(branch, on, may=partial(standing(request).may, branch=branch))
    content_type, content = tables.as_file(branch, overview(branch, on), file_format)
    return as_download(content, content_type, f"{branch.slug}-{on}.{file_format}")


@require_GET
@branch_page(Permission.SEE_FIGURES)
def texts(request: UserRequest, branch: Branch) -> HttpResponse:
    on = asked_day(request)
    own = annual.passages(branch, on)
    context = {
        "branch": branch,
        "on": on,
        "passages": [*own, *annual.passages_of_parts(branch, on)],
        "some_wait": len(own) < 3,
    }
    return render(request, "board/texts.html", context)


def as_json(branch: Branch, on: date, *, may: Callable[[str], bool]) -> HttpResponse:
    content = json.dumps(telling.as_data(branch, on, may=may)).encode()
    return as_download(content, "application/json", f"{branch.slug}-{on}.json", disposition="inline")


def as_download(
    content: bytes, content_type: str, name: str, *, disposition: str = "attachment"
) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response.headers["Content-Disposition"] = f'{disposition}; filename="{name}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response
