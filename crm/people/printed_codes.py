"""One-time codes on paper, for callers who have no e-mail at hand. Only a keyed hash of each is kept."""

import secrets
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from crm import access
from crm.access import Permission
from crm.people.models import Branch, LoginCode, Role, User

CODES = 10  # on a sheet
LENGTH = 8
VALID = timedelta(days=90)
# Nothing that is read or written two ways: no 0 O, 1 I L, 2 Z, 5 S, 8 B, U V.
ALPHABET = "ACDEFGHJKMNPQRTWXY34679"
# Who can list members proves who they are in another way than with a slip of paper that somebody else printed.
KINDS = frozenset({Role.Kind.CALLER, Role.Kind.BOARD})


def may_use(user: User, *, now: datetime) -> bool:
    """Whether all that the user may do, in every branch and from now on, is of the kinds that codes on paper open."""
    kinds = set(
        Role.objects.not_over(timezone.localdate(now)).filter(user=user).values_list("kind", flat=True)
    )
    return user.is_active and not user.is_superuser and bool(kinds) and kinds <= KINDS


@transaction.atomic
def print_codes(*, user: User, branch: Branch, by: User) -> list[str]:
    """Ten new codes; those printed before stop working. Shown this once, as "ABCD-EFGH".

    Raises ``ValidationError`` for somebody whose roles need more than a code on paper.
    """
    access.require(by, Permission.MANAGE_BRANCH, branch)
    now = timezone.now()
    if not Role.objects.not_over(timezone.localdate(now)).filter(user=user, branch=branch).exists():
        raise PermissionDenied
    if not may_use(user, now=now):
        raise ValidationError(
            _("%(user)s has a role that needs two factors, so a code on paper is not enough.")
            % {"user": user}
        )
    return make_codes(user, by=by, now=now)


@transaction.atomic
def codes_for_new_caller(*, user: User, branch: Branch, by: User) -> list[str]:
    """Codes that a call leader gives somebody who has just come in through the door.

    None for whoever has logged in before, or has any other role: a leader must not get hold of another's account.
    Such a person logs in as they use to.
    """
    access.require(by, Permission.LEAD_CALLS, branch)
    others = Role.objects.filter(user=user).exclude(branch=branch, kind=Role.Kind.CALLER)
    if user.last_login is not None or user.is_superuser or not user.is_active or others.exists():
        return []
    return make_codes(user, by=by, now=timezone.now())


def make_codes(user: User, *, by: User, now: datetime) -> list[str]:
    user.login_codes.filter(used_at=None).delete()
    codes = ["".join(secrets.choice(ALPHABET) for _letter in range(LENGTH)) for _code in range(CODES)]
    LoginCode.objects.bulk_create(
        LoginCode(
            user=user, code_hash=keyed_hash(code), printed_at=now, printed_by=by, expires_at=now + VALID
        )
        for code in codes
    )
    return [f"{code[:4]}-{code[4:]}" for code in codes]


def use(text: str) -> User | None:
    """The user whose unused, unexpired code this is; used up from now on. ``None`` for anything else.

    What is looked up is a keyed hash, so the time it takes says nothing about the code.
    """
    now = timezone.now()
    found = LoginCode.objects.select_related("user").filter(code_hash=keyed_hash(normalised(text))).first()
    if found is None or not may_use(found.user, now=now):
        return None
    mine = LoginCode.objects.filter(pk=found.pk, used_at=None, expires_at__gt=now).update(used_at=now)
    return found.user if mine else None


def normalised(text: str) -> str:
    """As printed: capitals, without the dash and spaces."""
    return "".join(char for char in text.upper() if char.isalnum())


def keyed_hash(code: str) -> str:
    return salted_hmac("tusen.printed_code", code, algorithm="sha256").hexdigest()
