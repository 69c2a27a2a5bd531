"""The words of a message: subject, plain text and, where there is one, HTML, in the product's language."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.core import signing
from django.template import TemplateDoesNotExist
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from crm import extensions
from crm.people.models import Member

_SALT = "outbox.no_messages"
_WHOSE = "member-token"


@dataclass(frozen=True)
class Words:
    subject: str
    text: str
    html: str = ""


def write(template: str, context: dict[str, Any]) -> Words:
    """``<template>_subject.txt``, ``<template>.txt`` and perhaps ``<template>.html``, rendered in Swedish."""
    with translation.override(settings.LANGUAGE_CODE):
        subject = " ".join(render_to_string(f"{template}_subject.txt", context).split())
        text = render_to_string(f"{template}.txt", context).strip() + "\n"
        html = _html(template, context)
    return Words(subject=subject, text=text, html=html)


def _html(template: str, context: dict[str, Any]) -> str:
    try:
        return render_to_string(f"{template}.html", context)
    except TemplateDoesNotExist:
        return ""


def token_of(member: Member) -> str:
    """Names this member in the links of messages. It proves nothing but that a message of ours had it."""
    return token_of_key(member.pk)


def token_of_key(key: int) -> str:
    return signing.dumps(key, salt=_SALT)


def no_url(member: Member) -> str:
    """Where this member, without logging in, says no to messages."""
    return no_url_of(token_of(member))


def no_url_of(token: str) -> str:
    return settings.SITE_URL + _no_path().replace(_WHOSE, token)


@cache
def _no_path() -> str:
    """Looked up once: it stands in every message."""
    return reverse("outbox_no", args=[_WHOSE])


def own_url_of(token: str) -> str:
    """Where the member asks to see what is stored; nothing without an app that has such a page."""
    return next((hook(token=token) for hook in extensions.own_pages.all()), "")


def member_key(token: str) -> int:
    """The member whose link it is. Raises ``signing.BadSignature`` for anybody's invention."""
    return int(signing.loads(token, salt=_SALT))
