"""Logging a test's client in, with one factor or with two."""

from django.test import Client

from crm.people.models import Branch, User
from tests.factories import user_with


def log_in(client: Client, user: User, *, two_factors: bool = True) -> User:
    """A session as allauth leaves it after a code alone, or after a code and a second factor."""
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    methods = [{"method": "code", "at": 0}, {"method": "mfa", "type": "totp", "at": 0}]
    session["account_authentication_methods_user"] = str(user.pk)
    session["account_authentication_methods"] = methods if two_factors else methods[:1]
    session.save()
    return user


def log_in_as(client: Client, kind: str, branch: Branch, *, two_factors: bool = True) -> User:
    return log_in(client, user_with(kind, branch), two_factors=two_factors)
