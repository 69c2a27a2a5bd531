from datetime import date, timedelta
from typing import Any

import pytest
import time_machine

from crm.extensions import jobs
from crm.outbox.models import Message
from crm.people.models import Branch, User
from crm.plan import statutes
from crm.plan.models import Area, Plan
from crm.plan.reminding import remind_of_goals
from tests.factories import BranchFactory, give_role, user_with
from tests.outreach.making import activity
from tests.plan.making import make_area, make_goal, make_plan, make_statute_date, noted

pytestmark = pytest.mark.django_db
DUE = date(2026, 5, 1)


@pytest.fixture
def board(branch: Branch) -> User:
    return user_with("board", branch, name="Siv Styrelse", email="siv@example.org")


def remind(branch: Branch, on: date) -> int:
    return remind_of_goals(branch=branch, on=on)["reminded"]


def sent() -> list[str]:
    return list(Message.objects.order_by("pk").values_list("address", flat=True))


@pytest.mark.usefixtures("board")
@pytest.mark.parametrize(
    ("on", "reminded"),
    [
        (DUE - timedelta(days=15), 0),
        (DUE - timedelta(days=14), 1),
        (DUE, 1),
        (DUE + timedelta(days=14), 1),
        (DUE + timedelta(days=15), 0),
    ],
)
def test_a_goal_is_recalled_two_weeks_before_and_when_the_job_was_late(
    area: Area, on: date, reminded: int
) -> None:
    make_goal(area, due_on=DUE, responsible="board")
    assert (remind(area.plan.branch, on), len(sent())) == (reminded, reminded)


@pytest.mark.usefixtures("board")
def test_one_mail_before_and_one_when_it_is_late_however_often_the_job_runs(area: Area) -> None:
    make_goal(area, due_on=DUE, responsible="board")
    told = []
    for days in range(14, -4, -1):
        remind(area.plan.branch, DUE - timedelta(days=days))
        told.append(len(sent()))
    assert told == [1] * 15 + [2] * 3


@pytest.mark.usefixtures("board")
def test_all_that_is_due_on_a_day_is_one_mail(area: Area) -> None:
    for number in range(35):
        make_goal(area, f"mål {number:02}", due_on=DUE, responsible="board")
    make_goal(area, "senare", due_on=DUE + timedelta(days=3), responsible="board")
    assert remind(area.plan.branch, DUE - timedelta(days=10)) == 2
    first, second = Message.objects.order_by("pk")
    assert (first.subject, second.subject) == (
        "35 saker ska vara klara 2026-05-01",
        "En sak ska vara klar 2026-05-04",
    )
    assert [first.text.count("- mål"), second.text.count("- senare")] == [35, 1]


def test_each_role_reads_of_its_own_and_who_holds_two_reads_of_both(area: Area, branch: Branch) -> None:
    leader = user_with("call_leader", branch, email="l@example.org")
    both = user_with("board", branch, email="b@example.org")
    give_role(both, "call_leader", branch)
    make_goal(area, "styrelsens", due_on=DUE, responsible="board")
    make_goal(area, "ringledarens", due_on=DUE, responsible="call_leader")
    assert remind(branch, DUE) == 2
    texts = dict(Message.objects.values_list("address", "text"))
    assert [
        [word in texts[user.email] for word in ("styrelsens", "ringledarens")] for user in (leader, both)
    ] == [[False, True], [True, True]]


@pytest.mark.usefixtures("board")
def test_what_is_late_is_told_as_late(area: Area) -> None:
    make_goal(area, "Sex torgmöten", due_on=DUE, responsible="board")
    remind(area.plan.branch, DUE + timedelta(days=1))
    mail = Message.objects.get()
    assert mail.subject == "En sak skulle ha varit klar 2026-05-01"
    assert "Det är inte antecknat som klart:" in mail.text


@pytest.mark.usefixtures("board")
def test_a_date_of_the_statutes_is_recalled_also_without_a_plan_until_it_is_ticked(branch: Branch) -> None:
    meeting = make_statute_date(branch, month=3, day=31, responsible="board")
    assert remind(branch, date(2026, 3, 20)) == 1
    assert "- Årsmötet är hållet" in Message.objects.get().text
    statutes.tick(statute_date=meeting, year=2026, by=user_with("board", branch))
    assert remind(branch, date(2026, 4, 2)) == 0


@pytest.mark.usefixtures("board")
def test_a_date_in_january_is_recalled_in_december(branch: Branch) -> None:
    make_statute_date(branch, month=1, day=5, responsible="board")
    assert [remind(branch, on) for on in (date(2026, 12, 21), date(2026, 12, 22))] == [0, 1]
    assert Message.objects.get().subject == "En sak ska vara klar 2027-01-05"


@pytest.mark.usefixtures("board")
def test_a_moved_goal_is_recalled_anew(area: Area) -> None:
    goal = make_goal(area, due_on=DUE, responsible="board")
    remind(area.plan.branch, DUE)
    goal.due_on = date(2026, 6, 1)
    goal.save()
    remind(area.plan.branch, date(2026, 5, 25))
    assert len(sent()) == 2


