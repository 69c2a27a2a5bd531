from typing import Any

import pytest
from django.db import transaction

from crm import wake as waking
from crm.celery import app

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, list[str]]]:
    messages: list[tuple[str, list[str]]] = []

    def send_task(name: str, *, args: list[str], **_options: Any) -> None:
        messages.append((name, args))

    monkeypatch.setattr(app, "send_task", send_task)
    return messages


def test_a_worker_is_woken_after_the_commit(sent: list[tuple[str, list[str]]]) -> None:
    with transaction.atomic():
        waking.wake("rosters")
        assert sent == []
    assert sent == [("jobs.work", ["rosters"])]


def wake_and_fail() -> None:
    with transaction.atomic():
        waking.wake("rosters")
        raise RuntimeError


def test_nobody_is_woken_when_the_deed_is_rolled_back(sent: list[tuple[str, list[str]]]) -> None:
    with pytest.raises(RuntimeError):
        wake_and_fail()
    assert sent == []


def test_a_broker_that_is_away_does_not_fail_the_page(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def send_task(*_args: Any, **_options: Any) -> None:
        raise ConnectionError("refused")

    monkeypatch.setattr(app, "send_task", send_task)
    waking.wake("outbox")
    assert "Could not wake a worker for outbox: refused" in caplog.text
