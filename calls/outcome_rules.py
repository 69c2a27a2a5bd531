"""A branch's own rules for what an answer leads to, where it departs from the usual ones."""

from dataclasses import asdict

from django.db import transaction
from django.utils import timezone

from calls.consequences import RULES, Again
from calls.models import CHOSEN_BY_BRANCH, CallRules
from calls.models.rules import check_outcome_rules
from crm.people.models import Branch, User


@transaction.atomic
def choose(*, branch: Branch, again: dict[str, Again | None], by: User) -> bool:
    """By outcome: when the person is called again, None for never; the outcomes left out are as usual.

    It holds for reports from now on. False when it was so already. Raises ``ValidationError`` for what no branch
    may choose: the answers that need care, and waiting too short or too long.
    """
    own = {
        outcome: None if chosen is None else asdict(chosen)
        for outcome, chosen in again.items()
        if outcome not in CHOSEN_BY_BRANCH or chosen != RULES[outcome].again
    }
    check_outcome_rules(own)
    Branch.objects.select_for_update().get(pk=branch.pk)  # of two leaders at once the later one's rules stand
    found = CallRules.objects.filter(branch=branch).first() or CallRules(branch=branch)
    if found.outcome_rules == own:
        return False
    found.outcome_rules, found.outcomes_changed_at, found.outcomes_changed_by = own, timezone.now(), by
    found.save()
    return True


def reset(*, branch: Branch, by: User) -> bool:
    """As usual again, for reports from now on. False when it was so already."""
    return choose(branch=branch, again={}, by=by)
