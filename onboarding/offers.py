"""What a caller can offer: a place at a gathering that is ahead (``crm.extensions.Offers``)."""

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import formats, timezone
from django.utils.translation import gettext_lazy as _

from crm.extensions import Offer
from crm.people.models import Member, User
from onboarding import answers, invitations, mail
from onboarding.models import Gathering, Invitation, start_of

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
            .on_days(on + timedelta(days=1), on + AHEAD)
        )
        places = invitations.places_of(member, near)
        return [
            _offer(place.gathering, place.said or "")
            for place in places
            if place.said is not None or place.is_named
        ][:MOST]

    def coming(self, *, member_ids: list[int], on: date) -> set[int]:
        """Who has said yes to a gathering of that day or later."""
        ahead = Gathering.objects.confirmed()
        ahead = ahead.filter(starts_at__gte=start_of(on))
        has_place = Invitation.objects.filter(answer=Invitation.Answer.YES, waiting=False)
        come = has_place.filter(gathering__in=ahead.values("pk"), member__in=member_ids)
        return set(come.values_list("member", flat=True))

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
    gatherings = Gathering.objects.filter(branch=member.branch_id)
    found = gatherings.filter(pk=number).first() if kind == "gathering" and number.isdigit() else None
    if found is None:
        raise ValueError(key)
    return found


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
