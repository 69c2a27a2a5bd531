from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from crm.access import Permission, UserRequest, branch_page
from crm.people.logbook import log_read
from crm.people.models import AccessLog, Branch
from onboarding import access, answers, invitations, open_meetings
from onboarding.models import Gathering, Invitation
from onboarding.requests import CALLED_ABOUT
from onboarding.unreached import unreached


@require_GET
@branch_page(Permission.PLAN_GATHERINGS)
def gathering(request: UserRequest, branch: Branch, pk: int) -> HttpResponse:
    found, now = access.gathering_of(branch, pk), timezone.now()
    invited = list(access.invitations_of(found))
    text = request.GET.get("q", "")
    to_add = access.members_to_add(found, text) if found.state != Gathering.State.CANCELLED else []
    shown = [invitation.member_id for invitation in invited] + [member.pk for member in to_add]
    log_read(user=request.user, branch=branch, members=shown, purpose=AccessLog.Purpose.INVITATION)
    context = {
        "branch": branch,
        "gathering": found,
        "funnel": access.funnel_of(found),
        "invited": invited,
        "unreached": unreached(found) if found.takes_answers(now) else None,
        "asks_for_calls": found.kind in CALLED_ABOUT,
        "to_add": to_add,
        "q": text,
        "with_needs": [one for one in invited if one.has_needs],
        "takes_answers": found.takes_answers(now),
        "activity": open_meetings.activity_of(found),
    }
    return render(request, "onboarding/gathering.html", context)


@require_POST
@branch_page(Permission.PLAN_GATHERINGS)
def answer(request: UserRequest, branch: Branch, pk: int, invitation: int) -> HttpResponse:
    asked = access.invitation_of(access.gathering_of(branch, pk), invitation)
    said = request.POST.get("answer", "")
    try:
        if said in Invitation.Answer.values:
            answers.answer(invitation=asked, said=said, by=request.user)
            messages.success(request, _("The answer of %(member)s is noted.") % {"member": asked.member})
    except answers.NoLongerOpenError:
        messages.error(request, _("The meeting takes no answers any more."))
    return redirect("onboarding:gathering", branch.slug, pk)


@require_POST
@branch_page(Permission.PLAN_GATHERINGS)
def add(request: UserRequest, branch: Branch, pk: int, member: int) -> HttpResponse:
    found = access.gathering_of(branch, pk)
    person = access.member_to_add(found, member)
    if found.is_ahead(timezone.now()):
        ground = Invitation.Ground.BY_HAND
        invitations.invite(gathering=found, members=[person], ground=ground, by=request.user)
        messages.success(request, _("%(member)s is invited.") % {"member": person})
    else:
        answers.walk_in(gathering=found, member=person, by=request.user)
        messages.success(request, _("%(member)s is ticked as present.") % {"member": person})
    return redirect("onboarding:gathering", branch.slug, pk)
