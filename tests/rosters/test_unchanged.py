"""Lines that change nothing: kept in one piece, and accounted for one by one."""

import pytest
from django.test import Client

from crm.people.models import Branch, Member, Role, User
from crm.rosters import accepting, access, importing, pages, unchanged, working
from crm.rosters.models import RosterImport, RosterRow
from crm.rosters.reading import Remark
from crm.rosters.unchanged import Unchanged, UnchangedRows
from tests.factories import BranchFactory, user_with
from tests.logins import log_in_as
from tests.rosters.files import ANNA, BO, CECILIA, OCTOBER, bring_in, every_line, lines_of, many, roster

NO_MAIL = "1;Anna;Åberg;ÅBY;070-174 06 05;nonsense;2020-03-01;Norra s-förening;"


@pytest.fixture
def branch(db: None) -> Branch:
    made: Branch = BranchFactory.create()
    return made


def staged(branch: Branch, *lines: str) -> RosterImport:
    officer = user_with(Role.Kind.MEMBER_OFFICER, branch)
    made = importing.upload(branch=branch, content=roster(*lines), filename="a.csv", by=officer)
    working.work_through()
    return RosterImport.objects.get(pk=made.pk)


def test_what_is_packed_comes_out_again() -> None:
    kept = Unchanged()
    kept.add(2, 7, ())
    kept.add(5, 9, (Remark("email", "several_emails"), Remark("", "identity_number_dropped")))
    assert unchanged.unpack(unchanged.pack(kept)) == kept


def test_nothing_kept_is_no_line() -> None:
    assert unchanged.unpack(None) == Unchanged()
    assert unchanged.forgotten(None) is None


def test_forgotten_leaves_which_lines_there_were() -> None:
    packed = unchanged.pack(Unchanged([2, 4], [7, 9], {4: [Remark("email", "several_emails")]}))
    assert unchanged.unpack(unchanged.forgotten(packed)) == Unchanged([2, 4], [0, 0], {})


def test_a_databases_view_of_the_bytes_is_read_too() -> None:
    packed = unchanged.pack(Unchanged([2], [7]))
    assert unchanged.unpack(memoryview(packed)).members == [7]


def test_each_line_is_shown_with_its_member_and_its_remarks(branch: Branch) -> None:
    bring_in(branch, ANNA, BO)
    rows = UnchangedRows(staged(branch, NO_MAIL, BO))[:]
    anna, bo = Member.objects.order_by("member_number")
    assert [(row.line, row.member, row.member_number) for row in rows] == [(2, anna, "1"), (3, bo, "2")]
    assert [row.remarks for row in rows] == [[Remark("email", "email_not_understood")], []]


def test_they_are_rows_of_no_table(branch: Branch) -> None:
    bring_in(branch, ANNA, BO)
    made = staged(branch, ANNA, BO)
    assert [row.pk for row in UnchangedRows(made)[:]] == [None, None]
    assert not RosterRow.objects.filter(roster_import=made, outcome="unchanged").exists()


def test_a_page_takes_its_slice(branch: Branch) -> None:
    bring_in(branch, *many(60))
    made = staged(branch, *many(60))
    page, part = pages.paged(made, "unchanged", "2")
    assert (page.paginator.count, part.count, len(part.rows)) == (60, 60, 10)
    assert [row.line for row in part.rows] == list(range(52, 62))
    assert part.rows[0].name == "Ada Lund 1050"


def test_the_page_of_unchanged_members_shows_them(branch: Branch, client: Client) -> None:
    bring_in(branch, ANNA, BO)
    made = staged(branch, ANNA, BO, CECILIA)
    log_in_as(client, Role.Kind.MEMBER_OFFICER, branch)
    answer = client.get(f"/{branch.slug}/medlemsfiler/{made.pk}/rader/unchanged/")
    assert answer.status_code == 200
    body = answer.content.decode()
    assert ("Anna Åberg" in body, "Bo Öst" in body, "Cecilia" in body) == (True, True, False)


def test_the_sample_for_looking_at_letters_takes_from_both_heaps(branch: Branch) -> None:
    bring_in(branch, CECILIA, ANNA)
    made = staged(branch, CECILIA, ANNA, BO)
    found = access.rows_with_swedish_letters(made, at_most=3)
    assert [access.name_of(row) for row in found] == ["Anna Åberg", "Bo Öst"]


def test_an_erased_member_leaves_the_lines_number_alone(branch: Branch) -> None:
    bring_in(branch, ANNA, BO)
    made = staged(branch, NO_MAIL, BO)
    Member.objects.filter(member_number="1").update(erased_at=made.uploaded_at)
    (row, _bo) = UnchangedRows(made)[:]
    assert (row.line, row.member, row.member_number, row.remarks) == (2, None, "", [])


def test_thrown_away_the_lines_stay_and_whose_they_were_does_not(branch: Branch) -> None:
    bring_in(branch, ANNA, BO)
    made = staged(branch, ANNA, BO)
    accepting.discard(made, by=made.uploaded_by)
    assert every_line(made) == [(1, "not_member", ""), (2, "unchanged", ""), (3, "unchanged", "")]


def test_made_anew_the_lines_are_those_of_the_branch_as_it_is_now(branch: Branch) -> None:
    bring_in(branch, ANNA, BO)
    made = staged(branch, ANNA, BO)
    Member.objects.filter(member_number="1").update(town="Ryd")
    accepting.take_as(made, by=made.uploaded_by, roster_date=OCTOBER, is_full=True)
    working.work_through()
    assert lines_of(made) == [(2, "changed", "1"), (3, "unchanged", "2")]


def test_an_import_of_an_earlier_version_shows_its_rows(branch: Branch) -> None:
    made = bring_in(branch, ANNA)
    member = Member.objects.get()
    RosterImport.objects.update(unchanged_lines=None)
    RosterRow.objects.filter(outcome="new").update(outcome="unchanged", values={}, member=member)
    made.refresh_from_db()
    assert [row.line for row in access.unchanged_of(made)[:]] == [2]


def test_a_list_of_imports_does_not_load_them(branch: Branch) -> None:
    bring_in(branch, ANNA)
    found = access.imports_of(branch).get()
    assert found.get_deferred_fields() == {"content", "staged", "unchanged_lines"}


def test_the_console_may_forget_an_import_without_such_lines(branch: Branch) -> None:
    made = bring_in(branch, ANNA)
    RosterImport.objects.update(unchanged_lines=None)
    accepting.forget_contents(made)
    assert not User.objects.console().is_superuser
    assert RosterImport.objects.get().unchanged_lines is None
