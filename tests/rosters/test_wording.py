"""What the pages of an import say, in people's words."""

from datetime import date

import pytest
from django.utils import timezone, translation

from crm.people.models import Branch, Role, User
from crm.rosters import exporting, pages
from crm.rosters.models import RosterImport
from crm.rosters.on_file import Standing
from crm.rosters.reading.errors import SENTENCES
from crm.rosters.reading.lines import REMARKS
from crm.spreadsheets import harmless
from tests.factories import BranchFactory, UserFactory, user_with
from tests.rosters.files import ANNA, BO, CECILIA, OCTOBER, bring_in, many

State = RosterImport.State


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("town", "ÅBY", "ÅBY"),
        ("town", "", "–"),
        ("birth_year", None, "–"),
        ("birth_year", 1954, "1954"),
        ("phones", [], "–"),
        ("phones", ["+46701740605", "+46846500400"], "070-174 06 05, 08-465 004 00"),
        ("clubs", ["Norra", "Södra"], "Norra, Södra"),
        ("joined_on", "2020-03-01", "2020-03-01"),
    ],
)
def test_values_as_people_write_them(field: str, value: object, words: str) -> None:
    assert pages.in_words(field, value) == words


def test_a_standing_has_its_swedish_word() -> None:
    with translation.override("sv"):
        found = [pages.in_words("status", standing.value) for standing in Standing]
    assert len(set(found)) == 3
    assert not set(found) & {standing.value for standing in Standing}


@pytest.mark.parametrize("code", sorted(REMARKS))
def test_every_remark_names_its_field(code: str) -> None:
    with translation.override("en"):
        assert pages.remark_in_words("town", code) == f"Town: {REMARKS[code]}"
        assert pages.remark_in_words("", code) == str(REMARKS[code])


@pytest.mark.parametrize("code", sorted({*pages.PROBLEMS, *SENTENCES}))
def test_every_problem_has_a_sentence(code: str) -> None:
    details = {"megabytes": "25", "rows": "9", "encoding": "cp850", "headers": "Ort"}
    sentence = pages.problem_of(RosterImport(problem=code, problem_details=details))
    assert sentence.endswith(".")
    assert "%(" not in sentence


def test_no_problem_is_no_sentence() -> None:
    assert pages.problem_of(RosterImport()) == ""


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"state": State.DISCARDED}, "thrown away"),
        ({"state": State.STAGED}, "made anew"),
        ({"state": State.UPLOADED}, "made anew"),
    ],
)
def test_the_second_officer_is_told_what_happened(fields: dict[str, str], words: str) -> None:
    with translation.override("en"):
        assert words in pages.decided_in_words(RosterImport(**fields))


def test_the_second_officer_is_told_who_was_first(db: None) -> None:
    first: User = UserFactory.create(name="Frida Först")
    made = RosterImport(state=State.APPLIED, accepted_by=first, accepted_at=timezone.now())
    assert "Frida Först" in pages.decided_in_words(made)


# Parts of a preview


@pytest.fixture
def branch(db: None) -> Branch:
    made: Branch = BranchFactory.create()
    return made


def test_the_sum_is_the_files_lines(branch: Branch) -> None:
    made = bring_in(branch, ANNA, BO, BO, "5;;;ÅBY;;;;;", "", "6;Ida;Ek;;;;;;ja")
    found = pages.sum_of(made)
    assert sum(count for _, count in found) == made.lines == 7
    assert [count for _, count in found] == [2, 0, 0, 1, 1, 1, 2]


def test_the_gravest_heaps_come_first_and_empty_ones_not_at_all(branch: Branch) -> None:
    bring_in(branch, ANNA, BO, CECILIA)
    made = bring_in(branch, ANNA.replace("ÅBY", "Ryd"), "5;;;ÅBY;;;;;", "7;Ny;Ny;;;;;;", on=OCTOBER)
    assert [part.name for part in pages.parts_of(made)] == ["rejected", "missing", "changed", "new"]


@pytest.mark.parametrize(("count", "is_cut"), [(10, False), (11, True)])
def test_a_long_heap_is_cut_and_says_so(branch: Branch, count: int, is_cut: bool) -> None:
    (part,) = pages.parts_of(bring_in(branch, *many(count)))
    assert (part.count, len(part.rows), part.is_cut) == (count, 10, is_cut)


@pytest.mark.parametrize(("page", "lines"), [(None, 50), ("2", 3), ("9", 3), ("x", 50)])
def test_all_rows_page_by_page(branch: Branch, page: str | None, lines: int) -> None:
    made = bring_in(branch, *many(53))
    assert len(pages.paged(made, "new", page)[1].rows) == lines


def test_the_sample_shows_names_with_swedish_letters(branch: Branch) -> None:
    made = bring_in(branch, *many(20), ANNA)
    assert [row.name for row in pages.sample_of(made)[0]] == ["Anna Åberg"]


def test_a_file_without_swedish_letters_shows_its_first_names(branch: Branch) -> None:
    assert len(pages.sample_of(bring_in(branch, *many(20)))[0]) == 3


# Exports


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_can_be_run_as_a_formula(start: str) -> None:
    assert harmless(f"{start}cmd()") == f"'{start}cmd()"


@pytest.mark.parametrize("text", ["", "Anna", "a=b", "1-2", "å@b"])
def test_ordinary_text_is_left_as_it_is(text: str) -> None:
    assert harmless(text) == text


@pytest.mark.parametrize(
    ("number", "written"),
    [
        ("+46701740605", "070-174 06 05"),
        ("+46846500400", "08-465 004 00"),
        ("+441632960001", "00441632960001"),
    ],
)
def test_numbers_are_written_without_a_plus(number: str, written: str) -> None:
    assert exporting.national(number) == written


@pytest.mark.parametrize(
    ("standings", "numbers"),
    [
        ((Standing.MEMBER,), ["1"]),
        ((Standing.MISSING,), ["2"]),
        (tuple(Standing), ["1", "2"]),
        ((Standing.LEFT,), []),
    ],
)
def test_an_export_holds_the_standings_asked_for(
    branch: Branch, standings: tuple[Standing, ...], numbers: list[str]
) -> None:
    bring_in(branch, ANNA, BO)
    bring_in(branch, ANNA, on=date(2026, 10, 31))
    officer = user_with(Role.Kind.MEMBER_OFFICER, branch)
    people = exporting.export(branch=branch, by=officer, reason="prov", standings=standings)
    assert [person.number for person in people] == numbers
