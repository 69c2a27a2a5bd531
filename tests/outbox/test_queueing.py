import pytest
from django.db import IntegrityError, transaction

from crm import extensions
from crm.outbox.models import Message
from crm.people.models import Branch, Role, User
from tests.factories import MemberFactory, user_with
from tests.outbox.conftest import write_to

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("templates")]


def test_each_member_gets_one_message_with_their_own_words(branch: Branch) -> None:
    one, two = MemberFactory.create_batch(2, branch=branch)
    assert write_to(branch, one, two).written == 2
    assert {m.address: m.text.split("\n")[0] for m in Message.objects.all()} == {
        one.email: f"Nr {one.member_number}",
        two.email: f"Nr {two.member_number}",
    }


def test_the_same_purpose_again_writes_nothing_and_reaches_only_the_new_ones(branch: Branch) -> None:
    one, two = MemberFactory.create_batch(2, branch=branch)
    write_to(branch, one)
    assert write_to(branch, one, two).written == 1
    assert write_to(branch, one, two).written == 0
    assert Message.objects.count() == 2


def test_another_purpose_is_another_message(branch: Branch) -> None:
    member = MemberFactory.create(branch=branch)
    write_to(branch, member, key="invite:17")
    write_to(branch, member, key="moved:17:2")
    assert Message.objects.count() == 2


def test_who_has_no_address_is_told_of_and_who_said_no_gets_none(branch: Branch) -> None:
    without = MemberFactory.create(branch=branch, email="", town="")
    said_no = MemberFactory.create(branch=branch, no_messages=True)
    queued = write_to(branch, without, said_no)
    assert (queued.written, queued.without_address) == (0, [without])
    assert not Message.objects.exists()


def test_the_database_holds_one_message_per_member_and_purpose(message: Message) -> None:
    message.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        message.save(force_insert=True)


def test_somebody_with_a_role_is_told_once_through_the_hook(branch: Branch) -> None:
    user = user_with(Role.Kind.CALLER, branch)
    put = extensions.user_mail.get("outbox")
    assert put is not None
    for _time in range(2):
        put(
            branch=branch,
            user=user,
            purpose_key="role:1",
            template="outbox_tests/hello",
            context={"word": "Välkommen"},
            by=User.objects.console(),
        )
    (message,) = Message.objects.all()
    assert (message.user, message.address, message.member) == (user, user.email, None)
