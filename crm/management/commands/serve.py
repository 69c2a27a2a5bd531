"""``manage.py serve``: the web server and the worker with its clock, in one command."""

import threading
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from crm.processes import Child, Supervisor, is_free, web_command, worker_command


class Command(BaseCommand):
    help = "Run web and worker for an installation on one machine. Ctrl-C stops both."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
        parser.add_argument("--port", type=int, default=8000, help="port to listen on (8000)")

    def handle(self, *args: Any, **options: Any) -> None:
        host, port = options["host"], options["port"]
        if not is_free(host, port):
            raise CommandError(f"Port {port} on {host} is taken or not allowed. Choose another with --port.")
        make_folders()
        children = [Child("web server", web_command(host, port)), Child("worker", worker_command())]
        threading.Thread(target=self.announce, args=(host, port), daemon=True).start()
        failed = Supervisor(children).run()
        if failed:
            raise CommandError(f"The {failed} could not stay up; its last lines above say why.")
        self.stdout.write("Stopped.")

    def announce(self, host: str, port: int) -> None:
        """Say the address when a page answers there, not before."""
        address = f"http://{host}:{port}/"
        for _attempt in range(300):
            time.sleep(0.1)
            try:
                urllib.request.urlopen(address, timeout=5)
            except urllib.error.HTTPError:
                break
            except OSError:
                continue
            break
        self.stdout.write(f"Tusen is running at {address} (Ctrl-C stops it)")
        self.stdout.flush()


def make_folders() -> None:
    """The folders of the embedded default: the broker made of files, letters on disk."""
    folders = [Path(settings.EMAIL_FILE_PATH)]
    if settings.CELERY_BROKER_URL.startswith("filesystem://"):
        options = settings.CELERY_BROKER_TRANSPORT_OPTIONS
        folders += [Path(options["data_folder_in"]), Path(options["control_folder"])]
    for folder in folders:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
