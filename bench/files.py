"""The rosters that are imported: generated, fictitious, the same at every run.

``python -m bench.files ROWS FOLDER`` writes both.
"""

import subprocess
import sys
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from demo import rosters
from demo.population import Person

SEPTEMBER, OCTOBER = date(2026, 9, 30), date(2026, 10, 31)
BRANCH = "Påhittade arbetarekommun"


def both(rows: int) -> tuple[bytes, bytes]:
    """Made in a process of their own: those whom they are made of don't count in what is measured."""
    with TemporaryDirectory(prefix="tusen-bench-files-") as folder:
        subprocess.run([sys.executable, "-m", "bench.files", str(rows), folder], check=True)
        return Path(folder, "first.csv").read_bytes(), Path(folder, "second.csv").read_bytes()


def people(rows: int) -> list[Person]:
    """As many as there are rows; nobody has two clubs, nobody comes or leaves."""
    found = rosters.people_of(seed=rows, size=rows + rows // 20, first=date(2024, 9, 30), last=SEPTEMBER)
    return [person for person in found if person.is_member(OCTOBER) and len(person.clubs) < 2][:rows]


def first(rows: int) -> bytes:
    """14 columns, Windows-1252, spelled well: django-import-export gets the same cells."""
    return rosters.roster(people(rows), on=SEPTEMBER, branch=BRANCH, dirty=False)


def second(rows: int) -> bytes:
    """A month later, 2 % have moved. Nobody's fee falls due in between, so nothing else differs."""
    later = rosters.with_changes(people(rows), share=0.02, seed=rows, on=SEPTEMBER)
    return rosters.roster(later, on=SEPTEMBER, branch=BRANCH, dirty=False).replace(
        b"2026-09-30", b"2026-10-31", 1
    )


def without_titles(content: bytes) -> str:
    """The table alone as text: what a general importer needs prepared."""
    return "\r\n".join(content.decode("cp1252").split("\r\n")[2:-2]) + "\r\n"


if __name__ == "__main__":
    Path(sys.argv[2], "first.csv").write_bytes(first(int(sys.argv[1])))
    Path(sys.argv[2], "second.csv").write_bytes(second(int(sys.argv[1])))
