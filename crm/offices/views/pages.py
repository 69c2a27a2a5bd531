"""Who holds which office and has had which training. Officers only: these pages have names."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from crm.access import Permission, UserRequest, branch_page
from crm.offices import access, noting
from crm.offices.forms import OfferForm, OfficeForm, TrainingForm
from crm.people.logbook import log_read
from crm.people.models import AccessLog, Branch, Member

OFFICERS = branch_page(Permission.SEE_MEMBERS)


@require_http_methods(["GET", "POST"])
@OFFICERS
def index(request: UserRequest, branch: Branch) -> HttpResponse:
    """Everybody with an office; the form notes that all with a municipal one were offered a training."""
    today = timezone.localdate()
    form = OfferForm(request.POST or None, today=today, initial={"offered_on": today})
    if request.method == "POST" and form.is_valid():
        everybody = access.municipal_officers(branch, today)
        number = noting.offer(branch=branch, members=everybody, by=request.user, **form.cleaned_data)
        said = ngettext("Noted of %(n)s member.", "Noted of %(n)s members.", number) % {"n": number}
        messages.success(request, said)
        return redirect("offices:index", branch.slug)
    offices = list(access.offices_of(branch, today))
    members = {office.member_id for office in offices}
    log_read(user=request.user, branch=branch, members=members, purpose=AccessLog.Purpose.LIST)
    context = {"branch": branch, "offices": offices, "form": form, "today": today}
    return render(request, "offices/index.html", context, status=422 if request.method == "POST" else 200)


@require_http_methods(["GET", "POST"])
@OFFICERS
def add_office(request: UserRequest, branch: Branch, member: int) -> HttpResponse:
    shown = access.member_of(branch, member)
    form = OfficeForm(request.POST or None, member=shown)
    return take(request, shown, form, _("Office of %(member)s"))


@require_http_methods(["GET", "POST"])
@OFFICERS
def change_office(request: UserRequest, branch: Branch, pk: int) -> HttpResponse:
    office = access.office_of(branch, pk)
    form = OfficeForm(request.POST or None, member=office.member, instance=office)
    return take(request, office.member, form, _("Office of %(member)s"))


@require_POST
@OFFICERS
def remove_office(request: UserRequest, branch: Branch, pk: int) -> HttpResponse:
    office = access.office_of(branch, pk)
    noting.remove(noted=office, by=request.user)
    messages.success(request, _("The office is removed."))
    return redirect("people:member", branch.slug, office.member_id)


@require_http_methods(["GET", "POST"])
@OFFICERS
def add_training(request: UserRequest, branch: Branch, member: int) -> HttpResponse:
    shown, today = access.member_of(branch, member), timezone.localdate()
    form = TrainingForm(request.POST or None, member=shown, today=today, initial={"offered_on": today})
    return take(request, shown, form, _("Training of %(member)s"))


@require_http_methods(["GET", "POST"])
@OFFICERS
def change_training(request: UserRequest, branch: Branch, pk: int) -> HttpResponse:
    found, today = access.training_of(branch, pk), timezone.localdate()
    form = TrainingForm(request.POST or None, member=found.member, today=today, instance=found)
    return take(request, found.member, form, _("Training of %(member)s"))


@require_POST
@OFFICERS
def remove_training(request: UserRequest, branch: Branch, pk: int) -> HttpResponse:
    training = access.training_of(branch, pk)
    noting.remove(noted=training, by=request.user)
    messages.success(request, _("The training is removed."))
    return redirect("people:member", branch.slug, training.member_id)


def take(
    request: UserRequest,
    member: Member,
    form: OfficeForm | TrainingForm,
    title: str,
) -> HttpResponse:
    """Note what the form holds, and back to the member; else the form, whose title names them."""
    if request.method == "POST" and form.is_valid():
        noting.note(noted=form.instance, by=request.user)
        messages.success(request, _("Saved."))
        return redirect("people:member", member.branch.slug, member.pk)
    log_read(user=request.user, branch=member.branch, members=[member], purpose=AccessLog.Purpose.MEMBER)
    context = {"branch": member.branch, "member": member, "form": form, "title": title % {"member": member}}
    return render(request, "offices/form.html", context, status=422 if request.method == "POST" else 200)
