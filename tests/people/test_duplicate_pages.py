"""The officers' pages of pairs that look like one person."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from crm.people.models import AccessLog, Branch, KeptApart, Member, Merge, User
from tests.factories import MemberFactory
from tests.logins import log_in_as

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(client: Client, branch: Branch) -> User:
    return log_in_as(client, "member_officer", branch)


@pytest.fixture
def pair(branch: Branch) -> tuple[Member, Member]:
    return look_alike(branch, email="", town="RYD"), look_alike(branch, email="anna@example.org", town="ÅBY")


def look_alike(branch: Branch, **fields: Any) -> Member:
    made: Member = MemberFactory.create(
        branch=branch, first_name="Anna", last_name="Ek", birth_year=1960, **fields
    )
    return made


def path(pair: tuple[Member, Member], deed: str = "") -> str:
    first, second = pair
    return f"/{first.branch.slug}/medlemmar/dubbletter/{first.pk}/{second.pk}/{deed}"


def chosen(keep: str = "first", **sides: str) -> dict[str, str]:
    return {"keep": keep, "email": "second", "town": "first"} | sides


def said(client: Client, answer: Any) -> list[str]:
    assert answer.status_code == 302
    return [str(message) for message in client.get(answer["location"]).context["messages"]]


def test_pairs_are_listed_and_logged(
    client: Client, branch: Branch, officer: User, pair: tuple[Member, Member]
) -> None:
    MemberFactory.create(branch=branch)
    answer = client.get(f"/{branch.slug}/medlemmar/dubbletter/")
    assert [row[1:] for row in answer.context["rows"]] == [pair]
    assert set(AccessLog.objects.values_list("member", "purpose")) == {
        (member.pk, "duplicates") for member in pair
    }


def test_the_members_page_leads_there(client: Client, branch: Branch, officer: User) -> None:
    body = client.get(f"/{branch.slug}/medlemmar/").content.decode()
    assert f"/{branch.slug}/medlemmar/dubbletter/" in body


def test_without_pairs_the_page_says_so(client: Client, branch: Branch, officer: User) -> None:
    assert "Inga dubbletter i sikte" in client.get(f"/{branch.slug}/medlemmar/dubbletter/").content.decode()


def test_both_sides_are_shown_and_what_differs_is_asked(
    client: Client, officer: User, pair: tuple[Member, Member]
) -> None:
    answer = client.get(path(pair))
    form = answer.context["form"]
    assert (list(form.fields), form["email"].initial, form["town"].initial) == (
        ["keep", "town", "email"],
        "second",
        "first",
    )
    assert sorted(AccessLog.objects.values_list("member", flat=True)) == sorted(one.pk for one in pair)


def test_merging_takes_what_was_chosen(client: Client, officer: User, pair: tuple[Member, Member]) -> None:
    first, second = pair
    assert said(client, client.post(path(pair, "sla-ihop/"), chosen())) == [
        "De är en person nu. Du kan ångra det i 30 dagar."
    ]
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.email, first.town, second.merged_into) == ("anna@example.org", "RYD", first)
    assert Merge.objects.values_list("kept", "merged", "merged_by").get() == (first.pk, second.pk, officer.pk)


def test_the_other_number_can_live_on(client: Client, officer: User, pair: tuple[Member, Member]) -> None:
    first, second = pair
    client.post(path(pair, "sla-ihop/"), chosen("second", town="first"))
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.merged_into, second.town, second.email) == (second, "RYD", "anna@example.org")


@pytest.mark.parametrize(
    "data", [{}, {"keep": "third"}, {"keep": "first"}, {"email": "first", "town": "first"}]
)
def test_what_is_not_chosen_is_asked_again(
    client: Client, officer: User, pair: tuple[Member, Member], data: dict[str, str]
) -> None:
    assert client.post(path(pair, "sla-ihop/"), data).status_code == 422
    assert not Merge.objects.exists()


def test_sent_twice_it_is_one_merge(client: Client, officer: User, pair: tuple[Member, Member]) -> None:
    answers = [client.post(path(pair, "sla-ihop/"), chosen()).status_code for _time in range(2)]
    assert (answers, Merge.objects.count()) == ([302, 404], 1)


def test_a_merge_is_listed_and_undone(
    client: Client, branch: Branch, officer: User, pair: tuple[Member, Member]
) -> None:
    client.post(path(pair, "sla-ihop/"), chosen())
    index = f"/{branch.slug}/medlemmar/dubbletter/"
    (made,) = client.get(index).context["merges"]
    assert said(client, client.post(f"{index}angra/{made.pk}/")) == [
        "De är två igen, var och en som den var."
    ]
    answer = client.get(index)
    assert (len(answer.context["rows"]), answer.context["merges"]) == (1, [])
    assert "går inte längre att ångra" in said(client, client.post(f"{index}angra/{made.pk}/"))[0]


def test_two_people_are_kept_apart(
    client: Client, branch: Branch, officer: User, pair: tuple[Member, Member]
) -> None:
    deed = path(pair, "tva-personer/")
    answers = [said(client, client.post(deed)) for _time in range(2)]
    assert answers == [["Noterat: två personer. Paret föreslås inte igen."], []]
    assert KeptApart.objects.get().decided_by == officer
    assert client.get(f"/{branch.slug}/medlemmar/dubbletter/").context["rows"] == []


def test_a_member_is_no_pair_with_themselves(
    client: Client, officer: User, pair: tuple[Member, Member]
) -> None:
    assert client.get(path((pair[0], pair[0]))).status_code == 404


def test_half_a_pair_of_another_branch_is_nobody(
    client: Client, other_branch: Branch, officer: User, pair: tuple[Member, Member]
) -> None:
    stranger = look_alike(other_branch)
    deeds = ("sla-ihop/", "tva-personer/")
    assert client.get(path((pair[0], stranger))).status_code == 404
    assert [client.post(path((pair[0], stranger), deed), chosen()).status_code for deed in deeds] == [
        404,
        404,
    ]


def test_a_merged_number_has_no_page_of_its_own(
    client: Client, branch: Branch, officer: User, pair: tuple[Member, Member]
) -> None:
    client.post(path(pair, "sla-ihop/"), chosen())
    pages = [client.get(f"/{branch.slug}/medlemmar/{member.pk}/").status_code for member in pair]
    assert pages == [200, 404]


@pytest.mark.parametrize(
    ("kind", "status"), [("register_officer", 200), ("board", 403), ("call_leader", 403)]
)
def test_officers_only(
    client: Client, branch: Branch, pair: tuple[Member, Member], kind: str, status: int
) -> None:
    log_in_as(client, kind, branch)
    pages = (f"/{branch.slug}/medlemmar/dubbletter/", path(pair))
    assert [client.get(page).status_code for page in pages] == [status] * 2


def test_three_pairs_cost_no_more_queries_than_one(client: Client, branch: Branch, officer: User) -> None:
    counts = []
    for name in ("Ek", "Berg"):
        for _side in range(2):
            MemberFactory.create(branch=branch, first_name="Anna", last_name=name, birth_year=1960)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/{branch.slug}/medlemmar/dubbletter/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
