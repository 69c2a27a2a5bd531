"""Calling hours and pause weeks as a branch sets them: asked by every page, job and report that tells a time."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from calls import claims, evenings, hours, outcomes, planning, rounds
from calls.models import Attempt, Call, CallRound, CallRules
from calls.models.rules import MOST_PAUSE_WEEKS, check_weeks, weeks_in
from calls.rules import rules_of
from crm.people.models import Branch, User
from tests.calls.test_telling import send, shown
from tests.factories import BranchFactory, MemberFactory
from tests.logins import log_in, log_in_as

SWEDEN = ZoneInfo("Europe/Stockholm")
Outcome = Attempt.Outcome


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SWEDEN)


def local(moment: datetime | None) -> str:
    assert moment is not None
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}"


def rules(**fields: object) -> CallRules:
    return CallRules(**{"pause_weeks": "", **fields})


# --- weeks as one writes them ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "weeks"),
    [
        ("", set()),
        (" , ", set()),
        ("29", {29}),
        ("27-30", {27, 28, 29, 30}),
        ("27–28, 52-1", {27, 28, 52, 53, 1}),
        ("7 , 7,7 - 8", {7, 8}),
        ("1-53", set(range(1, 54))),
    ],
)
def test_weeks_are_read_as_people_write_them(text: str, weeks: set[int]) -> None:
    assert weeks_in(text) == weeks


@pytest.mark.parametrize("text", ["0", "54", "juli", "27-", "-27", "27-30-31", "27;28", "1.5", "27-60"])
def test_what_is_no_week_is_refused_with_a_sentence(text: str) -> None:
    with translation.override("sv"), pytest.raises(ValidationError) as refused:
        check_weeks(text)
    assert refused.value.messages == ["Skriv veckonummer från 1 till 53, till exempel 27-30, 52-1."]


@pytest.mark.parametrize(("weeks", "valid"), [(MOST_PAUSE_WEEKS, True), (MOST_PAUSE_WEEKS + 1, False)])
def test_a_pause_has_an_end(weeks: int, valid: bool) -> None:
    if valid:
        check_weeks(f"1-{weeks}")
    else:
        with pytest.raises(ValidationError):
            check_weeks(f"1-{weeks}")


@given(st.integers(1, 53), st.integers(1, 53))
def test_a_range_is_all_weeks_from_one_to_the_other(first: int, last: int) -> None:
    slowly, week = {first}, first
    while week != last:
        week = week % 53 + 1
        slowly.add(week)
    assert weeks_in(f"{first}-{last}") == slowly


# --- hours as data -----------------------------------------------------------------------------------------


def test_the_usual_hours_are_those_of_the_rules_settled() -> None:
    usual = CallRules()
    weekdays = (time(10), time(20, 30))
    expected = [weekdays] * 4 + [(time(10), time(17)), (time(11), time(16)), None]
    assert [usual.hours_on(weekday) for weekday in range(7)] == expected


def test_july_and_christmas_are_the_usual_pause() -> None:
    usual = CallRules()
    days = [date(2027, 1, 1) + timedelta(days=n) for n in range(365)]
    paused = {day for day in days if usual.is_paused(day)}
    assert {day.isocalendar().week for day in paused} == {1, 27, 28, 29, 30, 52, 53}
    assert {date(2027, 7, 15), date(2027, 12, 27), date(2027, 1, 4)} <= paused
    assert not paused & {date(2027, 6, 30), date(2027, 8, 2), date(2027, 12, 23), date(2027, 1, 11)}


@pytest.mark.parametrize(
    ("own", "moment", "expected"),
    [
        ({"weekdays_from": time(17)}, "2027-03-09T16:59", False),
        ({"weekdays_from": time(17)}, "2027-03-09T17:00", True),
        ({"friday_from": None, "friday_to": None}, "2027-03-12T12:00", False),
        ({"saturday_to": time(18)}, "2027-03-13T17:59", True),
        ({"saturday_to": time(18)}, "2027-03-14T12:00", False),  # a Sunday, whatever a branch says
        ({"saturday_to": time(18)}, "2027-03-27T12:00", False),  # Easter eve
        ({"pause_weeks": "10"}, "2027-03-09T18:00", False),
        ({"pause_weeks": "10"}, "2027-03-15T18:00", True),
    ],
)
def test_a_branch_calls_at_its_own_hours(own: dict[str, object], moment: str, expected: bool) -> None:
    assert hours.is_calling_time(at(moment), rules(**own)) is expected


@pytest.mark.parametrize(
    ("pause", "moment", "expected"),
    [
        ("27-30", "2027-07-02T18:00", "2027-07-03T11:00"),  # the Friday before, after five
        ("27-30", "2027-07-03T16:01", "2027-08-02T10:00"),  # the Saturday before, when it is over
        ("27-30", "2027-07-20T12:00", "2027-08-02T10:00"),
        ("52-1", "2027-12-26T12:00", "2028-01-10T10:00"),
        ("", "2027-07-20T12:00", "2027-07-20T12:00"),
    ],
)
def test_in_a_pause_the_next_hour_is_after_it(pause: str, moment: str, expected: str) -> None:
    assert hours.next_calling_time(at(moment), rules(pause_weeks=pause)) == at(expected)


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 1), timezones=st.just(SWEDEN)),  # noqa: DTZ001
    st.integers(1, 53),
    st.integers(0, 6),
    st.integers(1, 9),
)
def test_what_is_due_again_is_never_in_a_pause(moment: datetime, first: int, more: int, later: int) -> None:
    own = rules(pause_weeks=f"{first}-{(first + more - 1) % 53 + 1}")
    again = hours.other_part_of_day(moment, own, days=later)
    assert hours.is_calling_time(again, own)
    assert not own.is_paused(timezone.localdate(again))


@pytest.mark.parametrize(
    "fields",
    [
        {"weekdays_from": time(8, 59)},
        {"weekdays_to": time(21, 1)},
        {"friday_from": time(17)},
        {"friday_from": time(18)},
        {"saturday_from": None},
        {"saturday_to": None},
        dict.fromkeys(
            ["weekdays_from", "weekdays_to", "friday_from", "friday_to", "saturday_from", "saturday_to"]
        ),
    ],
)
def test_the_database_holds_the_hours(db: None, fields: dict[str, object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        CallRules.objects.create(branch=BranchFactory.create(), **fields)


# --- the round -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pause", "opens"), [("", date(2027, 7, 6)), ("27-30", date(2027, 8, 2)), ("27", date(2027, 7, 12))]
)
def test_a_round_opens_on_the_first_day_after_a_pause(db: None, pause: str, opens: date) -> None:
    branch = BranchFactory.create()
    MemberFactory.create(branch=branch)
    CallRules.objects.create(branch=branch, opens_month=7, opens_day=6, pause_weeks=pause)
    for day in (opens - timedelta(days=1), opens):
        rounds.open_rounds(branch=branch, on=day)
        assert CallRound.objects.filter(branch=branch).exists() is (day == opens)
    assert evenings.next_opening(branch, date(2027, 7, 1)) == opens


def test_a_branch_that_begins_in_a_pause_opens_after_it(db: None) -> None:
    with time_machine.travel(at("2027-07-13T12:00"), tick=False):
        branch = BranchFactory.create()
        MemberFactory.create(branch=branch, learnt_on=date(2027, 7, 13))
    for day, opened in ((date(2027, 7, 14), 0), (date(2027, 8, 1), 0), (date(2027, 8, 2), 1)):
        assert rounds.open_rounds(branch=branch, on=day)["rounds"] == opened


def test_pauses_have_no_evenings_to_plan_for(db: None) -> None:
    first, last = date(2027, 3, 1), date(2027, 3, 14)
    assert len(list(planning.evenings_between(first, last, rules()))) == 8
    found = planning.evenings_between(first, last, rules(pause_weeks="9"))
    assert {day.isocalendar().week for day in found} == {10}


# --- what callers and reports are told ---------------------------------------------------------------------------


@pytest.fixture
def call(call_round: CallRound, branch: Branch, caller: User) -> Call:
    found = claims.claim_next(caller=caller, branch=branch, now=timezone.now())
    assert found is not None
    return found


@pytest.fixture
def phone(client: Client, caller: User) -> Client:
    log_in(client, caller, two_factors=False)
    return client


def pause(branch: Branch, weeks: str = "10-11") -> None:
    CallRules.objects.create(branch=branch, pause_weeks=weeks)


@pytest.mark.parametrize(
    ("outcome", "weeks", "due"),
    [
        (Outcome.NO_ANSWER, "", "2027-03-12 10:00"),
        (Outcome.NO_ANSWER, "10-11", "2027-03-22 10:00"),
        (Outcome.BUSY, "10", "2027-03-15 10:00"),
        (Outcome.LEFT_MESSAGE, "11", "2027-03-13 11:00"),
    ],
)
def test_what_is_tried_again_waits_for_the_pause_to_end(
    call: Call, branch: Branch, outcome: str, weeks: str, due: str
) -> None:
    pause(branch, weeks)
    caller = call.claimed_by
    assert caller is not None
    outcomes.report(call=call, by=caller, outcome=outcome, client_id=uuid4())
    call.refresh_from_db()
    assert local(call.due_at) == due


@pytest.mark.parametrize(
    ("form", "due"),
    [
        ({"call_back": "morning"}, "2027-03-22 10:00"),
        ({"call_back": "hours"}, "2027-03-22 10:00"),
        ({"call_back_on": "2027-03-17T18:00"}, "2027-03-22 10:00"),
        ({"call_back_on": "2027-03-24T18:00"}, "2027-03-24 18:00"),
    ],
)
def test_a_time_agreed_on_in_a_pause_is_the_first_after_it(
    phone: Client, branch: Branch, call: Call, form: dict[str, str], due: str
) -> None:
    pause(branch)
    assert send(phone, branch, call, outcome="call_later", **form)[0] == 302
    call.refresh_from_db()
    assert local(call.due_at) == due


def test_a_caller_in_a_pause_week_is_told_when_the_next_hour_is(
    phone: Client, branch: Branch, call: Call
) -> None:
    pause(branch)
    for html in (phone.get(f"/{branch.slug}/ringa/").content.decode(), shown(phone, branch, call)):
        assert "Det här är en pausvecka: ingen blir uppringd." in html
        assert "måndag 22 mars 10:00" in html


def test_outside_a_pause_no_word_of_one(phone: Client, branch: Branch, call: Call) -> None:
    pause(branch, "11")
    for html in (phone.get(f"/{branch.slug}/ringa/").content.decode(), shown(phone, branch, call)):
        assert [words in html for words in ("pausvecka", "22 mars")] == [False, False]


def test_another_branchs_pause_is_not_ours(phone: Client, branch: Branch, call: Call) -> None:
    pause(BranchFactory.create())
    assert "pausvecka" not in shown(phone, branch, call)


def test_the_rules_cost_one_query_a_branch(branch: Branch) -> None:
    pause(branch)
    fresh = Branch.objects.get(pk=branch.pk)
    with CaptureQueriesContext(connection) as queries:
        found = [rules_of(fresh) for _often in range(3)]
    assert ({one.pause_weeks for one in found}, len(queries)) == ({"10-11"}, 1)


# --- the leader's form ---------------------------------------------------------------------------------------------

FORM = {"opens_month": 3, "opens_day": 1, "closes_month": 11, "closes_day": 15, "max_attempts": 5}
HOURS = {
    "weekdays_from": "16:00", "weekdays_to": "20:00", "friday_from": "", "friday_to": "",
    "saturday_from": "11:00", "saturday_to": "15:30", "pause_weeks": "28-30, 52",
}  # fmt: skip


@pytest.fixture
def save(client: Client, leader: User, branch: Branch) -> Callable[..., tuple[int, str]]:
    log_in(client, leader)

    def post(**fields: str) -> tuple[int, str]:
        answer = client.post(f"/{branch.slug}/ringa/omgangar/regler/", FORM | HOURS | fields)
        return answer.status_code, answer.content.decode()

    return post


def test_the_leader_sets_hours_and_pauses(save: Callable[..., tuple[int, str]]) -> None:
    assert save()[0] == 302
    own = CallRules.objects.get()
    assert (own.hours_on(0), own.hours_on(4)) == ((time(16), time(20)), None)
    assert (own.hours_on(5), weeks_in(own.pause_weeks)) == (
        (time(11), time(15, 30)),
        frozenset({28, 29, 30, 52}),
    )


def test_the_form_shows_the_usual_hours(client: Client, leader: User, branch: Branch) -> None:
    log_in(client, leader)
    html = client.get(f"/{branch.slug}/ringa/omgangar/regler/").content.decode()
    for value in ('value="10:00"', 'value="20:30"', 'value="17:00"', 'value="27-30, 52-1"'):
        assert value in html


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"weekdays_from": "08:00"}, "tidigast klockan 9 och senast klockan 21"),
        ({"friday_from": "12:00"}, "Skriv båda tiderna eller ingen."),
        ({"pause_weeks": "juli"}, "Skriv veckonummer från 1 till 53"),
        ({"pause_weeks": "9-30"}, "Högst 20 veckor kan vara paus."),
        ({"opens_month": "6", "closes_month": "7", "closes_day": "20", "opens_day": "28", "pause_weeks": "26-29"},
         "Hela ringomgången är en paus."),
        ({"opens_month": "13"}, "Välj en månad från 1 till 12"),
        ({"weekdays_from": "", "weekdays_to": "", "saturday_from": "", "saturday_to": ""},
         "Ge ringtider någon dag."),
    ],
)  # fmt: skip
def test_what_can_not_be_is_told(
    save: Callable[..., tuple[int, str]], fields: dict[str, str], sentence: str
) -> None:
    status, html = save(**fields)
    assert (status, sentence in html, CallRules.objects.count()) == (422, True, 0)


@pytest.mark.parametrize("kind", ["caller", "member_officer", "board"])
def test_only_leaders_set_the_hours(client: Client, branch: Branch, kind: str) -> None:
    log_in_as(client, kind, branch)
    assert client.post(f"/{branch.slug}/ringa/omgangar/regler/", FORM | HOURS).status_code == 403
