"""Whatever the table: its lines add up, and no identity number gets through."""

import re
from contextlib import suppress
from dataclasses import astuple
from datetime import date

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from crm.rosters.reading import RosterReading, UnreadableRoster
from crm.rosters.reading.tables import DELIMITERS
from tests.rosters.reading.making import HEADER, identity_number, read, table

CODECS = ("utf-8", "utf-8-sig", "utf-16", "cp1252", "cp850", "mac_roman")
quick = settings(max_examples=150)

cells = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        (
            "",
            "1001",
            "1001.0",
            "Ek",
            "Anna",
            "-",
            "2020-01-01",
            "070-1740605",
            "Skyddad",
            "Namn",
            '"',
            "\n",
            "=1",
        )
    ),
)
rows = st.lists(st.lists(cells, max_size=11), max_size=12)


def adds_up(reading: RosterReading) -> bool:
    counts = reading.counts
    others = counts.members + counts.repeated + counts.not_member_rows + counts.rejected + counts.protected
    return counts.lines == others


def without_mark(text: str) -> str:
    return text.encode("utf-8", "replace").decode().removeprefix("\ufeff")


@quick
@given(
    rows=rows,
    delimiter=st.sampled_from(DELIMITERS),
    codec=st.sampled_from(CODECS),
    end=st.sampled_from(("\n", "\r\n", "\r")),
)
def test_any_table_adds_up(rows: list[list[str]], delimiter: str, codec: str, end: str) -> None:
    text = without_mark(table([HEADER, *rows], delimiter, end))
    reading = read(text.encode(codec, "replace"))
    assert adds_up(reading)
    assert [line.line for line in reading.lines] == sorted({line.line for line in reading.lines})
    assert all(line.values is not None for line in reading.members)


@quick
@given(
    rows=st.lists(
        st.lists(
            st.text(st.characters(blacklist_categories=("Cs", "Cc", "Zl", "Zp")), max_size=8),
            min_size=9,
            max_size=9,
        ),
        max_size=12,
    )
)
def test_no_row_is_lost(rows: list[list[str]]) -> None:
    reading = read(table([HEADER, *rows]), encoding="utf-8")
    assert reading.counts.lines == len(rows) + 1


@quick
@given(content=st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    with suppress(UnreadableRoster):
        assert adds_up(read(content))


FORMS = (
    "{c}{b}{s}",
    "{c}{b}-{s}",
    "{b}-{s}",
    "{c}{b}+{s}",
    "{b}+{s}",
    "{b}{s}",
    "{b}-\u200b{s}",
    "{b}\xa0-\xa0{s}",
)
AROUND = ("{}", "Anna {}", "({}) Ek", "{}, {}", "nr:{}", "{}x", "“{}”\n3", "070-1740605 / {}")


@st.composite
def identity_numbers(draw: st.DrawFn) -> tuple[str, str]:
    """Its ten digits, and one of the forms that it is written in."""
    born = draw(st.dates(date(1900, 1, 2), date(2026, 11, 20)))
    ten = identity_number(born, draw(st.integers(980, 999)), coordination=draw(st.booleans()))
    form = draw(st.sampled_from(FORMS))
    return ten, form.format(c=born.year // 100, b=ten[:6], s=ten[6:])


@quick
@given(number=identity_numbers(), around=st.sampled_from(AROUND), place=st.integers(0, 10))
def test_no_identity_number_gets_through(number: tuple[str, str], around: str, place: int) -> None:
    ten, text = number
    header = [*HEADER, "Personnr", "Ny"]
    assume(text != ten or header[place] != "Telefon")  # ten bare digits may be a telephone number there
    row = ["1001", "Ek", "Anna", *[""] * 8]
    row[place] = around.format(text, text)
    reading = read(table([[text], header, row, ["1002", "Ek", "Bo", *[""] * 7, f"Bo {text}"]]))
    told = [reading.title, reading.columns, [astuple(line) for line in reading.lines]]
    assert ten not in re.sub(r"\D", "", repr(told))
    assert ten.lstrip("0") not in re.sub(r"\D", "", repr(told))


@quick
@given(
    last=st.integers(605, 699),
    form=st.sampled_from(
        ("070-1740{}", "0701740{}", "+46701740{}", "0046701740{}", "070/1740{}", "+46 (0)70-1740{}")
    ),
)
def test_fictitious_telephone_numbers_are_not_eaten(last: int, form: str) -> None:
    row = ["1001", "Ek", "Anna", "", "", "", form.format(last), "", ""]
    (line,) = read(table([HEADER, row])).members
    assert line.values is not None
    assert (line.values.phones, line.remarks) == ((f"+46701740{last}",), ())
