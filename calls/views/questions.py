"""The branch's own questions: setting them, and what was answered, in counts."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from calls import access, questions
from calls.models import MOST_QUESTIONS
from calls.question_form import QuestionForm
from crm.access import Permission, UserRequest, branch_page
from crm.people.models import Branch


@branch_page(Permission.LEAD_CALLS)
def index(request: UserRequest, branch: Branch) -> HttpResponse:
    form = QuestionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            questions.ask(branch=branch, by=request.user, **form.cleaned_data)
        except questions.NoRoom:
            form.add_error(None, _("Three questions are asked already. Stop asking one of them first."))
        else:
            messages.success(request, _("Saved. Callers ask it from their next person on."))
            return redirect("calls:questions", branch.slug)
    asked = questions.asked_by(branch)
    context = {"branch": branch, "form": form, "asked": asked, "has_room": len(asked) < MOST_QUESTIONS}
    return render(request, "calls/questions.html", context, status=422 if form.errors else 200)


@require_POST
@branch_page(Permission.LEAD_CALLS)
def retire(request: UserRequest, branch: Branch, pk: int) -> HttpResponse:
    if questions.retire(question=access.question_of(branch, pk), by=request.user):
        messages.success(request, _("It is not asked any more. What has been answered stays."))
    return redirect("calls:questions", branch.slug)


@require_POST
@branch_page(Permission.LEAD_CALLS)
def ask_earlier(request: UserRequest, branch: Branch, pk: int) -> HttpResponse:
    questions.ask_earlier(question=access.question_of(branch, pk), by=request.user)
    return redirect("calls:questions", branch.slug)


@require_safe
@branch_page(Permission.SEE_FIGURES)
def answers(request: UserRequest, branch: Branch) -> HttpResponse:
    """Counts alone, and no group of 1-4 people."""
    return render(request, "calls/answers.html", {"branch": branch, "counted": questions.counted(branch)})
