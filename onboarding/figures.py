"""What the board reads of introduction meetings: invited, yes, came; of the year's meetings so far."""

from collections.abc import Collection, Iterable
from datetime import date
from functools import partial

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from crm import units
from crm.extensions import Figure, Rows, Tally, of_branches
from crm.lines import Line
from crm.outbox.models import Message
from crm.people.models import Branch
from onboarding import circulars, half_years
from onboarding.held import told
from onboarding.models import Gathering, Invitation, InvitationQuerySet, end_of, start_of


def invited(branch: Branch, on: date) -> int:
    return _of_the_year(branch, on).count()


def said_yes(branch: Branch, on: date) -> int:
    return _of_the_year(branch, on).yes_until(on).count()


def came(branch: Branch, on: date) -> int:
    return _of_the_year(branch, on).came_until(on).count()


def who_was_invited(branch: Branch, on: date) -> Iterable[int | None]:
    return half_years.members_of(_of_the_year(branch, on))


def who_said_yes(branch: Branch, on: date) -> Iterable[int | None]:
    return half_years.members_of(_of_the_year(branch, on).yes_until(on))


def who_came(branch: Branch, on: date) -> Iterable[int | None]:
    return half_years.members_of(_of_the_year(branch, on).came_until(on))


def held(branch: Branch, on: date) -> int:
    return _meetings_until(on).filter(branch=branch).count()


def meetings_held(branch: Branch, on: date) -> list[Line]:
    return told(branch, _meetings_until(on).filter(branch=branch).order_by("starts_at"))


def _meetings_until(on: date) -> QuerySet[Gathering]:
    """The introduction meetings of the calendar year that have been, and were not cancelled."""
    return Gathering.objects.intro_meetings().confirmed().on_days(date(on.year, 1, 1), on)


def _of_the_year(branch: Branch, on: date) -> InvitationQuerySet:
    return _year_of(on).filter(gathering__branch=branch)


def _year_of(on: date) -> InvitationQuerySet:
    """Invitations sent by that day to introduction meetings of its calendar year; cancelled ones left out."""
    found = Invitation.objects.to_intro_meetings(date(on.year, 1, 1), date(on.year, 12, 31))
    return found.sent_until(on)


def of_each(branches: Collection[int] | None, on: date) -> dict[str, dict[int, int]]:
    """Invited, yes and came, of each branch in one pass."""
    end = end_of(on)
    invitations = of_branches(_year_of(on), branches, "gathering__branch")
    yes = Q(answer=Invitation.Answer.YES, answered_at__lt=end)
    told = (
        invitations.order_by()
        .values_list("gathering__branch")
        .annotate(
            invitations=Count("pk"),
            said_yes=Count("pk", filter=yes),
            came=Count("pk", filter=Q(attended=True, gathering__starts_at__lt=end)),
        )
    )
    found: dict[str, dict[int, int]] = {name: {} for name in INTRO_MEETINGS.names}
    for branch, *numbers in told:
        for name, number in zip(INTRO_MEETINGS.names, numbers, strict=True):
            found[name][branch] = number
    return found


def held_of_each(branches: Collection[int] | None, on: date) -> dict[str, dict[int, int]]:
    rows = of_branches(_meetings_until(on), branches)
    return {"intro_held": dict(rows.order_by().values_list("branch").annotate(Count("pk")))}


HEARD = Tally(names=("year_welcomed_and_heard",), count=half_years.welcomed_and_heard_of_each)
INTRO_HELD = Tally(names=("intro_held",), count=held_of_each)
INTRO_MEETINGS = Tally(names=("intro_invited", "intro_yes", "intro_attended"), count=of_each)


def informed(branch: Branch, on: date) -> int:
    return who_was_informed(branch, on).count()


def who_was_informed(branch: Branch, on: date) -> QuerySet[Message, int | None]:
    return circulars.informed(branch, start_of(on.replace(month=1, day=1)), end_of(on))


KEPT = _(
    "Of those who joined in the latest joining quarters that are told and make a year: who came to an introduction"
    " meeting within six months, and who did not. A connection, not a cause. Where the number would point somebody"
    " out, it is the middle of the two between which the page tells it."
)

