"""Undoing an import: everything back as it was, but what has happened since."""

from collections.abc import Callable
from datetime import timedelta
from unittest import mock

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from calls import rounds
from calls.models import Attempt, Call
from crm.offices import noting
from crm.offices.models import Office, Training
from crm.outreach import origins
from crm.people import erasing, memberships, skills, wishes
from crm.people.logbook import log_read
from crm.people.models import AccessLog, Branch, Club, Member, Membership, Phone, Role, SkillWord, User
from crm.rosters import importing, removing, snapshots, undoing, working
from crm.rosters.models import RosterImport, RosterRow, UndoRow
from crm.rosters.undoing import CannotUndo, WhyNot
from onboarding.models import ContactPerson, LeaveRequest
from tests.factories import BranchFactory, user_with
from tests.rosters.files import ANNA, BO, CECILIA, NOVEMBER, OCTOBER, bring_in, roster
from tests.rosters.pictures import picture

State = RosterImport.State
MARRIED = ANNA.replace("Åberg", "Öberg").replace("070-174 06 05", "070-174 06 09, 08-465 004 00")


@pytest.fixture
def branch(db: None) -> Branch:
    made: Branch = BranchFactory.create()
    return made


@pytest.fixture
def officer(branch: Branch) -> User:
    return user_with(Role.Kind.MEMBER_OFFICER, branch)


def undone(roster_import: RosterImport, by: User) -> RosterImport:
    """Asked for as the page does, and done by a worker."""
    undoing.ask(roster_import, by=by)
    assert working.work_through() == 1
    roster_import.refresh_from_db()
    return roster_import


def numbers(branch: Branch) -> set[str]:
    return set(Member.objects.filter(branch=branch, erased_at=None).values_list("member_number", flat=True))


def kept(roster_import: RosterImport) -> dict[str, str]:
    return dict(roster_import.undo_rows.values_list("member__member_number", "kept"))


def test_changed_new_and_missing_members_are_as_before(branch: Branch, officer: User) -> None:
    bring_in(branch, ANNA, BO)
    before = picture(branch)
    made = bring_in(branch, MARRIED, CECILIA.replace(";;;2019", ";;;2026"), on=OCTOBER)
    assert picture(branch) != before
    undone(made, officer)
    assert picture(branch) == before
    assert made.undo_counts == {"restored": 2, "removed": 1, "kept": 0}


def test_who_asked_and_when_is_kept_and_the_counts_stay(branch: Branch, officer: User) -> None:
    bring_in(branch, ANNA)
    made = undone(bring_in(branch, MARRIED, BO, on=OCTOBER), officer)
    assert (made.state, made.undo_asked_by, made.new, made.changed) == (State.UNDONE, officer, 1, 1)
    assert made.undone_at is not None
    assert not made.rows.exclude(values={}, changes={}, member_number="", member=None).exists()


def test_those_who_left_for_good_are_members_again(branch: Branch, officer: User) -> None:
    bring_in(branch, ANNA, BO)
    bring_in(branch, ANNA, on=OCTOBER)
    before = picture(branch)
    made = bring_in(branch, ANNA, "Antal: 1", on=NOVEMBER)
    assert Membership.objects.exclude(ended_on=None).count() == 1
    undone(made, officer)
    assert picture(branch) == before


def test_those_who_had_come_back_are_gone_again(branch: Branch, officer: User) -> None:
    for on, lines in ((OCTOBER, [ANNA, BO]), (NOVEMBER, [ANNA])):
        bring_in(branch, *lines, on=on)
    bring_in(branch, ANNA, "Antal: 1", on=NOVEMBER + timedelta(days=30))
    before = picture(branch)
    made = bring_in(branch, ANNA, BO, "Antal: 2", on=NOVEMBER + timedelta(days=60))
    assert (made.new, Member.objects.current().count()) == (1, 2)
    undone(made, officer)
    assert picture(branch) == before


