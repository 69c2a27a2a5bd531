"""Which rounds, lists and calls a caller or a leader sees. The caller of these has passed ``branch_page``."""

from datetime import datetime, timedelta

from django.core import signing
from django.db.models import Case, CharField, Exists, F, OuterRef, QuerySet, Subquery, Value, When
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone

from calls.models import (
    UNDO,
    Attempt,
    AvoidedMember,
    Call,
    CallingEvening,
    CallingEveningQuerySet,
    CallList,
    CallQuerySet,
    CallRound,
    CallRoundQuerySet,
    EveningCaller,
    FollowUp,
    PrintedSheet,
    PrintedSheetQuerySet,
    Question,
    Script,
    TypedResult,
)
from crm.access import members_of
from crm.people.models import Branch, Member, User
from crm.people.models.members import MemberQuerySet

# After an own attempt the caller still sees who it was: members ring back.
RECENT = timedelta(days=14)
# A page that was opened this long ago may still be reported: the lid was closed in the middle of an evening.
TICKET_LASTS = timedelta(days=3)
_SALT = "calls.ticket"


def open_rounds_of(branch: Branch, now: datetime) -> QuerySet[CallRound]:
    """A round closes on its day: with it ends what callers see through it."""
    return CallRound.objects.filter(branch=branch).open_on(timezone.localdate(now))


# --- the caller ----------------------------------------------------------------------------------


def calls_on_lists_of(caller: User, branch: Branch, now: datetime) -> CallQuerySet:
    """Subqueries rather than joins, so that claiming locks calls alone."""
    mine = CallList.objects.filter(
        caller=caller, taken_back_at=None, round__in=open_rounds_of(branch, now).values("pk")
    )
    return Call.objects.filter(call_list__in=mine.values("pk"))


def left_for(caller: User, branch: Branch, now: datetime) -> CallQuerySet:
    """What a caller has left to do, whoever is due first; given name and town are what the page shows."""
    callable_members = Member.objects.callable().filter(pk=OuterRef("member_id"))
    left = calls_on_lists_of(caller, branch, now).waiting().in_front(now).filter(Exists(callable_members))
    return (
        left.select_related("member")
        .only(
            "due_at",
            "rank",
            "last_attempt_at",
            "attempts_used",
            "claimed_by",
            "claimed_until",
            "state",
            "member__first_name",
            "member__town",
        )
        .order_by("rank", F("due_at").asc(nulls_last=True), "pk")
    )


def pool_of(branch: Branch, now: datetime) -> CallQuerySet:
    return Call.objects.filter(
        round__in=open_rounds_of(branch, now).values("pk"), call_list=None, state=Call.State.WAITING
    )


def held_by(caller: User, branch: Branch, now: datetime) -> CallQuerySet:
    """What the caller has on the screen: their live claims."""
    return Call.objects.filter(
        round__in=open_rounds_of(branch, now).values("pk"), claimed_by=caller, claimed_until__gt=now
    )


def choosable_by(caller: User, branch: Branch, now: datetime, pk: int) -> Call:
    """A call on one of the caller's own lists. Raises ``Http404`` for all others."""
    return get_object_or_404(calls_on_lists_of(caller, branch, now), pk=pk)


def on_screen_of(caller: User, branch: Branch, now: datetime, pk: int) -> Call | None:
    """The person the caller has now, with what the call needs."""
    held = with_own_words(held_by(caller, branch, now).select_related("member", "round__branch__call_rules"))
    return held.prefetch_related("member__phones").filter(pk=pk).first()


def with_own_words(calls: CallQuerySet) -> CallQuerySet:
    """Each with the branch's scripts for it, so that a page needs no query for them: ``own_words``, ``own_welcome``."""
    own = Script.objects.filter(branch=OuterRef("round__branch"))
    yearly = When(round__kind=CallRound.Kind.YEARLY, then=Value(Script.Kind.NORMAL))
    calls = calls.annotate(words_kind=Case(yearly, default=F("round__kind"), output_field=CharField()))
    return calls.annotate(
        own_words=Subquery(own.filter(kind=OuterRef("words_kind")).values("text")[:1]),
        own_welcome=Subquery(own.filter(kind=Script.Kind.WELCOME).values("text")[:1]),
    )


def ticket_for(call: Call, caller: User) -> str:
    """Proof that this page was given to this caller: with it a report counts also after the claim has ended."""
    return signing.dumps([call.pk, caller.pk], salt=_SALT)


