"""What is counted for many branches in one pass is what each figure counts for itself, branch by branch."""

from datetime import date, timedelta
from random import Random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from crm import extensions
from crm.figures import reading
from crm.people.models import Branch, MembershipGoal
from tests.factories import BranchFactory, MemberFactory
from tests.figures.histories import period

pytestmark = pytest.mark.django_db
ON = date(2026, 6, 30)


def random_branch(chance: Random) -> Branch:
    found: Branch = BranchFactory.create()
    for _ in range(chance.randint(0, 12)):
        started = date(2024, 1, 1) + timedelta(chance.randint(0, 1000))
        ended = chance.choice([None, started + timedelta(chance.randint(0, 700))])
        missing = chance.choice([None, None, started + timedelta(chance.randint(0, 700))])
        if ended and missing:
            missing = min(ended, missing)
        period(found, started, ended, missing_since=missing)
    for wanted in range(chance.randint(0, 3)):
        by_date = ON + timedelta(chance.randint(-400, 400))
        MembershipGoal.objects.get_or_create(
            branch=found, by_date=by_date, defaults={"members_wanted": wanted}
        )
    return found


def counted_apart(branch: Branch, on: date) -> dict[str, object]:
    figures = {figure.name: figure for figure in extensions.figures.all()}
    return {name: figures[name].read(branch, on) for name in reading.kept_names()}


@pytest.mark.parametrize("seed", range(5))
def test_one_pass_over_all_branches_finds_what_each_finds_for_itself(seed: int) -> None:
    branches = [random_branch(Random(f"{seed} {number}")) for number in range(3)]
    today = timezone.localdate()
    for on in (ON, date(2025, 1, 1), ON - timedelta(days=seed), today):
        each = reading.read_each([branch.pk for branch in branches], on, reading.kept_names())
        for branch in branches:
            apart = counted_apart(branch, on)
            assert {name: values[branch.pk] for name, values in each.items()} == apart
            assert {name: reading.read(branch, on, apart)[name].value for name in apart} == apart


def test_every_tally_names_registered_figures_and_no_figure_twice() -> None:
    named = [name for tally in extensions.tallies.all() for name in tally.names]
    assert len(named) == len(set(named))
    assert set(named) <= set(extensions.figures.names())


def test_the_page_of_one_branch_asks_nothing_of_another() -> None:
    one, other = BranchFactory.create(), BranchFactory.create()
    MemberFactory.create_batch(2, branch=one)
    MemberFactory.create_batch(3, branch=other)
    assert reading.read(one, timezone.localdate())["members"].value == 2


def test_the_pass_costs_the_same_for_one_branch_and_for_many() -> None:
    counts = []
    for _ in range(3):
        MemberFactory.create(branch=BranchFactory.create())
        keys = list(Branch.objects.values_list("pk", flat=True))
        with CaptureQueriesContext(connection) as queries:
            reading.read_each(keys, timezone.localdate())
        counts.append(len(queries))
    assert counts[0] == counts[1] == counts[2]


def test_what_is_of_today_is_not_told_of_yesterday() -> None:
    branch = BranchFactory.create()
    yesterday = timezone.localdate() - timedelta(days=1)
    names = [figure.name for figure in extensions.figures.all() if figure.of_today]
    assert {"without_phone", "without_email", "corrections_unreported"} <= set(names)
    assert {read.value for read in reading.read(branch, yesterday, names).values()} == {None}
