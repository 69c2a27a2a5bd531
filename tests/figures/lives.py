"""A branch to which all has happened that a figure counts, as chance has it; most of all to those who leave."""

from datetime import UTC, date, datetime, time, timedelta
from random import Random
from uuid import uuid4

import time_machine

from calls import counting, follow_ups, outcomes, rounds
from calls.models import Attempt, Call, CallRound
from crm.offices.models import Office, Training
from crm.outbox import bounces
from crm.outbox.models import Message
from crm.outreach.models import Activity, Origin
from crm.people import memberships, skills
from crm.people.models import Branch, Club, ClubMembership, Member, Membership, MembershipGoal, User
from crm.rosters import corrections
from crm.rosters.models import RosterImport
from onboarding.models import Circular, Gathering, Invitation
from tests.factories import BranchFactory, ClubFactory, MemberFactory, user_with

TODAY = date(2026, 11, 21)
FIRST = date(2024, 1, 1)
MEMBERS = 90
CALLED = 14  # of the members: each call is some deeds
Outcome = Attempt.Outcome


def at(day: date, hour: int = 12) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=UTC)


def a_day(chance: Random, first: date, last: date = TODAY) -> date:
    return first + timedelta(days=chance.randint(0, max((last - first).days, 0)))


def a_life(seed: int) -> Branch:
    """Members who came, were asked, called, written to, invited, trained, elected; some left, some came back."""
    chance = Random(seed)
    branch: Branch = BranchFactory.create()
    roster(branch)
    clubs = [club(branch, chance) for _number in range(3)]
    members = [newcomer(branch, clubs, chance) for _number in range(MEMBERS)]
    ask_in(branch, members, clubs, chance)
    call(branch, members, chance)
    members += welcome(branch)
    gather(branch, members, chance)
    write(branch, members, chance)
    elect(members, chance)
    know(branch, members, chance)
    for member in members:
        let_leave(member, chance)
    MembershipGoal.objects.create(branch=branch, members_wanted=100, by_date=date(2027, 12, 31))
    return branch


def roster(branch: Branch) -> None:
    RosterImport.objects.create(
        branch=branch, filename="r.csv", sha256="", state="applied", is_full=True, roster_date=FIRST,
        uploaded_at=at(FIRST), uploaded_by=User.objects.console(),
        applied_at=at(FIRST),
    )  # fmt: skip


def club(branch: Branch, chance: Random) -> Club:
    made: Club = ClubFactory.create(
        branch=branch, started_on=a_day(chance, FIRST), election_plan_on=a_day(chance, date(2025, 1, 1))
    )
    return made


def newcomer(branch: Branch, clubs: list[Club], chance: Random) -> Member:
    since = a_day(chance, FIRST, date(2026, 6, 1))
    wishes = {"no_calls": True} if chance.random() < 0.1 else {"phone": ""} if chance.random() < 0.1 else {}
    member: Member = MemberFactory.create(
        branch=branch, since=since, joined_on=since, learnt_on=since, **wishes
    )
    for position, found in enumerate(chance.sample(clubs, chance.randrange(3))):
        ClubMembership.objects.create(member=member, club=found, is_primary=position == 0)
    return member


def ask_in(branch: Branch, members: list[Member], clubs: list[Club], chance: Random) -> None:
    by = User.objects.console()
    held = [
        Activity.objects.create(
            branch=branch, kind=kind, held_on=a_day(chance, date(2025, 1, 1)), place="Torget", helpers=2,
            conversations=9, new_members=chance.choice([0, 6, 9]), club=chance.choice([None, *clubs]),
            noted_at=at(TODAY), noted_by=by,
        )
        for kind in Activity.Kind.values * 3
    ]  # fmt: skip
    for member in members:
        source = chance.choice(["", *Origin.Source.values])
        if source:
            others = [other for other in members if other != member]
            Origin.objects.create(
                member=member, source=source, activity=chance.choice(held) if source == "activity" else None,
                recruiter=chance.choice(others) if source == "recruiter" else None,
                credited_on=member.learnt_on + timedelta(days=chance.randrange(9, 60)), noted_at=at(TODAY), noted_by=by,
            )  # fmt: skip


def call(branch: Branch, members: list[Member], chance: Random) -> None:
    """The first ones were dialled during the year; some of the others were welcomed within a week.

    By their members, for the round makes its calls in whatever order the database gives them.
    """
    with time_machine.travel(at(date(2026, 2, 2)), tick=False):
        rounds.open_rounds(branch=branch, on=date(2026, 2, 2))
    caller = user_with("call_leader", branch)
    rest = Call.objects.filter(member__in=members[CALLED:]).select_related("member").order_by("member_id")
    for made in Call.objects.filter(member__in=members[:CALLED]).order_by("member_id"):
        be_called(made, caller, chance)
    silent = [made.pk for made in rest[1:24:2] if made.state == Call.State.WAITING]
    Call.objects.filter(pk__in=silent).update(state=Call.State.EXHAUSTED)
    follow_ups.mark_letters_sent(call_ids=silent, by=caller, now=at(date(2026, 8, 1)))
    for day in (date(2026, 3, 1), date(2026, 8, 15), date(2026, 10, 31)):
        counting.count_call_states(branch=branch, on=day + timedelta(days=1))
    for made in rest[::2]:
        if made.member.learnt_on >= date(2025, 1, 1):
            day = made.member.learnt_on + timedelta(days=chance.randrange(7))
            Attempt.objects.create(
                call=made, outcome=Outcome.REACHED, reported_at=at(day), reported_by=caller
            )


