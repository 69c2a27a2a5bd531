"""How people log in."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Nobody signs up by themselves: an administrator gives people their roles."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
