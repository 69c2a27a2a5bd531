import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command

from crm import extensions
from crm.extensions import Job, Registry
from crm.jobs import running, tasks
from crm.jobs.models import JobRun
from crm.people.models import Branch
from tests.factories import BranchFactory

pytestmark = pytest.mark.django_db

MORNING = datetime(2026, 11, 21, 7, 0, tzinfo=UTC)
DAY = date(2026, 11, 21)


class Counting:
    """A real job that keeps the days for which it ran."""

    def __init__(self) -> None:
        self.ran: list[tuple[str, date]] = []
        self.fault: Exception | None = None

    def __call__(self, *, branch: Branch, on: date) -> dict[str, int]:
        self.ran.append((branch.slug, on))
        if self.fault:
            Branch.objects.filter(pk=branch.pk).update(place="half done")
            raise self.fault
        return {"done": 1}


@pytest.fixture
def job(monkeypatch: pytest.MonkeyPatch) -> Counting:
    counting = Counting()
    jobs: Registry[Job] = Registry()
    jobs.register("count", Job(name="count", run=counting, hour=4, about="Counts"))
    monkeypatch.setattr(extensions, "jobs", jobs)
    return counting


@pytest.fixture
def branch() -> Branch:
    return BranchFactory.create(slug="lillberga")


@time_machine.travel(MORNING)
def test_a_job_runs_once_a_day_however_often_beat_asks(job: Counting, branch: Branch) -> None:
    assert [running.run_due(), running.run_due(), tasks.run_due_jobs()] == [1, 0, 0]
    assert job.ran == [("lillberga", DAY)]
    assert JobRun.objects.get().result == {"done": 1}


def test_a_job_waits_for_its_hour_and_is_made_up_for_later_the_same_day(
    job: Counting, branch: Branch
) -> None:
    with time_machine.travel(datetime(2026, 11, 21, 2, 30, tzinfo=UTC)):  # half past three in Stockholm
        assert running.run_due() == 0
    with time_machine.travel(datetime(2026, 11, 21, 22, 30, tzinfo=UTC)):
        assert running.run_due() == 1
    assert job.ran == [("lillberga", DAY)]


@time_machine.travel(MORNING)
def test_a_job_that_fails_is_rolled_back_kept_with_its_reason_and_tried_again(
    job: Counting, branch: Branch
) -> None:
    job.fault = RuntimeError("no disk")
    running.run_due()
    run = JobRun.objects.get()
    assert (run.state, run.error) == (JobRun.State.FAILED, "RuntimeError: no disk")
    branch.refresh_from_db()
    assert branch.place == "Påhitta"

    job.fault = None
    assert running.run_due() == 1


@time_machine.travel(MORNING)
def test_a_job_that_keeps_failing_is_given_up_for_the_day(job: Counting, branch: Branch) -> None:
    job.fault = RuntimeError("no disk")
    for _minute in range(9):
        running.run_due()
    assert len(job.ran) == running.MOST_ATTEMPTS


def test_a_run_whose_worker_was_killed_is_taken_up_when_its_lease_has_ended(
    job: Counting, branch: Branch
) -> None:
    with time_machine.travel(MORNING):
        JobRun.objects.create(
            job="count",
            branch=branch,
            on=DAY,
            state="running",
            lease_until=MORNING + running.LEASE,
            attempts=1,
        )
        assert running.run_due() == 0
    with time_machine.travel(MORNING + running.LEASE + timedelta(seconds=1)):
        assert running.run_due() == 1


@time_machine.travel(MORNING)
def test_two_workers_with_the_same_row_run_the_job_once(job: Counting, branch: Branch) -> None:
    running.plan(list(extensions.jobs.all()), on=DAY)
    seen_by_both = JobRun.objects.get()
    assert [running.claim_and_run(seen_by_both), running.claim_and_run(seen_by_both)] == [True, False]


def test_run_job_runs_as_if_on_a_day(job: Counting, branch: Branch) -> None:
    out = StringIO()
    call_command("run_job", "count", "--on", "2027-02-01", "--branch", "lillberga", "--json", stdout=out)
    assert out.getvalue() == '{"job": "count", "on": "2027-02-01", "branches": {"lillberga": {"done": 1}}}\n'
    assert job.ran == [("lillberga", date(2027, 2, 1))]


def test_a_dry_run_tells_and_changes_nothing(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def rename(*, branch: Branch, on: date) -> dict[str, int]:
        return {"renamed": Branch.objects.filter(pk=branch.pk).update(place="Annan ort")}

    jobs: Registry[Job] = Registry()
    jobs.register("rename", Job(name="rename", run=rename, hour=3, about="Renames"))
    monkeypatch.setattr(extensions, "jobs", jobs)
    branch, out = BranchFactory.create(slug="lillberga"), StringIO()
    call_command("run_job", "rename", "--dry-run", "--json", "--on", "2027-02-01", stdout=out)
    assert json.loads(out.getvalue()) == {
        "job": "rename",
        "on": "2027-02-01",
        "branches": {"lillberga": {"renamed": 1}},
        "dry_run": True,
    }
    assert Branch.objects.get().place == branch.place


def test_a_job_that_talks_to_the_outside_has_no_dry_run(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(*, branch: Branch, on: date) -> dict[str, int]:
        return {}

    job = Job(name="send", run=nothing, hour=0, about="Sends", atomic=False)
    jobs: Registry[Job] = Registry()
    jobs.register("send", job)
    monkeypatch.setattr(extensions, "jobs", jobs)
    with pytest.raises(CommandError, match="so it has no dry run"):
        call_command("run_job", "send", "--dry-run")
    with pytest.raises(ValueError, match="can't be taken back"):
        running.rehearse(job, branch=BranchFactory.create(), on=date(2027, 2, 1))


def test_run_job_lists_the_jobs(job: Counting) -> None:
    out = StringIO()
    call_command("run_job", stdout=out)
    assert out.getvalue() == "count: Counts\n"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["no_such_job"], "There is no job 'no_such_job'. The jobs: count."),
        (["count", "--branch", "nowhere"], "There is no branch 'nowhere'."),
    ],
)
def test_run_job_says_what_is_wrong(job: Counting, arguments: list[str], sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence.replace(".", r"\.")):
        call_command("run_job", *arguments)


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[str]]:
    done: list[str] = []

    def doing(name: str) -> Callable[[], int]:
        return lambda: done.append(name) or 1  # type: ignore[func-returns-value]

    queues: Registry[Callable[[], int]] = Registry()
    queues.register("rosters", doing("rosters"))
    queues.register("outbox", doing("outbox"))
    monkeypatch.setattr(extensions, "work", queues)
    return lambda: done


def test_a_wake_does_the_work_of_one_queue_and_the_sweep_of_all(work: Callable[[], list[str]]) -> None:
    assert (tasks.work("outbox"), tasks.work("nobody's")) == (1, 0)
    assert tasks.sweep() == 2
    assert work() == ["outbox", "rosters", "outbox"]
