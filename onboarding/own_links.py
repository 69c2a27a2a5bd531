"""The link to a member's own page that stands in messages. It shows nothing: it asks for a code."""

from django.conf import settings
from django.urls import reverse


def own_url(*, token: str) -> str:
    """Where the member of a message's token (``crm.outbox.writing``) asks for a code to the address on file."""
    return settings.SITE_URL + reverse("own_code") + (f"kod/{token}/" if token else "")
