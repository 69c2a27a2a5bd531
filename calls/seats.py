"""What sharing out reads: who is to be called, and what each caller is like. Queries do not grow with either."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import CharField, Count, QuerySet
from django.db.models.functions import Cast

from calls import statements
from calls.models import Attempt, Call, CallerProfile, CallRound
from calls.sharing import Desk, Seat
from crm.people.models import ClubMembership, Member, MemberSkill, Phone
from crm.people.models.members import MemberQuerySet

# In the order of a seat. Numbers are read as text: the library's field would take every one apart.
_OF_HOME = ("street", "postcode", "town")
_OF_CALL = ("pk", "member_id", "call_list_id", *(f"member__{name}" for name in _OF_HOME))


def of_round(call_round: CallRound, desks: Sequence[Desk]) -> list[Seat]:
    """A seat for each waiting call, by the call's key."""
    waiting = Call.objects.filter(round=call_round).waiting()
    rows = list(waiting.order_by("pk").values_list(*_OF_CALL))
    numbers: dict[int, list[str]] = defaultdict(list)
    dialled = Phone.objects.filter(member__in=waiting.values("member"))
    for member, number in dialled.values_list("member_id", Cast("number", CharField())):
        numbers[member].append(number)
    return seated(call_round, rows, numbers, desks)


def of_members(
    call_round: CallRound, members: Callable[..., MemberQuerySet], *given: Hashable, desks: Sequence[Desk]
) -> list[Seat]:
    """A seat for each member who has a number, by the member's key: before there are calls."""
    homes: dict[int, list[str]] = {}
    numbers: dict[int, list[str]] = defaultdict(list)
    for key, number, *home in statements.rows_of(with_numbers, call_round, members, *given):
        homes[key] = home
        numbers[key].append(number)
    return seated(call_round, [(key, key, None, *home) for key, home in homes.items()], numbers, desks)


def with_numbers(
    call_round: CallRound, members: Callable[..., MemberQuerySet], *given: Hashable
) -> QuerySet[Member, Any]:
    """A row for each number of the members that ``members`` gives of the round."""
    each = members(call_round, *given).annotate(number=Cast("phones__number", CharField()))
    return each.exclude(number=None).order_by("pk").values_list("pk", "number", *_OF_HOME)


def seated(
    call_round: CallRound, rows: Iterable[Any], numbers: Mapping[int, Sequence[str]], desks: Sequence[Desk]
) -> list[Seat]:
    former = former_callers(call_round)
    clubs, languages = clubs_of(call_round, desks), languages_of(call_round, desks)
    return [
        Seat(
            call,
            call_list,
            street,
            postcode,
            tuple(numbers.get(member, ())),
            town,
            member,
            former.get(member),
            clubs.get(member, frozenset()),
            languages.get(member, frozenset()),
        )
        for call, member, call_list, street, postcode, town in rows
    ]


def former_callers(call_round: CallRound) -> dict[int, int]:
    """Who called each member in the year's round before (or has them in this year's): who talked, else whose list."""
    last = statements.rows_of(years_before, call_round, call_round.opens_on)
    if not last:
        return {}
    before = CallRound(pk=last[0][0], branch_id=call_round.branch_id)
    return dict(statements.rows_of(on_lists, before)) | dict(statements.rows_of(who_talked, before))


def years_before(call_round: CallRound, opens_on: date) -> QuerySet[CallRound, Any]:
    yearly = CallRound.objects.filter(branch=call_round.branch_id, kind=CallRound.Kind.YEARLY)
    before = yearly.exclude(pk=call_round.pk).filter(opens_on__lte=opens_on)
    return before.order_by("-opens_on").values_list("pk")[:1]


def on_lists(call_round: CallRound) -> QuerySet[Call, Any]:
    calls = Call.objects.filter(round=call_round.pk, call_list__isnull=False)
    return calls.order_by().values_list("member", "call_list__caller")


def who_talked(call_round: CallRound) -> QuerySet[Attempt, Any]:
    talks = Attempt.objects.standing().filter(call__round=call_round.pk, outcome=Attempt.Outcome.REACHED)
    return talks.order_by("reported_at").values_list("call__member", "reported_by")


def clubs_of(call_round: CallRound, desks: Sequence[Desk]) -> dict[int, frozenset[int]]:
    """Of the clubs that some caller has named."""
    named = {club for desk in desks for club in desk.clubs}
    if not named:
        return {}
    rows = ClubMembership.objects.filter(club__in=named, club__branch=call_round.branch_id)
    return by_member(rows.values_list("member_id", "club_id"))


def languages_of(call_round: CallRound, desks: Sequence[Desk]) -> dict[int, frozenset[int]]:
    """Of the languages that some caller has named."""
    named = {language for desk in desks for language in desk.languages}
    if not named:
        return {}
    rows = MemberSkill.objects.filter(word__in=named, word__branch=call_round.branch_id)
    return by_member(rows.values_list("member_id", "word_id"))


def by_member(rows: Iterable[tuple[int, int]]) -> dict[int, frozenset[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    for member, key in rows:
        found[member].add(key)
    return {member: frozenset(keys) for member, keys in found.items()}


def desks_of(call_round: CallRound, lists: Sequence[tuple[int, int]]) -> list[Desk]:
    """A desk for each (list, caller), in their order, with the caller's wishes."""
    callers = [caller for _, caller in lists]
    profiles = CallerProfile.objects.filter(branch=call_round.branch_id, user__in=callers)
    known = {
        profile.user_id: profile for profile in profiles.prefetch_related("clubs", "languages", "avoided")
    }
    done = dials_done(call_round, [user for user, profile in known.items() if profile.capacity is not None])
    return [desk(call_list, caller, known.get(caller), done.get(caller, 0)) for call_list, caller in lists]


def desk(call_list: int, caller: int, profile: CallerProfile | None, done: int) -> Desk:
    if profile is None:
        return Desk(call_list, caller)
    return Desk(
        call_list,
        caller,
        takes=None if profile.capacity is None else max(profile.capacity - done, 0),
        clubs=frozenset(club.pk for club in profile.clubs.all()),
        towns=profile.towns,
        postcodes=profile.postcodes,
        languages=frozenset(word.pk for word in profile.languages.all()),
        avoided=frozenset(avoided.member_id for avoided in profile.avoided.all()),
    )


def dials_done(call_round: CallRound, callers: Sequence[int]) -> dict[int, int]:
    """What callers have finished of the round on lists of theirs; it counts in what they take on."""
    if not callers:
        return {}
    finished = Call.objects.filter(round=call_round, call_list__caller__in=callers).exclude(
        state=Call.State.WAITING
    )
    return dict(finished.order_by().values_list("call_list__caller").annotate(Count("pk")))
