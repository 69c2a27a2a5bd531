"""What members can and want, to tick: a group of boxes for each kind of word, on whatever page it is asked."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from crm.people import skills
from crm.people.models import Branch, SkillWord

QUESTIONS = {
    SkillWord.Kind.SKILL: _("What can you do?"),
    SkillWord.Kind.INTEREST: _("What interests you?"),
    SkillWord.Kind.LANGUAGE: _("Which languages do you speak, besides Swedish?"),
    SkillWord.Kind.OFFER: _("What would you like to help with?"),
}
KINDS = {kind: capfirst(kind.label) for kind in SkillWord.Kind}


class WordsForm(forms.Form):
    """One field for each kind of which there are words: ``can_skill``, ``can_language`` ..."""

    labels: dict[SkillWord.Kind, Any] = KINDS

    def __init__(self, *args: Any, words: Iterable[SkillWord], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._words = {str(word.pk): word for word in words}
        for kind, label in self.labels.items():
            choices = [(key, word.name) for key, word in self._words.items() if word.kind == kind]
            if choices:
                self.fields[f"can_{kind.value}"] = forms.MultipleChoiceField(
                    label=label,
                    choices=choices,
                    required=False,
                    widget=forms.CheckboxSelectMultiple(attrs={"class": "word-boxes"}),
                )

    @property
    def words(self) -> list[SkillWord]:
        """Those ticked; after ``is_valid``."""
        return [self._words[key] for keys in self.cleaned_data.values() for key in keys]


class TellForm(WordsForm):
    """What the member themselves is asked, in writing or in a call. Nothing is ticked beforehand."""

    labels = QUESTIONS

    def __init__(self, *args: Any, branch: Branch, **kwargs: Any) -> None:
        super().__init__(*args, words=skills.offered_words(branch), **kwargs)


class NoteForm(WordsForm):
    """What an officer notes of a member, of the words not noted yet."""

    def __init__(self, *args: Any, branch: Branch, known: Iterable[int], **kwargs: Any) -> None:
        had = set(known)
        super().__init__(
            *args, words=[word for word in skills.offered_words(branch) if word.pk not in had], **kwargs
        )


class SearchForm(WordsForm):
    """Which words to search for; retired ones too, for members have told them. Sent by GET."""

    def __init__(self, *args: Any, branch: Branch, **kwargs: Any) -> None:
        super().__init__(*args, words=skills.words_of(branch), **kwargs)
