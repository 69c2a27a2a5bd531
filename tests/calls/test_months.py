"""The calls month by month: the same numbers as the figures give one by one, and no names."""

from datetime import date, datetime, timedelta
from random import Random
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from calls import counting, follow_ups, months, outcomes, rounds
from calls.figures import FIGURES
from calls.models import Attempt, Call, CallRound
from crm.figures.months import a_year_before
from crm.people import memberships
from crm.people.models import Branch, Member, Membership, Role, User
from tests.calls.conftest import OPENING
from tests.factories import BranchFactory, MemberFactory
from tests.logins import log_in_as

Outcome = Attempt.Outcome
LAST = date(2027, 11, 21)


def noon(on: date) -> datetime:
    return timezone.make_aware(datetime(on.year, on.month, on.day, 12))  # noqa: DTZ001


def one_by_one(branch: Branch, on: date) -> dict[str, int | float | None]:
    return {figure.name.removeprefix("calls_"): figure.read(branch, on) for figure in FIGURES}


def of_line(line: months.Line) -> dict[str, int | None]:
    names = [figure.name.removeprefix("calls_") for figure in FIGURES]
    return {name: getattr(line, name) for name in names}


def live_a_day(branch: Branch, members: list[Member], caller: User, on: date, random: Random) -> None:
    """A random deed or two, as of the day."""
    with time_machine.travel(noon(on), tick=False):
        counting.count_call_states(branch=branch, on=on)
        rounds.open_rounds(branch=branch, on=on)
        rounds.top_up(branch=branch, on=on)
        call = random.choice(list(Call.objects.select_related("member")) or [None])
        match random.randrange(6):
            case 0 | 1 if call:
                outcome = random.choice([Outcome.REACHED, Outcome.NO_ANSWER, Outcome.DECLINES_CALLS])
                outcomes.report(call=call, by=caller, outcome=outcome, client_id=uuid4())
            case 2 if call:
                Call.objects.filter(pk=call.pk, state=Call.State.WAITING).update(state=Call.State.EXHAUSTED)
                follow_ups.mark_letters_sent(call_ids=[call.pk], by=caller, now=timezone.now())
            case 3:
                members.append(MemberFactory.create(branch=branch, since=on, learnt_on=on))
            case 4:
                member = random.choice(members)
                if member.memberships.filter(ended_on=None).exists():
                    memberships.end(member=member, on=on, reason=Membership.EndReason.LEFT, by=caller)
            case _:
                random.choice(members).phones.all().delete()


@pytest.fixture
def lived(branch: Branch, caller: User) -> list[Member]:
    """A year of random days, three of them a month."""
    members: list[Member] = MemberFactory.create_batch(6, branch=branch)
    MemberFactory.create(branch=branch, phone="")
    random = Random(2027)
    on = OPENING
    while on <= LAST:
        live_a_day(branch, members, caller, on, random)
        on += timedelta(days=random.randint(4, 14))
    return members


def test_every_month_is_what_the_figures_say(branch: Branch, lived: list[Member]) -> None:
    with time_machine.travel(noon(LAST), tick=False):
        page = months.months_until(branch, LAST)
        assert [line.on for line in page.lines] == [
            *(end for end in months.month_ends(2027) if date(2027, 2, 1) <= end < LAST),
            LAST,
        ]
        for line in page.lines:
            assert of_line(line) == one_by_one(branch, line.on)
        assert of_line(page.year_ago) == one_by_one(branch, date(2026, 11, 21))
        rows = {row.figure.name.removeprefix("calls_"): row.now for row in page.rows}
        assert rows == one_by_one(branch, LAST)


def test_no_past_month_moves_when_life_goes_on(branch: Branch, lived: list[Member], caller: User) -> None:
    with time_machine.travel(noon(LAST), tick=False):
        before = months.months_until(branch, LAST).lines[:-1]
    live_a_day(branch, lived, caller, LAST + timedelta(days=1), Random(1))
    with time_machine.travel(noon(LAST + timedelta(days=1)), tick=False):
        assert months.months_until(branch, LAST + timedelta(days=1)).lines[: len(before)] == before


