"""Two rows become one person, and two again."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.core import serializers
from django.db.models import ForeignKey
from django.utils import timezone

from calls.models import Attempt, Call, FollowUp
from crm import extensions
from crm.figures import membership
from crm.outbox.models import Message
from crm.people import erasing, memberships, merging, wishes
from crm.people.models import (
    Branch,
    ClubMembership,
    Member,
    Membership,
    Merge,
    Phone,
    WishChange,
)
from onboarding.models import Invitation
from tests.factories import ClubFactory, MemberFactory
from tests.house.sources import APP_PACKAGES
from tests.people.merges import LATER, a_gathering, by, dial, invite, merge, undo, write
from tests.rosters.files import ANNA, BO, CECILIA, NOVEMBER, OCTOBER, bring_in, figures

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("november")]


def everything() -> list[str]:
    """Every row of every table that a merge can touch, but its own and its log."""
    models = [
        Member,
        Phone,
        Membership,
        ClubMembership,
        WishChange,
        Call,
        Attempt,
        FollowUp,
        Invitation,
        Message,
    ]
    return [
        serializers.serialize("json", model._default_manager.order_by("pk"))
        for model in models
        if model is not Membership
    ] + [str(list(Membership.objects.order_by("member", "started_on").values_list(*PERIOD)))]


PERIOD = ("member", "started_on", "missing_since", "ended_on", "end_reason", "ended_by")


# Complete


def test_every_field_of_a_member_has_a_rule() -> None:
    assert set(merging.FIELDS) == {field.name for field in Member._meta.concrete_fields}


def test_every_table_with_a_key_to_a_member_is_named_by_one_app() -> None:
    pointing = {
        model._meta.label
        for model in apps.get_models()
        if model.__module__.split(".")[0] in APP_PACKAGES and model is not Member
        for field in model._meta.concrete_fields
        if isinstance(field, ForeignKey) and field.related_model is Member
    }
    named = [label for hook in extensions.merging.all() for label in hook.models]
    assert sorted(named) == sorted(pointing)


# One row


def test_the_merged_row_is_on_no_list_and_in_no_figure(branch: Branch, kept: Member, merged: Member) -> None:
    merge(kept, merged)
    assert list(Member.objects.current()) == [kept]
    assert list(Member.objects.left()) == []
    assert membership.members_on(branch, date(2026, 11, 21)) == 1
    assert merged.merged_into == kept


def test_the_chosen_values_are_taken_and_nothing_else(kept: Member, merged: Member) -> None:
    number, name = kept.member_number, kept.last_name
    merge(kept, merged, email="anna@example.org", member_number="9", no_calls=True)
    assert (kept.email, kept.member_number, kept.last_name, kept.no_calls) == (
        "anna@example.org",
        number,
        name,
        False,
    )
    assert list(Member.objects.matching("anna@example.org").filter(merged_into=None)) == [kept]


def test_the_branch_has_known_the_person_since_the_earlier_day(kept: Member, merged: Member) -> None:
    Member.objects.filter(pk=merged.pk).update(learnt_on=date(2018, 5, 1))
    merge(kept, merged)
    assert kept.learnt_on == date(2018, 5, 1)


@pytest.mark.parametrize("wish", WishChange.Wish.values)
@pytest.mark.parametrize("side", ["kept", "merged"])
def test_a_no_of_one_is_a_no_of_both(kept: Member, merged: Member, wish: str, side: str) -> None:
    wishes.change(member=kept if side == "kept" else merged, wish=wish, is_on=True, by=by())
    merge(kept, merged)
    assert getattr(kept, wish) is True
    assert WishChange.objects.filter(member=kept, wish=wish, is_on=True).exists()


def test_telephone_numbers_of_both_are_kept_once(kept: Member, merged: Member) -> None:
    Phone.objects.create(member=merged, number="+46701740605", kind="mobile", position=1)
    merge(kept, merged)
    assert [phone.number.as_e164 for phone in kept.phones.all()] == ["+46701740605", "+46701740606"]


def test_clubs_of_both_are_kept_with_one_primary(branch: Branch, kept: Member, merged: Member) -> None:
    shared, own, other = (ClubFactory.create(branch=branch) for _number in range(3))
    for member, club, is_primary in (
        (kept, own, True), (kept, shared, False), (merged, other, True), (merged, shared, False),
    ):  # fmt: skip
        ClubMembership.objects.create(member=member, club=club, is_primary=is_primary)
    merge(kept, merged)
    assert set(kept.club_memberships.values_list("club", "is_primary")) == {
        (own.pk, True),
        (shared.pk, False),
        (other.pk, False),
    }


def test_a_primary_club_comes_along_to_who_had_none(branch: Branch, kept: Member, merged: Member) -> None:
    ClubMembership.objects.create(member=merged, club=ClubFactory.create(branch=branch), is_primary=True)
    merge(kept, merged)
    assert kept.club_memberships.get().is_primary


@pytest.mark.parametrize(
    ("one", "other", "joined"),
    [
        ((2020, None), (2022, None), [(2020, None)]),
        ((2020, 2023), (2022, None), [(2020, None)]),
        ((2020, 2021), (2022, None), [(2020, 2021), (2022, None)]),
        ((2020, 2025), (2021, 2022), [(2020, 2025)]),
        ((2020, 2021), (2021, 2022), [(2020, 2022)]),
    ],
)
def test_periods_that_overlap_become_one(
    kept: Member,
    merged: Member,
    one: tuple[int, int | None],
    other: tuple[int, int | None],
    joined: list[Any],
) -> None:
    for member, (start, end) in ((kept, one), (merged, other)):
        ended = {"ended_on": date(end, 1, 1), "end_reason": "left"} if end else {}
        member.memberships.update(started_on=date(start, 1, 1), **ended)
    merge(kept, merged)
    periods = kept.memberships.values_list("started_on", "ended_on")
    assert [(start.year, end and end.year) for start, end in periods] == joined
    assert not merged.memberships.exists()


def test_who_is_missing_under_one_number_is_a_member_under_the_other(
    branch: Branch, kept: Member, merged: Member
) -> None:
    memberships.mark_missing(branch=branch, member_ids=[kept.pk], on=date(2026, 10, 31), by=by())
    merge(kept, merged)
    assert kept.memberships.values_list("missing_since", "ended_on").get() == (None, None)


@pytest.mark.parametrize("which", ["same", "other branch", "erased", "merged already"])
def test_what_is_not_two_is_not_merged(
    other_branch: Branch, kept: Member, merged: Member, which: str
) -> None:
    other = MemberFactory.create(branch=other_branch) if which == "other branch" else merged
    if which == "erased":
        erasing.erase(member=merged, by=by(), on=date(2026, 11, 21))
    if which == "merged already":
        merge(kept, merged)
    count = Merge.objects.count()
    with pytest.raises(merging.NotTwo):
        merging.merge(kept=kept, merged=kept if which == "same" else other, values={}, by=by())
    assert Merge.objects.count() == count


# Rosters


def test_a_roster_with_both_numbers_brings_nobody_back(branch: Branch) -> None:
    """What the register says of the number that lives on is what counts, so the other's telephone goes again."""
    bring_in(branch, ANNA, BO)
    one, two = Member.objects.order_by("member_number")
    merge(one, two)
    assert figures(bring_in(branch, BO, ANNA, on=OCTOBER)) == {"changed": 1, "unchanged": 1}
    assert one.phones.get().number.as_e164 == "+46701740605"
    assert figures(bring_in(branch, BO, ANNA, CECILIA, on=NOVEMBER)) == {"new": 1, "unchanged": 2}
    assert not two.memberships.exists()


