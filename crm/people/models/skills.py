"""What members can and want, in a branch's own fixed words. There is no free text, where too much would be noted."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.constraints import who_and_when
from crm.people.models.branches import Branch
from crm.people.models.members import Member
from crm.people.models.users import User
from crm.people.names import sort_key


class SkillWord(models.Model):
    """A word of the branch's vocabulary. It is never renamed: members have said yes to the word as it was."""

    class Kind(models.TextChoices):
        SKILL = "skill", _("can")
        INTEREST = "interest", _("is interested in")
        LANGUAGE = "language", _("speaks")
        OFFER = "offer", _("wants to help with")

    branch = models.ForeignKey(Branch, models.CASCADE, related_name="skill_words")
    kind = models.CharField(_("kind of word"), max_length=8, choices=Kind)
    name = models.CharField(_("word"), max_length=60)
    retired_at = models.DateTimeField(null=True, blank=True)
    retired_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("word for what members can and want")
        verbose_name_plural = _("words for what members can and want")
        constraints = (
            who_and_when("people_skillword", "retired"),
            models.CheckConstraint(name="people_skillword_says_something", condition=~Q(name="")),
            models.UniqueConstraint(
                fields=("branch", "kind", "name"),
                name="people_skillword_once",
                violation_error_message=_("The branch already has that word."),
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def order(self) -> tuple[int, str]:
        """By kind, then as Swedish sorts."""
        return self.Kind.values.index(self.kind), sort_key(self.name, "")


class MemberSkill(models.Model):
    """One member has told, or somebody noted for them, that one word is true of them."""

    class Source(models.TextChoices):
        CALL = "call", _("in a call")
        ANSWER = "answer", _("in the answer to an invitation")
        FORM = "form", _("on their own page")
        OFFICER = "officer", _("noted by an officer")

    member = models.ForeignKey(Member, models.CASCADE, related_name="skills")
    word = models.ForeignKey(SkillWord, models.RESTRICT, related_name="told")
    source = models.CharField(_("told"), max_length=8, choices=Source)
    noted_at = models.DateTimeField(_("when"))
    noted_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("what a member can or wants")
        verbose_name_plural = _("what members can and want")
        constraints = (models.UniqueConstraint(fields=("member", "word"), name="people_memberskill_once"),)

    def __str__(self) -> str:
        return f"{self.member_id} {self.word_id}"
