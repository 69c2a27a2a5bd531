"""Waking a worker. The row is the truth: a lost message costs a minute, until the next sweep."""

import logging

from django.db import transaction

from crm.celery import app

log = logging.getLogger(__name__)


def wake(queue: str) -> None:
    """After commit, ask a worker to look at ``queue`` ("rosters", "outbox"). Never fails the page that asks."""
    transaction.on_commit(lambda: _send(queue))


def _send(queue: str) -> None:
    try:
        app.send_task("jobs.work", args=[queue], retry=False)
    except Exception as error:  # any broker fault: the sweep does it within a minute
        log.warning("Could not wake a worker for %s: %s", queue, error)
