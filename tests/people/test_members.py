"""The members' list and one member's page."""

from datetime import date
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from crm import extensions
from crm.access import Permission
from crm.extensions import Panel, Registry
from crm.people import memberships
from crm.people.models import AccessLog, Branch, ClubMembership, Member, PaidStatus, User
from tests.factories import BranchFactory, ClubFactory, MemberFactory, UserFactory
from tests.logins import log_in_as

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(client: Client, branch: Branch) -> User:
    return log_in_as(client, "member_officer", branch)


def names(answer: Any) -> list[str]:
    return [member.last_name for member, _paid in answer.context["rows"]]


def found(client: Client, branch: Branch, **query: str) -> list[str]:
    return names(client.get(f"/{branch.slug}/medlemmar/", query))


def in_branch(branch: Branch, *last_names: str) -> list[Member]:
    return [MemberFactory.create(branch=branch, last_name=name) for name in last_names]


def test_swedish_letters_come_after_z(client: Client, branch: Branch, officer: User) -> None:
    in_branch(branch, "Öberg", "Zetterlund", "Åberg", "Ärlig", "Andersson")
    assert found(client, branch) == ["Andersson", "Zetterlund", "Åberg", "Ärlig", "Öberg"]


@pytest.mark.parametrize("text", ["ÖBERG", "öber", "  ärla   öberg ", "storköping öberg"])
def test_search_finds_in_any_case(client: Client, branch: Branch, officer: User, text: str) -> None:
    in_branch(branch, "Öberg", "Oberg")
    assert found(client, branch, q=text) == ["Öberg"]


def test_another_branchs_members_are_not_listed(
    client: Client, branch: Branch, other_branch: Branch, officer: User
) -> None:
    in_branch(other_branch, "Främling")
    assert found(client, branch) == []


def test_members_missing_and_left_are_apart(client: Client, branch: Branch, officer: User) -> None:
    _here, missing, left = in_branch(branch, "Här", "Saknad", "Lämnat")
    memberships.mark_missing(branch=branch, member_ids=[missing.pk], on=date(2026, 10, 1), by=officer)
    memberships.end(member=left, on=date(2026, 10, 1), reason="moved", by=officer)
    shown = {show: found(client, branch, show=show) for show in ("member", "missing", "left")}
    assert shown == {"member": ["Här"], "missing": ["Saknad"], "left": ["Lämnat"]}
    assert client.get(f"/{branch.slug}/medlemmar/").context["standings"] == {
        "on_file": 3,
        "member": 1,
        "missing": 1,
        "left": 1,
    }


def test_one_who_came_back_is_counted_once(client: Client, branch: Branch, officer: User) -> None:
    (member,) = in_branch(branch, "Åter")
    memberships.end(member=member, on=date(2024, 10, 1), reason="left", by=officer)
    member.memberships.create(branch=branch, started_on=date(2025, 1, 1))
    answer = client.get(f"/{branch.slug}/medlemmar/")
    assert names(answer) == ["Åter"]
    assert answer.context["standings"]["member"] == 1


def test_a_club_narrows_the_list(client: Client, branch: Branch, officer: User) -> None:
    inside, _outside = in_branch(branch, "Inne", "Ute")
    club = ClubFactory.create(branch=branch)
    ClubMembership.objects.create(member=inside, club=club, is_primary=True)
    assert found(client, branch, club=str(club.pk)) == ["Inne"]
    assert found(client, branch, club="none") == ["Ute"]


def test_another_branchs_club_is_no_choice(client: Client, branch: Branch, officer: User) -> None:
    answer = client.get(f"/{branch.slug}/medlemmar/", {"club": str(ClubFactory.create().pk)})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["club"]


def test_fifty_stand_on_a_page(client: Client, branch: Branch, officer: User) -> None:
    in_branch(branch, *(f"Namn{number:02}" for number in range(51)))
    assert found(client, branch, page="2") == ["Namn50"]


def test_htmx_gets_the_list_alone(client: Client, branch: Branch, officer: User) -> None:
    in_branch(branch, "Öberg")
    body = client.get(f"/{branch.slug}/medlemmar/", headers={"hx-request": "true"}).content.decode()
    assert ("Öberg" in body, "<html" in body) == (True, False)