def test_an_end_by_hand_that_the_register_confirmed_is_by_hand_alone_again(
    branch: Branch, officer: User
) -> None:
    bring_in(branch, ANNA, BO)
    memberships.end(member=Member.objects.get(member_number="2"), on=OCTOBER, reason="moved", by=officer)
    before = picture(branch)
    made = bring_in(branch, ANNA, on=NOVEMBER)
    assert Membership.objects.filter(missing_since=NOVEMBER).exists()
    undone(made, officer)
    assert picture(branch) == before


def test_a_club_that_the_file_entered_goes_unless_somebody_is_in_it(branch: Branch, officer: User) -> None:
    bring_in(branch, BO)
    made = bring_in(branch, ANNA, BO, on=OCTOBER)
    assert Club.objects.count() == 1
    undone(made, officer)
    assert not Club.objects.exists()


def test_a_first_import_leaves_an_empty_branch(branch: Branch, officer: User) -> None:
    made = undone(bring_in(branch, ANNA, BO), officer)
    assert made.undo_counts == {"restored": 0, "removed": 2, "kept": 0}
    assert not Member.objects.exists()


def test_who_was_looked_at_stays_in_the_access_log_as_a_random_number(branch: Branch, officer: User) -> None:
    made = bring_in(branch, ANNA)
    log_read(user=officer, branch=branch, members=Member.objects.all(), purpose=AccessLog.Purpose.LIST)
    undone(made, officer)
    shell = AccessLog.objects.get(purpose=AccessLog.Purpose.LIST).member
    assert shell is not None
    assert shell.erased_at is not None
    assert (shell.member_number.startswith("erased-"), shell.search, shell.town) == (
        True,
        shell.member_number,
        "",
    )
    assert not Membership.objects.exists()
    assert not Phone.objects.exists()


# Kept


def test_a_member_changed_since_is_kept_and_named(branch: Branch, officer: User) -> None:
    bring_in(branch, ANNA, BO)
    made = bring_in(branch, MARRIED, BO.replace("ÅBY", "RYD"), on=OCTOBER)
    Member.objects.filter(member_number="1").update(email="anna.ny@example.org")
    undone(made, officer)
    anna, bo = Member.objects.order_by("member_number")
    assert (anna.last_name, anna.email, bo.town) == ("Öberg", "anna.ny@example.org", "ÅBY")
    assert kept(made) == {"1": "edited"}


def test_a_change_of_a_number_or_a_period_counts_too(branch: Branch, officer: User) -> None:
    bring_in(branch, ANNA, BO)
    made = bring_in(branch, MARRIED, BO.replace("ÅBY", "RYD"), on=OCTOBER)
    Phone.objects.filter(member__member_number="1").update(kind=Phone.Kind.LANDLINE)
    Membership.objects.filter(member__member_number="2").update(started_on="2019-01-01")
    assert kept(undone(made, officer)) == {"1": "edited", "2": "edited"}


def test_a_new_member_changed_or_ended_since_is_kept(branch: Branch, officer: User) -> None:
    bring_in(branch, ANNA)
    made = bring_in(branch, ANNA, BO, CECILIA, on=OCTOBER)
    Member.objects.filter(member_number="2").update(street="Nygatan 2")
    memberships.end(member=Member.objects.get(member_number="3"), on=NOVEMBER, reason="left", by=officer)
    assert kept(undone(made, officer)) == {"2": "edited", "3": "edited"}
    assert numbers(branch) == {"1", "2", "3"}


def test_a_new_member_with_a_wish_is_kept_so_that_the_wish_is(branch: Branch, officer: User) -> None:
    made = bring_in(branch, ANNA)
    wishes.change(member=Member.objects.get(), wish="no_calls", is_on=True, by=officer)
    assert kept(undone(made, officer)) == {"1": "history"}
    assert Member.objects.get().no_calls


def test_a_no_that_is_remembered_holds_nobody_back_and_is_not_lost(branch: Branch, officer: User) -> None:
    bring_in(branch, ANNA, BO)
    anna = Member.objects.get(member_number="1")
    wishes.change(member=anna, wish="no_calls", is_on=True, by=officer)
    erasing.erase(member=anna, by=officer, on=OCTOBER)
    made = undone(bring_in(branch, ANNA, BO, "Antal: 2", on=OCTOBER), officer)
    assert (made.undo_counts["removed"], numbers(branch)) == (1, {"2"})
    bring_in(branch, ANNA, BO, "Antal: 3", on=NOVEMBER)
    assert Member.objects.get(member_number="1").no_calls


