"""A "no" outlives the person's details, under a keyed hash."""

from typing import Any

import pytest
from django.test import override_settings

from crm.people import erasing, remembering, wishes
from crm.people.models import Branch, Member, RememberedWish, User, WishChange
from tests.factories import MemberFactory
from tests.people.leavers import TODAY
from tests.rosters.files import ANNA, BO, NOVEMBER, OCTOBER, bring_in

pytestmark = pytest.mark.django_db


def erased(branch: Branch, number: str = "2", **fields: Any) -> None:
    member = MemberFactory.create(branch=branch, member_number=number, **fields)
    erasing.erase(member=member, by=User.objects.console(), on=TODAY)


def wishes_of(branch: Branch, number: str = "2") -> set[str]:
    member = Member.objects.get(branch=branch, member_number=number)
    return {wish for wish in WishChange.Wish.values if getattr(member, wish)}


@pytest.mark.parametrize("said", [{wish} for wish in WishChange.Wish.values] + [{"no_calls", "no_letters"}])
def test_who_comes_back_has_said_what_they_said(branch: Branch, said: set[str]) -> None:
    fields: dict[str, Any] = dict.fromkeys(said, True)
    erased(branch, **fields)
    bring_in(branch, ANNA, BO)
    assert (wishes_of(branch), wishes_of(branch, "1")) == (said, set())


def test_the_restored_wish_can_be_traced(branch: Branch) -> None:
    erased(branch, no_calls=True)
    bring_in(branch, ANNA, BO)
    change = WishChange.objects.values_list("member__member_number", "wish", "is_on", "changed_by__email")
    assert list(change) == [("2", "no_calls", True, "console@localhost")]


def test_nothing_is_remembered_of_who_wished_nothing(branch: Branch) -> None:
    erased(branch)
    assert not RememberedWish.objects.exists()


def test_the_row_tells_no_number(branch: Branch) -> None:
    erased(branch, "7654321", no_calls=True)
    (row,) = RememberedWish.objects.values_list("number_hash", flat=True)
    assert (len(row), "7654321" in row) == (64, False)


def test_the_same_number_of_another_branch_is_somebody_else(branch: Branch, other_branch: Branch) -> None:
    erased(branch, no_calls=True)
    bring_in(other_branch, ANNA, BO)
    assert wishes_of(other_branch) == set()


def test_another_secret_key_finds_nobody_but_with_the_old_one_beside_it(branch: Branch) -> None:
    erased(branch, no_calls=True)
    found = {"2": MemberFactory.create(branch=branch).pk}
    by = User.objects.console()
    with override_settings(SECRET_KEY="new"):
        assert remembering.restore(branch=branch, arrivals=found, by=by) == 0
    with override_settings(SECRET_KEY="new", SECRET_KEY_FALLBACKS=[_old()]):
        assert remembering.restore(branch=branch, arrivals=found, by=by) == 1


def _old() -> str:
    from django.conf import settings

    return str(settings.SECRET_KEY)


def test_a_wish_taken_back_before_the_second_leaving_is_forgotten(branch: Branch) -> None:
    erased(branch, no_calls=True)
    bring_in(branch, ANNA, BO)
    back, by = Member.objects.get(member_number="2"), User.objects.console()
    wishes.change(member=back, wish="no_calls", is_on=False, by=by)
    erasing.erase(member=back, by=by, on=TODAY)
    assert not RememberedWish.objects.exists()


def test_of_a_protected_person_nothing_is_kept_at_all(branch: Branch) -> None:
    bring_in(branch, ANNA, BO)
    Member.objects.filter(member_number="2").update(no_calls=True)
    bring_in(branch, ANNA, f"{BO}ja", on=OCTOBER)
    assert not RememberedWish.objects.exists()
    assert Member.objects.exclude(erased_at=None).count() == 1


def test_without_remembered_wishes_an_import_asks_once(branch: Branch) -> None:
    assert remembering.restore(branch=branch, arrivals={"1": 1}, by=User.objects.console()) == 0
    assert bring_in(branch, ANNA, BO, on=NOVEMBER).new == 2
