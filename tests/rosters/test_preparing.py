"""From bytes, or from what was staged, to a plan and its stops: nothing is written."""

import hashlib
from datetime import date
from typing import Any

import pytest
import time_machine
from pytest_django import DjangoAssertNumQueries

from crm.people.models import Branch, Member
from crm.rosters import preparing
from crm.rosters.matching import Outcome
from crm.rosters.models import RosterImport
from crm.rosters.preparing import Prepared
from crm.rosters.reading import UnreadableRoster
from tests.factories import BranchFactory, MemberFactory
from tests.rosters.files import ANNA, BO, NOVEMBER, OCTOBER, SEPTEMBER, bring_in, many, roster
from tests.rosters.reading.test_workbooks import workbook


@pytest.fixture
def branch(db: None) -> Branch:
    made: Branch = BranchFactory.create()
    return made


def beside(branch: Branch, *lines: str, on: date = OCTOBER, is_full: bool = True) -> Prepared:
    content = roster(*lines)
    _, staged = preparing.read(content, filename="r.csv", branch=branch)
    sha256 = hashlib.sha256(content).hexdigest()
    return preparing.beside(branch, staged, roster_date=on, is_full=is_full, sha256=sha256)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b" \r\n\t ", "empty"),
        (b"%PDF-1.4", "pdf"),
        (b"\x89PNG", "picture"),
        (b"<html>", "web_page"),
        (b"x" * 1_000_001, "too_large"),
    ],
)
def test_what_can_be_refused_before_a_worker_reads_it(content: bytes, code: str, settings: Any) -> None:
    settings.ROSTER_MAX_BYTES = 1_000_000
    with pytest.raises(UnreadableRoster) as refused:
        preparing.refuse_at_once(content)
    assert refused.value.code == code


@pytest.mark.parametrize(
    "content",
    [b"x" * 1_000_000, b"a;b\n", "a;b\n".encode("utf-16"), workbook([("Medlemsnr", "Namn"), ("1", "Ek")])],
    ids=["long", "text", "utf-16", "workbook"],
)
def test_the_rest_waits_for_the_worker(content: bytes, settings: Any) -> None:
    settings.ROSTER_MAX_BYTES = 1_000_000
    preparing.refuse_at_once(content)


def test_nothing_is_written(branch: Branch) -> None:
    bring_in(branch, ANNA)
    imports, people = list(RosterImport.objects.values()), list(Member.objects.values())
    beside(branch, ANNA.replace("ÅBY", "Ryd"), BO)
    assert (list(RosterImport.objects.values()), list(Member.objects.values())) == (imports, people)


@pytest.mark.parametrize("count", [1, 30])
def test_the_same_queries_whatever_the_members(
    branch: Branch, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    MemberFactory.create_batch(count, branch=branch)
    with django_assert_num_queries(8):
        beside(branch, *many(count))


def test_only_this_branchs_members_are_looked_at(branch: Branch) -> None:
    bring_in(BranchFactory.create(), ANNA, BO)
    plan = beside(branch, ANNA).plan
    assert (plan.members_before, len(plan.of(Outcome.NEW)), plan.missing) == (0, 1, [])


def test_terms_know_the_last_applied_rosters(branch: Branch) -> None:
    bring_in(branch, ANNA, on=SEPTEMBER)
    bring_in(branch, BO, on=OCTOBER, is_full=False)
    bring_in(BranchFactory.create(), ANNA, on=NOVEMBER)
    terms = beside(branch, ANNA, BO, on=NOVEMBER).plan.terms
    assert (terms.last_roster, terms.last_full, terms.is_repeat) == (OCTOBER, SEPTEMBER, False)


def test_rosters_that_were_not_applied_say_nothing(branch: Branch) -> None:
    made = bring_in(branch, ANNA)
    RosterImport.objects.filter(pk=made.pk).update(state="discarded", applied_at=None)
    terms = beside(branch, ANNA).plan.terms
    assert (terms.last_roster, terms.last_full, terms.is_repeat) == (None, None, False)


def test_the_very_same_file_is_known_by_its_bytes(branch: Branch) -> None:
    bring_in(branch, ANNA)
    assert beside(branch, ANNA).plan.terms.is_repeat
    assert not beside(branch, ANNA, "").plan.terms.is_repeat


@time_machine.travel("2026-11-20 23:30 UTC")
@pytest.mark.parametrize(
    ("chosen", "name", "day"),
    [
        (SEPTEMBER, "lista-2026-10.csv", SEPTEMBER),
        (None, "lista-2026-10.csv", OCTOBER),
        (None, "lista.csv", date(2026, 11, 21)),  # past midnight in Sweden
    ],
)
def test_the_date_is_chosen_or_told_or_todays(
    branch: Branch, chosen: date | None, name: str, day: date
) -> None:
    reading, _ = preparing.read(roster(ANNA), filename=name, branch=branch)
    assert preparing.date_of(reading, chosen) == day


def test_figures_count_every_line_once(branch: Branch) -> None:
    bring_in(branch, ANNA, "5;Eva;Al;;;;;;")
    lines = (ANNA, BO, "2;Bo;Öst;;;;;Södra;", "3;;;ÅBY;;;;;", "4;Ida;Ek;;;;;;ja", "", "Antal: 4;;;;;;;;")
    reading, staged = preparing.read(roster(*lines), filename="r.csv", branch=branch)
    plan = preparing.beside(branch, staged, roster_date=OCTOBER, is_full=True, sha256="").plan
    assert preparing.figures(reading, plan) == {
        "new": 1, "changed": 0, "unchanged": 1, "missing": 1, "leaving": 0, "repeated": 1,
        "rejected": 1, "protected": 1, "not_member_rows": 3, "lines": 8,
    }  # fmt: skip
    assert reading.counts.lines == 8
    assert len(preparing.other_lines(reading)) == 6
