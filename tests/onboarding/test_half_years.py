"""The board's figures of the first year."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from calls.models import Attempt, Call, CallRound
from crm import extensions
from crm.figures import keeping, reading
from crm.people import memberships, skills
from crm.people.erasing import erase
from crm.people.models import Branch, Member, Membership, User
from crm.rosters.models import RosterImport
from onboarding import half_years, planning
from onboarding.half_years import HalfYear
from onboarding.models import Gathering, Invitation
from tests.board.making import applied_roster
from tests.factories import BranchFactory, MemberFactory
from tests.onboarding.conftest import EVENING

pytestmark = pytest.mark.django_db
LEARNT, LAST = date(2027, 1, 11), date(2027, 6, 30)


def learnt(branch: Branch, on: date = LEARNT, **fields: object) -> Member:
    member: Member = MemberFactory.create(branch=branch, since=on, joined_on=on, learnt_on=on, **fields)
    return member


def invited(gathering: Gathering, member: Member, **fate: object) -> Invitation:
    by = gathering.planned_by
    times: dict[str, object] = {"answered_at": EVENING} if fate.get("answer") else {}
    if "attended" in fate:
        times |= {"ticked_at": EVENING, "ticked_by": by}
    return Invitation.objects.create(
        gathering=gathering, member=member, invited_at=EVENING, invited_by=by, **fate, **times
    )


@pytest.mark.parametrize(
    ("day", "first", "last"),
    [
        (date(2027, 6, 30), date(2027, 1, 1), date(2027, 6, 30)),
        (date(2027, 7, 1), date(2027, 7, 1), date(2027, 12, 31)),
    ],
)
def test_a_half_year_has_its_days(day: date, first: date, last: date) -> None:
    found = half_years.half_year_of(day)
    assert (found.first, found.last) == (first, last)


def test_before_spring_is_last_year_s_autumn() -> None:
    assert HalfYear(2027, 1).before == HalfYear(2026, 2)
    assert HalfYear(2027, 2).before == HalfYear(2027, 1)


def test_new_members_are_of_the_half_year_and_the_branch(branch: Branch) -> None:
    learnt(branch), learnt(BranchFactory.create())
    learnt(branch, date(2026, 12, 31))
    MemberFactory.create(branch=branch, joined_on=date(2010, 1, 1), learnt_on=LEARNT)
    assert half_years.new_members(branch, date(2027, 6, 30)) == 1
    assert half_years.new_members(branch, date(2027, 1, 10)) == 0


def test_who_has_left_since_still_counts_as_new(branch: Branch) -> None:
    learnt(branch)
    Membership.objects.update(ended_on=date(2027, 3, 1), end_reason="left")
    assert half_years.new_members(branch, date(2027, 6, 30)) == 1


@pytest.mark.parametrize(("after", "count"), [(0, 1), (7, 1), (8, 0), (-1, 0)])
def test_welcomed_is_a_talk_within_seven_days(branch: Branch, officer: User, after: int, count: int) -> None:
    on = LEARNT + timedelta(days=after)
    round_ = CallRound.objects.create(
        branch=branch, period="1", opens_on=on, closes_on=on, opened_at=EVENING, opened_by=officer
    )
    call = Call.objects.create(round=round_, member=learnt(branch))
    at = datetime(on.year, on.month, on.day, 17, tzinfo=UTC)
    Attempt.objects.create(call=call, outcome="reached", reported_at=at, reported_by=officer)
    assert half_years.welcomed(branch, date(2027, 6, 30)) == count


def talked(member: Member, on: date, officer: User) -> None:
    round_, _new = CallRound.objects.get_or_create(
        branch=member.branch,
        period="1",
        defaults={"opens_on": on, "closes_on": on, "opened_at": EVENING, "opened_by": officer},
    )
    at = datetime(on.year, on.month, on.day, 17, tzinfo=UTC)
    call = Call.objects.create(round=round_, member=member)
    Attempt.objects.create(call=call, outcome="reached", reported_at=at, reported_by=officer)


def told(member: Member, officer: User) -> None:
    skills.add_usual_words(branch=member.branch)
    word = skills.offered_words(member.branch)[0]
    skills.record(member=member, words=[word], source=skills.Source.CALL, by=officer)


@pytest.mark.parametrize(
    ("after", "has_told", "count"), [(3, True, 1), (3, False, 0), (8, True, 0), (None, True, 0)]
)
def test_heard_is_a_talk_in_time_and_something_told(
    branch: Branch, officer: User, after: int | None, has_told: bool, count: int
) -> None:
    member = learnt(branch)
    if after is not None:
        talked(member, LEARNT + timedelta(days=after), officer)
    if has_told:
        told(member, officer)
    assert half_years.welcomed_and_heard(branch, date(2027, 6, 30)) == count
    assert half_years.who_was_welcomed_and_heard(branch, date(2027, 6, 30)) == (
        {member.pk} if count else set()
    )


def test_who_has_left_is_not_among_those_heard(branch: Branch, officer: User) -> None:
    """Their erasing, later on, would take them out."""
    for member in (learnt(branch), learnt(branch)):
        talked(member, LEARNT, officer)
        told(member, officer)
    memberships.end(member=member, on=LEARNT + timedelta(days=20), reason="left", by=officer)
    on = date(2027, 6, 30)
    assert half_years.welcomed_and_heard(branch, on) == 1
    assert half_years.welcomed_and_heard_of_each(None, on) == {"year_welcomed_and_heard": {branch.pk: 1}}


def test_in_december_the_years_goal_still_counts_those_of_spring(branch: Branch, officer: User) -> None:
    spring, autumn, silent = (
        learnt(branch),
        learnt(branch, date(2027, 10, 4)),
        learnt(branch, date(2027, 10, 4)),
    )
    for member in (spring, autumn):
        talked(member, member.learnt_on + timedelta(days=2), officer)
        told(member, officer)
    on = date(2027, 12, 31)
    assert set(half_years.who_is_new_this_year(branch, on)) == {spring.pk, autumn.pk, silent.pk}
    assert half_years.who_was_welcomed_and_heard(branch, on) == {spring.pk, autumn.pk}
    assert (half_years.new_this_year(branch, on), half_years.new_members(branch, on)) == (3, 2)
    assert half_years.new_this_year(branch, date(2028, 1, 1)) == 0


def test_who_was_a_member_before_the_year_is_not_among_those_heard(branch: Branch, officer: User) -> None:
    old = learnt(branch, date(2026, 12, 28))
    talked(old, date(2026, 12, 30), officer)
    told(old, officer)
    assert half_years.welcomed_and_heard(branch, date(2027, 1, 10)) == 0


def test_one_pass_counts_those_heard_as_branch_by_branch(branch: Branch, officer: User) -> None:
    other, silent = BranchFactory.create(), BranchFactory.create()
    for place, where in ((0, branch), (1, other), (2, other)):
        member = learnt(where, LEARNT + timedelta(days=place))
        talked(member, LEARNT + timedelta(days=place + 1), officer)
        told(member, officer)
    on = date(2027, 6, 30)
    alone = {each.pk: half_years.welcomed_and_heard(each, on) for each in (branch, other, silent)}
    (passed,) = half_years.welcomed_and_heard_of_each(None, on).values()
    assert {key: passed.get(key, 0) for key in alone} == alone == {branch.pk: 1, other.pk: 2, silent.pk: 0}
    assert half_years.welcomed_and_heard_of_each([other.pk], on) == {"year_welcomed_and_heard": {other.pk: 2}}


@time_machine.travel("2027-03-01T12:00:00Z", tick=False)
def test_those_heard_are_known_of_today_and_of_days_that_were_kept(branch: Branch, officer: User) -> None:
    """What is taken back is deleted, so no earlier day can be counted again; the board keeps what it was told."""
    member = learnt(branch)
    talked(member, LEARNT, officer)
    told(member, officer)
    keeping.keep_day(date(2027, 3, 1))
    name = "year_welcomed_and_heard"
    assert reading.read(branch, date(2027, 3, 1), [name])[name].value == 1
    assert reading.read(branch, date(2027, 2, 28), [name])[name].value is None
    skills.take_back(member=member, words=[member.skills.get().word], by=officer)
    assert reading.read(branch, date(2027, 3, 1), [name])[name].value == 0
    with time_machine.travel("2027-03-02T12:00:00Z", tick=False):
        assert reading.read(branch, date(2027, 3, 1), [name])[name].value == 1


def test_a_dial_without_a_talk_is_no_welcome(branch: Branch, officer: User) -> None:
    round_ = CallRound.objects.create(
        branch=branch, period="1", opens_on=LEARNT, closes_on=LEARNT, opened_at=EVENING, opened_by=officer
    )
    call = Call.objects.create(round=round_, member=learnt(branch))
    at = datetime(2027, 1, 12, 17, tzinfo=UTC)
    Attempt.objects.create(call=call, outcome="no_answer", reported_at=at, reported_by=officer)
    assert half_years.welcomed(branch, date(2027, 6, 30)) == 0


def test_no_shows_count_when_the_door_was_ticked(branch: Branch, gathering: Gathering) -> None:
    invited(gathering, learnt(branch), answer="yes")
    invited(gathering, learnt(branch))
    assert half_years.no_shows(branch, date(2027, 6, 30)) == 0
    invited(gathering, learnt(branch), answer="yes", attended=True)
    assert half_years.no_shows(branch, date(2027, 6, 30)) == 1
    assert half_years.no_shows(branch, date(2027, 3, 10)) == 0


FUNNEL = (half_years.invited, half_years.said_yes, half_years.came)


def funnel(branch: Branch, *on: int) -> tuple[float | None, ...]:
    return tuple(figure(branch, date(*on)) for figure in FUNNEL)


def test_the_funnel_is_of_the_half_years_meetings(
    branch: Branch, gathering: Gathering, officer: User
) -> None:
    autumn = datetime(2027, 9, 9, 16, tzinfo=UTC)
    later = planning.plan(branch=branch, by=officer, starts_at=autumn, place="Folkets hus")
    for meeting, fate in (
        (gathering, {"answer": "yes", "attended": True}),
        (gathering, {"answer": "yes"}),
        (gathering, {}),
        (later, {"answer": "no"}),
        (later, {"answer": "yes", "attended": True}),
    ):
        invited(meeting, learnt(branch), **fate)
    spring, fall = funnel(branch, 2027, 6, 30), funnel(branch, 2027, 12, 31)
    assert (spring, fall) == ((3, 2, 1), (2, 1, 1))
    year = [reading.read(branch, date(2027, 12, 31))[name].value for name in YEARLY]
    assert year == [one + two for one, two in zip(spring, fall, strict=True)]  # type: ignore[operator]


def test_the_funnel_of_a_past_day_knows_only_what_had_happened(branch: Branch, gathering: Gathering) -> None:
    invited(gathering, learnt(branch), answer="yes", attended=True)
    days = [(2026, 12, 31), (2027, 1, 27), (2027, 3, 10), (2027, 3, 11), (2027, 7, 1)]
    assert [funnel(branch, *day)[2] for day in days] == [0, 0, 0, 1, 0]
    assert funnel(branch, 2026, 12, 31) == (0, 0, 0)


def test_a_cancelled_meeting_and_another_branch_count_for_nothing(
    branch: Branch, gathering: Gathering
) -> None:
    invited(gathering, learnt(branch), answer="yes")
    assert funnel(BranchFactory.create(), 2027, 6, 30) == (0, 0, 0)
    planning.cancel(gathering=gathering, by=gathering.planned_by)
    assert funnel(branch, 2027, 6, 30) == (0, 0, 0)


def test_came_in_time_is_within_six_months(branch: Branch, gathering: Gathering) -> None:
    for day in (date(2026, 9, 12), date(2026, 8, 1)):
        invited(gathering, learnt(branch, day), attended=True)
    learnt(branch, date(2026, 10, 1))
    assert half_years.came_in_time(branch, date(2027, 6, 30)) == 1
    assert half_years.came_in_time(branch, date(2027, 3, 10)) == 0


YEARLY = ("intro_invited", "intro_yes", "intro_attended")
Figure = Callable[[Branch, date], float | None]


@pytest.fixture
def two_years_on(branch: Branch, officer: User) -> Gathering:
    """Twenty who came to a meeting and ten who did not, of January 2027; five of each have left since."""
    applied_roster(branch, date(2026, 1, 31))
    meeting = planning.plan(branch=branch, by=officer, starts_at=EVENING, place="Folkets hus")
    came = [learnt(branch) for _number in range(20)]
    stayed_away = [learnt(branch) for _number in range(10)]
    for member in came:
        invited(meeting, member, attended=True)
    gone = Membership.objects.filter(member__in=[*came[:5], *stayed_away[:5]])
    gone.update(ended_on=date(2027, 10, 1), end_reason="left")
    return meeting


def test_retention_of_those_who_came_and_who_did_not(branch: Branch, two_years_on: Gathering) -> None:
    found = [
        figure(branch, date(2028, 6, 30))
        for figure in (half_years.kept_who_came, half_years.kept_who_did_not)
    ]
    assert found == [75.0, 50.0]


@pytest.mark.parametrize(("came", "stayed", "joined"), [(True, 15, 20), (False, 5, 10)])
def test_those_of_the_share_can_be_listed(
    branch: Branch, two_years_on: Gathering, came: bool, stayed: int, joined: int
) -> None:
    name = "kept_who_came" if came else "kept_who_did_not_come"
    figure = extensions.figures.get(name)
    assert figure and figure.people and figure.out_of  # noqa: PT018
    on = date(2028, 6, 30)
    kept, everybody = set(figure.people(branch, on)), set(figure.out_of(branch, on))
    assert (len(kept), len(everybody), len(kept & everybody)) == (stayed, joined, stayed)
    assert figure.read(branch, on) == 100 * stayed / joined
    assert not set(figure.out_of(branch, date(2027, 12, 31)))


def test_the_middle_is_told_when_four_of_one_group_can_be(branch: Branch, two_years_on: Gathering) -> None:
    """Four to eight of the nineteen who came are told to have left, and one to five of the ten others."""
    came = Membership.objects.filter(member__in=Invitation.objects.values("member")).order_by("pk")
    gone = came.exclude(ended_on=None)
    came.filter(ended_on=None)[0].delete()
    Membership.objects.filter(pk=gone[0].pk).update(ended_on=None, end_reason="")
    assert half_years.kept_who_came(branch, date(2028, 6, 30)) == round(100 * 13 / 19, 1)
    assert half_years.kept_who_did_not(branch, date(2028, 6, 30)) == 70.0


def test_who_came_after_six_months_did_not_come_in_time(branch: Branch, two_years_on: Gathering) -> None:
    two_years_on.starts_at = EVENING + timedelta(days=150)
    two_years_on.save()
    assert half_years.kept_who_came(branch, date(2028, 6, 30)) is None
    assert half_years.kept_who_did_not(branch, date(2028, 6, 30)) == 66.7


def test_who_joined_before_the_first_roster_is_left_out(branch: Branch, two_years_on: Gathering) -> None:
    RosterImport.objects.update(roster_date=LEARNT + timedelta(days=1))
    assert half_years.kept_who_came(branch, date(2028, 6, 30)) is None


def test_who_leaves_after_the_year_was_kept(branch: Branch, two_years_on: Gathering) -> None:
    Membership.objects.filter(ended_on=None).update(ended_on=date(2028, 3, 1), end_reason="left")
    assert half_years.kept_who_came(branch, date(2028, 6, 30)) == 75.0


@pytest.mark.parametrize("figure", [half_years.kept_who_came, half_years.kept_who_did_not])
def test_before_a_year_has_passed_nothing_is_known(
    branch: Branch, two_years_on: Gathering, figure: Figure
) -> None:
    assert figure(branch, date(2027, 12, 31)) is None


@pytest.mark.parametrize(
    ("days", "count"),
    [
        pytest.param(4000, 0, id="a member since long, moved here"),
        pytest.param(101, 0, id="just too long before"),
        pytest.param(100, 1, id="learnt of late"),
        pytest.param(None, 1, id="nobody knows since when"),
    ],
)
def test_erasing_somebody_moves_no_count_of_new_members(
    branch: Branch, officer: User, days: int | None, count: int
) -> None:
    joined_on = None if days is None else LEARNT - timedelta(days=days)
    member = MemberFactory.create(branch=branch, since=LEARNT, joined_on=joined_on, learnt_on=LEARNT)
    assert half_years.new_members(branch, LAST) == count
    erase(member=member, by=officer, on=date(2027, 3, 1))
    assert half_years.new_members(branch, LAST) == count


def test_the_same_holds_of_each_other_count_of_them(
    branch: Branch, officer: User, gathering: Gathering
) -> None:
    for since in (LEARNT, date(2011, 5, 1)):
        member = MemberFactory.create(branch=branch, since=LEARNT, joined_on=since, learnt_on=LEARNT)
        invited(gathering, member, answer="yes", attended=True)
    autumn = date(2027, 10, 1)
    assert half_years.came_in_time(branch, autumn) == 1
    for member in Member.objects.filter(branch=branch):
        erase(member=member, by=officer, on=date(2027, 6, 1))
    assert half_years.came_in_time(branch, autumn) == 1
