"""Coming in on a member's own page, as in a browser."""

import re

from django.core import mail
from django.test import Client

from crm.people.models import Member
from onboarding import own_page
from tests.factories import UserFactory


def mailed_code(member: Member) -> str:
    """The code in the mail that the worker sends."""
    own_page.ask_for_code(member=member)
    own_page.send_codes()
    found = re.search(r"^([A-Z0-9]{4}-[A-Z0-9]{4})$", str(mail.outbox[-1].body), re.MULTILINE)
    assert found
    return found[1]


def open_page(client: Client, member: Member) -> Client:
    code = own_page.print_code(member=member, by=UserFactory.create())
    assert client.post("/min-sida/", {"code": code}).headers["location"] == "/min-sida/jag/"
    return client


def text_of(client: Client) -> str:
    return client.get("/min-sida/jag/").content.decode()
