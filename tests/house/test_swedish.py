"""The Swedish of our catalogues is what a reader sees.

Django merges the catalogues of all apps into one, and the first app wins: a word that its admin or allauth
translates as well would be theirs ("Today" was).
"""

from collections.abc import Iterator

import pytest
from django.utils import translation

from crm import catalogues
from crm.catalogues import Catalogue

CATALOGUES = list(catalogues.all_catalogues())


def messages(catalogue: Catalogue) -> Iterator[tuple[str, str | None, str | None, list[str]]]:
    """(singular, plural, context, Swedish) of each message."""
    for message in catalogue.read():
        if message.id and message.string:
            singular, plural = message.id if isinstance(message.id, tuple | list) else (message.id, None)
            swedish = [message.string] if isinstance(message.string, str) else list(message.string)
            yield singular, plural, message.context, swedish


def shown(singular: str, plural: str | None, context: str | None) -> list[str]:
    """What the running product says, for one and for many."""
    if plural is None:
        one = translation.pgettext(context, singular) if context else translation.gettext(singular)
        return [one]
    if context:
        return [translation.npgettext(context, singular, plural, number) for number in (1, 2)]
    return [translation.ngettext(singular, plural, number) for number in (1, 2)]


@pytest.mark.parametrize("catalogue", CATALOGUES, ids=lambda catalogue: catalogue.label)
def test_our_swedish_is_what_a_reader_sees(catalogue: Catalogue) -> None:
    with translation.override(catalogues.LANGUAGE):
        overruled = [
            (singular, swedish, seen)
            for singular, plural, context, swedish in messages(catalogue)
            if (seen := shown(singular, plural, context)) != swedish
        ]
    assert overruled == []


def test_a_word_of_the_admins_would_be_found() -> None:
    with translation.override(catalogues.LANGUAGE):
        assert shown("Today", None, None) == ["Idag"]
