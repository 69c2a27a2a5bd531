"""Noting offices and trainings. What was noted by mistake is taken away; an office that is over gets its last day."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.utils import timezone

from crm.access import Permission, require
from crm.offices.models import Office, Training
from crm.people.models import Branch, Member, User


def note_office(*, office: Office, by: User) -> Office:
    """Write a new office, or what the form has changed of one."""
    require(by, Permission.SEE_MEMBERS, office.member.branch)
    office.noted_at, office.noted_by = timezone.now(), by
    office.save()
    return office


def remove_office(*, office: Office, by: User) -> None:
    require(by, Permission.SEE_MEMBERS, office.member.branch)
    Office.objects.filter(pk=office.pk).delete()


def note_training(*, training: Training, by: User) -> Training:
    require(by, Permission.SEE_MEMBERS, training.member.branch)
    training.noted_at, training.noted_by = timezone.now(), by
    training.save()
    return training


def remove_training(*, training: Training, by: User) -> None:
    require(by, Permission.SEE_MEMBERS, training.member.branch)
    Training.objects.filter(pk=training.pk).delete()


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
