"""Places and the queue, whatever people say in whatever order, beside plain lists."""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm.outbox.models import Message
from crm.people.models import Membership, Role
from onboarding import access, answers, invitations, planning
from onboarding.answers import Details
from onboarding.models import Gathering, Invitation
from tests.factories import BranchFactory, MemberFactory, user_with
from tests.onboarding.conftest import EVENING, SIX_WEEKS_BEFORE

pytestmark = pytest.mark.django_db
some = settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
PEOPLE = 4
who = st.integers(0, PEOPLE - 1)
words = st.sampled_from(["yes", "yes", "no", "later"])


def meeting(seats: int | None) -> list[Invitation]:
    """The invitations of four people to a meeting with so many places."""
    branch = BranchFactory.create()
    officer = user_with(Role.Kind.MEMBER_OFFICER, branch)
    gathering = planning.plan(branch=branch, by=officer, starts_at=EVENING, place="Här", seats=seats)
    members = MemberFactory.create_batch(PEOPLE, branch=branch)
    invitations.invite(gathering=gathering, members=members, ground="new", by=officer, at=SIX_WEEKS_BEFORE)
    return list(Invitation.objects.filter(gathering=gathering).order_by("pk"))


def say(invitation: Invitation, said: str, minute: int, companions: int | None = None) -> None:
    details = None if companions is None else Details(companions=companions)
    at = SIX_WEEKS_BEFORE + timedelta(days=1, minutes=minute)
    answers.answer(invitation=invitation, said=said, details=details, at=at)


def standing(asked: list[Invitation]) -> list[Invitation]:
    return list(Invitation.objects.filter(gathering=asked[0].gathering_id).order_by("pk"))


@some
@given(seats=st.integers(1, 3), said=st.lists(st.tuples(who, words), max_size=12))
def test_places_are_of_those_who_said_yes_first(seats: int, said: list[tuple[int, str]]) -> None:
    asked = meeting(seats)
    line: list[int] = []
    for minute, (person, word) in enumerate(said):
        say(asked[person], word, minute)
        if word == "yes" and person not in line:
            line.append(person)
        elif word != "yes" and person in line:
            line.remove(person)
    now = standing(asked)
    has_place = {one for one in range(PEOPLE) if now[one].answer == "yes" and not now[one].waiting}
    waits = {one for one in range(PEOPLE) if now[one].waiting}
    assert (has_place, waits) == (set(line[:seats]), set(line[seats:]))


@some
@given(
    seats=st.integers(1, 6), said=st.lists(st.tuples(who, words, st.none() | st.integers(0, 3)), max_size=12)
)
def test_with_company_no_place_is_given_twice_and_none_is_taken_back(
    seats: int, said: list[tuple[int, str, int | None]]
) -> None:
    asked = meeting(seats)
    placed: set[int] = set()
    for minute, (person, word, companions) in enumerate(said):
        say(asked[person], word, minute, companions)
        now = standing(asked)
        taken = sum(1 + one.companions for one in now if one.answer == "yes" and not one.waiting)
        queue = sorted((one for one in now if one.waiting), key=lambda one: one.answered_at or EVENING)
        has_place = {number for number, one in enumerate(now) if one.answer == "yes" and not one.waiting}
        assert taken == answers.places_taken(asked[0].gathering) <= seats
        assert all(one.party > seats - taken for one in queue[:1])
        assert placed - {person} <= has_place
        placed = has_place


@some
@given(said=st.lists(st.tuples(who, words, st.integers(0, 3)), max_size=8))
def test_the_same_answers_once_more_change_nothing(said: list[tuple[int, str, int]]) -> None:
    asked = meeting(None)
    last: dict[int, tuple[str, int]] = {}
    for minute, (person, word, companions) in enumerate(said):
        say(asked[person], word, minute, companions)
        last[person] = (word, companions)
    before = list(Invitation.objects.filter(gathering=asked[0].gathering_id).order_by("pk").values())
    for person, (word, companions) in last.items():
        say(asked[person], word, 60, companions)
    after = list(Invitation.objects.filter(gathering=asked[0].gathering_id).order_by("pk").values())
    assert after == before
    assert not any(one["waiting"] for one in after)


@dataclass
class Counted:
    """The funnel counted by hand."""

    said: list[str] = field(default_factory=list)
    came: list[bool | None] = field(default_factory=list)
    companions: list[int] = field(default_factory=list)

    def yes_but_not_there(self) -> int:
        return sum(word == "yes" and not came for word, came in zip(self.said, self.came, strict=True))


fates = st.lists(
    st.tuples(
        st.sampled_from(["yes", "no", "later", ""]), st.integers(0, 3), st.sampled_from([True, False, None])
    ),
    min_size=PEOPLE,
    max_size=PEOPLE,
)


@some
@given(fates=fates)
def test_the_funnel_is_what_one_counts_by_hand(fates: list[tuple[str, int, bool | None]]) -> None:
    asked = meeting(None)
    counted = Counted()
    for minute, (invitation, (word, companions, came)) in enumerate(zip(asked, fates, strict=True)):
        if word:
            say(invitation, word, minute, companions)
        answers.tick(invitation=invitation, attended=came, by=invitation.invited_by, at=EVENING)
        counted.said.append(word)
        counted.came.append(came)
        counted.companions.append(companions if word == "yes" else 0)
    assert access.funnel_of(asked[0].gathering) == access.Funnel(
        invited=PEOPLE,
        yes=counted.said.count("yes"),
        waiting=0,
        later=counted.said.count("later"),
        no=counted.said.count("no"),
        unanswered=counted.said.count(""),
        companions=sum(counted.companions),
        attended=counted.came.count(True),
        no_shows=counted.yes_but_not_there(),
    )


def test_who_is_let_in_twice_is_told_once_and_has_the_place_all_the_same() -> None:
    first, second, *_others = asked = meeting(1)
    for minute, (invitation, word) in enumerate(
        [
            (first, "yes"),
            (second, "yes"),
            (first, "no"),
            (second, "no"),
            (first, "yes"),
            (second, "yes"),
            (first, "no"),
        ]
    ):
        say(invitation, word, minute)
    told = Message.objects.filter(purpose_key__startswith="place:")
    assert list(told.values_list("member", flat=True)) == [second.member_id]
    assert [(one.answer, one.waiting) for one in standing(asked)[:2]] == [("no", False), ("yes", False)]


def test_a_leaver_in_the_queue_is_passed_over() -> None:
    first, second, third, _fourth = asked = meeting(1)
    for minute, invitation in enumerate((first, second, third)):
        say(invitation, "yes", minute)
    Membership.objects.filter(member=second.member).update(missing_since=SIX_WEEKS_BEFORE.date())
    say(first, "no", 9)
    assert [one.waiting for one in standing(asked)[:3]] == [False, True, False]


@pytest.mark.parametrize(("seats", "left"), [(1, 2), (2, 1), (3, 0), (None, 0)])
def test_an_officer_who_adds_places_lets_in_as_many_as_there_are(seats: int | None, left: int) -> None:
    asked = meeting(1)
    for minute, invitation in enumerate(asked[:3]):
        say(invitation, "yes", minute)
    gathering = Gathering.objects.get(pk=asked[0].gathering_id)
    gathering.seats = seats
    for _twice in range(2):
        assert planning.change(gathering=gathering, by=gathering.planned_by) is False
    assert sum(one.waiting for one in standing(asked)) == left
