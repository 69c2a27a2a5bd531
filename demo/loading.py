"""The demo's branch: played from the first roster two years ago until today, through the deeds that users use."""

from collections.abc import Callable
from datetime import date

from django.db import transaction

from calls.models import Attempt, Call, CallList
from crm.people.models import Branch, Member, Membership, Phone
from crm.planner import recount
from demo import (
    calling,
    cast,
    correcting,
    history,
    letters,
    meetings,
    neighbours,
    offices,
    outreach,
    planning,
    telling,
    year_before,
    year_round,
)
from demo.clock import moment

Say = Callable[[str], object]


@transaction.atomic
def load(*, today: date, say: Say) -> bool:
    """All or nothing: one that was cut off can simply be started again. False where a branch is already:
    the demo is never mixed with others."""
    if Branch.objects.exists():
        return False
    days = history.roster_days(today)
    stage = cast.set_up(since=days[0], now=moment(days[0], 9), today=today)
    say(f"{stage.branch}: {len(stage.users)} people to log in as, in every role.")
    people = history.people_until(today)
    dialled, written, before = 0, 0, days[0]
    evenings = calling.Evenings(stage, today=today)
    gatherings = meetings.Meetings(stage, today=today)
    for day, content in history.months(people, today):
        dialled += evenings.call_between(before, day)
        gatherings.live_between(before, day)
        written += letters.write_between(stage, before, day, today=today)
        history.note_leavers(stage, people, before, day)
        if day == days[history.LATE_FILE]:
            history.keep_figures(day)
            history.bring_in(stage, day, content, days_late=history.DAYS_LATE)
        else:
            history.bring_in(stage, day, content)
            history.keep_figures(day)
        if evenings.opens_on < day < days[-1]:
            calling.see_to(stage, day)
        if day > evenings.opens_on:
            calling.open_and_top_up(stage, day)
            dialled += calling.welcome(stage, day, today=today)
        recount(Member, Membership, Phone, Call, CallList, Attempt)
        before = day
    dialled += evenings.call_between(before, today)
    gatherings.live_between(before, today)
    written += letters.write_between(stage, before, today, today=today)
    noted = correcting.note_corrections(stage, since=days[-1], today=today)
    say(f"{noted} details learnt since, to report to the register.")
    say(f"{len(days)} rosters of two years, {stage.branch.members.current().count()} members now.")
    say(f"The round of {evenings.year}: {dialled} calls made.")
    called = year_before.live(stage, year=evenings.year - 1, held=gatherings.held, since=days[0])
    say(f"The round before it: {called} members called or written to.")
    told = telling.tell(stage)
    say(f"{written} letters to all members, and {told} members who have told what they can and want.")
    held = outreach.go_out(stage, since=days[0], today=today)
    say(f"{held} outreach activities of two years, and how new members came.")
    holders = offices.elect(stage, since=days[0], today=today)
    say(f"{holders} members with an office.")
    year_round.set_clubs(stage, today=today)
    met = year_round.hold(stage, since=days[0], today=today)
    say(f"{met} member meetings and courses held, and who came.")
    plans = planning.write_plans(stage, today=today)
    say(f"Plans for {' and '.join(str(plan.year) for plan in plans)}.")
    planning.fill_wheel(stage, since=days[0], today=today)
    around = neighbours.settle(stage, since=days[0], today=today)
    say(f"{around} small branches beside it, which share their figures with the district.")
    say(f"An introduction meeting held on {gatherings.held}, the next one on {gatherings.coming}.")
    return True
