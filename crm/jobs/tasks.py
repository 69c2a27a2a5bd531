"""What beat and ``crm.wake`` send: each reads from the database what there is to do."""

from celery import shared_task

from crm import extensions
from crm.jobs import running


@shared_task(name="jobs.run_due_jobs")
def run_due_jobs() -> int:
    return running.run_due()


@shared_task(name="jobs.work")
def work(queue: str) -> int:
    found = extensions.work.get(queue)
    return found() if found else 0


@shared_task(name="jobs.sweep")
def sweep() -> int:
    """Every minute: pick up what a lost message or a killed worker left."""
    return sum(queue() for queue in extensions.work.all())
