"""Two real plans in the demo's branch, word for word: a large branch's for last year, a small one's for this year.

The years in the texts move with the day of set-up. ``TIES`` says how each goal is measured, who is
responsible, and what the demo's board has noted of it.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from math import floor
from pathlib import Path
from uuid import UUID

from crm.figures.months import last_of_month
from crm.people.models import Club, Role, User
from crm.plan import calendars, notes, plans, standing, statutes
from crm.plan.measuring import Meter
from crm.plan.models import Goal, Plan
from crm.plan.outline import OutlinedArea, read_outline
from demo.cast import BOARD, Stage
from demo.clock import at, moment

TEXTS = Path(__file__).resolve().parent / "plans"
LARGE, LARGE_YEAR = "linkoping-2022.txt", 2022
CENTRAL = "partiets-datum.ics"
SMALL, SMALL_YEAR = "skinnskatteberg-2023.txt", 2023
ADOPTED = (3, 19)  # month and day of the annual meeting

Kind = Role.Kind
VILLAGE = "Vikingstads s-förening"  # the demo's Riddarhyttan


@dataclass(frozen=True)
class Tie:
    """How a goal is measured, until when, and who sees to it; with a figure, or with so many notes."""

    figure: str = ""
    of_figure: str = ""
    wanted: int = 1
    until: tuple[int, int] = (12, 31)
    since: tuple[int, int] = (1, 1)
    responsible: str = Kind.BOARD
    done: tuple[tuple[int, int, str], ...] = ()  # month, day and what the demo's board has noted
    club: str = ""
    more: bool = False  # than the year before had


# By words that stand in one goal only, or after “=” the whole goal; in the order of the plans.
TIES: dict[str, Tie] = {
    # The large branch's, for last year
    "Genomföra den beslutade valplanen": Tie(
        until=(9, 30), done=((9, 8, "Valplanens sista punkt genomförd: 41 pass i valstugan"),)
    ),
    "bilda och leda kommunstyret": Tie(done=((10, 20, "Nytt kommunstyre valt, vi leder det"),)),
    "antar en valplan": Tie("clubs_with_election_plan", "clubs_active", wanted=100, until=(6, 30)),
    "stadsdelsaktiviteter": Tie("clubs_with_outreach", "clubs_active", wanted=100),
    "enkelt att engagera sig": Tie(
        wanted=2,
        done=(
            (3, 2, "Anmälan till kampanjen på webben, och en lista i lokalen"),
            (8, 20, "Kampanjkväll för nya, 23 kom"),
        ),
    ),
    "ny geografisk s-förening": Tie("clubs_started"),
    "Genomföra en S1:an": Tie("member_courses", wanted=3, responsible=Kind.MEMBER_OFFICER),
    "studieinsatser för kandidater": Tie(
        wanted=2,
        until=(8, 31),
        done=((5, 14, "Kandidatutbildning, 9 deltog"), (8, 21, "Talarträning för kandidater, 12 deltog")),
    ),
    "studiematerial för s-föreningar": Tie(
        since=(9, 12), done=((11, 18, "Materialet ”Föreningen som växer” skickat till alla föreningar"),)
    ),
    "förtroendeuppdrag utbildning": Tie("municipal_officers_offered", "municipal_officers", wanted=100),
    "nå 1 000 medlemmar": Tie("members", wanted=1000, responsible=Kind.MEMBER_OFFICER),
    "naturlig del allt": Tie("outreach_with_recruiting", "outreach_activities", wanted=100),
    "gemensamma arbetsplatsbesök": Tie("workplace_visits", wanted=3),
    "gemensamma politiska förslag": Tie(
        wanted=2,
        done=(
            (5, 6, "Förslag om heltid i hemtjänsten, med Kommunal"),
            (11, 4, "Förslag om lärlingsplatser, med Metall"),
        ),
    ),
    # The small branch's, for this year
    "synas i de olika kommundelarna": Tie("open_meeting_places", wanted=3),
    "diskussionsmöten i folkbildningens tecken": Tie(
        wanted=2, done=((4, 9, "Öppet samtal med ABF och folkhögskolan, 34 kom"),)
    ),
    "I Riddarhyttan skall samarbete": Tie("activities_with_clubs", wanted=3, club=VILLAGE),
    "1:a maj möte": Tie("first_of_may", until=(5, 1)),
    "insändare skrivs": Tie(
        wanted=6,
        done=(
            (1, 24, "Insändare om busslinjen"),
            (3, 3, "Insändare om skolmaten"),
            (5, 19, "Insändare om vårdcentralen"),
            (8, 26, "Insändare om elpriserna"),
            (10, 6, "Insändare om äldreboendet"),
        ),
    ),
    "=användningen av sociala medier": Tie(
        done=((2, 11, "Ansvarig utsedd, ett inlägg i veckan sedan dess"),)
    ),
    "0222:an": Tie(
        wanted=4,
        done=((1, 30, "Annons i januarinumret"), (4, 3, "Annons i april"), (8, 28, "Annons i augusti")),
    ),
    "stödja centralt anordnade": Tie(done=((9, 13, "Höstkampanjens flygblad utdelade i två områden"),)),
    "vår Facebook och Hemsida": Tie(
        wanted=4,
        done=(
            (1, 12, "Nya sidor om styrelsen"),
            (5, 4, "Första maj-talen utlagda"),
            (9, 2, "Höstens program"),
        ),
    ),
    "öppna möten anordnas": Tie("open_meetings", wanted=4),
    "torgmöten och andra": Tie("outreach_activities", wanted=20),
    "delta i partiets centrala": Tie(
        wanted=2, done=((4, 18, "Vårkampanjen, tre torgdagar"), (10, 10, "Höstkampanjen, två torgdagar"))
    ),
    "Sossecaféer": Tie("cafes", wanted=8),
    "nya samtalsarenor": Tie(wanted=2, done=((6, 4, "Samtal med ungdomsrådet, 14 kom"),)),
    "planera för en bra valorganisation": Tie(
        until=(11, 30), done=((10, 21, "Utkast till valplan behandlat i styrelsen"),)
    ),
    "strategiska frågor på kort och lång sikt": Tie(
        wanted=2, done=((3, 27, "Strategidag med styrelsen"), (9, 26, "Uppföljning av strategidagen"))
    ),
    "göra prioritering i vårt handlingsprogram": Tie(
        done=((5, 28, "Prioriteringen beslutad på styrelsemöte"),)
    ),
    "handlingsprogram Kommunfullmäktigegruppen": Tie(
        wanted=2, done=((4, 16, "Genomgång med gruppen och styrelsen"),)
    ),
    "anordna utbildningar efter behov": Tie("courses_held", wanted=3, responsible=Kind.MEMBER_OFFICER),
    "utbildningar i samarbete med ABF": Tie(done=((2, 25, "Studiecirkel i vårens program hos ABF"),)),
    "team-bildning": Tie(wanted=2, done=((1, 31, "Teamdag med styrelse och grupper, 19 kom"),)),
    "gå partiets olika utbildningar": Tie("members_trained", more=True),
    "studiecirklar och kurser": Tie("study_circles", wanted=2, responsible=Kind.MEMBER_OFFICER),
    "goda relationer i vardagen": Tie("joined", more=True, responsible=Kind.MEMBER_OFFICER),
    "alla nya medlemmar känner sig välkomna": Tie(
        "year_welcomed_and_heard", "year_new_members", wanted=100, responsible=Kind.MEMBER_OFFICER
    ),
    "introduktionsträffar två gånger": Tie("intro_held", wanted=2, responsible=Kind.MEMBER_OFFICER),
    "ringa alla medlemmar": Tie("calls_kept", "calls_of", wanted=100, responsible=Kind.CALL_LEADER),
    "LO facklig-politisk": Tie(wanted=4, done=((2, 17, "Möte i kommittén"), (5, 26, "Möte i kommittén"))),
    "samarbeta med s-föreningen": Tie(
        wanted=2, done=((3, 24, "Gemensamt styrelsemöte"), (9, 19, "Gemensam loppis i bygdegården"))
    ),
    "anordna medlemsmöten": Tie("member_meetings", wanted=4, responsible=Kind.MEMBER_OFFICER),
    "använda vår lokal": Tie(done=((1, 15, "Öppet hus varje onsdag från januari"),)),
    "regelbunden information via brev/e-post": Tie(
        "letters_to_members", wanted=4, responsible=Kind.MEMBER_OFFICER
    ),
    "samkväm": Tie("social_evenings", responsible=Kind.MEMBER_OFFICER),
    "sociala medier utvecklas": Tie(done=((6, 16, "Hemsidan gjord om"),)),
    "tar del av partiets centrala Årshjul": Tie(
        wanted=4, done=((1, 20, "Genomgång på styrelsemötet"), (5, 12, "Genomgång på styrelsemötet"))
    ),
}


def outline(name: str, *, written_for: int, year: int) -> list[OutlinedArea]:
    """A plan's text, its years moved as far as its own."""
    text = (TEXTS / name).read_text(encoding="utf-8")
    return read_outline(re.sub(r"\b20\d\d\b", lambda found: str(int(found[0]) + year - written_for), text))


