from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CallsConfig(AppConfig):
    name = "calls"
    label = "calls"

    def ready(self) -> None:
        from calls import departures, letters, moving, requested, talks, year
        from calls.disclosures import PARTS
        from calls.figures import FIGURES
        from calls.jobs import JOBS
        from calls.panels import ATTEMPTS
        from calls.tallies import CALLS
        from crm import extensions
        from crm.access import Permission
        from crm.extensions import NavEntry

        for job in JOBS:
            extensions.jobs.register(job.name, job)
        for figure in FIGURES:
            extensions.figures.register(figure.name, figure)
        extensions.tallies.register("calls", CALLS)
        extensions.call_requests.register("calls.welcome", requested.welcomes)
        extensions.panels.register("attempts", ATTEMPTS)
        extensions.year_marks.register("calls", year.year_marks)
        extensions.texts.register(letters.TRIED_TO_REACH.name, letters.TRIED_TO_REACH)
        extensions.talks.register("calls", talks.talks_with)
        for key, part in PARTS.items():
            extensions.disclosures.register(key, part)
        extensions.merging.register("calls", moving.MERGING)
        extensions.leaving.register("calls", departures.end_calls_of_leavers)
        extensions.erasure.register("calls", departures.forget_words)
        extensions.history.register("calls", departures.with_history)
        for name, entry in {
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
        }.items():
            extensions.navigation.register(name, entry)
