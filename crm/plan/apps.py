from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlanConfig(AppConfig):
    name = "crm.plan"
    label = "plan"

    def ready(self) -> None:
        from crm import extensions
        from crm.access import Permission
        from crm.plan import board
        from crm.plan.jobs import JOBS

        for job in JOBS:
            extensions.jobs.register(job.name, job)
        extensions.board_parts.register("plan", board.PART)
        extensions.how_sections.register("plan", "plan/how_statuses.html")
        extensions.navigation.register(
            "plan",
            extensions.NavEntry(
                label=_("Yearly plan"),
                url_name="plan:index",
                permission=Permission.SEE_PLAN,
                position=75,
                about=_("What the branch has decided to do this year, and how far it has come."),
            ),
        )
