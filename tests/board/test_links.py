"""The board's link: who may make it, how long it holds, what it shows and what it leaves behind."""

import re
from datetime import date, timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.utils import timezone

from crm.board import access, links
from crm.board.models import BoardLink
from crm.people.models import AccessLog, Branch, User
from tests.crm.markup import Markup
from tests.factories import BranchFactory, MemberFactory, user_with
from tests.logins import log_in, log_in_as

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=7)


@pytest.fixture
def branch() -> Branch:
    return BranchFactory.create()


@pytest.fixture
def member_of_the_board(branch: Branch) -> User:
    return user_with("board", branch)


@pytest.fixture
def token(branch: Branch, member_of_the_board: User) -> str:
    return links.make(branch=branch, expires_on=timezone.localdate() + WEEK, by=member_of_the_board)


def read(token: str, query: str = "") -> tuple[int, str]:
    answer = Client().get(f"/siffror/{token}/{query}")
    return answer.status_code, answer.content.decode()


def test_whoever_holds_it_reads_the_boards_page(branch: Branch, token: str) -> None:
    MemberFactory.create_batch(3, branch=branch)
    answer = Client().get(f"/siffror/{token}/")
    assert (answer.status_code, answer.context["page"].members) == (200, 3)
    assert answer.context["branch"] == branch


def test_it_shows_nobodys_name(branch: Branch, token: str) -> None:
    member = MemberFactory.create(branch=branch, last_name="Särskilt-Namn")
    _status, body = read(token)
    words = (member.last_name, member.member_number, member.email, "Anna Användare")
    assert [word for word in words if word in body] == []


def test_it_leads_nowhere_else(branch: Branch, token: str) -> None:
    """No address of the branch's own stands in it, and nothing that is sent but the day."""
    _status, body = read(token)
    page = Markup.of(body)
    own = [link.attributes.get("href") or "" for link in page.all("a")]
    assert [address for address in own if address.startswith(f"/{branch.slug}")] == []
    asked = [
        form.attributes.get("method") for form in page.all("form") if "setlang" not in str(form.attributes)
    ]
    assert asked == ["get"]


def test_the_day_can_be_set_back_there_too(token: str) -> None:
    answer = Client().get(f"/siffror/{token}/?on=2025-12-31")
    assert answer.context["page"].on == date(2025, 12, 31)


@pytest.mark.parametrize("on", ["i går", "2999-01-01", "\x00"])
def test_a_bad_day_there_gets_a_sentence(token: str, on: str) -> None:
    assert Client().get(f"/siffror/{token}/", {"on": on}).status_code == 422


def test_no_cache_keeps_it_and_no_search_engine_finds_it(token: str) -> None:
    headers = Client().get(f"/siffror/{token}/").headers
    assert headers["X-Robots-Tag"] == "noindex, nofollow"
    assert headers["Cache-Control"] == "private, no-store"
    assert headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize("wrong", ["x", "a\ufffdb", "å" * 500, "%00", "' OR 1=1 --"])
def test_another_word_opens_nothing(token: str, wrong: str) -> None:
    status, body = read(wrong)
    assert (status, token in body) == (404, False)


def test_a_letter_more_or_less_opens_nothing(token: str) -> None:
    assert [read(word)[0] for word in (token[:-1], token + "A", token.swapcase())] == [404] * 3


def test_it_opens_on_its_last_day_and_not_on_the_next(token: str) -> None:
    last = timezone.localdate() + WEEK
    statuses = []
    for day in (last, last + timedelta(days=1)):
        with time_machine.travel(f"{day}T12:00:00+01:00"):
            statuses.append(read(token)[0])
    assert statuses == [200, 404]


def test_only_a_hash_is_kept(token: str) -> None:
    (kept,) = BoardLink.objects.all()
    assert kept.token_hash == access.digest(token)
    assert token not in str(vars(kept))


