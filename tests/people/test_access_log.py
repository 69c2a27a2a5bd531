"""The access log, as the administrator reads it and as it is kept."""

import csv
import io
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from crm.people import erasing, logbook
from crm.people.logbook import log_read
from crm.people.models import AccessLog, Branch, Member, User
from crm.people.reads import Read
from tests.factories import BranchFactory, MemberFactory, UserFactory
from tests.logins import log_in_as

pytestmark = pytest.mark.django_db
Purpose = AccessLog.Purpose


@pytest.fixture
def admin(client: Client, branch: Branch) -> User:
    return log_in_as(client, "admin", branch)


@pytest.fixture
def reader() -> User:
    return UserFactory.create(name="Lena Läsare")


def look(branch: Branch, reader: User, members: list[Member], purpose: Purpose, at: str) -> None:
    with time_machine.travel(datetime.fromisoformat(at).replace(tzinfo=UTC), tick=False):
        log_read(user=reader, branch=branch, members=members, purpose=purpose)


def shown(client: Client, branch: Branch, **query: str) -> list[Read]:
    answer = client.get(f"/{branch.slug}/atkomstlogg/", query)
    assert answer.status_code == 200
    reads: list[Read] = answer.context["reads"]
    return reads


def test_one_showing_is_one_line(client: Client, branch: Branch, admin: User, reader: User) -> None:
    members = MemberFactory.create_batch(4, branch=branch)
    look(branch, reader, members, Purpose.LIST, "2026-11-20 10:00")
    look(branch, reader, members[:1], Purpose.MEMBER, "2026-11-20 10:01")
    look(branch, reader, [], Purpose.SEARCH, "2026-11-20 10:02")
    assert [(read.user, str(read.purpose), read.members, read.numbers) for read in shown(client, branch)] == [
        (reader, "sökning", 0, []),
        (reader, "en medlems sida", 1, [members[0].member_number]),
        (reader, "medlemslista", 4, []),
    ]


def test_the_administrator_sees_numbers_and_no_names(
    client: Client, branch: Branch, admin: User, reader: User
) -> None:
    member = MemberFactory.create(branch=branch, last_name="Särskilt-Namn")
    look(branch, reader, [member], Purpose.MEMBER, "2026-11-20 10:00")
    body = client.get(f"/{branch.slug}/atkomstlogg/").content.decode()
    assert (member.member_number in body, "Särskilt-Namn" in body, "Lena Läsare" in body) == (
        True,
        False,
        True,
    )


@pytest.mark.parametrize(
    ("query", "hours"),
    [
        ({}, [12, 11, 10]),
        ({"first": "2026-11-21"}, [12]),
        ({"last": "2026-11-20"}, [11, 10]),
        ({"purpose": "member"}, [11, 10]),
        ({"number": "1001"}, [12, 10]),
    ],
)
def test_the_log_is_narrowed(
    client: Client, branch: Branch, admin: User, query: dict[str, str], hours: list[int]
) -> None:
    first, second = (MemberFactory.create(branch=branch, member_number=number) for number in ("1001", "1002"))
    reader = UserFactory.create()
    look(branch, reader, [first], Purpose.MEMBER, "2026-11-20 10:00")
    look(branch, reader, [second], Purpose.MEMBER, "2026-11-20 11:00")
    look(branch, reader, [first, second], Purpose.LIST, "2026-11-21 12:00")
    assert [read.at.hour for read in shown(client, branch, **query)] == hours


def test_the_log_is_narrowed_to_a_reader(client: Client, branch: Branch, admin: User, reader: User) -> None:
    for user in (reader, UserFactory.create()):
        look(branch, user, [], Purpose.SEARCH, "2026-11-20 10:00")
    assert [read.user for read in shown(client, branch, user=str(reader.pk))] == [reader]


def test_a_bad_day_gets_a_sentence(client: Client, branch: Branch, admin: User) -> None:
    answer = client.get(f"/{branch.slug}/atkomstlogg/", {"first": "i går"})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["first"])


def test_three_lines_cost_no_more_queries_than_one(client: Client, branch: Branch, admin: User) -> None:
    counts = []
    for _round in (1, 2):
        for _times in range(_round):
            members = MemberFactory.create_batch(2, branch=branch)
            look(branch, UserFactory.create(), members, Purpose.LIST, f"2026-11-2{_round} 10:0{_times}")
        with CaptureQueriesContext(connection) as queries:
            shown(client, branch)
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("kind", "own", "status"), [("admin", True, 200), ("board", True, 403), ("admin", False, 404)]
)
def test_who_reads_the_log(client: Client, branch: Branch, kind: str, own: bool, status: int) -> None:
    log_in_as(client, kind, branch if own else BranchFactory.create())
    assert client.get(f"/{branch.slug}/atkomstlogg/").status_code == status


def test_another_branchs_log_is_its_own(
    client: Client, branch: Branch, other_branch: Branch, admin: User
) -> None:
    look(other_branch, UserFactory.create(), [], Purpose.SEARCH, "2026-11-20 10:00")
    assert shown(client, branch) == []


