"""The pages of a district and of the party: who may open them, what they show, in which order, and as files."""

import csv
import io
import re
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
import tablib
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from crm.district.sorting import COLUMNS
from crm.people.models import KINDS_IN_A_BRANCH, Branch, District, User
from tests.crm.markup import Markup
from tests.district.making import (
    ALL,
    add_periods,
    give_role_above,
    make_branch,
    make_district,
    set_goal,
    user_above,
)
from tests.factories import UserFactory, user_with
from tests.logins import log_in

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 21)
PLACES = ("/distrikt/ostra/", "/partiet/", "/distrikt/ostra/siffror.csv", "/partiet/siffror.csv")


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with time_machine.travel(TODAY, tick=False):
        yield


@pytest.fixture
def district() -> District:
    return make_district()


@pytest.fixture
def branches(district: District) -> list[Branch]:
    sizes = {"Örby": 300, "Aby": 100, "Åmo": 200}
    return [make_branch(district, size, ALL, name=name) for name, size in sizes.items()]


def statuses(client: Client) -> list[int]:
    return [client.get(place).status_code for place in PLACES]


def links_on(client: Client, address: str) -> list[str]:
    page = Markup.of(client.get(address).content.decode())
    return [href for link in page.all("a") if (href := link.attributes.get("href"))]


def test_a_districts_reader_opens_their_district_alone(client: Client, branches: list[Branch]) -> None:
    make_district("vastra", "Västra")
    log_in(client, user_above(branches[0].district), two_factors=False)
    assert statuses(client) == [200, 403, 200, 403]
    assert client.get("/distrikt/vastra/").status_code == 404


def test_a_reader_of_the_party_opens_the_party_alone(client: Client, branches: list[Branch]) -> None:
    log_in(client, user_above(None), two_factors=False)
    assert statuses(client) == [404, 200, 404, 200]


@pytest.mark.parametrize("kind", KINDS_IN_A_BRANCH)
def test_a_teammate_of_a_branch_is_refused(client: Client, branches: list[Branch], kind: str) -> None:
    log_in(client, user_with(kind, branches[0]))
    assert statuses(client) == [403] * 4


def test_strangers_find_nothing(client: Client, branches: list[Branch]) -> None:
    log_in(client, UserFactory.create())
    assert statuses(client) == [404] * 4
    log_in(client, user_with("board", make_branch(make_district("vastra", "Västra"))))
    assert statuses(client) == [404, 403, 404, 403]


def test_a_superuser_without_a_role_is_a_stranger(client: Client, branches: list[Branch]) -> None:
    log_in(client, User.objects.create_superuser("root@example.org", name="Rut Rot"))
    assert statuses(client) == [404] * 4


@pytest.mark.parametrize(
    "days",
    [{"starts_on": TODAY + timedelta(days=1)}, {"ends_on": TODAY - timedelta(days=1)}],
    ids=["to come", "over"],
)
def test_a_role_that_does_not_hold_opens_nothing(
    client: Client, branches: list[Branch], days: dict[str, date]
) -> None:
    user = UserFactory.create()
    for place in (branches[0].district, None):
        give_role_above(user, place, **days)
    log_in(client, user)
    assert statuses(client) == [404] * 4


def test_a_district_opens_by_its_number_too(client: Client, branches: list[Branch]) -> None:
    district = branches[0].district
    assert district is not None
    log_in(client, user_above(district))
    by_name, by_number = (client.get(f"/distrikt/{word}/") for word in (district.slug, district.pk))
    assert (by_number.status_code, by_number.context["page"]) == (200, by_name.context["page"])
    assert client.get(f"/distrikt/{district.pk + 1}/").status_code == 404


@pytest.mark.parametrize("place", PLACES)
def test_nothing_can_be_sent_there(client: Client, branches: list[Branch], place: str) -> None:
    user = user_above(branches[0].district)
    give_role_above(user, None)
    log_in(client, user)
    assert client.post(place).status_code == 405


