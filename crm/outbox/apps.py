from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OutboxConfig(AppConfig):
    name = "crm.outbox"
    label = "outbox"

    def ready(self) -> None:
        from crm import extensions
        from crm.access import Permission
        from crm.outbox import (
            bounces,
            deciding,
            disclosures,
            figures,
            jobs,
            moving,
            queueing,
            sending,
            withdrawing,
        )

        extensions.work.register("outbox", sending.send_due)
        extensions.jobs.register(
            "send_messages",
            extensions.Job(
                name="send_messages",
                run=jobs.send_messages,
                hour=0,
                about=_("Sends the messages that are due; the worker does it every minute."),
                atomic=False,
                daily=False,
            ),
        )
        extensions.user_mail.register("outbox", queueing.queue_for_user)
        extensions.disclosures.register("messages", disclosures.MESSAGES)
        extensions.merging.register("outbox", moving.MERGING)
        extensions.figures.register(figures.BOUNCED.name, figures.BOUNCED)
        extensions.tallies.register("bounced", figures.BOUNCED_OF_EACH)
        extensions.call_requests.register("addresses", bounces.calls_to_ask_for)
        extensions.erasure.register("outbox", deciding.forget)
        extensions.leaving.register("outbox", deciding.leave_out)
        extensions.wish_changes.register("outbox", withdrawing.follow_wishes)
        extensions.history.register("outbox", deciding.with_messages)
        extensions.navigation.register(
            "outbox",
            extensions.NavEntry(
                label=_("Messages"),
                url_name="outbox:index",
                permission=Permission.SEE_MESSAGES,
                position=60,
                about=_("Every message, and what became of it."),
            ),
        )
