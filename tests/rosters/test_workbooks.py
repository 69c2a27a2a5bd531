"""Excel files all the way: through the page, through the command, and out and in again."""

import io
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from crm.people.models import Branch, Member, Role
from crm.rosters import exporting, importing, working
from crm.rosters.models import RosterImport
from tests.factories import BranchFactory, user_with
from tests.logins import log_in_as
from tests.rosters.files import ANNA, BO, bring_in, figures
from tests.rosters.reading.test_workbooks import workbook

HEADER = ("Medlemsnr", "Förnamn", "Efternamn", "Ort", "Telefon")
CONTENT = workbook([HEADER, *[(1000.0 + n, "Ada", f"Lund {n}", "ÅBY", 701740605.0) for n in range(40)]])


@pytest.fixture
def branch(db: None) -> Branch:
    made: Branch = BranchFactory.create(slug="byn")
    return made


def test_an_officer_brings_in_a_workbook(client: Client, branch: Branch) -> None:
    log_in_as(client, Role.Kind.MEMBER_OFFICER, branch)
    file = SimpleUploadedFile("lista.xlsx", CONTENT)
    answer = client.post(reverse("rosters:upload", args=["byn"]), {"file": file, "extent": "full"})
    assert answer.status_code == 302
    working.work_through()
    made = RosterImport.objects.get()
    assert (made.state, made.encoding, figures(made)) == ("staged", "", {"new": 40})
    assert client.get(answer["Location"]).status_code == 200


def test_the_command_brings_in_a_workbook(branch: Branch, tmp_path: Path) -> None:
    path = tmp_path / "lista-2026-10.xlsx"
    path.write_bytes(CONTENT)
    call_command("import_roster", "byn", str(path), "--apply", stdout=io.StringIO())
    assert Member.objects.filter(phones__number="+46701740605").count() == 40
    assert RosterImport.objects.get().roster_date.isoformat() == "2026-10-31"  # type: ignore[union-attr]


def test_what_goes_out_as_a_workbook_comes_in_unchanged(branch: Branch) -> None:
    bring_in(branch, ANNA, BO)
    officer = user_with(Role.Kind.MEMBER_OFFICER, branch)
    people = exporting.export(branch=branch, by=officer, reason="prov")
    seen = importing.preview(branch=branch, content=exporting.as_workbook(people), filename="ut.xlsx")
    assert (seen.figures["unchanged"], seen.figures["lines"], seen.prepared.stops) == (2, 3, [])