def test_three_members_cost_no_more_queries_than_one(client: Client, branch: Branch, officer: User) -> None:
    counts = []
    for last_names in (["Ett"], ["Två", "Tre"]):
        for member in in_branch(branch, *last_names):
            ClubMembership.objects.create(member=member, club=ClubFactory.create(branch=branch))
        with CaptureQueriesContext(connection) as queries:
            found(client, branch)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_list_reads_no_telephone_number(client: Client, branch: Branch, officer: User) -> None:
    in_branch(branch, "Öberg")
    with CaptureQueriesContext(connection) as queries:
        found(client, branch)
    assert [query for query in queries if "people_phone" in query["sql"]] == []


def logged() -> list[tuple[str, int | None]]:
    return list(AccessLog.objects.order_by("id").values_list("purpose", "member_id"))


def test_a_list_and_a_search_are_logged_for_each_member_shown(
    client: Client, branch: Branch, officer: User
) -> None:
    first, second = in_branch(branch, "Ek", "Öberg")
    found(client, branch)
    found(client, branch, q="öberg")
    found(client, branch, q="nobody")
    assert logged() == [
        ("list", first.pk),
        ("list", second.pk),
        ("search", second.pk),
        ("search", None),
    ]


def test_a_members_page_shows_contact_and_is_logged(client: Client, branch: Branch, officer: User) -> None:
    member = MemberFactory.create(branch=branch, last_name="Öberg", phone="+46701740605")
    body = client.get(f"/{branch.slug}/medlemmar/{member.pk}/").content.decode()
    assert [
        word for word in ("Öberg", "tel:+46701740605", member.email, "Storgatan 1") if word not in body
    ] == []
    assert logged() == [("member", member.pk)]


@pytest.mark.parametrize(
    ("role", "own", "status"),
    [
        ("member_officer", True, 200),
        ("register_officer", True, 200),
        ("admin", True, 403),
        ("board", True, 403),
        ("caller", True, 403),
        ("call_leader", True, 403),
        ("member_officer", False, 404),
    ],
)
def test_who_sees_a_members_page(client: Client, branch: Branch, role: str, own: bool, status: int) -> None:
    member = MemberFactory.create(branch=branch)
    log_in_as(client, role, branch if own else BranchFactory.create())
    assert client.get(f"/{branch.slug}/medlemmar/{member.pk}/").status_code == status
    assert AccessLog.objects.count() == (status == 200)


def test_an_erased_member_has_no_page(client: Client, branch: Branch, officer: User) -> None:
    member = MemberFactory.create(branch=branch, erased_at="2026-11-21T12:00:00Z")
    assert client.get(f"/{branch.slug}/medlemmar/{member.pk}/").status_code == 404


def fee(member: Member, user: User) -> dict[str, object]:
    return {"paid": PaidStatus.LAPSED}


@pytest.fixture
def panels(monkeypatch: pytest.MonkeyPatch) -> None:
    registry: Registry[Panel] = Registry()
    registry.register("calls", Panel("people/paid.html", Permission.SEE_MEMBERS, fee))
    registry.register("lead", Panel("nowhere.html", Permission.LEAD_CALLS, fee))
    monkeypatch.setattr(extensions, "panels", registry)


def test_panels_of_other_apps_are_shown_to_who_may(
    client: Client, branch: Branch, officer: User, panels: None
) -> None:
    member = MemberFactory.create(branch=branch)
    drawn = client.get(f"/{branch.slug}/medlemmar/{member.pk}/").context["panels"]
    assert [" ".join(panel.split()) for panel in drawn] == [
        '<span class="badge badge--warning">Avgiften har gått ut</span>'
    ]


@pytest.mark.parametrize(
    ("joined_on", "paid_until", "status"),
    [
        (date(2026, 10, 1), None, PaidStatus.UNPAID_NEW),
        (None, None, None),
        (None, date(2026, 11, 21), PaidStatus.PAYING),
        (None, date(2026, 11, 20), PaidStatus.LAPSED),
    ],
)
@time_machine.travel("2026-11-21 12:00:00+00:00")
def test_the_fees_status_is_derived(
    joined_on: date | None, paid_until: date | None, status: PaidStatus | None
) -> None:
    member = Member(joined_on=joined_on, paid_until=paid_until)
    assert member.paid_status(date(2026, 11, 21)) == status


def test_who_has_no_role_in_a_panel_free_branch_sees_no_member(client: Client, branch: Branch) -> None:
    client.force_login(UserFactory.create())
    assert client.get(f"/{branch.slug}/medlemmar/").status_code == 404
