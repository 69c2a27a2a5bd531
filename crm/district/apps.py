from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DistrictConfig(AppConfig):
    name = "crm.district"
    label = "district"

    def ready(self) -> None:
        from crm import extensions
        from crm.access import Permission
        from crm.district.access import pages

        extensions.outer_pages.register("district", pages)
        extensions.navigation.register(
            "sharing",
            extensions.NavEntry(
                label=_("Shared with the district"),
                url_name="sharing:index",
                permission=Permission.SHARE_WITH_DISTRICT,
                position=85,
                about=_("Which of the branch's figures the district and the party see."),
            ),
        )
