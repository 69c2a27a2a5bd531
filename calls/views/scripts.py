"""What callers say, written by the leader."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from calls import access, scripts
from calls.forms import ScriptForm
from calls.models import Script
from crm.access import Permission, UserRequest, branch_page
from crm.people.models import Branch


@branch_page(Permission.LEAD_CALLS)
def edit(request: UserRequest, branch: Branch, kind: str) -> HttpResponse:
    if kind not in Script.Kind.values:
        raise Http404
    form = ScriptForm(request.POST or None, initial={"text": scripts.text_for(branch, kind)})
    if request.method == "POST" and form.is_valid():
        scripts.write(branch=branch, kind=kind, text=form.cleaned_data["text"], by=request.user)
        messages.success(request, _("Saved. Callers read it from their next person on."))
        return redirect("calls:rounds", branch.slug)
    context = {
        "branch": branch,
        "form": form,
        "kind": Script.Kind(kind),
        "kinds": Script.Kind.choices,
        "placeholders": scripts.PLACEHOLDERS,
        "saved": access.script_of(branch, kind),
    }
    return render(request, "calls/script.html", context, status=422 if form.errors else 200)
