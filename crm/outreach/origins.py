"""How each new member came, and when that is credited."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from crm.access import Permission, require
from crm.outreach.models import Activity, Origin
from crm.people.models import Branch, Member, User


@transaction.atomic
def note(
    *, member: Member, source: str, activity: Activity | None, recruiter: Member | None, by: User
) -> Origin:
    """A later word replaces an earlier one. An activity and a recruiter can both be known."""
    require(by, Permission.SEE_MEMBERS, member.branch)
    origin = Origin.objects.select_for_update().filter(member=member).first() or Origin(member=member)
    origin.source, origin.recruiter = source, recruiter
    origin.activity = activity if source == Origin.Source.ACTIVITY else None
    origin.noted_at, origin.noted_by = timezone.now(), by
    origin.full_clean(exclude=("member",))
    origin.save()
    return origin


def credit(*, branch: Branch, on: date) -> dict[str, int]:
    """The daily job: a way in counts, for its recruiter and its activity, when the register says the fee is paid."""
    waiting = Origin.objects.filter(member__branch=branch, credited_on=None, member__paid_until__isnull=False)
    return {"credited": waiting.update(credited_on=on)}


def with_origins(*, member_ids: list[int]) -> set[int]:
    """Those of whom somebody has noted how they came, or whom they asked; undoing an import leaves that alone."""
    came = Origin.objects.filter(member__in=member_ids).values_list("member_id", flat=True)
    asked = Origin.objects.filter(recruiter__in=member_ids).values_list("recruiter_id", flat=True)
    return {*came, *(key for key in asked if key)}
