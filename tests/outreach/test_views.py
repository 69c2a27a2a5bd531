"""The pages of outreach: who opens them, what they show and what they take."""

import re
import uuid
from datetime import date
from html import unescape
from typing import Any

import pypdf
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from crm.outreach.models import Activity, Origin, SignUp
from crm.people.models import AccessLog, Branch, Member, Role, User
from tests.factories import BranchFactory, user_with
from tests.logins import log_in
from tests.outreach.making import activity, newcomer, planned

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("november")]

ADDRESS = "https://example.org/bli-medlem?kampanj={activity}"
NOTED: dict[str, Any] = {
    "kind": "square",
    "held_on": "2026-11-20",
    "place": "Torget",
    "helpers": "4",
    "conversations": "31",
    "new_members": "2",
    "asked": "on",
}
PAGES = ["", "ny/", "adress/", "okand/", "varvare/"]


def path(page: str = "") -> str:
    return f"/lillberga/varvning/{page}"


def send(client: Client, page: str = "ny/", **changes: Any) -> Any:
    return client.post(path(page), {"token": str(uuid.uuid4()), **NOTED, **changes})


@pytest.mark.parametrize(
    ("kind", "statuses"),
    [
        (Role.Kind.BOARD, [200, 200, 403, 403, 403]),
        (Role.Kind.CALL_LEADER, [200, 200, 403, 403, 403]),
        (Role.Kind.MEMBER_OFFICER, [200, 200, 200, 200, 200]),
        (Role.Kind.REGISTER_OFFICER, [200, 200, 403, 200, 200]),
        (Role.Kind.CALLER, [403, 403, 403, 403, 403]),
        (Role.Kind.ADMIN, [403, 403, 403, 403, 403]),
    ],
)
def test_who_opens_what(client: Client, branch: Branch, kind: str, statuses: list[int]) -> None:
    log_in(client, user_with(kind, branch))
    assert [client.get(path(page)).status_code for page in PAGES] == statuses


def test_a_stranger_finds_nothing(client: Client, branch: Branch) -> None:
    log_in(client, user_with(Role.Kind.MEMBER_OFFICER, BranchFactory.create()))
    assert {client.get(path(page)).status_code for page in PAGES} == {404}


def test_names_ask_for_two_factors_and_numbers_do_not(client: Client, branch: Branch, officer: User) -> None:
    log_in(client, officer, two_factors=False)
    assert [client.get(path(page)).status_code for page in PAGES] == [200, 200, 302, 302, 302]


def test_an_activity_is_noted(client: Client, branch: Branch, board: User) -> None:
    log_in(client, board)
    answer = send(client)
    noted = Activity.objects.get()
    assert answer.headers["Location"] == path(f"{noted.pk}/")
    assert (noted.kind, noted.held_on, noted.place) == ("square", date(2026, 11, 20), "Torget")
    assert (noted.helpers, noted.conversations, noted.new_members, noted.asked) == (4, 31, 2, True)


def test_the_page_sent_twice_is_one_activity(client: Client, branch: Branch, board: User) -> None:
    log_in(client, board)
    token = str(uuid.uuid4())
    assert {send(client, token=token).status_code for _time in range(2)} == {302}
    assert Activity.objects.count() == 1


def test_three_numbers_are_enough_and_two_of_them_can_be_left_out(
    client: Client, branch: Branch, board: User
) -> None:
    log_in(client, board)
    send(client, conversations="", new_members="")
    noted = Activity.objects.get()
    assert (noted.helpers, noted.conversations, noted.new_members) == (4, 0, 0)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"helpers": ""}, "Skriv hur många som var med: minst en var där."),
        ({"helpers": "0"}, "Skriv hur många som var med: minst en var där."),
        ({"held_on": "2026-11-22"}, "Den dagen har inte varit än. Lämna antalen tomma tills dess."),
        ({"kind": "ufo"}, "Välj ett giltigt alternativ"),
        ({"conversations": "-1"}, "större än eller lika med 0"),
        ({"conversations": "99999999"}, "mindre än eller lika med"),
        ({"place": ""}, "måste fyllas i"),
        ({"club": "77"}, "Välj ett giltigt alternativ"),
        ({"held_on": "i går"}, "giltigt datum"),
    ],
)
def test_what_cannot_be_is_said(
    client: Client, branch: Branch, board: User, changes: dict[str, str], sentence: str
) -> None:
    log_in(client, board)
    answer = send(client, **changes)
    assert (answer.status_code, Activity.objects.count()) == (422, 0)
    assert sentence in answer.content.decode()


