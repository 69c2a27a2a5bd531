"""The year's calls as the board sees them, exact for any past date (DESIGN "Figures")."""

from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from calls import counting
from calls.models import Attempt, Call, CallRound
from calls.rules import end_of, start_of
from crm.extensions import Figure
from crm.people.models import Branch, Member, Membership


def dials(branch: Branch, on: date) -> QuerySet[Attempt]:
    """Every attempt of the year until the end of the day, in whatever round."""
    period: tuple[datetime, datetime] = start_of(on.replace(month=1, day=1)), end_of(on)
    return Attempt.objects.standing().filter(call__member__branch=branch, reported_at__range=period)


def talks(branch: Branch, on: date) -> QuerySet[Attempt]:
    return dials(branch, on).filter(outcome=Attempt.Outcome.REACHED)


def attempted(branch: Branch, on: date) -> int | None:
    return people(dials(branch, on)) if has_round(branch, on) else None


def reached(branch: Branch, on: date) -> int | None:
    return people(talks(branch, on)) if has_round(branch, on) else None


def kept(branch: Branch, on: date) -> int | None:
    """Reached, or attempts used up and the letter sent."""
    if not has_round(branch, on):
        return None
    letters = Call.objects.filter(
        letter_at__lte=end_of(on), round__period=str(on.year), round__kind=CallRound.Kind.YEARLY
    )
    return members_with(branch, letters, talks(branch, on)).count()


def written(branch: Branch, on: date) -> int | None:
    """Attempts used up and the letter sent, without those who have been reached since."""
    everybody, spoken = kept(branch, on), reached(branch, on)
    return None if everybody is None or spoken is None else everybody - spoken


def unreachable(branch: Branch, on: date) -> int | None:
    found = counting.silent_on(branch, on)
    return found.unreachable if found else None


def exempt(branch: Branch, on: date) -> int | None:
    found = counting.silent_on(branch, on)
    return found.exempt if found else None


def of_members(branch: Branch, on: date) -> int | None:
    """Members on the date, and those reached during the year who have left since."""
    if not has_round(branch, on):
        return None
    counted = Membership.objects.counted(on).filter(member=OuterRef("pk"))
    spoken = talks(branch, on).filter(call__member=OuterRef("pk"))
    return Member.objects.filter(Exists(counted) | Exists(spoken), branch=branch).count()


def members_with(branch: Branch, letters: QuerySet[Call], spoken: QuerySet[Attempt]) -> QuerySet[Member]:
    written_to = Q(Exists(letters.filter(member=OuterRef("pk"))))
    return Member.objects.filter(
        written_to | Q(Exists(spoken.filter(call__member=OuterRef("pk")))), branch=branch
    )


def people(attempts: QuerySet[Attempt]) -> int:
    """People, not dials."""
    return attempts.order_by().values("call__member").distinct().count()


def has_round(branch: Branch, on: date) -> bool:
    """Before the year's round has opened there is nothing to count: not known is not nought."""
    rounds = CallRound.objects.filter(branch=branch, kind=CallRound.Kind.YEARLY, period=str(on.year))
    return rounds.filter(opens_on__lte=on).exists()


FIGURES = (
    Figure(
        name="calls_of",
        label=_("Members to call"),
        unit=_("members"),
        explanation=_("Members on the date, and those we have talked with this year who have left since."),
        count=of_members,
    ),
    Figure(
        name="calls_attempted",
        label=_("Attempted"),
        unit=_("members"),
        explanation=_("Members whom we have dialled at least once this year, whether they answered or not."),
        count=attempted,
    ),
    Figure(
        name="calls_reached",
        label=_("Reached"),
        unit=_("members"),
        explanation=_("Members with whom we have talked this year."),
        count=reached,
    ),
    Figure(
        name="calls_kept",
        label=_("Kept"),
        unit=_("members"),
        explanation=_(
            "Members with whom we have talked this year, and those who did not answer any of our attempts and"
            " have been sent a letter."
        ),
        count=kept,
    ),
    Figure(
        name="calls_written",
        label=_("Exhausted, with letter"),
        unit=_("members"),
        explanation=_("Members who did not answer any of our attempts this year and have been written to."),
        count=written,
    ),
    Figure(
        name="calls_unreachable",
        label=_("Unreachable"),
        unit=_("members"),
        explanation=_("Members of whom we had no telephone number at the end of the day."),
        count=unreachable,
    ),
    Figure(
        name="calls_exempt",
        label=_("Exempt"),
        unit=_("members"),
        explanation=_(
            "Members who were not to be called at the end of the day: they have said no, are under 18, or an"
            " officer keeps in touch."
        ),
        count=exempt,
    ),
)
