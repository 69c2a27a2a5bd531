"""What a member can and wants: recorded in the branch's own words, and taken back."""

from collections.abc import Iterable

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.people.models import Branch, Member, MemberSkill, SkillWord, User

Kind = SkillWord.Kind
Source = MemberSkill.Source

# What a branch begins with, in Swedish whatever language its creator reads.
USUAL = {
    Kind.SKILL: (
        _("Baking and cooking"),
        _("Driving, with an own car"),
        _("Handicraft and carpentry"),
        _("Keeping accounts"),
        _("Leading meetings"),
        _("Music and entertainment"),
        _("Photography and film"),
        _("Social media"),
        _("Speaking in front of people"),
        _("Writing"),
    ),
    Kind.INTEREST: (
        pgettext_lazy("interest", "Business and jobs"),
        pgettext_lazy("interest", "Children and schools"),
        pgettext_lazy("interest", "Climate and environment"),
        pgettext_lazy("interest", "Culture and sport"),
        pgettext_lazy("interest", "Equality"),
        pgettext_lazy("interest", "Health care and care of the old"),
        pgettext_lazy("interest", "Housing and town planning"),
        pgettext_lazy("interest", "International questions"),
        pgettext_lazy("interest", "Trade unions"),
        pgettext_lazy("interest", "Traffic and public transport"),
    ),
    Kind.LANGUAGE: (
        _("Arabic"),
        _("Bosnian, Croatian, Serbian"),
        pgettext_lazy("language", "English"),
        _("Finnish"),
        _("Kurdish"),
        _("Persian"),
        _("Polish"),
        _("Somali"),
        _("Spanish"),
        _("Swedish sign language"),
        _("Tigrinya"),
        _("Turkish"),
        _("Ukrainian"),
    ),
    Kind.OFFER: (
        _("Being a contact person for new members"),
        _("Calling members"),
        _("Giving others a lift"),
        _("Handing out leaflets"),
        _("Helping at meetings and with the coffee"),
        _("Knocking on doors"),
        _("Leading a study circle"),
        _("Taking a post"),
        _("Working at the elections"),
    ),
}


def words_of(branch: Branch) -> list[SkillWord]:
    """The branch's whole vocabulary, in order; retired words among it."""
    return sorted(SkillWord.objects.filter(branch=branch), key=lambda word: word.order)


def offered_words(branch: Branch) -> list[SkillWord]:
    """Those that can be recorded now. They say nothing of any member, so a caller may see them."""
    return sorted(SkillWord.objects.filter(branch=branch, retired_at=None), key=lambda word: word.order)


@transaction.atomic
def record(*, member: Member, words: Iterable[SkillWord], source: str, by: User) -> int:
    """Note what is true of a member; how many words were new. What was known stays as it was first told.

    ``by`` is the console's account when the member tells it without logging in. Raises ``ValueError`` for
    another branch's word, and for one that is retired.
    """
    wanted = {word.pk: word for word in words}
    if any(word.branch_id != member.branch_id or word.retired_at for word in wanted.values()):
        raise ValueError("a word that the branch does not use")
    known = set(MemberSkill.objects.filter(member=member, word__in=wanted).values_list("word_id", flat=True))
    now, source = timezone.now(), Source(source).value
    new = [
        MemberSkill(member=member, word=word, source=source, noted_at=now, noted_by=by)
        for key, word in wanted.items()
        if key not in known
    ]
    # Somebody else may note the same at this very moment.
    MemberSkill.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)


@transaction.atomic
def take_back(*, member: Member, words: Iterable[SkillWord], by: User) -> int:
    """What is true no longer, or never was, is deleted: nothing is kept that a member has taken back. How many."""
    deleted, _of_which = MemberSkill.objects.filter(member=member, word__in=list(words)).delete()
    return deleted


@transaction.atomic
def add_usual_words(*, branch: Branch) -> int:
    """The usual vocabulary in Swedish, as far as the branch lacks it. How many words were new."""
    had = set(SkillWord.objects.filter(branch=branch).values_list("kind", "name"))
    with translation.override(settings.LANGUAGE_CODE):
        usual = [(kind.value, str(name)) for kind, names in USUAL.items() for name in names]
    new = [SkillWord(branch=branch, kind=kind, name=name) for kind, name in usual if (kind, name) not in had]
    SkillWord.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)


@transaction.atomic
def retire(*, word: SkillWord, by: User) -> bool:
    """Not offered any more; what members have told stays. False when it already was so."""
    words = SkillWord.objects.filter(pk=word.pk, retired_at=None)
    return bool(words.update(retired_at=timezone.now(), retired_by=by))


@transaction.atomic
def use_again(*, word: SkillWord, by: User) -> bool:
    words = SkillWord.objects.filter(pk=word.pk, retired_at__isnull=False)
    return bool(words.update(retired_at=None, retired_by=None))


def with_skills(*, member_ids: list[int]) -> set[int]:
    """Those of whom somebody has noted what they can or want, which undoing an import does not take away."""
    return set(MemberSkill.objects.filter(member__in=member_ids).values_list("member_id", flat=True))
