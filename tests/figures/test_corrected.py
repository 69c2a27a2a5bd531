"""A past figure that is counted otherwise than it was told: by which import, applied or taken back since."""

import json
from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from calls.models import Attempt, Call, CallRound
from crm.figures import corrected, keeping, membership, reading
from crm.figures.corrected import Corrected
from crm.figures.models import KeptFigure
from crm.offices.models import Office, Training
from crm.outreach.models import Activity
from crm.people import erasing, memberships
from crm.people.models import Branch, Member, User
from crm.rosters import undoing, working
from crm.rosters.models import RosterImport
from tests.factories import BranchFactory
from tests.rosters.files import ANNA, BO, CECILIA, NOVEMBER, OCTOBER, SEPTEMBER, bring_in

pytestmark = pytest.mark.django_db
AUGUST = date(2026, 8, 31)
NEW_IN_OCTOBER = "4;Dag;Ny;ÅBY;;;2026-10-12;;"
NEW_IN_NOVEMBER = "5;Eva;Ny;ÅBY;;;2026-11-12;;"


def evening(day: date, hour: int = 21) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


@pytest.fixture
def branch() -> Branch:
    """Three members of the August file, kept on the evening of each day until the end of October."""
    made: Branch = BranchFactory.create()
    with time_machine.travel(evening(AUGUST, 18), tick=False):
        bring_in(made, ANNA, BO, CECILIA, on=AUGUST)
    for day in (AUGUST, SEPTEMBER, OCTOBER):
        with time_machine.travel(evening(day), tick=False):
            keeping.keep_day(day)
    return made


def import_on(branch: Branch, day: date, *lines: str, of: date) -> RosterImport:
    with time_machine.travel(evening(day, 12), tick=False):
        return bring_in(branch, *lines, on=of)


def found(branch: Branch, on: date = date(2026, 11, 20)) -> list[Corrected]:
    with time_machine.travel(evening(date(2026, 11, 20), 12), tick=False):
        months = membership.months_until(branch, on, count=6, known_since=AUGUST)
        members = {month.last: month.closing for month in months if month.known}
        return corrected.corrections(branch, on, read=reading.read(branch, on), members=members)


def told(corrections: list[Corrected]) -> list[tuple[str, date, float, float]]:
    return [(one.figure.name, one.on, one.told, one.now) for one in corrections]


def test_nothing_is_corrected_while_nothing_has_changed(branch: Branch) -> None:
    assert found(branch) == []


def test_a_late_file_corrects_the_months_since_its_date(branch: Branch) -> None:
    late = import_on(branch, date(2026, 11, 3), ANNA, BO, of=SEPTEMBER)
    corrections = found(branch)
    assert told(corrections) == [("members", SEPTEMBER, 3, 2), ("members", OCTOBER, 3, 2)]
    causes = [cause for one in corrections for cause in one.causes]
    assert {(cause.key, cause.roster_date, cause.on, cause.was_undone) for cause in causes} == {
        (late.pk, SEPTEMBER, date(2026, 11, 3), False)
    }


def test_a_file_that_moves_no_membership_corrects_nothing(branch: Branch) -> None:
    late = import_on(branch, date(2026, 11, 3), ANNA.replace("ÅBY", "RYD"), BO, CECILIA, of=SEPTEMBER)
    assert (late.changed, late.figures_from, found(branch)) == (1, None, [])


def test_a_new_member_who_joined_before_the_day_corrects_it_and_a_later_one_does_not(branch: Branch) -> None:
    file = import_on(
        branch, date(2026, 11, 19), ANNA, BO, CECILIA, NEW_IN_OCTOBER, NEW_IN_NOVEMBER, of=date(2026, 11, 18)
    )
    assert file.figures_from == date(2026, 10, 12)
    assert told(found(branch)) == [("members", OCTOBER, 3, 4)]


def test_of_two_files_only_the_one_that_reached_back_so_far_is_named(branch: Branch) -> None:
    first = import_on(branch, date(2026, 11, 3), ANNA, BO, of=SEPTEMBER)
    second = import_on(branch, date(2026, 11, 19), ANNA, BO, NEW_IN_NOVEMBER, of=date(2026, 11, 18))
    assert second.figures_from == date(2026, 11, 12)
    assert {cause.key for one in found(branch) for cause in one.causes} == {first.pk}


