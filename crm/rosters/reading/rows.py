"""From a row of cells to a line: the loop that every row of a roster goes through."""

import re
from collections.abc import Callable, Sequence
from datetime import date
from functools import partial

from crm.rosters.reading import identity, protected
from crm.rosters.reading.choices import Keyed
from crm.rosters.reading.columns import NAME_FIELDS, Column, Field, header_key, recognised
from crm.rosters.reading.dates import read_birth_date, read_birth_year, read_date
from crm.rosters.reading.lines import Kind, Line, MemberValues, Reason, Remark
from crm.rosters.reading.phones import read_phone, read_phones
from crm.rosters.reading.values import (
    is_blank,
    read_care_of,
    read_clubs,
    read_email,
    read_member_number,
    read_name,
    read_postcode,
    read_text,
    split_name,
    split_postal_line,
    split_street,
)

# Between the cells of a row that is searched at once: no letter, no digit, no dash, no space.
_BETWEEN = "|"
_TOTAL = re.compile(r"(?:antal|summa|totalt?|sum|count|number of)\b", re.IGNORECASE)
_NUMBER_LIKE = re.compile(r"[^\W_]*\d[^\W_]*(?:-[^\W_]+)?")
# What UTF-8 read as Windows-1252 looks like, and a text that a program made a formula of.
_MANGLED = re.compile(r"Ã[\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ ]")
_FORMULA_STARTS = ("=", "+", "-", "@")
_FORMULA_TEXT = re.compile(r'="([^"]*)"')
# The member's field that a column's own field gives, for remarks.
_MEMBER_FIELD: dict[Field | None, str] = {
    **{kind: kind.value for kind in Field if kind.value in MemberValues.__slots__},
    Field.FULL_NAME: "last_name",
    Field.POSTAL_LINE: "town",
    Field.BIRTH: "birth_year",
    Field.CLUB: "clubs",
}
_MOST_KNOWN, _LONGEST_KNOWN = 20_000, 60
_SAMPLES = 3
_SAMPLED_ROWS = 300
_SAMPLED_COLUMNS = 200

Remarks = list[Remark]


