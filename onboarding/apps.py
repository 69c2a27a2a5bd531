from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OnboardingConfig(AppConfig):
    name = "onboarding"
    label = "onboarding"

    def ready(self) -> None:
        from crm import extensions
        from onboarding import (
            board,
            departures,
            disclosures,
            figures,
            half_years,
            held,
            invitations,
            jobs,
            moving,
            offers,
            own_links,
            own_page,
            panels,
            participations,
            requests,
            texts,
            year,
        )

        for job in jobs.JOBS:
            extensions.jobs.register(job.name, job)
        for figure in (*figures.FIGURES, *held.FIGURES):
            extensions.figures.register(figure.name, figure)
        for kind in texts.KINDS:
            extensions.texts.register(kind.name, kind)
        extensions.board_parts.register("unconfirmed", board.PART)
        extensions.tallies.register("intro_meetings", figures.INTRO_MEETINGS)
        extensions.tallies.register("new_heard", figures.HEARD)
        extensions.tallies.register("intro_held", figures.INTRO_HELD)
        extensions.history.register("invitations", invitations.with_invitations)
        extensions.contacts.register(half_years.CAME_TO_INTRODUCTION.name, half_years.CAME_TO_INTRODUCTION)
        extensions.participations.register("gatherings", participations.participations)
        extensions.panels.register("invitations", panels.INVITATIONS)
        extensions.panels.register("own_page", panels.OWN_PAGE)
        extensions.own_pages.register("own_page", own_links.own_url)
        extensions.work.register(own_page.QUEUE, own_page.send_codes)
        extensions.disclosures.register("own_page_codes", disclosures.OWN_PAGE_CODES)
        extensions.disclosures.register("leave_request", disclosures.LEAVE_REQUEST)
        extensions.year_marks.register("gatherings", year.year_marks)
        extensions.disclosures.register("invitations", disclosures.INVITATIONS)
        extensions.disclosures.register("contact_person", disclosures.CONTACT_PERSON)
        extensions.merging.register("onboarding", moving.MERGING)
        extensions.erasure.register("onboarding", departures.close_links)
        extensions.offers.register("gatherings", offers.GatheringOffers())
        extensions.call_requests.register("gatherings", requests.are_you_coming)
        extensions.call_requests.register("first_year", requests.check_ins)
        self._register_navigation()

    def _register_navigation(self) -> None:
        from crm import extensions
        from crm.access import Permission

        extensions.navigation.register(
            "new_members",
            extensions.NavEntry(
                label=_("New members"),
                url_name="onboarding:new_members",
                permission=Permission.PLAN_GATHERINGS,
                position=48,
                about=_("Each new member's first year: what is done, what is due and what is late."),
            ),
        )
        extensions.navigation.register(
            "circulars",
            extensions.NavEntry(
                label=_("Letters to members"),
                url_name="onboarding:circulars",
                permission=Permission.WRITE_CIRCULARS,
                position=58,
                about=_("A letter or an e-mail to all members, to the new ones or to a club."),
            ),
        )
        extensions.navigation.register(
            "gatherings",
            extensions.NavEntry(
                label=_("Gatherings"),
                url_name="onboarding:index",
                permission=Permission.PLAN_GATHERINGS,
                position=50,
                about=_("Introduction meetings: plan them, see who answers, tick who comes."),
            ),
        )