FIGURES = (
    Figure(
        name="members_informed",
        label=_("Members informed"),
        unit=units.MEMBERS,
        explanation=_(
            "Members to whom a letter to members has gone this year, by e-mail, SMS or post; each counted once."
        ),
        count=informed,
        people=who_was_informed,
    ),
    Figure(
        name="intro_invited",
        label=_("Invited to introduction meetings"),
        unit=units.INVITATIONS,
        explanation=_(
            "Invitations sent to the year's introduction meetings. Cancelled meetings are left out."
        ),
        count=invited,
        goes_on=True,
        people=who_was_invited,
    ),
    Figure(
        name="intro_yes",
        label=_("Said yes"),
        subject=_("Introduction meetings"),
        unit=units.ANSWERS,
        explanation=_("Those invited to the year's meetings whose last answer is yes."),
        count=said_yes,
        people=who_said_yes,
    ),
    Figure(
        name="intro_attended",
        label=_("Came"),
        subject=_("Introduction meetings"),
        unit=units.MEMBERS,
        explanation=_("Those ticked at the door of the year's meetings, with walk-ins."),
        count=came,
        people=who_came,
    ),
    Figure(
        name="intro_held",
        label=_("Introduction meetings held"),
        unit=units.MEETINGS,
        explanation=_("The year's introduction meetings that have been. Cancelled meetings are left out."),
        count=held,
        rows=Rows(url_name="onboarding:index", permission="plan_gatherings"),
        lines=meetings_held,
    ),
    Figure(
        name="new_members",
        label=_("New members of the half-year"),
        unit=units.MEMBERS,
        explanation=_(
            "Those of whom the branch has learnt since the half-year began, and who were new then."
        ),
        count=half_years.new_members,
        of_membership=True,
        goes_on=True,
        people=half_years.who_is_new,
    ),
    Figure(
        name="new_welcomed",
        label=_("Welcomed within seven days"),
        unit=units.MEMBERS,
        explanation=_("Of the half-year's new members, those talked with within seven days."),
        count=half_years.welcomed,
        of_membership=True,
        people=half_years.who_was_welcomed,
    ),
    Figure(
        name="year_new_members",
        label=_("New members of the year"),
        unit=units.MEMBERS,
        explanation=_("Those of whom the branch has learnt since 1 January, and who were new then."),
        count=half_years.new_this_year,
        of_membership=True,
        goes_on=True,
        people=half_years.who_is_new_this_year,
    ),
    Figure(
        name="year_welcomed_and_heard",
        label=_("Welcomed, and asked what they can and want"),
        unit=units.MEMBERS,
        explanation=_(
            "Of the year's new members who are members today, those talked with within seven days of whom at"
            " least one skill, interest, language or offer is noted today."
        ),
        count=half_years.welcomed_and_heard,
        of_today=True,
        people=half_years.who_was_welcomed_and_heard,
    ),
    Figure(
        name="half_year_invited",
        label=_("Invited to the half-year's introduction meetings"),
        unit=units.INVITATIONS,
        explanation=_(
            "Invitations sent to the half-year's introduction meetings. Cancelled meetings are left out."
        ),
        count=half_years.invited,
        goes_on=True,
        people=half_years.who_was_invited,
    ),
    Figure(
        name="half_year_yes",
        label=_("Said yes to the half-year's introduction meetings"),
        unit=units.ANSWERS,
        explanation=_("Those invited to the half-year's meetings whose last answer is yes."),
        count=half_years.said_yes,
        people=half_years.who_said_yes,
    ),
    Figure(
        name="half_year_came",
        label=_("Came to the half-year's introduction meetings"),
        unit=units.MEMBERS,
        explanation=_("Those ticked at the door of the half-year's meetings, with walk-ins."),
        count=half_years.came,
        people=half_years.who_came,
    ),
    Figure(
        name="intro_no_shows",
        label=_("Said yes, did not come"),
        unit=units.MEMBERS,
        explanation=_("Of the half-year's introduction meetings at which somebody was ticked at the door."),
        count=half_years.no_shows,
        people=half_years.who_did_not_show,
    ),
    Figure(
        name="new_came_in_time",
        label=_("Came within six months"),
        unit=units.MEMBERS,
        explanation=_(
            "Of the new members of the half-year before, those who came to an introduction meeting within six months."
        ),
        count=half_years.came_in_time,
        of_membership=True,
        people=half_years.who_came_in_time,
    ),
    Figure(
        name="kept_who_came",
        label=_("Still members after a year, of those who came"),
        unit=units.PERCENT,
        explanation=KEPT,
        count=half_years.kept_who_came,
        of_blocks=True,
        people=partial(half_years.who_was_kept, True),
        out_of=partial(half_years.who_joined_lately, True),
    ),
    Figure(
        name="kept_who_did_not_come",
        label=_("Still members after a year, of those who did not come"),
        unit=units.PERCENT,
        explanation=KEPT,
        count=half_years.kept_who_did_not,
        of_blocks=True,
        people=partial(half_years.who_was_kept, False),
        out_of=partial(half_years.who_joined_lately, False),
    ),
)
