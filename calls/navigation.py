"""What the calls put into the navigation of a branch."""

from django.utils.translation import gettext_lazy as _

from crm.access import Permission
from crm.extensions import NavEntry

ENTRIES = {
    "calls_mine": NavEntry(
        _("My calls"), "calls:mine", Permission.CALL, 30, _("Your list, one person at a time.")
    ),
    "calls_rounds": NavEntry(
        _("Call rounds"),
        "calls:rounds",
        Permission.LEAD_CALLS,
        40,
        _("How far we have come, the callers' lists and what they say."),
    ),
    "calls_answers": NavEntry(
        _("Members' answers"),
        "calls:answers",
        Permission.SEE_FIGURES,
        48,
        _("What members answer to our questions in the calls, in counts."),
    ),
    "calls_follow_ups": NavEntry(
        _("Follow-ups"),
        "calls:follow_ups",
        Permission.HANDLE_FOLLOW_UPS,
        45,
        _("What callers have asked an officer to see to."),
    ),
    "calls_months": NavEntry(
        _("The calls month by month"),
        "calls:months",
        Permission.SEE_FIGURES,
        71,
        _("How many we have tried to reach and reached, this year and last. No names."),
    ),
}