def test_a_withdrawn_link_opens_nothing(branch: Branch, member_of_the_board: User, token: str) -> None:
    assert links.withdraw(branch=branch, by=member_of_the_board) is True
    assert read(token)[0] == 404
    assert links.withdraw(branch=branch, by=member_of_the_board) is False


def test_a_new_link_takes_the_place_of_the_old(branch: Branch, member_of_the_board: User, token: str) -> None:
    newer = links.make(branch=branch, expires_on=timezone.localdate(), by=member_of_the_board)
    assert [read(word)[0] for word in (token, newer)] == [404, 200]
    assert BoardLink.objects.filter(closed_at=None).count() == 1


def test_making_opening_and_withdrawing_are_logged(
    branch: Branch, member_of_the_board: User, token: str
) -> None:
    read(token)
    links.withdraw(branch=branch, by=member_of_the_board)
    read(token)
    rows = AccessLog.objects.filter(branch=branch, purpose="figures").order_by("id")
    until = timezone.localdate() + WEEK
    assert [(row.user_id, row.member_id, row.reason) for row in rows] == [
        (member_of_the_board.pk, None, f"made, until {until}"),
        (None, None, "opened"),
        (member_of_the_board.pk, None, "withdrawn"),
    ]


@pytest.mark.parametrize(("days", "allowed"), [(-1, False), (0, True), (92, True), (93, False)])
def test_a_link_holds_three_months_at_most(
    branch: Branch, member_of_the_board: User, days: int, allowed: bool
) -> None:
    last = timezone.localdate() + timedelta(days=days)
    try:
        links.make(branch=branch, expires_on=last, by=member_of_the_board)
    except ValidationError:
        assert not allowed
    assert BoardLink.objects.exists() is allowed


@pytest.mark.parametrize("kind", ["member_officer", "register_officer", "call_leader", "admin", "caller"])
def test_the_board_alone_makes_and_withdraws(branch: Branch, token: str, kind: str) -> None:
    other = user_with(kind, branch)
    with pytest.raises(PermissionDenied):
        links.make(branch=branch, expires_on=timezone.localdate(), by=other)
    with pytest.raises(PermissionDenied):
        links.withdraw(branch=branch, by=other)
    assert read(token)[0] == 200


def test_another_branchs_board_does_not(branch: Branch, token: str) -> None:
    with pytest.raises(PermissionDenied):
        links.withdraw(branch=branch, by=user_with("board", BranchFactory.create()))
    assert read(token)[0] == 200


def test_the_page_shows_the_address_once(client: Client, branch: Branch, member_of_the_board: User) -> None:
    log_in(client, member_of_the_board)
    base = f"/{branch.slug}/styrelsen/lank/"
    answer = client.post(f"{base}ny/", {"expires_on": timezone.localdate().isoformat()}, follow=True)
    (token,) = set(re.findall(r"/siffror/([\w-]+)/", answer.content.decode()))
    assert read(token)[0] == 200
    assert token not in client.get(base).content.decode()


def test_a_day_that_can_not_be_gets_a_sentence(client: Client, branch: Branch) -> None:
    log_in_as(client, "board", branch)
    for day in ("2001-01-01", "i morgon", ""):
        answer = client.post(f"/{branch.slug}/styrelsen/lank/ny/", {"expires_on": day})
        assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["expires_on"])
    assert not BoardLink.objects.exists()


def test_withdrawing_on_the_page(client: Client, branch: Branch, token: str) -> None:
    log_in_as(client, "board", branch)
    base = f"/{branch.slug}/styrelsen/lank/"
    assert client.get(f"{base}dra-tillbaka/").status_code == 405
    client.post(f"{base}dra-tillbaka/")
    assert (read(token)[0], client.get(base).context["link"]) == (404, None)


def test_who_may_share_is_led_there(client: Client, branch: Branch) -> None:
    for kind, led in (("board", True), ("call_leader", False)):
        log_in_as(client, kind, branch)
        body = client.get(f"/{branch.slug}/styrelsen/").content.decode()
        assert (f"/{branch.slug}/styrelsen/lank/" in body) is led
