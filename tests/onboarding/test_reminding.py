"""Reminders before a gathering, thanks after it, and a draft that nobody confirms in time."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from crm.outbox.models import Message
from crm.people.models import Branch, Member, Membership, Role, User
from onboarding import answers, invitations, planning, reminding
from onboarding.models import Gathering, IntroSettings, Invitation
from tests.factories import BranchFactory, MemberFactory, user_with
from tests.logins import log_in_as
from tests.onboarding.conftest import EVENING, SIX_WEEKS_BEFORE

pytestmark = pytest.mark.django_db
THE_DAY = date(2027, 3, 11)
TWO_BEFORE = THE_DAY - timedelta(days=2)
NOW = SIX_WEEKS_BEFORE + timedelta(days=1)


def ask(gathering: Gathering, said: str = "", **fields: object) -> Member:
    """A member who is invited, and has said something."""
    member: Member = MemberFactory.create(branch=gathering.branch, **fields)
    by = gathering.planned_by
    invitations.invite(gathering=gathering, members=[member], ground="new", by=by, at=SIX_WEEKS_BEFORE)
    invitation = Invitation.objects.get(gathering=gathering, member=member)
    if said:
        answers.answer(invitation=invitation, said=said, at=NOW)
    return member


def came(gathering: Gathering, member: Member) -> None:
    invitation = Invitation.objects.get(gathering=gathering, member=member)
    answers.tick(invitation=invitation, attended=True, by=gathering.planned_by)


def told(prefix: str) -> dict[int | None, str]:
    """Who got a message of that purpose, and its subject."""
    found = Message.objects.filter(purpose_key__startswith=prefix)
    return dict(found.values_list("member", "subject"))


def test_yes_and_silence_are_reminded_in_different_words(gathering: Gathering) -> None:
    yes, silent = ask(gathering, "yes"), ask(gathering)
    ask(gathering, "no"), ask(gathering, "later")
    result = reminding.remind_of_gatherings(branch=gathering.branch, on=TWO_BEFORE)
    assert result == {"reminded": 2}
    assert told("remind:") == {
        yes.pk: "Snart ses vi: Introduktionsträff den 11 mars",
        silent.pk: "Kommer du? Introduktionsträff den 11 mars",
    }


@pytest.mark.parametrize(
    ("days", "count"),
    [(3, 0), (2, 1), (1, 1), (0, 0), (-1, 0)],
    ids=["too early", "two days", "the day before", "the day", "the day after"],
)
def test_reminders_come_only_when_the_meeting_is_ahead(gathering: Gathering, days: int, count: int) -> None:
    ask(gathering, "yes")
    reminding.remind_of_gatherings(branch=gathering.branch, on=THE_DAY - timedelta(days=days))
    assert len(told("remind:")) == count


def test_running_twice_and_a_change_of_mind_remind_once(gathering: Gathering) -> None:
    member = ask(gathering)
    reminding.remind_of_gatherings(branch=gathering.branch, on=TWO_BEFORE)
    answers.answer(invitation=Invitation.objects.get(member=member), said="yes", at=NOW)
    reminding.remind_of_gatherings(branch=gathering.branch, on=TWO_BEFORE + timedelta(days=1))
    assert Message.objects.filter(purpose_key=f"remind:{gathering.pk}:0").count() == 1


def test_a_moved_meeting_is_reminded_of_again(gathering: Gathering, officer: User) -> None:
    ask(gathering, "yes")
    reminding.remind_of_gatherings(branch=gathering.branch, on=TWO_BEFORE)
    gathering.starts_at += timedelta(days=7)
    planning.change(gathering=gathering, by=officer)
    reminding.remind_of_gatherings(branch=gathering.branch, on=TWO_BEFORE + timedelta(days=7))
    keys = Message.objects.filter(purpose_key__startswith="remind:").order_by("pk")
    assert [key.rpartition(":")[2] for key in keys.values_list("purpose_key", flat=True)] == ["0", "1"]


def test_who_was_just_invited_has_left_or_waits_is_not_reminded(gathering: Gathering) -> None:
    late, gone, waits = ask(gathering), ask(gathering, "yes"), ask(gathering, "yes")
    Invitation.objects.filter(member=late).update(invited_at=EVENING - timedelta(days=3))
    Membership.objects.filter(member=gone).update(missing_since=TWO_BEFORE)
    Invitation.objects.filter(member=waits).update(waiting=True)
    assert reminding.remind_of_gatherings(branch=gathering.branch, on=TWO_BEFORE) == {}


def test_a_branch_chooses_its_own_day_of_reminding(gathering: Gathering) -> None:
    ask(gathering, "yes")
    IntroSettings.objects.create(branch=gathering.branch, reminder_days=5)
    assert reminding.remind_of_gatherings(branch=gathering.branch, on=THE_DAY - timedelta(days=5))


def test_a_cancelled_meeting_is_not_reminded_of(gathering: Gathering, officer: User) -> None:
    ask(gathering, "yes")
    planning.cancel(gathering=gathering, by=officer)
    assert reminding.remind_of_gatherings(branch=gathering.branch, on=TWO_BEFORE) == {}


def test_who_came_is_thanked_and_who_said_yes_is_missed(gathering: Gathering) -> None:
    guest, no_show = ask(gathering, "yes"), ask(gathering, "yes")
    ask(gathering), ask(gathering, "no")
    came(gathering, guest)
    result = reminding.thank_after_gatherings(branch=gathering.branch, on=THE_DAY + timedelta(days=1))
    assert result == {"thanked": 1, "missed": 1}
    assert (list(told("thanks:")), list(told("missed:"))) == ([guest.pk], [no_show.pk])


def test_nobody_is_missed_before_the_door_is_ticked(gathering: Gathering) -> None:
    ask(gathering, "yes")
    after = THE_DAY + timedelta(days=1)
    assert reminding.thank_after_gatherings(branch=gathering.branch, on=after) == {}


def test_thanks_come_once_also_when_the_list_is_ticked_late(gathering: Gathering) -> None:
    first, second = ask(gathering, "yes"), ask(gathering)
    came(gathering, first)
    reminding.thank_after_gatherings(branch=gathering.branch, on=THE_DAY + timedelta(days=1))
    came(gathering, second)
    for days in (2, 3, 30):
        reminding.thank_after_gatherings(branch=gathering.branch, on=THE_DAY + timedelta(days=days))
    assert sorted(key or 0 for key in told("thanks:")) == sorted([first.pk, second.pk])


def test_thanks_say_the_next_step(gathering: Gathering) -> None:
    guest = ask(gathering, "yes")
    came(gathering, guest)
    reminding.thank_after_gatherings(branch=gathering.branch, on=THE_DAY + timedelta(days=1))
    message = Message.objects.get(purpose_key=f"thanks:{gathering.pk}")
    assert "Nästa steg är medlemsutbildningen S1" in message.text
    assert "/nej/" in message.text


@pytest.fixture
def draft(branch: Branch, officer: User) -> Gathering:
    user_with(Role.Kind.BOARD, branch, email="styrelsen@example.org")
    user_with(Role.Kind.CALLER, branch)
    with time_machine.travel(SIX_WEEKS_BEFORE - timedelta(days=30)):
        planning.plan_intro_meetings(branch=branch, on=date(2027, 1, 4))
    return Gathering.objects.get()


def test_officer_and_board_are_told_once_when_nobody_confirms_in_time(draft: Gathering) -> None:
    early, due = date(2027, 1, 27), date(2027, 1, 28)
    assert planning.warn_of_unconfirmed(branch=draft.branch, on=early) == {}
    for day in (due, due + timedelta(days=1)):
        assert planning.warn_of_unconfirmed(branch=draft.branch, on=day)["unconfirmed"] == 1
    written = Message.objects.filter(purpose_key=f"unconfirmed:{draft.pk}")
    assert sorted(written.values_list("address", flat=True)) == ["marta@example.org", "styrelsen@example.org"]
    assert "är inte bekräftad" in written[0].text


def boards_page(client: Client, draft: Gathering, on: date) -> str:
    with time_machine.travel(datetime.combine(on, time(12), tzinfo=UTC), tick=False):
        log_in_as(client, Role.Kind.BOARD, draft.branch)
        return client.get(reverse("board:index", args=[draft.branch.slug])).content.decode()


WARNING = "Träffen den 11 mars är inte bekräftad"


@pytest.mark.parametrize(
    ("on", "told"), [(date(2027, 1, 27), False), (date(2027, 1, 28), True), (date(2027, 3, 12), False)]
)
def test_the_board_sees_it_on_its_own_page(client: Client, draft: Gathering, on: date, told: bool) -> None:
    page = boards_page(client, draft, on)
    assert (WARNING in page, "Be en medlemsansvarig" in page) == (told, told)


def test_the_boards_page_says_nothing_of_a_confirmed_one_or_of_another_branchs(
    client: Client, draft: Gathering, officer: User
) -> None:
    on = date(2027, 2, 1)
    other = BranchFactory.create()
    planning.plan_intro_meetings(branch=other, on=date(2027, 1, 4))
    planning.confirm(gathering=draft, by=officer)
    assert WARNING not in boards_page(client, draft, on)


def test_a_confirmed_draft_is_not_warned_of(draft: Gathering, officer: User) -> None:
    planning.confirm(gathering=draft, by=officer)
    assert planning.warn_of_unconfirmed(branch=draft.branch, on=date(2027, 2, 1)) == {}