def write_plans(stage: Stage, *, today: date) -> list[Plan]:
    """Last year's plan and this year's, adopted in March, with what the board has noted since."""
    board = stage.user(BOARD)
    found = []
    for name, written_for, year in (
        (LARGE, LARGE_YEAR, today.year - 1),
        (SMALL, SMALL_YEAR, today.year),
    ):
        day = min(date(year, *ADOPTED), today)
        with at(moment(day, 20)):
            areas = outline(name, written_for=written_for, year=year)
            plan = plans.create(branch=stage.branch, year=year, areas=areas, by=board)
            tie_goals(plan)
            plans.adopt(plan=plan, adopted_on=day, by=board)
        note_what_was_done(plan, by=board, today=today)
        found.append(plan)
    for on in followed_on(today):
        standing.measure_goals(branch=stage.branch, on=on)
    return found


def followed_on(today: date) -> list[date]:
    """So many days that the board's page can be set back to each month's end since the plan was adopted."""
    ends = [last_of_month(date(today.year, month, 1)) for month in range(ADOPTED[0], today.month)]
    return [date(today.year - 1, 12, 31), *ends, today]


# This year's reports of the clubs are all that the demo's board has not ticked.
NOT_TICKED = "rapporter"


def fill_wheel(stage: Stage, *, since: date, today: date) -> None:
    """What stands in the year wheel by nobody's plan."""
    keep_statutes(stage, since=since, today=today)
    read_central(stage, today=today)


