"""One-time codes on paper."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.utils import timezone

from crm.people import printed_codes
from crm.people.models import Branch, LoginCode, User
from tests.factories import BranchFactory, UserFactory, give_role, user_with
from tests.logins import log_in_as

pytestmark = pytest.mark.django_db
PAGE = "/inloggningskod/"


@pytest.fixture
def caller(branch: Branch) -> User:
    return user_with("caller", branch)


@pytest.fixture
def codes(branch: Branch, caller: User) -> list[str]:
    return printed_codes.print_codes(user=caller, branch=branch, by=user_with("admin", branch))


@pytest.fixture(autouse=True)
def no_rates_left_over() -> None:
    cache.clear()


def enter(client: Client, code: str) -> int:
    return client.post(PAGE, {"code": code}).status_code


def who(client: Client) -> str | None:
    return client.session.get("_auth_user_id")


def test_a_sheet_has_ten_codes_that_nobody_can_misread(codes: list[str]) -> None:
    letters = set("".join(codes)) - {"-"}
    assert (len(set(codes)), {len(code) for code in codes}) == (10, {9})
    assert letters & set("0O1IL2Z5S8BUV") == set()


def test_only_a_keyed_hash_is_kept(codes: list[str]) -> None:
    kept = " ".join(LoginCode.objects.values_list("code_hash", flat=True))
    assert [code for code in codes if code in kept or code.replace("-", "") in kept] == []


@pytest.mark.parametrize(
    "written", [str, str.lower, lambda code: code.replace("-", " "), lambda c: c.replace("-", "")]
)
def test_a_code_logs_its_holder_in(client: Client, caller: User, codes: list[str], written: Any) -> None:
    assert enter(client, written(codes[3])) == 302
    assert who(client) == str(caller.pk)


def test_a_code_works_once(client: Client, codes: list[str]) -> None:
    enter(client, codes[0])
    client.logout()
    assert enter(client, codes[0]) == 422
    assert enter(client, codes[1]) == 302


@pytest.mark.parametrize(("days", "status"), [(89, 302), (91, 422)])
def test_a_code_works_for_ninety_days(client: Client, codes: list[str], days: int, status: int) -> None:
    with time_machine.travel(timezone.now() + timedelta(days=days)):
        assert enter(client, codes[0]) == status


def test_a_new_sheet_ends_the_old_one(client: Client, branch: Branch, caller: User, codes: list[str]) -> None:
    new = printed_codes.print_codes(user=caller, branch=branch, by=user_with("admin", branch))
    assert [enter(client, codes[0]), enter(client, new[0])] == [422, 302]


def test_codes_die_with_the_role_and_with_the_account(client: Client, caller: User, codes: list[str]) -> None:
    caller.is_active = False
    caller.save()
    assert enter(client, codes[0]) == 422
    caller.is_active = True
    caller.save()
    caller.roles.all().delete()
    assert enter(client, codes[0]) == 422


def test_codes_do_not_work_for_who_has_become_an_officer(
    client: Client, branch: Branch, caller: User, codes: list[str]
) -> None:
    give_role(caller, "member_officer", BranchFactory.create())
    assert enter(client, codes[0]) == 422


def test_a_wrong_code_gets_a_sentence(client: Client) -> None:
    answer = client.post(PAGE, {"code": "AAAA-AAAA"})
    assert answer.context["form"].errors["code"] == [
        "Den koden fungerar inte. Titta på den en gång till eller ta nästa på pappret."
    ]


def test_ten_wrong_codes_close_the_page_for_a_while(client: Client, codes: list[str]) -> None:
    assert [enter(client, "AAAA-AAAA") for _attempt in range(10)] == [422] * 10
    assert enter(client, codes[0]) == 429
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        assert enter(client, codes[0]) == 302


def test_many_right_codes_from_one_office_are_no_fault(client: Client, codes: list[str]) -> None:
    for code in codes:
        assert enter(client, code) == 302
        client.logout()


def test_an_officer_gets_no_codes_on_paper(branch: Branch) -> None:
    officer = user_with("member_officer", branch)
    with pytest.raises(ValidationError):
        printed_codes.print_codes(user=officer, branch=branch, by=user_with("admin", branch))


def test_nobody_prints_codes_for_somebody_without_a_role_there(branch: Branch) -> None:
    with pytest.raises(PermissionDenied):
        printed_codes.print_codes(user=UserFactory.create(), branch=branch, by=user_with("admin", branch))


def test_the_administrator_gets_a_sheet_to_print(client: Client, branch: Branch, caller: User) -> None:
    log_in_as(client, "admin", branch)
    answer = client.post(f"/{branch.slug}/installningar/uppdrag/koder/{caller.pk}/")
    body = answer.content.decode()
    assert (answer.status_code, body.count("<code>")) == (200, 10)
    assert "http://testserver/inloggningskod/" in body


@pytest.mark.parametrize(("kind", "own", "status"), [("call_leader", True, 403), ("admin", False, 404)])
def test_a_teammate_and_a_stranger_print_nothing(
    client: Client, branch: Branch, kind: str, own: bool, status: int
) -> None:
    caller = user_with("caller", branch)
    log_in_as(client, kind, branch if own else BranchFactory.create())
    assert client.post(f"/{branch.slug}/installningar/uppdrag/koder/{caller.pk}/").status_code == status
    assert LoginCode.objects.count() == 0


def test_another_branchs_caller_is_not_found(client: Client, branch: Branch, other_branch: Branch) -> None:
    log_in_as(client, "admin", branch)
    stranger = user_with("caller", other_branch)
    assert client.post(f"/{branch.slug}/installningar/uppdrag/koder/{stranger.pk}/").status_code == 404
