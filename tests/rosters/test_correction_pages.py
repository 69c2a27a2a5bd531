"""Correcting on a member's page, the list to report, and the files of it."""

import csv
import io
import json
import re
from io import StringIO
from typing import Any

import pytest
import tablib
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from crm.people.models import AccessLog, Branch, Member, Role, User
from crm.rosters import corrections, importing, working
from crm.rosters.models import Correction, RosterImport
from tests.factories import BranchFactory, MemberFactory, user_with
from tests.logins import log_in_as
from tests.rosters.files import ANNA, BO, OCTOBER, bring_in, roster

DETAILS = ("phones", "email", "care_of", "street", "postcode", "town", "first_name", "last_name")


@pytest.fixture
def branch(db: None) -> Branch:
    made: Branch = BranchFactory.create(slug="byn")
    return made


@pytest.fixture
def officer(client: Client, branch: Branch) -> Client:
    log_in_as(client, Role.Kind.MEMBER_OFFICER, branch)
    return client


@pytest.fixture
def anna(branch: Branch) -> Member:
    bring_in(branch, ANNA, BO)
    return Member.objects.get(member_number="1")


def address(name: str, *more: Any) -> str:
    return reverse(f"rosters:{name}", args=["byn", *more])


def note(member: Member, **values: Any) -> Correction:
    corrections.correct(member=member, values=values, by=User.objects.console())
    return Correction.objects.latest("pk")


def details(client: Client, member: Member, **written: str) -> dict[str, str]:
    """The form as a browser sends it, with some fields written over."""
    form = client.get(address("correct", member.pk)).context["form"]
    return {name: form[name].value() for name in DETAILS} | written


def text_of(answer: Any) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def test_the_form_shows_what_is_on_file(officer: Client, anna: Member) -> None:
    assert details(officer, anna) == {
        "phones": "070-174 06 05",
        "email": "anna@example.org",
        "care_of": "",
        "street": "",
        "postcode": "",
        "town": "ÅBY",
        "first_name": "Anna",
        "last_name": "Åberg",
    }


def test_what_is_written_over_is_noted_and_shown_on_the_page(officer: Client, anna: Member) -> None:
    sent = details(officer, anna, phones="070-1740606\r\n08-46500400", postcode="58222")
    answer = officer.post(address("correct", anna.pk), sent, follow=True)
    assert answer.redirect_chain == [(reverse("people:member", args=["byn", anna.pk]), 302)]
    noted = dict(Correction.objects.values_list("field", "local_value"))
    assert noted == {"phones": ["+46701740606", "+46846500400"], "postcode": "582 22"}
    assert "Postnummer: 582 22" in text_of(answer)
    assert "I registret: 070-174 06 05" in text_of(answer)


def test_nothing_written_over_notes_nothing(officer: Client, anna: Member) -> None:
    officer.post(address("correct", anna.pk), details(officer, anna))
    assert not Correction.objects.exists()


def test_sent_twice_it_is_one_correction(officer: Client, anna: Member) -> None:
    sent = details(officer, anna, town="RYD")
    for _ in range(2):
        officer.post(address("correct", anna.pk), sent)
    assert Correction.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "written"),
    [("phones", "ring"), ("email", "fel"), ("postcode", "1"), ("first_name", "7")],
)
def test_what_can_not_be_read_is_asked_for_again(
    officer: Client, anna: Member, field: str, written: str
) -> None:
    answer = officer.post(address("correct", anna.pk), details(officer, anna, **{field: written}))
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert not Correction.objects.exists()


def test_no_name_at_all_is_asked_for_again(officer: Client, anna: Member) -> None:
    sent = details(officer, anna, first_name="", last_name=" ")
    assert officer.post(address("correct", anna.pk), sent).status_code == 422
    assert not Correction.objects.exists()


