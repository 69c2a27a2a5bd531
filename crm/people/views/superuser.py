"""Creating branches. For superusers only."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from crm.access import UserRequest, superuser_page
from crm.people import access
from crm.people import branches as creating
from crm.people.forms import NewBranchForm


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
