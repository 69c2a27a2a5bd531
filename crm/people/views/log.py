"""The access log for the administrator, who sees member numbers and no names (docs/decisions)."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from crm.access import Permission, UserRequest, branch_page
from crm.people.forms import LogFilter
from crm.people.logbook import log_read
from crm.people.models import AccessLog, Branch
from crm.people.reads import as_csv, page_of_reads

MAY_SEE = branch_page(Permission.SEE_ACCESS_LOG)


@MAY_SEE
def access_log(request: UserRequest, branch: Branch) -> HttpResponse:
    form = LogFilter(request.GET, branch=branch)
    page, reads = page_of_reads(branch, form.wanted(), request.GET.get("page", 1))
    context = {"branch": branch, "form": form, "page": page, "reads": reads}
    return render(request, "people/access_log.html", context, status=200 if form.is_valid() else 422)


@MAY_SEE
@require_safe
def access_log_file(request: UserRequest, branch: Branch) -> HttpResponse:
    """What the filter shows, as a file. That it was fetched stands in the log too."""
    form = LogFilter(request.GET, branch=branch)
    if not form.is_valid():
        return access_log(request, branch.slug)
    log_read(user=request.user, branch=branch, members=[], purpose=AccessLog.Purpose.EXPORT)
    name = f"atkomstlogg-{branch.slug}-{timezone.localdate():%Y-%m-%d}.csv"
    return HttpResponse(
        as_csv(branch, form.wanted()),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
