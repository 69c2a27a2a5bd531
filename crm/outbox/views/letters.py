"""Letters to print and to post, and the addresses that lead nowhere."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from crm.access import Permission, UserRequest, branch_page
from crm.outbox import access, bounces, rules
from crm.outbox import letters as printing
from crm.outbox.forms import SendingRulesForm
from crm.people.logbook import log_read
from crm.people.models import AccessLog, Branch


@require_GET
@branch_page(Permission.SEE_MESSAGES)
def letters(request: UserRequest, branch: Branch) -> HttpResponse:
    out = access.letters_to_take_out(branch)
    shown = [message.member_id for message in out if message.member_id]
    log_read(user=request.user, branch=branch, members=shown, purpose=AccessLog.Purpose.MESSAGE)
    context = {
        "branch": branch,
        "to_take_out": out,
        "waiting": access.letters_waiting(branch),
        "batches": access.batches_of(branch),
        "most": printing.MOST,
    }
    return render(request, "outbox/letters.html", context)


@require_POST
@branch_page(Permission.SEE_MESSAGES)
def print_letters(request: UserRequest, branch: Branch) -> HttpResponse:
    batch = printing.print_waiting(branch=branch, by=request.user)
    if batch is None:
        messages.info(request, _("No letters wait."))
    else:
        n = batch.messages.count()
        told = ngettext("%(n)s letter is ready to print.", "%(n)s letters are ready to print.", n) % {"n": n}
        messages.success(request, told)
    return redirect("outbox:letters", branch.slug)


@require_GET
@branch_page(Permission.SEE_MESSAGES)
def batch_pdf(request: UserRequest, branch: Branch, pk: int) -> HttpResponse:
    batch = access.batch_of(branch, pk)
    members = access.members_in(batch)
    log_read(user=request.user, branch=branch, members=members, purpose=AccessLog.Purpose.PRINT)
    name = f"brev-{branch.slug}-{batch.pk}.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(printing.pdf(batch), content_type="application/pdf", headers=headers)


@require_POST
@branch_page(Permission.SEE_MESSAGES)
def note_posted(request: UserRequest, branch: Branch, pk: int) -> HttpResponse:
    done = printing.note_posted(batch=access.batch_of(branch, pk), by=request.user)
    return _back(request, branch, done, _("The letters are noted as posted."))


@require_POST
@branch_page(Permission.SEE_MESSAGES)
def put_back(request: UserRequest, branch: Branch, pk: int) -> HttpResponse:
    done = printing.put_back(batch=access.batch_of(branch, pk), by=request.user)
    return _back(request, branch, done, _("The letters wait to be printed again."))


def _back(request: UserRequest, branch: Branch, done: bool, sentence: str) -> HttpResponse:
    told = sentence if done else _("Somebody had already decided; nothing was changed.")
    messages.add_message(request, messages.SUCCESS if done else messages.INFO, told)
    return redirect("outbox:letters", branch.slug)


@require_GET
@branch_page(Permission.SEE_MESSAGES)
def addresses(request: UserRequest, branch: Branch) -> HttpResponse:
    """Whose address bounces, and who can't be reached at all."""
    bounced, none = bounces.bounced_members(branch), access.unreachable(branch)
    members = [member for member, _dead in bounced] + [row.member for row in none]
    log_read(user=request.user, branch=branch, members=members, purpose=AccessLog.Purpose.MESSAGE)
    return render(request, "outbox/addresses.html", {"branch": branch, "bounced": bounced, "none": none})


@require_POST
@branch_page(Permission.SEE_MESSAGES)
def believe_address(request: UserRequest, branch: Branch, pk: int) -> HttpResponse:
    dead = access.dead_address_of(branch, pk)
    bounces.believe_again(branch=branch, address=dead.address)
    messages.success(request, _("The address is used again."))
    return redirect("outbox:addresses", branch.slug)


@branch_page(Permission.SEE_MESSAGES)
def sending_rules(request: UserRequest, branch: Branch) -> HttpResponse:
    form = SendingRulesForm(request.POST or None, branch=branch, instance=rules.rules_of(branch))
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved. It holds from now on."))
        return redirect("outbox:index", branch.slug)
    status = 422 if request.method == "POST" else 200
    return render(request, "outbox/rules.html", {"branch": branch, "form": form}, status=status)
