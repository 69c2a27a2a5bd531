"""The calls that gatherings and the first year ask for (``crm.extensions.call_requests``)."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.db.models import Q

from crm.extensions import CallRequest
from crm.people.models import Branch
from onboarding import first_year
from onboarding.models import Gathering
from onboarding.planning import settings_of
from onboarding.unreached import without_any_way

# Kinds whose every seat counts; nobody is called about a meeting to which six hundred are invited.
CALLED_ABOUT = (Gathering.Kind.INTRO_MEETING, Gathering.Kind.COURSE_S1, Gathering.Kind.COURSE_S2)
# Who was invited so lately has time to answer first.
JUST_INVITED = timedelta(days=3)
# So late after its last day the yearly call comes instead.
STILL_ASKED = timedelta(days=30)


def are_you_coming(*, branch: Branch, on: date) -> Iterator[CallRequest]:
    """From a week before until the day before: "kommer du?" to each who has not answered and may be called.

    Whom no message could reach is called from the day of the invitation on.
    """
    wishes = settings_of(branch)
    days, weeks = timedelta(days=wishes.call_days), timedelta(weeks=wishes.invite_weeks)
    near = Gathering.objects.confirmed().filter(branch=branch, kind__in=CALLED_ABOUT)
    for gathering in near.on_days(on + timedelta(days=1), on + max(days, weeks)).select_related("branch"):
        silent = gathering.invitations.unanswered().of_members_now().filter(member__no_calls=False)
        by_call_alone = without_any_way(gathering)
        if gathering.day <= on + days:
            had_time = ~Q(invited_at__date__gt=on - JUST_INVITED)
            silent = silent.filter(had_time | Q(member__in=by_call_alone))
        else:
            silent = silent.filter(member__in=by_call_alone)
        for member_id in silent.order_by("pk").values_list("member_id", flat=True):
            yield CallRequest(
                kind="meeting",
                key=f"meeting:{gathering.pk}:{member_id}",
                member_id=member_id,
                from_on=on if member_id in by_call_alone else gathering.day - days,
                due_on=gathering.day - timedelta(days=1),
                about=str(gathering),
            )


def check_ins(*, branch: Branch, on: date) -> Iterator[CallRequest]:
    """In the sixth month: how does it go? Until somebody has talked with the member; the calls ask for welcomes."""
    for journey in first_year.journeys(branch=branch, on=on):
        lamp = journey.lamp(first_year.Step.CHECK_IN)
        if lamp and lamp.waits and not journey.member.no_calls and on <= lamp.due_on + STILL_ASKED:
            yield CallRequest(
                kind="check_in",
                key=f"check_in:{journey.member.pk}",
                member_id=journey.member.pk,
                from_on=lamp.opens_on,
                due_on=lamp.due_on,
                period=str(lamp.opens_on.year),
            )
