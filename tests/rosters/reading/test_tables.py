import pytest

from crm.rosters.reading import Kind, Reason, RosterReading, UnreadableRoster, tables
from crm.rosters.reading.tables import MAX_BYTES, MAX_COLUMNS
from tests.rosters.reading.making import HEADER, read, table

ANNA = ("1001", "Ek", "Anna", "Storgatan 3", "582 22", "Åby", "", "", "")
BO = ("1002", "Ek", "Bo", "Storgatan 3", "582 22", "Åby", "", "", "")


def numbers(reading: RosterReading) -> list[tuple[int, str]]:
    return [(line.line, line.member_number) for line in reading.members]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_delimiters_and_line_ends(delimiter: str, end: str) -> None:
    reading = read(table([HEADER, ANNA, BO], delimiter, end))
    assert reading.delimiter == delimiter
    assert numbers(reading) == [(2, "1001"), (3, "1002")]
    assert reading.counts.lines == 3


def test_a_comma_in_a_header_does_not_mislead() -> None:
    reading = read("Medlemsnr;Efternamn, Förnamn\n1001;Ek, Anna\n1002;Ek, Bo\n")
    assert (reading.delimiter, reading.counts.members) == (";", 2)


@pytest.mark.parametrize("delimiter", [";", "\t", ":"])
def test_a_sep_line_tells_the_delimiter_and_is_a_line(delimiter: str) -> None:
    reading = read(f"sep={delimiter}\r\n{table([HEADER, ANNA], delimiter)}")
    assert reading.delimiter == delimiter
    assert numbers(reading) == [(3, "1001")]
    assert reading.counts.lines == 3


def test_a_record_counts_by_its_first_physical_line() -> None:
    two_lined = ("1001", "Ek", "Anna", "c/o Bo Ek\nStorgatan 3", "582 22", "Åby", "", "", "")
    reading = read(table([HEADER, two_lined, BO]))
    assert numbers(reading) == [(2, "1001"), (4, "1002")]
    first = reading.members[0].values
    assert first is not None
    assert (first.care_of, first.street) == ("Bo Ek", "Storgatan 3")
    assert reading.counts.lines == 3


def test_quotes_within_cells() -> None:
    reading = read(table([HEADER, ("1001", "Ek", 'Anna "Nana"; Eva', *[""] * 6)]))
    assert reading.members[0].values is not None
    assert reading.members[0].values.first_name == 'Anna "Nana"; Eva'
    assert not reading.stray_quotes


@pytest.mark.parametrize("others", [0, 1, 100])
def test_a_stray_quote_swallows_nobody(others: int) -> None:
    rows = [f"{1001 + place};Ek;Anna;Storgatan {place}" for place in range(others)]
    reading = read("\n".join(["Medlemsnr;Efternamn;Förnamn;Adress", '1000;Ek;Bo;"Storgatan 3', *rows]))
    assert reading.stray_quotes
    assert reading.counts.members == others + 1


def test_two_stray_quotes_swallow_nobody() -> None:
    reading = read(
        'Medlemsnr;Efternamn;Förnamn;Adress\n1;Ek;Bo;"Storg. 3\n2;Ek;Anna;"Storg. 4\n3;Ek;"Eva";x\n'
    )
    assert numbers(reading) == [(2, "1"), (3, "2"), (4, "3")]
    assert reading.members[2].values is not None
    assert reading.members[2].values.first_name == "Eva"


def test_nul_bytes_are_nothing() -> None:
    assert numbers(read("Medlemsnr;Namn\n10\x0001;Ek, \x00Anna\n")) == [(2, "1001")]


def test_short_rows_are_filled_up_and_long_ones_rejected() -> None:
    reading = read(
        "Medlemsnr;Namn;Ort\n1;Ek, Anna\n2;Ek, Bo;Åby;;\n3;Ek;Eva;Åby\n4;Ek, Leo;Åby\n5;Ek, Ida;Åby\n"
    )
    assert numbers(reading) == [(2, "1"), (3, "2"), (5, "4"), (6, "5")]
    (rejected,) = [line for line in reading.lines if line.kind is Kind.REJECTED]
    assert (rejected.line, rejected.reason, rejected.member_number) == (4, Reason.TOO_MANY_CELLS, "3")


def test_ten_thousand_columns() -> None:
    width = 10_000
    header = [*HEADER, *(f"Kolumn {place}" for place in range(width))]
    reading = read(table([header, [*ANNA, *["x"] * width]]))
    assert reading.counts.members == 1
    assert len(reading.unmapped) == width


def test_a_single_line_of_five_megabytes() -> None:
    reading = read(table([HEADER, ("1001", "Ek", "Anna", "å" * 5_000_000, *[""] * 5)]))
    (line,) = reading.members
    assert [tuple(remark) for remark in line.remarks] == [("street", "too_long")]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"\r\n \r\n", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"\xef\xbb\xbf\xe2\x80\x8b\n", "empty"),
        (b";" * (MAX_COLUMNS + 1), "too_many_cells"),
        (b'"";' * (MAX_COLUMNS + 1), "too_many_cells"),
        (b"x" * (MAX_BYTES + 1), "too_large"),
        (b"Ring;Anna;Vill\n1;2;3\n", "no_name_column"),
        (b"700021;Ek;Anna\n700022;Ek;Bo\n", "no_header"),
        (b"Bara en text om ett m\xc3\xb6te.\n", "no_header"),
    ],
)
def test_what_is_no_roster_is_told(content: bytes, code: str) -> None:
    with pytest.raises(UnreadableRoster) as caught:
        read(content)
    assert caught.value.code == code
    assert len(caught.value.sentence) > 20


@pytest.mark.parametrize(("limit", "code"), [("MAX_ROWS", "too_many_rows"), ("MAX_CELLS", "too_many_cells")])
def test_more_than_any_roster_has(limit: str, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, limit, 100)
    with pytest.raises(UnreadableRoster) as caught:
        read(table([HEADER, *[ANNA] * 100]))
    assert caught.value.code == code


def test_a_missing_name_column_tells_the_headers_that_are_there() -> None:
    with pytest.raises(UnreadableRoster) as caught:
        read("Medlemsnr;E-post;Skostorlek\n1001;anna@example.org;38\n")
    assert caught.value.details == {"headers": "Medlemsnr, E-post, Skostorlek"}
    assert "anna" not in caught.value.sentence
