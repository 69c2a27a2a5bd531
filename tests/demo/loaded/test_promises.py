"""The product's promises, looked for in two years of the demo's data (DESIGN, section 4)."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise

import pytest
from django.apps import apps
from django.db.models import Count, F, Model, Q

from calls.models import Attempt, Call, CallList
from crm.figures import membership, reading
from crm.outbox.models import Message
from crm.people.models import Branch, ClubMembership, Member, Membership, Phone
from crm.rosters import access
from crm.rosters.models import RosterImport, RosterRow
from crm.rosters.reading import identity
from demo import history
from onboarding.models import Invitation
from tests.demo.loaded.conftest import TODAY

OWN_APPS = (
    "people",
    "jobs",
    "rosters",
    "outbox",
    "figures",
    "outreach",
    "offices",
    "board",
    "district",
    "plan",
    "calls",
    "onboarding",
)


def own_models() -> list[type[Model]]:
    return [model for label in OWN_APPS for model in apps.get_app_config(label).get_models()]


def texts_of(model: type[Model]) -> Iterator[str]:
    """Every text and JSON value of a table, but for telephone numbers: those may look like identity numbers."""
    names = [
        field.attname
        for field in model._meta.concrete_fields
        if field.get_internal_type() in {"CharField", "TextField", "JSONField", "EmailField", "SlugField"}
    ]
    for row in model._default_manager.values_list(*names) if names else ():
        yield from (value if isinstance(value, str) else json.dumps(value, default=str) for value in row)


@pytest.mark.parametrize("model", own_models(), ids=lambda model: model._meta.label)
def test_no_personal_identity_number_has_reached_a_table(branch: Branch, model: type[Model]) -> None:
    numbers = {person.identity_number for person in history.people_until(TODAY)}
    bare = numbers | {number.replace("-", "") for number in numbers} | {number[2:] for number in numbers}
    found = [text for text in texts_of(model) if identity.may_stand_in(text)]
    assert [text for text in found if any(number in text for number in bare)] == []


def test_the_files_did_hold_identity_numbers() -> None:
    _day, content = next(history.months(history.people_until(TODAY), TODAY))
    assert content.count(b"-98") + content.count(b"-99") > 400


def test_every_line_of_every_roster_is_accounted_for(branch: Branch) -> None:
    for done in RosterImport.objects.filter(branch=branch):
        outcomes = Counter(RosterRow.objects.filter(roster_import=done).values_list("outcome", flat=True))
        unchanged = access.unchanged_of(done).count()
        assert (outcomes.total() + unchanged, unchanged) == (done.lines, done.unchanged)
        assert (outcomes["new"], outcomes["changed"], outcomes["repeated"]) == (
            done.new,
            done.changed,
            done.repeated,
        )


def test_no_file_is_kept_once_it_is_read(branch: Branch) -> None:
    assert not RosterImport.objects.filter(Q(content__isnull=False) | Q(staged__isnull=False)).exists()


def test_everybody_has_at_most_one_open_membership(branch: Branch) -> None:
    open_ones = Membership.objects.filter(ended_on=None).values("member").annotate(n=Count("pk"))
    assert not open_ones.filter(n__gt=1).exists()


def test_no_membership_ends_before_it_begins_or_overlaps_the_next(branch: Branch) -> None:
    assert not Membership.objects.filter(ended_on__lt=F("started_on")).exists()
    by_member: dict[int, list[Membership]] = {}
    for found in Membership.objects.order_by("started_on"):
        by_member.setdefault(found.member_id, []).append(found)
    overlaps = [
        (before, after)
        for periods in by_member.values()
        for before, after in pairwise(periods)
        if before.ended_on is None or before.ended_on > after.started_on
    ]
    assert overlaps == []


def test_every_member_has_one_primary_club_or_none(branch: Branch) -> None:
    in_clubs = ClubMembership.objects.values("member").annotate(
        primary=Count("pk", filter=Q(is_primary=True))
    )
    assert set(in_clubs.values_list("primary", flat=True)) == {1}


def test_one_call_per_member_and_round(branch: Branch) -> None:
    everything = Call.objects.filter(round__branch=branch)
    assert everything.count() == everything.values("member", "round").distinct().count()
    calls = everything.filter(round__kind="yearly", round__period="2026")
    assert calls.count() == calls.values("member").distinct().count()
    now = set(branch.members.current().values_list("pk", flat=True))
    assert now <= set(calls.values_list("member", flat=True))


def test_the_states_of_the_round_add_up_to_its_members(branch: Branch) -> None:
    states = Counter(Call.objects.filter(round__branch=branch).values_list("state", flat=True))
    assert states.total() == Call.objects.filter(round__branch=branch).count()
    assert set(states) <= set(Call.State.values)


def test_reached_calls_have_a_talk_and_a_time(branch: Branch) -> None:
    reached = Call.objects.filter(state=Call.State.REACHED)
    talks = Attempt.objects.filter(outcome=Attempt.Outcome.REACHED)
    assert not reached.exclude(member__in=talks.values("call__member")).exists()
    assert not reached.filter(reached_at=None).exists()


def test_nobody_who_said_no_or_has_left_waits_for_a_call(branch: Branch) -> None:
    waiting = Call.objects.filter(state=Call.State.WAITING)
    assert not waiting.filter(member__no_calls=True).exists()
    assert not waiting.exclude(member__in=Member.objects.current()).exists()


def test_nobody_holds_a_claim_after_the_evening(branch: Branch) -> None:
    assert not Call.objects.filter(claimed_by__isnull=False).exists()


def test_homes_are_together_on_one_list(branch: Branch) -> None:
    """Couples share their landline, and nobody rings there twice for two lists."""
    homes: dict[tuple[str, str, str], set[int | None]] = {}
    calls = Call.objects.filter(state=Call.State.WAITING, attempts_used=0).select_related("member")
    numbers = dict(Phone.objects.filter(position=0).values_list("member_id", "number"))
    for call in calls:
        home = (call.member.street, call.member.postcode, str(numbers.get(call.member_id)))
        homes.setdefault(home, set()).add(call.call_list_id)
    apart = [home for home, lists in homes.items() if len(lists) > 1]
    assert len(apart) <= len(homes) * 0.03  # who joined or moved in later may be on another list


def test_lists_are_fair(branch: Branch) -> None:
    yearly = CallList.objects.filter(round__kind="yearly")
    sizes = yearly.annotate(n=Count("calls")).values_list("n", flat=True)
    assert max(sizes) - min(sizes) <= max(sizes) * 0.35


def test_one_message_per_recipient_and_purpose(branch: Branch) -> None:
    written = Message.objects.values("member", "user", "purpose_key").annotate(n=Count("pk"))
    assert not written.filter(n__gt=1).exists()


def test_one_invitation_per_member_and_meeting(branch: Branch) -> None:
    invited = Invitation.objects.values("gathering", "member").annotate(n=Count("pk"))
    assert not invited.filter(n__gt=1).exists()
    assert len(set(Invitation.objects.values_list("token", flat=True))) == Invitation.objects.count()


def test_nobody_answers_before_the_invitation_or_after_the_meeting(branch: Branch) -> None:
    answered = Invitation.objects.exclude(answered_at=None)
    assert not answered.filter(answered_at__lt=F("invited_at")).exists()
    assert not answered.filter(answered_at__gt=F("gathering__starts_at")).exists()


def test_opening_and_came_less_left_is_closing_every_month(branch: Branch) -> None:
    found = membership.months_until(branch, TODAY, count=24, known_since=None)
    assert [month.closing for month in found] == [
        membership.members_on(branch, month.last) for month in found
    ]


def test_the_members_page_and_the_board_count_the_same(branch: Branch) -> None:
    assert reading.read(branch, TODAY)["members"].value == branch.members.current().count()


def test_attempted_and_reached_of_earlier_days_are_never_more_than_later_ones(branch: Branch) -> None:
    days = [TODAY - timedelta(days=30 * number) for number in range(8)]
    told = [
        [reading.read(branch, day)[f"calls_{name}"].value or 0 for name in ("attempted", "reached")]
        for day in days
    ]
    assert told == sorted(told, reverse=True)
    assert told[-1] < told[0]
