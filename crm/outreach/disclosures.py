"""How one person came, and how many they have asked in, for the person's own reading."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from crm.extensions import Disclosure
from crm.outreach.models import Origin
from crm.people.models import Member


def origins(*, member: Member) -> Iterable[tuple[object, ...]]:
    """Only that there was a recruiter: who it was is somebody else's. Whom one has asked in likewise."""
    for row in Origin.objects.filter(member__in=member.row_keys).select_related("activity", "noted_by"):
        yield (
            row.get_source_display(),
            str(row.activity or ""),
            row.recruiter_id is not None,
            row.noted_at,
            str(row.noted_by),
        )


def recruited(*, member: Member) -> Iterable[tuple[object, ...]]:
    found = Origin.objects.filter(recruiter__in=member.row_keys).order_by("noted_at", "pk")
    return ((row.noted_at, row.credited_on) for row in found)


ORIGIN = Disclosure(
    title=_("How you became a member"),
    models=("outreach.Origin",),
    columns=(
        ("source", _("how")),
        ("activity", _("activity")),
        ("has_recruiter", _("A member asked")),
        ("noted_at", _("Noted")),
        ("noted_by", _("By")),
    ),
    rows=origins,
)
RECRUITED = Disclosure(
    title=_("Members you have asked in"),
    models=(),
    columns=(("noted_at", _("Noted")), ("credited_on", _("credited on"))),
    rows=recruited,
)
