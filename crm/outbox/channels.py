"""By which channel a member is reached: as they wish, else as is known."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings

from crm.outbox.models import DeadAddress, Message, SendingRules
from crm.people.models import Branch, Member, Phone

Channel = Message.Channel


@dataclass(frozen=True)
class Way:
    """A channel, and the address in it: an e-mail address, a telephone number, or the lines on an envelope."""

    channel: str
    address: str


@dataclass(frozen=True)
class Reach:
    """What is known of how the members of a branch can be reached, read once for many of them."""

    mobiles: dict[int, str]
    dead: frozenset[str]
    has_sms: bool
    has_letters: bool

    def ways(self, member: Member) -> list[Way]:
        """Every way to a member that they have not said no to, the wished one first."""
        ways = [way for way in (self._email(member), self._sms(member), self._letter(member)) if way]
        ways = [way for way in ways if not member.says_no_to(way.channel)]
        return sorted(ways, key=lambda way: way.channel != member.channel)

    def way(self, member: Member) -> Way | None:
        return next(iter(self.ways(member)), None)

    def _email(self, member: Member) -> Way | None:
        if not member.email or member.email.lower() in self.dead:
            return None
        return Way(Channel.EMAIL, member.email)

    def _sms(self, member: Member) -> Way | None:
        number = self.mobiles.get(member.pk, "")
        return Way(Channel.SMS, number) if number and self.has_sms else None

    def _letter(self, member: Member) -> Way | None:
        wanted = self.has_letters or member.channel == Member.Channel.LETTER
        if not (wanted and member.postcode and member.town):
            return None
        return Way(Channel.LETTER, envelope(member))


def reach_of(branch: Branch, members: Iterable[Member], rules: SendingRules) -> Reach:
    """Two queries, however many members."""
    phones = Phone.objects.filter(kind=Phone.Kind.MOBILE).order_by("-position", "-pk")
    keys = [member.pk for member in members]
    phones = phones.filter(member__in=keys) if len(keys) == 1 else phones.filter(member__branch=branch)
    dead = DeadAddress.objects.filter(branch=branch).values_list("address", flat=True)
    return Reach(
        mobiles={key: number.as_e164 for key, number in phones.values_list("member", "number")},
        dead=frozenset(dead),
        has_sms=can_send_sms(branch),
        has_letters=rules.letters,
    )


def can_send_sms(branch: Branch) -> bool:
    """A fictitious branch shows its SMS on the screen; others need an account with an operator."""
    return branch.is_fictitious or bool(settings.SMS_USER)


def envelope(member: Member) -> str:
    """The lines that show in the window, as the post office wants them: name, c/o, street, postcode and town."""
    care_of = member.care_of and f"c/o {member.care_of}"
    lines = (member.name, care_of, member.street, f"{member.postcode} {member.town.upper()}")
    return "\n".join(line.strip()[:60] for line in lines if line.strip())
