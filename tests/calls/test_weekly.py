"""The weekly mail to call leaders: numbers and no names, once a week, whenever the machine is on."""

from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.utils import timezone

from calls import outcomes, rounds, weekly
from calls.models import Attempt, Call, CallRound
from crm import extensions
from crm.figures import reading
from crm.outbox.models import Message
from crm.people.models import Branch, Member, Role, User
from tests.calls.conftest import OPENING
from tests.factories import BranchFactory, MemberFactory, give_role, user_with

Outcome = Attempt.Outcome
TUESDAY = date(2027, 3, 9)


def tell(branch: Branch, on: date = TUESDAY) -> int:
    return weekly.tell_leaders_of_the_week(branch=branch, on=on).get("told", 0)


def dialled(call: Call, caller: User, outcome: str, on: date) -> None:
    at = timezone.make_aware(datetime(on.year, on.month, on.day, 18))  # noqa: DTZ001
    outcomes.report(call=call, by=caller, outcome=outcome, client_id=uuid4(), at=at)


def test_it_is_a_job() -> None:
    job = extensions.jobs.get("tell_leaders_of_the_week")
    assert job is not None
    assert (job.run, job.hour) == (weekly.tell_leaders_of_the_week, 7)


def test_it_has_numbers_and_no_names(
    branch: Branch, call_round: CallRound, caller: User, leader: User
) -> None:
    first, second, third = Call.objects.order_by("pk")
    dialled(first, caller, Outcome.REACHED, TUESDAY - timedelta(days=1))
    dialled(second, caller, Outcome.WRONG_NUMBER, TUESDAY - timedelta(days=7))
    dialled(third, caller, Outcome.NO_ANSWER, TUESDAY - timedelta(days=8))  # the week before
    assert tell(branch) == 1
    message = Message.objects.get()
    assert (message.user, message.member, message.subject) == (
        leader,
        None,
        f"Samtalen i {branch.name}: den här veckan",
    )
    for line in (
        "Ring alla medlemmar 2027\nNådda: 1 av 3\nDe senaste sju dagarna: 1 samtal på 2 försök\nKvar att ringa: 1\n",
        "Väntar på åtgärd: 1",
        "Uppföljningar att ta hand om: 1",
        f"/{branch.slug}/ringa/omgangar/",
    ):
        assert line in message.text
    for name in [*Member.objects.values_list("first_name", flat=True), "Öberg", caller.name]:
        assert name not in message.text


@pytest.mark.parametrize(
    ("state", "line"),
    [
        (Call.State.EXHAUSTED, "Försöken är slut, att skriva till: 3"),
        (Call.State.UNREACHABLE, "Utan telefonnummer: 3"),
        (Call.State.PARKED, "Väntar på åtgärd: 3"),
    ],
)
def test_what_waits_for_somebody_is_told(
    branch: Branch, call_round: CallRound, leader: User, state: str, line: str
) -> None:
    tell(branch, OPENING)
    assert line not in Message.objects.get().text
    Call.objects.update(state=state)
    tell(branch)
    assert line in Message.objects.order_by("pk").last().text  # type: ignore[union-attr]


def test_lists_on_which_nothing_happens_are_counted(
    branch: Branch, call_round: CallRound, leader: User
) -> None:
    for on, stuck in [(OPENING + timedelta(days=6), 0), (OPENING + timedelta(days=8), 1)]:
        with time_machine.travel(datetime(on.year, on.month, on.day, 12), tick=False):  # noqa: DTZ001
            assert [week.stuck for week in weekly.weeks_of(branch, on)] == [stuck]


def test_it_comes_once_a_week_also_when_monday_was_missed(
    branch: Branch, call_round: CallRound, leader: User
) -> None:
    monday = date(2027, 3, 8)
    told = [tell(branch, monday + timedelta(days=day)) for day in (2, 3, 6, 7, 8, 14)]
    assert told == [1, 0, 0, 1, 0, 1]


def test_the_weeks_of_two_years_are_not_mixed() -> None:
    keys = [weekly.purpose_of(day) for day in (date(2027, 12, 31), date(2028, 1, 2), date(2028, 1, 3))]
    assert keys == ["calls_week:2027-W52", "calls_week:2027-W52", "calls_week:2028-W01"]


