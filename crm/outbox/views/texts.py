"""The branch's own words for each kind of message, tried with a real member before they hold."""

from dataclasses import asdict

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from crm.access import Permission, UserRequest, branch_page
from crm.extensions import TextKind
from crm.outbox import access, letters, texts
from crm.outbox.forms import MessageTextForm
from crm.outbox.previewing import Preview, preview
from crm.people.logbook import log_read
from crm.people.models import AccessLog, Branch, Member


@require_GET
@branch_page(Permission.CHANGE_TEXTS)
def index(request: UserRequest, branch: Branch) -> HttpResponse:
    own = texts.own_kinds(branch)
    kinds = [(kind, own.get(kind.name)) for kind in access.text_kinds()]
    return render(request, "outbox/texts.html", {"branch": branch, "kinds": kinds})


@require_GET
@branch_page(Permission.CHANGE_TEXTS)
def edit(request: UserRequest, branch: Branch, kind: str) -> HttpResponse:
    """The words that hold, or an earlier version of them to begin from."""
    found = access.text_kind_of(kind)
    earlier = access.text_version_of(branch, found, request.GET.get("version", ""))
    now = texts.wording_from(earlier) if earlier else texts.wording_of(branch, found)
    words = {key: value for key, value in asdict(now).items() if key != "version"}
    return _page(request, branch, found, MessageTextForm(initial=words, branch=branch, kind=found))


@require_POST
@branch_page(Permission.CHANGE_TEXTS)
def change(request: UserRequest, branch: Branch, kind: str) -> HttpResponse:
    found = access.text_kind_of(kind)
    form = MessageTextForm(request.POST, branch=branch, kind=found)
    if not form.is_valid():
        return _page(request, branch, found, form, status=422)
    texts.write(branch=branch, kind=found, wording=form.wording(), by=request.user)
    messages.success(request, _("Saved. It holds for what is written from now on."))
    return redirect("outbox:text", branch.slug, kind)


@require_POST
@branch_page(Permission.CHANGE_TEXTS)
def reset(request: UserRequest, branch: Branch, kind: str) -> HttpResponse:
    if texts.reset(branch=branch, kind=access.text_kind_of(kind), by=request.user):
        messages.success(request, _("The usual words hold again. Yours are kept among the earlier ones."))
    return redirect("outbox:text", branch.slug, kind)


@require_POST
@branch_page(Permission.CHANGE_TEXTS)
def show(request: UserRequest, branch: Branch, kind: str) -> HttpResponse:
    """What is in the form, saved or not, as one member would get it."""
    found = access.text_kind_of(kind)
    form = MessageTextForm(request.POST, branch=branch, kind=found)
    if not form.is_valid():
        return _page(request, branch, found, form, status=422)
    people = _people(request, branch, form)
    seen = _preview(request, branch, found, form, people[0]) if people else None
    return _page(request, branch, found, form, preview=seen, others=people[1:], nobody=not people)


@require_POST
@branch_page(Permission.CHANGE_TEXTS)
def show_html(request: UserRequest, branch: Branch, kind: str) -> HttpResponse:
    """The e-mail alone, as a mail program shows it."""
    seen = _alone(request, branch, kind)
    return HttpResponse(seen.email.html) if seen else HttpResponse(status=422)


@require_POST
@branch_page(Permission.CHANGE_TEXTS)
def show_letter(request: UserRequest, branch: Branch, kind: str) -> HttpResponse:
    """The letter as it would be printed."""
    seen = _alone(request, branch, kind)
    if seen is None:
        return HttpResponse(status=422)
    return HttpResponse(letters.pdf_of(branch, [seen.letter]), content_type="application/pdf")


def _alone(request: UserRequest, branch: Branch, kind: str) -> Preview | None:
    found = access.text_kind_of(kind)
    form = MessageTextForm(request.POST, branch=branch, kind=found)
    people = _people(request, branch, form) if form.is_valid() else []
    return _preview(request, branch, found, form, people[0]) if people else None


def _people(request: UserRequest, branch: Branch, form: MessageTextForm) -> list[Member]:
    """The chosen one, else those whom the search finds; each one shown is logged."""
    chosen = access.member_of(branch, request.POST.get("member", ""))
    people = [chosen] if chosen else access.members_matching(branch, form.cleaned_data["who"])
    log_read(user=request.user, branch=branch, members=people, purpose=AccessLog.Purpose.MESSAGE)
    return people


def _preview(
    request: UserRequest, branch: Branch, kind: TextKind, form: MessageTextForm, member: Member
) -> Preview:
    now = timezone.now()
    return preview(branch=branch, kind=kind, wording=form.wording(), member=member, by=request.user, at=now)


def _page(
    request: UserRequest,
    branch: Branch,
    kind: TextKind,
    form: MessageTextForm,
    *,
    status: int = 200,
    **seen: object,
) -> HttpResponse:
    context = {
        "branch": branch,
        "kind": kind,
        "form": form,
        "placeholders": texts.placeholders_of(kind),
        "versions": texts.versions(branch, kind.name),
    }
    return render(request, "outbox/text.html", context | seen, status=status)
