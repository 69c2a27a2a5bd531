"""What is no roster, from end to end: said in the page, said by the command, and nothing changed."""

from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation

from crm.people.models import Branch, Member, Role, User
from crm.rosters import importing, remembering, working
from crm.rosters.management.commands import import_roster
from crm.rosters.models import RosterImport, RosterRow
from crm.rosters.reading import errors, tables
from crm.rosters.reading.tables import MAX_COLUMNS
from tests.factories import BranchFactory
from tests.logins import log_in_as
from tests.rosters.files import ANNA, bring_in
from tests.rosters.reading.test_workbooks import packed

LIMIT = 2_000_000
ODS = {"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": ""}
ROWS = b"Medlemsnr;Namn\n" + b"1;Ek\n" * 30
FILES: dict[str, bytes] = {
    "empty": b" \r\n",
    "too_large": b"x" * (LIMIT + 1),
    "too_many_rows": ROWS,
    "too_many_cells": b"Medlemsnr;Namn" + b";x" * MAX_COLUMNS,
    "picture": b"\xff\xd8\xff\xe0 photo",
    "pdf": b"%PDF-1.7 text",
    "old_excel": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    "open_document": packed(ODS),
    "web_page": b"<!doctype html><table><tr><td>Namn</td></tr></table>",
    "packed": packed({"medlemmar.csv": "Medlemsnr;Namn\n1;Ek\n"}),
    "damaged_workbook": b"PK\x03\x04 cut off",
    "not_text": bytes(range(1, 32)) * 40,
    "no_header": b"Ett brev utan tabell.\n",
    "no_name_column": b"Medlemsnr;E-post\n1;anna@example.org\n",
}
CODES = sorted(FILES)
# What a page says at once; the others a worker finds out.
AT_ONCE = {"empty", "too_large", "picture", "pdf", "old_excel", "web_page", "not_text"}


@pytest.fixture
def branch(db: None, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Branch:
    settings.ROSTER_MAX_BYTES = LIMIT
    monkeypatch.setattr(tables, "MAX_ROWS", 20)
    made: Branch = BranchFactory.create(slug="byn")
    bring_in(made, ANNA)
    return made


def opening(code: str) -> str:
    """The first sentence of what is said, in Swedish."""
    with translation.override("sv"):
        return str(errors.SENTENCES[code]).partition("%")[0].partition(". ")[0]


def standing_data() -> list[Any]:
    return list(Member.objects.values())


def test_every_code_has_a_file_here_but_the_one_that_needs_a_choice() -> None:
    assert {*FILES, "wrong_encoding"} == set(errors.SENTENCES)


@pytest.mark.parametrize("code", CODES)
def test_the_page_says_it_and_nothing_changes(client: Client, branch: Branch, code: str) -> None:
    before = standing_data()
    log_in_as(client, Role.Kind.MEMBER_OFFICER, branch)
    file = SimpleUploadedFile("lista.csv", FILES[code])
    answer = client.post(reverse("rosters:upload", args=["byn"]), {"file": file, "extent": "full"})
    assert answer.status_code == (422 if code in AT_ONCE else 302)
    working.work_through()
    page = answer if code in AT_ONCE else client.get(answer["Location"])
    assert opening(code) in page.content.decode()
    assert standing_data() == before


@pytest.mark.parametrize("code", sorted(set(CODES) - AT_ONCE))
def test_what_a_worker_refuses_leaves_its_code_and_nothing_of_its_lines(branch: Branch, code: str) -> None:
    refused = bring_to_worker(branch, FILES[code])
    assert (refused.state, refused.problem) == (RosterImport.State.UNREADABLE, code)
    assert (refused.staged, refused.lines, refused.lease_until) == (None, 0, None)
    assert (refused.content is not None) == (code in remembering.MENDABLE)
    assert not RosterRow.objects.filter(roster_import=refused).exists()


def bring_to_worker(branch: Branch, content: bytes) -> RosterImport:
    refused = importing.upload(branch=branch, content=content, filename="l.csv", by=User.objects.console())
    working.work_through()
    refused.refresh_from_db()
    return refused


@pytest.mark.parametrize("options", [(), ("--apply",), ("--json", "--apply", "--partial")])
@pytest.mark.parametrize("code", CODES)
def test_the_command_ends_with_one_and_a_sentence(
    branch: Branch, code: str, options: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = standing_data()
    path = tmp_path / "lista.csv"
    path.write_bytes(FILES[code])
    command = import_roster.Command()
    closing = mock.patch("django.core.management.base.connections.close_all")
    with closing, pytest.raises(SystemExit) as end, translation.override("sv"):
        command.run_from_argv(["manage.py", "import_roster", "byn", str(path), *options])
    said = capsys.readouterr()
    assert (end.value.code, opening(code) in said.err) == (1, True)
    assert (opening(code) in said.out.encode().decode("unicode_escape")) is ("--json" in options)
    assert (standing_data(), RosterImport.objects.count()) == (before, 1)


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("code", sorted(errors.SENTENCES))
def test_every_sentence_says_what_to_do(code: str, language: str) -> None:
    details = {"megabytes": 25, "rows": 100, "encoding": "cp850", "headers": "Nr, Ort"}
    with translation.override(language):
        sentence = errors.UnreadableRoster(code, **details).sentence
    assert sentence.endswith(".")
    assert "%(" not in sentence
    assert sentence.count(".") + sentence.count(":") >= 2
