import pytest

from crm import extensions
from crm.outbox import deciding
from crm.outbox.models import Message
from crm.people.models import User

pytestmark = pytest.mark.django_db


def test_what_waits_for_a_leaver_is_cancelled_at_once(message: Message, console: User) -> None:
    hook = extensions.leaving.get("outbox")
    assert hook is not None
    hook(branch=message.branch, member_ids=[message.member_id or 0], by=console)
    message.refresh_from_db()
    assert message.state == Message.State.CANCELLED


def test_an_erased_member_s_messages_forget_their_words(message: Message, console: User) -> None:
    Message.objects.update(state=Message.State.SENT, sent_at=message.queued_at)
    hook = extensions.erasure.get("outbox")
    assert hook is not None
    assert message.member is not None
    hook(member=message.member, by=console)
    message.refresh_from_db()
    assert (message.state, message.address, message.subject, message.text, message.html) == (
        Message.State.SENT,
        "",
        "",
        "",
        "",
    )


@pytest.mark.parametrize("state", [Message.State.QUEUED, Message.State.FAILED, Message.State.UNCERTAIN])
def test_nothing_more_is_sent_to_an_erased_member(message: Message, console: User, state: str) -> None:
    Message.objects.update(state=state)
    assert message.member is not None
    deciding.forget(member=message.member, by=console)
    message.refresh_from_db()
    assert message.state == Message.State.CANCELLED
