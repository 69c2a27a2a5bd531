"""A branch decides what it shares: who may, that it holds at once, and that each decision stays."""

from datetime import date

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from crm.district import access, comparing, sharing
from crm.district.models import Sharing
from crm.people.models import KINDS_IN_A_BRANCH, Branch, Role
from tests.district.making import ALL, ON, make_branch, make_district, user_above
from tests.factories import BranchFactory, UserFactory, user_with
from tests.logins import log_in, log_in_as

pytestmark = pytest.mark.django_db
NOTHING = dict.fromkeys(Sharing.PARTS, False)
MAY = {Role.Kind.BOARD, Role.Kind.ADMIN}


@pytest.fixture
def branch() -> Branch:
    return make_branch(make_district(), 100)


def parts_now(branch: Branch) -> dict[str, bool]:
    return sharing.parts_of(access.sharing_of_each([branch]).get(branch.pk))


def test_nothing_is_shared_to_begin_with(branch: Branch) -> None:
    assert parts_now(branch) == NOTHING


@pytest.mark.parametrize("kind", KINDS_IN_A_BRANCH)
def test_the_board_and_the_administrator_decide(client: Client, branch: Branch, kind: str) -> None:
    log_in_as(client, kind, branch, two_factors=False)
    statuses = [client.get(f"/{branch.slug}/delas/").status_code]
    statuses.append(client.post(f"/{branch.slug}/delas/", {"calls": "on"}).status_code)
    assert statuses == ([200, 302] if kind in MAY else [403, 403])
    assert parts_now(branch) == NOTHING | {"calls": kind in MAY}


def test_strangers_and_the_district_do_not(client: Client, branch: Branch) -> None:
    for stranger in (
        user_with("board", BranchFactory.create()),
        user_above(branch.district),
        user_above(None),
    ):
        log_in(client, stranger)
        assert client.post(f"/{branch.slug}/delas/", {"calls": "on"}).status_code == 404
    assert not Sharing.objects.exists()


def test_the_deed_itself_asks_who_it_is(branch: Branch) -> None:
    for nobody in (UserFactory.create(), user_with("caller", branch), user_above(branch.district)):
        with pytest.raises(PermissionDenied):
            sharing.decide(branch=branch, by=nobody, members=True)


def test_each_decision_is_a_row_with_who_and_when(branch: Branch) -> None:
    chair, admin = user_with("board", branch), user_with("admin", branch)
    with time_machine.travel("2026-03-01 12:00+01:00", tick=False):
        assert sharing.decide(branch=branch, by=chair, **ALL)
    with time_machine.travel("2026-04-01 12:00+02:00", tick=False):
        assert sharing.decide(branch=branch, by=admin, members=True)
    told = [
        (row.decided_by, timezone.localdate(row.decided_at), row.parts) for row in access.decisions_of(branch)
    ]
    assert told == [
        (admin, date(2026, 4, 1), NOTHING | {"members": True}),
        (chair, date(2026, 3, 1), ALL),
    ]


def test_the_same_decision_twice_is_one(client: Client, branch: Branch) -> None:
    log_in_as(client, "board", branch)
    for _ in range(2):
        client.post(f"/{branch.slug}/delas/", {"calls": "on", "goal": "on"})
    assert Sharing.objects.count() == 1
    assert parts_now(branch) == NOTHING | {"calls": True, "goal": True}


def test_to_share_nothing_any_more_is_a_decision_and_holds_at_once(client: Client, branch: Branch) -> None:
    log_in_as(client, "board", branch)
    client.post(f"/{branch.slug}/delas/", dict.fromkeys(ALL, "on"))
    assert branch.district is not None
    assert not comparing.of_district(branch.district, ON).is_empty
    client.post(f"/{branch.slug}/delas/", {})
    assert comparing.of_district(branch.district, ON).is_empty
    assert Sharing.objects.count() == 2


def test_nothing_to_begin_with_is_no_decision(client: Client, branch: Branch) -> None:
    log_in_as(client, "board", branch)
    client.post(f"/{branch.slug}/delas/", {})
    assert not Sharing.objects.exists()


def test_two_decisions_at_one_moment_have_an_order(branch: Branch) -> None:
    chair = user_with("board", branch)
    with time_machine.travel("2026-03-01 12:00+01:00", tick=False):
        sharing.decide(branch=branch, by=chair, **ALL)
        sharing.decide(branch=branch, by=chair, goal=True)
    assert parts_now(branch) == access.decisions_of(branch)[0].parts == NOTHING | {"goal": True}


def test_a_decision_has_somebody_who_made_it(branch: Branch) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Sharing.objects.create(branch=branch, decided_at=timezone.now())


def test_the_page_shows_what_others_see_and_who_decided(client: Client, branch: Branch) -> None:
    chair = log_in_as(client, "board", branch)
    page = client.get(f"/{branch.slug}/delas/").content.decode()
    assert "Ni delar ingenting." in page
    assert "Ingen har bestämt något än" in page
    client.post(f"/{branch.slug}/delas/", {"members": "on"})
    answer = client.get(f"/{branch.slug}/delas/")
    (line,) = answer.context["lines"]
    seen = comparing.of_branch(branch, timezone.localdate()).lines[0]
    assert line.cells == seen.cells
    assert str(chair) in answer.content.decode()


def test_what_others_see_is_what_the_district_sees(branch: Branch) -> None:
    sharing.decide(branch=branch, by=user_with("board", branch), **ALL)
    assert branch.district is not None
    own, theirs = comparing.of_branch(branch, ON), comparing.of_district(branch.district, ON)
    assert own.lines[0] == theirs.lines[0]
    assert own.on == theirs.on


def test_the_decisions_of_another_branch_do_not_count(branch: Branch) -> None:
    other = make_branch(branch.district, 50, ALL)
    assert set(access.sharing_of_each([branch, other])) == {other.pk}
    assert list(access.decisions_of(branch)) == []


@pytest.mark.parametrize("part", Sharing.PARTS)
def test_every_part_is_named_in_words(branch: Branch, part: str) -> None:
    decision = Sharing(branch=branch, **{part: True})
    (words,) = decision.shared_parts
    assert words
    assert words != part
