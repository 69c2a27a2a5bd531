"""A round's first calls, each in its right state and on its list from the first: one statement writes them all.

Written without lists and put on them afterwards, every row would be written twice.
"""

from datetime import date

from calls import lists, seats, settling, sharing, statements
from calls.models import CallRound, CallRules
from calls.rules import moment
from crm.people.models import User


def fill(*, call_round: CallRound, rules: CallRules, on: date, by: User) -> None:
    """A call for each member, and a list for each caller. Queries grow neither with members nor with callers."""
    spoken = settling.spoken_with(call_round, on)
    callers = [caller for (caller,) in statements.rows_of(lists.callers_for, call_round, on)]
    plan: dict[int, int] = {}
    if callers:
        made = lists.first_lists(callers, call_round=call_round, by=by, at=moment(on))
        desks = seats.desks_of(call_round, made)
        found = seats.of_members(call_round, settling.to_call, rules.calls_minors, on, desks=desks)
        plan = sharing.plan([seat for seat in found if seat.member not in spoken], desks)
    settling.add_calls(call_round, rules, on, to=settling.members_of, lists=plan)
    if spoken:
        settling.count_talks(call_round, on)
    if rules.unpaid_first:
        settling.put_new_members_in_line(call_round, rules)