@pytest.mark.parametrize("token", ["", "x", "1234"])
def test_a_form_without_its_own_token_is_refused(
    client: Client, branch: Branch, board: User, token: str
) -> None:
    log_in(client, board)
    assert (send(client, token=token).status_code, Activity.objects.count()) == (422, 0)


def test_another_branchs_club_is_no_choice(client: Client, branch: Branch, board: User) -> None:
    log_in(client, board)
    theirs = BranchFactory.create().clubs.create(name="Deras")
    assert send(client, club=theirs.pk).status_code == 422


def test_one_that_is_planned_has_no_numbers_yet(client: Client, branch: Branch, board: User) -> None:
    log_in(client, board)
    send(client, held_on="2026-11-30", helpers="", conversations="", new_members="")
    assert Activity.objects.get().is_noted is False


def test_afterwards_it_is_asked_for(client: Client, branch: Branch, board: User) -> None:
    log_in(client, board)
    planned(branch, date(2026, 11, 20), place="Stationen")
    assert "Hur gick det? Torgmöte, Stationen 2026-11-20" in client.get(path()).content.decode()


def test_todays_is_asked_for_by_the_page_for_a_new_one(client: Client, branch: Branch, board: User) -> None:
    log_in(client, board)
    planned(branch, date(2026, 11, 21), place="Stationen")
    planned(branch, date(2026, 11, 22), place="I morgon")
    planned(branch, date(2026, 11, 13), place="Glömd")
    page = client.get(path("ny/"))
    assert [held.place for held in page.context["unnoted"]] == ["Stationen"]
    assert "Hur gick det? Torgmöte, Stationen 2026-11-21" in page.content.decode()


def offered(client: Client, query: str = "") -> list[str]:
    """What the page for a new activity offers to take over, as addresses of itself."""
    return re.findall(r'href="(\?kind=[^"]+)#id_helpers"', client.get(path(f"ny/{query}")).content.decode())


def test_what_was_held_before_is_offered_the_latest_first(
    client: Client, branch: Branch, board: User
) -> None:
    log_in(client, board)
    club = branch.clubs.create(name="Norra")
    activity(branch, date(2026, 5, 9))
    activity(branch, date(2026, 11, 1), place="torget")
    activity(branch, date(2026, 10, 1), place="Torget", club=club)
    activity(branch, date(2026, 9, 1), kind="doors", place="Å & Ö")
    activity(BranchFactory.create(), place="Deras")
    planned(branch, date(2026, 11, 2), place="Bara planerat")
    assert offered(client) == [
        "?kind=square&amp;place=torget",
        f"?kind=square&amp;place=Torget&amp;club={club.pk}",
        "?kind=doors&amp;place=%C3%85+%26+%C3%96",
    ]


def test_what_is_offered_fills_the_form_and_leaves_the_numbers(
    client: Client, branch: Branch, board: User
) -> None:
    log_in(client, board)
    club = branch.clubs.create(name="Norra")
    activity(branch, kind="cafe", place="Å & Ö", club=club)
    (address,) = offered(client)
    form = client.get(path(f"ny/{unescape(address)}")).context["form"]
    filled = {name: form[name].value() for name in form.fields}
    assert filled == {
        "kind": "cafe",
        "held_on": date(2026, 11, 21),
        "place": "Å & Ö",
        "helpers": None,
        "conversations": None,
        "new_members": None,
        "asked": True,
        "club": str(club.pk),
    }


def test_one_of_another_kind_can_be_chosen_afterwards(client: Client, branch: Branch, board: User) -> None:
    """The addresses take over each other's values whole: a club is not left behind."""
    log_in(client, board)
    activity(branch, date(2026, 5, 9), club=branch.clubs.create(name="Norra"))
    activity(branch, date(2026, 5, 8))
    with_club, without = offered(client)
    assert offered(client, unescape(with_club)) == [with_club, without]


def test_no_more_than_three_are_offered(client: Client, branch: Branch, board: User) -> None:
    log_in(client, board)
    for number in range(6):
        activity(branch, place=f"Torg {number}")
    assert len(offered(client)) == 3


def test_the_boards_page_leads_straight_to_noting(client: Client, branch: Branch, board: User) -> None:
    log_in(client, board)
    assert f'href="{path("ny/")}"' in client.get("/lillberga/styrelsen/").content.decode()


def test_a_change_says_who_wrote_it_last(client: Client, branch: Branch, board: User) -> None:
    log_in(client, board)
    held = planned(branch, date(2026, 11, 20))
    assert client.get(path(f"{held.pk}/andra/")).status_code == 200
    assert send(client, f"{held.pk}/andra/", place="Stationen").status_code == 302
    held.refresh_from_db()
    assert (held.place, held.helpers, held.noted_by) == ("Stationen", 4, board)
    assert send(client, f"{held.pk}/andra/", helpers="").status_code == 422


