"""What a member does on their own page. Each counts at once, and stands in the log as their own."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.people import skills, wishes
from crm.people.logbook import log_read
from crm.people.models import AccessLog, Member, SkillWord, User, WishChange
from crm.rosters import corrections
from onboarding import mail
from onboarding.models import LeaveRequest


def note(member: Member, what: str = "") -> None:
    """The member's own reading or change, in the log."""
    log_read(
        user=None,
        branch=member.branch,
        members=[member],
        purpose=AccessLog.Purpose.OWN_PAGE,
        reason=what[:200],
    )


@transaction.atomic
def correct(*, member: Member, values: Mapping[str, Any]) -> list[str]:
    """As an officer's correction: a roster keeps it, and the register is told (promise 5)."""
    changed = corrections.correct(member=member, values=values, by=User.objects.console())
    if changed:
        note(member, _("changed: %(fields)s") % {"fields": ", ".join(changed)})
    return changed


@transaction.atomic
def wish(*, member: Member, wish: str, is_on: bool) -> bool:
    changed = wishes.change(member=member, wish=wish, is_on=is_on, by=User.objects.console())
    if changed:
        note(member, _("changed: %(fields)s") % {"fields": wish})
    return changed


@transaction.atomic
def choose_channel(*, member: Member, channel: str) -> None:
    """How messages come from now on; empty for whatever the branch has."""
    Member.objects.filter(pk=member.pk).update(channel=Member.Channel(channel).value if channel else "")
    note(member, _("changed: %(fields)s") % {"fields": "channel"})


@transaction.atomic
def tell(*, member: Member, words: Iterable[SkillWord]) -> int:
    return skills.record(member=member, words=words, source=skills.Source.FORM, by=User.objects.console())


@transaction.atomic
def take_back(*, member: Member, word: SkillWord) -> int:
    return skills.take_back(member=member, words=[word], by=User.objects.console())


@transaction.atomic
def ask_to_leave(*, member: Member) -> bool:
    """No call and no message from now on, and the officers are told, without the name. False when asked already."""
    for each in WishChange.Wish.values:
        wishes.change(member=member, wish=each, is_on=True, by=User.objects.console())
    request, is_new = LeaveRequest.objects.get_or_create(member=member, defaults={"asked_at": timezone.now()})
    if is_new:
        note(member, _("asked to leave"))
        mail.tell_of_leaving(member.branch, request)
    return is_new


@transaction.atomic
def stay(*, member: Member) -> bool:
    """A change of mind, until an officer has told the register. What they wish stays as they last said."""
    deleted, _of_which = LeaveRequest.objects.filter(member=member, handled_at=None).delete()
    if deleted:
        note(member, _("stays after all"))
    return bool(deleted)


@transaction.atomic
def handle(*, request: LeaveRequest, by: User) -> bool:
    """The register has been told. False when somebody has ticked it already."""
    found = LeaveRequest.objects.filter(pk=request.pk, handled_at=None)
    return bool(found.update(handled_at=timezone.now(), handled_by=by))
