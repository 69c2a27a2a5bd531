"""Whom a figure counts, by name, and of whom, for those who may see members; each display is in the access log."""

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_GET

from crm import extensions
from crm.access import Permission, UserRequest, branch_page, standing
from crm.people import access
from crm.people.logbook import log_read
from crm.people.models import AccessLog, Branch

PER_PAGE = 50


@require_GET
@branch_page(Permission.SEE_MEMBERS)
def counted(request: UserRequest, branch: Branch, figure: str) -> HttpResponse:
    shown, today = extensions.figures.get(figure), timezone.localdate()
    if shown is None or shown.people is None or not standing(request).may(shown.permission, branch):
        raise Http404
    try:
        on = parse_date(request.GET.get("on", "")) or today
    except ValueError as wrong:
        raise Http404 from wrong
    if on > today or not shown.is_known(on):
        raise Http404
    keys = [key for key in shown.people(branch, on) if key is not None]
    listed = shown.out_of(branch, on) if shown.out_of else keys
    people = access.people_counted(branch, [key for key in listed if key is not None])
    page = Paginator(people, PER_PAGE).get_page(request.GET.get("page"))
    log_read(user=request.user, branch=branch, members=page.object_list, purpose=AccessLog.Purpose.LIST)
    context = {"branch": branch, "figure": shown, "on": on, "value": shown.read(branch, on)}
    context |= {"is_share": shown.out_of is not None}
    context |= {"page": page, "counted": len(keys), "people": page.paginator.count, "counted_keys": set(keys)}
    return render(request, "people/counted.html", context)
