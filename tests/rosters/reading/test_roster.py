"""Rows from end to end: what a line becomes, and what hostile cells do not do."""

from datetime import date

import pytest

from crm.rosters.reading import Kind, MemberValues, Reason, Remark
from tests.rosters.reading.making import identity_number, read, read_one, read_rows, values_of

HOSTILE = [
    "=cmd()|'/c calc'!A0",
    "<script>alert(1)</script>",
    "\u202eanna",
    "😀",
    "å" * 100_000,
    "'; DROP TABLE--",
    "%s%n",
]


def test_a_whole_member() -> None:
    line = read_one(
        Namn="Ek, Anna-Karin",
        Adress="c/o Bo Ek, Storgatan 3  lgh 1203",
        Postnr="58222",
        Ort="ÅBY",
        **{"Telefon hem": "08-465 00 415", "Mobil": "070/1740605", "E-post": " ANNA@Example.org "},
        Född="1954-01-23",
        Inträde="1/4 2020",
        **{"Betalt t.o.m.": "2027-06-30", "Förening 1": "Ryd", "Förening 2": "Kvinnor"},
    )
    assert (line.line, line.kind, line.remarks) == (2, Kind.MEMBER, ())
    assert line.values == MemberValues(
        "1001",
        "Anna-Karin",
        "Ek",
        "Bo Ek",
        "Storgatan 3 lgh 1203",
        "582 22",
        "ÅBY",
        ("+46846500415", "+46701740605"),
        "anna@example.org",
        1954,
        date(2020, 4, 1),
        date(2027, 6, 30),
        ("Ryd", "Kvinnor"),
    )


def test_what_cannot_be_read_is_blank_with_a_remark() -> None:
    line = read_one(Postnr="hej", Mobil="12", **{"E-post": "anna"}, Inträde="1/4/2020", Född="gammal")
    assert line.remarks == (
        Remark("postcode", "postcode_not_understood"),
        Remark("email", "email_not_understood"),
        Remark("joined_on", "date_ambiguous"),
        Remark("phones", "phone_not_understood"),
        Remark("birth_year", "birth_not_understood"),
    )
    assert line.unreadable == {"postcode", "email", "joined_on", "phones", "birth_year"}
    assert line.values == MemberValues("1001", "Anna", "Ek")


def test_an_identity_number_in_the_member_number_column_is_no_number() -> None:
    ten = identity_number(date(1954, 1, 23))
    line = read_one(Medlemsnr=f"19{ten}")
    assert (line.kind, line.reason, line.member_number) == (Kind.REJECTED, Reason.NO_MEMBER_NUMBER, "")
    assert line.remarks == (Remark("member_number", "identity_number_dropped"),)


def test_an_identity_number_in_passing_tells_the_birth_year_unless_it_is_in_a_note() -> None:
    number = f"19{identity_number(date(1954, 1, 23))}"
    assert values_of(Ort=f"Åby {number}").birth_year == 1954
    assert values_of(Ort=f"Åby {number}").town == "Åby"
    assert values_of(Telefon=number).birth_year == 1954
    assert values_of(Anteckning=f"maken {number}").birth_year is None
    assert values_of(Ort=number, Födelseår="1960").birth_year == 1960


def test_an_identity_number_that_is_not_right_goes_with_a_remark() -> None:
    line = read_one(Personnr="19540123-0000")
    assert line.values == MemberValues("1001", "Anna", "Ek")
    assert line.remarks == (Remark("birth_year", "identity_number_not_understood"),)


@pytest.mark.parametrize("covered", ["19540123-XXXX", "19540123-****", "540123XXXX", "19540123", "540123-"])
def test_a_covered_identity_number_tells_the_birth_year(covered: str) -> None:
    assert values_of(Personnr=covered).birth_year == 1954


def test_titles_and_headers_keep_no_identity_number() -> None:
    ten = identity_number(date(1954, 1, 23))
    reading = read(f"Lista för {ten}\nMedlemsnr;Namn;{ten}\n1;Ek, Anna;x\n")
    assert reading.title == "Lista för"
    assert [column.header for column in reading.columns] == ["Medlemsnr", "Namn", ""]


@pytest.mark.parametrize("cell", HOSTILE)
@pytest.mark.parametrize(
    "header", ["Medlemsnr", "Namn", "Adress", "Mobil", "E-post", "Född", "Inträde", "Förening", "Ny"]
)
def test_hostile_cells_do_no_harm(header: str, cell: str) -> None:
    line = read_one(**{header: cell})
    assert line.line == 2
    assert line.kind in (Kind.MEMBER, Kind.REJECTED)


@pytest.mark.parametrize(
    ("row", "kind", "reason"),
    [
        (("", "", ""), Kind.NOT_MEMBER, Reason.BLANK),
        (("Medlemsnr", "Namn", "Ort"), Kind.NOT_MEMBER, Reason.HEADER),
        (("Medl.nr", "Efternamn, förnamn", "Postort"), Kind.NOT_MEMBER, Reason.HEADER),
        (("Antal medlemmar: 607", "", ""), Kind.NOT_MEMBER, Reason.TOTAL),
        (("Summa", "607", ""), Kind.NOT_MEMBER, Reason.TOTAL),
        (("Sida 1 av 5", "", ""), Kind.NOT_MEMBER, Reason.TEXT),
        (("1002", "", ""), Kind.REJECTED, Reason.NO_NAME),
        (("1002", "", "Åby"), Kind.REJECTED, Reason.NO_NAME),
        (("", "Ek, Anna", "Åby"), Kind.REJECTED, Reason.NO_MEMBER_NUMBER),
        (("", "Ek, Anna", ""), Kind.REJECTED, Reason.NO_MEMBER_NUMBER),
        (("Utskriven av:", "Kalle", ""), Kind.REJECTED, Reason.NO_MEMBER_NUMBER),
        (("1002", "Ek, Anna", ""), Kind.MEMBER, None),
    ],
)
def test_what_a_row_is(row: tuple[str, ...], kind: Kind, reason: Reason | None) -> None:
    line = read_rows(row, header=("Medlemsnr", "Namn", "Ort")).lines[1]
    assert (line.kind, line.reason) == (kind, reason)


@pytest.mark.parametrize(
    ("cell", "town"),
    [
        ("Ã…by", "Åby"),
        ("A\u030aby", "Åby"),
        ('="Åby"', "Åby"),
        ("\xa0Åby\u2007 norra ", "Åby norra"),
        ("JOÃO", "JOÃO"),
    ],
)
def test_what_programs_do_to_text_is_undone(cell: str, town: str) -> None:
    assert values_of(Ort=cell).town == town


def test_paid_until_before_joining_is_kept_with_a_remark() -> None:
    line = read_one(Inträde="2026-01-22", **{"Betalt till": "2025-12-18"})
    assert line.values is not None
    assert line.values.paid_until == date(2025, 12, 18)
    assert line.remarks == (Remark("paid_until", "paid_before_joined"),)


def test_a_name_in_one_cell_of_two_columns() -> None:
    (line,) = read_rows(("1", "Ek, Anna", ""), header=("Medlemsnr", "Efternamn", "Förnamn")).members
    assert line.values is not None
    assert (line.values.first_name, line.values.last_name) == ("Anna", "Ek")
