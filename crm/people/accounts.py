"""How people log in, and how long a login lasts."""

from datetime import datetime, timedelta

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.utils import timezone

from crm.people.models import Role, User

# A caller's evening. A lost telephone, or a borrowed one, is logged out when it is over.
EVENING = timedelta(hours=6)
WORKING_DAY = timedelta(hours=12)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Nobody signs up by themselves: an administrator gives people their roles."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def login(self, request: HttpRequest, user: User) -> None:
        super().login(request, user)
        limit_session(request, user)


def limit_session(request: HttpRequest, user: User) -> None:
    """The session ends at a fixed time after the login, however much it is used."""
    request.session.set_expiry(session_ends_at(user, now=timezone.now()))


def session_ends_at(user: User, *, now: datetime) -> datetime:
    kinds = set(
        Role.objects.in_force(timezone.localdate(now)).filter(user=user).values_list("kind", flat=True)
    )
    only_calls = kinds == {Role.Kind.CALLER} and not user.is_superuser
    return now + (EVENING if only_calls else WORKING_DAY)