def test_a_roster_with_the_other_number_only_makes_nobody_missing(branch: Branch) -> None:
    bring_in(branch, ANNA, BO)
    one, two = Member.objects.order_by("member_number")
    merge(one, two)
    assert figures(bring_in(branch, BO, CECILIA, on=OCTOBER)) == {"new": 1, "unchanged": 1}
    assert one.memberships.get().missing_since is None


def test_a_roster_with_neither_makes_one_person_missing(branch: Branch) -> None:
    bring_in(branch, ANNA, BO)
    one, two = Member.objects.order_by("member_number")
    merge(one, two)
    assert figures(bring_in(branch, CECILIA, on=NOVEMBER)) == {"new": 1, "missing": 1}


# Taken back


def test_merge_then_undo_is_identity(
    branch: Branch, kept: Member, merged: Member, called: tuple[Call, Call]
) -> None:
    for member in (kept, merged):
        ClubMembership.objects.create(member=member, club=ClubFactory.create(branch=branch), is_primary=True)
    dial(called[0], Attempt.Outcome.NO_ANSWER)
    dial(called[1], Attempt.Outcome.REACHED)
    gathering = a_gathering(branch)
    invite(gathering, kept)
    invite(gathering, merged, answer="yes", came=True)
    invite(a_gathering(branch), merged, answer="no")
    write(merged, "annat")
    memberships.end(member=merged, on=date(2026, 3, 1), reason="moved", by=by())
    before = everything()
    made = merge(kept, merged, email="anna@example.org")
    assert everything() != before
    assert undo(made)
    assert everything() == before


