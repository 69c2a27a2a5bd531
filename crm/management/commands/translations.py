"""``manage.py translations``: find messages, check the Swedish ones, compile them."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from crm import catalogues
from crm.catalogues import Catalogue, CatalogueError


class Command(BaseCommand):
    help = "Keep the Swedish catalogues: --update finds messages, --check fails on a gap, --compile makes .mo files."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        deed = parser.add_mutually_exclusive_group(required=True)
        deed.add_argument("--update", action="store_true", help="write new messages to the .po files")
        deed.add_argument("--check", action="store_true", help="exit 1 when a message lacks its Swedish")
        deed.add_argument("--compile", action="store_true", help="make the .mo files that are missing or old")
        parser.add_argument("--app", metavar="LABEL", help="this app's catalogue alone, such as calls")

    def handle(self, *args: Any, **options: Any) -> None:
        chosen = self.choose(options["app"])
        if options["update"]:
            self.update(chosen)
        elif options["check"]:
            self.check_all(chosen)
        else:
            made = sum(catalogues.compile_catalogue(catalogue) for catalogue in chosen)
            if made:
                catalogues.read_again()
            if options["verbosity"]:
                self.stdout.write(f"{made} of {len(chosen)} catalogues compiled")

    def choose(self, label: str | None) -> list[Catalogue]:
        everything = catalogues.all_catalogues()
        chosen = [catalogue for catalogue in everything if label in (None, catalogue.label)]
        if not chosen:
            labels = ", ".join(catalogue.label for catalogue in everything)
            raise CommandError(f"There is no app {label}. The apps are {labels}.")
        return chosen

    def update(self, chosen: list[Catalogue]) -> None:
        errors = []
        for catalogue in chosen:
            try:
                catalogues.update(catalogue)
            except CatalogueError as error:
                errors.append(str(error))
        gaps = [line for catalogue in chosen for line in catalogues.problems(catalogue)]
        self.stdout.write("\n".join(gaps) or "Every message has its Swedish.")
        if errors:
            raise CommandError("Not updated, because a source could not be read:\n" + "\n".join(errors))

    def check_all(self, chosen: list[Catalogue]) -> None:
        gaps = [line for catalogue in chosen for line in catalogues.problems(catalogue)]
        gaps += catalogues.conflicts(chosen)
        if gaps:
            raise CommandError("\n".join([*gaps, "Run manage.py translations --update and fill them in."]))
        self.stdout.write("Every message has its Swedish.")
