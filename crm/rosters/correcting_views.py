"""Correcting a member's details, and the list of corrections that the central register is to be told of."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from crm.access import Permission, UserRequest, branch_page
from crm.people.access import member_of
from crm.people.logbook import log_read
from crm.people.models import AccessLog, Branch
from crm.rosters import access, correction_lists
from crm.rosters import corrections as deeds
from crm.rosters.correcting_forms import CorrectForm, TickForm

PER_PAGE = 50
OFFICERS = branch_page(Permission.SEE_MEMBERS)


@OFFICERS
def correct(request: UserRequest, branch: Branch, pk: int) -> HttpResponse:
    member = member_of(branch, pk)
    form = CorrectForm(request.POST or None, member=member)
    if form.is_valid():
        changed = deeds.correct(member=member, values=form.values, by=request.user)
        said = _("Saved, and on the list of corrections to report.") if changed else _("Nothing was changed.")
        messages.success(request, said)
        return redirect("people:member", branch.slug, pk)
    log_read(user=request.user, branch=branch, members=[member], purpose=AccessLog.Purpose.MEMBER)
    context = {"branch": branch, "member": member, "form": form}
    return render(request, "rosters/correct.html", context, status=422 if form.is_bound else 200)


@OFFICERS
@require_safe
def corrections(request: UserRequest, branch: Branch) -> HttpResponse:
    return corrections_page(request, branch, show_of(request.GET.get("show")))


def show_of(wanted: str | None) -> str:
    return wanted if wanted in correction_lists.SHOWS else "unreported"


def corrections_page(
    request: UserRequest, branch: Branch, show: str, *, form: TickForm | None = None, status: int = 200
) -> HttpResponse:
    page = Paginator(access.corrections_of(branch, show=show), PER_PAGE).get_page(request.GET.get("page"))
    seen = {correction.member_id for correction in page}
    log_read(user=request.user, branch=branch, members=seen, purpose=AccessLog.Purpose.LIST)
    context = {
        "branch": branch,
        "page": page,
        "rows": [correction_lists.shown(correction) for correction in page],
        "show": show,
        "form": form,
        "all_ticked": "all" in request.GET,
        "unreported": deeds.unreported(branch),
    }
    return render(request, "rosters/corrections.html", context, status=status)


@OFFICERS
@require_POST
def report(request: UserRequest, branch: Branch) -> HttpResponse:
    """One, several or all on the page have been told to the register."""
    return tick(request, branch, is_reported=True)


@OFFICERS
@require_POST
def unreport(request: UserRequest, branch: Branch) -> HttpResponse:
    return tick(request, branch, is_reported=False)


def tick(request: UserRequest, branch: Branch, *, is_reported: bool) -> HttpResponse:
    form = TickForm(request.POST)
    show = show_of(request.POST.get("show"))
    if not form.is_valid():
        return corrections_page(request, branch, show, form=form, status=422)
    done = deeds.report(branch=branch, keys=form.keys, by=request.user, is_reported=is_reported)
    said = (
        ngettext("%(n)s correction is reported.", "%(n)s corrections are reported.", done)
        if is_reported
        else ngettext("%(n)s correction is to be reported.", "%(n)s corrections are to be reported.", done)
    )
    messages.success(request, said % {"n": done})
    return redirect(f"{reverse('rosters:corrections', args=[branch.slug])}?show={show}")


@OFFICERS
@require_POST
def take_the_registers(request: UserRequest, branch: Branch, key: int) -> HttpResponse:
    """The register was right after all."""
    correction = access.correction_of(branch, key)
    deeds.take_the_registers(correction=correction, by=request.user)
    messages.success(request, _("The register's detail is taken."))
    return redirect("people:member", branch.slug, correction.member_id)


@OFFICERS
@require_safe
def as_file(request: UserRequest, branch: Branch, file_format: str) -> HttpResponse:
    if file_format not in ("csv", "xlsx"):
        raise Http404
    content_type, content = correction_lists.as_file(exported(request, branch), file_format)
    name = f"rattelser-{slugify(branch.name)}-{timezone.localdate():%Y-%m-%d}.{file_format}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=content_type, headers=headers)


@OFFICERS
@require_safe
def on_paper(request: UserRequest, branch: Branch) -> HttpResponse:
    rows = [correction_lists.shown(correction) for correction in exported(request, branch)]
    context = {"branch": branch, "rows": rows, "show": show_of(request.GET.get("show"))}
    return render(request, "rosters/corrections_on_paper.html", context | {"today": timezone.localdate()})


def exported(request: UserRequest, branch: Branch) -> list[Any]:
    show = show_of(request.GET.get("show"))
    return correction_lists.export(
        branch=branch, by=request.user, show=show, reason=_("corrections to report to the register")
    )
