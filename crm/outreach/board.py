"""The part of the board's page that tells how new members come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.extensions import BoardPart, PublishedTable
from crm.figures import blocks, corrected
from crm.figures.months import months_back
from crm.outreach import counting
from crm.outreach.charts import MonthChart, SourceChart, month_chart, source_chart
from crm.outreach.counting import Kinds, MonthRow, Numbers, Told, Window
from crm.people.models import Branch


@dataclass(frozen=True)
class Recruitment:
    """How new members came, and what the branch did among people. ``quarters`` names those told of, if any."""

    quarters: str
    corrected: str
    sources: Told
    source_chart: SourceChart
    year: Numbers
    months: list[MonthRow]
    month_chart: MonthChart

    @property
    def source_sentence(self) -> str:
        if self.sources.is_hidden:
            return _("So few have joined that how they came could point somebody out. It is not shown.")
        if not self.sources.total:
            return _("Nobody has joined in whole quarters.")
        known = [f"{row.number} {row.label}" for row in self.sources.rows if row.number]
        if self.sources.merged:
            known.append(_("%(number)s in other ways") % {"number": self.sources.merged})
        return _("Of %(total)s who joined in %(quarters)s: %(ways)s.") % {
            "total": self.sources.total,
            "quarters": self.quarters,
            "ways": ", ".join(known),
        }

    @property
    def source_note(self) -> str:
        if self.sources.is_hidden or not self.quarters:
            return _("Told of whole quarters.")
        return " ".join(filter(None, [told_in(self.quarters), self.corrected]))

    @property
    def month_sentence(self) -> str:
        held = sum(month.numbers.activities for month in self.months)
        asked = sum(month.numbers.recruiting for month in self.months)
        if not held:
            return _("No outreach has been noted in these months.")
        activities = ngettext("%(number)s activity", "%(number)s activities", held) % {"number": held}
        return _("%(activities)s, at %(asked)s of them people were asked to become members.") % {
            "activities": activities,
            "asked": asked,
        }


@dataclass(frozen=True)
class WholePage(Recruitment):
    """The page of its own: the same, with clubs and what pays off."""

    clubs: Told
    clubs_year: int
    clubs_corrected: str
    kinds: Kinds

    @property
    def clubs_note(self) -> str:
        told = _(
            "Of those who joined in %(year)s, by the primary club they had when it was told first."
            " Groups of 1–4 people are merged."
        ) % {"year": self.clubs_year}
        return " ".join(filter(None, [told, self.clubs_corrected]))

    @property
    def kinds_note(self) -> str:
        """No file brings activities: what was noted at them is changed by hand."""
        told = months_of(self.kinds.window)
        return f"{told} {corrected.changed_since([])}" if self.kinds.changed else told


def recruitment(branch: Branch, on: date) -> Recruitment:
    return Recruitment(**_common(branch, on))  # type: ignore[arg-type]


def whole_page(branch: Branch, on: date) -> WholePage:
    year = counting.whole_year(on)
    clubs = counting.by_club(branch, year)
    return WholePage(
        **_common(branch, on),  # type: ignore[arg-type]
        clubs=clubs,
        clubs_year=year.first.year,
        clubs_corrected=corrected.note(branch, clubs.corrected),
        kinds=counting.by_kind(branch, on),
    )


def _common(branch: Branch, on: date) -> dict[str, object]:
    joined, known = counting.joins_since_known(branch, months_back(on, counting.MONTHS), on)
    ways = counting.since(joined, known)
    span = counting.source_span(branch, ways, on)
    sources = counting.told_of(span, counting.SOURCES, anybody=ways.total() > 0)
    months = counting.by_month(branch, on, joined)
    return {
        "quarters": blocks.label(span.first, span.last) if span else "",
        "corrected": corrected.note(branch, sources.corrected),
        "sources": sources,
        "source_chart": source_chart(sources),
        "year": counting.of_the_year(months, on),
        "months": months,
        "month_chart": month_chart(months),
    }


def told_in(quarters: str) -> str:
    return _(
        "Of those who joined in %(quarters)s. Later quarters are told when they point nobody out."
        " Groups of 1–4 people are merged."
    ) % {"quarters": quarters}


def months_of(window: Window) -> str:
    return _("Whole months, %(first)s to %(last)s. Groups of 1–4 people are merged.") % {
        "first": f"{window.first:%Y-%m}",
        "last": f"{window.last:%Y-%m}",
    }


def context(branch: Branch, on: date) -> dict[str, object]:
    return {"recruitment": recruitment(branch, on)}


def tables(branch: Branch, on: date) -> list[PublishedTable]:
    """By source, by club and by month, and which activities pay off."""
    page = whole_page(branch, on)
    return [
        told_table("new_by_source", page.sources, _("How new members came"), _("Way in"), page.source_note),
        told_table("new_by_club", page.clubs, _("New members by club"), _("Club"), page.clubs_note),
        month_table(page.months),
        kind_table(page.kinds, page.kinds_note),
    ]


def told_table(name: str, told: Told, title: str, head: str, note: str) -> PublishedTable:
    rows: list[tuple[str | int | float | None, ...]] = [
        (capfirst(str(row.label)), row.number) for row in told.rows
    ]
    if told.merged:
        rows.append((_("The others together"), told.merged))
    hidden = _("So few have joined that how they came could point somebody out. It is not shown.")
    return PublishedTable(name, title, (head, _("New members")), rows, hidden if told.is_hidden else note)


def month_table(months: Sequence[MonthRow]) -> PublishedTable:
    headers = (_("Month"), _("Activities"), _("With recruiting"), _("Conversations"), _("New members"))
    return PublishedTable(
        "outreach_by_month",
        _("Outreach month by month"),
        headers,
        [
            (
                f"{month.first:%Y-%m}",
                month.numbers.activities,
                month.numbers.recruiting,
                month.numbers.conversations,
                month.joined,
            )
            for month in months
        ],
        _("The last month is running.") if months[-1].running else "",
    )


def kind_table(kinds: Kinds, note: str) -> PublishedTable:
    """New members stand empty where few could be told."""
    headers = (_("Kind"), _("Activities"), _("Conversations"), _("New members"))
    rows: list[tuple[str | int | float | None, ...]] = [
        (capfirst(str(row.label)), row.numbers.activities, row.numbers.conversations, row.new_members)
        for row in kinds.rows
    ]
    return PublishedTable("outreach_by_kind", _("Which activities pay off"), headers, rows, note)


PART = BoardPart(template="outreach/board.html", context=context, tables=tables, tells_blocks=True)
