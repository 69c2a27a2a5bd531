"""Who is erased, when, and what an officer can do about it."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from crm import extensions
from crm.people import retention
from crm.people.models import Branch, ErasureApproval, ErasureHold, KeepingRules, Member, Role, User
from tests.factories import MemberFactory, user_with
from tests.people.leavers import TODAY, a_leaver, a_missing

pytestmark = pytest.mark.django_db


def names(branch: Branch) -> list[str]:
    on_file = Member.objects.filter(branch=branch, erased_at=None)
    return sorted(on_file.values_list("first_name", flat=True))


def erase(branch: Branch, on: date = TODAY) -> dict[str, int]:
    return retention.erase_leavers(branch=branch, on=on)


def due_on(branch: Branch) -> list[date]:
    return [leaver.due_on for leaver in retention.leavers(branch)]


@pytest.mark.parametrize(("days_ago", "erased"), [(29, 0), (30, 1), (31, 1)])
def test_a_leaver_is_erased_after_thirty_days(branch: Branch, days_ago: int, erased: int) -> None:
    a_leaver(branch, days_ago=days_ago)
    assert erase(branch) == {"erased": erased, "waiting for an officer": 0}
    assert Member.objects.exclude(erased_at=None).count() == erased


def test_the_branch_chooses_the_days(branch: Branch) -> None:
    KeepingRules.objects.create(branch=branch, leaver_days=90)
    a_leaver(branch, days_ago=89)
    assert due_on(branch) == [TODAY + timedelta(days=1)]
    assert erase(branch)["erased"] == 0


def test_members_and_the_missing_are_never_erased(branch: Branch) -> None:
    MemberFactory.create(branch=branch, first_name="Medlem")
    a_missing(branch, since=date(2020, 1, 1), first_name="Saknad")
    a_leaver(branch, first_name="Lämnat")
    erase(branch)
    assert names(branch) == ["Medlem", "Saknad"]


def test_who_has_come_back_is_kept(branch: Branch) -> None:
    back = a_leaver(branch, days_ago=400)
    back.memberships.create(branch=branch, started_on=date(2026, 9, 1))
    assert retention.leavers(branch) == []


def test_a_leaving_confirmed_late_is_kept_as_long(branch: Branch) -> None:
    late = a_leaver(branch, days_ago=200)
    late.memberships.update(ended_at=datetime(2026, 11, 20, 9, tzinfo=UTC))
    assert due_on(branch) == [date(2026, 12, 20)]


def test_the_last_leaving_counts(branch: Branch) -> None:
    twice = a_leaver(branch, days_ago=500, reason="unpaid")
    on = date(2026, 11, 1)
    twice.memberships.create(branch=branch, started_on=date(2026, 1, 1), ended_on=on, end_reason="moved")
    (leaver,) = retention.leavers(branch)
    assert (leaver.left_on, leaver.reason, leaver.due_on) == (on, "moved", date(2026, 12, 1))


def test_another_branch_keeps_its_own(branch: Branch, other_branch: Branch) -> None:
    a_leaver(other_branch, first_name="Granne")
    assert erase(branch)["erased"] == 0
    assert names(other_branch) == ["Granne"]


def test_twice_on_a_day_erases_nobody_the_second_time(branch: Branch) -> None:
    a_leaver(branch)
    assert [erase(branch)["erased"] for _time in range(2)] == [1, 0]


# Postponing


def test_a_hold_keeps_until_its_day(branch: Branch) -> None:
    leaver = a_leaver(branch)
    by = user_with(Role.Kind.MEMBER_OFFICER, branch)
    retention.hold(member=leaver, until_on=date(2027, 1, 1), reason="Klagomål", by=by)
    assert erase(branch)["erased"] == 0
    assert erase(branch, on=date(2027, 1, 1))["erased"] == 1
    assert not ErasureHold.objects.exists()


def test_a_later_word_replaces_an_earlier_one(branch: Branch) -> None:
    leaver, by = a_leaver(branch), User.objects.console()
    for reason in ("Ett", "Två"):
        retention.hold(member=leaver, until_on=date(2027, 1, 1), reason=reason, by=by)
    assert list(ErasureHold.objects.values_list("reason", flat=True)) == ["Två"]


def test_a_hold_never_brings_the_day_forward(branch: Branch) -> None:
    leaver = a_leaver(branch, days_ago=0)
    retention.hold(member=leaver, until_on=TODAY + timedelta(days=1), reason="X", by=User.objects.console())
    assert due_on(branch) == [TODAY + timedelta(days=30)]


def test_letting_go_brings_the_usual_day_back(branch: Branch) -> None:
    leaver = a_leaver(branch)
    retention.hold(member=leaver, until_on=date(2027, 1, 1), reason="X", by=User.objects.console())
    assert [retention.let_go(member=leaver) for _time in range(2)] == [True, False]
    assert erase(branch)["erased"] == 1


# The brake


@pytest.mark.parametrize(
    ("number", "members", "unusual"),
    [(5, 0, False), (6, 0, True), (6, 119, True), (6, 120, False), (50, 1000, False), (51, 1000, True)],
)
def test_unusual_is_more_than_five_and_more_than_five_per_cent(
    number: int, members: int, unusual: bool
) -> None:
    assert retention.is_unusual(number, members) is unusual


def six_leavers(branch: Branch) -> None:
    MemberFactory.create(branch=branch)
    for _number in range(6):
        a_leaver(branch)


def test_unusually_many_wait_for_an_officer(branch: Branch) -> None:
    six_leavers(branch)
    assert erase(branch) == {"erased": 0, "waiting for an officer": 6}


def test_the_officers_are_told_once_a_week(branch: Branch, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[str, str]] = []
    put = lambda **mail: told.append((mail["user"].email, mail["purpose_key"]))  # noqa: E731
    monkeypatch.setattr(extensions.user_mail, "all", lambda: iter([put]))
    for kind in Role.Kind.MEMBER_OFFICER, Role.Kind.REGISTER_OFFICER, Role.Kind.BOARD:
        user_with(kind, branch, email=f"{kind}@example.org")
    six_leavers(branch)
    with time_machine.travel(datetime(2026, 11, 21, 3, tzinfo=UTC)):
        erase(branch)
    assert sorted(told) == [
        ("member_officer@example.org", "erasure:2026-47"),
        ("register_officer@example.org", "erasure:2026-47"),
    ]


def test_after_a_yes_they_are_erased(branch: Branch) -> None:
    six_leavers(branch)
    by = user_with(Role.Kind.MEMBER_OFFICER, branch)
    assert retention.approve(branch=branch, on=TODAY, by=by)
    assert ErasureApproval.objects.values_list("due_until", "members", "approved_by").get() == (
        TODAY,
        6,
        by.pk,
    )
    assert erase(branch) == {"erased": 6, "waiting for an officer": 0}


def test_a_yes_holds_for_those_due_by_then_only(branch: Branch) -> None:
    six_leavers(branch)
    retention.approve(branch=branch, on=TODAY, by=User.objects.console())
    for _number in range(6):
        a_leaver(branch, days_ago=29)
    assert erase(branch, on=TODAY + timedelta(days=1)) == {"erased": 6, "waiting for an officer": 6}


def test_there_is_nothing_to_say_yes_to_without_unusually_many(branch: Branch) -> None:
    a_leaver(branch)
    assert not retention.approve(branch=branch, on=TODAY, by=User.objects.console())
    assert not ErasureApproval.objects.exists()


# At once


def test_a_leaver_can_be_forgotten_at_once(branch: Branch) -> None:
    leaver, by = a_leaver(branch, days_ago=1), User.objects.console()
    assert [retention.erase_at_once(member=leaver, by=by, on=TODAY) for _time in range(2)] == [True, False]


def test_a_member_can_not(branch: Branch) -> None:
    member = MemberFactory.create(branch=branch, first_name="Kvar")
    assert not retention.erase_at_once(member=member, by=User.objects.console(), on=TODAY)
    assert names(branch) == ["Kvar"]
