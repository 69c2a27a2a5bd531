"""What gatherings offer in a call, and the calls that they ask for."""

import json
from datetime import date, timedelta

import pytest
import time_machine

from crm import extensions
from crm.extensions import CallRequest, Offer
from crm.outbox.models import Message
from crm.people.models import Branch, Member, Membership, Role, User
from onboarding import answers, invitations, planning
from onboarding.models import Gathering, Invitation
from tests.factories import BranchFactory, MemberFactory, user_with
from tests.onboarding.conftest import EVENING, SIX_WEEKS_BEFORE

pytestmark = pytest.mark.django_db
THE_DAY = date(2027, 3, 11)
TODAY = date(2027, 2, 1)


@pytest.fixture(autouse=True)
def now() -> object:
    with time_machine.travel(SIX_WEEKS_BEFORE + timedelta(days=4)) as traveller:
        yield traveller


@pytest.fixture
def caller(branch: Branch) -> User:
    return user_with(Role.Kind.CALLER, branch)


def new_member(branch: Branch, **fields: object) -> Member:
    member: Member = MemberFactory.create(branch=branch, since=date(2027, 1, 5), **fields)
    return member


def offers(member: Member, on: date = TODAY) -> list[Offer]:
    hook = extensions.offers.get("gatherings")
    assert hook is not None
    return hook.open_for(member=member, on=on)


def say(member: Member, key: str, value: str, by: User) -> None:
    hook = extensions.offers.get("gatherings")
    assert hook is not None
    hook.answer(member=member, key=key, value=value, by=by)


def test_a_new_member_is_offered_the_meeting_before_it_is_invited_to(gathering: Gathering) -> None:
    (offer,) = offers(new_member(gathering.branch))
    assert (offer.key, offer.answered) == (f"gathering:{gathering.pk}", "")
    assert offer.question == "Introduktionsträff 11 mars 18:00, Folkets hus: kommer du?"
    assert [value for value, _label in offer.choices] == ["yes", "no", "later"]


def test_a_member_of_long_standing_is_not_offered_it(gathering: Gathering) -> None:
    assert offers(MemberFactory.create(branch=gathering.branch)) == []


def test_all_members_are_offered_a_member_meeting(branch: Branch, officer: User) -> None:
    meeting = planning.plan(
        branch=branch, by=officer, kind="member_meeting", starts_at=EVENING, place="Folkets hus"
    )
    (offer,) = offers(MemberFactory.create(branch=branch))
    assert offer.key == f"gathering:{meeting.pk}"


@pytest.mark.parametrize("on", [THE_DAY, THE_DAY - timedelta(weeks=13)], ids=["the day", "far ahead"])
def test_what_is_near_and_ahead_is_offered(gathering: Gathering, on: date) -> None:
    assert offers(new_member(gathering.branch), on) == []


def test_a_yes_in_a_call_invites_and_sends_the_facts(gathering: Gathering, caller: User) -> None:
    member = new_member(gathering.branch)
    for _twice in range(2):
        say(member, f"gathering:{gathering.pk}", "yes", caller)
    invitation = Invitation.objects.get()
    assert (invitation.answer, invitation.officer, invitation.ground) == ("yes", caller, "by_hand")
    assert Message.objects.filter(purpose_key=f"invite:{gathering.pk}").count() == 1
    assert [offer.answered for offer in offers(member)] == ["yes"]


def test_a_no_in_a_call_is_noted_without_a_message(gathering: Gathering, caller: User) -> None:
    member = new_member(gathering.branch)
    say(member, f"gathering:{gathering.pk}", "no", caller)
    assert (Invitation.objects.get().answer, Message.objects.count()) == ("no", 0)


@pytest.mark.parametrize("key", ["gathering:0", "gathering:x", "course:1", ""])
def test_an_offer_that_is_none_is_refused(gathering: Gathering, caller: User, key: str) -> None:
    with pytest.raises(ValueError):
        say(new_member(gathering.branch), key, "yes", caller)


def test_another_branch_s_meeting_and_an_odd_answer_are_refused(gathering: Gathering, caller: User) -> None:
    stranger = new_member(BranchFactory.create())
    with pytest.raises(ValueError):
        say(stranger, f"gathering:{gathering.pk}", "yes", caller)
    with pytest.raises(ValueError):
        say(new_member(gathering.branch), f"gathering:{gathering.pk}", "perhaps", caller)


def requests(branch: Branch, on: date) -> list[CallRequest]:
    hook = extensions.call_requests.get("gatherings")
    assert hook is not None
    return list(hook(branch=branch, on=on))


@pytest.fixture
def silent(gathering: Gathering, officer: User) -> Member:
    member = new_member(gathering.branch)
    invitations.invite(gathering=gathering, members=[member], ground="new", by=officer, at=SIX_WEEKS_BEFORE)
    return member


def test_who_has_not_answered_a_week_before_is_a_call(gathering: Gathering, silent: Member) -> None:
    (asked,) = requests(gathering.branch, THE_DAY - timedelta(days=7))
    assert asked == CallRequest(
        kind="meeting",
        key=f"meeting:{gathering.pk}:{silent.pk}",
        member_id=silent.pk,
        from_on=date(2027, 3, 4),
        due_on=date(2027, 3, 10),
        about="Introduktionsträff 2027-03-11",
    )


