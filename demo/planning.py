"""Two real plans in the demo's branch, word for word: a large branch's for last year, a small one's for this year.

The years in the texts move with the day of set-up. ``TIES`` says how the goals are measured; the others are noted.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

from crm.people.models import Role, User
from crm.plan import notes, plans
from crm.plan.models import Goal, Plan
from crm.plan.outline import OutlinedArea, read_outline
from demo.cast import BOARD, Stage
from demo.clock import at, moment

TEXTS = Path(__file__).resolve().parent / "plans"
LARGE, LARGE_YEAR = "linkoping-2022.txt", 2022
SMALL, SMALL_YEAR = "skinnskatteberg-2023.txt", 2023
ADOPTED = (3, 19)  # month and day of the annual meeting

Kind = Role.Kind


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


# By words that stand in one goal only.
TIES: dict[str, Tie] = {
    "nå 1 000 medlemmar": Tie("members", wanted=1000, responsible=Kind.MEMBER_OFFICER),
    "antar en valplan": Tie("clubs_with_election_plan", "clubs_active", wanted=100, until=(6, 30)),
    "ny geografisk s-förening": Tie("clubs_started"),
    "stadsdelsaktiviteter": Tie("clubs_with_outreach", "clubs_active", wanted=100),
    "naturlig del allt": Tie("outreach_with_recruiting", "outreach_activities", wanted=100),
    "gemensamma arbetsplatsbesök": Tie("workplace_visits", wanted=3),
    "Genomföra en S1:an": Tie(
        wanted=3, done=((4, 22, "S1 på Folkets hus, 11 deltog"), (10, 14, "S1 på kvällstid, 9 deltog"))
    ),
    "ringa alla medlemmar": Tie("calls_kept", "calls_of", wanted=100, responsible=Kind.CALL_LEADER),
    "introduktionsträffar två gånger": Tie(
        wanted=2, responsible=Kind.MEMBER_OFFICER, done=((3, 12, "Introduktionsträff på Folkets hus"),)
    ),
    "samkväm": Tie(responsible=Kind.BOARD, done=((8, 29, "Kräftskiva för alla medlemmar, 64 kom"),)),
    "1:a maj möte": Tie("first_of_may", until=(5, 1)),
    "handlingsprogram Kommunfullmäktigegruppen": Tie(
        wanted=2, done=((4, 16, "Genomgång med gruppen och styrelsen"),)
    ),
    "förtroendeuppdrag utbildning": Tie("municipal_officers_offered", "municipal_officers", wanted=100),
    "gå partiets olika utbildningar": Tie("members_trained", wanted=10),
    "regelbunden information via brev/e-post": Tie(
        wanted=4,
        responsible=Kind.MEMBER_OFFICER,
        done=((2, 3, "Nyhetsbrev"), (5, 5, "Nyhetsbrev"), (9, 8, "Nyhetsbrev")),
    ),
    "öppna möten anordnas": Tie("open_meetings", wanted=4),
    "torgmöten och andra": Tie("outreach_activities", wanted=20),
    "Sossecaféer": Tie("cafes", wanted=8),
    "synas i de olika kommundelarna": Tie("open_meetings", wanted=3),
    "anordna medlemsmöten": Tie(
        wanted=4, done=((2, 18, "Medlemsmöte"), (6, 10, "Medlemsmöte"), (9, 16, "Medlemsmöte om budgeten"))
    ),
    "tar del av partiets centrala Årshjul": Tie(wanted=4, done=((1, 20, "Genomgång på styrelsemötet"),)),
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
    return found


def tied(plan: Plan) -> list[tuple[Goal, Tie]]:
    goals = Goal.objects.filter(area__plan=plan).select_related("area__plan__branch")
    return [(goal, tie) for goal in goals for words, tie in TIES.items() if words in goal.text]


def tie_goals(plan: Plan) -> None:
    for goal, tie in tied(plan):
        goal.measure = Goal.Measure.FIGURE if tie.figure else Goal.Measure.NOTES
        goal.figure, goal.of_figure, goal.wanted = tie.figure, tie.of_figure, tie.wanted
        goal.starts_on, goal.due_on = date(plan.year, *tie.since), date(plan.year, *tie.until)
        goal.responsible = tie.responsible
        goal.full_clean()
        goal.save()


def note_what_was_done(plan: Plan, *, by: User, today: date) -> None:
    for goal, tie in tied(plan):
        for place, (month, day, text) in enumerate(tie.done):
            happened_on = date(plan.year, month, day)
            if happened_on < today:
                with at(moment(happened_on + timedelta(days=1), 9)):
                    notes.note(goal=goal, happened_on=happened_on, text=text, token=UUID(int=place), by=by)
