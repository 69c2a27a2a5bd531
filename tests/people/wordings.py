"""Words of a branch's vocabulary, for tests."""

from crm.people.models import Branch, SkillWord


def word(branch: Branch, name: str = "Baka", kind: str = "skill") -> SkillWord:
    return SkillWord.objects.get_or_create(branch=branch, kind=kind, name=name)[0]


def ticks(*words: SkillWord) -> dict[str, list[str]]:
    """What a form with these words ticked sends."""
    sent: dict[str, list[str]] = {}
    for one in words:
        sent.setdefault(f"can_{one.kind}", []).append(str(one.pk))
    return sent
