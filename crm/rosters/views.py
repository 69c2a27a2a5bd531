"""Pages for the officers who bring rosters in and members out."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from crm.access import Permission, UserRequest, branch_page
from crm.people.logbook import log_read
from crm.people.models import AccessLog, Branch
from crm.rosters import access, corrections, exporting, importing, pages, stops, telling, undoing_pages
from crm.rosters.forms import AcceptForm, ExportForm, TermsForm, UploadForm
from crm.rosters.importing import AlreadyDecided
from crm.rosters.models import RosterImport
from crm.rosters.on_file import Standing

State = RosterImport.State
MAY_IMPORT = branch_page(Permission.IMPORT_ROSTERS)


@MAY_IMPORT
@require_safe
def index(request: UserRequest, branch: Branch) -> HttpResponse:
    return index_page(request, branch, UploadForm())


@MAY_IMPORT
@require_POST
def upload(request: UserRequest, branch: Branch) -> HttpResponse:
    form = UploadForm(request.POST, request.FILES, too_large=getattr(request, "upload_too_large", False))
    if not form.is_valid():
        return index_page(request, branch, form, status=422)
    roster_import = importing.upload(
        branch=branch,
        content=form.content,
        filename=form.cleaned_data["file"].name,
        by=request.user,
        is_full=form.is_full,
        token=form.cleaned_data["token"],
    )
    return redirect("rosters:show", branch.slug, roster_import.pk)


def index_page(request: UserRequest, branch: Branch, form: UploadForm, *, status: int = 200) -> HttpResponse:
    page = Paginator(access.imports_of(branch), 20).get_page(request.GET.get("page"))
    context = {"branch": branch, "form": form, "page": page, "unreported": corrections.unreported(branch)}
    return render(request, "rosters/index.html", context, status=status)


@MAY_IMPORT
@require_safe
def show(request: UserRequest, branch: Branch, key: int) -> HttpResponse:
    """An import in whatever state it is. While it waits, htmx asks for the progress alone."""
    roster_import = access.import_of(branch, key)
    if roster_import.is_waiting:
        template = "rosters/progress.html" if request.htmx else "rosters/waiting.html"
        context = {"branch": branch, "roster": roster_import, "told": telling.read(roster_import.pk)}
        return render(request, template, context)
    if request.htmx:
        return HttpResponseClientRefresh()
    return show_page(request, branch, roster_import)


def show_page(
    request: UserRequest,
    branch: Branch,
    roster_import: RosterImport,
    *,
    accept_form: AcceptForm | None = None,
    terms_form: TermsForm | None = None,
    status: int = 200,
) -> HttpResponse:
    found = stops.from_data(roster_import.stops)
    parts = pages.parts_of(roster_import)
    sample, sampled = pages.sample_of(roster_import)
    undo = undoing_pages.state_of(roster_import)
    checks = pages.checks_of(roster_import)
    seen = {member for part in parts for member in part.members} | set(sampled)
    seen |= {check.correction.member for check in checks} | (set(undo.members) if undo else set())
    log_read(user=request.user, branch=branch, members=seen, purpose=AccessLog.Purpose.ROSTER)
    context = {
        "branch": branch,
        "roster": roster_import,
        **pages.head_of(roster_import, now=timezone.now()),
        "parts": parts,
        "sample": sample,
        "undo": undo,
        "checks": checks,
        "accept_form": accept_form or AcceptForm(stops=found, initial={"digest": roster_import.digest}),
        "terms_form": terms_form
        or TermsForm(initial={"roster_date": roster_import.roster_date, "is_full": roster_import.is_full}),
    }
    return render(request, "rosters/show.html", context, status=status)


@MAY_IMPORT
@require_POST
def accept(request: UserRequest, branch: Branch, key: int) -> HttpResponse:
    roster_import = access.import_of(branch, key)
    form = AcceptForm(request.POST, stops=stops.from_data(roster_import.stops))
    if not form.is_valid() and roster_import.state == State.STAGED:
        return show_page(request, branch, roster_import, accept_form=form, status=422)
    try:
        importing.accept(
            roster_import,
            by=request.user,
            understood=form.understood,
            digest=form.cleaned_data.get("digest", ""),
        )
    except AlreadyDecided as decided:
        messages.warning(request, pages.decided_in_words(decided.roster_import))
    return redirect("rosters:show", branch.slug, key)


@MAY_IMPORT
@require_POST
def discard(request: UserRequest, branch: Branch, key: int) -> HttpResponse:
    roster_import = access.import_of(branch, key)
    try:
        importing.discard(roster_import, by=request.user)
    except AlreadyDecided as decided:
        messages.warning(request, pages.decided_in_words(decided.roster_import))
        return redirect("rosters:show", branch.slug, key)
    messages.success(request, _("The file was thrown away. The branch is as it was."))
    return redirect("rosters:index", branch.slug)


@MAY_IMPORT
@require_POST
def take_as(request: UserRequest, branch: Branch, key: int) -> HttpResponse:
    """Another date, or a part of a roster: the preview is made anew."""
    roster_import = access.import_of(branch, key)
    form = TermsForm(request.POST)
    if not form.is_valid():
        return show_page(request, branch, roster_import, terms_form=form, status=422)
    try:
        importing.take_as(roster_import, by=request.user, **form.cleaned_data)
    except AlreadyDecided as decided:
        messages.warning(request, pages.decided_in_words(decided.roster_import))
    return redirect("rosters:show", branch.slug, key)


@MAY_IMPORT
@require_safe
def part(request: UserRequest, branch: Branch, key: int, part: str) -> HttpResponse:
    """All rows of one heap of a preview, page by page."""
    roster_import = access.import_of(branch, key)
    if part not in pages.PART_TITLES:
        raise Http404
    page, heap = pages.paged(roster_import, part, request.GET.get("page"))
    log_read(user=request.user, branch=branch, members=heap.members, purpose=AccessLog.Purpose.ROSTER)
    context = {"branch": branch, "roster": roster_import, "page": page, "part": heap}
    return render(request, "rosters/part.html", context)


@branch_page(Permission.EXPORT_MEMBERS)
def export(request: UserRequest, branch: Branch) -> HttpResponse:
    form = ExportForm(request.POST or None)
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, "rosters/export.html", {"branch": branch, "form": form}, status=status)
    chosen = form.cleaned_data
    people = exporting.export(
        branch=branch,
        by=request.user,
        reason=chosen["reason"],
        standings=tuple(Standing) if chosen["who"] == ExportForm.Who.ALL else (Standing.MEMBER,),
    )
    content_type, content = exporting.as_file(people, chosen["file_format"])
    name = f"{slugify(branch.name)}-{timezone.localdate():%Y-%m-%d}.{chosen['file_format']}"
    return HttpResponse(
        content,
        content_type=content_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