def test_a_mistake_is_taken_away(client: Client, branch: Branch, board: User) -> None:
    log_in(client, board)
    held = activity(branch)
    assert client.post(path(f"{held.pk}/ta-bort/")).headers["Location"] == path()
    assert client.get(path(f"{held.pk}/")).status_code == 404
    assert client.get(path(f"{held.pk}/ta-bort/")).status_code == 405


def test_one_by_which_somebody_came_is_kept_with_a_word(client: Client, branch: Branch, board: User) -> None:
    log_in(client, board)
    held = activity(branch)
    newcomer(branch, source="activity", activity=held)
    answer = client.post(path(f"{held.pk}/ta-bort/"), follow=True)
    assert "Medlemmar har kommit genom aktiviteten" in answer.content.decode()


def test_the_link_and_the_code_lead_to_the_partys_page(client: Client, branch: Branch, board: User) -> None:
    log_in(client, board)
    held = activity(branch)
    SignUp.objects.create(branch=branch, address=ADDRESS)
    content = client.get(path(f"{held.pk}/")).content.decode()
    assert f'href="https://example.org/bli-medlem?kampanj=lillberga-{held.pk}"' in content
    assert content.count('class="qr"') == 1


def test_without_an_address_there_is_no_code_and_no_poster(
    client: Client, branch: Branch, board: User
) -> None:
    log_in(client, board)
    held = activity(branch)
    assert 'class="qr"' not in client.get(path(f"{held.pk}/")).content.decode().split("<main")[1]
    assert client.get(path(f"{held.pk}/affisch/")).status_code == 404


def test_the_poster_is_one_page_with_the_address(
    client: Client, branch: Branch, board: User, tmp_path: Any
) -> None:
    log_in(client, board)
    held = activity(branch)
    SignUp.objects.create(branch=branch, address=ADDRESS)
    answer = client.get(path(f"{held.pk}/affisch/"))
    (tmp_path / "poster.pdf").write_bytes(answer.content)
    pages = pypdf.PdfReader(tmp_path / "poster.pdf").pages
    assert len(pages) == 1
    text = " ".join(pages[0].extract_text().split())
    assert "Bli medlem" in text
    assert f"https://example.org/bli-medlem?kampanj=lillberga-{held.pk}" in text


@pytest.mark.parametrize(
    "address",
    ["http://example.org/", "javascript:alert(1)", "example.org", "", "https://x y", "https://" + "a" * 400],
)
def test_an_address_is_a_safe_one(client: Client, branch: Branch, officer: User, address: str) -> None:
    log_in(client, officer)
    answer = client.post(path("adress/"), {"address": address})
    assert (answer.status_code, SignUp.objects.count()) == (422, 0)


def test_an_address_is_changed(client: Client, branch: Branch, officer: User) -> None:
    log_in(client, officer)
    for address in (ADDRESS, "https://example.org/ny"):
        assert client.post(path("adress/"), {"address": address}).status_code == 302
    assert SignUp.objects.get().address == "https://example.org/ny"


def test_the_boards_page_names_nobody(client: Client, branch: Branch, board: User) -> None:
    log_in(client, board)
    friend = newcomer(branch)
    member = newcomer(branch, source="recruiter", recruiter=friend)
    for page in (path(), "/lillberga/styrelsen/"):
        content = client.get(page).content.decode()
        assert friend.last_name not in content
        assert member.last_name not in content
    assert AccessLog.objects.count() == 0


def test_the_boards_page_has_the_part(client: Client, branch: Branch, board: User) -> None:
    log_in(client, board)
    for _each in range(6):
        newcomer(branch, source="web")
        newcomer(branch)
    content = client.get("/lillberga/styrelsen/").content.decode()
    assert "Av 12 som blev medlemmar 2026 kv 2: 6 på webben, 6 inte antecknat." in content
    assert "Hur nya medlemmar kom" in content


def test_who_is_not_noted_is_listed_and_logged(client: Client, branch: Branch, officer: User) -> None:
    log_in(client, officer)
    new = newcomer(branch)
    newcomer(branch, source="web")
    newcomer(branch, date(2025, 11, 20))
    newcomer(BranchFactory.create())
    page = client.get(path("okand/"))
    assert list(page.context["page"].object_list) == [new]
    assert list(AccessLog.objects.values_list("member", "purpose")) == [(new.pk, "list")]


def test_a_days_difference_of_a_year_counts(client: Client, branch: Branch, officer: User) -> None:
    log_in(client, officer)
    new = newcomer(branch, date(2025, 11, 21))
    assert list(client.get(path("okand/")).context["page"].object_list) == [new]