def test_who_was_missing_and_is_found_again_corrects_the_days_between(branch: Branch) -> None:
    import_on(branch, SEPTEMBER, ANNA, BO, of=SEPTEMBER)
    KeptFigure.objects.all().delete()
    with time_machine.travel(evening(OCTOBER), tick=False):
        keeping.keep_day(SEPTEMBER)
        keeping.keep_day(OCTOBER)
    moved = CECILIA.replace("STORKÖPING", "RYD")
    back = import_on(branch, date(2026, 11, 3), ANNA, BO, moved, of=date(2026, 11, 2))
    assert back.figures_from == SEPTEMBER
    assert told(found(branch)) == [("members", SEPTEMBER, 2, 3), ("members", OCTOBER, 2, 3)]


def undo(made: RosterImport, day: date) -> None:
    with time_machine.travel(evening(day, 12), tick=False):
        undoing.ask(made, by=User.objects.console())
        working.work_through()


def test_an_import_taken_back_since_is_named_as_such(branch: Branch) -> None:
    made = import_on(branch, OCTOBER, ANNA, of=OCTOBER)
    KeptFigure.objects.filter(on=OCTOBER).delete()
    with time_machine.travel(evening(OCTOBER), tick=False):
        keeping.keep_day(OCTOBER)
    undo(made, date(2026, 11, 5))
    (correction,) = found(branch)
    assert told([correction]) == [("members", OCTOBER, 1, 3)]
    assert [(cause.key, cause.on, cause.was_undone) for cause in correction.causes] == [
        (made.pk, date(2026, 11, 5), True)
    ]


def test_one_applied_and_taken_back_since_has_corrected_nothing(branch: Branch) -> None:
    undo(import_on(branch, date(2026, 11, 3), ANNA, of=SEPTEMBER), date(2026, 11, 5))
    assert found(branch) == []


def test_what_a_person_has_changed_by_hand_has_no_import(branch: Branch) -> None:
    member = Member.objects.get(branch=branch, member_number="3")
    memberships.end(member=member, on=date(2026, 10, 15), reason="left", by=User.objects.console())
    (correction,) = found(branch)
    assert (told([correction]), correction.causes) == ([("members", OCTOBER, 3, 2)], ())


def test_a_day_set_back_tells_every_figure_of_it(branch: Branch) -> None:
    late = import_on(branch, date(2026, 11, 3), ANNA, BO, of=SEPTEMBER)
    corrections = [one for one in found(branch, OCTOBER) if one.on == OCTOBER and one.is_of_membership]
    assert sorted(told(corrections)) == [
        ("left", OCTOBER, 0, 1),
        ("left_12_months", OCTOBER, 0, 1),
        ("members", OCTOBER, 3, 2),
    ]
    assert {cause.key for one in corrections for cause in one.causes} == {late.pk}


def test_the_command_tells_it_too(branch: Branch) -> None:
    import_on(branch, date(2026, 11, 3), ANNA, BO, of=SEPTEMBER)
    said = StringIO()
    with time_machine.travel(evening(date(2026, 11, 20), 12), tick=False):
        call_command("figures", branch.slug, "--json", stdout=said)
    by = [{"roster": "2026-09-30", "on": "2026-11-03", "taken_back": False}]
    assert json.loads(said.getvalue())["corrected"] == [
        {"figure": "members", "on": "2026-09-30", "told": 3, "now": 2, "rosters": by},
        {"figure": "members", "on": "2026-10-31", "told": 3, "now": 2, "rosters": by},
    ]


@pytest.fixture
def busy(branch: Branch) -> Branch:
    """Cecilia was dialled in vain and written to, holds an office, and was invited: as kept at the end of October."""
    member, by = Member.objects.get(branch=branch, member_number="3"), User.objects.console()
    call_round = CallRound.objects.create(
        branch=branch, kind="yearly", period="2026", opens_on=date(2026, 2, 1), closes_on=date(2026, 12, 20),
        opened_at=evening(AUGUST), opened_by=by,
    )  # fmt: skip
    call = Call.objects.create(
        round=call_round, member=member, letter_at=evening(date(2026, 9, 20)), letter_by=by, state="exhausted"
    )
    Attempt.objects.create(
        call=call, outcome="no_answer", reported_at=evening(date(2026, 9, 3)), reported_by=by
    )
    noted = {"member": member, "noted_at": evening(AUGUST), "noted_by": by}
    Office.objects.create(kind="municipal", title="Ledamot", starts_on=date(2026, 9, 1), **noted)
    Training.objects.create(name="Ny", offered_on=date(2026, 9, 1), taken_on=date(2026, 9, 2), **noted)
    KeptFigure.objects.all().delete()
    with time_machine.travel(evening(OCTOBER), tick=False):
        keeping.keep_figures(branch=branch, on=OCTOBER)
    return branch


