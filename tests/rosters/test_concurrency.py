"""Two officers, two workers: at the very same moment, in connections of their own."""

from collections.abc import Callable
from functools import partial
from threading import Barrier, Thread

import pytest
from django.db import connection

from crm.people.models import Branch, Member, Role, User
from crm.rosters import accepting, importing, working
from crm.rosters.accepting import AlreadyDecided
from crm.rosters.models import RosterImport
from tests.factories import BranchFactory, user_with
from tests.rosters.files import ANNA, BO, CECILIA, roster

State = RosterImport.State
pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*deeds: Callable[[], object]) -> list[str]:
    """Each deed in a thread of its own; what came of them: "done", or the name of the exception."""
    start, outcomes = Barrier(len(deeds)), []

    def run(deed: Callable[[], object]) -> None:
        try:
            start.wait(10)
            deed()
            outcomes.append("done")
        except Exception as error:  # its name is the outcome
            outcomes.append(type(error).__name__)
        finally:
            connection.close()

    threads = [Thread(target=run, args=[deed]) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return sorted(outcomes)


@pytest.fixture
def branch() -> Branch:
    made: Branch = BranchFactory.create()
    return made


@pytest.fixture
def officers(branch: Branch) -> list[User]:
    return [user_with(kind, branch) for kind in (Role.Kind.MEMBER_OFFICER, Role.Kind.REGISTER_OFFICER)]


def staged(branch: Branch, by: User, *lines: str) -> RosterImport:
    made = importing.upload(branch=branch, content=roster(*lines), filename="r.csv", by=by)
    working.work_through()
    made.refresh_from_db()
    return made


def test_two_officers_accept_and_one_wins(branch: Branch, officers: list[User]) -> None:
    made = staged(branch, officers[0], ANNA, BO)

    def accept(by: User) -> Callable[[], object]:
        return lambda: accepting.accept(RosterImport.objects.get(pk=made.pk), by=by)

    assert at_once(*map(accept, officers)) == [AlreadyDecided.__name__, "done"]
    made.refresh_from_db()
    assert made.state == State.ACCEPTED


def test_one_accepts_and_one_throws_away(branch: Branch, officers: list[User]) -> None:
    made = staged(branch, officers[0], ANNA, BO)
    outcomes = at_once(
        lambda: accepting.accept(RosterImport.objects.get(pk=made.pk), by=officers[0]),
        lambda: accepting.discard(RosterImport.objects.get(pk=made.pk), by=officers[1]),
    )
    assert outcomes == [AlreadyDecided.__name__, "done"]
    made.refresh_from_db()
    assert (made.state == State.ACCEPTED) is (made.staged is not None)


def test_two_workers_apply_it_once(branch: Branch, officers: list[User]) -> None:
    made = staged(branch, officers[0], ANNA, BO)
    accepting.accept(made, by=officers[0])
    assert at_once(working.work_through, working.work_through) == ["done", "done"]
    made.refresh_from_db()
    assert (made.state, Member.objects.count()) == (State.APPLIED, 2)


def test_of_two_files_for_one_branch_the_second_is_looked_at_anew(
    branch: Branch, officers: list[User]
) -> None:
    previews = [staged(branch, officers[0], ANNA, BO), staged(branch, officers[1], ANNA, CECILIA)]
    for preview, by in zip(previews, officers, strict=True):
        accepting.accept(preview, by=by)
    at_once(*[partial(working.claim_and_work, preview.pk) for preview in previews])
    working.work_through()
    found = RosterImport.objects.values_list("state", "problem")
    assert sorted(found) == [(State.APPLIED, ""), (State.STAGED, "branch_changed")]
    assert Member.objects.count() == 2
