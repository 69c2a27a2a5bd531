"""Receiving a file."""

import hashlib
from datetime import date
from unittest import mock
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from pytest_django import DjangoCaptureOnCommitCallbacks

from crm import wake
from crm.people.models import Branch, Role, User
from crm.rosters import importing, vault
from crm.rosters.models import RosterImport
from crm.rosters.reading import UnreadableRoster
from tests.factories import BranchFactory, user_with
from tests.rosters.files import ANNA, BO, OCTOBER, roster
from tests.rosters.reading.making import identity_number

CONTENT = roster(ANNA)


@pytest.fixture
def branch(db: None) -> Branch:
    made: Branch = BranchFactory.create()
    return made


@pytest.fixture
def officer(branch: Branch) -> User:
    return user_with(Role.Kind.REGISTER_OFFICER, branch)


def test_what_is_kept_of_it(branch: Branch, officer: User) -> None:
    made = importing.upload(
        branch=branch, content=CONTENT, filename="r.csv", by=officer, is_full=False, roster_date=OCTOBER
    )
    assert (made.state, made.filename, made.uploaded_by) == ("uploaded", "r.csv", officer)
    assert (made.is_full, made.roster_date) == (False, OCTOBER)
    assert made.sha256 == hashlib.sha256(CONTENT).hexdigest()
    assert made.content is not None
    assert vault.unlock(made.content) == CONTENT


def test_of_a_long_name_the_end_is_kept(branch: Branch, officer: User) -> None:
    made = importing.upload(branch=branch, content=CONTENT, filename="å" * 300 + ".csv", by=officer)
    assert made.filename == "å" * 196 + ".csv"


def test_an_identity_number_in_the_file_s_name_is_dropped(branch: Branch, officer: User) -> None:
    number = identity_number(date(1954, 1, 23))
    name = f"medlem 19{number[:6]}-{number[6:]} 2026-09-30.csv"
    made = importing.upload(branch=branch, content=CONTENT, filename=name, by=officer)
    assert made.filename == "medlem 2026-09-30.csv"


def test_the_same_token_is_the_same_upload(branch: Branch, officer: User) -> None:
    token = uuid4()
    first = importing.upload(branch=branch, content=CONTENT, filename="a", by=officer, token=token)
    again = importing.upload(branch=branch, content=roster(BO), filename="b", by=officer, token=token)
    assert (again, again.filename) == (first, "a")


def test_another_branchs_token_is_another_upload(branch: Branch, officer: User) -> None:
    token, other = uuid4(), BranchFactory.create()
    stranger = user_with(Role.Kind.MEMBER_OFFICER, other)
    first = importing.upload(branch=branch, content=CONTENT, filename="a", by=officer, token=token)
    second = importing.upload(branch=other, content=CONTENT, filename="b", by=stranger, token=token)
    assert (first.branch, second.branch) == (branch, other)


def test_without_a_token_each_is_one_of_its_own(branch: Branch, officer: User) -> None:
    made = [importing.upload(branch=branch, content=CONTENT, filename="a", by=officer) for _ in range(2)]
    assert made[0] != made[1]


def test_a_worker_is_woken_once_after_commit(
    branch: Branch, officer: User, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    token = uuid4()
    with mock.patch.object(wake, "_send") as send:
        with django_capture_on_commit_callbacks(execute=True):
            importing.upload(branch=branch, content=CONTENT, filename="a", by=officer, token=token)
            send.assert_not_called()
        with django_capture_on_commit_callbacks(execute=True):
            importing.upload(branch=branch, content=CONTENT, filename="a", by=officer, token=token)
    send.assert_called_once_with("rosters")


@pytest.mark.parametrize("kind", [Role.Kind.CALLER, Role.Kind.BOARD])
def test_who_may_not_keeps_nothing(branch: Branch, kind: str) -> None:
    with pytest.raises(PermissionDenied):
        importing.upload(branch=branch, content=CONTENT, filename="a", by=user_with(kind, branch))
    assert not RosterImport.objects.exists()


def test_what_is_plainly_no_roster_is_not_kept(branch: Branch, officer: User) -> None:
    with pytest.raises(UnreadableRoster):
        importing.upload(branch=branch, content=b"%PDF-1.7", filename="a.pdf", by=officer)
    assert not RosterImport.objects.exists()
