from django.apps import AppConfig


class FiguresConfig(AppConfig):
    name = "crm.figures"
    label = "figures"

    def ready(self) -> None:
        from crm import extensions
        from crm.figures import clubs, jobs, own, staying, years

        for figure in (*own.FIGURES, *clubs.FIGURES, *staying.FIGURES, *years.FIGURES):
            extensions.figures.register(figure.name, figure)
        for name, tally in own.TALLIES.items():
            extensions.tallies.register(name, tally)
        extensions.tallies.register("staying", staying.TALLY)
        extensions.tallies.register("years", years.YEARS)
        extensions.tallies.register("roster_age", years.ROSTERS)
        for job in jobs.JOBS:
            extensions.jobs.register(job.name, job)
