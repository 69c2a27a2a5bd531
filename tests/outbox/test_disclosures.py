"""What messages tell a person of themselves."""

from datetime import UTC, datetime

import pytest

from crm.outbox import disclosures
from crm.outbox.models import Message
from crm.people.models import Member, User
from tests.factories import MemberFactory

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 20, 9, tzinfo=UTC)


def a_message(member: Member, **fields: object) -> Message:
    return Message.objects.create(
        branch=member.branch,
        member=member,
        purpose_key="prov",
        channel="email",
        address=member.email,
        subject="Välkommen",
        text="Hej!",
        queued_at=AT,
        queued_by=User.objects.console(),
        **fields,
    )


def test_a_message_is_told_as_it_was_written() -> None:
    member = MemberFactory.create(email="asa@example.org")
    a_message(member, state="sent", sent_at=AT)
    assert list(disclosures.messages(member=member)) == [
        (AT, "e-post", "asa@example.org", "Välkommen", "Hej!", "skickat", AT)
    ]


def test_one_that_has_not_gone_out_is_told_too() -> None:
    member = MemberFactory.create()
    a_message(member)
    ((*_written, state, sent_at),) = disclosures.messages(member=member)
    assert (state, sent_at) == ("i kö", None)


def test_others_messages_are_not_told() -> None:
    a_message(MemberFactory.create())
    assert list(disclosures.messages(member=MemberFactory.create())) == []
