"""What member files tell a person of themselves."""

import json

import pytest

from crm.people.models import Branch, Member, User
from crm.rosters import corrections, disclosures
from tests.factories import BranchFactory
from tests.rosters.files import ANNA, BO, CECILIA, NOVEMBER, OCTOBER, bring_in


@pytest.fixture
def branch(db: None) -> Branch:
    made: Branch = BranchFactory.create()
    bring_in(made, ANNA, BO)
    return made


def member(number: str) -> Member:
    return Member.objects.get(member_number=number)


def test_the_line_that_brought_a_person_in_is_told_with_its_values(branch: Branch) -> None:
    ((_at, line, outcome, content),) = disclosures.rows(member=member("2"))
    assert (line, outcome, json.loads(str(content))["first_name"]) == (3, "nya", "Bo")


def test_a_change_is_told_with_before_and_after(branch: Branch) -> None:
    bring_in(branch, ANNA, BO.replace("ÅBY", "Ryd"), on=OCTOBER)
    (_at, _line, outcome, content), _first = disclosures.rows(member=member("2"))
    assert (outcome, json.loads(str(content))) == ("ändrade", {"town": ["ÅBY", "Ryd"]})


def test_files_without_the_person_are_told_with_their_dates(branch: Branch) -> None:
    bring_in(branch, ANNA, on=OCTOBER)
    bring_in(branch, ANNA, CECILIA, on=NOVEMBER)
    told = [(day, has_left) for _at, day, has_left in disclosures.absences(member=member("2"))]
    assert told == [(NOVEMBER, True), (OCTOBER, False)]
    assert list(disclosures.absences(member=member("1"))) == []


def test_what_is_kept_for_undoing_is_told(branch: Branch) -> None:
    bring_in(branch, ANNA, BO.replace("ÅBY", "Ryd"), on=OCTOBER)
    (_at, before), *others = disclosures.undo_rows(member=member("2"))
    assert ("ÅBY" in str(before), others) == (True, [])


def test_nobody_elses_lines_are_told(branch: Branch) -> None:
    contents = [str(row[-1]) for row in disclosures.rows(member=member("1"))]
    assert [("Anna" in content, "Bo" in content) for content in contents] == [(True, False)]


def test_corrections_tell_what_was_noted_and_by_whom(branch: Branch) -> None:
    anna, by = member("1"), User.objects.console()
    corrections.correct(member=anna, values={"town": "RYD"}, by=by)
    ((noted_at, *told),) = disclosures.corrected(member=anna)
    assert told == ["Ort", "ÅBY", "RYD", str(by), None, None]
    assert noted_at is not None
    corrections.correct(member=anna, values={"town": "ÅBY"}, by=by)
    ((*_told, settled_at),) = disclosures.corrected(member=anna)
    assert settled_at is not None
