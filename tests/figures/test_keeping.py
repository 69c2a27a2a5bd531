"""The daily snapshot: what the boards were told, of all branches in one pass, made up for and thinned out."""

from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from crm import extensions
from crm.figures import keeping, reading
from crm.figures.models import KeptFigure
from crm.figures.months import last_of_month, months_between
from crm.jobs import running
from crm.outreach.models import Activity
from crm.people import erasing
from crm.people.models import Branch, Member, MembershipGoal, User
from tests.factories import BranchFactory, MemberFactory
from tests.figures.histories import period

pytestmark = pytest.mark.django_db
EVENING = datetime(2026, 10, 31, 21, 0, tzinfo=UTC)
ON = date(2026, 10, 31)


@pytest.fixture
def branch() -> Branch:
    found: Branch = BranchFactory.create(slug="lillberga")
    MemberFactory.create_batch(2, branch=found, phone="")
    return found


def told(branch: Branch, on: date = ON) -> dict[str, int | float]:
    return {row.name: row.number for row in KeptFigure.objects.filter(branch=branch, on=on)}


def row(branch: Branch, on: date, *, name: str = "members", value: float = 1) -> KeptFigure:
    return KeptFigure.objects.create(branch=branch, name=name, on=on, value=value, kept_at=EVENING)


@time_machine.travel(EVENING)
def test_the_day_keeps_every_figure_that_is_known(branch: Branch) -> None:
    keeping.keep_figures(branch=branch, on=ON)
    read = reading.read(branch, ON, reading.kept_names() | reading.kept_apart())
    assert told(branch) == {name: found.value for name, found in read.items() if found.value is not None}
    assert (told(branch)["members"], told(branch)["without_phone"]) == (2, 2)


@time_machine.travel(EVENING)
def test_a_goal_that_lies_behind_stops_no_evening(branch: Branch) -> None:
    MembershipGoal.objects.create(branch=branch, members_wanted=10, by_date=ON - timedelta(days=1))
    keeping.keep_figures(branch=branch, on=ON)
    assert told(branch)["goal"] == 10
    assert "goal_in_days" not in told(branch)


@time_machine.travel(EVENING)
def test_one_run_keeps_the_day_for_all_branches_and_the_next_finds_it_done(branch: Branch) -> None:
    other = BranchFactory.create()
    MemberFactory.create(branch=other)
    first = keeping.keep_figures(branch=branch, on=ON)
    assert set(told(other)) <= reading.kept_names()
    second = keeping.keep_figures(branch=other, on=ON)
    assert (second["figures"], set(told(other))) == (
        len(set(told(other)) & reading.kept_apart()),
        set(told(branch)),
    )
    assert first["figures"] + second["figures"] == KeptFigure.objects.count() == 2 * len(told(branch))
    assert keeping.keep_figures(branch=other, on=ON) == {"figures": 0, "forgotten": 0}
    assert (told(branch)["members"], told(other)["members"]) == (2, 1)


@time_machine.travel(EVENING)
def test_all_branches_are_one_pass_and_one_insert() -> None:
    counts = []
    for number in (1, 3):
        while Branch.objects.count() < number:
            MemberFactory.create(branch=BranchFactory.create())
        KeptFigure.objects.all().delete()
        with CaptureQueriesContext(connection) as queries:
            keeping.keep_day(ON)
        counts.append(len(queries))
        assert sum("INSERT" in query["sql"] for query in queries) == 1
    assert counts[0] == counts[1]


def test_all_that_is_told_is_kept_but_breakdowns_of_closed_blocks() -> None:
    told = {figure.name for figure in extensions.figures.all() if not figure.only_coarse}
    assert told - reading.kept_names() - reading.kept_apart() == {
        "joined_by_activity", "joined_by_recruiter", "joined_by_unknown", "joined_by_web",
        "kept", "kept_who_came", "kept_who_did_not_come", "recruiters_credited",
    }  # fmt: skip
    assert reading.kept_names() & reading.kept_apart() == set()


def kept_apart(branch: Branch) -> dict[date, int]:
    rows = KeptFigure.objects.filter(branch=branch, name="cafes").order_by("on")
    return {row.on: int(row.number) for row in rows}


def a_cafe(branch: Branch, held_on: date) -> None:
    Activity.objects.create(
        branch=branch, kind="cafe", held_on=held_on, place="Torget", helpers=2, conversations=9, new_members=0,
        noted_at=EVENING, noted_by=User.objects.console(),
    )  # fmt: skip


def test_what_each_branch_counts_for_itself_is_kept_and_made_up_for(branch: Branch) -> None:
    a_cafe(branch, ON)
    a_cafe(branch, ON + timedelta(days=2))
    for days in (0, 3):
        with time_machine.travel(EVENING + timedelta(days=days)):
            keeping.keep_figures(branch=branch, on=ON + timedelta(days=days))
    assert kept_apart(branch) == {ON + timedelta(days=number): 1 + (number >= 2) for number in range(4)}


