"""Opening a round and keeping it in step: the same however often, late or doubly the jobs run."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from calls import rounds
from calls.models import Call, CallList, CallRound, CallRules
from crm.people import memberships
from crm.people.models import Branch, Membership, Phone, Role, User
from tests.calls.conftest import OPENING
from tests.factories import BranchFactory, MemberFactory, give_role, user_with

State, Reason = Call.State, Call.Reason
TODAY = date(2027, 3, 9)


def states(branch: Branch) -> list[tuple[str, str, str]]:
    rows = Call.objects.filter(round__branch=branch).order_by("member__first_name")
    return list(rows.values_list("member__first_name", "state", "reason"))


@pytest.mark.parametrize(
    ("on", "opened"),
    [
        (date(2027, 1, 31), 0),
        (date(2027, 2, 1), 1),
        (date(2027, 3, 9), 1),
        (date(2027, 12, 20), 1),
        (date(2027, 12, 21), 0),
    ],
)
def test_it_opens_on_its_day_or_at_the_first_run_after(branch: Branch, on: date, opened: int) -> None:
    MemberFactory.create(branch=branch)
    assert rounds.open_rounds(branch=branch, on=on) == {"rounds": opened, "calls": opened}
    assert CallRound.objects.filter(period="2027").count() == opened


@pytest.mark.parametrize(("on", "opened"), [(date(2027, 10, 21), 1), (date(2027, 10, 22), 0)])
def test_a_branch_that_comes_late_opens_at_once_if_60_days_remain(
    branch: Branch, on: date, opened: int
) -> None:
    MemberFactory.create(branch=branch, learnt_on=date(2027, 6, 1))
    assert rounds.open_rounds(branch=branch, on=on)["rounds"] == opened


def test_a_branch_without_members_waits(branch: Branch) -> None:
    assert rounds.open_rounds(branch=branch, on=TODAY) == {"rounds": 0, "calls": 0}


def test_a_branch_chooses_its_own_days(branch: Branch) -> None:
    MemberFactory.create(branch=branch)
    CallRules.objects.create(branch=branch, opens_month=3, opens_day=10, closes_month=11, closes_day=1)
    assert rounds.open_rounds(branch=branch, on=date(2027, 3, 9))["rounds"] == 0
    rounds.open_rounds(branch=branch, on=date(2027, 3, 12))
    found = CallRound.objects.get()
    assert (found.opens_on, found.closes_on) == (date(2027, 3, 10), date(2027, 11, 1))


def test_every_member_has_one_call_in_its_right_state(branch: Branch) -> None:
    MemberFactory.create(branch=branch, first_name="a waiting")
    MemberFactory.create(branch=branch, first_name="b silent", phone="")
    MemberFactory.create(branch=branch, first_name="c unwilling", no_calls=True)
    MemberFactory.create(branch=branch, first_name="d young", birth_year=2009)
    MemberFactory.create(branch=branch, first_name="e grown", birth_year=2008)
    left = MemberFactory.create(branch=branch, first_name="f left")
    Membership.objects.filter(member=left).update(ended_on=date(2026, 5, 1), end_reason="left")
    MemberFactory.create()  # of another branch
    rounds.open_rounds(branch=branch, on=OPENING)
    assert states(branch) == [
        ("a waiting", State.WAITING, ""),
        ("b silent", State.UNREACHABLE, ""),
        ("c unwilling", State.EXEMPT, Reason.WISH),
        ("d young", State.EXEMPT, Reason.UNDER_AGE),
        ("e grown", State.WAITING, ""),
    ]


def test_a_branch_may_let_volunteers_call_the_young(branch: Branch) -> None:
    CallRules.objects.create(branch=branch, calls_minors=True)
    MemberFactory.create(branch=branch, first_name="young", birth_year=2012)
    rounds.open_rounds(branch=branch, on=OPENING)
    assert states(branch) == [("young", State.WAITING, "")]


def test_each_caller_has_a_list_and_lists_differ_by_one(branch: Branch) -> None:
    callers = [user_with(Role.Kind.CALLER, branch) for _ in range(3)]
    ended = user_with(Role.Kind.BOARD, branch)
    give_role(ended, Role.Kind.CALLER, branch, ends_on=date(2027, 1, 31))
    for number in range(8):
        MemberFactory.create(branch=branch, street=f"Gatan {number}")
    rounds.open_rounds(branch=branch, on=OPENING)
    lengths = {row.caller: row.calls.count() for row in CallList.objects.all()}
    assert set(lengths) == set(callers)
    assert sorted(lengths.values()) == [2, 3, 3]


def test_a_household_is_one_dial_on_one_list(branch: Branch) -> None:
    for _ in range(4):
        user_with(Role.Kind.CALLER, branch)
    for number in range(4):
        MemberFactory.create_batch(
            2, branch=branch, street=f"Gatan {number}", phone=f"+467017406{10 + number}"
        )
    rounds.open_rounds(branch=branch, on=OPENING)
    for row in CallList.objects.all():
        assert row.calls.values("member__street").distinct().count() == 1
        assert row.calls.count() == 2


def test_opening_twice_is_opening_once(call_round: CallRound, branch: Branch) -> None:
    before = list(Call.objects.order_by("pk").values())
    assert rounds.open_rounds(branch=branch, on=TODAY) == {"rounds": 0, "calls": 0}
    assert rounds.open_yearly(branch=branch, on=TODAY, by=User.objects.console()) == call_round
    assert list(Call.objects.order_by("pk").values()) == before


def test_topping_up_an_unchanged_round_changes_nothing(call_round: CallRound, branch: Branch) -> None:
    before = list(Call.objects.order_by("pk").values())
    for _ in range(2):
        assert rounds.top_up(branch=branch, on=TODAY) == {"added": 0, "changed": 0, "shared": 0}
    assert list(Call.objects.order_by("pk").values()) == before


def test_a_joiner_comes_to_the_shortest_list(call_round: CallRound, branch: Branch) -> None:
    other = user_with(Role.Kind.CALLER, branch)
    CallList.objects.create(
        round=call_round, caller=other, handed_out_at=call_round.opened_at, handed_out_by=other
    )
    joiner = MemberFactory.create(branch=branch, street="Nygatan 9", phone="+46701740699")
    assert rounds.top_up(branch=branch, on=TODAY) == {"added": 1, "changed": 0, "shared": 1}
    assert CallList.objects.get(calls__member=joiner).caller == other


def test_a_joiner_comes_to_the_list_of_the_household(branch: Branch) -> None:
    user_with(Role.Kind.CALLER, branch)
    first = MemberFactory.create(branch=branch, street="Gatan 1", phone="+46701740611")
    rounds.open_rounds(branch=branch, on=OPENING)
    user_with(Role.Kind.CALLER, branch)
    second = MemberFactory.create(branch=branch, street="gatan  1", phone="+46701740611")
    rounds.top_up(branch=branch, on=TODAY)
    assert second.calls.get().call_list_id == first.calls.get().call_list_id is not None


def test_a_pool_that_a_leader_made_stays_a_pool(call_round: CallRound, branch: Branch) -> None:
    first = Call.objects.order_by("pk")[0]
    Call.objects.filter(pk=first.pk).update(call_list=None)
    MemberFactory.create(branch=branch)
    rounds.top_up(branch=branch, on=TODAY)
    first.refresh_from_db()
    assert first.call_list is None


def test_a_round_that_opened_without_callers_begins_when_there_is_one(branch: Branch) -> None:
    MemberFactory.create_batch(2, branch=branch)
    rounds.open_rounds(branch=branch, on=OPENING)
    caller = user_with(Role.Kind.CALLER, branch)
    assert rounds.top_up(branch=branch, on=TODAY)["shared"] == 2
    assert CallList.objects.get(caller=caller).calls.count() == 2


def test_the_list_of_someone_who_may_no_longer_call_is_taken_back(
    call_round: CallRound, branch: Branch, caller: User
) -> None:
    caller.roles.update(ends_on=date(2027, 3, 8))
    rounds.top_up(branch=branch, on=TODAY)
    assert CallList.objects.get().taken_back_by == User.objects.console()
    assert Call.objects.filter(call_list=None).waiting().count() == 3


@pytest.mark.parametrize(
    "state", [State.WAITING, State.PARKED, State.UNREACHABLE, State.EXHAUSTED, State.REACHED]
)
def test_a_leavers_call_ends_and_reached_stays(call_round: CallRound, branch: Branch, state: str) -> None:
    call = Call.objects.order_by("pk")[0]
    reached_at = call_round.opened_at if state == State.REACHED else None
    Call.objects.filter(pk=call.pk).update(state=state, reached_at=reached_at)
    Membership.objects.filter(member=call.member).update(missing_since=TODAY)
    for _ in range(2):
        rounds.top_up(branch=branch, on=TODAY)
    call.refresh_from_db()
    reached = (State.REACHED, "", reached_at)
    expected = reached if state == State.REACHED else (State.EXEMPT, Reason.LEFT, None)
    assert (call.state, call.reason, call.reached_at) == expected


def test_a_leavers_call_ends_at_once(call_round: CallRound, branch: Branch, caller: User) -> None:
    call = Call.objects.order_by("pk")[0]
    memberships.end(member=call.member, on=TODAY, reason=Membership.EndReason.MOVED, by=caller)
    call.refresh_from_db()
    assert (call.state, call.reason) == (State.EXEMPT, Reason.LEFT)


def test_who_comes_back_is_called_again(call_round: CallRound, branch: Branch) -> None:
    call = Call.objects.order_by("pk")[0]
    memberships.mark_missing(branch=branch, member_ids=[call.member_id], on=TODAY, by=User.objects.console())
    memberships.take_back(member_ids=[call.member_id])
    rounds.top_up(branch=branch, on=TODAY)
    call.refresh_from_db()
    assert (call.state, call.reason, call.call_list is not None) == (State.WAITING, "", True)


def test_a_wish_exempts_and_its_withdrawal_brings_back(call_round: CallRound, branch: Branch) -> None:
    call = Call.objects.order_by("pk")[0]
    for no_calls, expected in (
        (True, (State.EXEMPT, Reason.WISH)),
        (False, (State.WAITING, "")),
    ):
        call.member.no_calls = no_calls
        call.member.save()
        rounds.top_up(branch=branch, on=TODAY)
        call.refresh_from_db()
        assert (call.state, call.reason) == expected


def test_a_death_is_not_brought_back(call_round: CallRound, branch: Branch) -> None:
    call = Call.objects.order_by("pk")[0]
    Call.objects.filter(pk=call.pk).update(state=State.EXEMPT, reason=Reason.DECEASED, call_list=None)
    rounds.top_up(branch=branch, on=TODAY)
    call.refresh_from_db()
    assert (call.state, call.reason) == (State.EXEMPT, Reason.DECEASED)


def test_a_number_lost_and_found(call_round: CallRound, branch: Branch) -> None:
    call = Call.objects.order_by("pk")[0]
    call.member.phones.all().delete()
    rounds.top_up(branch=branch, on=TODAY)
    call.refresh_from_db()
    assert (call.state, call.call_list) == (State.UNREACHABLE, None)
    Phone.objects.create(member=call.member, number="+46701740650", kind=Phone.Kind.MOBILE)
    rounds.top_up(branch=branch, on=TODAY)
    call.refresh_from_db()
    assert (call.state, call.call_list is not None) == (State.WAITING, True)


def test_attempts_used_up_are_remembered_when_somebody_comes_back(
    call_round: CallRound, branch: Branch
) -> None:
    call = Call.objects.order_by("pk")[0]
    Call.objects.filter(pk=call.pk).update(state=State.EXEMPT, reason=Reason.LEFT, attempts_used=4)
    rounds.top_up(branch=branch, on=TODAY)
    call.refresh_from_db()
    assert (call.state, call.reason) == (State.EXHAUSTED, "")


def test_a_closed_round_is_left_alone(call_round: CallRound, branch: Branch) -> None:
    MemberFactory.create(branch=branch)
    after = call_round.closes_on + timedelta(days=1)
    assert rounds.top_up(branch=branch, on=after) == {"added": 0, "changed": 0, "shared": 0}


@pytest.mark.parametrize("again", [False, True])
def test_queries_do_not_grow_with_members(db: None, again: bool) -> None:
    User.objects.console()
    few, many = (queries_for(members, again) for members in (3, 30))
    assert few == many


def test_queries_do_not_grow_with_callers(db: None) -> None:
    User.objects.console()
    assert queries_for(6, again=False, callers=1) == queries_for(6, again=False, callers=5)


def queries_for(members: int, again: bool, callers: int = 1) -> int:
    """Of opening a branch's round, or of topping it up when as many have joined."""
    branch = BranchFactory.create()
    for _ in range(callers):
        user_with(Role.Kind.CALLER, branch)
    MemberFactory.create_batch(members, branch=branch)
    if again:
        rounds.open_rounds(branch=branch, on=OPENING)
        MemberFactory.create_batch(members, branch=branch)
    job = rounds.top_up if again else rounds.open_rounds
    with CaptureQueriesContext(connection) as queries:
        job(branch=branch, on=TODAY)
    return len(queries)