@pytest.mark.usefixtures("board")
def test_a_goal_that_is_reached_or_nobodys_is_not_recalled(area: Area) -> None:
    noted(make_goal(area, due_on=DUE, responsible="board"), date(2026, 4, 2))
    make_goal(area, due_on=DUE)
    assert (remind(area.plan.branch, DUE), sent()) == (0, [])


@pytest.mark.usefixtures("board")
def test_a_draft_is_nobodys_duty(branch: Branch) -> None:
    draft = make_plan(branch, adopted_on=None)
    make_goal(make_area(draft), due_on=DUE, responsible="board")
    assert (remind(branch, DUE), sent()) == (0, [])


def test_everybody_with_the_role_is_told_and_nobody_else(area: Area, branch: Branch) -> None:
    people = [user_with("board", branch, email=f"b{number}@example.org") for number in range(2)]
    user_with("member_officer", branch)
    user_with("board", BranchFactory.create())
    give_role(user_with("caller", branch), "board", branch, ends_on=date(2026, 4, 1))
    people[0].is_active = True
    make_goal(area, due_on=DUE, responsible="board")
    assert (remind(branch, DUE), sent()) == (2, ["b0@example.org", "b1@example.org"])


@pytest.mark.usefixtures("board")
def test_the_mail_says_which_goal_how_far_and_where(area: Area) -> None:
    goal = make_goal(area, "Sex torgmöten", wanted=6, due_on=DUE, responsible="board")
    noted(goal, date(2026, 3, 1))
    remind(area.plan.branch, DUE - timedelta(days=10))
    mail = Message.objects.get()
    assert mail.subject == "En sak ska vara klar 2026-05-01"
    assert "Hej Siv," in mail.text
    assert "Sex torgmöten\n" in mail.text
    assert "senast 2026-05-01" in mail.text
    assert "Hittills: 1 gång av 6." in mail.text
    assert f"/{area.plan.branch.slug}/plan/mal/{goal.pk}/" in mail.text


@pytest.mark.usefixtures("board")
@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"figure": "members", "of_figure": "goal", "wanted": 100}, "Går inte att räkna ännu."),
        ({"figure": "clubs_active", "of_figure": "clubs_active_", "wanted": 100}, "Går inte att räkna ännu."),
        ({"figure": "members", "wanted": 10}, "Hittills: 0 av 10 medlemmar."),
    ],
)
def test_the_mail_of_a_figure(area: Area, fields: dict[str, Any], words: str) -> None:
    make_goal(area, due_on=DUE, responsible="board", **fields)
    remind(area.plan.branch, DUE)
    assert words in Message.objects.get().text


def test_the_job_is_one_of_the_daily_ones() -> None:
    job = jobs.get("remind_of_goals")
    assert job is not None
    assert (job.run, job.daily, job.atomic) == (remind_of_goals, True, True)


@pytest.mark.parametrize(("last", "late"), [(date(2027, 1, 14), 1), (date(2027, 1, 15), 0)])
def test_what_was_due_on_new_years_eve_is_late_in_january(
    plan: Plan, branch: Branch, last: date, late: int
) -> None:
    """Most goals are due then: of last year's plan the first two weeks tell once more, and no longer."""
    user_with("board", branch)
    goal = make_goal(make_area(plan), due_on=date(2026, 12, 31), responsible="board")
    for day in (date(2026, 12, 30), last, last):
        remind(branch, day)
    told = [message.text for message in Message.objects.order_by("pk")]
    assert [f"/plan/mal/{goal.pk}/" in text for text in told] == [True] * (1 + late)


@time_machine.travel("2027-01-03 12:00", tick=False)
def test_who_notes_in_january_what_was_done_in_december_is_not_reminded(plan: Plan, branch: Branch) -> None:
    user_with("board", branch)
    goal = make_goal(make_area(plan), due_on=date(2026, 12, 31), responsible="board")
    noted(goal, date(2026, 12, 20))
    assert remind(branch, date(2027, 1, 3)) == 0


def test_a_draft_of_last_year_is_nobodys_duty(branch: Branch) -> None:
    user_with("board", branch)
    draft = make_plan(branch, adopted_on=None)
    make_goal(make_area(draft), due_on=date(2026, 12, 31), responsible="board")
    assert remind(branch, date(2027, 1, 3)) == 0


@pytest.mark.parametrize(("asked", "mails"), [(False, 1), (True, 0)])
def test_a_share_that_is_enough_is_not_recalled_while_it_may_fall(
    plan: Plan, branch: Branch, asked: bool, mails: int
) -> None:
    user_with("board", branch)
    activity(branch, date(2026, 2, 2), asked=asked)
    fields: dict[str, Any] = {"figure": "outreach_with_recruiting", "of_figure": "outreach_activities"}
    make_goal(make_area(plan), due_on=DUE, responsible="board", wanted=100, **fields)
    assert remind(branch, DUE - timedelta(days=3)) == mails
