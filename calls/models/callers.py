"""What callers are like: how much they take on, whom they would rather call, and whom they don't call."""

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from crm.people.models import Branch, Club, Member, SkillWord, User
from crm.people.names import search_key


class CallerProfile(models.Model):
    """One caller's wishes in one branch. Who has none takes an even share of whomever."""

    branch = models.ForeignKey(Branch, models.CASCADE, related_name="caller_profiles")
    user = models.ForeignKey(User, models.CASCADE, related_name="caller_profiles")
    capacity = models.PositiveSmallIntegerField(
        _("calls at most"),
        null=True,
        blank=True,
        help_text=_("In one round; a couple with one number counts once. Empty: an even share."),
    )
    clubs = models.ManyToManyField(
        Club,
        blank=True,
        verbose_name=_("clubs"),
        related_name="+",
        help_text=_("Members of these clubs come first."),
    )
    areas = models.CharField(
        _("areas"),
        max_length=300,
        blank=True,
        help_text=_("Towns, or the first digits of postcodes, with commas between: Ryd, 584, 585 9."),
    )
    languages = models.ManyToManyField(
        SkillWord,
        blank=True,
        verbose_name=_("languages"),
        related_name="+",
        limit_choices_to={"kind": SkillWord.Kind.LANGUAGE},
    )

    class Meta:
        verbose_name = _("caller's wishes")
        verbose_name_plural = _("callers' wishes")
        constraints = (
            models.UniqueConstraint(
                fields=("branch", "user"),
                name="calls_profile_once_per_branch_and_user",
                violation_error_message=_("The caller's wishes are on file already."),
            ),
            models.CheckConstraint(
                name="calls_profile_capacity_of_some_use",
                condition=Q(capacity=None) | Q(capacity__range=(1, 2_000)),
                violation_error_message=_("Choose from 1 to 2 000, or leave it empty."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.user_id} {self.branch_id}"

    @property
    def postcodes(self) -> tuple[str, ...]:
        """The areas that are the beginnings of postcodes, without spaces."""
        return tuple(area.replace(" ", "") for area in terms(self.areas) if area[0].isdigit())

    @property
    def towns(self) -> frozenset[str]:
        return frozenset(area for area in terms(self.areas) if not area[0].isdigit())


def terms(text: str) -> list[str]:
    """What stands between commas, as search reads it: without capitals and spare spaces."""
    return [" ".join(term.split()) for term in search_key(text.replace(";", ",")).split(",") if term.strip()]


class AvoidedMember(models.Model):
    """Somebody whom a caller won't or shouldn't call. No reason is asked for, and none is kept."""

    profile = models.ForeignKey(CallerProfile, models.CASCADE, related_name="avoided")
    member = models.ForeignKey(Member, models.CASCADE, related_name="avoided_by")
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        ordering = ("added_at", "pk")
        verbose_name = _("member not called by a caller")
        verbose_name_plural = _("members not called by a caller")
        constraints = (
            models.UniqueConstraint(fields=("profile", "member"), name="calls_avoided_once_per_caller"),
        )

    def __str__(self) -> str:
        return f"{self.profile_id} {self.member_id}"


def avoided_by(caller: User) -> Exists:
    """A condition on calls: the caller does not call that member."""
    return Exists(AvoidedMember.objects.filter(member=OuterRef("member_id"), profile__user=caller))
