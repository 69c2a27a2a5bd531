"""Saying no to messages: without logging in, from the link in each of them."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from crm.outbox import access, deciding


@csrf_exempt  # RFC 8058: the mail program posts without a page of ours; the signed link is the proof
@login_not_required
@require_http_methods(["GET", "POST"])
def say_no(request: HttpRequest, token: str) -> HttpResponse:
    member = access.member_of_link(token)
    if member is None:
        return render(request, "outbox/wrong_link.html", status=404)
    if request.method == "POST":
        deciding.say_no(member=member, said_no=request.POST.get("again") != "yes")
        member.refresh_from_db(fields=["no_messages"])
    context = {"branch": member.branch, "says_no": member.no_messages, "posted": request.method == "POST"}
    return render(request, "outbox/no.html", context)
