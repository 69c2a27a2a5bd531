"""A few values of each column for an officer's eyes, and by what a set of headers is known again."""

from datetime import date

import pytest

from crm.rosters.reading import Choices, Field, Key
from crm.rosters.reading.choices import emptied, headers_digest
from crm.rosters.reading.sampling import digest_of, sample
from tests.rosters.reading.making import TODAY, identity_number, table

HEADER = ["Medlemsnr", "Namn", "Rest", "", "Telefon", "Telefon"]


def sampled(*rows: list[str], header: list[str] = HEADER, **options: object) -> dict[str, list[str]]:
    found = sample(table([header, *rows]).encode(), today=TODAY, **options)  # type: ignore[arg-type]
    return {column.key: column.samples for column in found.columns}


def test_three_different_values_of_each() -> None:
    rows = [[str(n), "Ek, Ada", "x" * (n % 5), "", "070-174 06 05", ""] for n in range(9)]
    assert sampled(*rows) == {
        "Medlemsnr": ["0", "1", "2"],
        "Namn": ["Ek, Ada"],
        "Rest": ["x", "xx", "xxx"],
        "#4": [],
        "Telefon": ["070-174 06 05"],
        "Telefon#2": [],
    }


def test_long_values_are_cut() -> None:
    assert sampled(["1", "Ek, Ada", "y" * 100_000, "", "", ""])["Rest"] == ["y" * 80]


@pytest.mark.parametrize("column", range(6))
def test_no_identity_number_is_shown_wherever_it_stands(column: int) -> None:
    number = identity_number(date(1954, 1, 23))
    row = ["1", "Ek, Ada", "", "", "", ""]
    row[column] = f"19{number}" if column else f"19{number[:6]}-{number[6:]}"
    assert number[6:] not in str(sampled(row))


@pytest.mark.parametrize("text", ["540123-1234", "19540123 1234", "5401231234", "540123+1234"])
def test_what_only_looks_like_one_is_covered_too(text: str) -> None:
    assert sampled(["1", "Ek, Ada", f"se {text}", "", "", ""])["Rest"] == ["se ••••••–••••"]


def test_telephone_and_member_numbers_are_shown() -> None:
    found = sampled(["1000000001", "Ek, Ada", "", "", "0701740605", ""])
    assert (found["Medlemsnr"], found["Telefon"]) == (["1000000001"], ["0701740605"])


def test_lines_of_protected_people_are_left_out() -> None:
    rows = (
        ["1", "Ek, Ada", "a", "", "", ""],
        ["2", "Al, Bo", "skyddad", "", "", ""],
        ["3", "X, Y", "c", "", "", ""],
    )
    assert sampled(*rows, without={2})["Namn"] == ["X, Y"]


def test_a_table_that_names_nobody_is_sampled_all_the_same() -> None:
    assert sampled(["1", "Ada"], header=["Nr", "Vorname"]) == {"Nr": ["1"], "Vorname": ["Ada"]}


def test_a_table_without_headers_shows_nothing() -> None:
    assert sampled(["2", "Ada"], header=["1", "Bo"]) == {}


def test_what_the_headers_say_beside_what_was_chosen() -> None:
    content = table([["Namn", "Rest"], ["Ek, Ada", "x"]]).encode()
    found = sample(content, mapping={"Rest": Field.TOWN})
    assert [column.field for column in found.columns] == [Field.FULL_NAME, Field.TOWN]
    assert found.recognised == {"Namn": Field.FULL_NAME, "Rest": None}


# By what headers are known again


def test_the_order_and_the_case_do_not_matter() -> None:
    assert headers_digest(["Namn", "E-post"]) == headers_digest(["EPOST", "namn"])


@pytest.mark.parametrize("other", [["Namn"], ["Namn", "Ort", "Ort"], ["Namn", "Ort", ""], ["Namn", "Gata"]])
def test_other_headers_are_others(other: list[str]) -> None:
    assert headers_digest(["Namn", "Ort"]) != headers_digest(other)


def test_titles_above_do_not_matter() -> None:
    assert digest_of(b"Utdrag 2026\n\nNamn;Ort\nEk;Ryd\n") == digest_of(b"Ort;Namn\n") != ""


def test_a_file_of_people_alone_has_no_headers() -> None:
    assert digest_of(b"1;Ada;070-1740605\n") == ""


# What is said, as data


def test_choices_come_back_from_data() -> None:
    choices = Choices("cp850", {"Rest": Field.TOWN, "#4": Field.IGNORED}, Key.NAME_EMAIL, frozenset(("Ort",)))
    assert Choices.from_data(choices.as_data()) == choices
    assert Choices.from_data({}) == Choices()


def test_what_an_empty_cell_empties() -> None:
    kinds = {
        "Postadress": Field.POSTAL_LINE,
        "Tel": Field.PHONE,
        "Tel#2": Field.PHONE,
        "Namn": Field.FULL_NAME,
    }
    columns = list(kinds.items())
    assert emptied(columns, ["postadress"]) == {"postcode", "town"}
    assert emptied(columns, ["Tel#2", "Namn", "Annat"]) == {"phones"}
