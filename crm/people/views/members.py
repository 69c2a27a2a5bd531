"""The members' list and one member's page. Each display is a row in the access log."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from crm import extensions
from crm.access import Permission, UserRequest, branch_page, standing
from crm.people import access, disclosing, wishes
from crm.people.forms import DisclosureForm, MemberFilter, WishForm, filter_data
from crm.people.logbook import log_read
from crm.people.models import AccessLog, Branch, Member, WishChange
from crm.people.skill_forms import NoteForm

PER_PAGE = 50


@branch_page(Permission.SEE_MEMBERS)
def members(request: UserRequest, branch: Branch) -> HttpResponse:
    form = MemberFilter(filter_data(request, {"show": "member"}), branch=branch)
    wanted = form.cleaned_data if form.is_valid() else {"q": "", "show": "member", "club": ""}
    found = access.listed_members(branch, text=wanted["q"], standing=wanted["show"], club=wanted["club"])
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    purpose = AccessLog.Purpose.SEARCH if wanted["q"] else AccessLog.Purpose.LIST
    log_read(user=request.user, branch=branch, members=page.object_list, purpose=purpose)
    today = timezone.localdate()
    context = {
        "branch": branch,
        "form": form,
        "page": page,
        "rows": [(member, member.paid_status(today)) for member in page],
        "standings": access.standings(branch),
    }
    template = "people/members_found.html" if request.htmx else "people/members.html"
    return render(request, template, context, status=200 if form.is_valid() else 422)


@branch_page(Permission.SEE_MEMBERS)
def member(request: UserRequest, branch: Branch, pk: int) -> HttpResponse:
    shown = access.member_of(branch, pk)
    log_read(user=request.user, branch=branch, members=[shown], purpose=AccessLog.Purpose.MEMBER)
    skills = access.skills_of(shown)
    context = {
        "branch": branch,
        "member": shown,
        "skills": skills,
        "note_form": NoteForm(branch=branch, known=[row.word_id for row in skills]),
        "paid": shown.paid_status(timezone.localdate()),
        "age": shown.age_on(timezone.localdate()),
        "panels": panels_of(request, branch, shown),
    }
    return render(request, "people/member.html", context)


@branch_page(Permission.EXPORT_MEMBERS)
def disclosure(request: UserRequest, branch: Branch, pk: int) -> HttpResponse:
    """Registerutdrag: all that is known of one person, in one file."""
    shown = access.member_of(branch, pk)
    form = DisclosureForm(request.POST or None)
    if not form.is_valid():
        log_read(user=request.user, branch=branch, members=[shown], purpose=AccessLog.Purpose.MEMBER)
        context = {"branch": branch, "member": shown, "form": form}
        return render(request, "people/disclosure.html", context, status=422 if form.is_bound else 200)
    content_type = form.cleaned_data["content_type"]
    parts = disclosing.disclose(member=shown, by=request.user, reason=form.cleaned_data["reason"])
    name = f"registerutdrag-{slugify(shown.member_number)}.{content_type.partition('/')[2]}"
    return HttpResponse(
        disclosing.as_file(parts, member=shown, content_type=content_type),
        content_type=content_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def panels_of(request: UserRequest, branch: Branch, member: Member) -> list[SafeString]:
    """What the apps above know of the member, each drawn by its own template."""
    here = standing(request)
    return [
        render_to_string(
            panel.template,
            panel.context(member=member, user=request.user) | {"member": member, "branch": branch},
            request=request,
        )
        for panel in extensions.panels.all()
        if here.may(panel.permission, branch)
    ]


@require_POST
@branch_page(Permission.SEE_MEMBERS)
def change_wish(request: UserRequest, branch: Branch, pk: int, wish: str) -> HttpResponse:
    """A toggle: the same button the other way round is the undo."""
    shown = access.member_of(branch, pk)
    form = WishForm(request.POST)
    if wish in WishChange.Wish and form.is_valid():
        wishes.change(member=shown, wish=wish, is_on=form.cleaned_data["on"], by=request.user)
        messages.success(request, _("Saved. It counts from now on."))
    return redirect("people:member", branch.slug, shown.pk)
