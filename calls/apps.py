from django.apps import AppConfig


class CallsConfig(AppConfig):
    name = "calls"
    label = "calls"

    def ready(self) -> None:
        from calls import departures
        from calls.figures import FIGURES
        from calls.jobs import JOBS
        from calls.panels import ATTEMPTS
        from crm import extensions

        for job in JOBS:
            extensions.jobs.register(job.name, job)
        for figure in FIGURES:
            extensions.figures.register(figure.name, figure)
        extensions.panels.register("attempts", ATTEMPTS)
        extensions.leaving.register("calls", departures.end_calls_of_leavers)
        extensions.erasure.register("calls", departures.forget_words)
