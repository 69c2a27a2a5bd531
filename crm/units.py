"""What figures count, in words that follow the number: one member, two members."""

from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


def grouped(number: float, decimals: int = 0) -> str:
    """1000 as "1 000", or as the language groups."""
    return number_format(number, decimals, use_l10n=True, force_grouping=True)


@dataclass(frozen=True)
class Unit:
    one: "str | Promise"
    many: "str | Promise"

    def of(self, number: float) -> str:
        """The word that stands after the number."""
        return str(self.one if number == 1 else self.many)

    def __str__(self) -> str:
        return str(self.many)


ACTIVITIES = Unit(pgettext_lazy("unit", "activity"), _("activities"))
ADDRESSES = Unit(pgettext_lazy("unit", "address"), _("addresses"))
ANSWERS = Unit(pgettext_lazy("unit", "answer"), _("answers"))
CLUBS = Unit(pgettext_lazy("unit", "club"), _("clubs"))
CONVERSATIONS = Unit(pgettext_lazy("unit", "conversation"), _("conversations"))
CORRECTIONS = Unit(pgettext_lazy("unit", "correction"), _("corrections"))
COURSES = Unit(pgettext_lazy("unit", "course"), _("courses"))
DAYS = Unit(pgettext_lazy("unit", "day"), _("days"))
EVENINGS = Unit(pgettext_lazy("unit", "evening"), _("evenings"))
INVITATIONS = Unit(pgettext_lazy("unit", "invitation"), _("invitations"))
LETTERS = Unit(pgettext_lazy("unit", "letter"), _("letters"))
MEETINGS = Unit(pgettext_lazy("unit", "meeting"), _("meetings"))
MEMBERS = Unit(pgettext_lazy("unit", "member"), _("members"))
PERCENT = Unit(_("percent"), _("percent"))
PLACES = Unit(pgettext_lazy("unit", "place"), _("places"))
