"""What a person at a terminal is told when a file can't be brought in."""

from io import StringIO
from pathlib import Path
from unittest import mock

import pytest
from django.core.management import CommandError, call_command

from crm.people.models import Branch, Member, Role
from crm.rosters import importing
from crm.rosters.models import RosterImport
from tests.factories import BranchFactory, user_with
from tests.rosters.files import ANNA, NOVEMBER, bring_in, roster


@pytest.fixture
def branch(db: None) -> Branch:
    made: Branch = BranchFactory.create(slug="byn")
    return made


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "roster.csv"
    path.write_bytes(roster(ANNA))
    return path


def said(*arguments: str) -> str:
    with pytest.raises(CommandError) as stop:
        call_command("import_roster", *arguments, stdout=StringIO())
    return str(stop.value)


def test_an_unknown_branch_names_the_known_ones(branch: Branch, file: Path) -> None:
    assert said("staden", str(file)) == "There is no branch 'staden'. The branches: byn."


def test_a_file_that_is_not_there(branch: Branch, tmp_path: Path) -> None:
    assert said("byn", str(tmp_path / "none.csv")).endswith("none.csv: No such file or directory")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"", "tom"), (b"\x89PNG\r\n", "bild"), (b"PK\x03\x04abc", "Excel"), (b"a;b\n1;2\n", "namn")],
)
def test_a_file_that_is_no_roster(branch: Branch, file: Path, content: bytes, sentence: str) -> None:
    file.write_bytes(content)
    assert sentence in said("byn", str(file), "--apply")
    assert not Member.objects.exists()


def test_a_file_that_is_too_large_is_not_read(branch: Branch, file: Path) -> None:
    with file.open("wb") as out:
        out.truncate(200 * 1024 * 1024)
    assert "25 MB" in said("byn", str(file))


def test_in_the_name_of_an_officer(branch: Branch, file: Path) -> None:
    officer = user_with(Role.Kind.REGISTER_OFFICER, branch)
    call_command("import_roster", "byn", str(file), "--apply", "--as", officer.email, stdout=StringIO())
    assert RosterImport.objects.get().accepted_by == officer


def test_in_the_name_of_somebody_who_may_not(branch: Branch, file: Path) -> None:
    caller = user_with(Role.Kind.CALLER, branch)
    assert caller.name in said("byn", str(file), "--apply", "--as", caller.email)
    assert said("byn", str(file), "--as", "nobody@example.org") == "There is no user 'nobody@example.org'."
    assert not Member.objects.exists()


def test_the_words_for_a_person(branch: Branch, file: Path) -> None:
    out = StringIO()
    call_command("import_roster", "byn", str(file), "--date", "2026-09-30", stdout=out)
    lines = out.getvalue().splitlines()
    assert lines[0] == "roster.csv (utf-8), 2026-09-30"
    assert lines[1].split() == ["new", "1"]
    assert lines[-1] == "not applied"


def test_a_branch_that_changed_in_between_is_left_as_it_is(branch: Branch, file: Path) -> None:
    with mock.patch.object(importing, "apply", return_value=False):
        assert "Medlemmarna ändrades" in said("byn", str(file), "--apply")
    assert not RosterImport.objects.exists()


def test_a_folder_is_no_file(branch: Branch, tmp_path: Path) -> None:
    assert said("byn", str(tmp_path)) == f"{tmp_path}: Is a directory"


@pytest.mark.parametrize("option", ["--date=2026-13-01", "--date=igår", "--accept=everything"])
def test_an_option_that_means_nothing_is_refused(branch: Branch, file: Path, option: str) -> None:
    assert option.partition("=")[0] in said("byn", str(file), option, "--apply")
    assert not Member.objects.exists()


def test_a_stop_is_told_and_can_be_accepted(branch: Branch, file: Path) -> None:
    bring_in(branch, ANNA, on=NOVEMBER)
    file.write_bytes(roster(ANNA.replace("ÅBY", "Ryd")))
    options = ("byn", str(file), "--apply", "--date", "2026-09-30")
    assert "20 november 2026" in said(*options)
    assert Member.objects.get().town == "ÅBY"
    call_command("import_roster", *options, "--accept", "date", stdout=StringIO())
    assert Member.objects.get().town == "Ryd"


def test_nothing_is_applied_unless_asked(branch: Branch, file: Path) -> None:
    call_command("import_roster", "byn", str(file), "--json", stdout=StringIO())
    assert (Member.objects.count(), RosterImport.objects.count()) == (0, 0)