def test_every_kept_figure_that_a_late_file_moves_names_it(busy: Branch) -> None:
    """Whatever app registers it: one that is counted from memberships and does not say so is found here."""
    lines = (ANNA, BO, NEW_IN_OCTOBER, NEW_IN_OCTOBER.replace("4;Dag", "6;Fia"))
    late = import_on(busy, date(2026, 11, 3), *lines, of=date(2026, 10, 30))
    moved = {one.figure.name: one for one in found(busy, OCTOBER)}
    assert set(moved) == {
        "calls_attempted", "calls_kept", "calls_of", "calls_written", "joined", "joined_12_months",
        "left", "left_12_months", "members", "municipal_officers", "municipal_officers_offered",
        "new_members", "roster_age", "year_new_members",
    }  # fmt: skip
    named = {name: [cause.key for cause in one.causes] for name, one in moved.items()}
    assert named == {name: [late.pk] for name in moved}


def test_a_file_that_moves_nobody_is_named_for_the_age_of_the_latest_roster_alone(busy: Branch) -> None:
    late = import_on(busy, date(2026, 11, 3), ANNA, BO, CECILIA, of=date(2026, 10, 30))
    (correction,) = found(busy, OCTOBER)
    assert told([correction]) == [("roster_age", OCTOBER, 61, 1)]
    assert [cause.key for cause in correction.causes] == [late.pk]


def test_what_is_noted_afterwards_is_told_as_such(busy: Branch) -> None:
    Activity.objects.create(
        branch=busy, kind="cafe", held_on=OCTOBER, place="Torget", helpers=2, conversations=9, new_members=0,
        noted_at=evening(date(2026, 11, 2)), noted_by=User.objects.console(),
    )  # fmt: skip
    corrections = found(busy, OCTOBER)
    names = {"outreach_activities", "outreach_with_recruiting", "outreach_conversations", "cafes"}
    assert {one.figure.name for one in corrections} == names
    assert {one.causes for one in corrections} == {()}
    assert not any(one.is_of_membership for one in corrections)


def test_erasing_whom_the_file_took_corrects_nothing_more(busy: Branch) -> None:
    import_on(busy, date(2026, 11, 3), ANNA, BO, of=date(2026, 10, 30))
    before = told(found(busy, OCTOBER))
    member = Member.objects.get(branch=busy, member_number="3")
    erasing.erase(member=member, by=User.objects.console(), on=NOVEMBER)
    assert told(found(busy, OCTOBER)) == before != []


def test_today_is_not_over_and_never_corrected(branch: Branch) -> None:
    KeptFigure.objects.create(
        branch=branch, name="members", on=NOVEMBER, value=99, kept_at=evening(NOVEMBER, 1)
    )
    assert found(branch, NOVEMBER) == []


def test_another_branchs_days_and_imports_are_not_looked_at(branch: Branch) -> None:
    other = BranchFactory.create()
    import_on(other, date(2026, 11, 3), ANNA, of=SEPTEMBER)
    KeptFigure.objects.create(branch=other, name="members", on=OCTOBER, value=99, kept_at=evening(OCTOBER))
    assert found(branch) == []


def test_it_asks_once_and_for_the_files_when_something_differs_first(branch: Branch) -> None:
    on, asked = date(2026, 11, 20), []
    read = reading.read(branch, on)
    for wrong in (0, 1, 1):
        members = dict.fromkeys((AUGUST, SEPTEMBER, OCTOBER), 3 + wrong)
        with CaptureQueriesContext(connection) as queries:
            corrected.corrections(branch, on, read=read, members=members)
        asked.append(len(queries))
    assert asked == [1, 2, 1]


@pytest.mark.parametrize("days_later", [0, 1, 400])
def test_erasing_who_has_left_corrects_nothing(branch: Branch, days_later: int) -> None:
    """However long ago; a kept day and the figure now stay equal."""
    member = Member.objects.get(branch=branch, member_number="3")
    memberships.end(member=member, on=date(2026, 11, 10), reason="left", by=User.objects.console())
    erasing.erase(member=member, by=User.objects.console(), on=NOVEMBER + timedelta(days=days_later))
    assert found(branch) == []