def test_a_remembered_no_that_was_lifted_since_is_history(branch: Branch, officer: User) -> None:
    bring_in(branch, ANNA, BO)
    anna = Member.objects.get(member_number="1")
    wishes.change(member=anna, wish="no_calls", is_on=True, by=officer)
    erasing.erase(member=anna, by=officer, on=OCTOBER)
    made = bring_in(branch, ANNA, BO, "Antal: 2", on=OCTOBER)
    wishes.change(member=Member.objects.get(member_number="1"), wish="no_calls", is_on=False, by=officer)
    assert kept(undone(made, officer)) == {"1": "history"}


def test_a_new_member_with_somebody_to_ask_is_kept(branch: Branch, officer: User) -> None:
    made = bring_in(branch, ANNA, BO)
    ContactPerson.objects.create(
        member=Member.objects.get(member_number="1"),
        name="Eva Ek",
        named_at=timezone.now(),
        named_by=officer,
    )
    assert (kept(undone(made, officer)), numbers(branch)) == ({"1": "history"}, {"1"})


def test_a_new_member_who_was_called_is_kept_and_one_only_queued_is_not(
    branch: Branch, officer: User
) -> None:
    with time_machine.travel("2026-10-31T12:00:00Z"):
        made = bring_in(branch, ANNA, BO)
        rounds.open_yearly(branch=branch, on=OCTOBER, by=officer)
        called = Call.objects.get(member__member_number="1")
        Attempt.objects.create(
            call=called, outcome="no_answer", reported_at=timezone.now(), reported_by=officer
        )
        undone(made, officer)
    assert (kept(made), numbers(branch)) == ({"1": "history"}, {"1"})
    assert list(Call.objects.values_list("member__member_number", flat=True)) == ["1"]
    assert Attempt.objects.count() == 1


def test_a_call_that_ended_with_the_leaving_is_back_after_the_night(branch: Branch, officer: User) -> None:
    with time_machine.travel("2026-10-31T12:00:00Z"):
        bring_in(branch, ANNA, BO)
        rounds.open_yearly(branch=branch, on=OCTOBER, by=officer)
        made = bring_in(branch, ANNA, on=OCTOBER)
        assert Call.objects.get(member__member_number="2").state == Call.State.EXEMPT
        undone(made, officer)
        rounds.top_up(branch=branch, on=OCTOBER)
    assert Call.objects.get(member__member_number="2").state == Call.State.WAITING


def test_the_calls_of_those_who_are_gone_again_end(branch: Branch, officer: User) -> None:
    with time_machine.travel("2026-11-21T12:00:00Z"):
        bring_in(branch, ANNA, BO)
        bring_in(branch, ANNA, on=OCTOBER)
        made = bring_in(branch, ANNA, BO, "Antal: 2", on=NOVEMBER)
        rounds.open_yearly(branch=branch, on=NOVEMBER, by=officer)
        undone(made, officer)
    assert Call.objects.get(member__member_number="2").state == Call.State.EXEMPT


def test_a_protected_person_whom_the_file_erased_does_not_come_back(branch: Branch, officer: User) -> None:
    bring_in(branch, ANNA, BO)
    undone(bring_in(branch, ANNA, BO + "ja", on=OCTOBER), officer)
    assert numbers(branch) == {"1"}


def test_somebody_erased_since_does_not_come_back(branch: Branch, officer: User) -> None:
    bring_in(branch, ANNA, BO)
    made = bring_in(branch, MARRIED, BO, CECILIA, on=OCTOBER)
    for number in ("1", "3"):
        erasing.erase(member=Member.objects.get(member_number=number), by=officer, on=OCTOBER)
    assert not UndoRow.objects.exists()
    undone(made, officer)
    assert numbers(branch) == {"2"}
    assert Member.objects.exclude(erased_at=None).count() == 2


def note_office(member: Member, by: User) -> None:
    noting.note(noted=Office(member=member, title="ersättare", starts_on=OCTOBER), by=by)