def test_the_running_month_is_told_from_whole_ones(branch: Branch, call_round: CallRound) -> None:
    lines = months.months_until(branch, date(2027, 3, 9)).lines
    assert [(line.on, line.running) for line in lines] == [
        (date(2027, 2, 28), False),
        (date(2027, 3, 9), True),
    ]
    assert [line.running for line in months.months_until(branch, date(2027, 2, 28)).lines] == [False]


@pytest.mark.parametrize(
    ("on", "before"),
    [
        (date(2028, 2, 29), date(2027, 2, 28)),
        (date(2027, 3, 1), date(2026, 3, 1)),
        (date(2027, 12, 31), date(2026, 12, 31)),
    ],
)
def test_the_same_date_last_year(on: date, before: date) -> None:
    assert a_year_before(on) == before


def test_a_year_has_twelve_ends() -> None:
    ends = months.month_ends(2028)
    assert (len(ends), ends[0], ends[1], ends[-1]) == (
        12,
        date(2028, 1, 31),
        date(2028, 2, 29),
        date(2028, 12, 31),
    )


def test_this_year_stands_beside_last(branch: Branch, caller: User) -> None:
    MemberFactory.create_batch(2, branch=branch)
    for year, reached in ((2027, 1), (2028, 2)):
        rounds.open_rounds(branch=branch, on=date(year, 2, 1))
        for call in Call.objects.filter(round__period=str(year)).order_by("pk")[:reached]:
            outcomes.report(
                call=call, by=caller, outcome=Outcome.REACHED, client_id=uuid4(), at=noon(date(year, 3, 9))
            )
    with time_machine.travel(noon(date(2028, 3, 9)), tick=False):
        rows = {row.figure.name: row for row in months.months_until(branch, date(2028, 3, 9)).rows}
    shown = rows["calls_reached"]
    assert (shown.now, shown.percent, shown.year_ago, shown.percent_then) == (2, 100, 1, 50)
    assert (rows["calls_of"].now, rows["calls_of"].percent) == (2, None)


# --- the page ----------------------------------------------------------------------------------------


def address(branch: Branch) -> str:
    return f"/{branch.slug}/ringa/siffror/"


def test_the_board_reads_it_and_sees_no_names(client: Client, branch: Branch, call_round: CallRound) -> None:
    log_in_as(client, Role.Kind.BOARD, branch)
    html = client.get(address(branch)).content.decode()
    for text in ("I år och förra året, samma datum", "Månad för månad", "Försöken slut, med brev", "2027-02"):
        assert text in html
    for member in Member.objects.all():
        assert member.last_name not in html


def test_it_can_be_read_as_of_another_day(client: Client, branch: Branch, call_round: CallRound) -> None:
    log_in_as(client, Role.Kind.BOARD, branch)
    html = client.get(address(branch), {"on": "2027-01-31"}).content.decode()
    assert "Årets omgång hade inte öppnat den dagen." in html
    assert client.get(address(branch), {"on": "2027-03-10"}).status_code == 422


def test_it_costs_the_same_for_few_and_many(client: Client, branch: Branch, call_round: CallRound) -> None:
    log_in_as(client, Role.Kind.BOARD, branch)
    client.get(address(branch))  # whatever is read once in a session
    counted = []
    for more in (0, 20):
        MemberFactory.create_batch(more, branch=branch)
        rounds.top_up(branch=branch, on=date(2027, 3, 9))
        with CaptureQueriesContext(connection) as queries:
            client.get(address(branch))
        counted.append(len(queries))
    assert counted[0] == counted[1]


def test_a_caller_may_not_and_a_stranger_finds_nothing(
    client: Client, branch: Branch, call_round: CallRound
) -> None:
    log_in_as(client, Role.Kind.CALLER, branch, two_factors=False)
    assert client.get(address(branch)).status_code == 403
    log_in_as(client, Role.Kind.BOARD, BranchFactory.create())
    assert client.get(address(branch)).status_code == 404