class RowReader:
    """Reads rows of one table. Holds where each field stands, so that a row costs no look-ups of headers."""

    def __init__(
        self,
        columns: Sequence[Column],
        *,
        today: date,
        keyed: Keyed | None = None,
        sampled: Sequence[Column] | None = None,
    ) -> None:
        """``keyed`` gives the numbers of a file that has none; ``sampled`` are the columns to take samples of,
        those without a field unless told."""
        self.columns = columns
        self.width = len(columns)
        self.today = today
        self._header = [header_key(column.header) for column in columns]
        self._at: dict[Field, list[int]] = {}
        for column in columns:
            if column.field is not None:
                self._at.setdefault(column.field, []).append(column.index)
        set_apart = {*self._at.get(Field.PHONE, ()), *self._at.get(Field.IDENTITY_NUMBER, ())}
        self._others = [index for index in range(self.width) if index not in set_apart]
        self._addresses = [index for kind in protected.FORWARDING_FIELDS for index in self._at.get(kind, ())]
        self._names = [index for kind in NAME_FIELDS for index in self._at.get(kind, ())]
        self._keyed = keyed
        wanted = [column for column in columns if column.field is None] if sampled is None else sampled
        self._wanted = wanted[:_SAMPLED_COLUMNS]
        self._samples: list[tuple[Line, Column, str]] = []
        self._sampled_rows = 0
        self._plan = [
            (kind.value, self._at[kind], read) for kind, read in _readers(today).items() if kind in self._at
        ]

    def read(self, line: int, row: Sequence[str]) -> Line:
        whole = _BETWEEN.join(row)
        if '="' in whole or "Ã" in whole or "'" in whole:
            row = [_mended(cell) for cell in row]
            whole = _BETWEEN.join(row)
        cells = list(row) if _is_tidy(whole) else [" ".join(cell.split()) for cell in row]
        filled = [cell for cell in cells if cell]
        if not filled:
            return Line(line, Kind.NOT_MEMBER, Reason.BLANK)
        has_too_many = len(cells) > self.width and any(cells[self.width :])
        if len(cells) < self.width:
            cells += [""] * (self.width - len(cells))
        remarks: Remarks = []
        born_in_passing = self._drop_identity_numbers(cells, remarks)
        number = self._member_number(cells, remarks)
        is_numbered = _NUMBER_LIKE.fullmatch(number) is not None
        if not (is_numbered and len(filled) > 2) and (reason := self._furniture(cells, filled)):
            return Line(line, Kind.NOT_MEMBER, reason)
        if self._is_protected(whole.casefold(), cells):
            if self._keyed:
                number = self._number_of(self._values(row, cells, "", []), cells)
            return Line(line, Kind.PROTECTED, member_number=number if is_numbered or self._keyed else "")
        if len(filled) == 1 and not is_numbered and not any(cells[index] for index in self._names):
            return Line(line, Kind.NOT_MEMBER, Reason.TEXT)
        if has_too_many:
            return Line(line, Kind.REJECTED, Reason.TOO_MANY_CELLS, number)
        values = self._values(row, cells, number, remarks)
        if values.birth_year is None:
            values.birth_year = born_in_passing
        if self._keyed:
            values.member_number = self._number_of(values, cells)
        lacking = self._keyed.lacking if self._keyed else Reason.NO_MEMBER_NUMBER
        return self._sampled(_line_of(line, values, remarks, lacking), cells)

    # A number for a line that has none

    def _number_of(self, values: MemberValues, cells: Sequence[str]) -> str:
        return self._keyed.number(values, self._birth_date(cells)) if self._keyed else ""

    def _birth_date(self, cells: Sequence[str]) -> date | None:
        """Of the line's own columns; is forgotten as soon as the line's key is made of it."""
        if text := self._cell(cells, Field.IDENTITY_NUMBER):
            covered = identity.covered_birth_date(text)
            born = identity.birth_date_in(text, self.today) or read_birth_date(covered, self.today)
            if born:
                return born
        text = self._cell(cells, Field.BIRTH)
        return read_birth_date(text, self.today) if text else None

    # What must not get further

    def _drop_identity_numbers(self, cells: list[str], remarks: Remarks) -> int | None:
        """Take them out of every column but telephones and their own, which are read otherwise."""
        if not identity.may_stand_in(_BETWEEN.join([cells[index] for index in self._others])):
            return None
        born = None
        for index in self._others:
            cells[index], year = identity.drop_numbers(cells[index], today=self.today)
            if year is not None:
                kind = self.columns[index].field
                remarks.append(Remark(_MEMBER_FIELD.get(kind, ""), "identity_number_dropped"))
                if kind is not Field.IGNORED:  # a note may tell of somebody else
                    born = born or year
        return born

    def _is_protected(self, whole: str, cells: Sequence[str]) -> bool:
        if protected.is_marked(whole):
            return True
        if any(protected.is_yes(cells[index]) for index in self._at.get(Field.PROTECTED, ())):
            return True
        return "skatte" in whole and protected.is_forwarded(
            _BETWEEN.join([cells[index] for index in self._addresses]).casefold()
        )

    # What is not a member

    def _furniture(self, cells: Sequence[str], filled: Sequence[str]) -> Reason | None:
        """The reason if the row is the header again, or a total."""
        if len(filled) <= 3 and _TOTAL.match(filled[0]) and not any(map(_has_letter, filled[1:])):
            return Reason.TOTAL
        if all(header_key(cell) == name for cell, name in zip(cells, self._header, strict=False)):
            return Reason.HEADER
        is_wordy = 3 <= len(filled) <= 200 and not any(map(_has_digit, filled))
        if is_wordy and len(recognised(filled)) * 2 > len(filled):
            return Reason.HEADER
        return None

    def _sampled(self, line: Line, cells: Sequence[str]) -> Line:
        if self._wanted and self._sampled_rows < _SAMPLED_ROWS:
            self._sampled_rows += 1
            self._samples += [
                (line, column, self._covered(column, cells[column.index][:80])) for column in self._wanted
            ]
        return line

    def _covered(self, column: Column, value: str) -> str:
        """A cell for an officer's eyes: nothing that is, or only looks like, an identity number."""
        if column.field is Field.IDENTITY_NUMBER:
            return identity.MASK if value else ""
        is_phone = column.field is Field.PHONE
        if is_phone and identity.may_stand_in(value):
            value = identity.drop_numbers(value, today=self.today, telephone=True)[0]
        return value if is_phone or column.field is Field.MEMBER_NUMBER else identity.masked(value)

    def fill_samples(self) -> None:
        """Give the columns their sample values: once lines are grouped, for what they settle."""
        for line, column, value in self._samples:
            if line.kind is Kind.PROTECTED or not value or value in column.samples:
                continue
            if len(column.samples) < _SAMPLES:
                column.samples.append(value)
        self._samples.clear()

    # The values

    def _cell(self, cells: Sequence[str], kind: Field) -> str:
        """The first cell with something in it, of the columns that hold the field."""
        for index in self._at.get(kind, ()):
            if not is_blank(cells[index]):
                return cells[index]
        return ""

    def _member_number(self, cells: Sequence[str], remarks: Remarks) -> str:
        number, code = read_member_number(self._cell(cells, Field.MEMBER_NUMBER))
        if code:
            remarks.append(Remark("member_number", code))
        return number

    def _values(
        self, row: Sequence[str], cells: Sequence[str], number: str, remarks: Remarks
    ) -> MemberValues:
        values = MemberValues(number)
        for name, indexes, read in self._plan:
            for index in indexes:
                if text := cells[index]:
                    value, code = read(text)
                    if code:
                        remarks.append(Remark(name, code))
                    if value:
                        setattr(values, name, value)
                        break
        self._whole_name(values, cells, remarks)
        self._address(values, row, cells, remarks)
        self._phone_numbers(values, cells, remarks)
        self._birth_year(values, cells, remarks)
        self._clubs(values, cells, remarks)
        if values.joined_on and values.paid_until and values.paid_until < values.joined_on:
            remarks.append(Remark("paid_until", "paid_before_joined"))
        return values

    def _whole_name(self, values: MemberValues, cells: Sequence[str], remarks: Remarks) -> None:
        """Split the name where it stands in one cell: its own column, or one of the two used for both."""
        whole = ""
        if not values.first_name and not values.last_name:
            whole = self._cell(cells, Field.FULL_NAME)
        elif not values.first_name and "," in values.last_name:
            whole = values.last_name
        if not whole:
            return
        first, last = split_name(whole)
        for name, part in (("first_name", first), ("last_name", last)):
            text, code = read_name(part, name)
            setattr(values, name, text)
            if code:
                remarks.append(Remark(name, code))

    def _address(
        self, values: MemberValues, row: Sequence[str], cells: Sequence[str], remarks: Remarks
    ) -> None:
        for index in self._at.get(Field.STREET, ()):
            text = cells[index]
            if is_blank(text):
                continue
            if "\n" in row[index] or "\r" in row[index]:
                text = _in_lines(row[index], text)
            street, care_of, code = split_street(text)
            values.street, too_long = read_text(street, "street")
            if care_of and not values.care_of:
                values.care_of, too_long = read_text(care_of, "care_of")
            remarks += [Remark("street", problem) for problem in (code, too_long) if problem]
            break
        if text := self._cell(cells, Field.POSTAL_LINE):
            postcode, town = split_postal_line(text)
            values.postcode = values.postcode or read_postcode(postcode)[0]
            values.town = values.town or read_text(town, "town")[0]

    def _phone_numbers(self, values: MemberValues, cells: Sequence[str], remarks: Remarks) -> None:
        numbers: tuple[str, ...] = ()
        for index in self._at.get(Field.PHONE, ()):
            if not (text := cells[index]):
                continue
            if number := read_phone(text):
                numbers += (number,)
                continue
            if identity.may_stand_in(text):
                text, year = identity.drop_numbers(text, today=self.today, telephone=True)
                if year is not None:
                    values.birth_year = values.birth_year or year
                    remarks.append(Remark("phones", "identity_number_dropped"))
            more, code = read_phones(text)
            numbers += more
            if code:
                remarks.append(Remark("phones", code))
        values.phones = numbers if len(numbers) < 2 else tuple(dict.fromkeys(numbers))

    def _birth_year(self, values: MemberValues, cells: Sequence[str], remarks: Remarks) -> None:
        if text := self._cell(cells, Field.IDENTITY_NUMBER):
            year = identity.birth_year_in(text, self.today)
            if year is not None:
                values.birth_year = year
                return
            year, _ = read_birth_year(identity.covered_birth_date(text), self.today)
            if year is not None:
                values.birth_year = year
                return
            remarks.append(Remark("birth_year", "identity_number_not_understood"))
        if text := self._cell(cells, Field.BIRTH):
            year, code = read_birth_year(text, self.today)
            if code:
                remarks.append(Remark("birth_year", code))
            values.birth_year = year or values.birth_year

    def _clubs(self, values: MemberValues, cells: Sequence[str], remarks: Remarks) -> None:
        for index in self._at.get(Field.CLUB, ()):
            if text := cells[index]:
                clubs, code = read_clubs(text)
                values.clubs = clubs if not values.clubs else tuple(dict.fromkeys(values.clubs + clubs))
                if code:
                    remarks.append(Remark("clubs", code))


