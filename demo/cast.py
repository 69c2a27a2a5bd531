"""The demo's branches and the people who log in there. All of them are made up."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from crm.people import branches, skills
from crm.people.models import Branch, Club, District, MembershipGoal, Role, User
from demo.names import CLUBS, WOMENS_CLUB

Kind = Role.Kind
GOAL, CLUB_GOAL = 1000, 120


@dataclass(frozen=True)
class Part:
    """Somebody to log in as. ``roles`` are in the large branch unless ``small``."""

    name: str
    roles: tuple[str, ...] = ()
    small: bool = False
    superuser: bool = False

    @property
    def email(self) -> str:
        first, _space, last = self.name.lower().partition(" ")
        plain = f"{first}.{last}".translate(str.maketrans("åäöé", "aaoe"))
        return f"{plain}@example.org"


DISTRICT = Part("Dagny Distriktsombud")
CALL_LEADER, MEMBER_OFFICER, REGISTER_OFFICER, BOARD, ADMIN, SUPERUSER = (
    Part("Karin Ringledare", (Kind.CALL_LEADER,)),
    Part("Åsa Medlemsansvarig", (Kind.MEMBER_OFFICER,)),
    Part("Per Registeransvarig", (Kind.REGISTER_OFFICER,)),
    Part("Siv Styrelseledamot", (Kind.BOARD,)),
    Part("Monica Administratör", (Kind.ADMIN,)),
    Part("Sam Systemansvarig", superuser=True),
)
CALLERS = tuple(
    Part(name, (Kind.CALLER,))
    for name in (
        "Rune Ringare",
        "Berit Lundin",
        "Yasmin Haddad",
        "Olle Norling",
        "Gunnel Dahlgren",
        "Tomas Grahnström",
        "Inger Åström",
        "Ahmed Warsame",
    )
)
# They have an empty branch: a newcomer can upload a first roster there.
SMALL_BRANCH = (
    Part("Elsa Medlemsansvarig", (Kind.MEMBER_OFFICER, Kind.REGISTER_OFFICER), small=True),
    Part("Bo Styrelseledamot", (Kind.BOARD, Kind.CALL_LEADER), small=True),
    Part("Lena Ringare", (Kind.CALLER,), small=True),
    Part("Nils Administratör", (Kind.ADMIN,), small=True),
)
EVERYBODY = (
    CALL_LEADER,
    MEMBER_OFFICER,
    REGISTER_OFFICER,
    BOARD,
    ADMIN,
    SUPERUSER,
    DISTRICT,
    *CALLERS,
    *SMALL_BRANCH,
)


@dataclass(frozen=True)
class Stage:
    """What the history is played with."""

    branch: Branch
    small: Branch
    users: dict[str, User]

    def user(self, part: Part) -> User:
        return self.users[part.email]


def set_up(*, since: date, now: datetime, today: date) -> Stage:
    """Branches, clubs, goal, users and their roles, which hold since that day."""
    district = District.objects.create(name="Östra Påhittade partidistriktet", slug="ostra-pahittade")
    branch = Branch.objects.create(
        district=district,
        name="Storköpings arbetarekommun",
        slug="storkoping",
        place="Storköping",
        office_phone="08-465 00 400",
        reply_email="storkoping@example.org",
        is_fictitious=True,
    )
    small = Branch.objects.create(
        district=district,
        name="Lillberga arbetarekommun",
        slug="lillberga",
        place="Lillberga",
        office_phone="08-465 00 401",
        reply_email="lillberga@example.org",
        is_fictitious=True,
    )
    for each in (branch, small):
        skills.add_usual_words(branch=each)
    Club.objects.bulk_create(
        Club(branch=branch, name=name, kind=kind_of(name)) for name in (*CLUBS, WOMENS_CLUB)
    )
    # Half a year away at least: near enough to plan for, far enough to reach.
    by_date = date((today + timedelta(days=183)).year, 12, 31)
    goal = MembershipGoal.objects.create(branch=branch, members_wanted=GOAL, by_date=by_date)
    branches.set_club_goals(
        goal=goal,
        wanted={club: CLUB_GOAL + 10 * step for step, club in enumerate(branch.clubs.filter(name__in=CLUBS))},
    )
    users = {part.email: make_user(part) for part in EVERYBODY}
    console = User.objects.console()
    Role.objects.bulk_create(
        Role(
            user=users[part.email],
            kind=kind,
            branch=small if part.small else branch,
            starts_on=since,
            granted_at=now,
            granted_by=console,
        )
        for part in EVERYBODY
        for kind in part.roles
    )
    for kind, place in ((Kind.DISTRICT, district), (Kind.PARTY, None)):
        Role.objects.create(
            user=users[DISTRICT.email],
            kind=kind,
            district=place,
            starts_on=since,
            granted_at=now,
            granted_by=console,
        )
    return Stage(branch=branch, small=small, users=users)


def make_user(part: Part) -> User:
    """Without a password: one logs in by the demo's buttons."""
    make = User.objects.create_superuser if part.superuser else User.objects.create_user
    return make(part.email, name=part.name)


def kind_of(club: str) -> str:
    if club == WOMENS_CLUB:
        return Club.Kind.WOMEN
    if club.startswith("Metalls"):
        return Club.Kind.UNION
    return Club.Kind.YOUTH if club.startswith("Ungdomens") else Club.Kind.GEOGRAPHIC
