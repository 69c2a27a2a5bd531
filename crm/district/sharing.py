"""Deciding what a branch shares."""

from django.db import transaction
from django.utils import timezone

from crm import access as door
from crm.access import Permission
from crm.district import access
from crm.district.models import Sharing
from crm.people.models import Branch, User


@transaction.atomic
def decide(*, branch: Branch, by: User, **parts: bool) -> bool:
    """From now on the branch shares these parts and no others. False when that is how it is already.

    Each decision is a row of its own: who, when and what. Raises ``PermissionDenied`` when ``by`` may not.
    """
    door.require(by, Permission.SHARE_WITH_DISTRICT, branch)
    Branch.objects.select_for_update().get(pk=branch.pk)
    wanted = {part: parts.get(part, False) for part in Sharing.PARTS}
    if wanted == parts_of(access.sharing_of_each([branch]).get(branch.pk)):
        return False
    Sharing.objects.create(branch=branch, decided_at=timezone.now(), decided_by=by, **wanted)
    return True


def parts_of(decision: Sharing | None) -> dict[str, bool]:
    return decision.parts if decision else dict.fromkeys(Sharing.PARTS, False)
