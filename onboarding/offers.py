"""What a caller can offer: a place at a gathering that is ahead (``crm.extensions.Offers``)."""

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils import formats, timezone
from django.utils.translation import gettext_lazy as _

from crm.extensions import Offer
from crm.people.models import Member, User
from onboarding import answers, invitations, mail
from onboarding.models import Gathering, Invitation

# How far ahead a caller talks of; at most so many gatherings in one call.
AHEAD = timedelta(weeks=12)
MOST = 3
CHOICES = (
    ("yes", _("Yes, comes")),
    ("no", _("No, can't")),
    ("later", _("Another time")),
)


class GatheringOffers:
    """The gatherings that a member is invited to, or would be: a new member's introduction meeting first of all."""

    def open_for(self, *, member: Member, on: date) -> list[Offer]:
        near = (
            Gathering.objects.confirmed()
            .filter(branch=member.branch_id)
            .exclude(kind=Gathering.Kind.OUTREACH)
            .on_days(on + timedelta(days=1), on + AHEAD)
        )
        own = Invitation.objects.filter(member=member, gathering=OuterRef("pk"))
        gatherings = near.select_related("branch").annotate(said=Subquery(own.values("answer")[:1]))
        said: list[tuple[Gathering, str | None]] = [(one, one.said) for one in gatherings]  # type: ignore[attr-defined]
        return [
            _offer(gathering, answer or "")
            for gathering, answer in said
            if answer is not None or _is_for(member, gathering)
        ][:MOST]

    @transaction.atomic
    def answer(self, *, member: Member, key: str, value: str, by: User) -> dict[str, object]:
        """Who was not invited is now; with a yes the invitation is sent, so that time and place are in writing."""
        gathering = _gathering(member, key)
        if value not in Invitation.Answer.values or not gathering.takes_answers(timezone.now()):
            raise ValueError(key)
        invitation = Invitation.objects.filter(gathering=gathering, member=member).first()
        before: dict[str, object] = {
            "said": value,
            "was": answers.as_told(invitation) if invitation else None,
        }
        if invitation is None:
            invitation = invitations.add(gathering=gathering, member=member, by=by)
        answers.answer(invitation=invitation, said=value, by=by)
        if value == Invitation.Answer.YES:
            written = mail.invite(gathering, Invitation.objects.filter(pk=invitation.pk), by=by).written
            before["wrote"] = bool(written)
        return before

    @transaction.atomic
    def take_back(self, *, member: Member, key: str, before: dict[str, object], by: User) -> None:
        """An invitation that has gone out meanwhile stays, without an answer: the member has it in hand."""
        gathering = _gathering(member, key)
        invitation = Invitation.objects.filter(gathering=gathering, member=member).first()
        if invitation is None or (invitation.answer, invitation.officer_id) != (before["said"], by.pk):
            return
        is_unsent = bool(before.get("wrote")) and mail.take_away_invite(gathering, member)
        was: Any = before["was"]
        answers.take_back(invitation=invitation, to=was, by=by)
        if was is None and (is_unsent or not before.get("wrote")):
            invitation.delete()


def _gathering(member: Member, key: str) -> Gathering:
    """Raises ``ValueError`` for another branch's, or none."""
    kind, _sep, number = key.partition(":")
    gatherings = Gathering.objects.filter(branch=member.branch_id).exclude(kind=Gathering.Kind.OUTREACH)
    found = gatherings.filter(pk=number).first() if kind == "gathering" and number.isdigit() else None
    if found is None:
        raise ValueError(key)
    return found


def _is_for(member: Member, gathering: Gathering) -> bool:
    """Whether the gathering's audience names the member; what is by hand is offered to nobody."""
    if gathering.audience == Gathering.Audience.BY_HAND:
        return False
    return invitations.is_named(gathering, member)


def _offer(gathering: Gathering, said: str) -> Offer:
    when = formats.date_format(timezone.localtime(gathering.starts_at), "j F H:i")
    question = _("%(gathering)s %(when)s, %(place)s: are you coming?") % {
        "gathering": gathering.name,
        "when": when,
        "place": gathering.place,
    }
    return Offer(
        key=f"gathering:{gathering.pk}",
        question=question,
        choices=CHOICES,
        answered=said,
    )
