"""The page on which an officer says how a file is to be read, and the file of what could not be used."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from crm.access import Permission, UserRequest, branch_page
from crm.people.logbook import log_read
from crm.people.models import AccessLog, Branch
from crm.rosters import access, choosing, pages, rejected, remembering
from crm.rosters.accepting import AlreadyDecided
from crm.rosters.choosing import FileGone
from crm.rosters.choosing_forms import ReadingForm
from crm.rosters.models import RosterImport
from crm.rosters.reading import Choices

MAY_IMPORT = branch_page(Permission.IMPORT_ROSTERS)


@MAY_IMPORT
@require_safe
def reading(request: UserRequest, branch: Branch, key: int) -> HttpResponse:
    roster_import = access.import_of(branch, key)
    try:
        return reading_page(request, branch, roster_import, form_of(roster_import))
    except FileGone:
        return gone(request, branch, key)


@MAY_IMPORT
@require_POST
def read_again(request: UserRequest, branch: Branch, key: int) -> HttpResponse:
    roster_import = access.import_of(branch, key)
    try:
        form = form_of(roster_import, request.POST)
        if not form.is_valid():
            return reading_page(request, branch, roster_import, form, status=422)
        choosing.choose(roster_import, by=request.user, choices=form.choices, terms=form.terms)
    except FileGone:
        return gone(request, branch, key)
    except AlreadyDecided as decided:
        messages.warning(request, pages.decided_in_words(decided.roster_import))
    return redirect("rosters:show", branch.slug, key)


@MAY_IMPORT
@require_safe
def rejected_file(request: UserRequest, branch: Branch, key: int, file_format: str) -> HttpResponse:
    """The rejected lines, to be mended and uploaded by themselves."""
    roster_import = access.import_of(branch, key)
    if file_format not in rejected.FORMATS or roster_import.contents_gone_at:
        raise Http404
    rows = rejected.rejected_lines(roster_import, by=request.user)
    content_type, content = rejected.as_file(roster_import, rows, file_format)
    name = rejected.file_name(roster_import, file_format)
    return HttpResponse(
        content,
        content_type=content_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def form_of(roster_import: RosterImport, data: Any = None) -> ReadingForm:
    """Raises ``FileGone``."""
    sampled = choosing.look(roster_import)
    initial = {"roster_date": roster_import.roster_date, "is_full": roster_import.is_full}
    known = remembering.chosen(roster_import) or Choices()
    letters = pages.letters_of(roster_import)
    return ReadingForm(data, sampled=sampled, known=known, letters=letters, initial=initial)


def reading_page(
    request: UserRequest, branch: Branch, roster_import: RosterImport, form: ReadingForm, *, status: int = 200
) -> HttpResponse:
    seen = access.members_on_lines(roster_import, form.sampled.lines)
    log_read(user=request.user, branch=branch, members=seen, purpose=AccessLog.Purpose.ROSTER)
    context = {
        "branch": branch,
        "roster": roster_import,
        "form": form,
        "problem": pages.problem_of(roster_import),
        "unrecognised": [row for row in form.column_rows if not row.is_recognised],
    }
    return render(request, "rosters/reading.html", context, status=status)


def gone(request: UserRequest, branch: Branch, key: int) -> HttpResponse:
    text = _(
        "The file is no longer here: it is kept for half an hour at most. Upload it once more; what you "
        "have chosen for its columns is remembered."
    )
    messages.warning(request, text)
    return redirect("rosters:show", branch.slug, key)