def test_opening_is_a_dozen_statements(db: None) -> None:
    """Beside the savepoints: the year's rule, round, callers, lists, wishes, numbers and calls are one each."""
    branch = BranchFactory.create()
    user_with(Role.Kind.CALLER, branch)
    MemberFactory.create_batch(3, branch=branch)
    console = User.objects.console()
    with CaptureQueriesContext(connection) as queries:
        rounds.open_yearly(branch=branch, on=TODAY, by=console)
    asked = [query["sql"] for query in queries if "SAVEPOINT" not in query["sql"]]
    assert [sql.split()[2] for sql in asked if sql.startswith("INSERT INTO")] == [
        '"calls_callround"',
        '"calls_calllist"',
        "calls_call",
    ]
    assert len(asked) == 10


def test_two_branches_open_by_their_own_rules(db: None) -> None:
    """Though the statement is made once in a process."""
    found = {}
    for calls_minors in (False, True, False):
        branch = BranchFactory.create()
        user_with(Role.Kind.CALLER, branch)
        CallRules.objects.create(branch=branch, calls_minors=calls_minors)
        MemberFactory.create(branch=branch, first_name="young", birth_year=2012)
        rounds.open_yearly(branch=branch, on=TODAY, by=User.objects.console())
        (call,) = Call.objects.filter(round__branch=branch)
        found[branch.pk] = (call.state, call.call_list is not None)
    waiting, exempt = (State.WAITING, True), (State.EXEMPT, False)
    assert list(found.values()) == [exempt, waiting, exempt]


