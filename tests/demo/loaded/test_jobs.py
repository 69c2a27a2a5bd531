"""Every daily job on two years of data: idempotent, catching up, and its rehearsal changes nothing."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
import time_machine
from django.db import transaction

from crm import extensions
from crm.extensions import Job
from crm.jobs import running
from crm.people.models import Branch
from demo.clock import moment
from tests.demo.loaded.conftest import TODAY
from tests.demo.loaded.test_promises import own_models
from tests.demo.loaded.test_walks import digest

DAILY = [job for job in extensions.jobs.all() if job.daily and job.atomic]
ODD_DAYS = [
    date(2026, 12, 31),
    date(2027, 1, 1),
    date(2027, 3, 28),  # the clock goes forward
    date(2027, 10, 31),  # and back
    date(2028, 2, 29),
]


@pytest.fixture(autouse=True)
def _taken_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def run(job: Job, branch: Branch, on: date) -> dict[str, int]:
    with time_machine.travel(moment(on, 7)):
        return running.run_job(job, branch=branch, on=on)


def snapshot() -> dict[str, str]:
    return {model._meta.label: digest(model) for model in own_models()}


def changes(before: dict[str, str]) -> list[str]:
    return [label for label, found in snapshot().items() if found != before[label]]


def by_name(job: Job) -> str:
    return job.name


def test_the_plans_jobs_are_there(branch: Branch) -> None:
    named = {"open_call_rounds", "top_up_call_rounds", "plan_intro_meetings", "invite_to_intro_meetings"}
    assert named <= {job.name for job in DAILY}


@pytest.mark.parametrize("job", DAILY, ids=by_name)
def test_a_second_run_the_same_day_changes_nothing(branch: Branch, job: Job) -> None:
    run(job, branch, TODAY)
    before = snapshot()
    run(job, branch, TODAY)
    assert changes(before) == []


@pytest.mark.parametrize("job", DAILY, ids=by_name)
def test_a_rehearsal_changes_nothing(branch: Branch, job: Job) -> None:
    before = snapshot()
    with time_machine.travel(moment(TODAY, 7)):
        running.rehearse(job, branch=branch, on=TODAY)
    assert changes(before) == []


@pytest.mark.parametrize("job", DAILY, ids=by_name)
def test_a_rehearsal_tells_what_the_run_does(branch: Branch, job: Job) -> None:
    with time_machine.travel(moment(TODAY, 7)):
        told = running.rehearse(job, branch=branch, on=TODAY)
    assert run(job, branch, TODAY) == told


@pytest.mark.parametrize("job", DAILY, ids=by_name)
def test_days_are_caught_up_and_the_next_run_finds_nothing(branch: Branch, job: Job) -> None:
    """Three days off, then once: whatever is still to do is done by that one run."""
    later = TODAY + timedelta(days=3)
    run(job, branch, later)
    before = snapshot()
    run(job, branch, later)
    assert changes(before) == []


@pytest.mark.parametrize("on", ODD_DAYS, ids=str)
@pytest.mark.parametrize("job", DAILY, ids=by_name)
def test_no_day_of_the_calendar_stops_a_job(branch: Branch, job: Job, on: date) -> None:
    counted = run(job, branch, on)
    assert all(number >= 0 for number in counted.values())


@pytest.mark.parametrize("job", DAILY, ids=by_name)
def test_an_empty_branch_has_its_jobs_too(branch: Branch, job: Job) -> None:
    empty = Branch.objects.get(slug="lillberga")
    assert all(number >= 0 for number in run(job, empty, TODAY).values())


@pytest.mark.parametrize("job", DAILY, ids=by_name)
def test_a_job_says_in_a_sentence_what_it_is_for(branch: Branch, job: Job) -> None:
    assert (str(job.about).endswith("."), 0 <= job.hour < 24) == (True, True)