def _readers(today: date) -> dict[Field, Callable[[str], tuple[object, str]]]:
    """The fields that one cell gives by itself; all but addresses have the same cells again and again."""
    return {
        Field.FIRST_NAME: _remembering(partial(read_name, name="first_name")),
        Field.LAST_NAME: _remembering(partial(read_name, name="last_name")),
        Field.CARE_OF: read_care_of,
        Field.POSTCODE: _remembering(read_postcode),
        Field.TOWN: _remembering(partial(read_text, name="town")),
        Field.EMAIL: read_email,
        Field.JOINED_ON: _remembering(partial(read_date, today=today)),
        Field.PAID_UNTIL: _remembering(partial(read_date, today=today, future=True)),
    }


class _Known(dict[str, tuple[object, str]]):
    """What was read of cells before; forgets all of it where a file has too many different ones."""

    def __init__(self, read: Callable[[str], tuple[object, str]]) -> None:
        super().__init__()
        self.read = read

    def __missing__(self, text: str) -> tuple[object, str]:
        found = self.read(text)
        if len(text) <= _LONGEST_KNOWN:
            if len(self) >= _MOST_KNOWN:
                self.clear()
            self[text] = found
        return found


def _remembering(read: Callable[[str], tuple[object, str]]) -> Callable[[str], tuple[object, str]]:
    return _Known(read).__getitem__


