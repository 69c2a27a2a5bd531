"""What an import costs at the least: csv.reader, phonenumbers, and one COPY (many INSERTs on SQLite) of clean rows."""

import csv
from io import StringIO

from django.db import transaction
from phonenumbers import PhoneNumberFormat, PhoneNumberMatcher, format_number

from bench import files, imports
from bench.measure import Result, timed
from crm.people.models import Member
from crm.rosters import bulk

HOME, MOBILE = "Telefon hem", "Mobil"


def floor(rows: int) -> Result:
    """Nothing is compared, previewed or kept per line; the second file is only read."""
    branch = imports.make_branch()
    names = ["branch_id", "learnt_on", *imports.COLUMNS]

    def read(content: bytes) -> list[tuple[object, ...]]:
        table = csv.DictReader(StringIO(files.without_titles(content)), delimiter=";")
        found: list[tuple[object, ...]] = []
        for cells in table:
            phones(cells[HOME]), phones(cells[MOBILE])
            values = [
                cells[column] or None if name in imports.DATES else cells[column] for name, column in columns
            ]
            found.append((branch.pk, files.SEPTEMBER, *values))
        return found

    def bring_in(content: bytes) -> None:
        with transaction.atomic():
            bulk.insert(Member, names, read(content))

    columns = list(imports.COLUMNS.items())
    first, second = files.both(rows)
    result = {"first_s": timed(lambda: bring_in(first)), "second_s": timed(lambda: read(second))}
    assert Member.objects.filter(branch=branch).count() == rows
    return result


def phones(text: str) -> list[str]:
    found = PhoneNumberMatcher(text, "SE")
    return [format_number(match.number, PhoneNumberFormat.E164) for match in found]
