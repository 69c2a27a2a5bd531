"""Who may do what in a branch, and the codes on paper."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from crm.access import Permission, UserRequest, branch_page
from crm.people import access, printed_codes
from crm.people import roles as giving
from crm.people.forms import RoleForm
from crm.people.models import Branch, Role
from crm.people.views.branch import tabs


@branch_page(Permission.MANAGE_BRANCH)
def roles(request: UserRequest, branch: Branch) -> HttpResponse:
    context = {
        "branch": branch,
        "roles": access.roles_of(branch, on=timezone.localdate()),
        "on_paper": printed_codes.KINDS,
        "tabs": tabs(branch, "people:roles"),
    }
    return render(request, "people/roles.html", context)


@branch_page(Permission.MANAGE_BRANCH)
def give_role(request: UserRequest, branch: Branch) -> HttpResponse:
    form = RoleForm(request.POST or None, initial={"starts_on": timezone.localdate()})
    if form.is_valid():
        try:
            role = giving.grant(branch=branch, by=request.user, **form.cleaned_data)
        except ValidationError as refusal:
            form.add_error(None, refusal.messages)
        else:
            messages.success(
                request,
                _("%(user)s is now %(role)s.") % {"user": role.user, "role": role.get_kind_display()},
            )
            return redirect("people:roles", branch.slug)
    context = {"branch": branch, "form": form}
    return render(request, "people/give_role.html", context, status=422 if form.errors else 200)


@branch_page(Permission.MANAGE_BRANCH)
def end_role(request: UserRequest, branch: Branch, pk: int) -> HttpResponse:
    role = access.role_of(branch, pk)
    if request.method == "POST":
        try:
            giving.end(role=role, by=request.user)
        except ValidationError as refusal:
            messages.error(request, refusal.messages[0])
        else:
            messages.success(request, _("The role is ended."))
        return redirect("people:roles", branch.slug)
    question = before_ending(role, reverse("people:roles", args=[branch.slug]))
    return render(request, "confirm.html", {"branch": branch} | question)


def before_ending(role: Role, cancel_url: str) -> dict[str, object]:
    """What is asked before somebody's role ends, and where one goes who leaves it."""
    names = {"user": role.user, "role": role.get_kind_display()}
    return {
        "title": _("End %(user)s's role as %(role)s") % names,
        "text": _(
            "It ends at once: the next page that %(user)s opens is closed. The role stays in the history."
        )
        % names,
        "button": _("End the role"),
        "cancel_url": cancel_url,
        "danger": True,
    }


@require_POST
@branch_page(Permission.MANAGE_BRANCH)
def print_codes(request: UserRequest, branch: Branch, pk: int) -> HttpResponse:
    """The sheet is the answer itself: the codes can't be shown a second time."""
    holder = access.holder_of(branch, pk, on=timezone.localdate())
    try:
        codes = printed_codes.print_codes(user=holder, branch=branch, by=request.user)
    except ValidationError as refusal:
        messages.error(request, refusal.messages[0])
        return redirect("people:roles", branch.slug)
    expires = timezone.localdate() + printed_codes.VALID
    context = {
        "branch": branch,
        "holder": holder,
        "codes": codes,
        "expires_on": expires,
        "login_address": request.build_absolute_uri(reverse("people:printed_code_login")),
    }
    return render(request, "people/printed_codes.html", context)