@time_machine.travel(EVENING)
def test_what_was_told_stays_when_more_is_noted_of_the_day(branch: Branch) -> None:
    keeping.keep_figures(branch=branch, on=ON)
    a_cafe(branch, ON)
    keeping.keep_figures(branch=branch, on=ON)
    assert (kept_apart(branch), reading.read(branch, ON, ["cafes"])["cafes"].value) == ({ON: 0}, 1)


@time_machine.travel(EVENING)
def test_one_branchs_own_figures_touch_no_other_and_cost_the_same_beside_many(branch: Branch) -> None:
    asked = []
    for on in (ON, ON - timedelta(days=1)):
        each_day_its_own = Branch.objects.get(pk=branch.pk)
        with CaptureQueriesContext(connection) as queries:
            keeping.keep_apart(each_day_its_own, on)
        asked.append(len(queries))
        a_cafe(BranchFactory.create(), on)
    assert asked[0] == asked[1]
    assert set(KeptFigure.objects.values_list("branch", flat=True)) == {branch.pk}
    assert set(kept_apart(branch).values()) == {0}


@time_machine.travel(EVENING)
def test_a_branch_that_has_kept_the_rest_for_long_begins_with_today(branch: Branch) -> None:
    row(branch, ON - timedelta(days=9))
    row(branch, ON)
    assert keeping.keep_figures(branch=branch, on=ON)["figures"] == len(told(branch)) - 1
    assert set(kept_apart(branch)) == {ON}


@time_machine.travel(EVENING)
def test_no_branch_keeps_a_day_to_come(branch: Branch) -> None:
    assert keeping.keep_apart(branch, ON + timedelta(days=1)) == 0


@time_machine.travel(EVENING)
def test_a_second_run_of_the_day_changes_nothing_though_the_figure_has_moved(branch: Branch) -> None:
    keeping.keep_figures(branch=branch, on=ON)
    MemberFactory.create(branch=branch)
    assert keeping.keep_figures(branch=branch, on=ON)["figures"] == 0
    assert told(branch)["members"] == 2


@time_machine.travel(EVENING)
def test_a_branch_made_later_the_same_day_is_kept_beside_the_others(branch: Branch) -> None:
    keeping.keep_figures(branch=branch, on=ON)
    late = BranchFactory.create()
    before = told(branch)
    keeping.keep_figures(branch=late, on=ON)
    assert told(late)["members"] == 0
    assert told(branch) == before


def test_beat_runs_it_once_in_the_evening(branch: Branch) -> None:
    with time_machine.travel(datetime(2026, 10, 31, 12, 0, tzinfo=UTC)):
        running.run_due()
        assert told(branch) == {}
    with time_machine.travel(EVENING):
        running.run_due()
        kept = KeptFigure.objects.count()
        running.run_due()
    assert KeptFigure.objects.count() == kept == len(told(branch)) > 0


def test_days_while_all_was_off_are_made_up_for_without_what_was_known_then_alone(branch: Branch) -> None:
    with time_machine.travel(EVENING):
        keeping.keep_figures(branch=branch, on=ON)
    with time_machine.travel(EVENING + timedelta(days=3)):
        keeping.keep_figures(branch=branch, on=ON + timedelta(days=3))
    days = [ON + timedelta(days=number) for number in range(4)]
    assert [told(branch, day)["members"] for day in days] == [2] * 4
    assert ["without_phone" in told(branch, day) for day in days] == [True, False, False, True]


def test_a_long_time_off_is_made_up_for_one_month_back(branch: Branch) -> None:
    row(branch, date(2026, 1, 1))
    with time_machine.travel(EVENING):
        keeping.keep_figures(branch=branch, on=ON)
    days = set(KeptFigure.objects.values_list("on", flat=True)) - {date(2026, 1, 1)}
    assert (min(days), max(days), len(days)) == (ON - keeping.CATCH_UP, ON, 32)


@time_machine.travel(EVENING)
def test_a_day_to_come_can_not_be_kept(branch: Branch) -> None:
    assert keeping.keep_day(ON + timedelta(days=1)) == 0


@time_machine.travel(EVENING)
def test_the_command_runs_it_for_a_day(branch: Branch) -> None:
    said = StringIO()
    call_command("run_job", "keep_figures", "--on", "2026-10-30", stdout=said)
    assert said.getvalue() == f"lillberga: figures {len(told(branch, date(2026, 10, 30)))}, forgotten 0\n"
    assert told(branch, date(2026, 10, 30))["members"] == 2


@time_machine.travel(EVENING)
def test_a_dry_run_keeps_nothing(branch: Branch) -> None:
    call_command("run_job", "keep_figures", "--dry-run", stdout=StringIO())
    assert KeptFigure.objects.count() == 0


def test_every_day_for_fifteen_months_then_month_ends_alone(branch: Branch) -> None:
    first = date(2025, 5, 1)
    for number in range((ON - first).days + 1):
        row(branch, first + timedelta(days=number))
    assert keeping.thin_out(branch, ON) == 30 + 29
    left = sorted(KeptFigure.objects.values_list("on", flat=True))
    ends = [last_of_month(month) for month in months_between(first, date(2025, 6, 1))]
    assert left[:3] == [*ends, date(2025, 7, 1)]
    assert keeping.thin_out(branch, ON) == 0


