"""Rounds besides the yearly one: calls that apps ask for through ``crm.extensions.call_requests``.

Pulled every night: a request that stands leaves the same call however often it is made, and one that is no longer
made ends a call that nobody has tried.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta

from django.db.models import QuerySet
from django.utils.encoding import force_str

from calls.models import UNCLAIMED, Call, CallRound
from calls.rules import moment
from crm import extensions
from crm.extensions import CallRequest
from crm.people.models import Branch, Member, User

Kind, State, Reason = CallRound.Kind, Call.State, Call.Reason
RANKS: dict[str, int] = {
    Kind.YEARLY: Call.Rank.YEARLY,
    Kind.WELCOME: Call.Rank.WELCOME,
    Kind.MEETING: Call.Rank.MEETING,
    Kind.CHECK_IN: Call.Rank.CHECK_IN,
}
# How long after the last day asked for a round stays open: nobody asks whether one comes to a meeting that has been.
GRACE: dict[str, timedelta] = {
    Kind.WELCOME: timedelta(days=30),
    Kind.MEETING: timedelta(0),
    Kind.CHECK_IN: timedelta(days=30),
}
# A new member is welcomed within so many days of the branch's learning of them.
WELCOME_WITHIN = timedelta(days=7)
# Who has not been welcomed by then is called in the year's round only.
WELCOME_UNTIL = timedelta(days=60)
# Of a branch's first roster nobody is new; nor is who was a member long before the branch knew.
NEW_FOR = timedelta(days=180)
_AT_ONCE = 5_000  # keys in one statement

Wanted = dict[int, CallRequest]


def welcomes(*, branch: Branch, on: date) -> Iterator[CallRequest]:
    """The calls' own request: every new member is welcomed."""
    for pk, learnt_on in new_members(branch, on).values_list("pk", "learnt_on"):
        yield CallRequest(
            kind=Kind.WELCOME,
            key=f"welcome:{learnt_on.year}:{pk}",
            member_id=pk,
            from_on=learnt_on,
            due_on=learnt_on + WELCOME_WITHIN,
            period=str(learnt_on.year),
        )


def new_members(branch: Branch, on: date) -> QuerySet[Member]:
    """Whom the branch has just learnt of, and who joined about then; not those of its first roster."""
    members = Member.objects.filter(branch=branch, erased_at=None)
    first = members.order_by("learnt_on").values_list("learnt_on", flat=True).first()
    if first is None:
        return members.none()
    just_learnt = members.current().filter(learnt_on__gt=max(first, on - WELCOME_UNTIL), learnt_on__lte=on)
    return just_learnt.exclude(joined_on__lt=on - NEW_FOR).order_by("pk")


def wanted_on(branch: Branch, on: date) -> dict[tuple[str, str], Wanted]:
    """The requests whose time has come, by kind and period; of two for the same call the one that is late first."""
    found: dict[tuple[str, str], Wanted] = defaultdict(dict)
    for ask in extensions.call_requests.all():
        for request in ask(branch=branch, on=on):
            if request.from_on > on or request.kind not in GRACE:
                continue
            calls = found[(request.kind, request.round_period)]
            known = calls.get(request.member_id)
            if known is None or request.due_on < known.due_on:
                calls[request.member_id] = request
    return found


def pull(*, branch: Branch, on: date) -> int:
    """Bring the branch's requested rounds in step with what is asked for; how many calls are new or withdrawn."""
    wanted = wanted_on(branch, on)
    changed = 0
    for (kind, period), requests in sorted(wanted.items()):
        changed += ask_for(round_for(branch, kind, period, requests, on), requests)
    for call_round in CallRound.objects.filter(branch=branch).exclude(kind=Kind.YEARLY).open_on(on):
        changed += withdraw(call_round, wanted.get((call_round.kind, call_round.period), {}), on)
    return changed


def round_for(branch: Branch, kind: str, period: str, requests: Wanted, on: date) -> CallRound:
    """One round per kind and period, open as long as somebody is to be called through it."""
    closes = max(request.due_on for request in requests.values()) + GRACE[kind]
    about = force_str(next(iter(requests.values())).about)
    call_round, _created = CallRound.objects.get_or_create(
        branch=branch,
        kind=kind,
        period=period,
        defaults={
            "about": about,
            "opens_on": on,
            "closes_on": max(closes, on),
            "opened_at": moment(on),
            "opened_by": User.objects.console(),
        },
    )
    if (call_round.about, max(call_round.closes_on, closes)) != (about, call_round.closes_on):
        call_round.about, call_round.closes_on = about, max(call_round.closes_on, closes)
        call_round.save(update_fields=["about", "closes_on"])
    return call_round


def ask_for(call_round: CallRound, requests: Wanted) -> int:
    """A call for each who has none, and back for the withdrawn. ``settling`` puts them in their states."""
    known = dict(Call.objects.filter(round=call_round).values_list("member_id", "late_after"))
    current = set(
        call_round.branch.members.current().filter(pk__in=list(requests)).values_list("pk", flat=True)
    )
    new = [
        Call(round=call_round, member_id=key, rank=RANKS[call_round.kind], late_after=request.due_on)
        for key, request in sorted(requests.items())
        if key not in known and key in current
    ]
    Call.objects.bulk_create(new, ignore_conflicts=True, batch_size=_AT_ONCE)
    for due_on in {request.due_on for key, request in requests.items() if known.get(key) != request.due_on}:
        members = [key for key, request in requests.items() if request.due_on == due_on]
        Call.objects.filter(round=call_round, member_id__in=members).update(late_after=due_on)
    back = Call.objects.filter(
        round=call_round, state=State.EXEMPT, reason=Reason.WITHDRAWN, member_id__in=list(requests)
    )
    return len(new) + back.update(state=State.WAITING, reason="")


def withdraw(call_round: CallRound, requests: Wanted, on: date) -> int:
    """End what is no longer asked for and nobody has tried; who is on a screen stays there."""
    untried = Call.objects.filter(
        round=call_round, last_attempt_at=None, state__in=(State.WAITING, State.UNREACHABLE)
    ).in_nobodys_hands(moment(on))
    ended = untried.exclude(member_id__in=list(requests))
    return ended.update(state=State.EXEMPT, reason=Reason.WITHDRAWN, call_list=None, **UNCLAIMED)
