"""Writing the access log: every display of a member's personal data goes through ``log_read``."""

from collections.abc import Iterable

from django.utils import timezone

from crm.people.models import AccessLog, Branch, Member, User


def log_read(
    *,
    user: User | None,
    branch: Branch,
    members: Iterable[Member | int],
    purpose: AccessLog.Purpose,
    reason: str = "",
) -> None:
    """One row per member whose data ``user`` is about to see; one row without a member when nobody is shown.

    ``user`` is ``None`` for a member who opens their own invitation without logging in.
    """
    now = timezone.now()
    keys: list[int | None] = [member.pk if isinstance(member, Member) else member for member in members]
    AccessLog.objects.bulk_create(
        (
            AccessLog(at=now, user=user, branch=branch, member_id=key, purpose=purpose, reason=reason)
            for key in keys or [None]
        ),
        batch_size=1000,
    )
