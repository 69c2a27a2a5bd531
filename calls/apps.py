from django.apps import AppConfig


class CallsConfig(AppConfig):
    name = "calls"
    label = "calls"

    def ready(self) -> None:
        from calls import departures, letters, moving, requested, talks, year
        from calls.disclosures import PARTS
        from calls.figures import FIGURES
        from calls.jobs import JOBS
        from calls.navigation import ENTRIES
        from calls.panels import ATTEMPTS
        from calls.tallies import CALLS
        from crm import extensions

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
        extensions.contacts.register(talks.TALKED_WITH.name, talks.TALKED_WITH)
        for key, part in PARTS.items():
            extensions.disclosures.register(key, part)
        extensions.merging.register("calls", moving.MERGING)
        extensions.leaving.register("calls", departures.end_calls_of_leavers)
        extensions.erasure.register("calls", departures.forget_words)
        extensions.history.register("calls", departures.with_history)
        for name, entry in ENTRIES.items():
            extensions.navigation.register(name, entry)
