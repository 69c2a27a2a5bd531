"""Taking an applied roster back: what would happen, and the button."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from crm.access import Permission, UserRequest, branch_page
from crm.people.logbook import log_read
from crm.people.models import AccessLog, Branch
from crm.rosters import access, undoing, undoing_pages
from crm.rosters.undoing import CannotUndo


@branch_page(Permission.IMPORT_ROSTERS)
def undo(request: UserRequest, branch: Branch, key: int) -> HttpResponse:
    roster_import = access.import_of(branch, key)
    if request.method == "POST":
        try:
            undoing.ask(roster_import, by=request.user)
        except CannotUndo as error:
            messages.warning(request, undoing_pages.why_not_in_words(error.why, roster_import))
        return redirect("rosters:show", branch.slug, key)
    if why := undoing.why_not(roster_import):
        messages.warning(request, undoing_pages.why_not_in_words(why, roster_import))
        return redirect("rosters:show", branch.slug, key)
    outlook = undoing_pages.outlook_of(branch, roster_import)
    log_read(user=request.user, branch=branch, members=outlook.members, purpose=AccessLog.Purpose.ROSTER)
    context = {"branch": branch, "roster": roster_import, "outlook": outlook, "title": _("Undo the import")}
    return render(request, "rosters/undo.html", context)