def _line_of(line: int, values: MemberValues, remarks: Remarks, lacking: Reason) -> Line:
    number = values.member_number
    has_name = bool(values.first_name or values.last_name)
    if not has_name and (number or lacking is not Reason.NO_MEMBER_NUMBER):
        return Line(line, Kind.REJECTED, Reason.NO_NAME, number, values, tuple(remarks))
    if not number:
        return Line(line, Kind.REJECTED, lacking, "", values, tuple(remarks))
    return Line(line, Kind.MEMBER, None, number, values, tuple(remarks))


def _in_lines(raw: str, text: str) -> str:
    """The lines of an address within its cell, set apart by commas; if ``text`` is still all of the cell."""
    lines = [" ".join(line.split()) for line in raw.splitlines()]
    return ", ".join(filter(None, lines)) if " ".join(filter(None, lines)) == text else text


def _mended(cell: str) -> str:
    """Undo what programs do to text: ``="0123"``, and UTF-8 that was read as Windows-1252 (``Ã¥``)."""
    if match := _FORMULA_TEXT.fullmatch(cell):
        cell = match[1]
    if cell[:1] == "'" and cell[1:2] in _FORMULA_STARTS:
        cell = cell[1:]  # an export's own guard against formulas
    if not _MANGLED.search(cell):
        return cell
    try:
        return cell.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return cell


def _is_tidy(whole: str) -> bool:
    """Whether no cell of a joined row has whitespace but single spaces within; may say no of a tidy one."""
    return (
        whole.isprintable()
        and "  " not in whole
        and "| " not in whole
        and " |" not in whole
        and whole[:1] != " "
        and whole[-1:] != " "
    )


def _has_digit(text: str) -> bool:
    return any(map(str.isdigit, text))


def _has_letter(text: str) -> bool:
    return any(map(str.isalpha, text))
