"""Which gatherings one person was invited to, for the person's own reading."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from crm.extensions import Disclosure
from crm.people.models import Member
from onboarding.models import Invitation


def invitations(*, member: Member) -> Iterable[tuple[object, ...]]:
    found = Invitation.objects.filter(member=member).select_related("gathering", "ticked_by")
    for row in found.order_by("-gathering__starts_at"):
        yield (
            str(row.gathering),
            row.get_ground_display(),
            row.invited_at,
            row.get_answer_display() if row.answer else "",
            row.answered_at,
            row.attended,
        )


INVITATIONS = Disclosure(
    title=_("Invitations"),
    models=("onboarding.Invitation",),
    columns=(
        ("gathering", _("Gathering")),
        ("ground", _("Invited as")),
        ("invited_at", _("Invited")),
        ("answer", _("Answer")),
        ("answered_at", _("Answered")),
        ("attended", _("Came")),
    ),
    rows=invitations,
)
