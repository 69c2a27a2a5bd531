"""``manage.py prepare``: all that stands between an installed version and a running one."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand

from crm.people.models import Branch


class Command(BaseCommand):
    help = "Compile catalogues, bring tables up to date, collect static files; with DEMO=1 load the fictitious branch."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("translations", "--compile", verbosity=0)
        self.stdout.write("Tables ...")
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
        if static_files_changed():
            self.stdout.write("Static files ...")
            call_command("collectstatic", interactive=False, verbosity=0)
        if settings.DEMO and not Branch.objects.exists():
            self.stdout.write("A fictitious branch ...")
            call_command("load_demo", stdout=self.stdout)


def static_files_changed() -> bool:
    """Whether a static file is newer than the last collection."""
    collected = Path(settings.STATIC_ROOT) / "staticfiles.json"
    if not collected.exists():
        return True
    files = (Path(storage.path(name)) for finder in get_finders() for name, storage in finder.list([]))
    return any(file.stat().st_mtime > collected.stat().st_mtime for file in files)