def note_training(member: Member, by: User) -> None:
    Training.objects.create(
        member=member, name="S1", offered_on=OCTOBER, noted_at=timezone.now(), noted_by=by
    )


def note_skill(member: Member, by: User) -> None:
    word = SkillWord.objects.create(branch=member.branch, kind="skill", name="Snickrar")
    skills.record(member=member, words=[word], source="officer", by=by)


def note_origin(member: Member, by: User) -> None:
    origins.note(member=member, source="web", activity=None, recruiter=None, by=by)


def note_recruiter(member: Member, by: User) -> None:
    other = Member.objects.get(member_number="1")
    origins.note(member=other, source="recruiter", activity=None, recruiter=member, by=by)


def note_leave(member: Member, _by: User) -> None:
    LeaveRequest.objects.create(member=member, asked_at=timezone.now())


@pytest.mark.parametrize(
    "noted", [note_office, note_training, note_skill, note_origin, note_recruiter, note_leave]
)
def test_of_whom_something_has_been_noted_stays(
    branch: Branch, officer: User, noted: Callable[[Member, User], None]
) -> None:
    bring_in(branch, ANNA)
    made = bring_in(branch, ANNA, BO, on=OCTOBER)
    noted(Member.objects.get(member_number="2"), officer)
    undone(made, officer)
    assert (numbers(branch), kept(made)) == ({"1", "2"}, {"2": "history"})


def test_every_table_that_points_at_a_member_is_thought_of(branch: Branch) -> None:
    """A new one either has a hook that keeps its members, or goes with a member who should never have been here."""
    tables = {model._meta.label for model, _field in removing.pointing_at_members()}
    asked = {
        "people.Member",
        "people.Merge",
        "people.WishChange",
        "calls.Call",
        "onboarding.Invitation",
        "onboarding.ContactPerson",
        "outbox.Message",
        "people.MemberSkill",
        "onboarding.LeaveRequest",
        "offices.Office",
        "offices.Training",
        "outreach.Origin",
    }
    goes = {
        "calls.AvoidedMember",
        "onboarding.OwnPageCode",
        "people.KeptApart",
        "people.ErasureHold",
        "rosters.Correction",
        "people.Phone",
        "people.Membership",
        "people.ClubMembership",
        "rosters.MissingMember",
        "rosters.UndoRow",
    }
    stays = {"people.AccessLog", "rosters.RosterRow"}
    assert tables == asked | goes | stays


# Which import, and when


def test_only_the_newest_can_be_undone_then_the_one_before(branch: Branch, officer: User) -> None:
    first = bring_in(branch, ANNA)
    second = bring_in(branch, MARRIED, on=OCTOBER)
    assert undoing.why_not(first) == WhyNot.NEWER
    undone(second, officer)
    assert undoing.why_not(first) is None
    undone(first, officer)
    assert not Member.objects.exists()


def test_not_an_import_that_was_not_applied_nor_one_twice(branch: Branch, officer: User) -> None:
    waiting = RosterImport(branch=branch, state=State.STAGED)
    assert undoing.why_not(waiting) == WhyNot.NOT_APPLIED
    made = undone(bring_in(branch, ANNA), officer)
    with pytest.raises(CannotUndo) as refused:
        undoing.ask(made, by=officer)
    assert refused.value.why == WhyNot.ALREADY


@pytest.mark.parametrize(("days", "why"), [(30, None), (31, WhyNot.TOO_OLD)])
def test_for_thirty_days(branch: Branch, days: int, why: WhyNot | None) -> None:
    made = bring_in(branch, ANNA)
    assert made.applied_at is not None
    with time_machine.travel(made.applied_at + timedelta(days=days), tick=False):
        assert undoing.why_not(made) == why


def test_asked_by_two_officers_it_is_undone_once(branch: Branch, officer: User) -> None:
    made = bring_in(branch, ANNA)
    undoing.ask(made, by=officer)
    stale = RosterImport.objects.get(pk=made.pk)
    stale.undo_asked_at = None
    with pytest.raises(CannotUndo):
        undoing.ask(stale, by=user_with(Role.Kind.REGISTER_OFFICER, branch))
    made.refresh_from_db()
    assert made.undo_asked_by == officer


