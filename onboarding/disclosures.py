"""Which gatherings one person was invited to, for the person's own reading."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from crm.extensions import Disclosure
from crm.people.models import Member
from onboarding.models import ContactPerson, Invitation, LeaveRequest, OwnPageCode


def invitations(*, member: Member) -> Iterable[tuple[object, ...]]:
    found = Invitation.objects.filter(member__in=member.row_keys).select_related("gathering", "ticked_by")
    for row in found.order_by("-gathering__starts_at"):
        yield (
            str(row.gathering),
            row.get_ground_display(),
            row.invited_at,
            row.get_answer_display() if row.answer else "",
            row.answered_at,
            row.attended,
            row.companions,
            row.needs_lift,
            row.needs_loop,
            row.food,
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
        ("companions", _("how many come along")),
        ("needs_lift", _("needs a lift there")),
        ("needs_loop", _("needs a hearing loop")),
        ("food", _("food that does not suit")),
    ),
    rows=invitations,
)


def contact_persons(*, member: Member) -> Iterable[tuple[object, ...]]:
    return ((row.name, row.named_at) for row in ContactPerson.objects.filter(member=member))


CONTACT_PERSON = Disclosure(
    title=_("Contact person"),
    models=("onboarding.ContactPerson",),
    columns=(("name", _("contact person")), ("named_at", _("Named"))),
    rows=contact_persons,
)


def own_page_codes(*, member: Member) -> Iterable[tuple[object, ...]]:
    rows = OwnPageCode.objects.filter(member=member).select_related("printed_by").order_by("pk")
    return ((row.asked_at, row.used_at, str(row.printed_by or "")) for row in rows)


OWN_PAGE_CODES = Disclosure(
    title=_("Codes to your own page"),
    models=("onboarding.OwnPageCode",),
    columns=(("asked_at", _("Asked for")), ("used_at", _("Used")), ("printed_by", _("Printed by"))),
    rows=own_page_codes,
)


def leave_request(*, member: Member) -> Iterable[tuple[object, ...]]:
    rows = LeaveRequest.objects.filter(member=member).select_related("handled_by")
    return ((row.asked_at, row.handled_at, str(row.handled_by or "")) for row in rows)


LEAVE_REQUEST = Disclosure(
    title=_("Asked to leave"),
    models=("onboarding.LeaveRequest",),
    columns=(("asked_at", _("When")), ("handled_at", _("The register was told")), ("handled_by", _("By"))),
    rows=leave_request,
)
