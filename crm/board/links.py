"""A link by which the board's members read their page without logging in, for a while.

Wrong ones are not counted, as the short codes that people type are: nobody finds 192 random bits by trying, and a limit
for each address would shut out everybody in an office where one opens an old link.
"""

import secrets
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from crm import access as door
from crm.access import Permission
from crm.board import access
from crm.board.models import BoardLink
from crm.people.logbook import log_read
from crm.people.models import AccessLog, Branch, User

# From one meeting to the next but one; a link that is forgotten closes by itself.
LONGEST = timedelta(days=92)
USUAL = timedelta(days=30)
TOKEN_BYTES = 24


@transaction.atomic
def make(*, branch: Branch, expires_on: date, by: User) -> str:
    """A new link in place of the one that is open. Returns its token, which can never be read again.

    Raises ``ValidationError`` for a last day that lies behind, or too far ahead.
    """
    door.require(by, Permission.SHARE_FIGURES, branch)
    now = timezone.now()
    today = timezone.localdate(now)
    if not today <= expires_on <= today + LONGEST:
        raise ValidationError(
            _("Choose a day from today until %(last)s."), params={"last": (today + LONGEST).isoformat()}
        )
    Branch.objects.select_for_update().get(pk=branch.pk)
    BoardLink.objects.filter(branch=branch, closed_at=None).update(closed_at=now, closed_by=by)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    BoardLink.objects.create(
        branch=branch, token_hash=access.digest(token), made_at=now, made_by=by, expires_on=expires_on
    )
    log(branch, by, f"made, until {expires_on}")
    return token


@transaction.atomic
def withdraw(*, branch: Branch, by: User) -> bool:
    """Whoever holds the address reads nothing any more. False when there is none that is open."""
    door.require(by, Permission.SHARE_FIGURES, branch)
    open_links = BoardLink.objects.filter(branch=branch, closed_at=None)
    withdrawn = bool(open_links.update(closed_at=timezone.now(), closed_by=by))
    if withdrawn:
        log(branch, by, "withdrawn")
    return withdrawn


@transaction.atomic
def opened(*, link: BoardLink) -> None:
    """Somebody has opened it: counted, and a row in the access log."""
    BoardLink.objects.filter(pk=link.pk).update(opened_times=F("opened_times") + 1)
    log(link.branch, None, "opened")


def log(branch: Branch, user: User | None, what: str) -> None:
    log_read(user=user, branch=branch, members=[], purpose=AccessLog.Purpose.FIGURES, reason=what)
