"""The report for the meeting: A4, black and white, the board's page as it was on a day. No names."""

import re
from collections.abc import Sequence
from itertools import pairwise

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from crm.board import charts, sentences
from crm.board.charts import BarChart, LineChart
from crm.board.laying_out import LINE, TEXT, draw_table, heading, say
from crm.board.overview import Overview, Share
from crm.board.tables import balance, clubs, leaving, months, of_parts, staying
from crm.paper import SMALL, Sheet
from crm.people.models import Branch
from crm.units import grouped

TITLE, NUMBER = 20, 22  # points
TILE, PICTURE = 22, 90  # millimetres
GREY, PALE = 110, 215  # 0 is black
MONTHS_IN_TABLE = 13
PLACE = re.compile(r"(-?[\d.]+) (-?[\d.]+)")


def draw(branch: Branch, page: Overview) -> Sheet:
    day = page.on.isoformat()
    footer = _("%(branch)s, as it was on %(day)s. Figures only, nobody's name.") % {
        "branch": branch,
        "day": day,
    }
    title = _("Where %(branch)s stands") % {"branch": branch}
    sheet = Sheet(title=f"{title} {day}", language=get_language() or "sv", footer_text=footer)
    sheet.add_page()
    sheet.write_in(TITLE, bold=True)
    sheet.multi_cell(0, 9, title, new_x="LMARGIN", new_y="NEXT")
    say(sheet, day)
    draw_tiles(sheet, page)
    for sentence in (page.goal_sentence, page.now_sentence, page.forecast_sentence):
        if sentence:
            say(sheet, sentence)
    if page.clubs and page.clubs.parts:
        draw_table(sheet, clubs(page.clubs))
    heading(sheet, _("Members over two years"), room=PICTURE)
    say(sheet, page.line_sentence)
    if not page.line.is_empty:
        draw_line(sheet, page.line)
    heading(sheet, _("Joined and left by month"), room=PICTURE)
    say(sheet, page.flow_sentence)
    if not page.bars.is_empty:
        draw_bars(sheet, page.bars)
    draw_shares(sheet, _("Call all members %(year)s") % {"year": page.on.year}, page.calls)
    draw_shares(sheet, _("Introduction meetings %(year)s") % {"year": page.on.year}, page.meetings)
    draw_table(sheet, balance(page))
    draw_staying(sheet, page)
    for table in of_parts(branch, page.on):
        if table.rows:
            draw_table(sheet, table)
    draw_table(sheet, leaving(page))
    lately = page.months[-MONTHS_IN_TABLE:]
    draw_table(sheet, months(lately, page.corrected))
    draw_corrections(sheet, page)
    draw_figures(sheet, page)
    return sheet


def draw_tiles(sheet: Sheet, page: Overview) -> None:
    tiles = [
        (_("Members"), page.members),
        (_("Joined this year"), page.explained["joined"].value),
        (_("Left this year"), page.explained["left"].value),
        (_("It takes a month"), page.pace.needed_per_month if page.pace else None),
    ]
    sheet.ln(2)
    width, top = sheet.epw / len(tiles), sheet.get_y()
    for place, (label, value) in enumerate(tiles):
        left = sheet.l_margin + place * width
        sheet.rect(left, top, width - 2, TILE)
        sheet.set_xy(left + 2, top + 2)
        sheet.write_in(SMALL)
        sheet.cell(width - 6, 5, label)
        sheet.set_xy(left + 2, top + 9)
        sheet.write_in(NUMBER, bold=True)
        sheet.cell(width - 6, 10, "–" if value is None else grouped(value))
    sheet.set_xy(sheet.l_margin, top + TILE + 3)


