"""What people are told by e-mail about their roles."""

import logging
from datetime import date
from functools import partial

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from crm import extensions
from crm.people.models import Branch, Role, User

logger = logging.getLogger(__name__)

OFFICERS = (Role.Kind.MEMBER_OFFICER, Role.Kind.REGISTER_OFFICER)


def role_given(*, role: Role, by: User) -> None:
    """Tell the holder which role they have, and how to log in. The link opens nothing by itself."""
    if not role.user.has_email:
        return
    with translation.override(settings.LANGUAGE_CODE):
        kind = str(role.get_kind_display())  # in the letter's language, not in the giver's
    context: dict[str, object] = {
        "name": role.user.get_short_name(),
        "role": kind,
        "branch": place_of(role),
        "giver": str(by),
        "starts_on": role.starts_on.isoformat(),
        "ends_on": role.ends_on.isoformat() if role.ends_on else "",
        "email": role.user.email,
        "login_url": settings.SITE_URL + reverse("account_login"),
    }
    if role.branch is None:
        # The outbox is a branch's; in the demo nothing is sent at all.
        if not settings.DEMO:
            transaction.on_commit(partial(send_now, to=role.user.email, context=context))
        return
    for put_in_outbox in extensions.user_mail.all():
        put_in_outbox(
            branch=role.branch,
            user=role.user,
            purpose_key=f"role:{role.pk}",
            template="people/emails/role_given",
            context=context,
            by=by,
        )
        return
    if not role.branch.is_fictitious:
        transaction.on_commit(partial(send_now, to=role.user.email, context=context))


def place_of(role: Role) -> str:
    if place := role.branch or role.district:
        return place.name
    with translation.override(settings.LANGUAGE_CODE):
        return gettext("the party")


def erasure_waits(*, branch: Branch, number: int, on: date, by: User) -> None:
    """Tell the officers that unusually many are to be erased; once a week until one of them has looked."""
    year, week, _day = on.isocalendar()
    roles = Role.objects.in_force(on).filter(branch=branch, kind__in=OFFICERS, user__is_active=True)
    officers = User.objects.filter(pk__in=roles.values("user"))
    url = settings.SITE_URL + reverse("people:erasing", args=[branch.slug])
    for put_in_outbox in extensions.user_mail.all():
        for officer in officers:
            put_in_outbox(
                branch=branch,
                user=officer,
                purpose_key=f"erasure:{year}-{week}",
                template="people/emails/erasure_waits",
                context={"branch": branch.name, "number": number, "url": url},
                by=by,
            )


def send_now(*, to: str, context: dict[str, object]) -> None:
    """Without an outbox. A mail server that is away takes nothing back: the role is given."""
    with translation.override(settings.LANGUAGE_CODE):
        subject = render_to_string("people/emails/role_given_subject.txt", context).strip()
        text = render_to_string("people/emails/role_given.txt", context)
    try:
        send_mail(subject, text, None, [to])
    except OSError:
        logger.exception("The mail about a role could not be sent")
