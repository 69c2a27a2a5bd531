"""The board's benchmark on a tiny party: the data hold together, and both sides count the same."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from bench import board, by_hand, by_hand_of_each, million, pages
from bench.measure import Result
from bench.million import Party
from calls.models import Attempt, Call
from crm.district import comparing
from crm.figures import membership, reading
from crm.outreach.models import Origin
from crm.people.models import Branch, Member, Membership
from onboarding.models import Invitation


@pytest.fixture(autouse=True)
def in_march() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(datetime(2027, 3, 9, 12, tzinfo=UTC)) as clock:
        yield clock


@pytest.fixture
def party(db: None, monkeypatch: pytest.MonkeyPatch) -> Party:
    monkeypatch.setattr(million, "settle", lambda: None)  # VACUUM does not go in a test's transaction
    return million.build(80, branches=2)


def test_as_many_members_as_asked_for_in_branches_alike(party: Party) -> None:
    assert (party.persons, Member.objects.count()) == (52, 104)
    found = [Membership.objects.filter(branch=branch, ended_on=None).count() for branch in both(party)]
    assert sum(found) == 80


def both(party: Party) -> list[int]:
    return [party.first_branch, party.first_branch + 1]


def test_each_thing_is_of_its_own_branch(party: Party) -> None:
    for branch in both(party):
        assert Call.objects.filter(round__branch=branch).exclude(member__branch=branch).count() == 0
        assert Invitation.objects.filter(gathering__branch=branch).exclude(member__branch=branch).count() == 0
        assert Membership.objects.filter(branch=branch).exclude(member__branch=branch).count() == 0


def test_three_calls_and_five_attempts_of_each_member(party: Party) -> None:
    assert Call.objects.count() == 3 * 80
    assert Attempt.objects.count() == pytest.approx(5 * 80, abs=6)
    calls = Call.objects.filter(state=Call.State.REACHED)
    talks = Attempt.objects.filter(outcome=Attempt.Outcome.REACHED)
    assert set(talks.values_list("call", flat=True)) == set(calls.values_list("pk", flat=True))
    assert Attempt.objects.filter(reported_at__date__gt=party.today).count() == 0


def test_no_key_is_missing(party: Party) -> None:
    """They were not asked for while the rows were written."""
    connection.check_constraints()


def test_a_row_can_be_added_afterwards(party: Party) -> None:
    """The keys that were given by hand are not given again."""
    added = Member.objects.create(branch_id=party.first_branch, member_number="new", learnt_on=party.today)
    assert added.pk > party.all_persons


def test_periods_of_ten_years_add_up(party: Party) -> None:
    branch = Branch.objects.get(pk=party.first_branch)
    months = membership.months_until(branch, party.today, count=125, known_since=None)
    assert months[0].opening == 0
    assert sum(month.joined for month in months) == party.persons
    assert months[-1].closing == membership.members_on(branch, party.today)


def test_by_hand_and_ours_are_the_same_figures(party: Party) -> None:
    for branch in Branch.objects.all():
        written = by_hand.aggregates(branch.pk, party.today, board.ask)
        read = reading.read(branch, party.today, written.keys())
        assert {name: told.value for name, told in read.items()} == written
        assert written["members"] > 0
        assert written["calls_reached"] > written["intro_yes"] > 0


def test_by_hand_and_ours_are_the_same_groups(party: Party) -> None:
    for branch in Branch.objects.all():
        assert board.same_groups(branch, party)
    written = by_hand.groups(party.first_branch, party.today, board.ask)
    assert {way for _month, way in written["ways"]} == {"", "web", "recruiter"}
    assert len({key[1:] for key in written["fates"]}) > 2


def test_groups_that_differ_stop_the_measurement(party: Party, monkeypatch: pytest.MonkeyPatch) -> None:
    branch = Branch.objects.get(pk=party.first_branch)
    Origin.objects.filter(member__branch=branch).update(source="web")
    assert board.same_groups(branch, party)
    monkeypatch.setitem(by_hand.GROUPS, "ways", by_hand.GROUPS["ways"].replace("o.source", "NULL"))
    with pytest.raises(AssertionError):
        board.same_groups(branch, party)


def test_a_figure_that_differs_stops_the_measurement(party: Party) -> None:
    branch = Branch.objects.get(pk=party.first_branch)
    assert board.same_figures(branch, party)
    with pytest.raises(AssertionError):
        board.same_figures(branch, yesterdays(party))


def yesterdays(party: Party) -> Party:
    """Figures of ten years ago are not those of today."""
    return Party(party.branches, party.persons, party.first_branch, party.by, party.start)


def test_queries_are_counted_and_their_time_is_summed(party: Party) -> None:
    queries, seconds = board.asked(lambda: [Branch.objects.count() for _ in range(3)])
    assert (queries, seconds > 0) == (3, True)


def test_the_page_is_measured_and_asks_at_most_25_questions(
    party: Party, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "REQUESTS", 2)
    found = board.of_branch(party)
    assert found["board_queries"] <= 25
    assert min(found.values()) > 0
    assert set(found) == {"board_p95_ms", "board_queries", "board_query_ms", "hand_ms", "bare_p95_ms"}


@pytest.mark.parametrize(("name", "measure"), [("district", board.of_district), ("party", board.of_party)])
def test_districts_and_the_party_are_measured_and_ask_at_most_25_questions(
    party: Party, monkeypatch: pytest.MonkeyPatch, name: str, measure: Callable[[Party], Result]
) -> None:
    monkeypatch.setattr(board, "FEW", 2)
    found = measure(party)
    assert found[f"{name}_queries"] <= 25
    assert min(found.values()) > 0
    parts = {"p95_ms", "queries", "query_ms", "hand_ms"} | ({"branches"} if name == "district" else set())
    assert set(found) == {f"{name}_{part}" for part in parts}


def test_each_branch_shares_all_that_can_be_shared(party: Party) -> None:
    page = comparing.of_party(party.today, elsewhere="", url_of=str)
    assert (page.total.sharing, page.total.of) == (2, 2)
    assert [name for name, cell in page.total.cells.items() if not cell.shared] == []


@pytest.mark.parametrize("everywhere", [True, False])
def test_of_each_branch_by_hand_and_ours_are_the_same_figures(party: Party, everywhere: bool) -> None:
    on = date(2027, 2, 28)
    written = by_hand_of_each.aggregates(both(party), on, board.ask, everywhere=everywhere)
    read = comparing.read_each(both(party), on, everywhere=everywhere)
    assert read == written
    assert board.differences(read, written) == []
    first = party.first_branch
    assert written["members"][first] > written["joiners"][first] >= written["joiners_kept"][first] > 0
    assert written["calls_of"][first] > written["calls_kept"][first] > written["calls_reached"][first] > 0


def test_what_differs_is_named(party: Party) -> None:
    first = party.first_branch
    assert board.differences({"members": {first: 2}}, {"members": {first: 3}}) == [
        f"members of {first}: 2 and by hand 3"
    ]


def test_the_pass_over_all_branches_asks_no_more_for_two_than_for_one(party: Party) -> None:
    both_queries = board.of_all(party)["pass_queries"]
    Branch.objects.filter(pk=party.first_branch + 1).delete()
    assert board.of_all(party)["pass_queries"] == both_queries


def test_sizes_are_rounded_to_whole_persons(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(million, "settle", lambda: None)
    made = million.build(20, branches=1)
    assert (made.persons, Membership.objects.filter(ended_on=None).count()) == (26, 20)
    assert made.today == timezone.localdate()
