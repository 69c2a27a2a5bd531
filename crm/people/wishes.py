"""What a member has asked not to be: called, or written to. A roster can't undo it."""

from django.db import transaction
from django.utils import timezone

from crm import extensions
from crm.people.models import Member, User, WishChange


@transaction.atomic
def change(*, member: Member, wish: str, is_on: bool, by: User) -> bool:
    """Turn a wish on or off and keep who did it. False when it already was so.

    Every queue reads the wish when it is shown, and the apps above are told, so it counts at once.
    """
    field = WishChange.Wish(wish).value
    changed = Member.objects.filter(pk=member.pk, **{field: not is_on}).update(**{field: is_on})
    if changed:
        WishChange.objects.create(
            member=member, wish=field, is_on=is_on, changed_at=timezone.now(), changed_by=by
        )
        setattr(member, field, is_on)
        for hook in extensions.wish_changes.all():
            hook(member=member, by=by)
    return bool(changed)
