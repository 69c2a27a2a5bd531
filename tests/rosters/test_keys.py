"""Rosters without member numbers: name and birth date, or name and e-mail address, tell the members apart."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from crm.people.models import Branch, Member, Role, User
from crm.rosters import importing, working
from crm.rosters.importing import NotUnderstood
from crm.rosters.keys import PREFIXES, KeyMaker, plain_name
from crm.rosters.models import RosterImport
from crm.rosters.reading import Choices, Key, MemberValues, Reason
from tests.factories import BranchFactory, user_with
from tests.logins import log_in_as
from tests.rosters.files import NOVEMBER, OCTOBER, SEPTEMBER, figures
from tests.rosters.reading.making import identity_number, read_rows

BIRTH, EMAIL = Choices(key=Key.NAME_BIRTH), Choices(key=Key.NAME_EMAIL)
HEADER = "Förnamn;Efternamn;Född;Ort;E-post;Skydd"
ANNA = "Anna;Åberg;1954-01-23;ÅBY;anna@example.org;"
BO = "Bo;Öst;1960-05-02;RYD;bo@example.org;"


@pytest.fixture
def branch(db: None) -> Branch:
    made: Branch = BranchFactory.create(slug="byn")
    return made


def bring(
    branch: Branch, *lines: str, on: date = SEPTEMBER, choices: Choices = BIRTH, **options: Any
) -> RosterImport:
    return importing.import_file(
        branch=branch,
        content="\n".join([options.pop("header", HEADER), *lines]).encode(),
        filename="r.csv",
        by=User.objects.console(),
        roster_date=on,
        choices=choices,
        understood=["name_birth", "name_email", "missing", "column", "wrong_branch", "same_file"],
        **options,
    )


def reasons(made: RosterImport) -> list[tuple[int, str]]:
    return list(made.rows.filter(outcome="rejected").values_list("line", "reason"))


def on_file(branch: Branch) -> dict[str, str]:
    return {member.name: member.member_number for member in Member.objects.filter(branch=branch)}


def numbered(branch: Branch, *lines: str) -> RosterImport:
    """Members that the register gave numbers."""
    header = "Medlemsnr;Förnamn;Efternamn;Född;Ort;E-post;Skydd"
    return bring(branch, *lines, header=header, choices=Choices())


@pytest.mark.parametrize("choices", [BIRTH, EMAIL])
def test_members_get_numbers_of_our_own(branch: Branch, choices: Choices) -> None:
    assert figures(bring(branch, ANNA, BO, choices=choices)) == {"new": 2}
    numbers = on_file(branch)
    assert list(numbers) == ["Anna Åberg", "Bo Öst"]
    assert all(number.startswith(PREFIXES[choices.key]) and len(number) == 13 for number in numbers.values())


@pytest.mark.parametrize("choices", [BIRTH, EMAIL])
def test_the_same_file_again_finds_them(branch: Branch, choices: Choices) -> None:
    bring(branch, ANNA, BO, choices=choices)
    before = on_file(branch)
    assert figures(bring(branch, ANNA, BO, choices=choices)) == {"unchanged": 2}
    assert on_file(branch) == before


@pytest.mark.parametrize("choices", [BIRTH, EMAIL])
def test_changed_missing_and_back(branch: Branch, choices: Choices) -> None:
    bring(branch, ANNA, BO, choices=choices)
    later = bring(branch, ANNA.replace("ÅBY", "Ryd"), on=OCTOBER, choices=choices)
    assert figures(later) == {"changed": 1, "missing": 1}
    assert figures(bring(branch, ANNA, BO, on=NOVEMBER, choices=choices)) == {"changed": 2}


def test_the_birth_date_is_kept_nowhere(branch: Branch) -> None:
    made = bring(branch, ANNA)
    rows = str([list(made.rows.values()), list(Member.objects.values()), list(RosterImport.objects.values())])
    assert "1954-01-23" not in rows
    assert "540123" not in rows
    assert Member.objects.get().birth_year == 1954


def test_a_new_name_is_somebody_new(branch: Branch) -> None:
    bring(branch, ANNA, BO)
    assert figures(bring(branch, ANNA.replace("Åberg", "Ek"), BO, on=OCTOBER)) == {
        "new": 1,
        "unchanged": 1,
        "missing": 1,
    }


def test_a_local_change_of_the_name_does_not_matter(branch: Branch) -> None:
    bring(branch, ANNA)
    Member.objects.update(last_name="Ek")
    assert figures(bring(branch, ANNA, on=OCTOBER)) == {"changed": 1}


@pytest.mark.parametrize(
    ("line", "choices", "reason"),
    [
        ("Anna;Åberg;;ÅBY;anna@example.org;", BIRTH, Reason.NO_BIRTH_DATE),
        ("Anna;Åberg;1954;ÅBY;anna@example.org;", BIRTH, Reason.NO_BIRTH_DATE),
        ("Anna;Åberg;1954-01-23;ÅBY;;", EMAIL, Reason.NO_EMAIL),
        (";;1954-01-23;ÅBY;anna@example.org;", EMAIL, Reason.NO_NAME),
        (";;1954-01-23;ÅBY;anna@example.org;", BIRTH, Reason.NO_NAME),
    ],
)
def test_what_can_t_be_told_apart_is_rejected(
    branch: Branch, line: str, choices: Choices, reason: Reason
) -> None:
    assert reasons(bring(branch, line, BO, choices=choices)) == [(2, reason)]


def test_an_email_address_alone_is_never_enough(branch: Branch) -> None:
    couple = ("Anna;Ek;;ÅBY;ek@example.org;", "Bo;Ek;;ÅBY;ek@example.org;")
    assert figures(bring(branch, *couple, choices=EMAIL)) == {"new": 2}


def test_birth_dates_a_day_apart_are_two_people(branch: Branch) -> None:
    assert figures(bring(branch, ANNA, ANNA.replace("-23", "-24"))) == {"new": 2}


def test_the_birth_date_of_an_identity_number(branch: Branch) -> None:
    header, ten = "Förnamn;Efternamn;Personnr", identity_number(date(1954, 1, 23))
    bring(branch, "Anna;Åberg;1954-01-23", header="Förnamn;Efternamn;Född")
    for said in (f"19{ten}", f"{ten[:6]}-{ten[6:]}", "19540123-XXXX", "540123"):
        assert figures(bring(branch, f"Anna;Åberg;{said}", header=header)) == {"unchanged": 1}


def test_a_coordination_number_tells_the_same_day(branch: Branch) -> None:
    ten = identity_number(date(1954, 1, 23), coordination=True)
    bring(branch, "Anna;Åberg;1954-01-23", header="Förnamn;Efternamn;Född")
    assert figures(bring(branch, f"Anna;Åberg;19{ten}", header="Förnamn;Efternamn;Personnr")) == {
        "unchanged": 1
    }


# Several lines, several members


def test_several_lines_of_one_member_are_one(branch: Branch) -> None:
    header = "Namn;Född;Förening"
    made = bring(branch, "Åberg, Anna;1954-01-23;Norra", "Åberg, Anna;1954-01-23;Södra", header=header)
    assert figures(made) == {"new": 1, "repeated": 1}


@pytest.mark.parametrize(("field", "other"), [("ÅBY", "RYD"), ("anna@", "a@")])
def test_lines_of_one_key_that_disagree_are_rejected(branch: Branch, field: str, other: str) -> None:
    made = bring(branch, ANNA, BO, ANNA.replace(field, other))
    rejected = [] if field == "ÅBY" else [(2, "key_conflict"), (4, "key_conflict")]
    assert reasons(made) == rejected


def test_both_lines_are_named(branch: Branch) -> None:
    made = bring(branch, ANNA, BO, ANNA.replace("anna@", "a@"))
    remarks = made.rows.filter(outcome="rejected").values_list("remarks", flat=True)
    assert list(remarks) == [[["", "also_on_line:4"]], [["", "also_on_line:2"]]]


def test_a_line_that_can_be_two_members_is_rejected_and_keeps_both(branch: Branch) -> None:
    numbered(branch, "1;Anna;Åberg;1954;;;", "2;Anna;Åberg;1954;;;", "3;Bo;Öst;1960;;;")
    made = bring(branch, ANNA, BO, on=OCTOBER)
    row = made.rows.get(outcome="rejected")
    assert (row.reason, row.remarks) == ("several_hits", [["", "also_member:1, 2"]])
    assert figures(made) == {"changed": 1, "rejected": 1}


def test_two_lines_that_can_be_one_member_are_rejected(branch: Branch) -> None:
    numbered(branch, "1;Anna;Åberg;1954;;;")
    made = bring(branch, ANNA, ANNA.replace("-23", "-24"), on=OCTOBER)
    assert reasons(made) == [(2, "key_conflict"), (3, "key_conflict")]
    assert made.missing == 0


# Members whom the register gave a number


@pytest.mark.parametrize("choices", [BIRTH, EMAIL])
def test_they_are_found_and_keep_it(branch: Branch, choices: Choices) -> None:
    numbered(branch, "1;Anna;Åberg;1954;ÅBY;anna@example.org;")
    assert figures(bring(branch, ANNA.replace("ÅBY", "Ryd"), choices=choices)) == {"changed": 1}
    assert on_file(branch) == {"Anna Åberg": "1"}


def test_capitals_and_spaces_do_not_matter_in_a_name() -> None:
    assert plain_name("ANNA  Maria", " Åberg") == plain_name("anna", "maria åberg") == "anna maria åberg"


# Protected


def test_a_member_who_is_protected_now_is_erased(branch: Branch) -> None:
    bring(branch, ANNA, BO)
    made = bring(branch, f"{ANNA}ja", BO, on=OCTOBER)
    assert figures(made) == {"unchanged": 1, "protected": 1}
    assert list(Member.objects.exclude(erased_at=None).values_list("first_name", flat=True)) == [""]
    assert not made.rows.filter(outcome="protected").exclude(member_number="").exists()


def test_a_protected_stranger_leaves_nothing(branch: Branch) -> None:
    made = bring(branch, f"{ANNA}ja")
    assert (figures(made), Member.objects.count()) == ({"protected": 1}, 0)


# The keys themselves


def test_another_branch_or_another_secret_gives_other_numbers(branch: Branch, settings: Any) -> None:
    values = MemberValues(first_name="Anna", last_name="Åberg")
    branches: list[Branch] = [branch, BranchFactory.create()]
    made = {KeyMaker(Key.NAME_BIRTH, each).number(values, SEPTEMBER) for each in branches}
    settings.SECRET_KEY = "another"
    made.add(KeyMaker(Key.NAME_BIRTH, branch).number(values, SEPTEMBER))
    assert len(made) == 3


def test_without_a_name_or_what_tells_apart_there_is_none(branch: Branch) -> None:
    keys = KeyMaker(Key.NAME_EMAIL, branch)
    assert keys.number(MemberValues(first_name="Anna"), SEPTEMBER) == ""
    assert keys.number(MemberValues(email="anna@example.org"), SEPTEMBER) == ""


def test_our_numbers_can_be_read_from_an_export(branch: Branch) -> None:
    number = KeyMaker(Key.NAME_BIRTH, branch).number(MemberValues(first_name="Anna"), SEPTEMBER)
    reading = read_rows((number, "Ek", "Anna"), header=("Medlemsnr", "Efternamn", "Förnamn"))
    assert [line.member_number for line in reading.members] == [number]


# What it means has to be understood


@pytest.mark.parametrize("choices", [BIRTH, EMAIL])
def test_it_is_a_stop(branch: Branch, choices: Choices) -> None:
    content = f"{HEADER}\n{ANNA}\n".encode()
    seen = importing.preview(branch=branch, content=content, filename="r.csv", choices=choices)
    assert [stop.code for stop in seen.prepared.stops] == [choices.key]
    with pytest.raises(NotUnderstood):
        importing.apply_preview(seen, by=User.objects.console())


def test_an_officer_chooses_it_in_the_page_and_ticks_it(client: Client, branch: Branch) -> None:
    officer = log_in_as(client, Role.Kind.MEMBER_OFFICER, branch)
    content = f"{HEADER}\n{ANNA}\n{BO}\n".encode()
    made = importing.upload(branch=branch, content=content, filename="r.csv", by=officer)
    working.work_through()
    pages = {name: reverse(f"rosters:{name}", args=["byn", made.pk]) for name in ("show", "reading")}
    assert "Filen saknar medlemsnummer" in client.get(pages["show"]).content.decode()
    form = client.get(pages["reading"]).context["form"]
    data = {name: form[name].value() for name in form.fields if name.startswith("column")}
    client.post(reverse("rosters:read_again", args=["byn", made.pk]), data | {"key": "name_birth"})
    working.work_through()
    made.refresh_from_db()
    assert "letat efter personer som har bytt namn" in client.get(pages["show"]).content.decode()
    importing.accept(made, by=officer, understood=["name_birth"])
    working.work_through()
    assert Member.objects.count() == 2


def test_the_next_file_is_read_the_same_way(branch: Branch) -> None:
    officer = user_with(Role.Kind.REGISTER_OFFICER, branch)
    made = importing.upload(branch=branch, content=f"{HEADER}\n{ANNA}".encode(), filename="r", by=officer)
    working.work_through()
    made.refresh_from_db()
    assert figures(made) == {"rejected": 1}
    importing.choose(made, by=officer, choices=BIRTH, terms=importing.Terms(OCTOBER, is_full=True))
    again = importing.preview(branch=branch, content=f"{HEADER}\n{BO}".encode(), filename="r")
    assert again.figures["new"] == 1
