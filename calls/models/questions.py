"""Up to three short questions that a branch asks in its calls, and what was answered."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from calls.models.attempts import Attempt
from crm.constraints import who_and_when
from crm.people.models import Branch, User

# More would make an interview of a talk.
MOST = 3


class Question(models.Model):
    """Its words are never changed: people have answered it as it was. A new one takes its place."""

    class Kind(models.TextChoices):
        YES_NO = "yes_no", _("yes or no")
        CHOICE = "choice", _("one of some choices")
        TEXT = "text", _("a few words")

    branch = models.ForeignKey(Branch, models.CASCADE, related_name="questions")
    text = models.CharField(_("question"), max_length=120)
    kind = models.CharField(_("answered by"), max_length=6, choices=Kind)
    choices = models.TextField(_("choices"), blank=True, help_text="One on each line.")
    slot = models.PositiveSmallIntegerField(
        default=1, help_text="One of three, so that a fourth has no room."
    )
    place = models.PositiveIntegerField(default=1, help_text="The order in which they are asked.")
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    retired_at = models.DateTimeField(null=True, blank=True)
    retired_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("place", "pk")
        verbose_name = _("question to members")
        verbose_name_plural = _("questions to members")
        constraints = (
            who_and_when("calls_question", "retired"),
            models.CheckConstraint(name="calls_question_slot", condition=Q(slot__range=(1, MOST))),
            models.CheckConstraint(
                name="calls_question_choices_go_with_the_kind",
                condition=(Q(kind="choice") & ~Q(choices="")) | (~Q(kind="choice") & Q(choices="")),
            ),
            models.UniqueConstraint(
                fields=("branch", "slot"),
                condition=Q(retired_at__isnull=True),
                name="calls_question_three_at_most",
                violation_error_message=_("Three questions are asked already."),
            ),
        )

    def __str__(self) -> str:
        return self.text

    @property
    def options(self) -> list[tuple[str, str]]:
        """Value and label of what can be chosen; none where words are written."""
        if self.kind == self.Kind.YES_NO:
            return [("yes", str(_("Yes"))), ("no", str(_("No")))]
        return [(line, line) for line in self.choices.splitlines()]

    @property
    def signed_options(self) -> list[tuple[str, str]]:
        """What is ticked or written on paper for each option, and its label. In every language as in Swedish."""
        signs = "JN" if self.kind == self.Kind.YES_NO else "123456789"
        return [(sign, label) for sign, (_value, label) in zip(signs, self.options, strict=False)]

    def value_of(self, sign: str) -> str:
        """Raises ``KeyError`` for a sign that stands for no option."""
        signs = [known for known, _label in self.signed_options]
        return dict(zip(signs, (value for value, _label in self.options), strict=True))[sign]


class Answer(models.Model):
    """What one member answered in one call."""

    LENGTH = 200

    attempt = models.ForeignKey(Attempt, models.CASCADE, related_name="answers")
    question = models.ForeignKey(Question, models.CASCADE, related_name="answers")
    value = models.CharField(_("answer"), max_length=LENGTH)

    class Meta:
        verbose_name = _("answer to a question")
        verbose_name_plural = _("answers to questions")
        constraints = (models.UniqueConstraint(fields=("attempt", "question"), name="calls_answer_once"),)

    def __str__(self) -> str:
        return f"{self.attempt_id}: {self.question_id}"

    @property
    def shown(self) -> str:
        return dict(self.question.options).get(self.value, self.value)
