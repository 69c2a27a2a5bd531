"""Writing the access log: every display of a member's personal data goes through ``log_read``."""

from collections.abc import Iterable
from datetime import date, datetime, time

from django.utils import timezone

from crm.months import months_before
from crm.people.models import AccessLog, Branch, Member, User

# Long enough to look into a complaint, and no longer: the log itself tells who belongs to a party.
KEPT_MONTHS = 24


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


def trim(*, branch: Branch, on: date) -> dict[str, int]:
    """The daily job: rows older than two years go. Nothing else ever removes or changes one."""
    first_kept = timezone.make_aware(datetime.combine(months_before(on, KEPT_MONTHS), time.min))
    deleted, _of_which = AccessLog.objects.filter(branch=branch, at__lt=first_kept).delete()
    return {"rows": deleted}
