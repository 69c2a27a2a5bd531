"""Every command of ours: it says what it does, and a mistake is a sentence on stderr with a status that is not 0."""

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command, get_commands, load_command_class

ROOT = Path(__file__).resolve().parents[2]
OURS = sorted(
    name for name, app in get_commands().items() if str(app).split(".")[0] in {"crm", "calls", "onboarding"}
)
OF_A_BRANCH = {
    "create_branch": ["konto", "Konto"],
    "grant": ["a@example.org", "board", "nowhere"],
    "export_members": ["nowhere"],
    "figures": ["nowhere"],
}


def manage(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_the_commands_of_the_readme_are_there() -> None:
    named = {
        "create_branch",
        "grant",
        "import_roster",
        "export_members",
        "figures",
        "run_job",
        "serve",
        "prepare",
    }
    assert named <= set(OURS)


@pytest.mark.parametrize("name", OURS)
def test_a_command_says_what_it_does(name: str) -> None:
    command = load_command_class(get_commands()[name], name)
    assert (command.help.strip()[:1].isupper(), command.help.strip()[-1:]) == (True, ".")


@pytest.mark.parametrize("name", OURS)
def test_every_option_of_a_command_is_explained(name: str) -> None:
    command = load_command_class(get_commands()[name], name)
    actions = command.create_parser("manage.py", name)._actions
    assert [action.dest for action in actions if not action.help] == []


@pytest.mark.parametrize("name", OURS)
def test_a_commands_module_says_how_it_is_called(name: str) -> None:
    module = import_module(f"{get_commands()[name]}.management.commands.{name}")
    assert f"manage.py {name}" in (module.__doc__ or "")


@pytest.mark.django_db
@pytest.mark.parametrize("name", OF_A_BRANCH)
def test_a_mistake_is_a_sentence(name: str) -> None:
    with pytest.raises(CommandError) as refused:
        call_command(name, *OF_A_BRANCH[name])
    assert str(refused.value).strip().endswith(".")


@pytest.mark.parametrize(
    "words", [["run_job", "no_such_job"], ["import_roster"], ["figures", "--on", "igår", "x"]]
)
def test_a_mistake_goes_to_stderr_with_a_status(words: list[str]) -> None:
    done = manage(*words)
    assert (done.returncode != 0, done.stdout, bool(done.stderr.strip())) == (True, "", True)
    assert "Traceback" not in done.stderr


def test_the_jobs_are_listed_without_a_database() -> None:
    done = manage("run_job")
    assert done.returncode == 0
    assert "open_call_rounds: " in done.stdout
