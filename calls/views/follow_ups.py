"""What officers do about parked calls. One view per button."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from calls import access, follow_ups
from calls.forms import AnswerForm
from calls.models import FollowUp
from crm.access import Permission, UserRequest, branch_page, standing
from crm.people.logbook import log_read
from crm.people.models import AccessLog, Branch


@branch_page(Permission.HANDLE_FOLLOW_UPS)
def index(request: UserRequest, branch: Branch) -> HttpResponse:
    """To be worked through until it is empty, the oldest first."""
    waiting = list(access.follow_ups_of(branch))
    members = {follow_up.call.member_id for follow_up in waiting}
    log_read(user=request.user, branch=branch, members=sorted(members), purpose=AccessLog.Purpose.LEAD)
    return render(request, "calls/follow_ups.html", {"branch": branch, "follow_ups": waiting})


@branch_page(Permission.HANDLE_FOLLOW_UPS)
def show(request: UserRequest, branch: Branch, pk: int) -> HttpResponse:
    return render_one(request, branch, access.follow_up_of(branch, pk), AnswerForm())


def render_one(
    request: UserRequest, branch: Branch, shown: FollowUp, form: AnswerForm, status: int = 200
) -> HttpResponse:
    member = shown.call.member
    log_read(user=request.user, branch=branch, members=[member], purpose=AccessLog.Purpose.LEAD)
    sees_members = standing(request).may(Permission.SEE_MEMBERS, branch)
    context = {"branch": branch, "follow_up": shown, "form": form, "sees_members": sees_members}
    return render(request, "calls/follow_up.html", context, status=status)


def answered(
    request: UserRequest, branch: Branch, pk: int, deed: Callable[[FollowUp, str], bool]
) -> HttpResponse:
    """Do what the button says, with the answer that stands above it; then the rest of the list."""
    shown, form = access.follow_up_of(branch, pk), AnswerForm(request.POST)
    if not form.is_valid():
        return render_one(request, branch, shown, form, status=422)
    if deed(shown, form.cleaned_data["answer"]):
        messages.success(request, _("Handled. Thank you!"))
    return redirect("calls:follow_ups", branch.slug)


@require_POST
@branch_page(Permission.HANDLE_FOLLOW_UPS)
def done(request: UserRequest, branch: Branch, pk: int) -> HttpResponse:
    def deed(shown: FollowUp, answer: str) -> bool:
        return follow_ups.done(follow_up=shown, by=request.user, now=timezone.now(), answer=answer)

    return answered(request, branch, pk, deed)


@require_POST
@branch_page(Permission.HANDLE_FOLLOW_UPS)
def call_again(request: UserRequest, branch: Branch, pk: int) -> HttpResponse:
    def deed(shown: FollowUp, answer: str) -> bool:
        return follow_ups.call_again(follow_up=shown, by=request.user, now=timezone.now(), answer=answer)

    return answered(request, branch, pk, deed)


@require_POST
@branch_page(Permission.HANDLE_FOLLOW_UPS)
def leave_in_peace(request: UserRequest, branch: Branch, pk: int) -> HttpResponse:
    def deed(shown: FollowUp, answer: str) -> bool:
        return follow_ups.leave_in_peace(follow_up=shown, by=request.user, now=timezone.now(), answer=answer)

    return answered(request, branch, pk, deed)


@require_POST
@branch_page(Permission.SEE_MEMBERS)
def end_membership(request: UserRequest, branch: Branch, pk: int, reason: str) -> HttpResponse:
    """For the officers of members and register: it moves the branch's figures."""
    if reason not in follow_ups.ENDINGS:
        raise Http404

    def deed(shown: FollowUp, answer: str) -> bool:
        return follow_ups.end_membership(
            follow_up=shown, by=request.user, now=timezone.now(), reason=reason, answer=answer
        )

    return answered(request, branch, pk, deed)
