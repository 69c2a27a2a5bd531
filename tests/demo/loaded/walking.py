"""Walking through the demo as somebody of the cast: every page that links lead to, two of each kind."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from urllib.parse import urldefrag, urlsplit

from django.test import Client
from django.urls import Resolver404, resolve

from crm.people.models import User
from demo import cast
from tests.logins import log_in

LINK = re.compile(r'\shref="([^"]+)"')
NOT_TEXT = re.compile(r"<script.*?</script>|<[^>]*>", re.DOTALL)
OF_EACH_KIND = 2
LEADS_OUT = ("/konto/logout", "/static/", "/i18n/", "/admin/")


@dataclass(frozen=True)
class Seen:
    """A page as somebody saw it. ``text`` is what a reader reads, without tags."""

    path: str
    route: str
    source: str

    @property
    def text(self) -> str:
        return " ".join(unescape(NOT_TEXT.sub(" ", self.source)).split())


def walk(client: Client, part: cast.Part, start: str) -> Iterator[Seen]:
    """From a page along all links, as many of each route as ``OF_EACH_KIND``."""
    log_in(client, User.objects.get(email=part.email))
    waiting, known, of_route = [start], {start}, Counter[str]()
    while waiting:
        path = waiting.pop(0)
        route = route_of(path)
        if not route or of_route[route] >= OF_EACH_KIND:
            continue
        of_route[route] += 1
        answer = client.get(path, follow=True)
        if answer.status_code == 200 and answer.headers["content-type"].startswith("text/html"):
            source = answer.content.decode()
            yield Seen(path, route, source)
            found = [urldefrag(unescape(link)).url for link in LINK.findall(source)]
            fresh = [link for link in found if is_ours(link) and link not in known]
            known.update(fresh)
            waiting.extend(fresh)


def is_ours(link: str) -> bool:
    return link.startswith("/") and not link.startswith(LEADS_OUT)


def route_of(path: str) -> str:
    try:
        return str(resolve(urlsplit(path).path).route)
    except Resolver404:
        return ""
