"""Offices and trainings of one person, for the person's own reading; what is left when the person is erased."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from crm.extensions import Disclosure
from crm.offices.models import Office, Training
from crm.people.models import Member


def offices(*, member: Member) -> Iterable[tuple[object, ...]]:
    for row in Office.objects.filter(member__in=member.row_keys).select_related("noted_by"):
        yield row.get_kind_display(), row.title, row.starts_on, row.ends_on, row.noted_at, str(row.noted_by)


def trainings(*, member: Member) -> Iterable[tuple[object, ...]]:
    for row in Training.objects.filter(member__in=member.row_keys).select_related("noted_by"):
        yield row.name, row.offered_on, row.taken_on, row.noted_at, str(row.noted_by)


OFFICES = Disclosure(
    title=_("Offices"),
    models=("offices.Office",),
    columns=(
        ("kind", _("kind")),
        ("title", _("office")),
        ("starts_on", _("from")),
        ("ends_on", _("to")),
        ("noted_at", _("Noted")),
        ("noted_by", _("By")),
    ),
    rows=offices,
)
TRAININGS = Disclosure(
    title=_("Trainings"),
    models=("offices.Training",),
    columns=(
        ("name", _("training")),
        ("offered_on", _("offered")),
        ("taken_on", _("taken")),
        ("noted_at", _("Noted")),
        ("noted_by", _("By")),
    ),
    rows=trainings,
)