def is_ticket_of_another(ticket: str, user: User) -> bool:
    """The page was given to somebody else, who had this device before: their report waits for them."""
    try:
        _call, caller = signing.loads(ticket, salt=_SALT, max_age=TICKET_LASTS)
    except signing.BadSignature:
        return False
    return bool(caller != user.pk)


def call_of_ticket(ticket: str, caller: User, branch: Branch, pk: int) -> Call:
    """Raises ``Http404`` unless the caller has had this person on the screen in the last days."""
    try:
        call, user = signing.loads(ticket, salt=_SALT, max_age=TICKET_LASTS)
    except signing.BadSignature:
        raise Http404 from None
    if (call, user) != (pk, caller.pk):
        raise Http404
    calls = with_own_words(calls_of(branch)).select_related("member", "round__branch__call_rules")
    calls = calls.prefetch_related("member__phones")
    return get_object_or_404(calls, pk=pk)


def recent_attempts(caller: User, branch: Branch, now: datetime) -> QuerySet[Attempt]:
    """The caller's own attempts of the last 14 days, the latest first; of people who have not been erased."""
    return (
        Attempt.objects.standing()
        .filter(reported_by=caller, reported_at__gt=now - RECENT, call__round__branch=branch)
        .filter(call__member__erased_at=None)
        .select_related("call__member", "follow_up")
    )


def late_answers(caller: User, branch: Branch, now: datetime) -> QuerySet[FollowUp]:
    """What came lately of a report that is older than 14 days; whose it was is shown no more."""
    return FollowUp.objects.filter(
        call__round__branch=branch,
        attempt__reported_by=caller,
        attempt__reported_at__lte=now - RECENT,
        handled_at__gt=now - RECENT,
    ).order_by("-handled_at")


def undoable_by(caller: User, branch: Branch, now: datetime) -> Attempt | None:
    """The caller's latest report, while it can be taken back."""
    return fresh_attempts(caller, branch, now).first()


def fresh_attempts(caller: User, branch: Branch, now: datetime) -> QuerySet[Attempt]:
    return recent_attempts(caller, branch, now).filter(reported_at__gt=now - UNDO, reported_at__lte=now)


def own_attempt(caller: User, branch: Branch, now: datetime, pk: int) -> Attempt:
    return get_object_or_404(recent_attempts(caller, branch, now), pk=pk)


def attempts_on_screen(
    call: Call, caller: User, now: datetime, *, at_most: int
) -> tuple[list[Attempt], Attempt | None]:
    """What has been said before of this member, and the caller's latest report while it can be taken back.

    One query for both: the page has a budget.
    """
    branch, rows = call.round.branch, Attempt.objects.select_related("call__member", "follow_up").order_by()
    earlier = Attempt.objects.standing().filter(call__member=call.member_id)
    earlier = earlier.order_by("-reported_at", "-pk")[:at_most]
    own = fresh_attempts(caller, branch, now).order_by("-reported_at", "-pk")[:1]
    found = rows.filter(pk__in=earlier.values("pk")).union(rows.filter(pk__in=own.values("pk")))
    attempts = sorted(found, key=lambda one: (one.reported_at, one.pk), reverse=True)
    said = [one for one in attempts if one.call.member_id == call.member_id]
    return said[:at_most], next((one for one in attempts if can_undo(one, caller, now)), None)


def can_undo(attempt: Attempt, caller: User, now: datetime) -> bool:
    return attempt.reported_by_id == caller.pk and now - UNDO < attempt.reported_at <= now


def avoided_by_own_wish(caller: User, branch: Branch) -> QuerySet[AvoidedMember]:
    """Whom the caller has said no to. What a leader has settled is not shown to the caller."""
    return avoided_by_caller(caller, branch).filter(added_by=caller)


def own_avoided(caller: User, branch: Branch, pk: int) -> AvoidedMember:
    return get_object_or_404(avoided_by_own_wish(caller, branch), pk=pk)


# --- paper ----------------------------------------------------------------------------------------


def sheets_of(branch: Branch) -> PrintedSheetQuerySet:
    """Every sheet of the branch, with whose it is."""
    return PrintedSheet.objects.filter(call_list__round__branch=branch).select_related(
        "call_list__caller", "call_list__round__branch", "printed_by"
    )


def sheet_of(branch: Branch, pk: int) -> PrintedSheet:
    return get_object_or_404(sheets_of(branch), pk=pk)


def own_sheet(caller: User, branch: Branch, now: datetime, pk: int) -> PrintedSheet:
    """A sheet from the caller's own list, while the round is open. Raises ``Http404`` for all others."""
    rounds = open_rounds_of(branch, now).values("pk")
    own = sheets_of(branch).filter(call_list__caller=caller, call_list__round__in=rounds)
    return get_object_or_404(own, pk=pk)


