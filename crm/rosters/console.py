"""What the commands of this app share: whose command it is, and on which branch."""

from django.core.exceptions import PermissionDenied
from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from crm.access import require
from crm.people.models import Branch, User


def branch_named(slug: str) -> Branch:
    try:
        return Branch.objects.get(slug=slug)
    except Branch.DoesNotExist:
        known = ", ".join(Branch.objects.order_by("slug").values_list("slug", flat=True)) or "–"
        said = {"slug": slug, "known": known}
        raise CommandError(_("There is no branch “%(slug)s”. The branches: %(known)s.") % said) from None


def actor(email: str | None, *, permission: str, branch: Branch) -> User:
    """The user of ``--as``, who must hold the permission today; without it the console's own account."""
    if email is None:
        return User.objects.console()
    try:
        user = User.objects.get(email=email.lower())
        require(user, permission, branch)
    except User.DoesNotExist:
        raise CommandError(_("There is no user “%(email)s”.") % {"email": email}) from None
    except PermissionDenied as error:
        raise CommandError(str(error)) from None
    return user