def test_undo_is_once_and_for_thirty_days(kept: Member, merged: Member) -> None:
    made = merge(kept, merged)
    assert not undo(made, at=made.merged_at + timedelta(days=30, seconds=1))
    assert undo(made, at=made.merged_at + timedelta(days=30))
    assert not undo(made)
    row = Merge.objects.get()
    assert (row.undone_by, row.before) == (by(), {})


def test_undo_never_turns_off_a_no_said_since(kept: Member, merged: Member) -> None:
    made = merge(kept, merged)
    with time_machine.travel(LATER - timedelta(hours=1), tick=False):
        wishes.change(member=kept, wish="no_calls", is_on=True, by=by())
    assert undo(made)
    found = Member.objects.order_by("pk").values_list("no_calls", "no_messages")
    assert list(found) == [(True, False), (True, False)]


def test_a_talk_since_stays_with_the_one_person(
    kept: Member, merged: Member, called: tuple[Call, Call]
) -> None:
    mine, _theirs = called
    made = merge(kept, merged)
    dial(mine, Attempt.Outcome.REACHED, at=LATER - timedelta(hours=1))
    assert undo(made)
    mine.refresh_from_db()
    assert (mine.member, mine.state) == (kept, Call.State.REACHED)


def test_who_has_left_since_has_left(kept: Member, merged: Member) -> None:
    made = merge(kept, merged)
    memberships.end(member=kept, on=date(2026, 11, 21), reason="left", by=by())
    assert undo(made)
    ended = [member.memberships.get().ended_on for member in (kept, merged)]
    assert ended == [date(2026, 11, 21), None]


def test_the_latest_merge_is_undone_first(branch: Branch, kept: Member, merged: Member) -> None:
    third = MemberFactory.create(branch=branch, member_number="3")
    first, second = merge(kept, merged), merge(kept, third)
    assert not undo(first)
    assert undo(second)
    assert undo(first)
    assert Member.objects.current().count() == 3


def test_a_chain_leads_to_the_last_and_is_undone_step_by_step(
    branch: Branch, kept: Member, merged: Member
) -> None:
    last = MemberFactory.create(branch=branch, member_number="3")
    first, second = merge(kept, merged), merge(last, kept)
    assert set(Member.objects.exclude(merged_into=None).values_list("merged_into", flat=True)) == {last.pk}
    assert [undo(made) for made in (first, second, first)] == [False, True, True]
    assert Member.objects.current().count() == 3


# Forgotten


def test_erasing_one_row_erases_the_whole_person(kept: Member, merged: Member) -> None:
    for row in (kept, merged):
        assert row.erased_at is None
    merge(kept, merged)
    erasing.erase(member=kept, by=by(), on=date(2026, 11, 21))
    assert not Member.objects.filter(erased_at=None).exists()
    assert Merge.objects.get().before == {}


def test_a_protected_line_with_the_other_number_erases_the_person(branch: Branch) -> None:
    bring_in(branch, ANNA, BO)
    one, two = Member.objects.order_by("member_number")
    merge(one, two)
    bring_in(branch, ANNA, f"{BO}ja", on=OCTOBER)
    assert not Member.objects.filter(erased_at=None, first_name="Anna").exists()
    assert not Member.objects.filter(erased_at=None, first_name="Bo").exists()


@pytest.mark.parametrize(("days", "forgotten"), [(30, 0), (31, 1)])
def test_after_thirty_days_only_the_number_is_kept(
    branch: Branch, kept: Member, merged: Member, days: int, forgotten: int
) -> None:
    made = merge(kept, merged)
    on = timezone.localdate(made.merged_at) + timedelta(days=days)
    assert merging.forget_old(branch=branch, on=on) == {"merges": forgotten}
    merged.refresh_from_db()
    assert (merged.member_number, merged.merged_into) == ("2", kept)
    assert (merged.email == "", Merge.objects.get().before == {}) == (bool(forgotten),) * 2
    assert merging.forget_old(branch=branch, on=on) == {"merges": 0}


def test_undoing_an_import_keeps_who_was_merged(branch: Branch, kept: Member, merged: Member) -> None:
    alone = MemberFactory.create(branch=branch)
    merge(kept, merged)
    assert merging.with_merges(member_ids=[kept.pk, merged.pk, alone.pk]) == {kept.pk, merged.pk}