def test_a_row_is_never_changed(branch: Branch, reader: User) -> None:
    look(branch, reader, [], Purpose.SEARCH, "2026-11-20 10:00")
    row = AccessLog.objects.get()
    row.reason = "another"
    with pytest.raises(TypeError):
        row.save()
    with pytest.raises(TypeError):
        AccessLog.objects.update(reason="another")
    row.refresh_from_db()
    assert row.reason == ""


def test_a_thousand_members_cost_few_queries(branch: Branch, reader: User) -> None:
    member = MemberFactory.create(branch=branch)
    with CaptureQueriesContext(connection) as queries:
        log_read(user=reader, branch=branch, members=[member.pk] * 1000, purpose=Purpose.LIST)
    # SQLite takes some 140 rows in a statement, PostgreSQL all of them.
    assert len([query for query in queries if query["sql"].startswith("INSERT")]) <= 8


# As a file


def lines(client: Client, branch: Branch, **query: str) -> list[list[str]]:
    answer = client.get(f"/{branch.slug}/atkomstlogg/fil/", query)
    assert answer.status_code == 200
    text = answer.content.decode()
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:]), delimiter=";"))


def test_the_log_is_fetched_as_a_file_with_a_line_for_each_person(
    client: Client, branch: Branch, admin: User, reader: User
) -> None:
    members = [MemberFactory.create(branch=branch, member_number=number) for number in ("1001", "1002")]
    look(branch, reader, members, Purpose.LIST, "2026-07-20 10:00")
    header, *rows = lines(client, branch, purpose="list")
    assert header == ["När", "Vem tittade", "E-post", "Ändamål", "Skäl", "Medlemsnummer"]
    when = "2026-07-20 12:00:00"
    assert sorted(rows) == [
        [when, "Lena Läsare", reader.email, "medlemslista", "", number] for number in ("1001", "1002")
    ]


def test_the_file_has_what_the_filter_shows(
    client: Client, branch: Branch, other_branch: Branch, admin: User, reader: User
) -> None:
    for of, day in ((branch, 19), (branch, 20), (other_branch, 20)):
        look(of, reader, [], Purpose.SEARCH, f"2026-11-{day} 10:00")
    found = lines(client, branch, first="2026-11-20", last="2026-11-20")[1:]
    assert [row[0] for row in found] == ["2026-11-20 11:00:00"]


def test_a_reason_that_a_spreadsheet_would_run_is_text(client: Client, branch: Branch, admin: User) -> None:
    log_read(user=admin, branch=branch, members=[], purpose=Purpose.EXPORT, reason="=cmd()")
    assert "'=cmd()" in {row[4] for row in lines(client, branch)}


def test_fetching_the_log_stands_in_the_log(client: Client, branch: Branch, admin: User) -> None:
    lines(client, branch)
    (row,) = AccessLog.objects.all()
    assert (row.user, row.member, row.purpose) == (admin, None, Purpose.EXPORT)


def test_a_bad_day_gives_the_page_and_no_file(client: Client, branch: Branch, admin: User) -> None:
    answer = client.get(f"/{branch.slug}/atkomstlogg/fil/", {"first": "i går"})
    assert (answer.status_code, AccessLog.objects.count()) == (422, 0)


def test_the_page_leads_to_the_file_of_what_it_shows(client: Client, branch: Branch, admin: User) -> None:
    body = client.get(f"/{branch.slug}/atkomstlogg/", {"number": "1001"}).content.decode()
    assert f"/{branch.slug}/atkomstlogg/fil/?number=1001" in body


# How long it is kept


@pytest.mark.parametrize(("at", "kept"), [("2024-11-20 22:59", 0), ("2024-11-20 23:01", 1)])
def test_rows_are_kept_for_two_years(branch: Branch, reader: User, at: str, kept: int) -> None:
    look(branch, reader, [], Purpose.SEARCH, at)
    assert logbook.trim(branch=branch, on=date(2026, 11, 21)) == {"rows": 1 - kept}
    assert AccessLog.objects.count() == kept


def test_another_branchs_rows_are_its_own(branch: Branch, other_branch: Branch, reader: User) -> None:
    look(other_branch, reader, [], Purpose.SEARCH, "2020-01-01 10:00")
    assert logbook.trim(branch=branch, on=date(2026, 11, 21)) == {"rows": 0}


def test_an_erased_members_rows_carry_a_random_number(branch: Branch, reader: User) -> None:
    member = MemberFactory.create(branch=branch, member_number="1001")
    look(branch, reader, [member], Purpose.MEMBER, "2026-11-20 10:00")
    erasing.erase(member=member, by=reader, on=date(2026, 11, 21))
    (number,) = AccessLog.objects.values_list("member__member_number", flat=True)
    assert (number.startswith("erased-"), "1001" in number[:10]) == (True, False)
