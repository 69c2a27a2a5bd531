"""What has been written to one person, for the person's own reading."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from crm.extensions import Disclosure
from crm.outbox.models import Message
from crm.people.models import Member


def messages(*, member: Member) -> Iterable[tuple[object, ...]]:
    for row in Message.objects.filter(member__in=member.row_keys):
        yield (
            row.queued_at,
            row.get_channel_display(),
            row.address,
            row.subject,
            row.sms or row.text,
            row.get_state_display(),
            row.sent_at,
        )


MESSAGES = Disclosure(
    title=_("Messages"),
    models=("outbox.Message",),
    columns=(
        ("written_at", _("Written")),
        ("channel", _("Channel")),
        ("address", _("To")),
        ("subject", _("Subject")),
        ("text", _("Text")),
        ("state", _("State")),
        ("sent_at", _("Sent")),
    ),
    rows=messages,
)
