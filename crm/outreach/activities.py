"""Noting what the branch does among people: counts, and nobody's name."""

import uuid
from typing import Any

from django.db import transaction
from django.utils import timezone

from crm.access import Permission, require
from crm.outreach.models import Activity, SignUp
from crm.people.models import Branch, User


@transaction.atomic
def note(*, branch: Branch, token: uuid.UUID, by: User, **what: Any) -> Activity:
    """An activity, held or planned; the same form sent twice is one. ``what`` are the form's own fields."""
    require(by, Permission.NOTE_OUTREACH, branch)
    noted, _made = Activity.objects.get_or_create(
        branch=branch, token=token, defaults={"noted_at": timezone.now(), "noted_by": by, **what}
    )
    return noted


def follow(*, branch: Branch, token: uuid.UUID, by: User, **what: Any) -> None:
    """What another app has planned is an activity too, with its day and place until its numbers are noted.

    Whoever planned it may; one that has been taken away stays away.
    """
    noted, is_new = Activity.objects.get_or_create(
        branch=branch, token=token, defaults={"noted_at": timezone.now(), "noted_by": by, **what}
    )
    if not is_new:
        Activity.objects.filter(pk=noted.pk, helpers=None).update(**what)


def call_off(*, branch: Branch, token: uuid.UUID, by: User) -> bool:
    """It does not take place. False when there is none, or its numbers are noted."""
    planned = Activity.objects.kept().filter(branch=branch, token=token, helpers=None, origins=None)
    return bool(planned.update(removed_at=timezone.now(), removed_by=by))


def change(*, activity: Activity, by: User) -> None:
    """Write what the form has changed; who wrote it last is on record."""
    require(by, Permission.NOTE_OUTREACH, activity.branch)
    activity.noted_at, activity.noted_by = timezone.now(), by
    activity.save()


@transaction.atomic
def remove(*, activity: Activity, by: User) -> bool:
    """Take away what was noted by mistake. False when it is gone already, or members have come by it."""
    require(by, Permission.NOTE_OUTREACH, activity.branch)
    free = Activity.objects.filter(pk=activity.pk, removed_at=None, origins=None)
    return bool(free.update(removed_at=timezone.now(), removed_by=by))


def change_sign_up(*, branch: Branch, address: str, by: User) -> None:
    require(by, Permission.PLAN_GATHERINGS, branch)
    SignUp.objects.update_or_create(branch=branch, defaults={"address": address})
