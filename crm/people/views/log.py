"""The access log for the administrator, who sees member numbers and no names (docs/decisions)."""

from django.http import HttpResponse
from django.shortcuts import render

from crm.access import Permission, UserRequest, branch_page
from crm.people.forms import LogFilter
from crm.people.models import Branch
from crm.people.reads import page_of_reads


@branch_page(Permission.SEE_ACCESS_LOG)
def access_log(request: UserRequest, branch: Branch) -> HttpResponse:
    form = LogFilter(request.GET, branch=branch)
    page, reads = page_of_reads(branch, form.wanted(), request.GET.get("page", 1))
    context = {"branch": branch, "form": form, "page": page, "reads": reads}
    return render(request, "people/access_log.html", context, status=200 if form.is_valid() else 422)
