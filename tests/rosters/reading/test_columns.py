import pytest

from crm.rosters.reading.columns import Field, columns_of, field_of, find_header, header_key, recognised
from tests.rosters.reading.making import read, read_rows, table

NUMBERED = ("Medlemsnr", "Namn")


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("Medlemsnr", Field.MEMBER_NUMBER),
        ("MEDL.NR", Field.MEMBER_NUMBER),
        ("Kundnr", Field.MEMBER_NUMBER),
        ("Förnamn", Field.FIRST_NAME),
        ("fornamn", Field.FIRST_NAME),
        ("Tilltalsnamn", Field.FIRST_NAME),
        ("Efternamn", Field.LAST_NAME),
        ("Efternamn, Förnamn", Field.FULL_NAME),
        ("C/O-adress", Field.CARE_OF),
        ("Utdelningsadress", Field.STREET),
        ("Post nr", Field.POSTCODE),
        ("Postort", Field.TOWN),
        ("Telefon hem", Field.PHONE),
        ("Mobil (privat)", Field.PHONE),
        ("Tfn arb.", Field.PHONE),
        ("E-postadress", Field.EMAIL),
        ("Födelseår", Field.BIRTH),
        ("Person-nr", Field.IDENTITY_NUMBER),
        ("Medlem sedan", Field.JOINED_ON),
        ("Betalt t.o.m.", Field.PAID_UNTIL),
        ("S-förening", Field.CLUB),
        ("Skyddad identitet", Field.PROTECTED),
        ("Anteckning", Field.IGNORED),
        ("Skostorlek", None),
        ("", None),
    ],
)
def test_headers_are_known_by_their_words(header: str, field: Field | None) -> None:
    assert field_of(header) == field


def test_header_keys_have_no_case_accents_or_punctuation() -> None:
    assert header_key(" Betalt  t.o.m. ÅÄÖ") == "betalttomaao"


def test_the_header_is_found_below_titles() -> None:
    rows = [
        ["Medlemslista"],
        [],
        ["Ort", "Storköping"],
        ["Medlemsnr", "Namn", "Ort"],
        ["1", "Ek, Anna", "Åby"],
    ]
    assert find_header(rows) == 3
    assert find_header(rows[:2]) is None


def test_a_weak_word_counts_only_where_no_better_one_does() -> None:
    assert [column.field for column in columns_of(["Nr", "Namn"], 2)] == [
        Field.MEMBER_NUMBER,
        Field.FULL_NAME,
    ]
    assert [column.field for column in columns_of(["Nr", "Medlemsnr"], 2)] == [None, Field.MEMBER_NUMBER]


def test_a_postal_address_beside_its_town_is_the_street() -> None:
    assert columns_of(["Postadress", "Postnr", "Ort"], 3)[0].field == Field.STREET
    assert columns_of(["Postadress", "Adress"], 2)[0].field == Field.POSTAL_LINE


def test_empty_and_repeated_headers_have_keys_of_their_own() -> None:
    columns = columns_of(["Namn", "", "Telefon", "Telefon"], 5)
    assert [column.key for column in columns] == ["Namn", "#2", "Telefon", "Telefon#2", "#5"]


def test_a_mapping_comes_before_the_words() -> None:
    mapping = {"namn": Field.LAST_NAME, "#2": Field.FIRST_NAME, "Telefon#2": Field.IGNORED}
    columns = columns_of(["Namn", "", "Telefon", "Telefon"], 4, mapping)
    assert [column.field for column in columns] == [
        Field.LAST_NAME,
        Field.FIRST_NAME,
        Field.PHONE,
        Field.IGNORED,
    ]


def test_a_mapped_header_is_found_as_header() -> None:
    text = table([("Kod", "Kallas"), ("7", "Anna")])
    reading = read(text, mapping={"Kod": Field.MEMBER_NUMBER, "Kallas": Field.FIRST_NAME})
    assert [(line.member_number, line.values and line.values.first_name) for line in reading.members] == [
        ("7", "Anna")
    ]


def test_the_file_says_which_fields_it_has() -> None:
    assert read_rows(("1", "Ek, Anna"), header=NUMBERED).fields == {"first_name", "last_name"}
    fields = read_rows(
        ("1", "Ek, Anna", "Storgatan 3", "58222 Åby"), header=(*NUMBERED, "Adress", "Postadress")
    ).fields
    assert fields == {"first_name", "last_name", "care_of", "street", "postcode", "town"}


def test_unmapped_columns_come_with_three_different_samples() -> None:
    rows = [(str(number), "Ek, Anna", f"{number % 4 + 36}") for number in range(1, 20)]
    (column,) = read_rows(*rows, header=(*NUMBERED, "Skostorlek")).unmapped
    assert (column.key, column.samples) == ("Skostorlek", ["37", "38", "39"])


def test_samples_tell_nothing_of_protected_people() -> None:
    rows = [("1", "Ek, Anna", "hemligt"), ("1", "Skyddad identitet", ""), ("2", "Ek, Bo", "öppet")]
    (column,) = read_rows(*rows, header=(*NUMBERED, "Skostorlek")).unmapped
    assert column.samples == ["öppet"]


def test_columns_without_a_header_are_seen_where_the_rows_have_them() -> None:
    reading = read("Medlemsnr;Namn\n1;Ek, Anna;extra\n2;Ek, Bo;mer\n")
    assert [(column.key, column.samples) for column in reading.unmapped] == [("#3", ["extra", "mer"])]
    assert reading.counts.members == 2


@pytest.mark.parametrize("kind", [kind for kind in Field if kind is not Field.PROTECTED])
def test_a_mark_of_protection_stays_one_whatever_is_chosen(kind: Field) -> None:
    assert columns_of(["Skyddad"], 1, {"Skyddad": kind})[0].field is Field.PROTECTED


@pytest.mark.parametrize("kind", [Field.BIRTH, Field.POSTCODE, Field.IGNORED])
def test_a_number_s_column_can_only_become_what_keeps_no_text(kind: Field) -> None:
    assert columns_of(["Pnr"], 1, {"Pnr": kind})[0].field is kind
    assert columns_of(["Pnr"], 1, {"Pnr": Field.STREET})[0].field is Field.IDENTITY_NUMBER


def test_a_column_known_by_its_place_names_no_header_row() -> None:
    assert recognised(["2", "Ada"], {"#2": Field.TOWN}) == set()
