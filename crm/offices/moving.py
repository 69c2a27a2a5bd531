"""Offices and trainings in a merge of two members."""

from datetime import datetime
from typing import Any

from crm.extensions import Merging
from crm.offices.models import Office, Training
from crm.people.models import Member, User


def move(*, kept: Member, merged: Member, by: User) -> dict[str, object]:
    """Those that ``kept`` lacks; what is noted of both stays with each."""
    offices = {(row.kind, row.title, row.starts_on) for row in Office.objects.filter(member=kept)}
    trainings = {(row.name, row.offered_on) for row in Training.objects.filter(member=kept)}
    moved = {
        "offices": [
            row.pk
            for row in Office.objects.filter(member=merged).order_by("pk")
            if (row.kind, row.title, row.starts_on) not in offices
        ],
        "trainings": [
            row.pk
            for row in Training.objects.filter(member=merged).order_by("pk")
            if (row.name, row.offered_on) not in trainings
        ],
    }
    Office.objects.filter(pk__in=moved["offices"]).update(member=kept)
    Training.objects.filter(pk__in=moved["trainings"]).update(member=kept)
    return dict(moved)


def move_back(*, kept: Member, merged: Member, before: dict[str, Any], since: datetime) -> None:
    Office.objects.filter(pk__in=before["offices"], member=kept).update(member=merged)
    Training.objects.filter(pk__in=before["trainings"], member=kept).update(member=merged)


MERGING = Merging(models=("offices.Office", "offices.Training"), move=move, move_back=move_back)
