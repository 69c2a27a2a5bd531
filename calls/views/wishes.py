"""A caller's own page of wishes: how many, where, in which languages, and whom not."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from calls import access, wishes
from calls.forms import CallerProfileForm, OwnCallForm
from crm.access import Permission, UserRequest, branch_page
from crm.people.logbook import log_read
from crm.people.models import AccessLog, Branch


@branch_page(Permission.CALL)
def own(request: UserRequest, branch: Branch) -> HttpResponse:
    """What I take on. It holds from the next time that lists are shared out."""
    if request.method != "POST":
        profile = wishes.profile_of(request.user, branch)
        return show(request, branch, CallerProfileForm(branch=branch, instance=profile))
    profile = wishes.kept_profile_of(request.user, branch)
    form = CallerProfileForm(request.POST, branch=branch, instance=profile)
    if not form.is_valid():
        return show(request, branch, form, status=422)
    form.save()
    messages.success(request, _("Saved. It holds the next time lists are shared out."))
    return redirect("calls:mine", branch.slug)


def show(request: UserRequest, branch: Branch, form: CallerProfileForm, status: int = 200) -> HttpResponse:
    left = list(access.left_for(request.user, branch, timezone.now()))
    avoided = list(access.avoided_by_own_wish(request.user, branch))
    seen = {call.member_id for call in left} | {row.member_id for row in avoided}
    log_read(user=request.user, branch=branch, members=sorted(seen), purpose=AccessLog.Purpose.CALL_LIST)
    context = {"branch": branch, "form": form, "left": left, "avoided": avoided}
    return render(request, "calls/wishes.html", context, status=status)


@require_POST
@branch_page(Permission.CALL)
def avoid_one(request: UserRequest, branch: Branch) -> HttpResponse:
    """Somebody of my list whom I would rather not call. Nobody asks why."""
    now = timezone.now()
    form = OwnCallForm(request.POST, calls=access.left_for(request.user, branch, now))
    if form.is_valid():
        member = form.cleaned_data["call"].member
        wishes.avoid(caller=request.user, member=member, by=request.user, at=now)
        messages.success(request, _("Somebody else calls that person. Nobody asks why."))
    else:
        messages.warning(request, _("Choose somebody on your list."))
    return redirect("calls:wishes", branch.slug)


@require_POST
@branch_page(Permission.CALL)
def avoid_in_hand(request: UserRequest, branch: Branch, pk: int) -> HttpResponse:
    """The person on the screen: let go, and never offered to me again."""
    now = timezone.now()
    held = access.on_screen_of(request.user, branch, now, pk)
    if held is not None:
        wishes.avoid(caller=request.user, member=held.member, by=request.user, at=now)
        messages.success(request, _("Somebody else calls that person. Nobody asks why."))
    return redirect("calls:mine", branch.slug)


@require_POST
@branch_page(Permission.CALL)
def stop_avoiding(request: UserRequest, branch: Branch, pk: int) -> HttpResponse:
    avoided = access.own_avoided(request.user, branch, pk)
    wishes.stop_avoiding(avoided=avoided)
    messages.success(request, _("You can get that person on your list again."))
    return redirect("calls:wishes", branch.slug)
