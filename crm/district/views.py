"""A district's branches side by side, the party by districts, and what a branch shares with them."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from crm.access import Permission, UserRequest, branch_page, district_page, party_page, standing
from crm.board.report_views import as_download
from crm.district import access, comparing, sharing, sorting, tables
from crm.district.charts import pictures
from crm.district.comparing import Page
from crm.district.forms import SharingForm, ShownForm
from crm.people.models import Branch, District


@require_GET
@district_page
def index(request: UserRequest, district: District) -> HttpResponse:
    form, on, sort = asked(request)
    address = reverse("district:index", args=[district.slug])
    context = shown(comparing.of_district(district, on), form, sort, address) | {
        "title": district.name,
        "of": _("Branch"),
    }
    return render(request, "district/index.html", context, status=200 if form.is_valid() else 422)


@require_GET
@district_page
def file(request: UserRequest, district: District, file_format: str) -> HttpResponse:
    on, sort = asked_for_a_file(request, file_format)
    page = comparing.of_district(district, on)
    found = tables.table(page, sorting.ordered(page.lines, sort), title=district.name, of=_("Branch"))
    content_type, content = tables.as_file(found, file_format)
    return as_download(content, content_type, f"{district.slug}-{page.on}.{file_format}")


@require_GET
@party_page
def party(request: UserRequest) -> HttpResponse:
    form, on, sort = asked(request)
    context = shown(of_party(request, on), form, sort, reverse("party:index")) | {
        "title": _("The party"),
        "of": _("District"),
        "by_districts": True,
    }
    return render(request, "district/index.html", context, status=200 if form.is_valid() else 422)


@require_GET
@party_page
def party_file(request: UserRequest, file_format: str) -> HttpResponse:
    on, sort = asked_for_a_file(request, file_format)
    page = of_party(request, on)
    found = tables.table(page, sorting.ordered(page.lines, sort), title=_("The party"), of=_("District"))
    content_type, content = tables.as_file(found, file_format)
    return as_download(content, content_type, f"{_('party')}-{page.on}.{file_format}")


@branch_page(Permission.SHARE_WITH_DISTRICT)
def share(request: UserRequest, branch: Branch) -> HttpResponse:
    """What the branch shares, what that looks like, and who has decided it when."""
    decisions = list(access.decisions_of(branch))
    parts = sharing.parts_of(decisions[0] if decisions else None)
    form = SharingForm(request.POST if request.method == "POST" else None, initial=parts)
    if form.is_valid():
        decided = sharing.decide(branch=branch, by=request.user, **form.cleaned_data)
        said = _("From now on this is what you share.") if decided else _("That is how it is already.")
        messages.success(request, said)
        return redirect("sharing:index", branch.slug)
    page = comparing.of_branch(branch, timezone.localdate())
    context = {
        "branch": branch,
        "form": form,
        "page": page,
        "lines": page.lines,
        "columns": sorting.COLUMNS,
        "decisions": decisions,
    }
    return render(request, "district/share.html", context, status=422 if form.errors else 200)


def of_party(request: UserRequest, on: date) -> Page:
    """A district is a link for who may open it."""
    own = {district.pk for district in standing(request).districts}

    def url_of(district: District) -> str:
        return reverse("district:index", args=[district.slug]) if district.pk in own else ""

    return comparing.of_party(on, elsewhere=_("In no district"), url_of=url_of)


def asked(request: UserRequest) -> tuple[ShownForm, date, str]:
    """The form, and what it asks: today and by name unless told otherwise."""
    today = timezone.localdate()
    given = {"on": request.GET.get("on") or today.isoformat(), "sort": request.GET.get("sort", "")}
    form = ShownForm(given, today=today)
    if form.is_valid():
        return form, form.cleaned_data["on"], form.cleaned_data["sort"] or sorting.BY_NAME
    return form, today, sorting.BY_NAME


def asked_for_a_file(request: UserRequest, file_format: str) -> tuple[date, str]:
    """Raises ``Http404`` for a format, a day or an order that can't be."""
    form, on, sort = asked(request)
    if file_format not in {"csv", "xlsx"} or not form.is_valid():
        raise Http404
    return on, sort


def shown(page: Page, form: ShownForm, sort: str, address: str) -> dict[str, Any]:
    column = sort.removeprefix("-")
    links = [
        {
            "name": name,
            "label": label,
            "sort": f"-{name}" if sort == name else name,
            "direction": ("descending" if sort.startswith("-") else "ascending") if name == column else "",
        }
        for name, label in [
            (sorting.BY_NAME, ""),
            *((key, part.label) for key, part in sorting.COLUMNS.items()),
        ]
    ]
    return {
        "page": page,
        "lines": sorting.ordered(page.lines, sort),
        "pictures": pictures(page),
        "columns": sorting.COLUMNS,
        "links": links,
        "form": form,
        "sort": sort,
        "address": address,
    }
