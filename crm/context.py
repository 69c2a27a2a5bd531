"""What every page's frame shows: the branch, the way around, the demo's banner."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from crm import access, extensions
from crm.people.models import Branch


@dataclass(frozen=True)
class NavItem:
    label: str
    url: str
    current: bool


def frame(request: HttpRequest) -> dict[str, Any]:
    """Template variables ``nav``, ``branch``, ``branches`` and ``demo`` of base.html."""
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return {"nav": [], "branches": [], "demo": settings.DEMO}
    here = access.standing(request)
    branch = current_branch(request, here)
    return {
        "nav": navigation(request, here, branch) if branch else outside(request, here),
        "branches": here.branches,
        "frame_branch": branch,
        "demo": settings.DEMO,
    }


def current_branch(request: HttpRequest, here: access.Standing) -> Branch | None:
    """The branch in the page's address, else the only one that the user has."""
    match = getattr(request, "resolver_match", None)
    slug = match.kwargs.get("branch") if match else None
    if slug is None:
        return here.branches[0] if len(here.branches) == 1 else None
    return next((branch for branch in here.branches if branch.slug == slug), None)


def outside(request: HttpRequest, here: access.Standing) -> list[NavItem]:
    """The pages of districts, of the whole party and of superusers."""
    return [
        NavItem(label=str(label), url=url, current=request.path == url)
        for label, url in extensions.outer_pages_of(here)
    ]


def navigation(request: HttpRequest, here: access.Standing, branch: Branch) -> list[NavItem]:
    entries = [pair for pair in extensions.pages_of(branch) if here.may(pair[0].permission, branch)]
    # "My calls" is the beginning of "Call rounds" too: the longest address is where one is.
    here_is = max((url for _entry, url in entries if request.path.startswith(url)), key=len, default=None)
    return [NavItem(label=str(entry.label), url=url, current=url == here_is) for entry, url in entries]
