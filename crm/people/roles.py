"""Giving people their roles in a branch, in a district or in the whole party, and ending them."""

from datetime import date
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from crm import access
from crm.access import Permission
from crm.people import mail
from crm.people.models import Branch, District, Role, User
from crm.people.models.users import CONSOLE_EMAIL, NO_EMAIL


@transaction.atomic
def grant(
    *,
    email: str,
    kind: str,
    branch: Branch,
    by: User,
    name: str = "",
    starts_on: date | None = None,
    ends_on: date | None = None,
    tell: bool = True,
) -> Role:
    """Give the person with that e-mail a role; somebody new to the system gets an account. They are told by e-mail.

    Raises ``ValidationError`` (a sentence) when it can't be, ``PermissionDenied`` when ``by`` may not.
    """
    access.require(by, Permission.MANAGE_BRANCH, branch)
    role = Role(kind=kind, branch=branch, ends_on=ends_on)
    return give(role, email=email, name=name, starts_on=starts_on, by=by, tell=tell)


@transaction.atomic
def grant_above(
    *,
    email: str,
    district: District | None,
    by: User,
    name: str = "",
    starts_on: date | None = None,
    ends_on: date | None = None,
    tell: bool = True,
) -> Role:
    """The district's role, or without a district the whole party's: figures that branches share, and no names.

    Raises ``ValidationError`` (a sentence) when it can't be, ``PermissionDenied`` when ``by`` is no superuser.
    """
    access.require_superuser(by)
    kind = Role.Kind.DISTRICT if district else Role.Kind.PARTY
    role = Role(kind=kind, district=district, ends_on=ends_on)
    return give(role, email=email, name=name, starts_on=starts_on, by=by, tell=tell)


def give(role: Role, *, email: str, name: str, starts_on: date | None, by: User, tell: bool) -> Role:
    now = timezone.now()
    role.user = account_for(email=email, name=name)
    role.starts_on = starts_on or timezone.localdate(now)
    role.granted_at, role.granted_by = now, by
    role.full_clean()
    refuse_overlap(role)
    role.save()
    if tell:
        mail.role_given(role=role, by=by)
    return role


@transaction.atomic
def admit_caller(*, email: str, name: str, branch: Branch, ends_on: date, key: UUID, by: User) -> User:
    """A caller from today, taken in by a call leader: nothing but that role, and not for longer than told.

    Without an e-mail the account has an address that leads nowhere, made of ``key``, so that asking twice makes one.
    Raises ``ValidationError`` (a sentence) when it can't be, ``PermissionDenied`` when ``by`` may not.
    """
    access.require(by, Permission.LEAD_CALLS, branch)
    now = timezone.now()
    today = timezone.localdate(now)
    user = account_for(email=email or f"{key.hex}{NO_EMAIL}", name=name)
    calls_already = Role.objects.in_force(today).filter(user=user, branch=branch, kind=Role.Kind.CALLER)
    if not calls_already.exists():
        role = Role.objects.create(
            user=user,
            kind=Role.Kind.CALLER,
            branch=branch,
            starts_on=today,
            ends_on=ends_on,
            granted_at=now,
            granted_by=by,
        )
        mail.role_given(role=role, by=by)
    return user


def account_for(*, email: str, name: str) -> User:
    address = email.strip().lower()
    validate_email(address)
    if address == CONSOLE_EMAIL:
        raise ValidationError(_("That address belongs to the system itself."))
    user = User.objects.filter(email__iexact=address).first()
    if user is None:
        if not name.strip():
            raise ValidationError(
                _("%(email)s is new here. Give the person's name too.") % {"email": address}
            )
        return User.objects.create_user(address, name=name.strip())
    if not user.is_active:
        raise ValidationError(_("The account of %(email)s is closed.") % {"email": address})
    return user


def refuse_overlap(role: Role) -> None:
    """The same role twice at the same time: one of the two would outlive its ending unseen."""
    same = Role.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=role.starts_on),
        user=role.user,
        kind=role.kind,
        branch=role.branch,
        district=role.district,
        ended_at=None,
    )
    if role.ends_on:
        same = same.filter(starts_on__lte=role.ends_on)
    if same.exists():
        raise ValidationError(
            _("%(user)s already is %(role)s during those days.")
            % {"user": role.user, "role": role.get_kind_display()}
        )


@transaction.atomic
def end(*, role: Role, by: User) -> None:
    """End a role at once. Ending it a second time changes nothing. A branch keeps one administrator."""
    if role.branch is None:
        access.require_superuser(by)
    else:
        access.require(by, Permission.MANAGE_BRANCH, role.branch)
    now = timezone.now()
    today = timezone.localdate(now)
    if role.kind == Role.Kind.ADMIN and not others_administer(role, today):
        raise ValidationError(
            _("The branch needs an administrator. Give somebody else that role first, without an end.")
        )
    last_day = min(role.ends_on or today, today)
    Role.objects.filter(pk=role.pk, ended_at=None).update(
        ended_at=now, ended_by=by, ends_on=max(last_day, role.starts_on)
    )


def others_administer(role: Role, today: date) -> bool:
    others = Role.objects.in_force(today).filter(kind=Role.Kind.ADMIN, branch=role.branch, ends_on=None)
    return others.exclude(user=role.user).filter(user__is_active=True).exists()