def test_a_year_later_another_year_of_birth_is_too_young(branch: Branch) -> None:
    MemberFactory.create(branch=branch, first_name="young", birth_year=2009)
    seen = []
    for year in (2027, 2028):
        opened = rounds.open_yearly(branch=branch, on=date(year, 3, 9), by=User.objects.console())
        seen.append(Call.objects.get(round=opened).state)
    assert seen == [State.EXEMPT, State.WAITING]


def test_who_has_two_numbers_has_one_call_and_who_has_none_lies_on_no_list(branch: Branch) -> None:
    user_with(Role.Kind.CALLER, branch)
    two = MemberFactory.create(branch=branch)
    Phone.objects.create(member=two, number="+46313900650", kind=Phone.Kind.LANDLINE, position=1)
    MemberFactory.create(branch=branch, phone="")
    opened = rounds.open_yearly(branch=branch, on=TODAY, by=User.objects.console())
    found = Call.objects.filter(round=opened).order_by("pk").values_list("state", "call_list__caller__name")
    assert [(state, caller is not None) for state, caller in found] == [
        (State.WAITING, True),
        (State.UNREACHABLE, False),
    ]


def test_a_couple_shares_its_second_number(branch: Branch) -> None:
    """A landline in common makes one household, whatever mobiles they have."""
    for _ in range(2):
        user_with(Role.Kind.CALLER, branch)
    couple = [
        MemberFactory.create(branch=branch, street="Gatan 1", phone=f"+4670174061{n}") for n in range(2)
    ]
    MemberFactory.create_batch(2, branch=branch, street="Vägen 2", phone="+46701740630")
    for member in couple:
        Phone.objects.create(member=member, number="+46313900650", kind=Phone.Kind.LANDLINE, position=1)
    opened = rounds.open_yearly(branch=branch, on=TODAY, by=User.objects.console())
    lists_of_couple = {call.call_list_id for call in Call.objects.filter(round=opened, member__in=couple)}
    assert len(lists_of_couple) == 1
