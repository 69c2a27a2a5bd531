"""Pairs that look like one person: merge them, keep them apart, or take a merge back. Officers only."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from crm.access import Permission, UserRequest, branch_page
from crm.people import access, merging
from crm.people import duplicates as looking
from crm.people.logbook import log_read
from crm.people.merge_forms import MergeForm
from crm.people.models import AccessLog, Branch, Member

PER_PAGE = 25
OFFICERS = branch_page(Permission.SEE_MEMBERS)
PURPOSE = AccessLog.Purpose.DUPLICATES


@OFFICERS
@require_safe
def index(request: UserRequest, branch: Branch) -> HttpResponse:
    page = Paginator(looking.suggestions(branch), PER_PAGE).get_page(request.GET.get("page"))
    people = access.members_by_key(branch, (key for pair in page for key in (pair.first, pair.second)))
    merges = list(access.merges_of(branch, since=timezone.now() - merging.UNDO))
    seen = {*people, *(merge.kept_id for merge in merges)}
    log_read(user=request.user, branch=branch, members=seen, purpose=PURPOSE)
    context = {
        "branch": branch,
        "page": page,
        "rows": [(pair, people[pair.first], people[pair.second]) for pair in page],
        "merges": merges,
    }
    return render(request, "people/duplicates.html", context)


@OFFICERS
@require_safe
def compare(request: UserRequest, branch: Branch, first: int, second: int) -> HttpResponse:
    both = access.both_of(branch, first, second)
    return compare_page(request, branch, both, MergeForm(first=both[0], second=both[1]))


def compare_page(
    request: UserRequest, branch: Branch, both: tuple[Member, Member], form: MergeForm, status: int = 200
) -> HttpResponse:
    log_read(user=request.user, branch=branch, members=both, purpose=PURPOSE)
    context = {"branch": branch, "both": both, "first": both[0], "second": both[1], "form": form}
    return render(request, "people/compare.html", context, status=status)


@require_POST
@OFFICERS
def merge(request: UserRequest, branch: Branch, first: int, second: int) -> HttpResponse:
    both = access.both_of(branch, first, second)
    form = MergeForm(request.POST, first=both[0], second=both[1])
    if not form.is_valid():
        return compare_page(request, branch, both, form, 422)
    try:
        merging.merge(kept=form.kept, merged=form.merged, values=form.values, by=request.user)
    except merging.NotTwo:
        messages.warning(request, _("Somebody has merged them in the meantime."))
        return redirect("people:duplicates", branch.slug)
    messages.success(request, _("They are one now. You can undo it for 30 days."))
    return redirect("people:member", branch.slug, form.kept.pk)


@require_POST
@OFFICERS
def keep_apart(request: UserRequest, branch: Branch, first: int, second: int) -> HttpResponse:
    one, other = access.both_of(branch, first, second)
    if looking.keep_apart(first=one, second=other, by=request.user):
        messages.success(request, _("Noted: two people. The pair is not suggested again."))
    return redirect("people:duplicates", branch.slug)


@require_POST
@OFFICERS
def undo(request: UserRequest, branch: Branch, pk: int) -> HttpResponse:
    if merging.undo(merge=access.merge_of(branch, pk), by=request.user):
        messages.success(request, _("They are two again, each as it was."))
    else:
        messages.warning(
            request, _("This merge can no longer be undone, or a later one has to be undone first.")
        )
    return redirect("people:duplicates", branch.slug)
