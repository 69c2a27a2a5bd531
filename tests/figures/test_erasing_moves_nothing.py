"""Whatever has happened in a branch, erasing its leavers changes no registered figure of any date."""

import random
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.utils import timezone

from calls import follow_ups, outcomes, rounds
from calls.models import Attempt, Call, CallRound
from crm.figures import membership, reading
from crm.people import erasing, memberships, retention
from crm.people.models import Branch, Club, ClubMembership, Member, Membership, User
from onboarding.models import Gathering, Invitation
from tests.factories import BranchFactory, ClubFactory, MemberFactory, user_with

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 21)
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
DAYS = [date(2025, 6, 30), date(2025, 12, 31), date(2026, 3, 1), date(2026, 8, 15), date(2026, 10, 31), TODAY]
Outcome = Attempt.Outcome


def a_history(seed: int) -> Branch:
    """A branch with members who came, were called, invited, went missing, left and returned, as chance has it."""
    chance = random.Random(seed)
    branch = BranchFactory.create()
    clubs = [ClubFactory.create(branch=branch) for _number in range(2)]
    members = [a_member(branch, clubs, chance) for _number in range(12)]
    with time_machine.travel(datetime(2026, 2, 2, 9, tzinfo=UTC), tick=False):
        rounds.open_rounds(branch=branch, on=date(2026, 2, 2))
    caller = user_with("call_leader", branch)
    for call in Call.objects.filter(round__branch=branch):
        be_called(call, caller, chance)
    invite(branch, members, chance)
    for member in members:
        let_leave(member, chance)
    return branch


def a_member(branch: Branch, clubs: list[Club], chance: random.Random) -> Member:
    since = date(2024, 1, 1) + timedelta(days=chance.randrange(800))
    member: Member = MemberFactory.create(branch=branch, since=since, no_calls=chance.random() < 0.2)
    for position, club in enumerate(chance.sample(clubs, chance.randrange(3))):
        ClubMembership.objects.create(member=member, club=club, is_primary=position == 0)
    return member


def be_called(call: Call, caller: User, chance: random.Random) -> None:
    for _attempt in range(chance.randrange(5)):
        at = datetime(2026, chance.randrange(2, 11), 3, 17, tzinfo=UTC)
        with time_machine.travel(at, tick=False):
            outcomes.report(
                call=call,
                by=caller,
                outcome=chance.choice(
                    [Outcome.REACHED, Outcome.NO_ANSWER, Outcome.CALL_LATER, Outcome.MOVED]
                ),
                client_id=uuid4(),
                note="En anteckning.",
                message="Ett meddelande.",
            )
    with time_machine.travel(NOON, tick=False):
        follow_ups.mark_letters_sent(call_ids=[call.pk], by=caller, now=timezone.now())


def invite(branch: Branch, members: list[Member], chance: random.Random) -> None:
    by, at = User.objects.console(), datetime(2026, 9, 10, 16, tzinfo=UTC)
    gathering = Gathering.objects.create(
        branch=branch, starts_at=at, place="Folkets hus", planned_at=at, planned_by=by,
        state="confirmed", confirmed_at=at, confirmed_by=by,
    )  # fmt: skip
    for member in chance.sample(members, 6):
        answer = chance.choice(["", "yes", "no"])
        came = chance.choice([None, True, False])
        Invitation.objects.create(
            gathering=gathering, member=member, invited_at=at - timedelta(days=30), invited_by=by,
            answer=answer, answered_at=at if answer else None,
            attended=came, ticked_at=None if came is None else at, ticked_by=None if came is None else by,
        )  # fmt: skip


def let_leave(member: Member, chance: random.Random) -> None:
    by = User.objects.console()
    began = member.memberships.get().started_on
    on = max(began, date(2025, 1, 1) + timedelta(days=chance.randrange(650)))
    what = chance.choice(["stay", "end", "missing", "confirmed", "return"])
    if what in {"missing", "confirmed"}:
        memberships.mark_missing(branch=member.branch, member_ids=[member.pk], on=on, by=by)
    if what == "confirmed":
        reason = chance.choice(Membership.EndReason.values)
        memberships.confirm_leaving(branch=member.branch, member_ids=[member.pk], by=by, reason=reason)
    if what in {"end", "return"}:
        memberships.end(member=member, on=on, reason="left", by=by)
    if what == "return" and not member.memberships.filter(ended_on=None).exists():
        member.memberships.create(branch=member.branch, started_on=on + timedelta(days=40))


def everything(branch: Branch) -> list[object]:
    """Each registered figure on each day, the months, the reasons, the clubs and the states of the round."""
    figures = [{name: found.value for name, found in reading.read(branch, day).items()} for day in DAYS]
    months = membership.months_until(branch, TODAY, count=24, known_since=date(2024, 1, 1))
    reasons = membership.ends_by_month(branch, TODAY)
    clubs = sorted(ClubMembership.objects.filter(club__branch=branch).values_list("club", "is_primary"))
    states = sorted(Call.objects.filter(round__branch=branch).values_list("state", "reason", "attempts_used"))
    return [figures, months, reasons, clubs, states]


@pytest.mark.parametrize("seed", range(12))
@time_machine.travel(NOON, tick=False)
def test_every_figure_of_every_date_is_the_same_after_erasing(seed: int) -> None:
    branch = a_history(seed)
    before, due = everything(branch), [leaver.member for leaver in retention.leavers(branch)]
    for member in due:
        erasing.erase(member=member, by=User.objects.console(), on=TODAY)
    assert everything(branch) == before
    assert Member.objects.exclude(erased_at=None).count() == len(due)


def test_the_histories_hold_what_the_test_is_about() -> None:
    """Some leave, are reached and come; else the equality above would say nothing."""
    with time_machine.travel(NOON, tick=False):
        branches = [a_history(seed) for seed in range(3)]
        found = [len(retention.leavers(branch)) for branch in branches]
    assert min(found) >= 2
    gone = Membership.objects.exclude(ended_on=None).values("member")
    assert Attempt.objects.filter(outcome="reached", call__member__in=gone).exists()
    assert Invitation.objects.filter(attended=True, member__in=gone).exists()
    assert CallRound.objects.count() == 3
