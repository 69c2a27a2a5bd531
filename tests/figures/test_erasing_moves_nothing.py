"""Whatever has happened in a branch, erasing its leavers changes no registered figure of any date."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import time_machine

from calls.models import Call
from crm import extensions
from crm.figures import membership, reading
from crm.figures.models import ToldBlock
from crm.people import erasing, retention
from crm.people.models import Branch, ClubMembership, Member, User
from tests.figures.lives import FIRST, TODAY, a_life, at

pytestmark = pytest.mark.django_db

DAYS = [date(2025, 6, 30), date(2025, 12, 31), date(2026, 3, 1), date(2026, 8, 15), date(2026, 10, 31), TODAY]
SEEDS = range(4)
Deed = Callable[[Branch], object]


def figures(branch: Branch) -> list[dict[str, object]]:
    """Each registered figure on each day, those among them that are read by name alone; counted anew.

    Closed quarters are told as they were first told, which would hide that they had moved.
    """
    ToldBlock.objects.all().delete()
    branch = Branch.objects.get(pk=branch.pk)
    names = extensions.figures.names()
    return [{name: found.value for name, found in reading.read(branch, day, names).items()} for day in DAYS]


def besides(branch: Branch) -> list[object]:
    """The months, the reasons, the clubs and the states of the round."""
    months = membership.months_until(branch, TODAY, count=24, known_since=FIRST)
    reasons = membership.ends_by_month(branch, TODAY)
    clubs = sorted(ClubMembership.objects.filter(club__branch=branch).values_list("club", "is_primary"))
    states = sorted(Call.objects.filter(round__branch=branch).values_list("state", "reason", "attempts_used"))
    return [months, reasons, clubs, states]


def all_together(branch: Branch) -> list[object]:
    return [reading.read_each([branch.pk], day) for day in DAYS]


def one_by_one(branch: Branch) -> None:
    for leaver in retention.leavers(branch):
        erasing.erase(member=leaver.member, by=User.objects.console(), on=TODAY)


def by_the_daily_job(branch: Branch) -> None:
    """Many at once wait for an officer's yes."""
    later = TODAY + timedelta(days=40)
    retention.approve(branch=branch, on=later, by=User.objects.console())
    retention.erase_leavers(branch=branch, on=later)


def on_their_own_request(branch: Branch) -> None:
    for leaver in retention.leavers(branch):
        assert retention.erase_at_once(member=leaver.member, by=User.objects.console(), on=TODAY)


@pytest.mark.parametrize(
    ("seed", "deed"), list(enumerate([one_by_one, by_the_daily_job, on_their_own_request, one_by_one]))
)
@time_machine.travel(at(TODAY), tick=False)
def test_every_figure_of_every_date_is_the_same_after_erasing(seed: int, deed: Deed) -> None:
    branch = a_life(seed)
    due = len(retention.leavers(branch))
    before, rest, together = figures(branch), besides(branch), all_together(branch)
    deed(branch)
    after = figures(branch)
    moved = [
        (day, name, values[name], now[name])
        for day, values, now in zip(DAYS, before, after, strict=True)
        for name in values
        if values[name] != now[name]
    ]
    assert moved == []
    assert (besides(branch), all_together(branch)) == (rest, together)
    assert Member.objects.exclude(erased_at=None).count() == due > 5


@time_machine.travel(at(TODAY), tick=False)
def test_every_registered_figure_counts_something_in_these_lives() -> None:
    """One that is registered later and stays at nought here has not been tried: let ``a_life`` hold what it counts."""
    counted = {
        name
        for seed in SEEDS
        for values in figures(a_life(seed))
        for name, value in values.items()
        if value not in {None, 0}
    }
    assert set(extensions.figures.names()) - counted == set()


# Who has left is none of these: those who are members on the day itself, and they are not erased.
OF_MEMBERS_NOW = {figure.name for figure in extensions.figures.all() if figure.of_today}


@time_machine.travel(at(TODAY), tick=False)
def test_those_who_are_erased_are_counted_by_every_figure_of_people() -> None:
    """Else its staying the same would say nothing."""
    missed = {figure.name for figure in extensions.figures.all() if figure.people} - OF_MEMBERS_NOW
    for seed in SEEDS:
        branch = a_life(seed)
        due = {leaver.member.pk for leaver in retention.leavers(branch)}
        for figure in extensions.figures.all():
            if figure.people and any(due & set(figure.people(branch, day)) for day in DAYS):
                missed.discard(figure.name)
    assert missed == set()
