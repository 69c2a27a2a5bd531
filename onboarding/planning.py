"""Planning gatherings, and the twice-yearly introduction meeting: a draft in time, which an officer confirms."""

from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from crm.people.models import Branch, Role, User
from onboarding import answers, mail, open_meetings
from onboarding.models import Gathering, IntroSettings, start_of

Kind = Gathering.Kind
State = Gathering.State
Audience = Gathering.Audience
# Who is invited to a kind of gathering, when the officer says nothing else.
AUDIENCE_OF = {
    Kind.INTRO_MEETING: Audience.NEW,
    Kind.MEMBER_MEETING: Audience.ALL,
    Kind.SOCIAL: Audience.ALL,
    Kind.OPEN_MEETING: Audience.ALL,
    Kind.COURSE_S1: Audience.FIRST_YEAR,
    Kind.COURSE_S2: Audience.BY_HAND,
    Kind.COURSE: Audience.BY_HAND,
}


def settings_of(branch: Branch) -> IntroSettings:
    """The branch's own settings, or the defaults (not saved). Asked for once per branch that is in hand."""
    own: IntroSettings | None = getattr(branch, "intro_settings", None)
    return own or IntroSettings(branch=branch)


def season_of(day: date) -> str:
    """The half-year of a day, such as 2027-1."""
    return f"{day.year}-{1 if day.month <= 6 else 2}"


def meeting_day(wishes: IntroSettings, year: int, month: int) -> date:
    """The branch's weekday of that month, such as the second Thursday."""
    first = date(year, month, 1)
    days_on = (wishes.weekday - first.weekday()) % 7 + 7 * (wishes.week - 1)
    return first + timedelta(days=days_on)


@transaction.atomic
def plan_intro_meetings(*, branch: Branch, on: date) -> dict[str, int]:
    """The daily job: a draft for each half-year whose meeting is near, and word of it to the officers."""
    wishes = settings_of(branch)
    drafted = 0
    for month in (wishes.spring_month, wishes.autumn_month):
        for year in (on.year, on.year + 1):
            day = meeting_day(wishes, year, month)
            if on < day <= on + timedelta(weeks=wishes.draft_weeks):
                drafted += _draft(branch, wishes, day)
    return {"drafted": drafted} if drafted else {}


def _draft(branch: Branch, wishes: IntroSettings, day: date) -> int:
    console = User.objects.console()
    draft, is_new = Gathering.objects.get_or_create(
        branch=branch,
        kind=Kind.INTRO_MEETING,
        season=season_of(day),
        defaults={
            "starts_at": timezone.make_aware(datetime.combine(day, wishes.starts)),
            "place": wishes.place,
            "address": wishes.address,
            "programme": mail.default_programme(),
            "audience": Audience.NEW,
            "planned_at": timezone.now(),
            "planned_by": console,
        },
    )
    if is_new:
        _tell(draft, "draft", (Role.Kind.MEMBER_OFFICER,), by=console)
    return int(is_new)


def unconfirmed(*, branch: Branch, on: date) -> list[Gathering]:
    """Drafts whose invitations should have gone out by that day: the officer and the board see them."""
    drafts = Gathering.objects.filter(branch=branch, state=State.DRAFT, starts_at__gte=start_of(on))
    return [
        draft
        for draft in drafts.select_related("branch__intro_settings").order_by("starts_at")
        if timezone.localdate(draft.starts_at) <= on + timedelta(weeks=settings_of(draft.branch).invite_weeks)
    ]


@transaction.atomic
def warn_of_unconfirmed(*, branch: Branch, on: date) -> dict[str, int]:
    """The daily job: word to officers and board, once, of a draft that nobody has confirmed in time."""
    late = unconfirmed(branch=branch, on=on)
    console = User.objects.console()
    told = sum(
        _tell(draft, "unconfirmed", (Role.Kind.MEMBER_OFFICER, Role.Kind.BOARD), by=console) for draft in late
    )
    return {"unconfirmed": len(late), "told": told} if late else {}


def _tell(draft: Gathering, name: str, kinds: tuple[str, ...], *, by: User) -> int:
    address = reverse("onboarding:gathering", args=[draft.branch.slug, draft.pk])
    return mail.tell_roles(
        draft.branch,
        kinds,
        purpose_key=f"{name}:{draft.pk}",
        template=f"onboarding/emails/{name}",
        context={"gathering": draft, "branch": draft.branch, "url": settings.SITE_URL + address},
        by=by,
        today=timezone.localdate(),
    )


@transaction.atomic
def change_settings(*, wishes: IntroSettings, by: User) -> None:
    """Save the branch's pattern; a draft that is there already keeps its day."""
    wishes.save()


@transaction.atomic
def plan(
    *, branch: Branch, by: User, at: datetime | None = None, audience: str = "", **what: Any
) -> Gathering:
    """A gathering that an officer plans, confirmed from the start; it is the half-year's meeting if there is none.

    Without ``audience``, the one that its kind usually has.
    """
    now = at or timezone.now()
    gathering = Gathering(branch=branch, planned_at=now, planned_by=by, **what)
    gathering.audience = audience or AUDIENCE_OF[Kind(gathering.kind)]
    season = season_of(gathering.day)
    taken = Gathering.objects.filter(branch=branch, kind=gathering.kind, season=season).exists()
    gathering.season = "" if taken or gathering.kind != Kind.INTRO_MEETING else season
    gathering.state, gathering.confirmed_at, gathering.confirmed_by = State.CONFIRMED, now, by
    gathering.save()
    open_meetings.follow(gathering, by=by)
    return gathering


@transaction.atomic
def confirm(*, gathering: Gathering, by: User, at: datetime | None = None) -> bool:
    """A draft becomes a meeting that is invited to; false if it was none any more."""
    drafts = Gathering.objects.filter(pk=gathering.pk, state=State.DRAFT)
    if drafts.update(state=State.CONFIRMED, confirmed_at=at or timezone.now(), confirmed_by=by) != 1:
        return False
    gathering.refresh_from_db()
    open_meetings.follow(gathering, by=by)
    return True


@transaction.atomic
def change(*, gathering: Gathering, by: User) -> bool:
    """Save an officer's changes. Those invited are told when time or place is another; whether they were told."""
    before = Gathering.objects.select_for_update().get(pk=gathering.pk)
    moved = (before.starts_at, before.place, before.address) != (
        gathering.starts_at,
        gathering.place,
        gathering.address,
    )
    must_tell = moved and before.state == State.CONFIRMED and before.invitations.exists()
    gathering.revision = before.revision + must_tell
    gathering.save()
    if must_tell:
        mail.tell_moved(gathering, by=by)
    answers.let_in(gathering=gathering, by=by)
    open_meetings.follow(gathering, by=by)
    return must_tell


@transaction.atomic
def cancel(*, gathering: Gathering, by: User) -> bool:
    """The meeting is off; those invited are told. False if it was off already."""
    planned = Gathering.objects.filter(pk=gathering.pk, state__in=(State.DRAFT, State.CONFIRMED))
    if planned.update(state=State.CANCELLED, cancelled_at=timezone.now(), cancelled_by=by) != 1:
        return False
    gathering.refresh_from_db()
    mail.tell_cancelled(gathering, by=by)
    open_meetings.follow(gathering, by=by)
    return True
