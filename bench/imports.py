"""A first roster and one of a month later: ours, and django-import-export's default import of the same cells."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db import connection
from import_export import resources
from import_export.fields import Field
from import_export.widgets import DateWidget
from tablib import Dataset

from bench import files
from bench.measure import Result, timed
from crm.people.models import Branch, Member, User
from crm.rosters import importing
from crm.rosters.models import RosterImport
from crm.rosters.reading import read_roster

# Their columns and our fields: what both write to the Member table.
COLUMNS = {
    "member_number": "Medlemsnr",
    "last_name": "Efternamn",
    "first_name": "Förnamn",
    "care_of": "C/O-adress",
    "street": "Adress",
    "postcode": "Postnr",
    "town": "Postort",
    "email": "E-postadress",
    "joined_on": "Medlem sedan",
    "paid_until": "Betald till",
}
DATES = {"joined_on", "paid_until"}


def make_branch() -> Branch:
    return Branch.objects.create(name=files.BRANCH, slug="bench", place="Påhitta", is_fictitious=True)


def ours(rows: int) -> Result:
    """Uploaded, staged (the preview), accepted, applied: everything an officer's import does."""
    branch, console = make_branch(), User.objects.console()
    result: Result = {}
    for name, content in zip(("first", "second"), files.both(rows), strict=True):
        parts = bring_in(branch, content, by=console)
        result |= {f"{name}_{part}_s": seconds for part, seconds in parts.items()}
        result[f"{name}_s"] = sum(parts.values())
    assert Member.objects.filter(branch=branch).count() == rows
    return result


def bring_in(branch: Branch, content: bytes, *, by: User) -> Result:
    """The seconds of each part."""
    found: Result = {}

    def part(name: str, work: Callable[[], object]) -> None:
        found[name] = timed(work)

    upload = importing.upload
    part("upload", lambda: upload(branch=branch, content=content, filename="bench.csv", by=by))
    waiting = RosterImport.objects.select_related("branch").order_by("-pk")
    part("stage", lambda: importing.stage(waiting[0]))
    part("accept", lambda: importing.accept(waiting[0], by=by))
    part("apply", lambda: importing.apply(waiting[0], by=by))
    return found


def reading(rows: int) -> Result:
    """Of what staging does, the part that needs no database."""
    first, _second = files.both(rows)
    return {"read_s": timed(lambda: read_roster(first, filename="bench.csv"))}


def settle() -> None:
    """The planner's figures, which both databases gather by themselves in the minutes after an import."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


class MemberResource(resources.ModelResource):  # type: ignore[misc]
    """As its documentation shows it, with every option at its default."""

    def __init__(self, branch: Branch) -> None:
        super().__init__()
        self.branch = branch

    class Meta:
        model = Member
        import_id_fields = ("member_number",)
        fields = tuple(COLUMNS)

    def before_save_instance(self, instance: Member, row: Any, **kwargs: Any) -> None:
        instance.branch = self.branch
        instance.learnt_on = files.SEPTEMBER


for _name, _column in COLUMNS.items():
    _widget = {"widget": DateWidget("%Y-%m-%d")} if _name in DATES else {}
    MemberResource.fields[_name] = Field(attribute=_name, column_name=_column, **_widget)


def theirs(rows: int) -> Result:
    """A dry run for the preview, then the real one, as its admin does."""
    branch = make_branch()

    def bring_in(content: bytes) -> None:
        data = Dataset().load(files.without_titles(content), format="csv", delimiter=";")
        for dry_run in (True, False):
            result = MemberResource(branch).import_data(data, dry_run=dry_run, raise_errors=True)
            assert not result.has_errors()

    first, second = files.both(rows)
    result = {"first_s": timed(lambda: bring_in(first)), "second_s": timed(lambda: bring_in(second))}
    assert Member.objects.filter(branch=branch, joined_on__gt=date(1990, 1, 1)).count() == rows
    return result
