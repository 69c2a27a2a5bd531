"""``manage.py undo_import``."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from crm.people.models import Branch, Member, Membership, Role, User
from crm.rosters.models import RosterImport
from tests.factories import BranchFactory, user_with
from tests.rosters.files import ANNA, BO, OCTOBER, bring_in, roster


@pytest.fixture
def branch(db: None) -> Branch:
    made: Branch = BranchFactory.create(slug="byn")
    return made


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("undo_import", *arguments, stdout=out)
    return out.getvalue()


def test_it_undoes_at_once_and_tells_as_json(branch: Branch) -> None:
    bring_in(branch, ANNA)
    made = bring_in(branch, ANNA.replace("ÅBY", "RYD"), BO, on=OCTOBER)
    Member.objects.filter(member_number="2").update(street="Nygatan 7")
    assert json.loads(run(str(made.pk), "--json")) == {
        "import": made.pk,
        "branch": "byn",
        "file": "roster.csv",
        "undone": True,
        "restored": 1,
        "removed": 0,
        "kept": 1,
        "kept_members": [{"member_number": "2", "why": "edited"}],
    }
    assert Member.objects.get(member_number="1").town == "ÅBY"


def test_it_tells_in_words(branch: Branch) -> None:
    made = bring_in(branch, ANNA, BO)
    Member.objects.filter(member_number="2").update(street="Nygatan 7")
    told = [line.split() for line in run(str(made.pk)).splitlines()]
    assert told == [
        ["roster.csv:", "undone"],
        ["restored", "0"],
        ["removed", "1"],
        ["kept", "1"],
        ["kept", "2:", "edited"],
    ]


def test_in_whose_name(branch: Branch) -> None:
    officer = user_with(Role.Kind.MEMBER_OFFICER, branch)
    first, second = bring_in(branch, ANNA), bring_in(branch, BO, ANNA, on=OCTOBER)
    run(str(second.pk), "--as", officer.email)
    run(str(first.pk))
    asked = list(RosterImport.objects.order_by("pk").values_list("undo_asked_by", flat=True))
    assert asked == [User.objects.console().pk, officer.pk]


def test_one_who_may_not(branch: Branch) -> None:
    made = bring_in(branch, ANNA)
    caller = user_with(Role.Kind.CALLER, branch)
    with pytest.raises(CommandError):
        run(str(made.pk), "--as", caller.email)
    assert Member.objects.current().count() == 1


def test_an_import_that_is_not_there(branch: Branch) -> None:
    with pytest.raises(CommandError, match="Det finns ingen medlemsfil 7"):
        run("7")


def test_one_that_can_not_be_undone_says_why(branch: Branch) -> None:
    first = bring_in(branch, ANNA)
    bring_in(branch, ANNA, BO, on=OCTOBER)
    with pytest.raises(CommandError, match="En nyare fil har tagits in"):
        run(str(first.pk))


def test_who_was_confirmed_as_left_at_once_is_a_member_again(branch: Branch, tmp_path: Path) -> None:
    bring_in(branch, ANNA, BO)
    file = tmp_path / "roster.csv"
    file.write_bytes(roster(ANNA))
    options = ("--date", "2026-10-31", "--apply", "--confirm-left=moved")
    call_command("import_roster", "byn", str(file), *options, stdout=StringIO())
    period = Membership.objects.get(member__member_number="2")
    assert (period.ended_on, period.end_reason) == (OCTOBER, "moved")
    run(str(RosterImport.objects.latest("pk").pk))
    period.refresh_from_db()
    assert (period.ended_on, period.end_reason, period.missing_since) == (None, "", None)
