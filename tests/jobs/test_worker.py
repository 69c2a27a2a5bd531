"""Jobs with a real worker process: on files and SQLite, and on Redis and PostgreSQL."""

from pathlib import Path

import pytest

from crm.celery import app
from crm.people.models import Role
from crm.rosters import importing
from crm.rosters.models import RosterImport
from tests.conftest import wait_until, worker_process
from tests.factories import BranchFactory, user_with

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]
ROSTER = (Path(__file__).parents[1] / "rosters/samples/lillberga-2026-09.csv").read_bytes()
NEW_IN_ROSTER = 65
State = RosterImport.State


def upload() -> RosterImport:
    branch = BranchFactory.create()
    officer = user_with(Role.Kind.MEMBER_OFFICER, branch)
    return importing.upload(branch=branch, content=ROSTER, filename="lillberga.csv", by=officer)


def wait_until_read(*imports: RosterImport) -> None:
    keys = [roster_import.pk for roster_import in imports]
    wait_until(lambda: set(states_of(keys)) == {State.STAGED}, 30)


def states_of(keys: list[int]) -> list[str]:
    return list(RosterImport.objects.filter(pk__in=keys).values_list("state", flat=True))


def test_a_woken_worker_reads_an_uploaded_file(celery_worker_process: object) -> None:
    wait_until_read(upload())


def test_a_file_whose_message_was_lost_is_read_at_the_next_sweep() -> None:
    roster_import = upload()
    app.control.purge()
    with worker_process():
        app.send_task("jobs.sweep")
        wait_until_read(roster_import)


def test_two_workers_woken_many_times_read_each_file_once(celery_worker_process: object) -> None:
    with worker_process(number=2):
        imports = [upload() for _ in range(4)]
        for _ in range(8):
            app.send_task("jobs.work", args=["rosters"])
        wait_until_read(*imports)
    rows = {found.pk: found.rows.filter(outcome="new").count() for found in imports}
    assert rows == dict.fromkeys(rows, NEW_IN_ROSTER)


@pytest.mark.redis
def test_a_message_waits_in_redis_for_a_worker_that_comes_later() -> None:
    app.control.purge()
    roster_import = upload()
    with worker_process():
        wait_until_read(roster_import)
