import json
from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from crm.board import tables
from crm.board.overview import overview
from crm.figures.models import ToldBlock
from tests.board.sheets import as_csv
from tests.factories import BranchFactory, user_with
from tests.figures.histories import period

pytestmark = pytest.mark.django_db


def printed(*args: Any) -> str:
    out = StringIO()
    call_command("figures", *args, stdout=out)
    return out.getvalue()


def test_json_holds_the_figures_and_the_months() -> None:
    branch = BranchFactory.create(slug="storkoping")
    period(branch, date(2026, 2, 1))
    found = json.loads(printed("storkoping", "--on", "2026-03-10", "--json"))
    assert (found["branch"], found["on"], found["figures"]["members"]) == ("storkoping", "2026-03-10", 1)
    february, march = found["months"][-2:]
    assert february == {
        "month": "2026-02",
        "opening": 0,
        "joined": 1,
        "returned": 0,
        "left": 0,
        "closing": 1,
        "running": False,
        "known": False,
    }
    assert (march["closing"], march["running"]) == (1, True)


def test_json_holds_the_tables_of_the_files() -> None:
    branch = BranchFactory.create(slug="storkoping")
    period(branch, date(2026, 2, 1))
    on = date(2026, 3, 10)
    told = json.loads(printed("storkoping", "--on", on.isoformat(), "--json"))["tables"]
    assert as_csv(told) == tables.as_csv(tables.published(branch, overview(branch, on)))
    assert told["months"]["rows"][-1] == ["2026-03", 1, 0, 0, 0, 1, "pågår"]


@pytest.mark.parametrize("args", [[], ["--json"]])
def test_a_day_to_come_is_refused_and_no_quarter_told_before_it_is_over(args: list[str]) -> None:
    branch = BranchFactory.create(slug="storkoping")
    for _each in range(9):
        period(branch, date(2026, 2, 1), date(2026, 8, 1), reason="moved")
    with pytest.raises(CommandError, match="still to come"):
        printed("storkoping", "--on", "2999-12-31", *args)
    assert not ToldBlock.objects.exists()


def test_as_text() -> None:
    period(BranchFactory.create(slug="storkoping"), date(2026, 2, 1))
    lines = printed("storkoping", "--on", "2026-03-10").splitlines()
    assert ["members", "1"] in [line.split()[:2] for line in lines]
    assert lines[-1].split() == ["2026-03+0", "+0", "1", "(running)"] or "(running)" in lines[-1]


def test_the_board_may_ask_and_a_caller_may_not() -> None:
    branch = BranchFactory.create(slug="storkoping")
    board, caller = user_with("board", branch), user_with("caller", branch)
    assert json.loads(printed("storkoping", "--json", "--as", board.email))["branch"] == "storkoping"
    with pytest.raises(CommandError, match=caller.name):
        printed("storkoping", "--as", caller.email)


@pytest.mark.parametrize("args", [("nowhere",), ("storkoping", "--as", "nobody@example.org")])
def test_an_unknown_branch_or_user_gets_a_sentence(args: tuple[str, ...]) -> None:
    BranchFactory.create(slug="storkoping")
    with pytest.raises(CommandError, match="There is no"):
        printed(*args)
