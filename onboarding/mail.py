"""The words that gatherings send: invitation, moved, cancelled. Each once per member and purpose."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from crm.outbox.queueing import Queued, queue_for_members
from crm.people.models import Member, User
from onboarding.models import Gathering, Invitation, InvitationQuerySet


def default_programme() -> str:
    """The programme of a draft, in Swedish, for the officer to change."""
    with translation.override(settings.LANGUAGE_CODE):
        return render_to_string("onboarding/texts/programme.txt").strip()


def invitation_url(invitation: Invitation) -> str:
    return settings.SITE_URL + reverse("invitation", args=[invitation.token])


def invite(
    gathering: Gathering, invitations: InvitationQuerySet, *, by: User, at: datetime | None = None
) -> Queued:
    return _send("invite", f"invite:{gathering.pk}", gathering, invitations, by=by, at=at)


def tell_moved(gathering: Gathering, *, by: User) -> Queued:
    """To those invited who have not said no."""
    return _send(
        "moved", f"moved:{gathering.pk}:{gathering.revision}", gathering, _still_asked(gathering), by=by
    )


def tell_cancelled(gathering: Gathering, *, by: User) -> Queued:
    """To those invited who have not said no."""
    return _send("cancelled", f"cancelled:{gathering.pk}", gathering, _still_asked(gathering), by=by)


def _still_asked(gathering: Gathering) -> InvitationQuerySet:
    return Invitation.objects.filter(gathering=gathering).exclude(answer=Invitation.Answer.NO)


def _send(
    name: str,
    purpose_key: str,
    gathering: Gathering,
    invitations: InvitationQuerySet,
    *,
    by: User,
    at: datetime | None = None,
) -> Queued:
    by_member = {invitation.member_id: invitation for invitation in invitations.select_related("member")}

    def context(member: Member) -> dict[str, Any]:
        return {"gathering": gathering, "invitation_url": invitation_url(by_member[member.pk])}

    return queue_for_members(
        branch=gathering.branch,
        members=[invitation.member for invitation in by_member.values()],
        purpose_key=purpose_key,
        template=f"onboarding/emails/{name}",
        context=context,
        by=by,
        at=at,
    )