def own_typed(user: User, branch: Branch, now: datetime, pk: int) -> TypedResult:
    """What the user has typed from paper in the last minutes, and may take back."""
    fresh = TypedResult.objects.filter(typed_by=user, typed_at__gt=now - UNDO)
    return get_object_or_404(
        fresh.select_related("attempt", "row"), row__sheet__call_list__round__branch=branch, pk=pk
    )


# --- evenings --------------------------------------------------------------------------------------


def evenings_of(branch: Branch) -> CallingEveningQuerySet:
    return CallingEvening.objects.filter(round__branch=branch).select_related("round__branch")


def evening_of(branch: Branch, pk: int) -> CallingEvening:
    return get_object_or_404(evenings_of(branch), pk=pk)


def evenings_ahead_for(caller: User, branch: Branch, now: datetime) -> list[CallingEvening]:
    """Evenings that are booked, each with whether the caller ``comes``."""
    comes = EveningCaller.objects.filter(evening=OuterRef("pk"), caller=caller)
    ahead = evenings_of(branch).filter(round__in=open_rounds_of(branch, now).values("pk")).ahead(now)
    return list(ahead.annotate(comes=Exists(comes)))


# --- the leader and the officer --------------------------------------------------------------------


def calls_of(branch: Branch) -> CallQuerySet:
    return Call.objects.filter(round__branch=branch)


def rounds_of(branch: Branch) -> CallRoundQuerySet:
    return CallRound.objects.filter(branch=branch)


def round_of(branch: Branch, pk: int) -> CallRound:
    return get_object_or_404(rounds_of(branch).select_related("branch"), pk=pk)


def calls_in(call_round: CallRound) -> CallQuerySet:
    return Call.objects.filter(round=call_round)


def named(calls: CallQuerySet) -> CallQuerySet:
    """With the members' names, in the order of their names."""
    return calls.select_related("member", "call_list__caller", "claimed_by").order_by(
        "member__name_sort", "pk"
    )


def list_of(branch: Branch, pk: int) -> CallList:
    """A list that has not been taken back."""
    lists = CallList.objects.filter(round__branch=branch, taken_back_at=None)
    return get_object_or_404(lists.select_related("caller", "round__branch"), pk=pk)


def calls_left_on(call_list: CallList) -> CallQuerySet:
    return named(Call.objects.filter(call_list=call_list, state__in=(Call.State.WAITING, Call.State.PARKED)))


def pool_by_name(call_round: CallRound, words: str = "") -> CallQuerySet:
    """Calls of the round on no list, by the members' names; ``words`` stand in the name, the town or the number."""
    pool = calls_in(call_round).waiting().filter(call_list=None)
    if words:
        pool = pool.filter(member__in=Member.objects.filter(branch=call_round.branch_id).matching(words))
    return named(pool)


def avoided_by_caller(caller: User, branch: Branch) -> QuerySet[AvoidedMember]:
    """Whom a caller doesn't call, by name; who has left is not listed."""
    return AvoidedMember.objects.filter(
        profile__user=caller, profile__branch=branch, member__in=members_of(branch).current()
    ).select_related("member")


def avoided_in(branch: Branch, pk: int) -> AvoidedMember:
    avoided = AvoidedMember.objects.filter(profile__branch=branch).select_related("profile")
    return get_object_or_404(avoided, pk=pk)


def members_named(branch: Branch, words: str) -> MemberQuerySet:
    return members_of(branch).current().matching(words).in_name_order()


def member_to_avoid(branch: Branch, pk: int) -> Member:
    return get_object_or_404(members_of(branch).current().select_related("branch"), pk=pk)


def follow_ups_of(branch: Branch) -> QuerySet[FollowUp]:
    return FollowUp.objects.filter(call__round__branch=branch, handled_at=None).select_related(
        "call__member", "call__round__branch", "attempt", "opened_by"
    )


def follow_up_of(branch: Branch, pk: int) -> FollowUp:
    """One that nobody has handled yet, with what an officer needs to see."""
    found = follow_ups_of(branch).prefetch_related("call__member__phones")
    return get_object_or_404(found, pk=pk)


def script_of(branch: Branch, kind: str) -> Script | None:
    return Script.objects.filter(branch=branch, kind=kind).select_related("changed_by").first()


def question_of(branch: Branch, pk: int) -> Question:
    return get_object_or_404(Question, branch=branch, pk=pk)
