"""What one member would get, before anything is written."""

from dataclasses import dataclass
from datetime import datetime

from crm.extensions import Filling, TextKind
from crm.outbox import channels, queueing, sms, texts
from crm.outbox.channels import Way
from crm.outbox.models import Message
from crm.people.models import Branch, Member, User

Channel = Message.Channel


@dataclass(frozen=True)
class Preview:
    """The three forms of one message to one member."""

    member: Member
    email: Message
    sms: Message
    letter: Message

    @property
    def segments(self) -> int:
        """How many SMS the text takes: each costs."""
        return sms.segments(self.sms.sms)


def preview(
    *, branch: Branch, kind: TextKind, wording: texts.Wording, member: Member, by: User, at: datetime
) -> Preview:
    filled = kind.example(branch=branch, member=member) if kind.example else Filling()
    writer = texts.Writer(branch, wording)
    addresses = {Channel.EMAIL: member.email, Channel.SMS: "", Channel.LETTER: channels.envelope(member)}
    written = {}
    for channel, address in addresses.items():
        message = queueing.write_one(writer, kind, member, Way(channel, address), filled)
        message.queued_at, message.queued_by = at, by
        written[channel] = message
    return Preview(member, written[Channel.EMAIL], written[Channel.SMS], written[Channel.LETTER])
