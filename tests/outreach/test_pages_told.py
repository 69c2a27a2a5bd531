"""What stands on the pages: the tables beneath the pictures, and what is said where there is nothing."""

import re
from datetime import date

import pytest
from django.test import Client

from crm.outreach.models import SignUp
from crm.people.models import Branch, User
from tests.logins import log_in
from tests.outreach.making import activity, newcomer, planned

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("november")]


def words(client: Client, page: str) -> str:
    """The page as it is read aloud: no tags, single spaces."""
    content = client.get(f"/lillberga/{page}").content.decode().split("<main", 1)[1]
    return " ".join(re.sub(r"<[^>]+>", " ", content).split())


@pytest.fixture
def told(client: Client, branch: Branch, board: User) -> Client:
    """A branch with twelve new members and three activities, seen by the board."""
    log_in(client, board)
    held = activity(branch, date(2026, 9, 12), "doors", conversations=60, new_members=6)
    activity(branch, date(2026, 9, 3), "cafe", conversations=12, asked=False)
    activity(branch, date(2026, 11, 7), "cafe", helpers=2, conversations=8)
    for _each in range(5):
        newcomer(branch, date(2026, 9, 14), "activity", activity=held)
    for _each in range(7):
        newcomer(branch, date(2026, 3, 2), "web")
    return client


@pytest.mark.parametrize("page", ["varvning/", "styrelsen/"])
def test_every_picture_has_its_table(told: Client, page: str) -> None:
    content = told.get(f"/lillberga/{page}").content.decode()
    figures = re.findall(r'<figure class="chart">.*?</figure>', content, flags=re.DOTALL)
    assert len(figures) >= 2
    assert [figure for figure in figures if "<table" not in figure] == []
    assert [figure for figure in figures if 'role="img"' not in figure] == []


def test_the_table_of_ways_in_has_every_way(told: Client) -> None:
    assert "Vid en aktivitet 5 Tillfrågad av en medlem 0 På webben 7 Inte antecknat 0" in words(
        told, "varvning/"
    )


def test_the_table_of_months_has_the_latest_first(told: Client) -> None:
    said = words(told, "varvning/")
    assert "2026-11 (pågår) 1 1 8 0" in said
    months = [said.index(month) for month in ("2026-11 (pågår)", "2026-10 0 0", "2026-09 2 1")]
    assert months == sorted(months)


def test_the_year_is_told_in_four_numbers(told: Client) -> None:
    said = words(told, "varvning/")
    assert "Utåtriktade aktiviteter i år 3" in said
    assert "Med värvning 67 % av aktiviteterna" in said
    assert "Samtal med folk i år 80" in said
    assert "Nya medlemmar antecknade i det utåtriktade 6 2026 kv 3" in said


def test_what_pays_off_is_told_by_kind(told: Client) -> None:
    assert "Dörrknackning 1 60 20,0 6 10" in words(told, "varvning/")


def test_a_kind_that_nobody_came_by_has_no_price(told: Client) -> None:
    assert "Kafé 1 12 4,0 0 –" in words(told, "varvning/")


def test_the_board_can_look_back(told: Client) -> None:
    said = words(told, "styrelsen/?on=2026-10-31")
    assert "Av 12 som blev medlemmar 2026 kv 1–kv 3" in said
    said = words(told, "styrelsen/?on=2026-09-30")
    assert "Av 12 som blev medlemmar" not in said
    assert "Utåtriktade aktiviteter i år 2" in said


def test_the_list_of_activities_does_not_tell_who_came_by_each(told: Client) -> None:
    listed = words(told, "varvning/").split("De senaste aktiviteterna")[1]
    assert "Dörrknackning, Torget 2026-09-12 3 var med, 60 samtal" in listed
    assert "6" not in listed.split("Dörrknackning, Torget 2026-09-12")[1].split("Kafé")[0].replace(
        "60 samtal", ""
    )


def test_the_activitys_own_page_does_so_that_it_can_be_put_right(told: Client, branch: Branch) -> None:
    held = branch.activities.get(kind="doors")
    said = words(told, f"varvning/{held.pk}/")
    assert "Hur många av oss var med 3 Samtal 60 Nya medlemmar 6" in said
    assert "Vi frågade folk om de vill bli medlemmar ja" in said


def test_a_planned_one_says_that_numbers_are_to_come(client: Client, branch: Branch, board: User) -> None:
    log_in(client, board)
    ahead = planned(branch, date(2026, 11, 30))
    said = words(client, f"varvning/{ahead.pk}/")
    assert "Den är planerad. Anteckna antalen när den har varit" in said


@pytest.mark.parametrize(
    "sentence",
    [
        "Inga aktiviteter än",
        "Ingen aktivitet är antecknad de här månaderna.",
        "Ingen har blivit medlem under hela kvartal.",
        "Ingen blev medlem 2025, det senaste år som är slut.",
        "Inget utåtriktat är antecknat de här månaderna.",
        "Med värvning – av aktiviteterna",
    ],
)
def test_an_empty_branch_is_told_what_to_do(
    client: Client, branch: Branch, board: User, sentence: str
) -> None:
    log_in(client, board)
    assert sentence in words(client, "varvning/")


def test_few_new_members_are_not_told_apart(client: Client, branch: Branch, board: User) -> None:
    log_in(client, board)
    for _each in range(3):
        newcomer(branch, source="web")
        newcomer(branch, date(2025, 5, 1))
    said = words(client, "varvning/")
    assert "Så få har blivit medlemmar att sättet de kom på skulle kunna peka ut någon." in said
    assert "Så få har blivit medlemmar att föreningarna skulle kunna peka ut någon." in said
    assert "På webben" not in said


def test_officers_have_their_buttons_and_the_board_has_not(
    client: Client, branch: Branch, board: User, officer: User
) -> None:
    log_in(client, board)
    assert "Vilka att tacka" not in words(client, "varvning/")
    log_in(client, officer)
    said = words(client, "varvning/")
    assert "Vilka att tacka" in said
    assert "Var man blir medlem" in said


def test_who_may_not_set_the_address_is_told_who_may(client: Client, branch: Branch, board: User) -> None:
    log_in(client, board)
    held = activity(branch)
    assert "När medlemsansvarig har angett var man blir medlem" in words(client, f"varvning/{held.pk}/")


def test_who_may_is_led_there(client: Client, branch: Branch, officer: User) -> None:
    log_in(client, officer)
    held = activity(branch)
    assert "Skriv var man blir medlem, så får varje aktivitet" in words(client, f"varvning/{held.pk}/")
    SignUp.objects.create(branch=branch, address="https://example.org/")
    assert "Affisch att skriva ut (PDF)" in words(client, f"varvning/{held.pk}/")


def test_lists_with_nobody_say_so(client: Client, branch: Branch, officer: User) -> None:
    log_in(client, officer)
    assert "Alla är antecknade" in words(client, "varvning/okand/")
    assert "Ingen än" in words(client, "varvning/varvare/")
