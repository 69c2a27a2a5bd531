"""Whatever the rosters: what DESIGN promises of importing holds in the database."""

import io
import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm.people.models import Branch, Member, User
from crm.rosters import importing, on_file, stops, working
from crm.rosters.comparing import COMPARED_FIELDS
from crm.rosters.models import RosterImport
from crm.rosters.on_file import OnFile, Standing
from tests.factories import BranchFactory
from tests.rosters.files import OCTOBER, SEPTEMBER, every_line, figures
from tests.rosters.reading.making import HEADER, identity_number, table
from tests.rosters.test_protected import every_cell

pytestmark = pytest.mark.django_db
some = settings(
    max_examples=12,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
ALL_STOPS = tuple(stops.SENTENCES)
COLUMNS = (
    "Medlemsnr",
    "Förnamn",
    "Efternamn",
    "Ort",
    "Telefon",
    "E-post",
    "Födelseår",
    "Medlem sedan",
    "Förening",
    "Skydd",
)
Row = tuple[str, ...]
rows = st.tuples(
    st.integers(1, 9).map(str),
    st.sampled_from(["Ada", "Bo", "Åsa"]),
    st.sampled_from(["Ek", "Öst"]),
    st.sampled_from(["", "Åby", "ÅBY", "Ryd"]),
    st.sampled_from(["", "070-1740605", "070-1740606, 08-465 004 00", "ring"]),
    st.sampled_from(["", "ada@example.org", "BO@example.org", "fel"]),
    st.sampled_from(["", "1954", "1980", "n/a"]),
    st.sampled_from(["", "2020-03-01", "2026-10-12", "1/4/2023"]),
    st.sampled_from(["", "Norra", "Södra", "Norra; Södra"]),
    st.sampled_from(["", "", "", "ja"]),
)
rosters = st.lists(rows, max_size=8)
# One line a member and nobody protected: what a well-kept register sends.
tidy = st.lists(rows.map(lambda row: (*row[:9], "")), max_size=8, unique_by=lambda row: row[0])


def content_of(lines: list[Row]) -> bytes:
    return table([COLUMNS, *lines]).encode()


def bring_in(branch: Branch, lines: list[Row], on: date, *, is_full: bool = True) -> RosterImport:
    return importing.import_file(
        branch=branch,
        content=content_of(lines),
        filename="r.csv",
        by=User.objects.console(),
        is_full=is_full,
        roster_date=on,
        understood=ALL_STOPS,
    )


def by_number(branch: Branch) -> dict[str, OnFile]:
    """Everybody on file, without the keys of rows."""
    return {number: replace(person, member_id=0) for number, person in on_file.everybody(branch).items()}


def made(count: int) -> list[Branch]:
    return [BranchFactory.create() for _ in range(count)]


@some
@given(first=rosters, second=rosters)
def test_a_then_b_equals_b_alone_where_b_says_something(first: list[Row], second: list[Row]) -> None:
    both, alone = made(2)
    bring_in(both, first, SEPTEMBER)
    bring_in(both, second, OCTOBER)
    bring_in(alone, second, OCTOBER)
    after_both = by_number(both)
    for number, person in by_number(alone).items():
        for field in COMPARED_FIELDS:
            if said := getattr(person.values, field):
                assert getattr(after_both[number].values, field) == said


@some
@given(first=rosters, second=rosters, is_full=st.booleans(), days=st.integers(0, 60))
def test_the_same_file_twice_changes_nothing_whatever_its_date(
    first: list[Row], second: list[Row], is_full: bool, days: int
) -> None:
    (branch,) = made(1)
    bring_in(branch, first, SEPTEMBER)
    bring_in(branch, second, OCTOBER, is_full=is_full)
    before = on_file.everybody(branch)
    again = bring_in(branch, second, OCTOBER + timedelta(days=days), is_full=is_full)
    assert on_file.everybody(branch) == before
    assert not {"new", "changed", "missing", "leaving"} & figures(again).keys()


@some
@given(first=rosters, second=rosters)
def test_the_preview_is_what_the_applying_does(first: list[Row], second: list[Row]) -> None:
    (branch,) = made(1)
    bring_in(branch, first, SEPTEMBER)
    before = by_number(branch)
    by = User.objects.console()
    preview = importing.upload(
        branch=branch, content=content_of(second), filename="r.csv", by=by, roster_date=OCTOBER
    )
    working.work_through()
    preview.refresh_from_db()
    told = figures(preview)
    importing.accept(preview, by=by, understood=ALL_STOPS)
    working.work_through()
    preview.refresh_from_db()
    assert (preview.state, figures(preview)) == ("applied", told)
    after = by_number(branch)
    assert told.get("new", 0) == len(after.keys() - before.keys())
    missing = [person for person in after.values() if person.missing_since == OCTOBER]
    assert told.get("missing", 0) == len(missing)
    assert len(every_line(preview)) == preview.lines == len(second) + 1


@some
@given(first=rosters, second=rosters)
def test_an_import_thrown_away_leaves_the_branch_as_it_was(first: list[Row], second: list[Row]) -> None:
    (branch,) = made(1)
    bring_in(branch, first, SEPTEMBER)
    before, by = on_file.everybody(branch), User.objects.console()
    preview = importing.upload(branch=branch, content=content_of(second), filename="r.csv", by=by)
    working.work_through()
    preview.refresh_from_db()
    importing.discard(preview, by=by)
    assert on_file.everybody(branch) == before


# A year of rosters beside a model of ten lines

months = st.lists(st.tuples(st.sets(st.integers(1, 6), max_size=6), st.booleans()), min_size=1, max_size=6)


def standings_after(history: list[tuple[set[int], bool]]) -> dict[str, Standing]:
    known: dict[int, Standing] = {}
    for numbers, is_full in history:
        for number in known.keys() - numbers if is_full else set():
            gone = known[number] is not Standing.MEMBER
            known[number] = Standing.LEFT if gone else Standing.MISSING
        known |= dict.fromkeys(numbers, Standing.MEMBER)
    return {str(number): standing for number, standing in known.items()}


@some
@given(history=months)
def test_who_is_a_member_follows_from_the_rosters_alone(history: list[tuple[set[int], bool]]) -> None:
    (branch,) = made(1)
    for place, (numbers, is_full) in enumerate(history):
        # The month in a cell that is not read: no two files are the same.
        lines = [(str(n), "Ada", "Ek", *[""] * 7) for n in sorted(numbers)] + [("Antal:", str(place))]
        bring_in(branch, lines, date(2026, 1 + place, 28), is_full=is_full)
    found = {number: person.standing for number, person in by_number(branch).items()}
    assert found == standings_after(history)


@some
@given(history=months)
def test_periods_never_overlap_and_one_at_most_is_open(history: list[tuple[set[int], bool]]) -> None:
    (branch,) = made(1)
    for place, (numbers, is_full) in enumerate(history):
        lines = [(str(n), "Ada", "Ek", *[""] * 7) for n in sorted(numbers)] + [("Antal:", str(place))]
        bring_in(branch, lines, date(2026, 1 + place, 28), is_full=is_full)
    for member in Member.objects.filter(branch=branch):
        periods = list(member.memberships.order_by("started_on", "pk").values_list("started_on", "ended_on"))
        ends = [ended for _, ended in periods[:-1]]
        assert None not in ends
        assert all(end <= start for end, (start, _) in zip(ends, periods[1:], strict=True) if end)


# What never gets in

DELIMITED = st.sampled_from(["{b}-{s}", "{c}{b}-{s}", "{c}{b}{s}", "{b}+{s}", "{c}{b} {s}"])


@some
@given(
    born=st.dates(date(1930, 1, 1), date(2012, 12, 31)),
    serial=st.integers(980, 999),
    form=DELIMITED,
    place=st.integers(0, 10),
    is_rejected=st.booleans(),
)
def test_no_identity_number_gets_into_any_table(
    born: date, serial: int, form: str, place: int, is_rejected: bool
) -> None:
    ten, (branch,) = identity_number(born, serial), made(1)
    header = [*HEADER, "Personnr", "Annat"]
    row = ["1", "Ek", "" if is_rejected else "Ada", *[""] * 8]
    row[place] = f"{row[place]} {form.format(c=born.year // 100, b=ten[:6], s=ten[6:])}".strip()
    by = User.objects.console()
    content = table([[f"Lista {row[place]}"], header, row]).encode()
    preview = importing.upload(branch=branch, content=content, filename="r.csv", by=by)
    for _step in ("read", "applied"):
        working.work_through()
        preview.refresh_from_db()
        assert ten not in re.sub(r"[-+ ]", "", every_cell())
        if preview.state == RosterImport.State.STAGED:
            importing.accept(preview, by=by, understood=ALL_STOPS)
    assert preview.state == RosterImport.State.APPLIED


@some
@given(cells=st.lists(st.lists(st.text(max_size=15), min_size=1, max_size=10), max_size=6))
def test_any_cells_at_all_add_up_in_the_database(cells: list[list[str]]) -> None:
    (branch,) = made(1)
    text = io.StringIO(table([COLUMNS, *cells])).read()
    content: Any = text.encode("utf-8", "replace")
    preview = importing.upload(branch=branch, content=content, filename="r.csv", by=User.objects.console())
    working.work_through()
    preview.refresh_from_db()
    assert preview.state == RosterImport.State.STAGED
    assert len(every_line(preview)) == preview.lines
