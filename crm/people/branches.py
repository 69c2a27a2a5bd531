"""Creating a branch, and the few things that only its administrator changes."""

from collections.abc import Mapping
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import RestrictedError
from django.utils.translation import gettext as _

from crm.people import roles, skills
from crm.people.models import Branch, Club, ClubGoal, ClubPast, District, MembershipGoal, Role, User

# First words of addresses that are not a branch's (crm/urls.py; a test compares).
TAKEN = frozenset(
    {
        "admin",
        "arbetarekommuner",
        "arshjul",
        "demo",
        "distrikt",
        "i",
        "i18n",
        "inloggningskod",
        "konto",
        "min-sida",
        "nej",
        "partiet",
        "siffror",
        "static",
        "tva-steg",
    }
)


@transaction.atomic
def create(
    *,
    slug: str,
    name: str,
    by: User,
    place: str = "",
    district: District | None = None,
    is_fictitious: bool = False,
    admin_email: str = "",
    admin_name: str = "",
) -> Branch:
    """A new branch with the usual words, and its first administrator if named. Raises ``ValidationError``."""
    branch = Branch(slug=slug, name=name, place=place or name, district=district, is_fictitious=is_fictitious)
    refuse_taken(slug)
    branch.full_clean()
    branch.save()
    skills.add_usual_words(branch=branch)
    if admin_email:
        roles.grant(email=admin_email, name=admin_name, kind=Role.Kind.ADMIN, branch=branch, by=by)
    return branch


def refuse_taken(slug: str) -> None:
    if slug in TAKEN:
        raise ValidationError({"slug": _("That address name is taken by the system.")})


@transaction.atomic
@transaction.atomic
def set_club_goals(*, goal: MembershipGoal, wanted: Mapping[Club, int]) -> None:
    """Share the branch's goal among clubs; those not named, and those with nobody wanted, have no goal."""
    goal.of_clubs.all().delete()
    ClubGoal.objects.bulk_create(
        ClubGoal(goal=goal, club=club, members_wanted=number) for club, number in wanted.items() if number
    )


@transaction.atomic
def change_club(*, club: Club, on: date) -> None:
    """Save a club as it is from a day on, and keep what it was: a rest that is over, an earlier year's election plan.

    Another date for the same rest, or for a plan of the same year, corrects what was noted; so does taking a plan away.
    """
    was = Club.objects.select_for_update().get(pk=club.pk)
    club.save()
    ended: dict[str, tuple[date | None, date | None]] = {
        ClubPast.What.REST: (was.resting_since, None if club.resting_since else on),
        ClubPast.What.ELECTION_PLAN: (was.election_plan_on, later_plan(was, club)),
    }
    for what, (since, until) in ended.items():
        if since and until and since < until:
            ClubPast.objects.get_or_create(club=club, what=what, since=since, defaults={"until": until})


def later_plan(was: Club, club: Club) -> date | None:
    """The day of another plan than before: of a later year, for one is adopted for each election."""
    before, now = was.election_plan_on, club.election_plan_on
    return now if before and now and now.year > before.year else None


def remove_club(*, club: Club) -> None:
    """Only an empty club: a member's club is never taken away by a click, nor one that something else names."""
    if club.club_memberships.exists():
        raise ValidationError(_("%(club)s has members, so it stays.") % {"club": club})
    try:
        club.delete()
    except RestrictedError as named:
        raise ValidationError(
            _("%(club)s is named elsewhere, such as in a goal of the yearly plan, so it stays.")
            % {"club": club}
        ) from named