def test_one_comes_straight_to_the_only_page_there_is(client: Client, branches: list[Branch]) -> None:
    log_in(client, user_above(branches[0].district))
    assert client.get("/").headers["location"] == "/distrikt/ostra/"
    log_in(client, user_above(None))
    assert client.get("/").headers["location"] == "/partiet/"


def test_who_has_a_branch_too_chooses(client: Client, branches: list[Branch]) -> None:
    user = user_with("board", branches[0])
    give_role_above(user, branches[0].district)
    log_in(client, user)
    assert {f"/{branches[0].slug}/", "/distrikt/ostra/"} <= set(links_on(client, "/"))


def test_a_branchs_page_is_closed_to_the_district(client: Client, branches: list[Branch]) -> None:
    log_in(client, user_above(branches[0].district))
    slug = branches[0].slug
    for part in ("", "styrelsen/", "medlemmar/", "delas/"):
        assert client.get(f"/{slug}/{part}").status_code == 404


@pytest.mark.parametrize(
    ("sort", "names"),
    [
        ("", ["Aby", "Åmo", "Örby"]),
        ("name", ["Aby", "Åmo", "Örby"]),
        ("-name", ["Örby", "Åmo", "Aby"]),
        ("members", ["Aby", "Åmo", "Örby"]),
        ("-members", ["Örby", "Åmo", "Aby"]),
        ("-joined", ["Åmo", "Aby", "Örby"]),
        ("reached", ["Aby", "Åmo", "Örby"]),
        ("-roster", ["Aby", "Åmo", "Örby"]),
    ],
)
def test_the_lines_stand_in_the_order_asked_for(
    client: Client, branches: list[Branch], sort: str, names: list[str]
) -> None:
    add_periods(branches[2], 40, date(2026, 3, 1))
    log_in(client, user_above(branches[0].district))
    told = client.get(f"/distrikt/ostra/?sort={sort}").context["lines"]
    assert [line.name for line in told] == names


def test_every_heading_sorts_and_says_so(client: Client, branches: list[Branch]) -> None:
    log_in(client, user_above(branches[0].district))
    address = "/distrikt/ostra/?on=2026-10-31&sort=-members"
    page = Markup.of(client.get(address).content.decode())
    directions = [heading.attributes.get("aria-sort") for heading in page.all("th")]
    assert [direction for direction in directions if direction] == ["descending"]
    links = {link for link in links_on(client, address) if link.startswith("/distrikt/ostra/?")}
    assert {link.partition("sort=")[2] for link in links} == {"name", *COLUMNS}
    assert {client.get(link).status_code for link in links} == {200}


@pytest.mark.parametrize(
    "query", ["on=2027-01-01", "on=igar", "on=1999-12-31", "sort=hemligt", "sort=--members"]
)
def test_what_cannot_be_asked_is_answered_with_422(
    client: Client, branches: list[Branch], query: str
) -> None:
    user = user_above(branches[0].district)
    give_role_above(user, None)
    log_in(client, user)
    for place in PLACES:
        expected = 404 if place.endswith(".csv") else 422
        assert client.get(f"{place}?{query}").status_code == expected


def test_the_day_can_be_set_back_to_a_months_end(client: Client, branches: list[Branch]) -> None:
    add_periods(branches[0], 50, date(2026, 10, 15))
    log_in(client, user_above(branches[0].district))
    totals = {
        day: client.get(f"/distrikt/ostra/?on={day}").context["page"].total.cells["members"].number
        for day in ("2026-11-21", "2026-10-31", "2026-10-30", "2026-09-30")
    }
    assert list(totals.values()) == [650, 650, 600, 600]


