"""``manage.py grant EMAIL ROLE [PLACE]``: a role, as the administrator's or the superuser's page gives it."""

import json
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management.base import BaseCommand, CommandError

from crm.people import roles
from crm.people.models import Branch, District, Role, User

KINDS = Role.Kind.values


class Command(BaseCommand):
    help = (
        "Gives the person with an e-mail address a role in a branch, in a district (district) or in the whole"
        " party (party), and an account if there is none."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="who gets the role; logs in with it")
        parser.add_argument("role", help=", ".join(KINDS))
        parser.add_argument(
            "branch",
            nargs="?",
            default="",
            help="the branch's or the district's address name; none for party",
        )
        parser.add_argument("--name", default="", help="the person's name; needed the first time")
        parser.add_argument("--from", dest="starts_on", type=date.fromisoformat, help="YYYY-MM-DD (today)")
        parser.add_argument("--to", dest="ends_on", type=date.fromisoformat, help="last day (no end)")
        parser.add_argument("--as", dest="by", help="e-mail of who gives it (the console's own account)")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["role"] not in KINDS:
            raise CommandError(f"There is no role {options['role']!r}. The roles: {', '.join(KINDS)}.")
        try:
            role = self.give(options["role"], options["branch"], options)
        except ValidationError as refusal:
            raise CommandError(" ".join(refusal.messages)) from refusal
        except PermissionDenied as refusal:
            raise CommandError(str(refusal)) from refusal
        self.tell(role, as_json=options["json"])

    def give(self, kind: str, place: str, options: dict[str, Any]) -> Role:
        by = self.actor(options["by"])
        given = {name: options[name] for name in ("email", "name", "starts_on", "ends_on")}
        if kind == Role.Kind.PARTY:
            if place:
                raise CommandError("The whole party's role has no place.")
            return roles.grant_above(district=None, by=by, **given)
        if kind == Role.Kind.DISTRICT:
            return roles.grant_above(district=self.district(place), by=by, **given)
        return roles.grant(kind=kind, branch=self.branch(place), by=by, **given)

    def district(self, slug: str) -> District:
        found = District.objects.filter(slug=slug).first()
        if found is None:
            raise CommandError(f"There is no district {slug!r}.")
        return found

    def branch(self, slug: str) -> Branch:
        found = Branch.objects.filter(slug=slug).first()
        if found is None:
            raise CommandError(f"There is no branch {slug!r}.")
        return found

    def actor(self, email: str | None) -> User:
        if email is None:
            return User.objects.console()
        found = User.objects.filter(email__iexact=email, is_active=True).first()
        if found is None:
            raise CommandError(f"There is no user {email!r}.")
        return found

    def tell(self, role: Role, *, as_json: bool) -> None:
        place = role.branch or role.district
        slug = place.slug if place else None
        last = role.ends_on.isoformat() if role.ends_on else None
        if as_json:
            given = {"email": role.user.email, "role": role.kind, "branch": slug}
            self.stdout.write(json.dumps(given | {"from": role.starts_on.isoformat(), "to": last}))
        else:
            until = f" to {last}" if last else ""
            self.stdout.write(
                f"{role.user.email}: {role.kind} in {slug or 'the party'} from {role.starts_on}{until}"
            )
