"""The preview: each line's outcome is kept, the file is forgotten, and it can be cut off anywhere."""

from typing import Any
from unittest import mock

import pytest
from pytest_django import DjangoAssertNumQueries

from crm.people.models import Branch, Member, Role, User
from crm.rosters import bulk, importing, staging, vault
from crm.rosters.models import RosterImport
from tests.factories import BranchFactory, user_with
from tests.rosters.files import ANNA, BO, CECILIA, OCTOBER, bring_in, every_line, figures, many, roster

State = RosterImport.State


@pytest.fixture
def branch(db: None) -> Branch:
    made: Branch = BranchFactory.create()
    return made


@pytest.fixture
def officer(branch: Branch) -> User:
    return user_with(Role.Kind.MEMBER_OFFICER, branch)


def uploaded(branch: Branch, officer: User, *lines: str) -> RosterImport:
    return importing.upload(branch=branch, content=roster(*lines), filename="r.csv", by=officer)


def staged(branch: Branch, officer: User, *lines: str) -> RosterImport:
    roster_import = uploaded(branch, officer, *lines)
    staging.stage(roster_import)
    return roster_import


def test_every_line_is_kept_with_its_outcome(branch: Branch, officer: User) -> None:
    bring_in(branch, ANNA, BO)
    lines = (ANNA, BO.replace("ÅBY", "Ryd"), CECILIA, CECILIA, "4;;;;;;;;x", "5;;;ÅBY;;;;;", "")
    made = staged(branch, officer, *lines, "Antal: 5;;;;;;;;")
    assert every_line(made) == [
        (1, "not_member", ""),
        (2, "unchanged", "1"),
        (3, "changed", "2"),
        (4, "new", "3"),
        (5, "repeated", "3"),
        (6, "protected", ""),
        (7, "rejected", "5"),
        (8, "not_member", ""),
        (9, "not_member", ""),
    ]
    assert made.lines == len(lines) + 2


def test_what_a_row_tells(branch: Branch, officer: User) -> None:
    bring_in(branch, ANNA)
    made = staged(branch, officer, ANNA.replace("ÅBY", "Ryd"), BO)
    changed, new = made.rows.exclude(outcome="not_member")
    assert (changed.member, changed.values) == (Member.objects.get(), {})
    assert changed.changes == {"town": ["ÅBY", "Ryd"]}
    assert (new.member, new.changes) == (None, {})
    assert new.values == {
        "first_name": "Bo", "last_name": "Öst", "town": "ÅBY", "phones": ["+46701740606"],
        "joined_on": "2021-05-02",
    }  # fmt: skip


def test_an_unchanged_line_is_not_written_twice(branch: Branch, officer: User) -> None:
    bring_in(branch, ANNA)
    made = staged(branch, officer, ANNA)
    assert [row.outcome for row in made.rows.all()] == ["not_member"]
    assert (made.lines, made.unchanged, every_line(made)[1]) == (2, 1, (2, "unchanged", "1"))


def test_how_the_file_was_read_is_kept(branch: Branch, officer: User) -> None:
    made = staged(branch, officer, ANNA)
    made.refresh_from_db()
    assert (made.encoding, made.delimiter) == ("utf-8", ";")
    assert made.columns[0] == ["Medlemsnr", "member_number"]
    assert len(made.columns) == 9


def test_missing_and_leaving_have_their_lists(branch: Branch, officer: User) -> None:
    bring_in(branch, ANNA, BO, CECILIA)
    bring_in(branch, ANNA, BO, on=OCTOBER)
    made = staged(branch, officer, ANNA)
    found = made.missing_members.values_list("member__member_number", "is_leaving")
    assert (set(found), figures(made)) == (
        {("2", False), ("3", True)},
        {"unchanged": 1, "missing": 1, "leaving": 1},
    )


@pytest.mark.parametrize("cut", ["_insert", "_keep_missing", "_close"])
def test_cut_off_anywhere_it_can_be_started_again(branch: Branch, officer: User, cut: str) -> None:
    bring_in(branch, CECILIA)
    made = uploaded(branch, officer, ANNA, BO)
    with mock.patch.object(staging, cut, side_effect=KeyboardInterrupt), pytest.raises(KeyboardInterrupt):
        staging.stage(made)
    again = RosterImport.objects.get(pk=made.pk)
    assert again.state == State.UPLOADED
    staging.stage(again)
    assert (again.state, again.rows.count(), again.missing_members.count()) == (State.STAGED, 3, 1)


