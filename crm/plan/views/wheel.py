"""The year wheel, and the calendar that can be subscribed to."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from crm.access import Permission, UserRequest, branch_page, standing
from crm.people.models import Branch
from crm.plan import access, calendars
from crm.plan.forms import EARLIEST_YEAR, CalendarForm
from crm.plan.wheel import PARTS, SHAPES, TONES
from crm.plan.wheel import wheel as wheel_of

# A calendar program asks every few hours; a proxy may keep the answer as long.
FRESH_SECONDS = 3600

# How far ahead the wheel can be turned.
YEARS_AHEAD = 10


@require_GET
@branch_page(Permission.SEE_PLAN)
def wheel(request: UserRequest, branch: Branch, year: int) -> HttpResponse:
    return show(request, branch, year, CalendarForm())


def show(
    request: UserRequest, branch: Branch, year: int, form: CalendarForm, status: int = 200
) -> HttpResponse:
    today = timezone.localdate()
    if not EARLIEST_YEAR <= year <= today.year + YEARS_AHEAD:
        raise Http404
    link = access.open_link_of(branch)
    address = settings.SITE_URL + reverse("year_wheel_calendar", args=[link.token]) if link else ""
    context = {
        "branch": branch,
        "wheel": wheel_of(branch, year, on=today, mine=standing(request)),
        "legend": [(PARTS[part], TONES[part], SHAPES[part]) for part in PARTS],
        "today": today,
        "address": address,
        "form": form,
        "has_central": access.central_dates_of(branch, year).exists(),
        "may_change": standing(request).may(Permission.CHANGE_PLAN, branch),
    }
    return render(request, "plan/wheel.html", context, status=status)


@require_POST
@branch_page(Permission.SEE_PLAN)
def open_link(request: UserRequest, branch: Branch) -> HttpResponse:
    calendars.open_link(branch=branch, by=request.user)
    return to_wheel(branch)


@require_POST
@branch_page(Permission.CHANGE_PLAN)
def close_link(request: UserRequest, branch: Branch) -> HttpResponse:
    if calendars.close_link(branch=branch, by=request.user):
        messages.success(request, _("The calendar address is closed. Nobody can read it any more."))
    return to_wheel(branch)


@require_POST
@branch_page(Permission.CHANGE_PLAN)
def read_in(request: UserRequest, branch: Branch) -> HttpResponse:
    form = CalendarForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            number = calendars.read_in(branch=branch, content=form.cleaned_data["file"], by=request.user)
        except ValidationError as refusal:
            form.add_error("file", refusal)
        else:
            return tell(request, branch, number)
    return show(request, branch, timezone.localdate().year, form, status=422)


def tell(request: UserRequest, branch: Branch, number: int) -> HttpResponse:
    """How many dates were read in, and the year of the next of them: in the autumn that is seldom this one."""
    if not number:
        none = _(
            "No date was read in: each needs a name and a day, and those that are cancelled are left out."
        )
        messages.warning(request, none)
        return to_wheel(branch)
    done = ngettext("%(number)s date is read in.", "%(number)s dates are read in.", number)
    coming = access.next_read_in(branch, timezone.localdate())
    if coming is None:
        messages.success(request, f"{done % {'number': number}} {_('All of it lies in the past.')}")
        return to_wheel(branch)
    first = _("The next: %(day)s, %(title)s.") % {
        "day": date_format(coming.first, "j F Y"),
        "title": coming.title,
    }
    messages.success(request, f"{done % {'number': number}} {first}")
    latest = timezone.localdate().year + YEARS_AHEAD
    return redirect("plan:wheel", branch.slug, min(coming.first.year, latest))


@require_POST
@branch_page(Permission.CHANGE_PLAN)
def forget_central(request: UserRequest, branch: Branch) -> HttpResponse:
    if calendars.forget_central(branch=branch, by=request.user):
        messages.success(request, _("The party's dates are removed."))
    return to_wheel(branch)


def to_wheel(branch: Branch) -> HttpResponse:
    return redirect("plan:wheel", branch.slug, timezone.localdate().year)


@login_not_required
@require_GET
def subscription(request: HttpRequest, token: str) -> HttpResponse:
    """The wheel as a calendar file, for whoever holds the secret address. It names nobody."""
    link = access.link_by_token(token)
    if link is None:
        raise Http404
    with translation.override(settings.LANGUAGE_CODE):
        content = calendars.as_calendar(link.branch, on=timezone.localdate())
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response.headers["Cache-Control"] = f"private, max-age={FRESH_SECONDS}"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