class Canvas:
    """The page's pictures on paper: a place of the viewBox becomes millimetres from where the picture begins."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.scale = sheet.epw * 0.62 / charts.WIDTH
        if sheet.will_page_break(charts.HEIGHT * self.scale):
            sheet.add_page()
        self.left, self.top = sheet.l_margin, sheet.get_y() + 1
        sheet.set_line_width(0.3)
        sheet.write_in(SMALL - 1)

    def at(self, x: float, y: float) -> tuple[float, float]:
        return self.left + x * self.scale, self.top + y * self.scale

    def stroke(self, points: Sequence[tuple[float, float]], *, width: float = 0.3, grey: int = 0) -> None:
        self.sheet.set_draw_color(grey)
        self.sheet.set_line_width(width)
        places = [self.at(*point) for point in points]
        for start, end in pairwise(places):
            self.sheet.line(*start, *end)
        self.sheet.set_draw_color(0)

    def write(self, x: float, y: float, words: str, *, align: str = "C") -> None:
        left, top = self.at(x, y)
        width = self.sheet.get_string_width(words)
        shift = {"L": 0.0, "C": width / 2, "R": width}[align]
        self.sheet.text(left - shift, top, words)

    def end(self) -> None:
        self.sheet.set_xy(self.sheet.l_margin, self.top + charts.HEIGHT * self.scale + 1)


def points_of(path: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in PLACE.findall(path)]


def draw_line(sheet: Sheet, chart: LineChart) -> None:
    canvas = Canvas(sheet)
    right = charts.WIDTH - charts.RIGHT
    if chart.cone:
        sheet.set_fill_color(PALE)
        sheet.polygon([canvas.at(*point) for point in points_of(chart.cone)], style="F")
    for tick in chart.ticks:
        canvas.stroke([(charts.LEFT, tick.at), (right, tick.at)], width=0.1, grey=PALE)
        canvas.write(charts.LEFT - 4, tick.at + 4, grouped(tick.value), align="R")
    for day in chart.days:
        canvas.write(day.at, charts.HEIGHT - charts.BOTTOM + 18, f"{day.day:%Y-%m}")
    if chart.goal_y is not None and chart.goal is not None:
        sheet.set_dash_pattern(dash=3, gap=1.5)
        canvas.stroke([(charts.LEFT, chart.goal_y), (right, chart.goal_y)], width=0.5)
        sheet.set_dash_pattern()
        canvas.write(charts.LEFT + 4, chart.goal_y - 5, f"{_('Goal')} {grouped(chart.goal)}", align="L")
    sheet.set_dash_pattern(dash=0.6, gap=0.9)
    canvas.stroke(points_of(chart.unknown), width=0.5, grey=GREY)
    sheet.set_dash_pattern()
    canvas.stroke(points_of(chart.known), width=0.7)
    canvas.write(chart.dot[0] + 3, chart.dot_label_y - 2, grouped(chart.dot_value), align="R")
    canvas.end()
    if chart.unknown:
        say(sheet, _("Dotted: before the first roster, when who had left by then is unknown."))
    if chart.cone:
        say(sheet, _("Grey wedge: if it goes on as in the last year, four outcomes of five."))


def draw_bars(sheet: Sheet, chart: BarChart) -> None:
    """Those who came are black, those who left grey; the running month has a frame only."""
    canvas = Canvas(sheet)
    for month in chart.months:
        for bar, shade in ((month.came, 0), (month.left, 160)):
            left, top = canvas.at(bar.x, bar.y)
            sheet.set_fill_color(shade)
            style = "D" if month.month.running else "F"
            sheet.rect(left, top, chart.width * canvas.scale, bar.height * canvas.scale, style=style)
            if bar.value:
                canvas.write(month.middle, bar.label_y, grouped(bar.value))
        if month.has_label:
            canvas.write(month.middle, charts.HEIGHT - 4, f"{month.month.first:%Y-%m}")
    canvas.stroke([(charts.RIGHT, chart.zero), (charts.WIDTH - charts.RIGHT, chart.zero)])
    canvas.end()
    say(
        sheet,
        _("Black, upwards: joined. Grey, downwards: left. A frame: the running month, until the day shown."),
    )


def draw_shares(sheet: Sheet, title: str, shares: Sequence[Share]) -> None:
    if not shares:
        return
    heading(sheet, title, room=10 + 9 * len(shares))
    for share in shares:
        values = {"number": grouped(share.number), "of": grouped(share.of), "percent": share.percent}
        words = _("%(number)s of %(of)s (%(percent)s %%)") % values
        sheet.write_in(TEXT)
        sheet.cell(sheet.epw * 0.35, 7, str(share.label))
        left, top = sheet.get_x(), sheet.get_y() + 1.5
        width = sheet.epw * 0.35
        sheet.rect(left, top, width, 4)
        sheet.set_fill_color(0)
        sheet.rect(left, top, width * min(share.number / share.of, 1), 4, style="F")
        sheet.set_x(left + width + 3)
        sheet.cell(0, 7, words, new_x="LMARGIN", new_y="NEXT")


def draw_staying(sheet: Sheet, page: Overview) -> None:
    """The pictures' sentences with their tables: bars of a whole are read as easily in numbers."""
    heading(sheet, _("Do they stay?"), room=30)
    told = page.staying.tables
    for table in told or [page.staying.everybody]:
        say(sheet, table.sentence)
    for published in staying(page):
        draw_table(sheet, published)


def draw_corrections(sheet: Sheet, page: Overview) -> None:
    """What the board was told otherwise, of the day and of the months of the report."""
    lately = page.months[-MONTHS_IN_TABLE].first
    found = [one for one in page.corrected if one.on >= lately]
    if found:
        heading(sheet, _("Corrected since"), room=14 + 2 * LINE * len(found))
        for one in found:
            say(sheet, sentences.correction(one))


def draw_figures(sheet: Sheet, page: Overview) -> None:
    """Every figure with how it is counted."""
    heading(sheet, _("How it is counted"), room=PICTURE)
    for read in page.explained.values():
        if sheet.will_page_break(3 * LINE):
            sheet.add_page()
        told = "–" if read.value is None else f"{grouped(read.value)} {read.figure.unit.of(read.value)}"
        sheet.write_in(SMALL, bold=True)
        sheet.cell(0, LINE, f"{read.figure.label}: {told}", new_x="LMARGIN", new_y="NEXT")
        sheet.write_in(SMALL)
        sheet.multi_cell(0, LINE - 1, str(read.figure.explanation), align="L", new_x="LMARGIN", new_y="NEXT")
