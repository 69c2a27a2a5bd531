"""What callers wrote is not kept for ever: that somebody was called, and what came of it, is."""

from datetime import date

from calls import questions, telling
from calls.models import Attempt, FollowUp
from calls.rules import start_of
from crm.months import months_before
from crm.people import retention
from crm.people.models import Branch


def forget_old_notes(*, branch: Branch, on: date) -> dict[str, int]:
    """The daily job: notes and messages older than the branch's months go, of members too."""
    limit = start_of(months_before(on, retention.rules_of(branch).note_months))
    old = Attempt.objects.filter(call__member__branch=branch, reported_at__lt=limit, answers__isnull=False)
    questions.forget_words(list(old.values_list("pk", flat=True)))
    notes = Attempt.objects.filter(call__member__branch=branch, reported_at__lt=limit).exclude(note="")
    handled = FollowUp.objects.filter(
        call__member__branch=branch, opened_at__lt=limit, handled_at__isnull=False
    ).exclude(message="", answer="")
    telling.forget_before(Attempt.objects.filter(call__member__branch=branch, reported_at__lt=start_of(on)))
    return {"notes": notes.update(note=""), "follow-ups": handled.update(message="", answer="")}
