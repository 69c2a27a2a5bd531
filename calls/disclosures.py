"""What the calls know of one person, for the person's own reading."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from calls import questions
from calls.models import Attempt, AvoidedMember, Call, FollowUp
from crm.extensions import Disclosure
from crm.people.models import Member


def calls(*, member: Member) -> Iterable[tuple[object, ...]]:
    found = Call.objects.filter(member__in=member.row_keys).select_related(
        "round", "call_list__caller", "claimed_by"
    )
    for call in found.order_by("-round__opens_on", "pk"):
        state = call.get_state_display()
        why = f"{state} ({call.get_reason_display()})" if call.reason else state
        caller = str(call.call_list.caller) if call.call_list else ""
        yield (str(call.round), why, call.attempts_used, call.reached_at, call.letter_at, caller)


def attempts(*, member: Member) -> Iterable[tuple[object, ...]]:
    found = Attempt.objects.filter(call__member__in=member.row_keys).select_related("reported_by")
    for row in found:
        yield (
            row.reported_at,
            row.get_outcome_display(),
            row.note,
            row.wrong_number,
            str(row.reported_by),
            row.undone_at,
        )


def follow_ups(*, member: Member) -> Iterable[tuple[object, ...]]:
    found = FollowUp.objects.filter(call__member__in=member.row_keys).select_related(
        "opened_by", "handled_by"
    )
    for row in found:
        yield (row.opened_at, row.message, row.handled_at, str(row.handled_by or ""), row.answer)


def avoided(*, member: Member) -> Iterable[tuple[object, ...]]:
    """Only since when: who it is tells of the caller, and no reason is kept."""
    yield from AvoidedMember.objects.filter(member__in=member.row_keys).values_list("added_at")


def answers(*, member: Member) -> Iterable[tuple[object, ...]]:
    for row in questions.answers_of(member):
        yield (row.attempt.reported_at, row.question.text, row.shown, row.attempt.undone_at)


PARTS = {
    "calls": Disclosure(
        title=_("Call rounds"),
        models=("calls.Call",),
        columns=(
            ("round", _("Round")),
            ("state", _("State")),
            ("attempts", _("Attempts")),
            ("reached_at", _("Reached")),
            ("letter_at", _("Letter sent")),
            ("caller", _("On the list of")),
        ),
        rows=calls,
    ),
    "attempts": Disclosure(
        title=_("Attempts to call"),
        models=(),
        columns=(
            ("at", _("When")),
            ("outcome", _("What came of it")),
            ("note", _("What was noted")),
            ("wrong_number", _("Wrong number")),
            ("by", _("By")),
            ("undone_at", _("Taken back")),
        ),
        rows=attempts,
    ),
    "call_answers": Disclosure(
        title=_("Answers in calls"),
        models=(),
        columns=(
            ("at", _("When")),
            ("question", _("Question")),
            ("answer", _("Answer")),
            ("undone_at", _("Taken back")),
        ),
        rows=answers,
    ),
    "follow_ups": Disclosure(
        title=_("Follow-ups"),
        models=(),
        columns=(
            ("at", _("When")),
            ("message", _("Message")),
            ("handled_at", _("Handled")),
            ("by", _("By")),
            ("answer", _("Answer")),
        ),
        rows=follow_ups,
    ),
    "avoided": Disclosure(
        title=_("Callers who do not call"),
        models=("calls.AvoidedMember",),
        columns=(("at", _("Since")),),
        rows=avoided,
    ),
}
