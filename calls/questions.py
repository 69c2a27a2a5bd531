"""Asking members up to three short questions, keeping what they answer, and counting it without names."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from calls.models import MOST_QUESTIONS, Answer, Attempt, Question
from crm.figures.small_groups import SMALLEST, Breakdown, protect
from crm.people.models import Branch, Member, User

Kind = Question.Kind


class NoRoom(Exception):  # noqa: N818  (it is no fault)
    """Three questions are asked already."""


def asked_by(branch: Branch) -> list[Question]:
    """What callers ask now, in order."""
    return list(Question.objects.filter(branch=branch, retired_at=None))


@transaction.atomic
def ask(*, branch: Branch, text: str, kind: str, choices: Iterable[str] = (), by: User) -> Question:
    """From now on callers ask it, last of all. Raises ``NoRoom`` for a fourth one."""
    Branch.objects.select_for_update().get(pk=branch.pk)  # two leaders at once get different slots
    taken = {question.slot for question in asked_by(branch)}
    free = [slot for slot in range(1, MOST_QUESTIONS + 1) if slot not in taken]
    if not free:
        raise NoRoom
    last = Question.objects.filter(branch=branch).aggregate(last=Max("place"))["last"] or 0
    return Question.objects.create(
        branch=branch,
        text=text,
        kind=kind,
        choices="\n".join(choices),
        slot=free[0],
        place=last + 1,
        asked_at=timezone.now(),
        asked_by=by,
    )


@transaction.atomic
def retire(*, question: Question, by: User) -> bool:
    """Asked no more; what has been answered stays. False when it was so already."""
    asked = Question.objects.filter(pk=question.pk, retired_at=None)
    return bool(asked.update(retired_at=timezone.now(), retired_by=by))


@transaction.atomic
def ask_earlier(*, question: Question, by: User) -> None:
    """It changes places with the one before it; the first one stays."""
    asked = list(Question.objects.select_for_update().filter(branch=question.branch_id, retired_at=None))
    keys = [one.pk for one in asked]
    here = keys.index(question.pk) if question.pk in keys else 0
    if here:
        before, moved = asked[here - 1], asked[here]
        before.place, moved.place = moved.place, before.place
        Question.objects.bulk_update([before, moved], ["place"])


def note(*, attempt: Attempt, answers: Mapping[int, str]) -> None:
    """What was answered in a talk, by the question's key."""
    Answer.objects.bulk_create(
        Answer(attempt=attempt, question_id=key, value=value) for key, value in answers.items() if value
    )


def forget_words(attempts: Iterable[int]) -> int:
    """What was written in own words tells of a person; a yes or a choice without a name is a count."""
    gone, _tables = Answer.objects.filter(question__kind=Kind.TEXT, attempt__in=attempts).delete()
    return gone


@dataclass(frozen=True)
class Counted:
    """One question and how many answered what; groups of 1-4 people can't be told."""

    question: Question
    answered: int | None  # none: so few that it is not shown
    cells: Breakdown

    @property
    def lines(self) -> list[tuple[str, int]]:
        labels = dict(self.question.options)
        return [(labels.get(value, value), number) for value, number in self.cells.shown.items()]

    @property
    def merged_labels(self) -> list[str]:
        labels = dict(self.question.options)
        return [labels.get(value, value) for value in self.cells.merged_keys]


def counted(branch: Branch) -> list[Counted]:
    """Each question with its counts, those asked now first. A member counts once, with the latest answer."""
    latest: dict[int, dict[int, str]] = {}
    rows = Answer.objects.filter(question__branch=branch, attempt__undone_at=None)
    for question, member, value in rows.order_by("attempt__reported_at", "pk").values_list(
        "question_id", "attempt__call__member_id", "value"
    ):
        latest.setdefault(question, {})[member] = value
    questions = sorted(
        Question.objects.filter(branch=branch), key=lambda one: (one.retired_at is not None, one.place)
    )
    return [count(question, list(latest.get(question.pk, {}).values())) for question in questions]


def count(question: Question, values: list[str]) -> Counted:
    options = [value for value, _label in question.options]
    cells = protect({option: values.count(option) for option in options})
    is_shown = not 0 < len(values) < SMALLEST
    return Counted(question, len(values) if is_shown else None, cells)


def answers_of(member: Member) -> Iterable[Answer]:
    found = Answer.objects.filter(attempt__call__member__in=member.row_keys)
    return found.select_related("attempt", "question").order_by("-attempt__reported_at", "pk")
