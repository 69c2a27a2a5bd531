"""After 30 days nothing to undo with, after 90 no row contents; the counts stay."""

from datetime import date, timedelta

import pytest
import time_machine

from crm import extensions
from crm.jobs.running import run_job
from crm.people.models import Branch, User
from crm.rosters import importing, undoing, working
from crm.rosters.models import MissingMember, RosterImport, RosterRow, UndoRow
from tests.factories import BranchFactory
from tests.rosters.files import ANNA, BO, OCTOBER, bring_in, figures, roster

NOON = "2026-10-31T12:00:00Z"
MARRIED = ANNA.replace("Åberg", "Öberg")


@pytest.fixture
def branch(db: None) -> Branch:
    made: Branch = BranchFactory.create()
    return made


@pytest.fixture
def second(branch: Branch) -> RosterImport:
    with time_machine.travel(NOON):
        bring_in(branch, ANNA, BO)
        return bring_in(branch, MARRIED, on=OCTOBER)


def forget(branch: Branch, days: int) -> dict[str, int]:
    job = extensions.jobs.get("forget_old_imports")
    assert job is not None
    return run_job(job, branch=branch, on=date(2026, 10, 31) + timedelta(days=days))


@pytest.mark.parametrize(("days", "left"), [(30, 2), (31, 0)])
def test_what_undoing_needs_is_dropped_when_undoing_is_no_more(
    branch: Branch, second: RosterImport, days: int, left: int
) -> None:
    forget(branch, days)
    assert UndoRow.objects.count() == left


@pytest.mark.parametrize(("days", "forgotten"), [(90, 0), (91, 2)])
def test_row_contents_are_dropped_after_ninety_days(
    branch: Branch, second: RosterImport, days: int, forgotten: int
) -> None:
    assert forget(branch, days)["imports"] == forgotten
    said = RosterRow.objects.exclude(values={}, changes={}, member_number="", member=None)
    assert said.exists() is not bool(forgotten)
    assert MissingMember.objects.exists() is not bool(forgotten)


def test_counts_and_lines_stay(branch: Branch, second: RosterImport) -> None:
    before = (figures(second), second.rows.count())
    forget(branch, 400)
    second.refresh_from_db()
    assert (figures(second), second.rows.count()) == before


def test_done_twice_it_does_nothing_more(branch: Branch, second: RosterImport) -> None:
    assert forget(branch, 91) == {"undo_rows": 2, "imports": 2}
    assert forget(branch, 92) == {"undo_rows": 0, "imports": 0}


def test_whom_an_undoing_kept_is_told_for_ninety_days(branch: Branch, second: RosterImport) -> None:
    second.undo_rows.update(kept="edited")
    forget(branch, 31)
    assert second.undo_rows.count() == 2
    forget(branch, 91)
    assert second.undo_rows.count() == 0


def test_a_preview_that_nobody_decided_about_is_thrown_away(branch: Branch) -> None:
    by = User.objects.console()
    with time_machine.travel(NOON):
        preview = importing.upload(branch=branch, content=roster(ANNA), filename="r.csv", by=by)
        working.work_through()
    forget(branch, 91)
    preview.refresh_from_db()
    assert (preview.state, preview.staged) == (RosterImport.State.DISCARDED, None)


def test_another_branch_is_left_alone(branch: Branch, second: RosterImport) -> None:
    assert forget(BranchFactory.create(), 400) == {"undo_rows": 0, "imports": 0}
    assert UndoRow.objects.count() == 2


def test_an_undoing_asked_for_in_time_needs_its_rows(branch: Branch, second: RosterImport) -> None:
    with time_machine.travel("2026-11-30T11:00:00Z"):
        undoing.ask(second, by=User.objects.console())
        forget(branch, 30)
        assert working.work_through() == 1
    second.refresh_from_db()
    assert second.undo_counts == {"restored": 2, "removed": 0, "kept": 0}
