"""``manage.py prepare``: what it does once, it does not do again."""

import os
import time
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from crm.management.commands import prepare
from tests.factories import BranchFactory


@pytest.fixture
def collected(settings: Any, tmp_path: Path) -> Path:
    settings.STATIC_ROOT = tmp_path
    return tmp_path / "staticfiles.json"


def test_static_files_are_collected_when_none_are(collected: Path) -> None:
    assert prepare.static_files_changed() is True


def test_static_files_are_left_alone_when_nothing_is_newer(collected: Path) -> None:
    collected.touch()
    assert prepare.static_files_changed() is False


def test_static_files_are_collected_again_when_one_is_newer(collected: Path) -> None:
    collected.touch()
    long_ago = time.time() - 10 * 365 * 86_400
    os.utime(collected, (long_ago, long_ago))
    assert prepare.static_files_changed() is True


@pytest.mark.django_db
@pytest.mark.parametrize("demo", [True, False])
def test_a_branch_that_is_there_is_not_joined_by_the_fictitious_one(
    collected: Path, settings: Any, demo: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.DEMO = demo
    collected.touch()
    BranchFactory.create()
    call_command("prepare")
    assert capsys.readouterr().out == "Tables ...\n"


@pytest.mark.django_db
def test_without_the_demo_an_empty_installation_stays_empty(
    collected: Path, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.DEMO = False
    collected.touch()
    call_command("prepare")
    assert capsys.readouterr().out == "Tables ...\n"
