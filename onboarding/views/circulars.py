"""Letters to many members: write, look at what each will get, send."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from crm.access import Permission, UserRequest, branch_page
from crm.outbox.models import Message
from crm.people.logbook import log_read
from crm.people.models import AccessLog, Branch
from onboarding import access, circulars
from onboarding.forms import CircularForm
from onboarding.models import Circular


@require_GET
@branch_page(Permission.WRITE_CIRCULARS)
def index(request: UserRequest, branch: Branch) -> HttpResponse:
    context = {"branch": branch, "circulars": access.circulars_of(branch)}
    return render(request, "onboarding/circulars.html", context)


@require_http_methods(["GET", "POST"])
@branch_page(Permission.WRITE_CIRCULARS)
def write(request: UserRequest, branch: Branch) -> HttpResponse:
    return _written(request, branch, Circular(branch=branch))


@require_http_methods(["GET", "POST"])
@branch_page(Permission.WRITE_CIRCULARS)
def change(request: UserRequest, branch: Branch, pk: int) -> HttpResponse:
    return _written(request, branch, access.draft_circular_of(branch, pk))


def _written(request: UserRequest, branch: Branch, circular: Circular) -> HttpResponse:
    form = CircularForm(request.POST or None, branch=branch, instance=circular)
    if request.method == "POST" and form.is_valid():
        if circulars.write(circular=form.instance, by=request.user):
            messages.success(request, _("Saved. Look at what each will get, then send it."))
        return redirect("onboarding:circular", branch.slug, form.instance.pk)
    status = 422 if request.method == "POST" else 200
    context = {"branch": branch, "form": form, "circular": circular}
    return render(request, "onboarding/circular_form.html", context, status=status)


@require_GET
@branch_page(Permission.WRITE_CIRCULARS)
def show(request: UserRequest, branch: Branch, pk: int) -> HttpResponse:
    """A draft as each recipient will get it, one at a time; what has been sent, with what became of it."""
    circular = access.circular_of(branch, pk)
    context = {"branch": branch, "circular": circular, "purpose_key": circulars.purpose_of(circular)}
    if circular.sent_at:
        states = access.states_of(circular)
        return render(request, "onboarding/circular_sent.html", context | {"states": states})
    found = circulars.recipients_of(circular, timezone.now())
    page = Paginator(found.members, 1).get_page(request.GET.get("page"))
    shown = list(page.object_list)
    log_read(user=request.user, branch=branch, members=shown, purpose=AccessLog.Purpose.MESSAGE)
    context["channels"] = [(label, found.by_channel.get(key, 0)) for key, label in Message.Channel.choices]
    context |= {"recipients": found, "page": page}
    context["message"] = circulars.draft_for(circular, found, shown[0]) if shown else None
    return render(request, "onboarding/circular.html", context)


@require_POST
@branch_page(Permission.WRITE_CIRCULARS)
def send(request: UserRequest, branch: Branch, pk: int) -> HttpResponse:
    queued = circulars.send(circular=access.circular_of(branch, pk), by=request.user)
    if queued is None:
        messages.info(request, _("It had been sent already; nothing was changed."))
    elif queued.needs_approval:
        messages.warning(
            request, _("It is more than the branch sends at once: say yes to it under Messages.")
        )
    else:
        n = queued.written
        told = ngettext("%(n)s message is on its way.", "%(n)s messages are on their way.", n) % {"n": n}
        messages.success(request, told)
    return redirect("onboarding:circular", branch.slug, pk)
