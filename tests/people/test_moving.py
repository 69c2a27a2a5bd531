"""What other apps hand over when two rows become one person."""

import pytest
from django.utils import timezone

from calls.models import Attempt, Call, FollowUp
from crm.outbox.models import Message
from crm.people import disclosing, logbook
from crm.people.models import AccessLog, Branch, Member
from onboarding.models import ContactPerson, Invitation
from tests.people.merges import a_gathering, by, dial, invite, merge, undo, write

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("november")]


def test_one_call_per_member_and_round_and_reached_wins(
    kept: Member, merged: Member, called: tuple[Call, Call]
) -> None:
    mine, theirs = called
    dial(mine, Attempt.Outcome.NO_ANSWER)
    dial(theirs, Attempt.Outcome.REACHED)
    merge(kept, merged)
    mine.refresh_from_db()
    assert (mine.state, mine.attempts_used, mine.attempts.count()) == (Call.State.REACHED, 2, 2)
    theirs.refresh_from_db()
    assert (theirs.state, theirs.reason, theirs.attempts.count()) == (Call.State.EXEMPT, "left", 0)


def test_a_reached_call_stays_reached_whatever_the_other_is(
    kept: Member, merged: Member, called: tuple[Call, Call]
) -> None:
    mine, theirs = called
    dial(mine, Attempt.Outcome.REACHED)
    reached_at = Call.objects.get(pk=mine.pk).reached_at
    dial(theirs, Attempt.Outcome.NO_ANSWER)
    merge(kept, merged)
    mine.refresh_from_db()
    assert (mine.state, mine.reached_at) == (Call.State.REACHED, reached_at)


def test_a_call_of_a_round_that_the_other_is_not_in_comes_along(
    branch: Branch, kept: Member, merged: Member, called: tuple[Call, Call]
) -> None:
    mine, theirs = called
    mine.delete()
    merge(kept, merged)
    assert list(Call.objects.values_list("pk", "member")) == [(theirs.pk, kept.pk)]


def test_two_open_follow_ups_leave_one(kept: Member, merged: Member, called: tuple[Call, Call]) -> None:
    for call in called:
        dial(call, Attempt.Outcome.MOVED)
    merge(kept, merged)
    assert list(FollowUp.objects.filter(handled_at=None).values_list("call", flat=True)) == [called[0].pk]


def test_who_came_under_either_number_came_once(branch: Branch, kept: Member, merged: Member) -> None:
    gathering = a_gathering(branch)
    mine, theirs = invite(gathering, kept), invite(gathering, merged, answer="yes", came=True)
    merge(kept, merged)
    rows = Invitation.objects.order_by("pk").values_list("pk", "member", "answer", "attended")
    assert list(rows) == [(mine.pk, kept.pk, "yes", True), (theirs.pk, merged.pk, "", None)]


def test_an_own_answer_is_not_overwritten(branch: Branch, kept: Member, merged: Member) -> None:
    gathering = a_gathering(branch)
    mine = invite(gathering, kept, answer="no", came=True)
    invite(gathering, merged, answer="yes", came=False)
    merge(kept, merged)
    mine.refresh_from_db()
    assert (mine.answer, mine.attended) == ("no", True)


def test_an_invitation_to_another_gathering_comes_along(branch: Branch, kept: Member, merged: Member) -> None:
    theirs = invite(a_gathering(branch), merged, answer="yes")
    merge(kept, merged)
    assert Invitation.objects.values_list("pk", "member", "answer").get() == (theirs.pk, kept.pk, "yes")


@pytest.mark.parametrize(("own", "name"), [("", "Fia Fadder"), ("Egon Egen", "Egon Egen")])
def test_a_contact_person_comes_along_to_who_had_none(
    kept: Member, merged: Member, own: str, name: str
) -> None:
    for member, person in ((merged, "Fia Fadder"), (kept, own)):
        if person:
            ContactPerson.objects.create(member=member, name=person, named_at=timezone.now(), named_by=by())
    made = merge(kept, merged)
    assert ContactPerson.objects.get(member=kept).name == name
    assert undo(made)
    assert ContactPerson.objects.get(member=merged).name == "Fia Fadder"


def test_what_an_answer_brings_goes_with_it(branch: Branch, kept: Member, merged: Member) -> None:
    gathering = a_gathering(branch)
    mine, theirs = invite(gathering, kept), invite(gathering, merged, answer="yes")
    Invitation.objects.filter(pk=theirs.pk).update(companions=2, food="nötter")
    merge(kept, merged)
    found = Invitation.objects.order_by("pk").values_list("pk", "companions", "food")
    assert list(found) == [(mine.pk, 2, "nötter"), (theirs.pk, 0, "")]


def test_messages_come_along_and_nobody_gets_the_same_twice(kept: Member, merged: Member) -> None:
    mine, theirs, alone = write(kept, "möte"), write(merged, "möte"), write(merged, "annat")
    merge(kept, merged)
    rows = Message.objects.order_by("pk").values_list("pk", "member", "state")
    assert list(rows) == [
        (mine.pk, kept.pk, "queued"),
        (theirs.pk, merged.pk, "cancelled"),
        (alone.pk, kept.pk, "queued"),
    ]


def test_the_access_log_stays_and_is_told_of_the_whole_person(
    branch: Branch, kept: Member, merged: Member
) -> None:
    logbook.log_read(user=by(), branch=branch, members=[merged], purpose=AccessLog.Purpose.MEMBER)
    merge(kept, merged)
    assert AccessLog.objects.get().member == merged
    (reads,) = (part for part in disclosing.disclose(member=kept, by=by(), reason="") if part.key == "reads")
    assert [row[2] for row in reads.rows] == ["registerutdrag", "en medlems sida"]
