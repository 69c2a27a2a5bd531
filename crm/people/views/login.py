"""Logging in with a code on paper."""

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.core import ratelimit
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from crm.people import printed_codes
from crm.people.forms import PrintedCodeForm


@login_not_required
def printed_code_login(request: HttpRequest) -> HttpResponse:
    """Too many wrong codes from one address close the page to it for a while."""
    if request.user.is_authenticated:
        return redirect("home")
    form = PrintedCodeForm(request.POST or None)
    if form.is_valid():
        answer: HttpResponse
        if not ratelimit.consume(request, action="printed_code", dry_run=True):
            answer = ratelimit.respond_429(request)
            return answer
        user = printed_codes.use(form.cleaned_data["code"])
        if user is not None:
            record_authentication(request, user, method="printed_code")
            answer = perform_login(request, Login(user=user))
            return answer
        ratelimit.consume(request, action="printed_code")
        form.add_error(
            "code", _("That code does not work. Look at it again, or take the next one on the sheet.")
        )
    return render(
        request, "people/printed_code_login.html", {"form": form}, status=422 if form.errors else 200
    )
