"""A roster's part of forgetting a person."""

import pytest

from crm.people.models import Branch, Member, Role, User
from crm.rosters import accepting, erasure, importing, working
from crm.rosters.models import RosterImport, RosterRow
from tests.factories import BranchFactory, user_with
from tests.rosters.files import ANNA, BO, OCTOBER, bring_in, figures, lines_of, roster

State = RosterImport.State
TWICE = ("2;Bo;Öst;ÅBY;;;;;", "2;Britta;Väst;ÅBY;;;;;")


@pytest.fixture
def branch(db: None) -> Branch:
    made: Branch = BranchFactory.create()
    return made


def forget(branch: Branch, number: str) -> None:
    member = Member.objects.get(branch=branch, member_number=number)
    erasure.forget_rows(member=member, by=User.objects.console())


def told(row: RosterRow) -> tuple[object, ...]:
    return (row.member_id, row.member_number, row.values, row.changes, row.remarks)


NOTHING: tuple[object, ...] = (None, "", {}, {}, [])


def waiting(branch: Branch) -> RosterImport:
    officer = user_with(Role.Kind.MEMBER_OFFICER, branch)
    return importing.upload(branch=branch, content=roster(ANNA, BO), filename="a.csv", by=officer)


def test_every_row_of_theirs_is_emptied_and_nobody_elses(branch: Branch) -> None:
    first = bring_in(branch, ANNA, BO)
    second = bring_in(branch, ANNA, BO.replace("ÅBY", "Ryd"), on=OCTOBER)
    forget(branch, "2")
    assert [told(row) for row in RosterRow.objects.filter(line=3)] == [NOTHING, NOTHING]
    assert first.rows.get(line=2).values["first_name"] == "Anna"
    assert lines_of(second) == [(2, "unchanged", "1"), (3, "changed", "")]


def test_the_counts_and_outcomes_stay(branch: Branch) -> None:
    bring_in(branch, ANNA, BO)
    forget(branch, "2")
    kept = RosterImport.objects.get()
    assert (figures(kept), kept.lines) == ({"new": 2}, 3)
    assert kept.rows.get(line=3).outcome == "new"


def test_rejected_lines_of_their_number_are_emptied_too(branch: Branch) -> None:
    bring_in(branch, ANNA, BO)
    rejected = bring_in(branch, ANNA, *TWICE, on=OCTOBER)
    forget(branch, "2")
    assert [told(row) for row in rejected.rows.filter(outcome="rejected")] == [NOTHING, NOTHING]


def test_the_same_number_in_another_branch_is_somebody_else(branch: Branch) -> None:
    other = bring_in(BranchFactory.create(), BO)
    bring_in(branch, BO)
    forget(branch, "2")
    assert other.rows.get(line=2).values["first_name"] == "Bo"


def test_what_waits_to_be_read_or_looked_at_is_thrown_away(branch: Branch) -> None:
    bring_in(branch, ANNA, BO)
    preview = waiting(branch)
    working.work_through()
    unread = waiting(branch)
    forget(branch, "2")
    for gone in (preview, unread):
        gone.refresh_from_db()
        assert (gone.state, gone.content, gone.staged) == (State.DISCARDED, None, None)


def test_another_branchs_preview_stays(branch: Branch) -> None:
    bring_in(branch, BO)
    theirs = waiting(BranchFactory.create())
    working.work_through()
    forget(branch, "2")
    theirs.refresh_from_db()
    assert theirs.state == State.STAGED


def test_an_accepted_preview_brings_nobody_back(branch: Branch) -> None:
    bring_in(branch, ANNA, BO)
    preview = waiting(branch)
    working.work_through()
    preview.refresh_from_db()
    accepting.accept(preview, by=preview.uploaded_by)
    bring_in(branch, ANNA, f"{BO}ja", on=OCTOBER)
    working.work_through()
    preview.refresh_from_db()
    assert (preview.state, preview.staged) == (State.DISCARDED, None)
    assert lines_of(preview) == [(2, "unchanged", "1"), (3, "unchanged", "")]
    assert set(Member.objects.filter(erased_at=None).values_list("first_name", flat=True)) == {"Anna"}
