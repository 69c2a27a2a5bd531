"""A member's own page: opened by a code, for half an hour, for this member only. A GET changes nothing."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from crm.people import disclosing
from crm.people.access import skills_of, word_of
from crm.people.models import Member, WishChange
from crm.people.skill_forms import NoteForm
from crm.rosters.correcting_forms import CorrectForm
from onboarding import access, own_deeds, own_page
from onboarding.forms import ChannelForm, FileForm, OwnCodeForm, SwitchForm

P = ParamSpec("P")
KEY = "own_page"
# A part of the page shows so many rows; the file has them all.
ROWS = 20


def own(view: Callable[Concatenate[HttpRequest, Member, P], HttpResponse]) -> Callable[..., HttpResponse]:
    """Only within the half-hour that a code has opened; else back to the code."""

    @login_not_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        opened = request.session.get(KEY) or {}
        member = access.own_member(opened.get("member")) if _is_open(opened) else None
        if member is None:
            request.session.pop(KEY, None)
            return redirect("own_code")
        return _private(view(request, member, *args, **kwargs))

    return guarded


def _is_open(opened: dict[str, float]) -> bool:
    return opened.get("until", 0) > timezone.now().timestamp()


def _private(response: HttpResponse) -> HttpResponse:
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Referrer-Policy"] = "same-origin"
    return response


@login_not_required
@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest, token: str) -> HttpResponse:
    """From the link in a message. Whether there is an address is told to nobody."""
    member = access.member_of_own_link(token)
    if member is None:
        return render(request, "onboarding/own_wrong_link.html", status=404)
    if request.method == "POST":
        if not ratelimit.consume(request, action="own_page_ask"):
            answer: HttpResponse = ratelimit.respond_429(request)
            return answer
        own_page.ask_for_code(member=member)
        messages.success(
            request,
            _("If your branch has your e-mail address, a code is on its way. It works for 20 minutes."),
        )
        return redirect("own_code")
    return _private(render(request, "onboarding/own_ask.html", {"branch": member.branch}))


@login_not_required
@require_http_methods(["GET", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """Wrong codes are counted, so that nobody finds one by trying."""
    form = OwnCodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if not ratelimit.consume(request, action="own_page_code", dry_run=True):
            answer: HttpResponse = ratelimit.respond_429(request)
            return answer
        if member := own_page.use(form.cleaned_data["code"]):
            request.session.cycle_key()
            until = (timezone.now() + own_page.OPEN_FOR).timestamp()
            request.session[KEY] = {"member": member.pk, "until": until}
            return redirect("own_page")
        ratelimit.consume(request, action="own_page_code")
        form.add_error("code", _("That code does not work. Look at it again, or ask for a new one."))
    status = 422 if request.method == "POST" else 200
    return _private(render(request, "onboarding/own_code.html", {"form": form}, status=status))


@own
@require_safe
def page(request: HttpRequest, member: Member) -> HttpResponse:
    own_deeds.note(member)
    known = skills_of(member)
    context = {
        "branch": member.branch,
        "member": member,
        "shown": [(part, part.first_in_words(ROWS)) for part in disclosing.parts_of(member)],
        "rows": ROWS,
        "skills": known,
        "note_form": NoteForm(branch=member.branch, known=[row.word_id for row in known]),
        "channel_form": ChannelForm(initial={"channel": member.channel}),
        "leaves": access.leave_request_of(member),
    }
    return render(request, "onboarding/own_page.html", context)


@own
@require_POST
def file(request: HttpRequest, member: Member) -> HttpResponse:
    """All of it, as the branch itself would hand it over."""
    form = FileForm(request.POST)
    if not form.is_valid():
        return redirect("own_page")
    own_deeds.note(member, _("fetched the file"))
    content_type = form.cleaned_data["content_type"]
    name = f"registerutdrag-{slugify(member.member_number)}.{content_type.partition('/')[2]}"
    return HttpResponse(
        disclosing.as_file(disclosing.parts_of(member), member=member, content_type=content_type),
        content_type=content_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@own
@require_http_methods(["GET", "POST"])
def correct(request: HttpRequest, member: Member) -> HttpResponse:
    form = CorrectForm(request.POST or None, member=member)
    if form.is_valid():
        changed = own_deeds.correct(member=member, values=form.values)
        said = _("Saved. Your branch tells the party's register.") if changed else _("Nothing was changed.")
        messages.success(request, said)
        return redirect("own_page")
    own_deeds.note(member)
    context = {"branch": member.branch, "form": form}
    return render(request, "onboarding/own_correct.html", context, status=422 if form.is_bound else 200)


@own
@require_POST
def wish(request: HttpRequest, member: Member, wish: str) -> HttpResponse:
    form = SwitchForm(request.POST)
    if wish in WishChange.Wish and form.is_valid():
        own_deeds.wish(member=member, wish=wish, is_on=form.cleaned_data["on"])
        messages.success(request, _("Saved. It counts from now on."))
    return redirect("own_page")


@own
@require_POST
def channel(request: HttpRequest, member: Member) -> HttpResponse:
    form = ChannelForm(request.POST)
    if form.is_valid():
        own_deeds.choose_channel(member=member, channel=form.cleaned_data["channel"])
        messages.success(request, _("Saved. It counts from now on."))
    return redirect("own_page")


@own
@require_POST
def tell(request: HttpRequest, member: Member) -> HttpResponse:
    form = NoteForm(request.POST, branch=member.branch, known=())
    if form.is_valid() and form.words:
        own_deeds.tell(member=member, words=form.words)
        messages.success(request, _("Thank you! It is noted."))
    return redirect("own_page")


@own
@require_POST
def take_back(request: HttpRequest, member: Member, word: int) -> HttpResponse:
    own_deeds.take_back(member=member, word=word_of(member.branch, word))
    messages.success(request, _("Removed."))
    return redirect("own_page")


@own
@require_http_methods(["GET", "POST"])
def leave(request: HttpRequest, member: Member) -> HttpResponse:
    if request.method == "POST":
        own_deeds.ask_to_leave(member=member)
        messages.success(request, _("Your branch has been told. We neither call nor write to you any more."))
        return redirect("own_page")
    return render(request, "onboarding/own_leave.html", {"branch": member.branch, "member": member})


@own
@require_POST
def stay(request: HttpRequest, member: Member) -> HttpResponse:
    if own_deeds.stay(member=member):
        messages.success(request, _("Good! You stay a member. Say below how you want to hear from us."))
    return redirect("own_page")


@login_not_required
@require_POST
def close(request: HttpRequest) -> HttpResponse:
    """Whoever uses the computer next sees nothing."""
    request.session.pop(KEY, None)
    messages.success(request, _("The page is closed."))
    return redirect("own_code")
