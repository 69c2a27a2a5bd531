"""``manage.py create_branch SLUG NAME``: a new branch, as the superuser's page makes it."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from crm.people import branches
from crm.people.models import User


class Command(BaseCommand):
    help = "Creates a branch. Give its first administrator with: grant EMAIL admin SLUG --name NAME."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="its name in addresses, such as storkoping")
        parser.add_argument("name", help="such as 'Storköpings arbetarekommun'")
        parser.add_argument("--place", default="", help="the municipality, as a caller says it (the name)")
        parser.add_argument("--fictitious", action="store_true", help="nothing is ever sent from it")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            branch = branches.create(
                slug=options["slug"],
                name=options["name"],
                place=options["place"],
                is_fictitious=options["fictitious"],
                by=User.objects.console(),
            )
        except ValidationError as refusal:
            raise CommandError(" ".join(refusal.messages)) from refusal
        if options["json"]:
            made = {"slug": branch.slug, "name": branch.name, "place": branch.place}
            self.stdout.write(json.dumps(made | {"fictitious": branch.is_fictitious}, ensure_ascii=False))
        else:
            self.stdout.write(f"{branch.name}: /{branch.slug}/")
