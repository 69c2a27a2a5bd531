"""Nothing is skipped or put off, a moment's day is the branch's, and every dependency says why it is there."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator

from tests.house.sources import ROOT, Module, modules

NOT_TESTED = {"skip", "skipif", "skipIf", "skipTest", "xfail", "importorskip"}
PUT_OFF = re.compile(r"\b(?:TO[D]O|FIX[M]E|X[X]X|HA[C]K)\b")
ALL = modules("crm", "calls", "onboarding", "demo", "tests", "bench")


def skipped(module: Module) -> Iterator[str]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute) and node.attr in NOT_TESTED:
            yield f"{module.path}:{node.lineno}: {node.attr}"


def put_off(module: Module) -> Iterator[str]:
    for token in tokenize.generate_tokens(io.StringIO(module.text).readline):
        if token.type == tokenize.COMMENT and PUT_OFF.search(token.string):
            yield f"{module.path}:{token.start[0]}: {token.string}"


def days_of_utc(module: Module) -> Iterator[str]:
    """``_at.date()``: a stored moment is in UTC, and between 22 and 24 there it is tomorrow in Sweden."""
    for node in ast.walk(module.tree):
        match node:
            case ast.Call(func=ast.Attribute(attr="date", value=ast.Attribute(attr=name)), args=[]) if (
                name.endswith("_at")
            ):
                yield f"{module.path}:{node.lineno}: {name}.date()"


def unexplained(pyproject: str) -> list[str]:
    """Dependencies without a comment behind them."""
    inside = re.findall(
        r"^(?:dependencies|\w+) = \[\n(.*?)^\]", pyproject.partition("[tool.")[0], re.DOTALL | re.MULTILINE
    )
    lines = (line.strip() for block in inside for line in block.splitlines())
    return [line for line in lines if line.startswith('"') and "#" not in line]


def test_no_test_is_skipped() -> None:
    assert [fault for module in modules("tests") for fault in skipped(module)] == []


def test_nothing_is_put_off() -> None:
    assert [fault for module in ALL for fault in put_off(module)] == []


def test_a_moment_s_day_is_the_branch_s() -> None:
    assert [fault for module in ALL for fault in days_of_utc(module)] == []


def test_a_day_of_utc_is_found() -> None:
    module = Module("tests/x.py", "done = made.noted_at.date()\nright = localdate(made.noted_at)\n")
    assert [*days_of_utc(module)] == ["tests/x.py:1: noted_at.date()"]


def test_a_skipped_test_and_a_put_off_deed_are_found() -> None:
    later = "# TODO later"
    module = Module("tests/x.py", f"import pytest\n{later}\npytest.skip()\n")
    assert [*skipped(module), *put_off(module)] == ["tests/x.py:3: skip", f"tests/x.py:2: {later}"]


def test_every_dependency_says_why_it_is_there() -> None:
    assert unexplained((ROOT / "pyproject.toml").read_text()) == []


def test_a_silent_dependency_is_found() -> None:
    assert unexplained('[project]\ndependencies = [\n    "a>=1", # why\n    "b>=2",\n]\n') == ['"b>=2",']
