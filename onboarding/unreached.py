"""Those invited to a gathering whom their invitation has not reached, and what to do next about each."""

from dataclasses import dataclass, field

from crm.outbox.models import Message
from crm.outbox.unreached import NoWay, without_a_way
from onboarding import mail
from onboarding.models import Gathering, Invitation, InvitationQuerySet

State = Message.State
# The message went nowhere, or nobody knows: a person has to look at it.
STOPPED = frozenset({State.FAILED, State.BOUNCED, State.UNCERTAIN, State.CANCELLED})


@dataclass(frozen=True)
class Unreached:
    """Of those who have not answered and are members still."""

    no_way: list[NoWay] = field(default_factory=list)
    stopped: list[Message] = field(default_factory=list)
    to_print: int = 0  # letters that wait for the printer

    @property
    def is_nobody(self) -> bool:
        return not (self.no_way or self.stopped or self.to_print)


def unreached(gathering: Gathering) -> Unreached:
    """A handful of queries, however many are invited."""
    silent = list(_silent(gathering).select_related("member").order_by("member__name_sort", "pk"))
    if not silent:
        return Unreached()
    written = Message.objects.filter(branch=gathering.branch_id, purpose_key=mail.invite_key(gathering))
    messages = {row.member_id: row for row in written.select_related("member").defer("text", "html", "sms")}
    own = [messages[each.member_id] for each in silent if each.member_id in messages]
    unwritten = [each.member for each in silent if each.member_id not in messages]
    return Unreached(
        no_way=without_a_way(gathering.branch, unwritten),
        stopped=[row for row in own if row.state in STOPPED],
        to_print=sum(row.state == State.QUEUED and row.channel == Message.Channel.LETTER for row in own),
    )


def without_any_way(gathering: Gathering) -> set[int]:
    """The members to whom no invitation could be written: a call is all there is."""
    silent = _silent(gathering).without_message(mail.invite_key(gathering)).select_related("member")
    return {row.member.pk for row in without_a_way(gathering.branch, [each.member for each in silent])}


def _silent(gathering: Gathering) -> InvitationQuerySet:
    return Invitation.objects.filter(gathering=gathering).unanswered().of_members_now()
