"""Two years of outreach, and how new members came: noted by those who were there, credited when the fee is paid."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from uuid import UUID

from crm.outreach import activities, origins
from crm.outreach.models import Activity, Origin
from crm.people.models import Club, Member
from demo.cast import BOARD, MEMBER_OFFICER, Stage
from demo.clock import at, moment
from demo.history import SEED

Kind = Activity.Kind
# The party's page has another address; this one is nobody's.
SIGN_UP = "https://example.org/bli-medlem?kampanj={activity}"
# Of twelve new members whom somebody has asked how they came.
WAYS = (Origin.Source.ACTIVITY,) * 5 + (Origin.Source.RECRUITER,) * 3 + (Origin.Source.WEB,) * 4
ASKED = 0.75  # the share of new members who were asked, in the welcome call
NEAR = timedelta(days=45)  # who joined so long after an activity can have come by it


@dataclass(frozen=True)
class Habit:
    """How often a kind is done, where, and what it comes to."""

    kind: str
    months: tuple[int, ...]
    places: tuple[str, ...]
    helpers: tuple[int, int]
    conversations: tuple[int, int]
    new_members: tuple[int, int]
    asks: float = 1.0  # the share at which people are asked to become members


HABITS = (
    Habit(Kind.SQUARE, (3, 4, 5, 8, 9, 10), ("Stora torget", "Stationen"), (3, 7), (18, 60), (0, 3)),
    Habit(Kind.DOORS, (4, 5, 9), ("Björkhagen", "Lillberga backe", "Norrmalm"), (4, 10), (30, 90), (2, 4)),
    Habit(
        Kind.WORKPLACE, (2, 5, 10, 11), ("Bruket", "Lasarettet", "Godsterminalen"), (2, 4), (12, 35), (1, 3)
    ),
    Habit(
        Kind.OPEN_MEETING,
        (2, 4, 9, 11),
        ("Biblioteket", "Folkets hus", "Bygdegården"),
        (2, 5),
        (10, 40),
        (0, 1),
        0.8,
    ),
    Habit(
        Kind.CAFE, (1, 2, 3, 4, 5, 9, 10, 11), ("Folkets hus", "Bygdegården"), (2, 4), (6, 20), (0, 1), 0.75
    ),
    Habit(
        Kind.NEIGHBOURHOOD, (5, 6, 9, 10), ("Björkhagen", "Norrmalm", "Kvarnbyn"), (3, 8), (10, 30), (0, 1)
    ),
)
FIRST_OF_MAY = Habit(Kind.FIRST_OF_MAY, (5,), ("Stora torget",), (20, 30), (40, 90), (1, 4))


def go_out(stage: Stage, *, since: date, today: date) -> int:
    """Every activity until today, one that is planned, and the ways in; how many activities were held."""
    chance = Random(f"{SEED} outreach")
    with at(moment(since, 10)):
        activities.change_sign_up(branch=stage.branch, address=SIGN_UP, by=stage.user(MEMBER_OFFICER))
    held = [
        note(stage, habit, day, chance)
        for day, habit in sorted(days_of(since, today, chance), key=lambda found: (found[0], found[1].kind))
    ]
    plan_one(stage, today)
    note_ways(stage, held, since=since, today=today, chance=chance)
    return len(held)


def days_of(since: date, today: date, chance: Random) -> list[tuple[date, Habit]]:
    """A day in each habit's months."""
    found = []
    for year in range(since.year, today.year + 1):
        found.append((date(year, 5, 1), FIRST_OF_MAY))
        for habit in HABITS:
            found += [(date(year, month, chance.randint(2, 27)), habit) for month in habit.months]
    return [(day, habit) for day, habit in found if since < day < today]


def note(stage: Stage, habit: Habit, day: date, chance: Random) -> Activity:
    clubs = list(Club.objects.filter(branch=stage.branch, kind=Club.Kind.GEOGRAPHIC).order_by("name"))
    own = habit.kind == Kind.NEIGHBOURHOOD or chance.random() < 0.3
    asked = chance.random() < habit.asks
    with at(moment(day, 20)):
        return activities.note(
            branch=stage.branch,
            by=stage.user(BOARD),
            token=UUID(int=chance.getrandbits(128)),
            kind=habit.kind,
            held_on=day,
            place=chance.choice(habit.places),
            club=chance.choice(clubs) if own else None,
            helpers=chance.randint(*habit.helpers),
            conversations=chance.randint(*habit.conversations),
            new_members=chance.randint(*habit.new_members) if asked else 0,
            asked=asked,
        )


def plan_one(stage: Stage, today: date) -> Activity:
    """One that is still ahead: its QR code can be printed."""
    with at(moment(today - timedelta(days=1), 12)):
        return activities.note(
            branch=stage.branch,
            by=stage.user(BOARD),
            token=UUID(int=0),
            kind=Kind.SQUARE,
            held_on=today + timedelta(days=9),
            place="Stora torget",
        )


def note_ways(stage: Stage, held: list[Activity], *, since: date, today: date, chance: Random) -> None:
    """The member officer has asked most of the new ones; those who asked them in have long been members."""
    officer = stage.user(MEMBER_OFFICER)
    members = Member.objects.filter(branch=stage.branch).current()
    old = list(members.filter(joined_on__lt=since - timedelta(days=365)).order_by("pk")[:9])
    for member in members.filter(learnt_on__gt=since).order_by("learnt_on", "pk"):
        if chance.random() > ASKED:
            continue
        near = [one for one in held if one.asked and timedelta() <= member.learnt_on - one.held_on <= NEAR]
        way = chance.choice(WAYS)
        if way == Origin.Source.ACTIVITY and not near:
            way = Origin.Source.WEB
        activity = chance.choice(near) if way == Origin.Source.ACTIVITY else None
        helped = way == Origin.Source.RECRUITER or (activity is not None and chance.random() < 0.5)
        with at(moment(min(member.learnt_on + timedelta(days=6), today), 19)):
            recruiter = chance.choice(old) if helped else None
            origins.note(member=member, source=way, activity=activity, recruiter=recruiter, by=officer)
    with at(moment(today, 6)):
        origins.credit(branch=stage.branch, on=today)
