"""What callers wrote is erased after the branch's months; what came of it stays."""

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from django.utils import timezone

from calls import forgetting, outcomes
from calls.models import Attempt, Call, CallRound, FollowUp
from crm.people.models import Branch, KeepingRules, User

ON = date(2027, 11, 21)


@pytest.fixture
def note(call_round: CallRound, branch: Branch, caller: User) -> Attempt:
    call = Call.objects.order_by("pk")[0]
    outcomes.report(
        call=call,
        by=caller,
        outcome=Attempt.Outcome.MOVED,
        client_id=uuid4(),
        note="Ny adress.",
        message="Rätta.",
    )
    return Attempt.objects.get()


def written(at: datetime) -> None:
    Attempt.objects.update(reported_at=at)
    FollowUp.objects.update(opened_at=at)


def handled(by: User) -> None:
    FollowUp.objects.update(answer="Gjort.", handled_at=timezone.now(), handled_by=by)


OLD, YOUNG = datetime(2026, 11, 20, 22, tzinfo=UTC), datetime(2026, 11, 21, 10, tzinfo=UTC)


@pytest.mark.parametrize(("at", "count"), [(OLD, 1), (YOUNG, 0)])
def test_notes_go_after_twelve_months(
    note: Attempt, branch: Branch, caller: User, at: datetime, count: int
) -> None:
    written(at)
    handled(caller)
    assert forgetting.forget_old_notes(branch=branch, on=ON) == {"notes": count, "follow-ups": count}
    note.refresh_from_db()
    follow_up = FollowUp.objects.get()
    words = (note.note, follow_up.message, follow_up.answer)
    assert words == (("", "", "") if count else ("Ny adress.", "Rätta.", "Gjort."))
    assert note.outcome == Attempt.Outcome.MOVED


def test_the_branch_chooses_the_months(note: Attempt, branch: Branch) -> None:
    KeepingRules.objects.create(branch=branch, note_months=24)
    written(OLD)
    assert forgetting.forget_old_notes(branch=branch, on=ON)["notes"] == 0


def test_what_nobody_has_seen_to_is_kept(note: Attempt, branch: Branch) -> None:
    written(OLD)
    assert forgetting.forget_old_notes(branch=branch, on=ON) == {"notes": 1, "follow-ups": 0}
    assert FollowUp.objects.get().message == "Rätta."


def test_twice_does_nothing_the_second_time(note: Attempt, branch: Branch, caller: User) -> None:
    written(OLD)
    handled(caller)
    forgetting.forget_old_notes(branch=branch, on=ON)
    assert forgetting.forget_old_notes(branch=branch, on=ON) == {"notes": 0, "follow-ups": 0}
