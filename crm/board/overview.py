"""What the board's page says about a branch on a day: figures and their pictures, and no names."""

from dataclasses import dataclass, field
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from crm.board import sentences, staying
from crm.board.balance import Balance, balance, told_balance
from crm.board.charts import BarChart, LineChart, bar_chart, line_chart
from crm.board.comparing import Picture, beside, picture
from crm.board.leaving import Leaving, leaving
from crm.board.staying import Staying
from crm.figures import corrected, goals, membership, reading, told
from crm.figures.club_goals import ClubGoals, club_goals
from crm.figures.corrected import Corrected
from crm.figures.goals import Pace
from crm.figures.membership import Month, RosterDates
from crm.figures.months import a_year_before, months_since
from crm.people.models import Branch

MONTHS_OF_THE_LINE = 24
MONTHS_OF_THE_BARS = 12
# The central register's file comes every month or so; after this many days it is worth asking for.
FRESH_DAYS = 45
CALLS: dict[str, str | Promise] = {
    "calls_reached": _("Reached"),
    "calls_attempted": _("Attempted"),
    "calls_kept": _("Kept"),
}
MEETINGS: dict[str, str | Promise] = {
    "intro_invited": _("Invited"),
    "intro_yes": _("Said yes"),
    "intro_attended": _("Came"),
}
# What makes the figures more or less sound.
SOUND = ("without_phone", "without_email", "addresses_bounced", "corrections_unreported")
# The figures that the page shows; others are read where they are shown.
SHOWN = frozenset(
    {
        "members",
        "joined",
        "left",
        "goal",
        "unpaid_new",
        "calls_attempted",
        "calls_reached",
        "calls_kept",
        "calls_of",
        "intro_invited",
        "intro_yes",
        "intro_attended",
        *SOUND,
    }
)


@dataclass(frozen=True)
class Share:
    """A number out of a whole."""

    label: str | Promise
    number: int
    of: int
    name: str = ""  # the figure's

    @property
    def percent(self) -> int:
        return round(100 * self.number / self.of) if self.of else 0


@dataclass(frozen=True)
class Overview:
    """The board's page."""

    on: date
    members: int
    year_ago: int | None
    pace: Pace | None
    line: LineChart
    bars: BarChart
    months: list[Month]
    recent: list[Month]
    leaving: Leaving
    balance: Balance
    rosters: RosterDates
    calls: list[Share]
    meetings: list[Share]
    explained: dict[str, reading.Reading]
    then: dict[str, reading.Reading]  # last year, at the same date
    staying: Staying
    corrected: list[Corrected] = field(default_factory=list)
    clubs: ClubGoals | None = None

    @property
    def clubs_sentence(self) -> str:
        return sentences.clubs(self.clubs) if self.clubs else ""

    @property
    def corrected_of_day(self) -> list[Corrected]:
        """What stands otherwise on the page than on the day itself."""
        return [found for found in self.corrected if found.on == self.on]

    @property
    def corrected_months(self) -> list[Corrected]:
        """The month ends, the newest first."""
        return [found for found in reversed(self.corrected) if found.on != self.on]

    @property
    def calls_beside(self) -> Picture | None:
        return beside_last_year(self.explained, self.then, CALLS) if self.calls else None

    @property
    def meetings_beside(self) -> Picture | None:
        return beside_last_year(self.explained, self.then, MEETINGS) if self.meetings else None

    @property
    def sound(self) -> list[reading.Reading]:
        """Those that are known of the day."""
        return [read for name in SOUND if (read := self.explained[name]).value is not None]

    @property
    def came(self) -> int:
        return sum(month.came for month in self.recent)

    @property
    def left(self) -> int:
        return sum(month.left for month in self.recent)

    @property
    def change(self) -> int | None:
        return None if self.year_ago is None else self.members - self.year_ago

    @property
    def running(self) -> bool:
        return self.months[-1].running

    @property
    def year_sentence(self) -> str:
        return sentences.since_last_year(self.change)

    @property
    def line_sentence(self) -> str:
        return sentences.line(self.members, self.change, self.pace)

    @property
    def flow_sentence(self) -> str:
        return sentences.flow(self.came, self.left)

    @property
    def goal_sentence(self) -> str:
        return sentences.goal(self.pace) if self.pace else ""

    @property
    def share_sentence(self) -> str:
        return sentences.share(self.pace) if self.pace else ""

    @property
    def now_sentence(self) -> str:
        return sentences.now(self.pace) if self.pace else ""

    @property
    def forecast_sentence(self) -> str:
        return sentences.forecast(self.pace) if self.pace else ""

    @property
    def roster_age(self) -> int | None:
        """Days since the latest roster."""
        return (self.on - self.rosters.latest).days if self.rosters.latest else None

    @property
    def roster_is_old(self) -> bool:
        return self.roster_age is None or self.roster_age > FRESH_DAYS


def overview(branch: Branch, on: date) -> Overview:
    rosters = membership.dates_of(corrected.imports_of(branch), on)
    goal = goals.goal_for(branch, on)
    read = reading.read(branch, on, SHOWN, known={"goal": goal.members_wanted if goal else None})
    members = int(read["members"].value or 0)
    ends = membership.ends_by_month(branch, on)
    span = told.span(branch, "leaving", ends, on, membership.ENDS)
    note = corrected.note(branch, span.corrected if span else (), of_reasons=True)
    history = membership.months_until(
        branch,
        on,
        count=max(MONTHS_OF_THE_LINE, months_since(span.first, on) if span else 0),
        known_since=rosters.first,
        members=members,
        ends=ends,
    )
    months = history[-MONTHS_OF_THE_LINE - 1 :]
    pace = (
        goals.pace(members=members, goal=goal.members_wanted, by_date=goal.by_date, on=on, months=months)
        if goal
        else None
    )
    recent = months[-MONTHS_OF_THE_BARS - 1 :]
    return Overview(
        on=on,
        members=members,
        year_ago=months[-13].closing if months[-13].known else None,
        pace=pace,
        line=line_chart(months, pace),
        bars=bar_chart(recent),
        months=months,
        recent=recent,
        leaving=leaving(ends, span, note),
        balance=told_balance(branch, span, history) if span else balance(recent),
        rosters=rosters,
        calls=calls(read),
        meetings=meetings(read),
        explained=read,
        then=reading.read(branch, a_year_before(on), {*CALLS, *MEETINGS}),
        corrected=corrected.corrections(
            branch,
            on,
            read=read,
            members={month.last: month.closing for month in months if month.known},
        ),
        staying=staying.staying(branch, on, known_since=rosters.first),
        clubs=club_goals(branch, goal, on) if goal else None,
    )


def shares(read: dict[str, reading.Reading], of: str, labels: dict[str, str | Promise]) -> list[Share]:
    """The named figures out of the figure ``of``; none when there is nothing to share yet."""
    whole = read[of].value if of in read else None
    if not whole:
        return []
    return [
        Share(label=label, number=int(read[name].value or 0), of=int(whole), name=name)
        for name, label in labels.items()
        if name in read
    ]


def calls(read: dict[str, reading.Reading]) -> list[Share]:
    return shares(read, "calls_of", CALLS)


def meetings(read: dict[str, reading.Reading]) -> list[Share]:
    said = {name: label for name, label in MEETINGS.items() if name != "intro_invited"}
    return shares(read, "intro_invited", said)


def beside_last_year(
    now: dict[str, reading.Reading], then: dict[str, reading.Reading], labels: dict[str, str | Promise]
) -> Picture:
    return picture(beside(now, then, labels))
