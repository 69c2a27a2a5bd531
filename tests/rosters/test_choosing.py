"""An officer says how a file is to be read: characters, columns, what an empty cell means; and for how long."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from crm.people.models import AccessLog, Branch, Member, Role, User
from crm.rosters import choosing, erasure, importing, staging, vault, working
from crm.rosters.choosing import FileGone, Terms
from crm.rosters.models import RememberedReading, RosterImport
from crm.rosters.reading import Choices, Field
from tests.factories import BranchFactory, user_with
from tests.logins import log_in_as
from tests.rosters.files import ANNA, BO, CECILIA, OCTOBER, bring_in, figures, roster
from tests.rosters.reading.making import identity_number

State = RosterImport.State
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
ODD = "Medlemsnr;Vorname;Efternamn;Bostad;Kontakt\n1;Åsa;Öberg;Åby;asa@example.org\n2;Bo;Ek;Ryd;\n"
# The names in the first two columns are known to nobody.
STRANGE = "Medlemsnr;Vorname;Nachname\n1;Åsa;Öberg\n"


@pytest.fixture
def branch(db: None) -> Branch:
    made: Branch = BranchFactory.create(slug="byn")
    return made


@pytest.fixture
def officer(branch: Branch) -> User:
    return user_with(Role.Kind.MEMBER_OFFICER, branch)


@pytest.fixture
def page(client: Client, branch: Branch) -> Client:
    log_in_as(client, Role.Kind.MEMBER_OFFICER, branch)
    return client


def bring(branch: Branch, by: User, content: bytes | str, name: str = "r.csv") -> RosterImport:
    """Uploaded and read."""
    content = content if isinstance(content, bytes) else content.encode()
    made = importing.upload(branch=branch, content=content, filename=name, by=by)
    working.work_through()
    made.refresh_from_db()
    return made


def choose(made: RosterImport, by: User, **choices: Any) -> RosterImport:
    terms = choices.pop("terms", Terms(made.roster_date, made.is_full))
    choosing.choose(made, by=by, choices=Choices(**choices), terms=terms)
    working.work_through()
    made.refresh_from_db()
    return made


def address(name: str, made: RosterImport) -> str:
    return reverse(f"rosters:{name}", args=["byn", made.pk])


def posted(client: Client, made: RosterImport, **changed: Any) -> Any:
    """The form of the page as it stands, with some of its fields changed."""
    form = client.get(address("reading", made)).context["form"]
    data = {name: form[name].value() for name in form.fields if form[name].value() not in (None, False)}
    return client.post(address("read_again", made), data | changed)


# Characters


def test_another_encoding_is_another_preview(branch: Branch, officer: User) -> None:
    content = "Medlemsnr;Förnamn;Efternamn\n1;Åsa;Öberg\n".encode("cp850")
    made = choose(bring(branch, officer, content), officer, encoding="mac_roman")
    assert made.rows.get(outcome="new").values["last_name"] == "ôberg"
    assert choose(made, officer, encoding="cp850").rows.get(outcome="new").values["last_name"] == "Öberg"


def test_an_encoding_that_can_t_be_says_so_and_another_can_be_chosen(branch: Branch, officer: User) -> None:
    content = "Medlemsnr;Förnamn;Efternamn\n1;Åsa;Öberg\n".encode("cp1252")
    made = choose(bring(branch, officer, content), officer, encoding="utf-8")
    assert (made.state, made.problem, made.lines) == (State.UNREADABLE, "wrong_encoding", 0)
    assert not made.rows.exists()
    assert choose(made, officer, encoding="cp1252").encoding == "cp1252"


def test_the_page_shows_the_letters_in_each_encoding(page: Client, branch: Branch, officer: User) -> None:
    made = bring(branch, officer, "Medlemsnr;Förnamn;Efternamn\n1;Åsa;Öberg\n")
    text = page.get(address("reading", made)).content.decode()
    assert "UTF-8, det vanligaste i dag: Åsa Öberg" in text
    assert "Ã…sa Ã–berg" in text


def test_a_workbook_has_no_characters_to_choose(page: Client, branch: Branch, officer: User) -> None:
    made = bring(branch, officer, ODD)
    RosterImport.objects.update(encoding="")
    assert "å, ä och ö" not in page.get(address("reading", made)).content.decode()


# Columns


def test_columns_are_given_a_meaning(branch: Branch, officer: User) -> None:
    made = bring(branch, officer, ODD)
    assert made.rows.filter(outcome="new").first().values.get("town") is None  # type: ignore[union-attr]
    chosen = {"Vorname": Field.FIRST_NAME, "Bostad": Field.TOWN, "Kontakt": Field.EMAIL}
    choose(made, officer, columns=chosen)
    first = made.rows.filter(outcome="new").first()
    assert first is not None
    assert first.values == {
        "first_name": "Åsa", "last_name": "Öberg", "town": "Åby", "email": "asa@example.org",
    }  # fmt: skip


def test_a_file_whose_names_nobody_knew(branch: Branch, officer: User) -> None:
    made = bring(branch, officer, STRANGE)
    assert (made.state, made.problem) == (State.UNREADABLE, "no_name_column")
    choose(made, officer, columns={"Vorname": Field.FIRST_NAME, "Nachname": Field.LAST_NAME})
    assert (made.state, figures(made)) == (State.STAGED, {"new": 1})


@pytest.mark.parametrize("headers", [STRANGE, "Nachname;Medlemsnr;Vorname\nÖberg;1;Åsa\n"])
def test_it_is_remembered_for_the_next_file_with_those_headers(
    branch: Branch, officer: User, headers: str
) -> None:
    columns = {"Vorname": Field.FIRST_NAME, "Nachname": Field.LAST_NAME}
    choose(bring(branch, officer, STRANGE), officer, columns=columns)
    assert figures(bring(branch, officer, headers, "next.csv")) == {"new": 1}
    assert bring(BranchFactory.create(), User.objects.console(), STRANGE).problem == "no_name_column"


def test_other_headers_are_not_taken_for_them(branch: Branch, officer: User) -> None:
    columns = {"Vorname": Field.FIRST_NAME, "Nachname": Field.LAST_NAME}
    choose(bring(branch, officer, STRANGE), officer, columns=columns)
    other = bring(branch, officer, STRANGE.replace("Medlemsnr", "Medlemsnr;Rest").replace("1;", "1;x;"))
    assert other.problem == "no_name_column"


def test_a_later_choice_takes_the_place_of_an_earlier_one(branch: Branch, officer: User) -> None:
    made = bring(branch, officer, ODD)
    for kind in (Field.TOWN, Field.CLUB):
        choose(made, officer, columns={"Bostad": kind, "Vorname": Field.FIRST_NAME})
    (kept,) = RememberedReading.objects.all()
    assert (kept.choices["columns"]["Bostad"], kept.chosen_by) == ("club", officer)
    assert "Åby" not in str(kept.choices)


def test_the_page_shows_three_values_of_each_column(page: Client, branch: Branch, officer: User) -> None:
    rows = [f"{n};Ada;Lund;Ort {n % 5};" for n in range(1, 20)]
    made = bring(branch, officer, "\n".join([ODD.splitlines()[0], *rows]))
    form = page.get(address("reading", made)).context["form"]
    assert form.column_rows[3].column.samples == ["Ort 1", "Ort 2", "Ort 3"]
    assert [row.is_recognised for row in form.column_rows] == [True, False, True, False, False]


def test_the_form_as_it_stands_changes_nothing(page: Client, branch: Branch, officer: User) -> None:
    made = bring(branch, officer, roster(ANNA, BO))
    before = made.digest
    assert posted(page, made).status_code == 302
    working.work_through()
    made.refresh_from_db()
    assert (made.state, made.digest, made.date_source) == (State.STAGED, before, "today")


def test_a_column_is_chosen_in_the_page(page: Client, branch: Branch, officer: User) -> None:
    made = bring(branch, officer, STRANGE)
    assert "Säg hur filen ska läsas" in page.get(address("show", made)).content.decode()
    posted(page, made, **{"column-1": "first_name", "column-2": "last_name"})
    working.work_through()
    made.refresh_from_db()
    assert (made.state, figures(made)) == (State.STAGED, {"new": 1})


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"column-1": "", "column-2": ""}, "Säg vilken kolumn som innehåller namnet"),
        ({"column-0": ""}, "Ingen kolumn innehåller medlemsnumret."),
        ({"key": "name_birth"}, "Filen har medlemsnummer"),
        ({"key": "name_birth", "column-0": ""}, "Ingen kolumn innehåller födelsedatumet."),
        ({"key": "name_email", "column-0": "", "column-5": ""}, "Ingen kolumn innehåller e-postadressen."),
        ({"roster_date": "2999-01-01"}, "kan inte vara från en dag som inte har kommit"),
    ],
)
def test_what_is_needed_is_said(
    page: Client, branch: Branch, officer: User, changed: dict[str, str], sentence: str
) -> None:
    answer = posted(page, bring(branch, officer, roster(ANNA)), **changed)
    assert (answer.status_code, sentence in answer.content.decode()) == (422, True)


def test_the_preview_tells_what_was_not_recognised(page: Client, branch: Branch, officer: User) -> None:
    text = page.get(address("show", bring(branch, officer, ODD))).content.decode()
    assert "3 kolumner kändes inte igen" in text
    assert "Vorname, Bostad, Kontakt" in text


# What must not come out through a choice


def test_identity_numbers_are_covered_on_the_page(page: Client, branch: Branch, officer: User) -> None:
    number = identity_number(date(1954, 1, 23))
    mistyped = f"{number[:6]}-{number[6:9]}{(int(number[9]) + 1) % 10}"
    rows = f"1;Ada;Ek;19{number};{number};{mistyped};070-174 06 05 {number[:6]}-{number[6:]}"
    made = bring(branch, officer, f"Medlemsnr;Förnamn;Efternamn;Personnr;Rest;Mer;Telefon\n{rows}\n")
    text = page.get(address("reading", made)).content.decode()
    assert all(part not in text for part in (number[6:], mistyped[7:], number[:6]))
    assert text.count("••••••–••••") == 2


@pytest.mark.parametrize("kind", [Field.TOWN, Field.MEMBER_NUMBER, Field.IGNORED, Field.FIRST_NAME])
def test_a_mark_of_protection_and_a_number_stay_what_they_are(
    branch: Branch, officer: User, kind: Field
) -> None:
    head, row = "Medlemsnr;Namn;Personnr;Skyddad identitet", "1;Ek, Ada;540123-XX12;ja"
    made = bring(branch, officer, f"{head}\n{row}\n2;Ek, Bo;540123-XX12;nej\n")
    choose(made, officer, columns={"Skyddad identitet": kind, "Personnr": kind})
    assert figures(made) == {"new": 1, "protected": 1}
    assert "XX12" not in str(list(made.rows.values()))


def test_protected_people_are_not_among_the_samples(branch: Branch, officer: User) -> None:
    far_below = [f"{n};Ek;Ada;Vik;" for n in range(10, 500)]
    lines = ["1;Dold;Ida;Hemby;", *far_below, "1;Dold;Ida;;ja"]
    made = bring(branch, officer, "\n".join(["Medlemsnr;Efternamn;Förnamn;Bostad;Skyddad", *lines]))
    assert made.protected == 2
    samples = [value for column in choosing.look(made).columns for value in column.samples]
    assert not {"Dold", "Hemby"} & set(samples)


def test_people_in_a_file_without_column_names_are_not_shown(branch: Branch, officer: User) -> None:
    made = bring(branch, officer, "1;Ada;Ek;1@example.org\n2;Bo;Al;2@example.org\n")
    assert (made.problem, choosing.look(made).columns) == ("no_header", [])


def test_whose_values_were_seen_is_logged(page: Client, branch: Branch, officer: User) -> None:
    bring_in(branch, ANNA, BO)
    made = bring(branch, officer, roster(ANNA, CECILIA))
    AccessLog.objects.all().delete()
    page.get(address("reading", made))
    seen = AccessLog.objects.filter(purpose=AccessLog.Purpose.ROSTER)
    assert [row.member and row.member.member_number for row in seen] == ["1"]


# An empty cell


def test_an_empty_cell_empties_only_where_it_is_said(branch: Branch, officer: User) -> None:
    bring_in(branch, ANNA)
    emptied = roster("1;Anna;Åberg;;;;;;")
    made = bring(branch, officer, emptied)
    assert figures(made) == {"unchanged": 1}
    choose(made, officer, blank=frozenset(("Ort", "Telefon")))
    assert made.rows.get(outcome="changed").changes == {"town": ["ÅBY", ""], "phones": [["+46701740605"], []]}
    importing.accept(made, by=officer)
    working.work_through()
    member = Member.objects.get()
    assert (member.town, member.phones.count(), member.email) == ("", 0, "anna@example.org")


def test_a_cell_that_can_t_be_read_is_not_empty(branch: Branch, officer: User) -> None:
    bring_in(branch, ANNA)
    made = bring(branch, officer, roster(ANNA.replace("070-174 06 05", "ring grannen")))
    assert figures(choose(made, officer, blank=frozenset(("Telefon",)))) == {"unchanged": 1}


def test_a_name_is_never_emptied(branch: Branch, officer: User) -> None:
    bring_in(branch, ANNA)
    made = bring(branch, officer, roster(ANNA.replace("Anna", "")))
    assert figures(choose(made, officer, blank=frozenset(("Förnamn",)))) == {"unchanged": 1}


def test_it_is_kept_through_a_new_preview(branch: Branch, officer: User) -> None:
    bring_in(branch, ANNA)
    made = choose(bring(branch, officer, roster("1;Anna;Åberg;;;;;;")), officer, blank=frozenset(("Ort",)))
    importing.take_as(made, by=officer, roster_date=OCTOBER, is_full=True)
    working.work_through()
    made.refresh_from_db()
    assert made.rows.get(outcome="changed").changes == {"town": ["ÅBY", ""]}


# The date


@pytest.mark.parametrize(
    ("title", "name", "source"),
    [("Utskriven 2026-10-31\n", "r.csv", "file"), ("", "r-2026-10-31.csv", "file"), ("", "r.csv", "today")],
)
def test_from_where_the_date_is(branch: Branch, officer: User, title: str, name: str, source: str) -> None:
    made = bring(branch, officer, title.encode() + roster(ANNA), name)
    assert made.date_source == source
    assert (made.roster_date == OCTOBER) == (source == "file")


def test_a_chosen_date_stays(branch: Branch, officer: User) -> None:
    made = bring(branch, officer, roster(ANNA))
    choose(made, officer, terms=Terms(OCTOBER, is_full=False))
    assert (made.roster_date, made.is_full, made.date_source) == (OCTOBER, False, "chosen")


# How long the file is kept


def is_gone(made: RosterImport) -> bool:
    made.refresh_from_db()
    return made.content is None and made.readable_until is None


def test_until_an_officer_decides(branch: Branch, officer: User) -> None:
    made = bring(branch, officer, roster(ANNA))
    assert vault.unlock(made.content or b"") == roster(ANNA)
    importing.accept(made, by=officer)
    assert is_gone(made)
    with pytest.raises(FileGone):
        choosing.choose(made, by=officer, choices=Choices(), terms=Terms(None, is_full=True))


def test_a_file_thrown_away_is_gone(branch: Branch, officer: User) -> None:
    made = bring(branch, officer, roster(ANNA))
    importing.discard(made, by=officer)
    assert is_gone(made)


@pytest.mark.parametrize("content", [roster(ANNA), STRANGE.encode()])
def test_half_an_hour_at_most(branch: Branch, officer: User, content: bytes) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        made = bring(branch, officer, content)
        clock.shift(timedelta(minutes=30))
        with pytest.raises(FileGone):  # also before the sweep has come
            choosing.look(made)
        clock.shift(timedelta(seconds=1))
        working.work_through()
    assert is_gone(made)


def test_a_file_that_waited_long_for_its_worker_is_not_kept(branch: Branch, officer: User) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        made = importing.upload(branch=branch, content=roster(ANNA), filename="r.csv", by=officer)
        clock.shift(timedelta(hours=2))
        working.work_through()
    made.refresh_from_db()
    assert (made.state, made.content) == (State.STAGED, None)


def test_choosing_again_gives_no_more_time(branch: Branch, officer: User) -> None:
    made = bring(branch, officer, ODD)
    until = made.readable_until
    assert choose(made, officer, columns={"Bostad": Field.TOWN}).readable_until == until


@pytest.mark.parametrize("content", [b"Ort;Postnr\n", STRANGE.encode(), roster(ANNA)])
def test_an_erased_member_is_in_no_kept_file(branch: Branch, officer: User, content: bytes) -> None:
    bring_in(branch, ANNA)
    made = bring(branch, officer, content)
    erasure.forget_rows(member=Member.objects.get(), by=officer)
    made.refresh_from_db()
    assert (made.content, made.staged) == (None, None)


def test_the_page_of_a_file_that_is_gone_says_so(page: Client, branch: Branch, officer: User) -> None:
    made = bring(branch, officer, ODD)
    RosterImport.objects.update(content=None, readable_until=None)
    for answer in (
        page.get(address("reading", made), follow=True),
        page.post(address("read_again", made), follow=True),
    ):
        assert "Filen finns inte kvar" in answer.content.decode()


def test_a_file_locked_with_another_key_is_gone(branch: Branch, officer: User) -> None:
    made = bring(branch, officer, ODD)
    RosterImport.objects.update(content=b"nonsense")
    made.refresh_from_db()
    with pytest.raises(FileGone):
        choosing.look(made)


# Who, and two at once


def test_the_second_of_two_officers_is_told(branch: Branch, officer: User) -> None:
    made = bring(branch, officer, ODD)
    stale = RosterImport.objects.get(pk=made.pk)
    choosing.choose(made, by=officer, choices=Choices(), terms=Terms(None, is_full=True))
    with pytest.raises(importing.AlreadyDecided):
        choosing.choose(stale, by=officer, choices=Choices(), terms=Terms(None, is_full=True))


def test_who_may_not_chooses_nothing(branch: Branch, officer: User) -> None:
    made = bring(branch, officer, ODD)
    with pytest.raises(PermissionDenied):
        choosing.choose(
            made,
            by=user_with(Role.Kind.BOARD, branch),
            choices=Choices(),
            terms=Terms(None, is_full=True),
        )
    assert not RememberedReading.objects.exists()


def test_a_worker_killed_while_reading_again_is_followed_by_another(branch: Branch, officer: User) -> None:
    made = bring(branch, officer, ODD)
    choosing.choose(
        made, by=officer, choices=Choices(columns={"Bostad": Field.TOWN}), terms=Terms(OCTOBER, is_full=True)
    )
    made.refresh_from_db()
    made.rows.all().delete()  # as far as the first one came
    staging.stage(made)
    assert (made.state, made.rows.filter(outcome="new").count()) == (State.STAGED, 2)


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_takes_the_same_queries(
    page: Client, branch: Branch, officer: User, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    made = bring(branch, officer, roster(*[ANNA, BO, CECILIA][:count]))
    page.get(address("reading", made))
    with django_assert_num_queries(10):
        assert page.get(address("reading", made)).status_code == 200
