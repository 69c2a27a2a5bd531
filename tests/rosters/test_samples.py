"""The sample files through the command, in their order: expected.json holds."""

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from crm.people.models import Branch, Membership
from crm.rosters.models import RosterImport, RosterRow
from tests.factories import BranchFactory
from tests.rosters.files import SAMPLES, expected

FIGURES = ("new", "changed", "unchanged", "missing", "rejected", "protected")


@pytest.fixture
def storkoping(db: None) -> Branch:
    branch: Branch = BranchFactory.create(slug="storkoping")
    return branch


def run(branch: str, name: str, *options: str) -> dict[str, Any]:
    out = StringIO()
    try:
        call_command("import_roster", branch, str(SAMPLES / name), "--json", *options, stdout=out)
    except CommandError as stop:
        return {**json.loads(out.getvalue()), "error": str(stop)}
    report: dict[str, Any] = json.loads(out.getvalue())
    return report


def exported(branch: str) -> dict[str, dict[str, Any]]:
    out = StringIO()
    call_command("export_members", branch, "--json", stdout=out)
    return {person["member_number"]: person for person in json.loads(out.getvalue())}


def test_a_preview_says_what_the_applying_does(storkoping: Branch) -> None:
    preview = run("storkoping", "storkoping-2026-09.csv")
    assert not RosterImport.objects.exists()
    assert not RosterRow.objects.exists()
    applied = run("storkoping", "storkoping-2026-09.csv", "--apply")
    assert (preview["applied"], applied["applied"]) == (False, True)
    assert preview | {"applied": True} == applied


def test_september_into_an_empty_branch(storkoping: Branch) -> None:
    wanted = expected()["storkoping-2026-09.csv"]
    report = run("storkoping", "storkoping-2026-09.csv", "--apply")
    for name in (*FIGURES, "lines", "repeated", "not_member_rows", "encoding", "delimiter"):
        assert report[name] == wanted[name], name
    reasons = [line["reason"] for line in report["rejections"]]
    assert {reason: reasons.count(reason) for reason in reasons} == wanted["why_rejected"]
    people = exported("storkoping")
    assert len(people) == wanted["new"]
    for number, values in wanted["sample"].items():
        assert {name: people[number][name] for name in values} == values


def test_october_after_september(storkoping: Branch) -> None:
    wanted = expected()["storkoping-2026-10.csv"]
    run("storkoping", "storkoping-2026-09.csv", "--apply")
    report = run("storkoping", "storkoping-2026-10.csv", "--apply")
    for name in (*FIGURES, "encoding", "delimiter", "missing_numbers", "new_numbers"):
        assert report[name] == wanted[name], name
    people = exported("storkoping")
    missing = sorted(number for number, person in people.items() if person["status"] == "missing")
    assert missing == wanted["missing_numbers"]


def test_the_same_file_again_changes_nothing(storkoping: Branch) -> None:
    run("storkoping", "storkoping-2026-09.csv", "--apply")
    run("storkoping", "storkoping-2026-10.csv", "--apply")
    before, periods = exported("storkoping"), list(Membership.objects.order_by("pk").values())
    again = run("storkoping", "storkoping-2026-10.csv", "--apply")
    assert {name: again[name] for name in ("new", "changed", "missing", "leaving")} == {
        "new": 0, "changed": 0, "missing": 0, "leaving": 0,
    }  # fmt: skip
    assert exported("storkoping") == before
    assert list(Membership.objects.order_by("pk").values()) == periods


def test_half_a_roster_stops_also_as_a_preview(storkoping: Branch) -> None:
    run("storkoping", "storkoping-2026-09.csv", "--apply")
    run("storkoping", "storkoping-2026-10.csv", "--apply")
    before = exported("storkoping")
    for options in ((), ("--apply",)):
        report = run("storkoping", "storkoping-half.csv", *options)
        assert report["error"] == report["stopped"]
        assert "308" in report["stopped"]
        assert not report["applied"]
    assert exported("storkoping") == before


def test_half_a_roster_as_a_part_or_with_understanding(storkoping: Branch) -> None:
    run("storkoping", "storkoping-2026-09.csv", "--apply")
    assert run("storkoping", "storkoping-half.csv", "--partial")["stopped"] is None
    report = run("storkoping", "storkoping-half.csv", "--apply", "--accept", "missing")
    assert (report["applied"], report["stopped"]) == (True, None)


def test_lillberga(db: None) -> None:
    BranchFactory.create(slug="lillberga")
    wanted = expected()["lillberga-2026-09.csv"]
    report = run("lillberga", "lillberga-2026-09.csv", "--apply")
    for name in (*FIGURES, "encoding", "delimiter"):
        assert report[name] == wanted[name], name
