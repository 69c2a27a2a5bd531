"""People with protected identity, and identity numbers: what never stays."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from crm.people.models import Branch, Member, Role, User
from crm.rosters import importing, working
from crm.rosters.models import RosterImport, RosterRow
from tests.factories import BranchFactory, user_with
from tests.rosters.files import ANNA, BO, NOVEMBER, OCTOBER, bring_in, figures, roster, sample

# Twelve digits, or six or eight with a sign and four more.
IDENTITY_NUMBER = re.compile(r"(?<!\d)(?:\d{8}|\d{6})[-+]\d{4}(?!\d)|(?<!\d)(?:19|20)\d{10}(?!\d)")
PROTECTED_BO = "2;Bo;Öst;ÅBY;070-174 06 06;;2021-05-02;;skyddad identitet"


@pytest.fixture
def branch(db: None) -> Branch:
    made: Branch = BranchFactory.create(slug="storkoping")
    return made


def every_cell() -> str:
    """All that stands in the database, as text."""
    cells = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            cells += [f"{table}: {row}" for row in cursor.fetchall()]
    return "\n".join(cells)


def test_an_unknown_protected_person_leaves_a_count_and_a_line(branch: Branch) -> None:
    roster_import = bring_in(branch, ANNA, PROTECTED_BO)
    assert figures(roster_import) == {"new": 1, "protected": 1}
    row = roster_import.rows.get(outcome="protected")
    assert (row.line, row.member_number, row.values) == (3, "", {})
    assert "Öst" not in every_cell()


def test_a_known_member_who_is_protected_is_erased_everywhere(branch: Branch) -> None:
    before = bring_in(branch, ANNA, BO)
    assert figures(bring_in(branch, ANNA, PROTECTED_BO, on=OCTOBER)) == {"unchanged": 1, "protected": 1}
    erased = Member.objects.exclude(erased_at=None).get()
    assert (erased.name, erased.phones.count(), erased.memberships.get().ended_on) == (
        "Raderad medlem", 0, OCTOBER,
    )  # fmt: skip
    assert not erased.member_number.isdigit()
    assert before.rows.get(line=3).values == {}
    assert "Öst" not in every_cell()


def test_previews_that_wait_do_not_bring_an_erased_member_back(branch: Branch) -> None:
    officer = user_with(Role.Kind.MEMBER_OFFICER, branch)
    waiting = importing.upload(branch=branch, content=roster(ANNA, BO), filename="a.csv", by=officer)
    working.work_through()
    bring_in(branch, ANNA, BO)
    bring_in(branch, ANNA, PROTECTED_BO, on=OCTOBER)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.staged) == (RosterImport.State.DISCARDED, None)


def test_an_erased_member_is_not_counted_as_missing(branch: Branch) -> None:
    bring_in(branch, ANNA, BO)
    bring_in(branch, ANNA, PROTECTED_BO, on=OCTOBER)
    assert figures(bring_in(branch, ANNA, on=NOVEMBER)) == {"unchanged": 1}


def test_no_identity_number_is_stored_while_waiting_staged_or_applied(branch: Branch) -> None:
    officer = user_with(Role.Kind.REGISTER_OFFICER, branch)
    for name in ("storkoping-2026-09.csv", "storkoping-2026-10.csv"):
        roster_import = importing.upload(branch=branch, content=sample(name), filename=name, by=officer)
        assert not found_in_database()
        working.work_through()
        roster_import.refresh_from_db()
        assert not found_in_database()
        importing.accept(roster_import, by=officer)
        working.work_through()
        assert not found_in_database()
    assert RosterImport.objects.applied().count() == 2
    assert not any(IDENTITY_NUMBER.search(text) for text in files_written())


def found_in_database() -> list[str]:
    """Without what is encrypted, whose letters mean nothing, and the numbers of times and keys."""
    rows = RosterRow.objects.values_list("values", "changes", "remarks", "reason")
    imports = RosterImport.objects.values_list("filename", "columns", "stops", "problem_details")
    people = Member.objects.values_list(
        "first_name", "last_name", "care_of", "street", "town", "email", "search", "member_number"
    )
    text = "\n".join(map(str, [*rows, *imports, *people]))
    return IDENTITY_NUMBER.findall(re.sub(r"\d{4}-\d{2}-\d{2}", "", text))


def files_written() -> list[str]:
    folder = Path(settings.DATA_DIR)
    return [
        path.read_text(errors="replace")
        for path in folder.rglob("*")
        if path.suffix in {".log", ".json", ".csv"}
    ]


def test_the_waiting_file_can_only_be_read_with_the_key(branch: Branch) -> None:
    content = roster(ANNA)
    kept = importing.upload(branch=branch, content=content, filename="a.csv", by=User.objects.console())
    kept.refresh_from_db()
    assert kept.content is not None
    assert b"Anna" not in bytes(kept.content)
    assert "berg" not in every_cell()
