"""Creating branches, and the roles of districts and of the whole party. For superusers only."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.access import UserRequest, superuser_page
from crm.people import access
from crm.people import branches as creating
from crm.people import roles as giving
from crm.people.forms import NewBranchForm, RoleAboveForm
from crm.people.views.roles import before_ending


@superuser_page
def branches(request: UserRequest) -> HttpResponse:
    return render(request, "people/branches.html", {"all_branches": access.branches()})


@superuser_page
def create_branch(request: UserRequest) -> HttpResponse:
    form = NewBranchForm(request.POST or None, initial={"is_fictitious": settings.DEMO})
    if form.is_valid():
        try:
            branch = creating.create(by=request.user, **form.cleaned_data)
        except ValidationError as refusal:
            form.add_error(None, refusal.messages)
        else:
            messages.success(request, _("%(branch)s is created.") % {"branch": branch})
            return redirect("people:branches")
    context = {"form": form}
    return render(request, "people/create_branch.html", context, status=422 if form.errors else 200)


@superuser_page
def roles(request: UserRequest) -> HttpResponse:
    return render(request, "people/roles_above.html", {"roles": access.roles_above(on=timezone.localdate())})


@superuser_page
def give_role(request: UserRequest) -> HttpResponse:
    form = RoleAboveForm(request.POST or None, initial={"starts_on": timezone.localdate()})
    if form.is_valid():
        try:
            role = giving.grant_above(by=request.user, **form.cleaned_data)
        except ValidationError as refusal:
            form.add_error(None, refusal.messages)
        else:
            names = {"user": role.user, "role": role.get_kind_display()}
            messages.success(request, _("%(user)s is now %(role)s.") % names)
            return redirect("people:roles_above")
    status = 422 if form.errors else 200
    return render(request, "people/give_role_above.html", {"form": form}, status=status)


@superuser_page
def end_role(request: UserRequest, pk: int) -> HttpResponse:
    role = access.role_above(pk)
    if request.method == "POST":
        giving.end(role=role, by=request.user)
        messages.success(request, _("The role is ended."))
        return redirect("people:roles_above")
    return render(request, "confirm.html", before_ending(role, reverse("people:roles_above")))
