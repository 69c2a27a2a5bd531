"""What members can and want: searched and noted by officers, in words that the branch chooses. Never by callers."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from crm.access import Permission, UserRequest, branch_page, standing
from crm.people import access, skills
from crm.people.forms import WordForm
from crm.people.logbook import log_read
from crm.people.models import AccessLog, Branch
from crm.people.skill_forms import NoteForm, SearchForm
from crm.people.views.branch import tabs

PER_PAGE = 50
OFFICERS = branch_page(Permission.SEE_MEMBERS)
# Who sees members knows which words are missed; the administrator looks after the branch's settings.
VOCABULARY = branch_page(Permission.SEE_MEMBERS, Permission.MANAGE_BRANCH)


@OFFICERS
@require_safe
def search(request: UserRequest, branch: Branch) -> HttpResponse:
    form = SearchForm(request.GET, branch=branch)
    words = form.words if form.is_valid() else []
    page = Paginator(access.members_with(branch, words), PER_PAGE).get_page(request.GET.get("page"))
    log_read(
        user=request.user,
        branch=branch,
        members=page.object_list,
        purpose=AccessLog.Purpose.SEARCH,
        reason=", ".join(word.name for word in words)[:200],
    )
    context = {"branch": branch, "form": form, "page": page, "words": words}
    return render(request, "people/skills.html", context, status=200 if form.is_valid() else 422)


@require_POST
@OFFICERS
def note(request: UserRequest, branch: Branch, pk: int) -> HttpResponse:
    member = access.member_of(branch, pk)
    form = NoteForm(request.POST, branch=branch, known=())
    if form.is_valid() and form.words:
        new = skills.record(member=member, words=form.words, source=skills.Source.OFFICER, by=request.user)
        messages.success(request, ngettext("%(n)s word noted.", "%(n)s words noted.", new) % {"n": new})
    else:
        messages.error(request, _("Tick at least one word."))
    return redirect("people:member", branch.slug, pk)


@require_POST
@OFFICERS
def take_back(request: UserRequest, branch: Branch, pk: int, word: int) -> HttpResponse:
    member = access.member_of(branch, pk)
    skills.take_back(member=member, words=[access.word_of(branch, word)], by=request.user)
    messages.success(request, _("Removed."))
    return redirect("people:member", branch.slug, pk)


@VOCABULARY
def vocabulary(request: UserRequest, branch: Branch) -> HttpResponse:
    form = WordForm(request.POST or None, branch=branch)
    if form.is_valid():
        form.save()
        messages.success(request, _("The word is added."))
        return redirect("people:vocabulary", branch.slug)
    context = {
        "branch": branch,
        "form": form,
        "words": skills.words_of(branch),
        "tabs": tabs(branch, "people:vocabulary") if manages(request, branch) else [],
    }
    return render(request, "people/vocabulary.html", context, status=422 if form.errors else 200)


def manages(request: UserRequest, branch: Branch) -> bool:
    return standing(request).may(Permission.MANAGE_BRANCH, branch)


@require_POST
@VOCABULARY
def add_usual(request: UserRequest, branch: Branch) -> HttpResponse:
    skills.add_usual_words(branch=branch)
    messages.success(request, _("The usual words are there."))
    return redirect("people:vocabulary", branch.slug)


@require_POST
@VOCABULARY
def retire(request: UserRequest, branch: Branch, pk: int) -> HttpResponse:
    skills.retire(word=access.word_of(branch, pk), by=request.user)
    messages.success(request, _("It is not asked about any more. What members have told stays."))
    return redirect("people:vocabulary", branch.slug)


@require_POST
@VOCABULARY
def use_again(request: UserRequest, branch: Branch, pk: int) -> HttpResponse:
    skills.use_again(word=access.word_of(branch, pk), by=request.user)
    messages.success(request, _("It is asked about again."))
    return redirect("people:vocabulary", branch.slug)
