from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from crm import extensions
from crm.access import Permission, UserRequest, branch_page
from crm.outbox import access, deciding
from crm.outbox.models import Message
from crm.people.logbook import log_read
from crm.people.models import AccessLog, Branch

PER_PAGE = 25


@require_GET
@branch_page(Permission.SEE_MESSAGES)
def index(request: UserRequest, branch: Branch) -> HttpResponse:
    state = request.GET.get("state", "")
    if state not in Message.State.values:
        state = ""
    channel = request.GET.get("channel", "")
    if channel not in Message.Channel.values:
        channel = ""
    found = access.messages_of(branch, state=state, channel=channel)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    shown = {message.member_id for message in page.object_list if message.member_id}
    log_read(user=request.user, branch=branch, members=sorted(shown), purpose=AccessLog.Purpose.MESSAGE)
    counts = access.counts_by_state(branch)
    states = [(value, label, counts.get(value, 0)) for value, label in Message.State.choices]
    context = {
        "branch": branch,
        "page": page,
        "state": state,
        "states": states,
        "all": sum(counts.values()),
        "channel": channel,
        "channels": Message.Channel.choices,
        "to_approve": access.sends_to_approve(branch),
    }
    return render(request, "outbox/index.html", context)


@require_GET
@branch_page(Permission.SEE_MESSAGES)
def message(request: UserRequest, branch: Branch, pk: int) -> HttpResponse:
    found = access.message_of(branch, pk)
    shown = [found.member] if found.member else []
    log_read(user=request.user, branch=branch, members=shown, purpose=AccessLog.Purpose.MESSAGE)
    ways = [(way.channel, Message.Channel(way.channel).label) for way in deciding.other_ways(found)]
    context = {"branch": branch, "message": found, "ways": ways, "kind": extensions.texts.get(found.kind)}
    return render(request, "outbox/message.html", context)


@require_POST
@branch_page(Permission.SEE_MESSAGES)
def send_again(request: UserRequest, branch: Branch, pk: int) -> HttpResponse:
    done = deciding.send_again(message=access.message_of(branch, pk), by=request.user)
    return _back(request, branch, pk, done, _("The message is queued again."))


@require_POST
@branch_page(Permission.SEE_MESSAGES)
def note_sent(request: UserRequest, branch: Branch, pk: int) -> HttpResponse:
    done = deciding.note_sent(message=access.message_of(branch, pk), by=request.user)
    return _back(request, branch, pk, done, _("The message is noted as sent."))


@require_POST
@branch_page(Permission.SEE_MESSAGES)
def cancel(request: UserRequest, branch: Branch, pk: int) -> HttpResponse:
    done = deciding.cancel(message=access.message_of(branch, pk), by=request.user)
    return _back(request, branch, pk, done, _("The message will not be sent."))


@require_POST
@branch_page(Permission.SEE_MESSAGES)
def go_another_way(request: UserRequest, branch: Branch, pk: int) -> HttpResponse:
    found, channel = access.message_of(branch, pk), request.POST.get("channel", "")
    done = deciding.go_another_way(message=found, channel=channel, by=request.user)
    return _back(request, branch, pk, done, _("The message goes another way."))


def _back(request: UserRequest, branch: Branch, pk: int, done: bool, sentence: str) -> HttpResponse:
    if done:
        messages.success(request, sentence)
    else:
        messages.info(request, _("Somebody had already decided; nothing was changed."))
    return redirect("outbox:message", branch.slug, pk)
