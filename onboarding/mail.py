"""The words that gatherings send. Each message once per member and purpose; the key says which."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from crm.extensions import TextKind
from crm.outbox import deciding, rules
from crm.outbox.posting import FILES
from crm.outbox.queueing import Queued, queue_for_members, queue_for_user
from crm.people.models import Branch, Member, Role, User
from onboarding import texts
from onboarding.models import Gathering, Invitation, InvitationQuerySet, LeaveRequest


def default_programme() -> str:
    """The programme of a draft, in Swedish, for the officer to change."""
    with translation.override(settings.LANGUAGE_CODE):
        return render_to_string("onboarding/texts/programme.txt").strip()


def invite_key(gathering: Gathering) -> str:
    return f"invite:{gathering.pk}"


def invite(
    gathering: Gathering, invitations: InvitationQuerySet, *, by: User, at: datetime | None = None
) -> Queued:
    kind = texts.INVITE if gathering.is_intro else texts.INVITE_OTHER
    return _send(kind, invite_key(gathering), gathering, invitations, by=by, at=at)


def take_away_invite(gathering: Gathering, member: Member) -> bool:
    """An invitation written by mistake a moment ago; false when it has gone out."""
    return deciding.take_away(branch=gathering.branch, member=member, purpose_key=invite_key(gathering))


def tell_moved(gathering: Gathering, *, by: User) -> Queued:
    """To those invited who have not said no. An invitation that has not gone out is written anew instead."""
    waited = deciding.take_back_waiting(branch=gathering.branch, purpose_key=invite_key(gathering))
    asked = _still_asked(gathering)
    invite(gathering, asked.filter(member__in=waited), by=by)
    key = f"moved:{gathering.pk}:{gathering.revision}"
    return _send(texts.MOVED, key, gathering, asked.exclude(member__in=waited), by=by)


def tell_cancelled(gathering: Gathering, *, by: User) -> Queued:
    """To those invited who have not said no; whose invitation has not gone out hears nothing at all."""
    key, reason = gathering.pk, _("The gathering is cancelled.")
    about = Q(purpose_key=f"place:{key}") | Q(purpose_key__startswith=f"moved:{key}:")
    about |= Q(purpose_key__startswith=f"remind:{key}:")
    deciding.stop_waiting(branch=gathering.branch, purposes=about, reason=reason, by=by)
    invited = Q(purpose_key=invite_key(gathering))
    unaware = deciding.stop_waiting(branch=gathering.branch, purposes=invited, reason=reason, by=by)
    asked = _still_asked(gathering).exclude(member__in=unaware, answer="")
    return _send(texts.CANCELLED, f"cancelled:{key}", gathering, asked, by=by)


def tell_of_place(gathering: Gathering, invitations: InvitationQuerySet, *, by: User) -> Queued:
    """To who waited and has a place now."""
    return _send(texts.PLACE, f"place:{gathering.pk}", gathering, invitations, by=by)


def remind_coming(gathering: Gathering, invitations: InvitationQuerySet, *, by: User) -> Queued:
    """To who has said yes; again when the meeting has moved since."""
    return _send(
        texts.REMIND_COMING, f"remind:{gathering.pk}:{gathering.revision}", gathering, invitations, by=by
    )


def remind_silent(gathering: Gathering, invitations: InvitationQuerySet, *, by: User) -> Queued:
    """To who has not answered; the same purpose as the reminder of a yes, so that nobody gets both."""
    return _send(
        texts.REMIND_SILENT, f"remind:{gathering.pk}:{gathering.revision}", gathering, invitations, by=by
    )


def thank(gathering: Gathering, invitations: InvitationQuerySet, *, by: User) -> Queued:
    kind = texts.THANKS if gathering.is_intro else texts.THANKS_OTHER
    return _send(kind, f"thanks:{gathering.pk}", gathering, invitations, by=by, is_ahead=False)


def miss(gathering: Gathering, invitations: InvitationQuerySet, *, by: User) -> Queued:
    kind = texts.MISSED if gathering.is_intro else texts.MISSED_OTHER
    return _send(kind, f"missed:{gathering.pk}", gathering, invitations, by=by, is_ahead=False)


def tell_roles(
    branch: Branch,
    kinds: tuple[str, ...],
    *,
    purpose_key: str,
    template: str,
    context: dict[str, object],
    by: User,
    today: Any,
) -> int:
    """One e-mail to each person with such a role; counts and dates only, never a member's name. How many people."""
    users = User.objects.filter(
        pk__in=Role.objects.in_force(today)
        .filter(branch=branch, kind__in=kinds, user__is_active=True)
        .values("user")
    )
    for user in users:
        queue_for_user(
            branch=branch, user=user, purpose_key=purpose_key, template=template, context=context, by=by
        )
    return len(users)


def send_own_page_code(*, member: Member, code: str, minutes: int) -> None:
    """At once and past the outbox, which would keep the code. Raises ``OSError`` when the server takes no mail."""
    branch = member.branch
    with translation.override(settings.LANGUAGE_CODE):
        context = {"branch": branch, "code": code, "minutes": minutes}
        context["url"] = settings.SITE_URL + reverse("own_code")
        subject = render_to_string("onboarding/emails/own_code_subject.txt", context).strip()
        text = render_to_string("onboarding/emails/own_code.txt", context)
    backend = FILES if branch.is_fictitious else settings.EMAIL_BACKEND
    message = EmailMessage(subject, text, to=[member.email], connection=get_connection(backend))
    answers = rules.answers_to(branch, timezone.localdate())
    message.reply_to = [answers] if answers else []
    message.send()


def tell_of_leaving(branch: Branch, request: LeaveRequest) -> None:
    """That somebody wants to leave, not who: the page behind the login says that."""
    tell_roles(
        branch,
        (Role.Kind.MEMBER_OFFICER, Role.Kind.REGISTER_OFFICER),
        purpose_key=f"leave:{request.pk}:{request.asked_at:%Y%m%d%H%M%S}",
        template="onboarding/emails/wants_to_leave",
        context={
            "branch": branch,
            "url": settings.SITE_URL + reverse("onboarding:leavers", args=[branch.slug]),
        },
        by=User.objects.console(),
        today=timezone.localdate(request.asked_at),
    )


def _still_asked(gathering: Gathering) -> InvitationQuerySet:
    return (
        Invitation.objects.filter(gathering=gathering).of_members_now().exclude(answer=Invitation.Answer.NO)
    )


def _send(
    kind: TextKind,
    purpose_key: str,
    gathering: Gathering,
    invitations: InvitationQuerySet,
    *,
    by: User,
    at: datetime | None = None,
    is_ahead: bool = True,
) -> Queued:
    """``is_ahead``: it is about what is to come, and of no use when the gathering has begun."""
    by_member = {invitation.member_id: invitation for invitation in invitations.select_related("member")}
    shared = texts.fill_gathering(gathering)
    return queue_for_members(
        branch=gathering.branch,
        members=[invitation.member for invitation in by_member.values()],
        purpose_key=purpose_key,
        kind=kind,
        filling=lambda member: texts.fill_invitation(shared, by_member[member.pk]),
        by=by,
        at=at,
        not_after=gathering.starts_at if is_ahead else None,
    )
