"""What a person at a terminal is told when a file can't be brought in."""

import json
from contextlib import suppress
from io import StringIO
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.core.management import CommandError, call_command

from crm.people.models import Branch, Member, Membership, Role
from crm.rosters import importing, working
from crm.rosters.models import RosterImport
from crm.rosters.reading import Choices, Field
from tests.factories import BranchFactory, user_with
from tests.rosters.files import ANNA, BO, NOVEMBER, OCTOBER, bring_in, roster


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
    assert said("staden", str(file)) == "Det finns ingen arbetarekommun ”staden”. De som finns: byn."


def test_a_file_that_is_not_there(branch: Branch, tmp_path: Path) -> None:
    assert said("byn", str(tmp_path / "none.csv")).endswith("none.csv: Det finns ingen sådan fil.")


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
    assert (
        said("byn", str(file), "--as", "nobody@example.org")
        == "Det finns ingen användare ”nobody@example.org”."
    )
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
    assert said("byn", str(tmp_path)) == f"{tmp_path}: Det är en mapp, ingen fil."


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


# What can be chosen of a file


def report(*arguments: str) -> dict[str, Any]:
    out = StringIO()
    with suppress(CommandError):
        call_command("import_roster", *arguments, "--json", stdout=out)
    found: dict[str, Any] = json.loads(out.getvalue())
    return found


def test_another_encoding(branch: Branch, file: Path) -> None:
    file.write_bytes(roster(ANNA).decode().encode("cp850"))
    assert report("byn", str(file), "--encoding", "cp850")["encoding"] == "cp850"
    assert "utf-8" in said("byn", str(file), "--encoding", "utf-8")


def test_columns_and_what_was_not_recognised(branch: Branch, file: Path) -> None:
    file.write_text("Medlemsnr;Vorname;Familj;Bostad=\n1;Åsa;Ek;Åby\n")
    assert report("byn", str(file))["stopped"].startswith("Det finns ingen kolumn med namn")
    names = ("--column", "Vorname=first_name", "--column", "Familj=last_name")
    found = report("byn", str(file), *names, "--column", "Bostad==town", "--apply")
    assert (found["new"], found["not_recognised"], Member.objects.get().town) == (1, [], "Åby")


@pytest.mark.parametrize(
    "option", ["--column=Ort", "--column=Ort=nothing", "--key=email", "--encoding=latin"]
)
def test_a_choice_that_means_nothing_is_refused(branch: Branch, file: Path, option: str) -> None:
    assert option.partition("=")[0] in said("byn", str(file), option)


def test_an_empty_cell_that_empties(branch: Branch, file: Path) -> None:
    bring_in(branch, ANNA)
    file.write_bytes(roster("1;Anna;Åberg;;;;;;"))
    assert report("byn", str(file))["changed"] == 0
    assert report("byn", str(file), "--blank", "Ort")["changed"] == 1


def test_members_without_numbers(branch: Branch, file: Path) -> None:
    file.write_text("Namn;E-post\nEk, Ada;ada@example.org\n")
    assert report("byn", str(file))["rejected"] == 1
    options = ("byn", str(file), "--key", "name_email", "--apply")
    assert "saknar medlemsnummer" in said(*options)
    found = report(*options, "--accept", "name_email")
    assert (found["applied"], found["key"], Member.objects.count()) == (True, "name_email", 1)


def test_what_an_officer_chose_in_the_page_holds_here_too(branch: Branch, file: Path) -> None:
    content = b"Medlemsnr;Namn;Bostad\n1;Ek, Ada;Ryd\n"
    officer = user_with(Role.Kind.MEMBER_OFFICER, branch)
    made = importing.upload(branch=branch, content=content, filename="r.csv", by=officer)
    working.work_through()
    made.refresh_from_db()
    chosen = Choices(columns={"Bostad": Field.TOWN})
    importing.choose(made, by=officer, choices=chosen, terms=importing.Terms(NOVEMBER, is_full=True))
    file.write_bytes(content)
    call_command("import_roster", "byn", str(file), "--apply", stdout=StringIO())
    assert Member.objects.get().town == "Ryd"


@pytest.mark.parametrize(
    ("option", "reason"), [("--confirm-left", "unknown"), ("--confirm-left=moved", "moved")]
)
def test_who_is_missing_can_be_confirmed_at_once(
    branch: Branch, file: Path, option: str, reason: str
) -> None:
    bring_in(branch, ANNA, BO)
    found = report("byn", str(file), "--date", "2026-10-31", "--apply", option)
    period = Member.objects.get(member_number="2").memberships.get()
    assert (found["missing_numbers"], period.end_reason, period.ended_on) == (["2"], reason, OCTOBER)
    assert Member.objects.get(member_number="1").memberships.get().ended_on is None


def test_only_looking_confirms_nobody(branch: Branch, file: Path) -> None:
    bring_in(branch, ANNA, BO)
    report("byn", str(file), "--confirm-left")
    assert not Membership.objects.exclude(ended_on=None).exists()


def test_a_file_that_may_not_be_read(branch: Branch, file: Path) -> None:
    with mock.patch.object(Path, "read_bytes", side_effect=PermissionError(13, "denied")):
        assert said("byn", str(file)) == f"{file}: Filen får inte läsas."
