"""The collector rests while a roster is laid beside the branch, and never longer."""

import gc

import pytest

from crm.people.models import Role
from crm.rosters import importing, staging
from crm.rosters.collecting import without_collecting
from tests.factories import BranchFactory, user_with
from tests.rosters.files import ANNA, roster


def test_it_rests_within_and_works_again_afterwards() -> None:
    with without_collecting():
        assert not gc.isenabled()
    assert gc.isenabled()


def test_it_works_again_after_an_error() -> None:
    with pytest.raises(ValueError, match="odd"), without_collecting():
        raise ValueError("odd")
    assert gc.isenabled()


def test_one_within_another_leaves_it_resting() -> None:
    with without_collecting():
        with without_collecting():
            pass
        assert not gc.isenabled()


def test_a_collector_that_was_off_stays_off() -> None:
    gc.disable()
    try:
        with without_collecting():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_it_rests_while_a_roster_is_staged(db: None) -> None:
    branch = BranchFactory.create()
    officer = user_with(Role.Kind.MEMBER_OFFICER, branch)
    made = importing.upload(branch=branch, content=roster(ANNA), filename="a.csv", by=officer)
    worked: list[bool] = []
    staging.stage(made, progress=lambda _rows: worked.append(gc.isenabled()))
    assert (worked, gc.isenabled()) == ([False], True)
