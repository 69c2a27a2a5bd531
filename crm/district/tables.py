"""The page as a table for files: the same cells, with the same words where there is no number."""

from django.utils.translation import gettext as _

from crm.board.tables import WORKBOOK, Cell, as_csv, as_workbook
from crm.district.coarse import Cell as Coarse
from crm.district.comparing import Line, Page
from crm.extensions import PublishedTable


def table(page: Page, lines: list[Line], *, title: str, of: str) -> PublishedTable:
    """``of`` is what a line is: a branch, or a district."""
    headers = (
        of,
        _("Share their figures"),
        _("Members"),
        _("Goal"),
        _("Goal's date"),
        _("Percent of the goal"),
        _("New a month, needed"),
        _("New a month, now"),
        _("Joined in twelve months"),
        _("Left in twelve months"),
        _("Attempted, percent"),
        _("Reached, percent"),
        _("Kept, percent"),
        _("Introduction meetings held"),
        _("Came to them"),
        _("Still members after a year, percent"),
        _("Days since the latest roster"),
    )
    rows = [row(line, line.name) for line in [*lines]] + [row(page.total, _("Together"))]
    return PublishedTable("compared", f"{title} {page.on.isoformat()}", headers, rows, note())


def row(line: Line, name: str) -> tuple[Cell, ...]:
    cells = line.cells
    return (
        name,
        _("%(sharing)s of %(of)s") % {"sharing": line.sharing, "of": line.of},
        told(cells["members"]),
        told(cells["goal"]),
        line.by_date.isoformat() if line.by_date else told(Coarse(shared=cells["goal"].shared)),
        share(line.share_of_goal, cells["members_with_goal"]),
        told(cells["needed"]),
        share(line.now, cells["joined_12_months"]),
        told(cells["joined_12_months"]),
        told(cells["left_12_months"]),
        share(line.attempted, cells["calls_attempted"]),
        share(line.reached, cells["calls_reached"]),
        share(line.called, cells["calls_kept"]),
        told(cells["intro_held"]),
        told(cells["intro_attended"]),
        _("too few")
        if line.stayed is None and cells["joiners"].number is not None
        else share(line.stayed, cells["joiners"]),
        told(cells["roster_age"]),
    )


def told(cell: Coarse) -> Cell:
    if not cell.shared:
        return _("not shared")
    return _("under 5") if cell.few else cell.number


def share(percent: int | None, cell: Coarse) -> Cell:
    """What is made of a cell: its own number, else why there is none."""
    if percent is not None:
        return percent
    return None if cell.number is not None else told(cell)


def note() -> str:
    return _(
        "People are counted in fives, and fewer than five are not shown; members, joined and left are at most four"
        " off. Shares of fewer than 200 are in steps of five and never told as all. Sums are of the numbers shown,"
        " where the hidden count as two."
    )


def as_file(found: PublishedTable, file_format: str) -> tuple[str, bytes]:
    """The content type and the bytes of "csv" or "xlsx"."""
    if file_format == "csv":
        return "text/csv; charset=utf-8", as_csv([found]).encode()
    return WORKBOOK, as_workbook([found])