@pytest.mark.parametrize("days", [8, 0], ids=["earlier", "on the day"])
def test_nobody_is_called_earlier_or_on_the_day(gathering: Gathering, silent: Member, days: int) -> None:
    assert requests(gathering.branch, THE_DAY - timedelta(days=days)) == []


def gone(member: Member) -> None:
    Membership.objects.filter(member=member).update(missing_since=TODAY)


def no_calls(member: Member) -> None:
    Member.objects.filter(pk=member.pk).update(no_calls=True)


def answered(member: Member) -> None:
    Invitation.objects.filter(member=member).update(answer="no", answered_at=EVENING)


def just_invited(member: Member) -> None:
    Invitation.objects.filter(member=member).update(invited_at=EVENING - timedelta(days=4))


@pytest.mark.parametrize("change", [gone, no_calls, answered, just_invited])
def test_some_are_not_called(gathering: Gathering, silent: Member, change: object) -> None:
    change(silent)  # type: ignore[operator]
    assert requests(gathering.branch, THE_DAY - timedelta(days=5)) == []


def test_nobody_is_called_about_a_meeting_for_everybody(gathering: Gathering, silent: Member) -> None:
    Gathering.objects.update(kind="member_meeting", season="")
    assert requests(gathering.branch, THE_DAY - timedelta(days=5)) == []


# --- the caller takes an answer back --------------------------------------------------------------------


def undo(member: Member, gathering: Gathering, before: dict[str, object], by: User) -> None:
    hook = extensions.offers.get("gatherings")
    assert hook is not None
    hook.take_back(member=member, key=f"gathering:{gathering.pk}", before=before, by=by)


def answer(member: Member, gathering: Gathering, value: str, by: User) -> dict[str, object]:
    hook = extensions.offers.get("gatherings")
    assert hook is not None
    before: dict[str, object] = hook.answer(
        member=member, key=f"gathering:{gathering.pk}", value=value, by=by
    )
    assert json.loads(json.dumps(before)) == before
    return before


@pytest.mark.parametrize("value", ["yes", "no", "later"])
def test_taken_back_an_answer_leaves_nothing(gathering: Gathering, caller: User, value: str) -> None:
    member = new_member(gathering.branch)
    undo(member, gathering, answer(member, gathering, value, caller), caller)
    assert (Invitation.objects.count(), Message.objects.count()) == (0, 0)
    assert [offer.answered for offer in offers(member)] == [""]


def test_after_taking_back_a_yes_can_be_said_anew(gathering: Gathering, caller: User) -> None:
    member = new_member(gathering.branch)
    undo(member, gathering, answer(member, gathering, "yes", caller), caller)
    answer(member, gathering, "yes", caller)
    assert (Invitation.objects.get().answer, Message.objects.count()) == ("yes", 1)


def test_an_invitation_that_has_gone_out_stays_without_an_answer(gathering: Gathering, caller: User) -> None:
    member = new_member(gathering.branch)
    before = answer(member, gathering, "yes", caller)
    Message.objects.update(state=Message.State.SENT, sent_at=EVENING)
    undo(member, gathering, before, caller)
    invitation = Invitation.objects.get()
    assert (invitation.answer, invitation.answered_at, invitation.officer) == ("", None, None)
    assert Message.objects.count() == 1


@pytest.mark.parametrize("said", ["", "no", "yes"])
def test_what_was_answered_before_stands_again(
    gathering: Gathering, silent: Member, caller: User, said: str
) -> None:
    own = Invitation.objects.get()
    if said:
        answers.answer(invitation=own, said=said, details=answers.Details(food="nötter"))
    earlier = answers.as_told(Invitation.objects.get())
    undo(silent, gathering, answer(silent, gathering, "later", caller), caller)
    assert answers.as_told(Invitation.objects.get()) == earlier


def test_an_answer_given_since_stands(gathering: Gathering, silent: Member, caller: User) -> None:
    before = answer(silent, gathering, "no", caller)
    answers.answer(invitation=Invitation.objects.get(), said="yes")
    undo(silent, gathering, before, caller)
    assert Invitation.objects.get().answer == "yes"


def test_a_place_taken_by_mistake_goes_to_who_waits(gathering: Gathering, caller: User) -> None:
    Gathering.objects.filter(pk=gathering.pk).update(seats=1)
    first, second = new_member(gathering.branch), new_member(gathering.branch)
    before = answer(first, gathering, "yes", caller)
    answer(second, gathering, "yes", caller)
    assert Invitation.objects.get(member=second).waiting
    undo(first, gathering, before, caller)
    assert [one.member for one in Invitation.objects.expected()] == [second]


def test_who_got_the_place_meanwhile_keeps_it(gathering: Gathering, silent: Member, caller: User) -> None:
    Gathering.objects.filter(pk=gathering.pk).update(seats=1)
    answers.answer(invitation=Invitation.objects.get(member=silent), said="yes")
    other = new_member(gathering.branch)
    answer(other, gathering, "yes", caller)
    before = answer(silent, gathering, "no", caller)
    undo(silent, gathering, before, caller)
    assert [one.member for one in Invitation.objects.expected()] == [other]
    assert [one.member for one in Invitation.objects.waiting()] == [silent]
