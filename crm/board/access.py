"""Where the board's pages start their queries. Each caller has passed the door, or holds an open link."""

from datetime import date
from hashlib import sha256

from crm.board.models import BoardLink
from crm.people.models import Branch


def digest(token: str) -> str:
    """Of a link only this is kept."""
    return sha256(token.encode("utf-8", "replace")).hexdigest()


def open_link_of(branch: Branch) -> BoardLink | None:
    """The one link that has not been withdrawn; it may have expired."""
    return BoardLink.objects.filter(branch=branch, closed_at=None).select_related("made_by").first()


def link_by_token(token: str, on: date) -> BoardLink | None:
    """An open link, not expired; nothing for any other word."""
    links = BoardLink.objects.filter(token_hash=digest(token), closed_at=None, expires_on__gte=on)
    return links.select_related("branch").first()
