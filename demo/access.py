"""Who the demo's one-click login may let in, and from where."""

from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from crm.people.models import Branch, Role, User

SUPERUSER = "superuser"
NEWCOMER = "newcomer"  # an officer of a branch without members
LOOPBACK_NAMES = {"localhost", "127.0.0.1", "[::1]"}
# What a proxy adds: with any of these the reader sits at another machine.
FORWARDED = (
    "HTTP_FORWARDED",
    "HTTP_VIA",
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_REAL_IP",
)


def is_open_to(request: HttpRequest) -> bool:
    """Only in the demo, on this very machine, and while nobody real is in the system."""
    return settings.DEMO and is_loopback(request) and all_is_fictitious()


def is_loopback(request: HttpRequest) -> bool:
    try:
        near = ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False
    host = (
        request.get_host().rsplit(":", 1)[0] if not request.get_host().endswith("]") else request.get_host()
    )
    return near and host in LOOPBACK_NAMES and not any(name in request.META for name in FORWARDED)


def all_is_fictitious() -> bool:
    return Branch.objects.exists() and not Branch.objects.filter(is_fictitious=False).exists()


def person_for(kind: str) -> User | None:
    """The demo's person of that role: the one who has had it longest."""
    if kind == SUPERUSER:
        return User.objects.filter(is_superuser=True, is_active=True).order_by("pk").first()
    roles = Role.objects.in_force(timezone.localdate()).filter(user__is_active=True)
    if kind == NEWCOMER:
        roles = roles.filter(kind=Role.Kind.MEMBER_OFFICER, branch__members=None)
    else:
        roles = roles.filter(kind=kind)
    role = roles.select_related("user").order_by("pk").first()
    return role.user if role else None
