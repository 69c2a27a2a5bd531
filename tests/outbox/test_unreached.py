"""Whom no channel reaches: chosen by the wish, then what is known, and what to do about each."""

from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from crm.outbox import bounces, rules
from crm.outbox.models import SendingRules
from crm.outbox.unreached import without_a_way
from crm.people.models import AccessLog, Branch, Role
from tests.factories import MemberFactory
from tests.logins import log_in_as

pytestmark = pytest.mark.django_db
NOTHING = {"email": "", "phone": "", "postcode": ""}


def told(branch: Branch, **known: Any) -> list[tuple[str, bool]]:
    """What is told of one such member: whom to dial, and whether only the branch's rule stops a letter."""
    member = MemberFactory.create(branch=branch, **known)
    return [(row.phone, row.only_letters_are_off) for row in without_a_way(branch, [member])]


@pytest.mark.parametrize(
    "known",
    [
        {},
        {"email": ""},
        {"postcode": ""},
        {"email": "", "channel": "letter"},
        NOTHING | {"no_messages": True},
        NOTHING | {"no_email": True, "no_sms": True, "no_letters": True},
    ],
)
def test_who_has_a_way_or_wants_none_is_not_on_the_list(branch: Branch, known: dict[str, Any]) -> None:
    assert told(branch, **known) == []


@pytest.mark.parametrize(
    "known",
    [
        NOTHING,
        {"phone": "", "postcode": "", "no_email": True},
        {"phone": "", "email": "", "no_letters": True},
        {"phone": "", "email": "", "town": ""},
    ],
)
def test_who_has_no_way_left_is_on_it(branch: Branch, known: dict[str, Any]) -> None:
    assert told(branch, **known) == [("", False)]


def test_without_an_operator_of_sms_a_number_is_for_calling(branch: Branch) -> None:
    assert told(branch, email="", postcode="", phone="+46701740605") == [("070-174 06 05", False)]


def test_who_said_no_to_calls_is_not_dialled(branch: Branch) -> None:
    assert told(branch, email="", postcode="", phone="+46701740605", no_calls=True) == [("", False)]


@pytest.mark.parametrize(("wish", "found"), [("", [("", True)]), ("letter", [])])
def test_a_branch_that_prints_no_letters_is_told_that_it_could(
    branch: Branch, wish: str, found: list[tuple[str, bool]]
) -> None:
    SendingRules.objects.create(branch=branch, letters=False)
    assert told(branch, email="", phone="", channel=wish) == found


def test_an_address_that_bounces_is_no_way(branch: Branch) -> None:
    bounces.mark(branch=branch, address="arla@example.org", reason="550")
    assert told(branch, email="arla@example.org", phone="", postcode="") == [("", False)]


def test_the_order_is_the_one_given(branch: Branch) -> None:
    first, second = MemberFactory.create_batch(2, branch=branch, **NOTHING)
    assert [row.member for row in without_a_way(branch, [second, first])] == [second, first]


def test_the_first_number_is_the_one_to_dial(branch: Branch) -> None:
    member = MemberFactory.create(branch=branch, email="", postcode="", phone="+46701740606")
    member.phones.create(number="+46701740605", kind="mobile", position=3)
    (row,) = without_a_way(branch, [member])
    assert row.phone == "070-174 06 06"


@pytest.mark.parametrize("number", [1, 12])
def test_it_costs_the_same_for_one_and_for_twelve(
    branch: Branch, django_assert_num_queries: DjangoAssertNumQueries, number: int
) -> None:
    members = MemberFactory.create_batch(number, branch=branch, email="", postcode="")
    rules.rules_of(branch)
    with django_assert_num_queries(4):
        assert len(without_a_way(branch, members)) == number


def test_the_page_says_what_to_do_about_each_and_is_logged(client: Client, branch: Branch) -> None:
    officer = log_in_as(client, Role.Kind.MEMBER_OFFICER, branch)
    one = MemberFactory.create(branch=branch, email="", postcode="", phone="+46701740605")
    two = MemberFactory.create(branch=branch, **NOTHING, no_calls=True)
    three = MemberFactory.create(branch=branch, **NOTHING)
    words = client.get(f"/{branch.slug}/utskick/adresser/").content.decode()
    assert [
        said in words
        for said in (
            "070-174 06 05",
            "Ring, berätta vad det gäller",
            "Vill inte bli uppringd.",
            "Inget nummer heller.",
        )
    ] == [True] * 4
    seen = AccessLog.objects.filter(user=officer, purpose=AccessLog.Purpose.MESSAGE)
    assert set(seen.values_list("member", flat=True)) == {one.pk, two.pk, three.pk}
