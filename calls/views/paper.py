"""Lists on paper: printing, typing, and what becomes of the sheets."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from calls import access, grid, outcomes, paper, sheets, stacks
from calls.forms import PrintForm
from calls.models import PrintedSheet
from crm.access import Permission, UserRequest, branch_page, standing
from crm.people.logbook import log_read
from crm.people.models import AccessLog, Branch

Purpose = AccessLog.Purpose


@branch_page(Permission.LEAD_CALLS)
def index(request: UserRequest, branch: Branch) -> HttpResponse:
    """Every sheet that is still somewhere, overdue first; a code leads to its sheet."""
    code = request.GET.get("blad", "").strip().upper()
    found = access.sheets_of(branch).filter(code=code).first() if code else None
    if found is not None:
        return redirect("calls:sheet", branch.slug, found.pk)
    context = {"branch": branch, "stack": stacks.of(branch, timezone.now()), "code": code}
    return render(request, "calls/papers.html", context, status=422 if code else 200)


@require_POST
@branch_page(Permission.LEAD_CALLS)
def print_list(request: UserRequest, branch: Branch, pk: int) -> HttpResponse:
    """Put the first people of a list on paper."""
    call_list, now = access.list_of(branch, pk), timezone.now()
    form = PrintForm(request.POST, today=timezone.localdate(now))
    if not form.is_valid():
        return render_print(request, branch, pk, form, status=422)
    sheet = sheets.print_sheet(call_list=call_list, by=request.user, at=now, **form.cleaned_data)
    if sheet is None:
        messages.warning(
            request, _("Nobody on the list can be printed now: all are done, wait, or stand on a sheet.")
        )
        return redirect("calls:list", branch.slug, pk)
    return redirect("calls:sheet", branch.slug, sheet.pk)


@branch_page(Permission.LEAD_CALLS)
def before_printing(request: UserRequest, branch: Branch, pk: int) -> HttpResponse:
    return render_print(request, branch, pk, PrintForm(today=timezone.localdate()))


def render_print(
    request: UserRequest, branch: Branch, pk: int, form: PrintForm, status: int = 200
) -> HttpResponse:
    call_list, now = access.list_of(branch, pk), timezone.now()
    ready = sheets.printable(call_list, now).count()
    context = {"branch": branch, "list": call_list, "form": form, "ready": ready}
    return render(request, "calls/print_list.html", context, status=status)


@branch_page(Permission.LEAD_CALLS)
def show(request: UserRequest, branch: Branch, pk: int) -> HttpResponse:
    """One sheet: get it, see whom to strike out, say where it is."""
    page = stacks.sheet_page(access.sheet_of(branch, pk), timezone.localdate())
    log_read(user=request.user, branch=branch, members=page.members_shown, purpose=Purpose.LEAD)
    return render(request, "calls/sheet.html", {"branch": branch, "page": page})


@branch_page(Permission.LEAD_CALLS)
def pdf(request: UserRequest, branch: Branch, pk: int) -> HttpResponse:
    """The document, for as long as somebody may call from it."""
    sheet, today = access.sheet_of(branch, pk), timezone.localdate()
    if not sheet.is_out or sheet.last_day < today:
        raise Http404
    sheets.log_print(sheet, request.user)
    content = paper.draw(sheet, on=today).as_bytes()
    name = f'inline; filename="ringlista-{sheet.code}.pdf"'
    return HttpResponse(content, content_type="application/pdf", headers={"content-disposition": name})


@branch_page(Permission.CALL)
def own(request: UserRequest, branch: Branch, pk: int) -> HttpResponse:
    """Where the square on the paper leads: a caller's own sheet; a leader goes on to the leader's page."""
    if standing(request).may(Permission.LEAD_CALLS, branch):
        access.sheet_of(branch, pk)
        return redirect("calls:sheet_results", branch.slug, pk)
    sheet = access.own_sheet(request.user, branch, timezone.now(), pk)
    return typed(request, branch, sheet, leads=False)


@branch_page(Permission.LEAD_CALLS)
def results(request: UserRequest, branch: Branch, pk: int) -> HttpResponse:
    sheet = access.sheet_of(branch, pk)
    if timezone.localdate() > sheets.last_day_of_typing(sheet):
        messages.warning(request, _("The round closed more than 30 days ago. Nothing more can be typed."))
        return redirect("calls:sheet", branch.slug, pk)
    return typed(request, branch, sheet, leads=True)


def typed(request: UserRequest, branch: Branch, sheet: PrintedSheet, *, leads: bool) -> HttpResponse:
    """Save the rows that can be understood; show the others as they were written, each with its error."""
    now = timezone.now()
    page = grid.of(sheet, request.user, now, data=request.POST or None, whole_names=leads)
    if request.method == "POST" and page.form.is_valid():
        told = page.form.cleaned_data
        done = sheets.type_results(
            sheet=sheet,
            results=page.results(),
            on=told["on"],
            in_the_evening=told["part"] == page.form.EVENING,
            by=request.user,
            at=now,
        )
        said = ngettext("%(n)s result is saved.", "%(n)s results are saved.", len(done))
        messages.success(request, said % {"n": len(done)})
        if page.is_valid:
            return redirect(request.path)
    return render_grid(request, branch, page, leads=leads)


def render_grid(request: UserRequest, branch: Branch, page: grid.Grid, *, leads: bool) -> HttpResponse:
    members = [line.row.call.member_id for line in page.rows]
    log_read(
        user=request.user,
        branch=branch,
        members=members,
        purpose=Purpose.LEAD if leads else Purpose.CALL_LIST,
    )
    context = {"branch": branch, "page": page, "leads": leads}
    return render(request, "calls/grid.html", context, status=422 if request.method == "POST" else 200)


@require_POST
@branch_page(Permission.CALL)
def undo(request: UserRequest, branch: Branch, pk: int) -> HttpResponse:
    """Take back a row that one has typed oneself in the last ten minutes."""
    result, now = access.own_typed(request.user, branch, timezone.now(), pk), timezone.now()
    try:
        sheets.undo(typed=result, by=request.user, at=now)
    except outcomes.CannotUndo:
        messages.warning(request, _("It can't be undone any more. Others have gone on with the call."))
    else:
        messages.success(request, _("Undone. Type the row once more."))
    return redirect("calls:own_sheet", branch.slug, result.row.sheet_id)


@require_POST
@branch_page(Permission.LEAD_CALLS)
def returned(request: UserRequest, branch: Branch, pk: int) -> HttpResponse:
    if sheets.mark_returned(sheet=access.sheet_of(branch, pk), by=request.user, at=timezone.now()):
        messages.success(request, _("The sheet is back. Type what stands on it, then destroy it."))
    return redirect("calls:sheet", branch.slug, pk)


@require_POST
@branch_page(Permission.LEAD_CALLS)
def destroyed(request: UserRequest, branch: Branch, pk: int) -> HttpResponse:
    if sheets.mark_destroyed(sheet=access.sheet_of(branch, pk), by=request.user, at=timezone.now()):
        messages.success(request, _("Noted: the sheet is destroyed."))
    return redirect("calls:papers", branch.slug)
