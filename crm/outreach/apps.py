from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OutreachConfig(AppConfig):
    name = "crm.outreach"
    label = "outreach"

    def ready(self) -> None:
        from crm import extensions
        from crm.access import Permission
        from crm.outreach import board, disclosures, figures, jobs, moving, origins, panels, year

        for figure in figures.FIGURES:
            extensions.figures.register(figure.name, figure)
        for account in figures.ACCOUNTS:
            extensions.accounts.register(account.name, account)
        for job in jobs.JOBS:
            extensions.jobs.register(job.name, job)
        extensions.board_parts.register("recruitment", board.PART)
        extensions.panels.register("origin", panels.ORIGIN)
        extensions.disclosures.register("origin", disclosures.ORIGIN)
        extensions.disclosures.register("recruited", disclosures.RECRUITED)
        extensions.merging.register("outreach", moving.MERGING)
        extensions.year_marks.register("outreach", year.year_marks)
        extensions.history.register("outreach", origins.with_origins)
        extensions.navigation.register(
            "outreach",
            extensions.NavEntry(
                label=_("Recruitment"),
                url_name="outreach:index",
                permission=Permission.SEE_FIGURES,
                position=60,
                about=_("Note what you do among people, and see what brings new members."),
            ),
        )
