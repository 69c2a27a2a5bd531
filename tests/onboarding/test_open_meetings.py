"""An open meeting that is planned as a gathering is outreach without being noted a second time."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from crm.outreach import activities, figures
from crm.outreach.models import Activity
from crm.people.models import Branch, Role, User
from onboarding import open_meetings, planning
from onboarding.models import Gathering
from tests.factories import BranchFactory
from tests.logins import log_in_as
from tests.onboarding.conftest import EVENING, SIX_WEEKS_BEFORE

pytestmark = pytest.mark.django_db
AFTER = EVENING + timedelta(days=1)
NUMBERS = {"helpers": 4, "conversations": 25, "new_members": 2}


@pytest.fixture
def meeting(branch: Branch, officer: User) -> Gathering:
    return plan(branch, officer)


def plan(branch: Branch, by: User, kind: str = "open_meeting", **what: Any) -> Gathering:
    return planning.plan(branch=branch, by=by, kind=kind, starts_at=EVENING, place="Folkets hus", **what)


def note(meeting: Gathering, by: User) -> Activity:
    activity = Activity.objects.get()
    for name, number in NUMBERS.items():
        setattr(activity, name, number)
    activities.change(activity=activity, by=by)
    return activity


def kept() -> list[tuple[str, str, str]]:
    rows = Activity.objects.kept().values_list("kind", "held_on", "place")
    return [(kind, day.isoformat(), place) for kind, day, place in rows]


def held(branch: Branch) -> int:
    return figures.activities(branch, AFTER.date())


def test_planned_it_stands_among_the_activities_and_counts_as_nothing_yet(
    branch: Branch, meeting: Gathering
) -> None:
    assert kept() == [("open_meeting", "2027-03-11", "Folkets hus")]
    assert held(branch) == 0
    assert list(Activity.objects.unnoted(AFTER.date())) == [open_meetings.activity_of(meeting)]


def test_its_numbers_make_it_count_once(branch: Branch, meeting: Gathering, officer: User) -> None:
    note(meeting, officer)
    assert (held(branch), figures.conversations(branch, AFTER.date())) == (1, 25)
    assert list(Activity.objects.unnoted(AFTER.date())) == []


@pytest.mark.parametrize("kind", sorted(set(Gathering.Kind.values) - {"open_meeting"}))
def test_no_other_kind_is_outreach(branch: Branch, officer: User, kind: str) -> None:
    gathering = plan(branch, officer, kind)
    planning.change(gathering=gathering, by=officer)
    planning.cancel(gathering=gathering, by=officer)
    assert (Activity.objects.count(), open_meetings.activity_of(gathering)) == (0, None)


def test_a_draft_is_not_among_them_until_it_is_confirmed(branch: Branch, officer: User) -> None:
    draft = Gathering.objects.create(
        branch=branch,
        kind="open_meeting",
        starts_at=EVENING,
        place="ABF",
        planned_at=SIX_WEEKS_BEFORE,
        planned_by=officer,
    )
    open_meetings.follow(draft, by=officer)
    assert kept() == []
    assert [planning.confirm(gathering=draft, by=officer) for _time in range(2)] == [True, False]
    assert kept() == [("open_meeting", "2027-03-11", "ABF")]


def test_it_moves_with_the_meeting(meeting: Gathering, officer: User) -> None:
    meeting.starts_at, meeting.place = EVENING + timedelta(days=7), "ABF"
    planning.change(gathering=meeting, by=officer)
    assert kept() == [("open_meeting", "2027-03-18", "ABF")]


def test_what_has_been_noted_stays_as_it_is(meeting: Gathering, officer: User) -> None:
    note(meeting, officer)
    meeting.place = "ABF"
    planning.change(gathering=meeting, by=officer)
    planning.cancel(gathering=meeting, by=officer)
    assert kept() == [("open_meeting", "2027-03-11", "Folkets hus")]


def test_called_off_it_is_asked_for_no_more(meeting: Gathering, officer: User) -> None:
    planning.cancel(gathering=meeting, by=officer)
    assert (kept(), open_meetings.activity_of(meeting)) == ([], None)
    assert Activity.objects.values_list("removed_by", flat=True).get() == officer.pk


def test_one_that_somebody_has_taken_away_stays_away(meeting: Gathering, officer: User) -> None:
    assert activities.remove(activity=Activity.objects.get(), by=officer)
    planning.change(gathering=meeting, by=officer)
    assert kept() == []


def test_two_meetings_are_two_activities(branch: Branch, officer: User, meeting: Gathering) -> None:
    plan(branch, officer)
    plan(BranchFactory.create(), officer)
    assert (Activity.objects.count(), Activity.objects.filter(branch=branch).count()) == (3, 2)


def page(client: Client, meeting: Gathering) -> str:
    answer = client.get(reverse("onboarding:gathering", args=["lillberga", meeting.pk]))
    return answer.content.decode()


@pytest.mark.parametrize(
    ("at", "said", "link"),
    [
        (EVENING - timedelta(hours=1), "Affisch med vägen till medlemskap", "outreach:activity"),
        (AFTER, "Anteckna antalen", "outreach:change"),
    ],
)
def test_the_page_of_the_meeting_leads_to_it(
    client: Client, meeting: Gathering, at: Any, said: str, link: str
) -> None:
    with time_machine.travel(at, tick=False):
        log_in_as(client, Role.Kind.MEMBER_OFFICER, meeting.branch)
        words = page(client, meeting)
    address = reverse(link, args=["lillberga", Activity.objects.get().pk])
    assert (said in words, f'href="{address}"' in words) == (True, True)


def test_afterwards_the_officer_types_three_numbers(client: Client, meeting: Gathering) -> None:
    with time_machine.travel(AFTER, tick=False):
        log_in_as(client, Role.Kind.MEMBER_OFFICER, meeting.branch)
        address = reverse("outreach:change", args=["lillberga", Activity.objects.get().pk])
        form = client.get(address).context["form"]
        filled = {name: form[name].value() or "" for name in form.fields} | NUMBERS
        assert client.post(address, filled).status_code == 302
        words = page(client, meeting)
    assert "Av oss deltog: 4. Samtal: 25. Nya medlemmar: 2." in words
    assert held(meeting.branch) == 1


def test_the_page_of_outreach_asks_how_it_went(client: Client, meeting: Gathering) -> None:
    with time_machine.travel(AFTER, tick=False):
        log_in_as(client, Role.Kind.BOARD, meeting.branch)
        words = client.get(reverse("outreach:index", args=["lillberga"])).content.decode()
    assert "Hur gick det? Öppet möte, Folkets hus 2027-03-11" in words


def test_outreach_is_no_kind_of_gathering_to_plan(client: Client, branch: Branch) -> None:
    log_in_as(client, Role.Kind.MEMBER_OFFICER, branch)
    form = client.get(reverse("onboarding:plan", args=["lillberga"])).context["form"]
    assert "outreach" not in dict(form.fields["kind"].choices)
