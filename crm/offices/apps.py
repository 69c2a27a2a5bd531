from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OfficesConfig(AppConfig):
    name = "crm.offices"
    label = "offices"

    def ready(self) -> None:
        from crm import extensions
        from crm.access import Permission
        from crm.offices import disclosures, figures, forgetting, moving, noting, panels

        for figure in figures.FIGURES:
            extensions.figures.register(figure.name, figure)
        extensions.panels.register("offices", panels.OFFICES)
        extensions.disclosures.register("offices", disclosures.OFFICES)
        extensions.disclosures.register("trainings", disclosures.TRAININGS)
        extensions.merging.register("offices", moving.MERGING)
        extensions.erasure.register("offices", forgetting.forget)
        extensions.history.register("offices", noting.with_offices)
        extensions.navigation.register(
            "offices",
            extensions.NavEntry(
                label=_("Offices"),
                url_name="offices:index",
                permission=Permission.SEE_MEMBERS,
                position=52,
                about=_("Who has been elected to what, and who has been offered training."),
            ),
        )