def welcome(branch: Branch) -> list[Member]:
    """New in the half-year that runs, and talked with in their first week."""
    caller, opened = user_with("call_leader", branch), CallRound.objects.get(branch=branch)
    found: list[Member] = []
    for day in range(1, 7):
        since = date(2026, 9, day)
        member: Member = MemberFactory.create(branch=branch, since=since, joined_on=since, learnt_on=since)
        made = Call.objects.create(
            round=opened, member=member, state=Call.State.REACHED, reached_at=at(since)
        )
        Attempt.objects.create(call=made, outcome=Outcome.REACHED, reported_at=at(since), reported_by=caller)
        found.append(member)
    return found


def be_called(made: Call, caller: User, chance: Random) -> None:
    for _attempt in range(chance.randrange(5)):
        with time_machine.travel(at(date(2026, chance.randrange(2, 11), 3), 17), tick=False):
            outcomes.report(
                call=made,
                by=caller,
                outcome=chance.choice([Outcome.REACHED, Outcome.NO_ANSWER, Outcome.NO_ANSWER, Outcome.MOVED]),
                client_id=uuid4(),
                note="En anteckning.",
                message="Ett meddelande.",
            )
    if chance.random() < 0.6:
        Call.objects.filter(pk=made.pk, state=Call.State.WAITING).update(state=Call.State.EXHAUSTED)
    follow_ups.mark_letters_sent(call_ids=[made.pk], by=caller, now=at(a_day(chance, date(2026, 6, 1))))


def gather(branch: Branch, members: list[Member], chance: Random) -> None:
    """An introduction meeting each quarter, and three gatherings of each other kind."""
    kinds = [kind for kind in Gathering.Kind.values if kind != Gathering.Kind.INTRO_MEETING] * 3
    quarters = [date(year, month, 10) for year in (2024, 2025, 2026) for month in (2, 5, 8, 10)]
    for day in quarters:
        invite(a_gathering(branch, "intro_meeting", day), members, chance)
    for kind in kinds:
        invite(
            a_gathering(branch, kind, a_day(chance, date(2025, 1, 1), date(2026, 10, 31))), members, chance
        )


def a_gathering(branch: Branch, kind: str, day: date) -> Gathering:
    by = User.objects.console()
    return Gathering.objects.create(
        branch=branch, kind=kind, audience="all" if kind == "social" else "new", title="En träff", season="",
        starts_at=at(day, 16), place="Folkets hus", planned_at=at(day), planned_by=by,
        state="confirmed", confirmed_at=at(day), confirmed_by=by,
    )  # fmt: skip


def invite(gathering: Gathering, members: list[Member], chance: Random) -> None:
    by, moment = User.objects.console(), gathering.starts_at
    intro = gathering.kind == Gathering.Kind.INTRO_MEETING
    for member in chance.sample(members, 30 if intro else 8):
        answer, came = chance.choice(["", "yes", "no"]), chance.choice([None, True, True, False])
        Invitation.objects.create(
            gathering=gathering, member=member, invited_at=moment - timedelta(days=30), invited_by=by,
            answer=answer, answered_at=moment - timedelta(days=9) if answer else None,
            attended=came, ticked_at=None if came is None else moment, ticked_by=None if came is None else by,
        )  # fmt: skip


def write(branch: Branch, members: list[Member], chance: Random) -> None:
    by = User.objects.console()
    for day in (date(2025, 5, 5), date(2026, 2, 20)):
        letter = Circular.objects.create(
            branch=branch, subject="Hej", text="Hej!", written_at=at(day), written_by=by, sent_at=at(day),
            sent_by=by, recipients=MEMBERS,
        )  # fmt: skip
        for member in members:
            Message.objects.create(
                branch=branch, member=member, kind="circular", channel="email", subject="Hej", text="Hej!",
                purpose_key=f"circular:{letter.pk}:{member.pk}", address=member.email, queued_at=at(day),
                queued_by=by, state="sent", sent_at=at(day),
            )  # fmt: skip


def elect(members: list[Member], chance: Random) -> None:
    for member in chance.sample(members, 20):
        noted = {"member": member, "noted_at": at(TODAY), "noted_by": User.objects.console()}
        began = a_day(chance, date(2024, 6, 1))
        Office.objects.create(kind="municipal", title="Ledamot", starts_on=began, **noted)
        offered = a_day(chance, began)
        taken = chance.choice([None, offered])
        Training.objects.create(name="Ny på uppdraget", offered_on=offered, taken_on=taken, **noted)


def know(branch: Branch, members: list[Member], chance: Random) -> None:
    """What is of today: skills, an address that bounces, a number to report; no number, no address, no fee."""
    by = User.objects.console()
    skills.add_usual_words(branch=branch)
    words = skills.words_of(branch)
    for member in members[::2]:
        skills.record(member=member, words=words[:1], source="call", by=by)
        corrections.correct(member=member, values={"town": "RYD"}, by=by)
    for member in members[::5]:
        bounces.mark(branch=branch, address=member.email, reason="user unknown")
    for member in members[1::7]:
        member.phones.all().delete()
        Member.objects.filter(pk=member.pk).update(email="")


def let_leave(member: Member, chance: Random) -> None:
    by = User.objects.console()
    on = max(member.learnt_on, date(2025, 1, 1) + timedelta(days=chance.randrange(650)))
    what = chance.choice(["stay", "end", "missing", "confirmed", "return"])
    if what in {"missing", "confirmed"}:
        memberships.mark_missing(branch=member.branch, member_ids=[member.pk], on=on, by=by)
    if what == "confirmed":
        reason = chance.choice(Membership.EndReason.values)
        memberships.confirm_leaving(branch=member.branch, member_ids=[member.pk], by=by, reason=reason)
    if what in {"end", "return"}:
        memberships.end(member=member, on=on, reason="left", by=by)
    if what == "return" and not member.memberships.filter(ended_on=None).exists():
        member.memberships.create(branch=member.branch, started_on=on + timedelta(days=40))
