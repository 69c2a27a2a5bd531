"""Saying no to messages: without logging in, from the link in each of them."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from crm.outbox import access, deciding
from crm.people.models import WishChange

Wish = WishChange.Wish
# The link stands in e-mail: there one says no to e-mail, or to every message. The rest is said on the own page.
OFFERED = (Wish.NO_EMAIL, Wish.NO_MESSAGES)


@csrf_exempt  # RFC 8058: the mail program posts without a page of ours; the signed link is the proof
@login_not_required
@require_http_methods(["GET", "POST"])
def say_no(request: HttpRequest, token: str) -> HttpResponse:
    """A mail program's one click says no to e-mail, which it came in; to every message only a person does."""
    member = access.member_of_link(token)
    if member is None:
        return render(request, "outbox/wrong_link.html", status=404)
    wish = request.POST.get("wish", Wish.NO_EMAIL.value)
    if request.method == "POST" and wish in OFFERED:
        deciding.say_no(member=member, wish=wish, is_on=request.POST.get("again") != "yes")
    context = {"branch": member.branch, "member": member, "posted": request.method == "POST"}
    return render(request, "outbox/no.html", context)