def test_cut_off_between_two_heaps_of_rows(
    branch: Branch, officer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(staging, "ROWS_AT_ONCE", 4)
    made, told = uploaded(branch, officer, *many(10)), mock.Mock(side_effect=[None, KeyboardInterrupt])
    with pytest.raises(KeyboardInterrupt):
        staging.stage(made, progress=told)
    assert made.rows.count() == 8
    staging.stage(made)
    assert (made.rows.count(), figures(made)) == (11, {"new": 10})


def test_progress_is_told_as_rows_are_written(
    branch: Branch, officer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(staging, "ROWS_AT_ONCE", 4)
    told: list[int] = []
    staging.stage(uploaded(branch, officer, *many(10)), progress=told.append)
    assert told == [4, 8, 11]


def test_what_was_discarded_meanwhile_stays_so(branch: Branch, officer: User) -> None:
    made = uploaded(branch, officer, ANNA)
    RosterImport.objects.update(state=State.DISCARDED, content=None)
    staging.stage(made)
    made.refresh_from_db()
    assert (made.state, made.staged) == (State.DISCARDED, None)


def test_a_file_locked_with_another_key_is_said_to_be(branch: Branch, officer: User, settings: Any) -> None:
    made = uploaded(branch, officer, ANNA)
    settings.SECRET_KEY = "another"
    staging.stage(made)
    made.refresh_from_db()
    assert (made.state, made.problem, made.content) == (State.UNREADABLE, "locked", None)


def test_a_preview_without_anything_staged_is_locked_too(branch: Branch, officer: User) -> None:
    made = staged(branch, officer, ANNA)
    RosterImport.objects.update(state=State.UPLOADED, staged=None, content=None)
    made.refresh_from_db()
    staging.stage(made)
    assert (made.state, made.problem) == (State.UNREADABLE, "locked")


def test_made_anew_it_is_what_a_first_preview_would_be(branch: Branch, officer: User) -> None:
    made = staged(branch, officer, ANNA, BO, "5;;;ÅBY;;;;;")
    bring_in(branch, ANNA.replace("ÅBY", "Ryd"), CECILIA)
    RosterImport.objects.filter(pk=made.pk).update(state=State.UPLOADED)
    made.refresh_from_db()
    staging.stage(made)
    first = staged(branch, officer, ANNA, BO, "5;;;ÅBY;;;;;")
    assert (every_line(made), figures(made)) == (every_line(first), figures(first))
    assert made.digest == first.digest


def test_only_the_members_rows_are_written_anew(branch: Branch, officer: User) -> None:
    made = staged(branch, officer, ANNA, "5;;;ÅBY;;;;;")
    kept = set(made.rows.exclude(outcome="new").values_list("pk", flat=True))
    RosterImport.objects.update(state=State.UPLOADED)
    made.refresh_from_db()
    staging.stage(made)
    assert kept < set(made.rows.values_list("pk", flat=True))
    assert made.rows.count() == 3


def test_the_values_are_locked(branch: Branch, officer: User) -> None:
    made = staged(branch, officer, ANNA)
    made.refresh_from_db()
    assert made.staged is not None
    assert b"Anna" not in bytes(made.staged)
    assert b"Anna" in vault.unlock(made.staged)


@pytest.mark.parametrize("count", [1, 40])
def test_the_same_queries_whatever_the_rows(
    branch: Branch, officer: User, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    made = uploaded(branch, officer, *many(count))
    with django_assert_num_queries(14):
        staging.stage(made)


def test_rows_are_written_in_bulk(branch: Branch, officer: User) -> None:
    made = uploaded(branch, officer, *many(30))
    with mock.patch.object(bulk, "insert", wraps=bulk.insert) as insert:
        staging.stage(made)
    assert [call.args[0].__name__ for call in insert.call_args_list] == [
        "RosterRow",
        "MissingMember",
        "CorrectionCheck",
    ]