def keep_statutes(stage: Stage, *, since: date, today: date) -> int:
    """The usual dates, kept since the first roster, and ticked as they came."""
    board = stage.user(BOARD)
    with at(moment(since, 9)):
        number = statutes.add_usual(branch=stage.branch, by=board)
    for year in range(since.year, today.year + 1):
        for due in statutes.of_year(stage.branch, year):
            waits = year == today.year and NOT_TICKED in due.statute_date.title
            if since <= due.on < today and not waits:
                with at(moment(due.on, 21)):
                    statutes.tick(statute_date=due.statute_date, year=year, by=board)
    return number


def read_central(stage: Stage, *, today: date) -> int:
    """The party's dates of last year, this and the next, from its calendar file."""
    with at(moment(today, 8)):
        content = (TEXTS / CENTRAL).read_bytes()
        return calendars.read_in(branch=stage.branch, content=content, by=stage.user(BOARD))


def tied(plan: Plan) -> list[tuple[Goal, Tie]]:
    goals = Goal.objects.filter(area__plan=plan).select_related("area__plan__branch")
    return [(goal, tie) for goal in goals for words, tie in TIES.items() if means(words, goal.text)]


def means(words: str, text: str) -> bool:
    return text == words[1:] if words.startswith("=") else words in text


def tie_goals(plan: Plan) -> None:
    for goal, tie in tied(plan):
        goal.measure = Goal.Measure.FIGURE if tie.figure else Goal.Measure.NOTES
        goal.figure, goal.of_figure, goal.wanted = tie.figure, tie.of_figure, wanted_by(tie, plan)
        goal.club = Club.objects.get(branch=plan.branch, name=tie.club) if tie.club else None
        goal.starts_on, goal.due_on = date(plan.year, *tie.since), date(plan.year, *tie.until)
        goal.responsible = tie.responsible
        goal.full_clean()
        goal.save()


def wanted_by(tie: Tie, plan: Plan) -> int:
    """“Fler” is one more than the year before at least."""
    if not tie.more:
        return tie.wanted
    before = Meter(plan.branch).read(tie.figure, date(plan.year - 1, 12, 31))
    return floor(before or 0) + 1


def note_what_was_done(plan: Plan, *, by: User, today: date) -> None:
    for goal, tie in tied(plan):
        for place, (month, day, text) in enumerate(tie.done):
            happened_on = date(plan.year, month, day)
            if happened_on < today:
                with at(moment(happened_on + timedelta(days=1), 9)):
                    notes.note(goal=goal, happened_on=happened_on, text=text, token=UUID(int=place), by=by)
