"""A member's wishes: no calls, no messages."""

import pytest
from django.test import Client

from crm.people import wishes
from crm.people.models import Branch, Member, WishChange
from tests.factories import BranchFactory, MemberFactory, UserFactory
from tests.logins import log_in_as

pytestmark = pytest.mark.django_db


def toggle(client: Client, member: Member, wish: str, on: str) -> int:
    address = f"/{member.branch.slug}/medlemmar/{member.pk}/onskemal/{wish}/"
    return client.post(address, {"on": on}).status_code


def test_an_officer_turns_a_wish_on_and_off_again(client: Client, branch: Branch) -> None:
    officer = log_in_as(client, "member_officer", branch)
    member = MemberFactory.create(branch=branch)
    for on in ("yes", "no"):
        assert toggle(client, member, "no_calls", on) == 302
    assert list(WishChange.objects.order_by("id").values_list("wish", "is_on", "changed_by")) == [
        ("no_calls", True, officer.pk),
        ("no_calls", False, officer.pk),
    ]
    member.refresh_from_db()
    assert member.no_calls is False


def test_a_wish_sent_twice_is_kept_once(client: Client, branch: Branch) -> None:
    log_in_as(client, "member_officer", branch)
    member = MemberFactory.create(branch=branch)
    toggle(client, member, "no_messages", "yes")
    toggle(client, member, "no_messages", "yes")
    member.refresh_from_db()
    assert (member.no_messages, member.wish_changes.count()) == (True, 1)


@pytest.mark.parametrize(("wish", "on"), [("erased_at", "yes"), ("no_calls", "maybe")])
def test_nothing_else_can_be_changed_this_way(client: Client, branch: Branch, wish: str, on: str) -> None:
    log_in_as(client, "member_officer", branch)
    member = MemberFactory.create(branch=branch)
    toggle(client, member, wish, on)
    assert WishChange.objects.count() == 0


def test_who_does_not_want_calls_is_not_called_from_then_on(branch: Branch) -> None:
    member = MemberFactory.create(branch=branch)
    wishes.change(member=member, wish="no_calls", is_on=True, by=UserFactory.create())
    assert list(Member.objects.callable()) == []


@pytest.mark.parametrize(
    ("role", "own", "status"), [("call_leader", True, 403), ("member_officer", False, 404)]
)
def test_a_teammate_and_a_stranger_change_nothing(
    client: Client, branch: Branch, role: str, own: bool, status: int
) -> None:
    log_in_as(client, role, branch if own else BranchFactory.create())
    assert toggle(client, MemberFactory.create(branch=branch), "no_calls", "yes") == status
    assert WishChange.objects.count() == 0


@pytest.mark.parametrize("wish", WishChange.Wish.values)
def test_each_no_is_recorded_by_itself_on_the_officers_page(
    client: Client, branch: Branch, wish: str
) -> None:
    officer = log_in_as(client, "member_officer", branch)
    member = MemberFactory.create(branch=branch)
    toggle(client, member, wish, "yes")
    assert list(WishChange.objects.values_list("wish", "is_on", "changed_by")) == [(wish, True, officer.pk)]
    member.refresh_from_db()
    assert {each for each in WishChange.Wish.values if getattr(member, each)} == {wish}


def test_the_members_page_offers_each_no(client: Client, branch: Branch) -> None:
    log_in_as(client, "member_officer", branch)
    address = f"/{branch.slug}/medlemmar/{MemberFactory.create(branch=branch).pk}/"
    words = client.get(address).content.decode()
    assert [f"{address}onskemal/{wish}/" in words for wish in WishChange.Wish.values] == [True] * 5


def test_a_no_to_e_mail_alone_leaves_calls_alone(branch: Branch) -> None:
    member = MemberFactory.create(branch=branch)
    wishes.change(member=member, wish="no_email", is_on=True, by=UserFactory.create())
    assert (list(Member.objects.callable()), list(Member.objects.wanting_messages())) == ([member], [member])