def test_a_caller_may_not(branch: Branch) -> None:
    made = bring_in(branch, ANNA)
    with pytest.raises(PermissionDenied):
        undoing.ask(made, by=user_with(Role.Kind.CALLER, branch))
    assert undoing.why_not(made) is None


def test_a_file_applied_in_between_stops_it(branch: Branch, officer: User) -> None:
    made = bring_in(branch, ANNA)
    undoing.ask(made, by=officer)
    bring_in(branch, MARRIED, on=OCTOBER)
    working.work_through()
    made.refresh_from_db()
    assert (made.state, made.undo_asked_at, made.problem) == (State.APPLIED, None, "undo_too_late")
    assert Member.objects.get().last_name == "Öberg"


def test_after_undoing_the_same_file_is_no_repeat(branch: Branch, officer: User) -> None:
    bring_in(branch, ANNA, BO)
    made = undone(bring_in(branch, ANNA, on=OCTOBER), officer)
    again = bring_in(branch, ANNA, on=OCTOBER)
    assert (made.missing, again.missing) == (1, 1)
    assert Member.objects.missing().count() == 1


def test_a_preview_made_before_the_undoing_is_made_anew(branch: Branch, officer: User) -> None:
    bring_in(branch, ANNA)
    newest = bring_in(branch, MARRIED, on=OCTOBER)
    preview = importing.upload(
        branch=branch, content=roster(MARRIED, BO), filename="r.csv", by=officer, roster_date=NOVEMBER
    )
    working.work_through()
    preview.refresh_from_db()
    undone(newest, officer)
    importing.accept(preview, by=officer)
    working.work_through()
    preview.refresh_from_db()
    assert (preview.state, preview.problem, preview.changed) == (State.STAGED, "branch_changed", 1)


# Workers


def test_a_worker_killed_half_way_leaves_nothing_half_done(branch: Branch, officer: User) -> None:
    bring_in(branch, ANNA, BO)
    made = bring_in(branch, MARRIED, CECILIA, on=OCTOBER)
    as_applied = picture(branch)
    undoing.ask(made, by=officer)
    with (
        mock.patch.object(undoing, "_note_kept", side_effect=KeyboardInterrupt),
        pytest.raises(KeyboardInterrupt),
    ):
        working.work_through()
    assert picture(branch) == as_applied
    with time_machine.travel(timezone.now() + working.LEASE + timedelta(seconds=1)):
        assert working.work_through() == 1
    made.refresh_from_db()
    assert (made.state, numbers(branch)) == (State.UNDONE, {"1", "2"})


def test_undoing_that_fails_three_times_comes_back_to_a_person(branch: Branch, officer: User) -> None:
    made = bring_in(branch, ANNA)
    undoing.ask(made, by=officer)
    with mock.patch.object(snapshots, "restore", side_effect=RuntimeError("disk")):
        for _ in range(4):
            working.work_through()
    made.refresh_from_db()
    assert (made.state, made.undo_asked_at, made.problem) == (State.APPLIED, None, "undo_interrupted")
    assert undoing.why_not(made) is None
    assert undone(made, officer).problem == ""


def test_a_talk_begun_in_the_instant_of_the_removing_is_never_lost(branch: Branch, officer: User) -> None:
    made = bring_in(branch, ANNA)
    anna = Member.objects.get()
    undoing.ask(made, by=officer)
    with mock.patch.object(removing, "with_history", side_effect=[set(), {anna.pk}]):
        working.work_through()
    assert numbers(branch) == {"1"}
    wishes.change(member=anna, wish="no_calls", is_on=True, by=officer)
    working.work_through()
    made.refresh_from_db()
    assert (made.state, kept(made)) == (State.UNDONE, {"1": "history"})


def test_an_unchanged_member_leaves_nothing_to_undo_with(branch: Branch) -> None:
    bring_in(branch, ANNA, BO)
    made = bring_in(branch, ANNA, MARRIED.replace("1;", "4;"), BO, on=OCTOBER)
    assert not made.undo_rows.exists()
    assert RosterRow.objects.filter(roster_import=made, outcome="new").count() == 1
