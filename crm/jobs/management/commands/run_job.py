"""``manage.py run_job NAME``: any daily job by hand, as if on a day; without a name, the list of jobs."""

import json
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from crm import extensions
from crm.jobs import running
from crm.people.models import Branch


def iso_date(text: str) -> date:
    return date.fromisoformat(text)


class Command(BaseCommand):
    help = "Runs one daily job for every branch (or one), as if on a date. Without a name: lists the jobs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", nargs="?", help="the job; leave out to list them")
        parser.add_argument("--on", type=iso_date, default=None, help="as if on this day, YYYY-MM-DD (today)")
        parser.add_argument("--branch", help="only this branch (its address name)")
        parser.add_argument(
            "--dry-run", action="store_true", help="tell what it would do, and change nothing"
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["name"] is None:
            return self.list_jobs(as_json=options["json"])
        job = extensions.jobs.get(options["name"])
        if job is None:
            raise CommandError(
                f"There is no job {options['name']!r}. The jobs: {', '.join(extensions.jobs.names())}."
            )
        on = options["on"] or timezone.localdate()
        dry = options["dry_run"]
        if dry and not job.atomic:
            raise CommandError(f"{job.name} talks to the outside, so it has no dry run.")
        run = running.rehearse if dry else running.run_job
        results = {branch.slug: run(job, branch=branch, on=on) for branch in self.branches(options["branch"])}
        if options["json"]:
            said = {"job": job.name, "on": on.isoformat(), "branches": results}
            self.stdout.write(json.dumps(said | ({"dry_run": True} if dry else {})))
            return None
        for slug, result in results.items():
            self.stdout.write(
                f"{slug}: {', '.join(f'{key} {count}' for key, count in result.items()) or 'nothing'}"
            )
        return None

    def list_jobs(self, *, as_json: bool) -> None:
        jobs = {job.name: str(job.about) for job in extensions.jobs.all()}
        if as_json:
            self.stdout.write(json.dumps(jobs, ensure_ascii=False))
            return
        for name, about in jobs.items():
            self.stdout.write(f"{name}: {about}")

    def branches(self, slug: str | None) -> list[Branch]:
        if slug is None:
            return list(Branch.objects.all())
        found = list(Branch.objects.filter(slug=slug))
        if not found:
            raise CommandError(f"There is no branch {slug!r}.")
        return found
