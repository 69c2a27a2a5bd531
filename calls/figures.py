"""The year's calls as the board sees them, exact for any past date (DESIGN "Figures")."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from calls import counting
from calls.models import Attempt, Call, CallRound
from calls.rules import end_of, start_of
from crm import units
from crm.extensions import Figure, Rows
from crm.people.models import Branch, Member, Membership


def dials(branch: Branch, on: date) -> QuerySet[Attempt]:
    """Every attempt of the year until the end of the day, in whatever round."""
    period: tuple[datetime, datetime] = start_of(on.replace(month=1, day=1)), end_of(on)
    return Attempt.objects.standing().filter(call__member__branch=branch, reported_at__range=period)


def talks(branch: Branch, on: date) -> QuerySet[Attempt]:
    return dials(branch, on).filter(outcome=Attempt.Outcome.REACHED)


def attempted(branch: Branch, on: date) -> int | None:
    return members_dialled(branch, on).count() if has_round(branch, on) else None


def reached(branch: Branch, on: date) -> int | None:
    """People, not dials."""
    spoken = talks(branch, on).order_by().values("call__member").distinct()
    return spoken.count() if has_round(branch, on) else None


def members_dialled(branch: Branch, on: date) -> QuerySet[Member]:
    return to_call(branch, on).filter(Exists(dials(branch, on).filter(call__member=OuterRef("pk"))))


def who_was_dialled(branch: Branch, on: date) -> Iterable[int | None]:
    return members_dialled(branch, on).values_list("pk", flat=True)


def who_was_reached(branch: Branch, on: date) -> Iterable[int | None]:
    return talks(branch, on).order_by().values_list("call__member", flat=True).distinct()


def kept(branch: Branch, on: date) -> int | None:
    """Reached, or attempts used up and the letter sent."""
    return kept_members(branch, on).count() if has_round(branch, on) else None


def kept_members(branch: Branch, on: date) -> QuerySet[Member]:
    letters = Call.objects.filter(
        letter_at__lte=end_of(on), round__period=str(on.year), round__kind=CallRound.Kind.YEARLY
    )
    written_to = Q(Exists(letters.filter(member=OuterRef("pk"))))
    return to_call(branch, on).filter(written_to | Q(Exists(_talk(branch, on))))


def who_is_kept(branch: Branch, on: date) -> Iterable[int | None]:
    return kept_members(branch, on).values_list("pk", flat=True)


def who_was_written_to(branch: Branch, on: date) -> Iterable[int | None]:
    return kept_members(branch, on).exclude(Exists(_talk(branch, on))).values_list("pk", flat=True)


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
    return to_call(branch, on).count() if has_round(branch, on) else None


def who_is_to_be_called(branch: Branch, on: date) -> Iterable[int | None]:
    return to_call(branch, on).values_list("pk", flat=True)


def to_call(branch: Branch, on: date) -> QuerySet[Member]:
    """The whole that every other figure of the calls is a part of."""
    counted = Membership.objects.counted(on).filter(member=OuterRef("pk"))
    return Member.objects.filter(Exists(counted) | Exists(_talk(branch, on)), branch=branch)


def _talk(branch: Branch, on: date) -> QuerySet[Attempt]:
    """Of a member."""
    return talks(branch, on).filter(call__member=OuterRef("pk"))


def has_round(branch: Branch, on: date) -> bool:
    """Before the year's round has opened there is nothing to count: not known is not nought."""
    rounds = CallRound.objects.filter(branch=branch, kind=CallRound.Kind.YEARLY, period=str(on.year))
    return rounds.filter(opens_on__lte=on).exists()


ROUNDS = Rows(url_name="calls:rounds", permission="lead_calls")

FIGURES = (
    Figure(
        name="calls_of",
        label=_("Members to call"),
        unit=units.MEMBERS,
        explanation=_("Members on the date, and those we have talked with this year who have left since."),
        count=of_members,
        of_membership=True,
        people=who_is_to_be_called,
    ),
    Figure(
        name="calls_attempted",
        label=_("Attempted"),
        subject=_("Call all members"),
        unit=units.MEMBERS,
        explanation=_(
            "Members whom we have dialled at least once this year, whether they answered or not. Who has left since"
            " is counted if we have talked."
        ),
        count=attempted,
        of_membership=True,
        people=who_was_dialled,
    ),
    Figure(
        name="calls_reached",
        label=_("Reached"),
        subject=_("Call all members"),
        unit=units.MEMBERS,
        explanation=_("Members with whom we have talked this year."),
        count=reached,
        people=who_was_reached,
    ),
    Figure(
        name="calls_kept",
        label=_("Kept"),
        subject=_("Call all members"),
        unit=units.MEMBERS,
        explanation=_(
            "Members with whom we have talked this year, and those who did not answer any of our attempts and"
            " have been sent a letter. Who has left since is counted if we have talked."
        ),
        count=kept,
        of_membership=True,
        people=who_is_kept,
    ),
    Figure(
        name="calls_written",
        label=_("Exhausted, with letter"),
        subject=_("Call all members"),
        unit=units.MEMBERS,
        explanation=_(
            "Members on the date who did not answer any of our attempts this year and have been written to."
        ),
        count=written,
        of_membership=True,
        people=who_was_written_to,
    ),
    Figure(
        name="calls_unreachable",
        label=_("Unreachable"),
        subject=_("Call all members"),
        unit=units.MEMBERS,
        explanation=_("Members of whom we had no telephone number at the end of the day."),
        count=unreachable,
        rows=ROUNDS,
    ),
    Figure(
        name="calls_exempt",
        label=_("Exempt"),
        subject=_("Call all members"),
        unit=units.MEMBERS,
        explanation=_(
            "Members who were not to be called at the end of the day: they have said no, are under 18, or an"
            " officer keeps in touch."
        ),
        count=exempt,
        rows=ROUNDS,
    ),
)
