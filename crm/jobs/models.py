"""What a job has to do on a day stands here; Celery only wakes the one who claims it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from crm.people.models import Branch


class JobRun(models.Model):
    """One daily job of one branch on one day."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    job = models.CharField(_("job"), max_length=40)
    branch = models.ForeignKey(Branch, models.CASCADE, related_name="job_runs")
    on = models.DateField(_("day"))
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    result = models.JSONField(_("result"), default=dict, blank=True)
    error = models.TextField(_("error"), blank=True)

    class Meta:
        ordering = ("-on", "job")
        verbose_name = _("job run")
        verbose_name_plural = _("job runs")
        constraints = (
            models.UniqueConstraint(fields=("job", "branch", "on"), name="jobs_run_once_per_branch_and_day"),
            models.CheckConstraint(
                name="jobs_run_leased_while_running",
                condition=models.Q(state="running", lease_until__isnull=False)
                | (~models.Q(state="running") & models.Q(lease_until__isnull=True)),
            ),
        )

    def __str__(self) -> str:
        return f"{self.job} {self.branch_id} {self.on}"