def test_each_look_at_the_form_is_in_the_log(officer: Client, anna: Member) -> None:
    officer.get(address("correct", anna.pk))
    assert list(AccessLog.objects.values_list("member", "purpose")) == [(anna.pk, "member")]


def test_the_registers_detail_is_taken_with_one_button(officer: Client, anna: Member) -> None:
    made = note(anna, town="RYD")
    officer.post(address("take_the_registers", made.pk))
    anna.refresh_from_db()
    assert anna.town == "ÅBY"
    assert officer.post(address("take_the_registers", made.pk)).status_code == 404


# The list


def listed(client: Client, **query: str) -> list[tuple[str, str, str]]:
    rows = client.get(address("corrections"), query).context["rows"]
    return [(row.label, row.register, row.local) for row in rows]


def test_the_list_shows_what_is_to_be_reported(officer: Client, anna: Member) -> None:
    told = note(anna, town="RYD")
    note(anna, phones=["+46701740609"])
    corrections.report(branch=anna.branch, keys=[told.pk], by=User.objects.console())
    assert listed(officer) == [("Telefonnummer", "070-174 06 05", "070-174 06 09")]
    assert listed(officer, show="reported") == [("Ort", "ÅBY", "RYD")]
    assert len(listed(officer, show="all")) == 2
    assert listed(officer, show="nonsense") == listed(officer)


def test_an_empty_list_says_where_corrections_come_from(officer: Client, branch: Branch) -> None:
    assert "Inga rättelser här" in text_of(officer.get(address("corrections")))


def test_one_and_many_are_ticked(officer: Client, anna: Member) -> None:
    made = [note(anna, town="RYD"), note(anna, street="Nya vägen 2"), note(anna, email="a@example.org")]
    officer.post(address("report_corrections"), {"corrections": [made[0].pk]})
    assert len(listed(officer)) == 2
    answer = officer.post(
        address("report_corrections"), {"corrections": [made[1].pk, made[2].pk]}, follow=True
    )
    assert "2 rättelser är rapporterade." in text_of(answer)
    officer.post(address("unreport_corrections"), {"corrections": [made[0].pk], "show": "reported"})
    assert listed(officer) == [("Ort", "ÅBY", "RYD")]


@pytest.mark.parametrize("ticked", [[], ["x"], ["²"], ["9" * 40]])
def test_ticks_that_are_none_of_ours(officer: Client, anna: Member, ticked: list[str]) -> None:
    made = note(anna, town="RYD")
    answer = officer.post(address("report_corrections"), {"corrections": ticked})
    assert answer.status_code in {302, 422}
    made.refresh_from_db()
    assert made.reported_at is None


def test_all_on_the_page_can_be_ticked_without_javascript(officer: Client, anna: Member) -> None:
    note(anna, town="RYD")
    assert "checked" not in text_of(officer.get(address("corrections")))
    assert "checked" in text_of(officer.get(address("corrections"), {"all": ""}))


def test_the_list_asks_as_much_for_one_as_for_three(officer: Client, branch: Branch) -> None:
    counts = []
    for _ in range(3):
        note(MemberFactory.create(branch=branch), town="RYD")
        with CaptureQueriesContext(connection) as queries:
            officer.get(address("corrections"))
        counts.append(len(queries))
    assert counts[0] == counts[1] == counts[2]


# Files


def test_as_csv_with_cells_that_are_no_formulas(officer: Client, anna: Member) -> None:
    made = note(anna, street="=1+1")
    answer = officer.get(address("corrections_file", "csv"))
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    day = timezone.localdate(made.noted_at).isoformat()
    assert rows == [
        ["Medlemsnummer", "Namn", "Uppgift", "I registret", "Rätt uppgift", "Noterad", "Rapporterad"],
        ["1", "Anna Åberg", "Gatuadress", "–", "'=1+1", day, ""],
    ]
    assert list(AccessLog.objects.values_list("member", "purpose")) == [(anna.pk, "export")]


