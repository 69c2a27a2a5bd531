"""The board's page."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET

from crm import extensions
from crm.access import ROLES_THAT_MAY, Permission, Standing, UserRequest, branch_page, standing
from crm.board.forms import DayForm
from crm.board.overview import overview
from crm.extensions import Figure, Rows
from crm.people.models import Branch, Role
from crm.people.names import sort_key


@branch_page(Permission.SEE_FIGURES)
def index(request: UserRequest, branch: Branch) -> HttpResponse:
    today = timezone.localdate()
    form = DayForm({"on": request.GET.get("on") or today.isoformat()}, today=today)
    on = form.cleaned_data["on"] if form.is_valid() else today
    how_url = reverse("board:how", args=[branch.slug])
    context = {
        "branch": branch,
        "form": form,
        "today": today,
        "page": overview(branch, on),
        "may_share": standing(request).may(Permission.SHARE_FIGURES, branch),
        "may_open_rosters": standing(request).may(Permission.IMPORT_ROSTERS, branch),
        "parts": parts(request, branch, on, how_url=how_url),
        "how_url": how_url,
    }
    return render(request, "board/index.html", context, status=200 if form.is_valid() else 422)


@require_GET
@branch_page(Permission.SEE_FIGURES)
def how(request: UserRequest, branch: Branch) -> HttpResponse:
    """Every figure: what it counts, who may see it, and for whom the rows are a click away."""
    mine = standing(request)
    told = [
        (figure, who_may(figure.permission), rows_url(figure, mine, branch))
        for figure in extensions.figures.all()
        if mine.may(figure.permission, branch)
    ]
    accounts = [(account, listed_at(account.rows, mine, branch)) for account in extensions.accounts.all()]
    contents = [(figure.name, figure.full_label) for figure, _who, _url in told]
    contents += [(account.name, str(account.label)) for account, _url in accounts]
    context = {
        "branch": branch,
        "contents": sorted(contents, key=lambda pair: sort_key(pair[1], "")),
        "told": told,
        "accounts": accounts,
        "sections": list(extensions.how_sections.all()),
    }
    return render(request, "board/how_page.html", context)


def who_may(permission: str) -> str:
    labels = [str(label) for kind, label in Role.Kind.choices if kind in ROLES_THAT_MAY[permission]]
    return ", ".join(labels)


def rows_url(figure: Figure, mine: Standing, branch: Branch) -> str:
    """The page of the rows, else the list of those counted."""
    if figure.people and mine.may(Permission.SEE_MEMBERS, branch):
        return reverse("people:counted", args=[branch.slug, figure.name])
    return listed_at(figure.rows, mine, branch)


def listed_at(rows: Rows | None, mine: Standing, branch: Branch) -> str:
    return rows.url_of(branch) if rows and mine.may(rows.permission, branch) else ""


def parts(request: HttpRequest, branch: Branch, on: date, *, how_url: str = "") -> list[SafeString]:
    """What the apps beside the board know, drawn by their templates. Without ``how_url`` nothing leads further."""
    around = {"branch": branch, "on": on, "how_url": how_url}
    return [
        render_to_string(part.template, part.context(branch, on) | around, request=request)
        for part in extensions.board_parts.all()
    ]
