"""Whatever is chosen of whatever file: lines add up, nothing fails, and no identity number gets anywhere."""

import logging
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm.people.models import Branch, Member, Role, User
from crm.rosters import choosing, importing, stops, working
from crm.rosters.choosing import Terms
from crm.rosters.models import RosterImport
from crm.rosters.reading import ENCODINGS, Choices, Field, Key, UnreadableRoster
from crm.rosters.reading.tables import DELIMITERS
from tests.factories import BranchFactory, user_with
from tests.logins import log_in_as
from tests.rosters.files import every_line
from tests.rosters.reading.making import identity_number, table
from tests.rosters.test_protected import every_cell

pytestmark = pytest.mark.django_db
some = settings(
    max_examples=8,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
HEADER = ("Medlemsnr", "Namn", "Född", "E-post", "Rest", "", "Rest")
KEYS = (*HEADER[:5], "#6", "Rest#2")
CODECS = ("utf-8", "utf-8-sig", "utf-16", "cp1252", "cp850", "mac_roman")

cells = st.one_of(
    st.text(max_size=10),
    st.sampled_from(
        ["", "1", "2", "Ek, Ada", "Ek, Bo", "1954-01-23", "ada@example.org", "070-1740605", "skyddad"]
    ),
)
rows = st.lists(st.lists(cells, max_size=9), max_size=8)
choices = st.builds(
    Choices,
    encoding=st.sampled_from(["", *ENCODINGS]),
    columns=st.dictionaries(st.sampled_from(KEYS), st.sampled_from(list(Field))),
    key=st.sampled_from(list(Key)),
    blank=st.frozensets(st.sampled_from(KEYS)),
)


@pytest.fixture
def branch(db: None) -> Branch:
    made: Branch = BranchFactory.create(slug="byn")
    return made


def bring(branch: Branch, content: bytes) -> RosterImport:
    made = importing.upload(branch=branch, content=content, filename="r.csv", by=User.objects.console())
    working.work_through()
    made.refresh_from_db()
    return made


def choose(made: RosterImport, chosen: Choices) -> None:
    choosing.choose(
        made, by=User.objects.console(), choices=chosen, terms=Terms(made.roster_date, is_full=True)
    )
    working.work_through()
    made.refresh_from_db()


def adds_up(made: RosterImport) -> bool:
    outcomes = [outcome for _line, outcome, _number in every_line(made)]
    told = {
        "new": made.new,
        "changed": made.changed,
        "unchanged": made.unchanged,
        "repeated": made.repeated,
        "rejected": made.rejected,
        "protected": made.protected,
        "not_member": made.not_member_rows,
    }
    return len(outcomes) == made.lines and all(outcomes.count(name) == count for name, count in told.items())


written = st.tuples(
    st.sampled_from(CODECS), st.sampled_from(DELIMITERS), st.sampled_from(["\n", "\r\n", "\r"])
)


@some
@given(rows=rows, chosen=choices, how=written)
def test_any_table_read_in_any_way_adds_up(
    branch: Branch, rows: list[list[str]], chosen: Choices, how: tuple[str, str, str]
) -> None:
    codec, delimiter, end = how
    made = bring(branch, table([HEADER, *rows], delimiter, end).encode(codec, "replace"))
    choose(made, chosen)
    assert made.state in {"staged", "unreadable"}
    assert made.state == "unreadable" or adds_up(made)
    RosterImport.objects.all().delete()


@some
@given(rows=rows, chosen=choices)
def test_what_was_chosen_can_be_applied_and_applied_again(
    branch: Branch, rows: list[list[str]], chosen: Choices
) -> None:
    content = table([HEADER, *rows]).encode("utf-8", "replace")
    Member.objects.all().delete()
    for _ in range(2):
        try:
            made = importing.import_file(
                branch=branch,
                content=content,
                filename="r.csv",
                by=User.objects.console(),
                choices=chosen,
                understood=tuple(stops.SENTENCES),
            )
        except UnreadableRoster:
            return
        assert adds_up(made)
    assert (made.new, made.changed, made.missing) == (0, 0, 0)
    RosterImport.objects.all().delete()


@some
@given(content=st.binary(min_size=1, max_size=300), encoding=st.sampled_from(["", *ENCODINGS]))
def test_any_bytes_have_their_pages(branch: Branch, content: bytes, encoding: str) -> None:
    client = Client()
    log_in_as(client, Role.Kind.MEMBER_OFFICER, branch)
    try:
        made = bring(branch, b"Namn;Medlemsnr\n" + content)
    except UnreadableRoster:
        return
    pages = [reverse(f"rosters:{name}", args=["byn", made.pk]) for name in ("show", "reading")]
    assert [client.get(page).status_code for page in pages] == [200, 200]
    data = {
        "encoding": encoding,
        "key": "member_number",
        "column-0": "full_name",
        "column-1": "member_number",
    }
    assert client.post(reverse("rosters:read_again", args=["byn", made.pk]), data).status_code in {302, 422}
    working.work_through()
    assert client.get(pages[0]).status_code == 200
    RosterImport.objects.all().delete()


# Identity numbers


@st.composite
def numbers(draw: st.DrawFn) -> tuple[str, str]:
    """The last four digits, and the number in one of its forms; serials that nobody has."""
    born = draw(st.dates(date(1930, 1, 1), date(2005, 12, 31)))
    ten = identity_number(born, draw(st.integers(980, 999)), coordination=draw(st.booleans()))
    form = draw(st.sampled_from(["{c}{b}{s}", "{c}{b}-{s}", "{b}-{s}", "{b}+{s}"]))
    return ten, form.format(c=born.year // 100, b=ten[:6], s=ten[6:])


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    with caplog.at_level(logging.DEBUG):
        yield caplog


def every_file() -> str:
    """What stands in the folders that the product writes to, as far as it is text."""
    folders = {Path(django_settings.DATA_DIR), Path(django_settings.MEDIA_ROOT or django_settings.DATA_DIR)}
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    return "\n".join(
        path.read_bytes().decode("latin-1") for path in files if path.stat().st_size < 50_000_000
    )


@some
@given(number=numbers(), place=st.integers(0, len(HEADER) - 1), chosen=choices)
def test_an_identity_number_gets_nowhere_whatever_is_chosen(
    branch: Branch, logged: Any, number: tuple[str, str], place: int, chosen: Choices
) -> None:
    ten, text = number
    row = ["1", "Ek, Ada", "1954-01-23", "ada@example.org", "", "", ""]
    row[place] = text
    made = bring(branch, table([HEADER, row, ["2", "Ek, Bo", "", "", text, text, text]]).encode())
    choose(made, chosen)
    client = Client()
    log_in_as(client, Role.Kind.MEMBER_OFFICER, branch)
    pages = [
        client.get(reverse(f"rosters:{name}", args=["byn", made.pk])).content.decode()
        for name in ("show", "reading")
    ]
    for told in (every_cell(), logged.text, every_file(), *pages):
        assert ten not in re.sub(r"(?<=\d)[-+ ](?=\d)", "", told)
    RosterImport.objects.all().delete()


def test_the_remembered_choice_of_a_file_tells_nothing_of_its_rows(branch: Branch) -> None:
    ten = identity_number(date(1954, 1, 23))
    made = bring(branch, table([("Medlemsnr", "Namn", "Bostad"), ("1", "Hemlig, Ada", ten)]).encode())
    choose(made, Choices(columns={"Bostad": Field.TOWN}))
    (kept,) = branch.remembered_readings.all()
    assert kept.choices == {
        "encoding": "", "columns": {"Bostad": "town"}, "key": "member_number", "blank": [],
    }  # fmt: skip
    assert user_with(Role.Kind.BOARD, branch).name not in str(kept.choices)