def test_as_a_workbook(officer: Client, anna: Member) -> None:
    note(anna, town="RYD")
    content = officer.get(address("corrections_file", "xlsx")).content
    rows = tablib.Dataset().load(content, format="xlsx")
    assert rows[0][:5] == ("1", "Anna Åberg", "Ort", "ÅBY", "RYD")


def test_on_paper(officer: Client, anna: Member) -> None:
    note(anna, town="RYD")
    shown = text_of(officer.get(address("corrections_on_paper")))
    assert "<td>ÅBY</td><td>RYD</td>" in shown
    assert AccessLog.objects.get().purpose == "export"


def test_no_other_kind_of_file(officer: Client, branch: Branch) -> None:
    assert officer.get(address("corrections_file", "exe")).status_code == 404


# The preview


def staged(branch: Branch, *lines: str) -> RosterImport:
    preview = importing.upload(
        branch=branch,
        content=roster(*lines),
        filename="r.csv",
        by=User.objects.console(),
        roster_date=OCTOBER,
    )
    working.work_through()
    return preview


@pytest.mark.parametrize(("town", "told"), [("EKBY", "er rättelse behålls"), ("RYD", "registret visar den")])
def test_the_preview_tells_what_the_file_says_of_corrections(
    officer: Client, anna: Member, town: str, told: str
) -> None:
    note(anna, town="RYD")
    preview = staged(anna.branch, ANNA.replace("ÅBY", town), BO)
    shown = text_of(officer.get(reverse("rosters:show", args=["byn", preview.pk])))
    assert "Lokala rättelser (1)" in shown
    assert told in shown
    assert AccessLog.objects.filter(member=anna, purpose="roster").count() == 1


def test_a_preview_without_corrections_says_nothing_of_them(officer: Client, anna: Member) -> None:
    note(anna, town="RYD")
    preview = staged(anna.branch, ANNA, BO)
    assert "Lokala rättelser" not in text_of(officer.get(reverse("rosters:show", args=["byn", preview.pk])))


# Who may


@pytest.mark.parametrize("role", [Role.Kind.CALLER, Role.Kind.BOARD, Role.Kind.ADMIN])
def test_teammates_may_not(client: Client, anna: Member, role: Role.Kind) -> None:
    made = note(anna, town="RYD")
    log_in_as(client, role, anna.branch)
    pages = [address("correct", anna.pk), address("corrections"), address("corrections_file", "csv")]
    assert {client.get(page).status_code for page in pages} == {403}
    assert client.post(address("take_the_registers", made.pk)).status_code == 403


def test_another_branchs_member_and_correction_are_not_here(officer: Client, anna: Member) -> None:
    foreign = MemberFactory.create()
    made = note(foreign, town="RYD")
    assert officer.get(address("correct", foreign.pk)).status_code == 404
    assert officer.post(address("take_the_registers", made.pk)).status_code == 404
    assert listed(officer, show="all") == []


# The command


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("corrections", "byn", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_prints_json(anna: Member) -> None:
    made = note(anna, phones=["+46701740609"])
    assert json.loads(run("--json")) == [
        {
            "member_number": "1",
            "name": "Anna Åberg",
            "field": "phones",
            "register": ["+46701740605"],
            "local": ["+46701740609"],
            "noted_at": made.noted_at.isoformat(),
            "reported": False,
        }
    ]
    assert AccessLog.objects.get().reason == "corrections"


def test_the_command_prints_csv_of_those_wanted(anna: Member) -> None:
    made = note(anna, town="RYD")
    corrections.report(branch=anna.branch, keys=[made.pk], by=User.objects.console())
    assert len(run("--csv").splitlines()) == 1
    assert "Anna Åberg;Ort;ÅBY;RYD" in run("--show", "reported")


def test_the_command_is_for_officers(anna: Member) -> None:
    caller = user_with(Role.Kind.CALLER, anna.branch)
    with pytest.raises(CommandError):
        run("--as", caller.email)
