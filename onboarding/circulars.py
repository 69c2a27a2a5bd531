"""A letter or an e-mail to many members: written, looked at as each will get it, and sent once through the outbox."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.extensions import Filling, TextKind
from crm.outbox import channels, queueing, rules, texts
from crm.outbox.channels import Reach
from crm.outbox.models import Message
from crm.outbox.queueing import Queued
from crm.people.models import Branch, ClubMembership, Member, User
from crm.people.models.members import MemberQuerySet
from onboarding.invitations import FIRST_MEETING, joined_since
from onboarding.models import Circular

Audience = Circular.Audience
# Each circular brings its own words; only what every text can hold stands in brackets.
CIRCULAR = TextKind(name="circular", label=_("Letter to members"), about="", subject="", text="")


@dataclass(frozen=True)
class Recipients:
    """Who gets a circular, in name order, and by which way."""

    members: list[Member]
    reach: Reach
    no_way: int
    said_no: int

    @property
    def by_channel(self) -> dict[str, int]:
        """How many get it by each channel."""
        return Counter(way.channel for member in self.members if (way := self.reach.way(member)))


def purpose_of(circular: Circular) -> str:
    return f"circular:{circular.pk}"


def audience_of(circular: Circular, at: datetime) -> MemberQuerySet:
    """The members whom the rule names, also those who want no messages."""
    people = Member.objects.current().filter(branch=circular.branch_id).in_name_order()
    if circular.audience == Audience.FIRST_YEAR:
        return people.filter(joined_since(timezone.localdate(at) - FIRST_MEETING))
    if circular.audience == Audience.CLUB:
        belongs = ClubMembership.objects.filter(member=OuterRef("pk"), club=circular.club_id)
        return people.filter(Exists(belongs))
    return people


def recipients_of(circular: Circular, at: datetime) -> Recipients:
    """The same few queries for any number."""
    everybody = list(audience_of(circular, at))
    reach = channels.reach_of(circular.branch, everybody, rules.rules_of(circular.branch))
    wanting = [member for member in everybody if not member.wants_no_messages]
    reached = [member for member in wanting if reach.way(member)]
    return Recipients(reached, reach, len(wanting) - len(reached), len(everybody) - len(wanting))


def wording_of(circular: Circular) -> texts.Wording:
    return texts.Wording(circular.subject, circular.text, circular.sms)


def draft_for(circular: Circular, recipients: Recipients, member: Member) -> Message:
    """Exactly what one of them will get, not saved."""
    way = recipients.reach.way(member)
    assert way is not None, "recipients are those who can be reached"
    writer = texts.Writer(circular.branch, wording_of(circular))
    return queueing.write_one(writer, CIRCULAR, member, way, Filling())


@transaction.atomic
def write(*, circular: Circular, by: User, at: datetime | None = None) -> bool:
    """Save a draft; false when it has been sent in the meantime."""
    if circular.pk and not Circular.objects.select_for_update().filter(pk=circular.pk, sent_at=None).exists():
        return False
    circular.written_at, circular.written_by = at or timezone.now(), by
    circular.save()
    return True


@transaction.atomic
def send(*, circular: Circular, by: User, at: datetime | None = None) -> Queued | None:
    """Put it into the outbox for each recipient; ``None`` when that was done before."""
    now = at or timezone.now()
    if Circular.objects.filter(pk=circular.pk, sent_at=None).update(sent_at=now, sent_by=by) != 1:
        return None
    queued = queueing.queue_for_members(
        branch=circular.branch,
        members=audience_of(circular, now),
        purpose_key=purpose_of(circular),
        kind=CIRCULAR,
        filling=lambda _member: Filling(),
        by=by,
        at=now,
        wording=wording_of(circular),
    )
    Circular.objects.filter(pk=circular.pk).update(recipients=queued.written)
    return queued


def informed(branch: Branch, first: datetime, before: datetime) -> "QuerySet[Message, int | None]":
    """The keys of those to whom a circular has gone in a time; each once."""
    gone = Message.objects.filter(branch=branch, kind=CIRCULAR.name, sent_at__gte=first, sent_at__lt=before)
    arrived = gone.filter(state__in=(Message.State.SENT, Message.State.POSTED))
    return arrived.order_by().values_list("member", flat=True).distinct()