def test_the_years_figures_are_the_boards(
    branch: Branch, call_round: CallRound, caller: User, leader: User
) -> None:
    first, second, _third = Call.objects.order_by("pk")
    dialled(first, caller, Outcome.REACHED, TUESDAY - timedelta(days=1))
    dialled(second, caller, Outcome.NO_ANSWER, TUESDAY - timedelta(days=1))
    tell(branch)
    told = reading.read(branch, TUESDAY, ["calls_of", "calls_attempted", "calls_reached", "calls_kept"])
    assert [read.value for read in told.values()] == [3, 2, 1, 1]
    labels = [str(read.figure.label) for read in told.values()]
    told_in = ["3 medlemmar", "2 medlemmar", "1 medlem", "1 medlem"]
    lines = [f"{label}: {words}\n" for label, words in zip(labels, told_in, strict=True)]
    said = Message.objects.get().text.partition("Året, i styrelsens siffror:\n")[2]
    why, _newline, numbers = said.partition("\n")
    assert "medlemmar i dag och dem vi hann tala med innan de lämnade" in why
    assert numbers.startswith("".join(lines))


def test_who_has_left_is_in_the_rounds_numbers_and_not_in_the_boards_and_the_mail_says_so(
    branch: Branch, call_round: CallRound, leader: User
) -> None:
    gone = Member.objects.order_by("pk").first()
    assert gone is not None
    gone.memberships.update(missing_since=TUESDAY - timedelta(days=1))
    with time_machine.travel(f"{TUESDAY}T12:00:00+01:00", tick=False):
        tell(branch)
    said = Message.objects.get().text
    assert "ett för var och en som har varit med i den, även den som har lämnat" in said
    of = reading.read(branch, TUESDAY, ["calls_of"])["calls_of"].figure.label
    assert ("Nådda: 0 av 3\n" in said, f"{of}: 2 medlemmar\n" in said) == (True, True)


def test_a_figure_that_is_not_known_is_left_out(branch: Branch, call_round: CallRound, leader: User) -> None:
    """What the states were at the end of another day than today is known only where it was counted then."""
    tell(branch)
    known = {read.figure.name for read in reading.read_known(branch, TUESDAY, weekly.OF_THE_YEAR)}
    assert "None" not in Message.objects.get().text
    assert {"calls_of", "calls_reached"} <= known


def test_each_leader_gets_one_and_callers_none(
    branch: Branch, call_round: CallRound, leader: User, caller: User
) -> None:
    second = user_with(Role.Kind.CALL_LEADER, branch)
    give_role(second, Role.Kind.CALLER, branch)
    ended = user_with(Role.Kind.CALL_LEADER, branch)
    Role.objects.filter(user=ended).update(ends_on=TUESDAY - timedelta(days=1))
    user_with(Role.Kind.CALL_LEADER, branch, is_active=False)
    assert tell(branch) == 2
    assert set(Message.objects.values_list("address", flat=True)) == {leader.email, second.email}


@pytest.mark.parametrize("on", [OPENING - timedelta(days=1), date(2027, 12, 21)])
def test_while_no_round_is_open_there_is_no_mail(
    branch: Branch, call_round: CallRound, leader: User, on: date
) -> None:
    assert (tell(branch, on), Message.objects.count()) == (0, 0)


def test_without_a_leader_there_is_no_mail(branch: Branch, call_round: CallRound) -> None:
    assert (tell(branch), Message.objects.count()) == (0, 0)


def test_each_branch_has_its_own(branch: Branch, call_round: CallRound, leader: User) -> None:
    other = BranchFactory.create()
    MemberFactory.create(branch=other)
    user_with(Role.Kind.CALL_LEADER, other)
    rounds.open_rounds(branch=other, on=OPENING)
    assert (tell(branch), tell(other)) == (1, 1)
    assert {message.branch_id for message in Message.objects.all()} == {branch.pk, other.pk}
    assert "Nådda: 0 av 1" in Message.objects.get(branch=other).text


def test_the_years_round_stands_first(branch: Branch, call_round: CallRound, leader: User) -> None:
    other = CallRound.objects.create(
        branch=branch,
        kind=CallRound.Kind.WELCOME,
        period="2027",
        opens_on=OPENING,
        closes_on=call_round.closes_on,
        opened_at=timezone.now(),
        opened_by=leader,
    )
    assert [week.round for week in weekly.weeks_of(branch, TUESDAY)] == [call_round, other]


def test_the_numbers_add_up(branch: Branch, call_round: CallRound, leader: User) -> None:
    MemberFactory.create(branch=branch, phone="")
    rounds.top_up(branch=branch, on=TUESDAY)
    states = [Call.State.REACHED, Call.State.PARKED, Call.State.EXHAUSTED]
    for call, state in zip(Call.objects.order_by("pk"), states, strict=False):
        reached_at = timezone.now() if state == Call.State.REACHED else None
        Call.objects.filter(pk=call.pk).update(state=state, reached_at=reached_at)
    week = weekly.weeks_of(branch, TUESDAY)[0]
    assert week.members == 4
    assert (week.reached, week.waiting, week.parked, week.to_write, week.unreachable) == (1, 0, 1, 1, 1)
