"""Small rosters, and the sample files with what an import of each must find."""

import json
from datetime import date
from pathlib import Path
from typing import Any

from crm.people.models import Branch, User
from crm.rosters import access, importing
from crm.rosters.models import RosterImport

SAMPLES = Path(__file__).parent / "samples"
HEADER = "Medlemsnr;Förnamn;Efternamn;Ort;Telefon;E-post;Medlem sedan;Förening;Skydd"
ANNA = "1;Anna;Åberg;ÅBY;070-174 06 05;anna@example.org;2020-03-01;Norra s-förening;"
BO = "2;Bo;Öst;ÅBY;070-174 06 06;;2021-05-02;;"
CECILIA = "3;Cecilia;Ek;STORKÖPING;;;2019-01-01;;"
SEPTEMBER, OCTOBER, NOVEMBER = date(2026, 9, 30), date(2026, 10, 31), date(2026, 11, 20)


def roster(*lines: str) -> bytes:
    return "\n".join([HEADER, *lines]).encode()


def many(count: int) -> list[str]:
    return [f"{number};Ada;Lund {number};ÅBY;;;2020-01-01;;" for number in range(1000, 1000 + count)]


def bring_in(branch: Branch, *lines: str, on: date = SEPTEMBER, **choices: Any) -> RosterImport:
    """Import a roster of those lines, as a command does."""
    by = choices.pop("by", None) or User.objects.console()
    return importing.import_file(
        branch=branch, content=roster(*lines), filename="roster.csv", by=by, roster_date=on, **choices
    )


def sample(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()


def expected() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((SAMPLES / "expected.json").read_text())
    return found


def lines_of(roster_import: RosterImport) -> list[tuple[int, str, str]]:
    """Every line of members: number, outcome and member number, as the pages show them."""
    return [line for line in every_line(roster_import) if line[1] != "not_member"]


def every_line(roster_import: RosterImport) -> list[tuple[int, str, str]]:
    """The lines with a row and those kept in one piece."""
    kept = RosterImport.objects.get(pk=roster_import.pk)
    unchanged = access.unchanged_of(kept)[:]
    rows = [*kept.rows.exclude(outcome="unchanged"), *unchanged]
    return sorted((row.line, str(row.outcome), row.member_number) for row in rows)


def figures(roster_import: RosterImport) -> dict[str, int]:
    """The counts that are not nought."""
    names = ("new", "changed", "unchanged", "missing", "leaving", "repeated", "rejected", "protected")
    return {name: count for name in names if (count := getattr(roster_import, name))}
