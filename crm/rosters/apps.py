from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RostersConfig(AppConfig):
    name = "crm.rosters"
    label = "rosters"

    def ready(self) -> None:
        from crm import extensions
        from crm.access import Permission
        from crm.rosters import disclosures, erasure, figures, jobs, moving, panels, working, year

        extensions.work.register("rosters", working.work_through)
        for job in jobs.JOBS:
            extensions.jobs.register(job.name, job)
        for key, part in disclosures.PARTS.items():
            extensions.disclosures.register(key, part)
        extensions.merging.register("rosters", moving.MERGING)
        for figure in figures.FIGURES:
            extensions.figures.register(figure.name, figure)
        extensions.tallies.register("corrections", figures.UNREPORTED)
        extensions.panels.register("corrections", panels.CORRECTIONS)
        extensions.erasure.register("rosters", erasure.forget_rows)
        extensions.year_marks.register("rosters", year.year_marks)
        extensions.navigation.register(
            "rosters",
            extensions.NavEntry(
                label=_("Member files"),
                url_name="rosters:index",
                permission=Permission.IMPORT_ROSTERS,
                position=20,
                about=_("Take in the file from the central register, see what it changes, export."),
            ),
        )
