"""Opening the year's round, and keeping it in step with the members."""

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Min

from calls import letters, lists, opening, requested, settling
from calls.models import Call, CallRound, CallRules
from calls.rules import moment, rules_of
from crm.people.models import Branch, Member, User

# A branch that begins during the year opens its round at once, unless too little of it is left to be of use.
LEAST_LEFT = timedelta(days=60)
# The last letters are printed and posted when the round has closed.
LETTERS_FOLLOW_WITHIN = timedelta(days=60)


def open_rounds(*, branch: Branch, on: date) -> dict[str, int]:
    """The daily job: open the year's round on its opening day, or at the first run after it."""
    nothing = {"rounds": 0, "calls": 0}
    rules = rules_of(branch)
    if not is_due(branch, rules, on):
        return nothing
    if CallRound.objects.filter(branch=branch, kind=CallRound.Kind.YEARLY, period=str(on.year)).exists():
        return nothing
    opened = open_yearly(branch=branch, on=on, by=User.objects.console())
    return {"rounds": 1, "calls": Call.objects.filter(round=opened).count()}


def is_due(branch: Branch, rules: CallRules, on: date) -> bool:
    """Whether a branch that had its members on the opening day, or has enough of the round left, should have one."""
    opens, closes = rules.opens_on(on.year), rules.closes_on(on.year)
    if not opens <= on <= closes or rules.is_paused(on):
        return False
    first = Member.objects.filter(branch=branch).aggregate(first=Min("learnt_on"))["first"]
    return first is not None and (first <= opens or closes - on >= LEAST_LEFT)


@transaction.atomic
def open_yearly(*, branch: Branch, on: date, by: User) -> CallRound:
    """The round "call all members" of the year of ``on``: one call for each member, a list for each caller.

    Opened by hand it may be earlier or later than the rules say. Doing it twice opens one round.
    """
    rules = rules_of(branch)
    closes = rules.closes_on(on.year)
    call_round, created = CallRound.objects.get_or_create(
        branch=branch,
        kind=CallRound.Kind.YEARLY,
        period=str(on.year),
        defaults={
            "opens_on": min(on, rules.opens_on(on.year)),
            "closes_on": closes if on <= closes else date(on.year, 12, 31),
            "opened_at": moment(on),
            "opened_by": by,
        },
    )
    if created:
        opening.fill(call_round=call_round, rules=rules, on=on, by=by)
    return call_round


@transaction.atomic
def top_up(*, branch: Branch, on: date) -> dict[str, int]:
    """The nightly job: joiners in, leavers out, wishes and telephone numbers heeded, what is new shared out.

    Calls that apps ask for come first, so that a joiner is welcomed in the same dial as the year's call.
    """
    rules, console = rules_of(branch), User.objects.console()
    done = {"added": 0, "changed": 0, "shared": 0}
    before = set(Call.objects.filter(round__branch=branch).waiting().values_list("pk", flat=True))
    done["added"] += requested.pull(branch=branch, on=on)
    note_letters(branch, on)
    for call_round in sorted(CallRound.objects.filter(branch=branch).open_on(on), key=yearly_first):
        if call_round.is_yearly:
            done["added"] += settling.add_calls(call_round, rules, on)
            done["changed"] += settling.count_talks(call_round, on)
            settling.put_new_members_in_line(call_round, rules)
        changed, woken = settling.settle(call_round, rules, on, console)
        done["changed"] += changed
        lists.take_back_from_leavers(call_round=call_round, by=console, on=on, at=moment(on))
        done["shared"] += share_new(call_round, before, woken, on)
    return done


def note_letters(branch: Branch, on: date) -> None:
    """What the outbox has sent and what has been posted; also of a round that has closed a short time ago."""
    lately = CallRound.objects.filter(
        branch=branch, opens_on__lte=on, closes_on__gte=on - LETTERS_FOLLOW_WITHIN
    )
    for call_round in lately:
        letters.note_sent(call_round)


def yearly_first(call_round: CallRound) -> tuple[bool, int]:
    """The other rounds follow the year's lists."""
    return (not call_round.is_yearly, call_round.pk)


def share_new(call_round: CallRound, before: set[int], woken: list[int], on: date) -> int:
    """What has just begun to wait comes to a list. What a leader has put into the pool stays there."""
    now = Call.objects.filter(round=call_round).waiting().values_list("pk", flat=True)
    new = {*set(now).difference(before), *woken}
    callers = [call_list.caller for call_list in lists.open_lists(call_round).select_related("caller")]
    if not callers and not call_round.lists.exists():
        # The round opened before there was a caller: now it begins.
        callers, new = list(lists.callers_of(call_round.branch, on)), set(now)
    if not new:
        return 0
    return lists.share_out(
        call_round=call_round, among=callers, by=User.objects.console(), at=moment(on), only=new
    )
