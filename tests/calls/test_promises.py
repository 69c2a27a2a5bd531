"""Promises 8 to 10 hold whatever callers, leaders, officers, rosters and jobs do, in whatever order."""

from datetime import date, timedelta
from uuid import uuid4

import time_machine
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from calls import claims, follow_ups, lists, outcomes, rounds, summary
from calls.models import Attempt, Call, CallList, CallRound, FollowUp
from crm import extensions
from crm.extensions import CallRequest
from crm.people import wishes
from crm.people.models import Member, Role, User
from crm.rosters import importing
from tests.calls.conftest import EVENING, OPENING
from tests.factories import PHONES, BranchFactory, MemberFactory, user_with
from tests.rosters.files import roster

State = Call.State
PEOPLE, CALLERS = 5, 3
who = st.integers(0, CALLERS - 1)
whom = st.integers(0, PEOPLE - 1)


class Branch(RuleBasedStateMachine):
    """A branch of five members and three callers, in the middle of its round."""

    def __init__(self) -> None:
        super().__init__()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.clock = time_machine.travel(EVENING, tick=False)
        self.now = self.clock.start()
        self.branch = BranchFactory.create()
        self.callers = [user_with(Role.Kind.CALLER, self.branch) for _ in range(CALLERS)]
        self.members: list[Member] = MemberFactory.create_batch(PEOPLE, branch=self.branch)
        rounds.open_rounds(branch=self.branch, on=OPENING)
        self.round = CallRound.objects.get(branch=self.branch)
        self.on_screen: dict[int, Call] = {}  # what each caller's page shows, also after its half hour
        self.sent: list[tuple[Attempt, User]] = []
        self.reached: dict[int, object] = {}
        self.joined = 0
        self.asked: set[tuple[str, int]] = set()
        extensions.call_requests.register("promises", self.ask_for_calls)

    def ask_for_calls(self, *, branch: object, on: date) -> list[CallRequest]:
        """What another app asks for: meetings and check-ins, of whom it will."""
        return [
            CallRequest(kind=kind, key=f"{kind}:1:{key}", member_id=key, from_on=on, due_on=on)
            for kind, key in sorted(self.asked)
        ]

    def teardown(self) -> None:
        extensions.call_requests._hooks.pop("promises")
        self.clock.stop()
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)

    @rule(index=who)
    def ask_for_the_next(self, index: int) -> None:
        call = claims.claim_next(caller=self.callers[index], branch=self.branch, now=timezone.now())
        if call is not None:
            self.on_screen[index] = call

    @precondition(lambda self: self.on_screen)
    @rule(data=st.data())
    def let_go(self, data: st.DataObject) -> None:
        index = data.draw(st.sampled_from(sorted(self.on_screen)))
        claims.release(call=self.on_screen.pop(index), by=self.callers[index])

    @precondition(lambda self: self.on_screen)
    @rule(
        data=st.data(), outcome=st.sampled_from(Attempt.Outcome.values), words=st.sampled_from(["", "Ring."])
    )
    def report_and_go_on(self, data: st.DataObject, outcome: str, words: str) -> None:
        index = data.draw(st.sampled_from(sorted(self.on_screen)))
        call, caller = self.on_screen.pop(index), self.callers[index]
        attempt = outcomes.report(call=call, by=caller, outcome=outcome, client_id=uuid4(), message=words)
        self.sent.append((attempt, caller))
        self.ask_for_the_next(index)

    @precondition(lambda self: self.sent)
    @rule()
    def send_the_last_report_again(self) -> None:
        attempt, caller = self.sent[-1]
        before = Call.objects.filter(pk=attempt.call_id).values().get()
        again = outcomes.report(
            call=attempt.call, by=caller, outcome=Attempt.Outcome.MOVED, client_id=attempt.client_id
        )
        assert (again, Call.objects.filter(pk=attempt.call_id).values().get()) == (attempt, before)

    @precondition(lambda self: self.sent)
    @rule()
    def undo_the_last_report(self) -> None:
        attempt, caller = self.sent[-1]
        try:
            outcomes.undo(attempt=attempt, by=caller, now=timezone.now())
        except outcomes.CannotUndo:
            return
        self.reached.pop(attempt.call_id, None)
        self.on_screen[self.callers.index(caller)] = Call.objects.get(pk=attempt.call_id)

    @rule(minutes=st.sampled_from([1, 9, 31, 300, 3000, 20000]))
    def wait(self, minutes: int) -> None:
        self.now.shift(timedelta(minutes=minutes))

    @rule(gone=st.sets(whom, max_size=2), renumbered=st.sets(whom, max_size=2), joins=st.booleans())
    def apply_a_roster(self, gone: set[int], renumbered: set[int], joins: bool) -> None:
        """A file of that day, read, previewed and applied: some are gone, some have another number, one may be new."""
        lines = [
            self.line(number, PHONES[number + 20 * (number in renumbered)])
            for number in range(PEOPLE)
            if number not in gone
        ]
        self.joined += joins
        lines += [f"99{number};Nils;Ny;ÅBY;;;{OPENING};;" for number in range(self.joined)]
        content = roster(*lines)
        seen = importing.preview(
            branch=self.branch, content=content, filename="r.csv", roster_date=timezone.localdate()
        )
        stops = [stop.code for stop in seen.prepared.stops]
        done = importing.apply_preview(seen, by=User.objects.console(), understood=stops)
        assert {name: getattr(done, name) for name in seen.figures} == seen.figures

    def line(self, number: int, phone: str) -> str:
        member = self.members[number]
        return f"{member.member_number};{member.first_name};{member.last_name};ÅBY;{phone};;2020-01-01;;"

    @rule(index=whom, is_on=st.booleans())
    def hear_a_wish(self, index: int, is_on: bool) -> None:
        wishes.change(member=self.members[index], wish="no_calls", is_on=is_on, by=self.callers[0])

    @rule(index=whom, kind=st.sampled_from(["meeting", "check_in", "welcome"]), is_asked=st.booleans())
    def ask_for_a_call(self, index: int, kind: str, is_asked: bool) -> None:
        change = self.asked.add if is_asked else self.asked.discard
        change((kind, self.members[index].pk))

    @rule()
    def run_the_jobs(self) -> None:
        on = timezone.localdate()
        rounds.open_rounds(branch=self.branch, on=on)
        rounds.top_up(branch=self.branch, on=on)
        before = list(Call.objects.order_by("pk").values())
        rounds.top_up(branch=self.branch, on=on)
        assert list(Call.objects.order_by("pk").values()) == before

    @rule(index=who, to=who)
    def move_a_list(self, index: int, to: int) -> None:
        found = CallList.objects.filter(caller=self.callers[index], taken_back_at=None).first()
        if found is not None:
            lists.move(call_list=found, to=self.callers[to], by=self.callers[0], at=timezone.now())

    @rule()
    def take_all_lists_back(self) -> None:
        lists.take_back_all(call_round=self.round, by=self.callers[0], at=timezone.now())

    @rule(deed=st.sampled_from([follow_ups.done, follow_ups.call_again, follow_ups.leave_in_peace]))
    def handle_a_follow_up(self, deed: object) -> None:
        found = FollowUp.objects.filter(handled_at=None).first()
        if found is not None:
            deed(follow_up=found, by=self.callers[0], now=timezone.now())  # type: ignore[operator]

    @invariant()
    def each_member_has_one_call_in_one_state(self) -> None:
        assert PEOPLE <= Call.objects.filter(round=self.round).count() <= PEOPLE + self.joined
        for call_round in CallRound.objects.all():
            calls = Call.objects.filter(round=call_round)
            counted = summary.count(calls, timezone.now())
            assert sum(one.number for one in counted) == calls.count()
            assert calls.values("member").distinct().count() == calls.count()

    @invariant()
    def reached_stays_reached(self) -> None:
        now = dict(Call.objects.filter(state=State.REACHED).values_list("pk", "reached_at"))
        assert {key: now.get(key) for key in self.reached} == self.reached
        self.reached = dict(now)

    @invariant()
    def a_caller_has_one_person_and_a_person_one_caller(self) -> None:
        held = Call.objects.filter(claimed_until__gt=timezone.now())
        callers = list(held.values_list("claimed_by", flat=True))
        people = list(held.values_list("member", flat=True))
        assert len(callers) == len(set(callers))
        assert len(people) == len(set(people))
        assert not held.exclude(state=State.WAITING).exists()

    @invariant()
    def nobody_is_offered_twice(self) -> None:
        open_rounds = CallRound.objects.open_on(timezone.localdate())
        offered = Call.objects.filter(round__in=open_rounds).open_to_callers(timezone.now())
        people = list(offered.values_list("member", flat=True))
        held = set(Call.objects.filter(claimed_until__gt=timezone.now()).values_list("member", flat=True))
        assert len(people) == len(set(people))
        assert not held & set(people)

    @invariant()
    def every_report_is_kept_once(self) -> None:
        assert Attempt.objects.count() == len({attempt.pk for attempt, _caller in self.sent})

    @invariant()
    def nobody_who_is_not_to_be_called_is_offered(self) -> None:
        offered = Call.objects.open_to_callers(timezone.now()).select_related("member")
        may = set(Member.objects.callable().values_list("pk", flat=True))
        assert {call.member_id for call in offered} <= may


def test_promises_8_to_10(db: None) -> None:
    run_state_machine_as_test(
        Branch,
        settings=settings(max_examples=20, stateful_step_count=25, suppress_health_check=list(HealthCheck)),
    )
