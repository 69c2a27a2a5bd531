"""Noting offices and trainings. What was noted by mistake is taken away; an office that is over gets its last day."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.utils import timezone

from crm.access import Permission, require
from crm.offices.models import Office, Training
from crm.people.models import Branch, Member, User


def note(*, noted: Office | Training, by: User) -> None:
    """Write a new one, or what the form has changed of it."""
    require(by, Permission.SEE_MEMBERS, noted.member.branch)
    noted.noted_at, noted.noted_by = timezone.now(), by
    noted.save()


def remove(*, noted: Office | Training, by: User) -> None:
    require(by, Permission.SEE_MEMBERS, noted.member.branch)
    noted.delete()


@transaction.atomic
def offer(*, branch: Branch, members: Iterable[Member], name: str, offered_on: date, by: User) -> int:
    """The same training offered to many on a day. How many it was noted of; noted once however often it is sent."""
    require(by, Permission.SEE_MEMBERS, branch)
    keys = {member.pk for member in members}
    known = Training.objects.filter(member__in=keys, name=name, offered_on=offered_on)
    new = sorted(keys - set(known.values_list("member", flat=True)))
    now = timezone.now()
    Training.objects.bulk_create(
        (Training(member_id=key, name=name, offered_on=offered_on, noted_at=now, noted_by=by) for key in new),
        ignore_conflicts=True,
    )
    return len(new)


def with_offices(*, member_ids: list[int]) -> set[int]:
    """Those of whom an office or a training is noted, which undoing an import does not take away."""
    held = Office.objects.filter(member__in=member_ids).values_list("member_id", flat=True)
    trained = Training.objects.filter(member__in=member_ids).values_list("member_id", flat=True)
    return {*held, *trained}
