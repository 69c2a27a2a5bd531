from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    name = "crm.people"
    label = "people"

    def ready(self) -> None:
        from crm.access import Permission
        from crm.extensions import NavEntry, disclosures, history, jobs, merging, navigation, outer_pages
        from crm.people.access import superusers_pages
        from crm.people.disclosures import PARTS
        from crm.people.jobs import JOBS
        from crm.people.merging import with_merges
        from crm.people.moving import MERGING
        from crm.people.skills import with_skills

        navigation.register(
            "members",
            NavEntry(
                label=_("Members"),
                url_name="people:members",
                permission=Permission.SEE_MEMBERS,
                position=10,
                about=_("Search, read contact details, note what a member wishes."),
            ),
        )
        outer_pages.register("superuser", superusers_pages)
        for key, part in PARTS.items():
            disclosures.register(key, part)
        merging.register("people", MERGING)
        history.register("merges", with_merges)
        history.register("skills", with_skills)
        for job in JOBS:
            jobs.register(job.name, job)
        navigation.register(
            "branch_settings",
            NavEntry(
                label=_("Branch and roles"),
                url_name="people:branch_settings",
                permission=Permission.MANAGE_BRANCH,
                position=80,
                about=_("Give people roles, look after clubs and the membership goal."),
            ),
        )
        navigation.register(
            "access_log",
            NavEntry(
                label=_("Access log"),
                url_name="people:access_log",
                permission=Permission.SEE_ACCESS_LOG,
                position=90,
                about=_("Who has looked at whose data, when and for what."),
            ),
        )
