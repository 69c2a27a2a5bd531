"""Starting daily jobs: the row of the day is claimed, run and closed, however often beat or a person asks."""

import logging
from contextlib import nullcontext
from datetime import date, timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from crm import extensions
from crm.extensions import Job
from crm.jobs.models import JobRun
from crm.people.models import Branch

log = logging.getLogger(__name__)

# A job that was cut off is taken up again after this long; no daily job runs nearly so long.
LEASE = timedelta(minutes=15)
MOST_ATTEMPTS = 5


def run_due() -> int:
    """Run today's jobs that have not run yet, for every branch. What was missed while all was off runs now."""
    now = timezone.localtime()
    due = [job for job in extensions.jobs.all() if job.daily and now.hour >= job.hour]
    plan(due, on=now.date())
    done = 0
    for run in JobRun.objects.filter(claimable(), on=now.date(), job__in=[job.name for job in due]):
        done += claim_and_run(run)
    return done


def plan(due: list[Job], *, on: date) -> None:
    """A row for each job, branch and day; one that is there stays as it is."""
    branches = list(Branch.objects.all())
    JobRun.objects.bulk_create(
        [JobRun(job=job.name, branch=branch, on=on) for job in due for branch in branches],
        ignore_conflicts=True,
    )


def claimable() -> Q:
    """Waiting or failed rows, and running ones whose worker was cut off."""
    fresh = Q(state__in=(JobRun.State.WAITING, JobRun.State.FAILED), attempts__lt=MOST_ATTEMPTS)
    return fresh | Q(state=JobRun.State.RUNNING, lease_until__lt=timezone.now())


def claim_and_run(run: JobRun) -> bool:
    """Whether this process got the row and ran its job; only one of two workers does."""
    claimed = JobRun.objects.filter(claimable(), pk=run.pk).update(
        state=JobRun.State.RUNNING, lease_until=timezone.now() + LEASE, attempts=F("attempts") + 1
    )
    job = extensions.jobs.get(run.job)
    if claimed != 1 or job is None:
        return False
    try:
        result = run_job(job, branch=run.branch, on=run.on)
    except Exception as error:  # the row keeps the reason; the next minute tries again
        log.exception("Job %s failed for %s", job.name, run.branch.slug)
        close(run, state=JobRun.State.FAILED, error=f"{type(error).__name__}: {error}")
        return False
    close(run, state=JobRun.State.DONE, result=result)
    return True


def run_job(job: Job, *, branch: Branch, on: date) -> dict[str, int]:
    """One job as if on that day, in one transaction: done or not done, never half."""
    with transaction.atomic() if job.atomic else nullcontext():
        return job.run(branch=branch, on=on)


def rehearse(job: Job, *, branch: Branch, on: date) -> dict[str, int]:
    """What the job would do on that day: it is run and taken back. Raises ``ValueError`` for one that can't be."""
    if not job.atomic:
        raise ValueError(f"{job.name} talks to the outside and can't be taken back.")
    with transaction.atomic():
        result = job.run(branch=branch, on=on)
        transaction.set_rollback(True)
    return result


def close(run: JobRun, *, state: str, result: dict[str, int] | None = None, error: str = "") -> None:
    JobRun.objects.filter(pk=run.pk).update(
        state=state, lease_until=None, finished_at=timezone.now(), result=result or {}, error=error
    )