def test_month_ends_of_long_ago_stay_and_other_branches_are_left_alone(branch: Branch) -> None:
    other = BranchFactory.create()
    row(branch, date(2004, 2, 29))
    row(branch, date(2003, 2, 28))
    row(other, date(2004, 2, 28))
    assert keeping.thin_out(branch, ON) == 0
    assert keeping.thin_out(other, ON) == 1


@time_machine.travel(EVENING)
def test_erasing_a_leaver_does_not_touch_what_was_told(branch: Branch) -> None:
    gone = period(branch, date(2020, 1, 1), date(2026, 9, 1))
    keeping.keep_figures(branch=branch, on=ON)
    before = list(KeptFigure.objects.order_by("pk").values())
    erasing.erase(member=gone.member, by=User.objects.console(), on=ON)
    keeping.keep_figures(branch=branch, on=ON)
    assert list(KeptFigure.objects.order_by("pk").values()) == before


def test_the_table_points_at_nobody() -> None:
    """A branch, a figure's name, days and a number: nothing to erase."""
    pointing = {field.related_model for field in KeptFigure._meta.get_fields() if field.is_relation}
    assert pointing == {Branch}
    assert {field.name for field in KeptFigure._meta.concrete_fields} == {
        "id", "branch", "name", "on", "value", "kept_at",
    }  # fmt: skip
    assert Member not in pointing


@pytest.mark.parametrize("wrong", [{"name": ""}, {"value": -1.0}, {"on": ON}])
def test_the_database_refuses_what_can_not_be(branch: Branch, wrong: dict[str, object]) -> None:
    row(branch, ON)
    with pytest.raises(IntegrityError), transaction.atomic():
        KeptFigure.objects.create(
            **(
                {
                    "branch": branch,
                    "name": "members",
                    "on": date(2026, 1, 1),
                    "value": 1.0,
                    "kept_at": EVENING,
                }
                | wrong
            )
        )


@pytest.mark.parametrize(("value", "number"), [(612.0, 612), (0.0, 0), (2**53 - 1.0, 2**53 - 1), (0.5, 0.5)])
def test_whole_numbers_come_back_whole(branch: Branch, value: float, number: float) -> None:
    row(branch, ON, value=value)
    kept = KeptFigure.objects.get()
    assert (kept.number, type(kept.number)) == (number, type(number))
    assert str(kept) == f"2026-10-31 members: {number:g}"


# What is known of a day alone is told of it afterwards by what was kept


def of_today() -> list[str]:
    return [figure.name for figure in extensions.figures.all() if figure.of_today]


def test_every_figure_of_today_alone_is_kept() -> None:
    assert set(of_today()) <= reading.kept_names()


def test_yesterday_is_told_as_it_was_kept(branch: Branch) -> None:
    with time_machine.travel(EVENING):
        keeping.keep_figures(branch=branch, on=ON)
        then = {name: read.value for name, read in reading.read(branch, ON, of_today()).items()}
    with time_machine.travel(EVENING + timedelta(days=1)):
        MemberFactory.create(branch=branch, phone="")
        read = reading.read(branch, ON)
        assert {name: read[name].value for name in of_today()} == then
        assert {name for name, found in read.items() if found.was_kept} == set(of_today())
        assert reading.read(branch, ON + timedelta(days=1))["without_phone"].value == 3


def test_many_branches_are_told_the_same_as_each(branch: Branch) -> None:
    other = BranchFactory.create()
    with time_machine.travel(EVENING):
        keeping.keep_day(ON)
    KeptFigure.objects.filter(branch=other, name="without_email").delete()
    each = reading.read_each([branch.pk, other.pk], ON, of_today())
    assert each["without_phone"] == {branch.pk: 2, other.pk: 0}
    assert each["without_email"] == {branch.pk: 0, other.pk: None}


def test_a_day_that_was_not_kept_is_not_known(branch: Branch) -> None:
    read = reading.read(branch, ON, of_today())
    assert {found.value for found in read.values()} == {None}


def test_another_branchs_kept_figures_are_not_told(branch: Branch) -> None:
    row(BranchFactory.create(), ON, name="without_phone", value=99)
    assert reading.read(branch, ON, ["without_phone"])["without_phone"].value is None


def test_today_asks_for_no_kept_figure_and_a_past_day_once(branch: Branch) -> None:
    today, asked = timezone.localdate(), []
    for on in (today, today - timedelta(days=1)):
        with CaptureQueriesContext(connection) as queries:
            reading.read(branch, on)
        asked.append(sum("figures_keptfigure" in query["sql"] for query in queries))
    assert asked == [0, 1]


def test_figures_come_in_the_order_in_which_they_are_registered(branch: Branch) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    told = [figure.name for figure in extensions.figures.all() if not figure.only_coarse]
    assert list(reading.read(branch, yesterday)) == told
