from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BoardConfig(AppConfig):
    name = "crm.board"
    label = "board"

    def ready(self) -> None:
        from crm import extensions
        from crm.access import Permission
        from crm.board.accounts import ACCOUNTS
        from crm.board.jobs import JOBS

        for account in ACCOUNTS:
            extensions.accounts.register(account.name, account)
        for job in JOBS:
            extensions.jobs.register(job.name, job)
        extensions.navigation.register(
            "board",
            extensions.NavEntry(
                label=_("The board"),
                url_name="board:index",
                permission=Permission.SEE_FIGURES,
                position=70,
                about=_("Where the branch stands: figures and no names."),
            ),
        )