def test_recruiters_are_thanked_most_first(client: Client, branch: Branch, officer: User) -> None:
    log_in(client, officer)
    few, many = newcomer(branch), newcomer(branch)
    newcomer(branch, source="recruiter", recruiter=few)
    for _each in range(2):
        newcomer(branch, source="recruiter", recruiter=many, credited_on=date(2026, 6, 1))
    rows = client.get(path("varvare/")).context["page"].object_list
    assert [(row.pk, row.n_credited, row.n_recruited) for row in rows] == [(many.pk, 2, 2), (few.pk, 0, 1)]
    assert set(AccessLog.objects.values_list("member", flat=True)) == {few.pk, many.pk}


@pytest.mark.parametrize("page", ["", "okand/", "varvare/"])
def test_three_rows_cost_as_many_queries_as_one(
    client: Client, branch: Branch, officer: User, page: str
) -> None:
    log_in(client, officer)

    def add() -> None:
        club = branch.clubs.create(name=f"Förening {branch.clubs.count()}")
        activity(branch, club=club)
        planned(branch, date(2026, 11, 1))
        newcomer(branch, source="recruiter", recruiter=newcomer(branch))

    counts = []
    for rows in (1, 2):
        for _each in range(rows):
            add()
        client.get(path(page))
        with CaptureQueriesContext(connection) as queries:
            client.get(path(page))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def note_way(client: Client, member: Member, **values: Any) -> Any:
    return client.post(path(f"medlem/{member.pk}/"), values)


def test_how_a_member_came_is_noted_on_the_members_page(
    client: Client, branch: Branch, officer: User
) -> None:
    log_in(client, officer)
    member, friend, held = newcomer(branch), newcomer(branch), activity(branch)
    asked = {"source": "activity", "activity": held.pk, "recruiter": friend.member_number}
    answer = note_way(client, member, **asked)
    assert answer.headers["Location"] == f"/lillberga/medlemmar/{member.pk}/"
    found = Origin.objects.get()
    assert (found.member, found.activity, found.recruiter, found.noted_by) == (member, held, friend, officer)
    content = client.get(f"/lillberga/medlemmar/{member.pk}/").content.decode()
    assert friend.name in content
    assert "Vid en aktivitet: Torgmöte, Torget 2026-05-09" in content


def test_the_form_shows_what_was_noted_and_logs_the_reading(
    client: Client, branch: Branch, officer: User
) -> None:
    log_in(client, officer)
    friend = newcomer(branch)
    member = newcomer(branch, source="recruiter", recruiter=friend)
    page = client.get(path(f"medlem/{member.pk}/"))
    assert page.context["form"]["recruiter"].value() == friend.member_number
    assert list(AccessLog.objects.values_list("member", "purpose")) == [(member.pk, "member")]


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"source": ""}, "måste fyllas i"),
        ({"source": "activity"}, "Välj aktiviteten"),
        ({"source": "recruiter"}, "Skriv vem som frågade"),
        ({"source": "recruiter", "recruiter": "Nisse Finnsinte"}, "Ingen medlem har det namnet"),
        ({"source": "recruiter", "recruiter": "Öberg"}, "Flera medlemmar passar"),
        ({"source": "recruiter", "recruiter": "12345"}, "Ingen värvar sig själv"),
        ({"source": "web", "activity": "999"}, "Välj ett giltigt alternativ"),
    ],
)
def test_a_way_in_that_cannot_be_is_said(
    client: Client, branch: Branch, officer: User, values: dict[str, str], sentence: str
) -> None:
    log_in(client, officer)
    newcomer(branch)
    member = newcomer(branch)
    Member.objects.filter(pk=member.pk).update(member_number="12345")
    answer = note_way(client, member, **values)
    assert (answer.status_code, Origin.objects.count()) == (422, 0)
    assert sentence in answer.content.decode()


def test_another_branchs_activity_and_member_are_no_choice(
    client: Client, branch: Branch, officer: User
) -> None:
    log_in(client, officer)
    other = BranchFactory.create()
    member, theirs, held = newcomer(branch), newcomer(other), activity(other)
    assert note_way(client, member, source="activity", activity=held.pk).status_code == 422
    assert note_way(client, member, source="recruiter", recruiter=theirs.member_number).status_code == 422
    assert note_way(client, theirs, source="web").status_code == 404


def test_a_way_in_without_an_activity_leaves_it_out(client: Client, branch: Branch, officer: User) -> None:
    log_in(client, officer)
    held = activity(branch)
    note_way(client, newcomer(branch), source="web", activity=held.pk)
    assert Origin.objects.get().activity is None
