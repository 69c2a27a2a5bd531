"""Noting what was done for a goal."""

import uuid
from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.access import Permission, standing_of
from crm.people.models import Branch, User
from crm.people.models.users import CONSOLE_EMAIL
from crm.plan import standing
from crm.plan.models import Goal, Note


def may_do(branch: Branch, responsible: str, by: User) -> bool:
    """Who may change the plan, and whoever holds the responsible role."""
    if by.email == CONSOLE_EMAIL or by.is_superuser:
        return True
    here = standing_of(by)
    return here.may(Permission.CHANGE_PLAN, branch) or responsible in here.kinds_in(branch)


def may_note(goal: Goal, by: User) -> bool:
    return may_do(goal.area.plan.branch, goal.responsible, by)


@transaction.atomic
def note(*, goal: Goal, happened_on: date, text: str, token: uuid.UUID, by: User) -> Note:
    """Note a deed; the same form sent twice is one note.

    Raises ``PermissionDenied``, and ``ValidationError`` for a day to come or outside the plan's year.
    """
    _require(goal, by)
    now = timezone.now()
    plan = goal.area.plan
    if happened_on > timezone.localdate(now):
        raise ValidationError(_("That day is still to come. Note it when it has been done."))
    if not plan.first_day <= happened_on <= plan.last_day:
        raise ValidationError(_("The plan is for %(year)s: choose a day of that year.") % {"year": plan.year})
    noted, _made = Note.objects.get_or_create(
        goal=goal,
        token=token,
        defaults={"happened_on": happened_on, "text": text, "noted_at": now, "noted_by": by},
    )
    standing.keep_goal(goal)
    return noted


@transaction.atomic
def remove(*, note: Note, by: User) -> bool:
    """Take a note away; who noted it and who removed it stays on record. False when it was removed already."""
    _require(note.goal, by)
    gone = Note.objects.filter(pk=note.pk, removed_at=None).update(removed_at=timezone.now(), removed_by=by)
    standing.keep_goal(note.goal)
    return bool(gone)


def _require(goal: Goal, by: User) -> None:
    if not may_note(goal, by):
        raise PermissionDenied(_("Only the responsible, or those who may change the plan, can note this."))