def test_an_empty_district_and_one_where_nobody_shares_say_so(client: Client, district: District) -> None:
    log_in(client, user_above(district))
    assert "Inga arbetarekommuner än" in client.get("/distrikt/ostra/").content.decode()
    make_branch(district, name="Tystby")
    page = client.get("/distrikt/ostra/").content.decode()
    assert "Ingen delar några siffror än" in page
    assert "Tystby" in page


def test_who_does_not_share_stands_there_without_numbers(client: Client, branches: list[Branch]) -> None:
    make_branch(branches[0].district, 800, name="Tystby")
    log_in(client, user_above(branches[0].district))
    page = client.get("/distrikt/ostra/").content.decode()
    assert "Delar inte sina siffror." in page
    assert "3 av 4 arbetarekommuner delar" in page
    assert re.search(r"\b800\b", page) is None


def rows_of(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode().removeprefix("\ufeff")), delimiter=";"))


def test_the_csv_holds_the_pages_lines(client: Client, branches: list[Branch]) -> None:
    set_goal(branches[0], 400)
    log_in(client, user_above(branches[0].district))
    answer = client.get("/distrikt/ostra/siffror.csv?sort=-members")
    assert answer.headers["content-disposition"] == 'attachment; filename="ostra-2026-10-31.csv"'
    rows = rows_of(answer.content)
    assert [row[0] for row in rows[2:6]] == ["Örby", "Åmo", "Aby", "Tillsammans"]
    assert rows[2][1:7] == ["1 av 1", "300", "400", "2027-12-31", "75", "8"]
    assert rows[3][3:6] == ["", "", ""]


def test_the_workbook_holds_what_the_csv_holds(client: Client, branches: list[Branch]) -> None:
    make_branch(branches[0].district, 900, name="=Tystby")
    log_in(client, user_above(branches[0].district))
    content = client.get("/distrikt/ostra/siffror.xlsx").content
    (sheet,) = tablib.Databook().load(content, "xlsx").sheets()
    rows = rows_of(client.get("/distrikt/ostra/siffror.csv").content)
    assert [sheet.headers, *(["" if cell is None else str(cell) for cell in row] for row in sheet)] == [
        row for row in rows[1:] if any(row)
    ]
    assert sheet[0][0] == "'=Tystby"
    assert set(sheet[0][2:]) == {"delar inte"}


@pytest.mark.parametrize("file_format", ["pdf", "html", "x"])
def test_there_are_no_other_files(client: Client, branches: list[Branch], file_format: str) -> None:
    log_in(client, user_above(branches[0].district))
    assert client.get(f"/distrikt/ostra/siffror.{file_format}").status_code == 404


def test_a_district_is_a_link_for_who_may_open_it(client: Client, branches: list[Branch]) -> None:
    make_branch(make_district("vastra", "Västra"), 100, ALL)
    user = user_above(None)
    give_role_above(user, branches[0].district)
    log_in(client, user)
    lines = client.get("/partiet/").context["lines"]
    assert [(line.name, line.url) for line in lines] == [
        ("Västra", ""),
        ("Östra distriktet", "/distrikt/ostra/"),
    ]


def test_branches_in_no_district_stand_last_together(client: Client, branches: list[Branch]) -> None:
    make_branch(None, 50, ALL)
    log_in(client, user_above(None))
    lines = client.get("/partiet/").context["lines"]
    assert {line.name: line.cells["members"].number for line in lines} == {
        "I inget distrikt": 50,
        "Östra distriktet": 600,
    }


@pytest.mark.parametrize("place", ["/distrikt/ostra/", "/partiet/"])
def test_a_page_asks_as_much_for_one_branch_as_for_thirty(
    client: Client, district: District, place: str
) -> None:
    user = user_above(district)
    give_role_above(user, None)
    log_in(client, user)
    asked = []
    for more in (1, 2, 27):
        for _ in range(more):
            set_goal(make_branch(district, 6, ALL), 10)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(place).status_code == 200
        asked.append(len(queries))
    assert asked[0] == asked[1] == asked[2] <= 25
