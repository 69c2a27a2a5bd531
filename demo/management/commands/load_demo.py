"""``manage.py load_demo``: a fictitious branch with two years behind it. Only where DEMO=1."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from crm.management.commands.serve import make_folders
from demo import loading


class Command(BaseCommand):
    help = (
        "Load a fictitious branch of some 600 members, dated back from today. Does nothing where a branch is."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        make_folders()  # the deeds wake a worker that is not there yet
        if not loading.load(today=timezone.localdate(), say=self.stdout.write):
            self.stdout.write("There is a branch already; nothing was loaded.")
