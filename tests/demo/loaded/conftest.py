"""The demo is loaded once for all tests of this folder, and rolled back after them."""

from collections.abc import Iterator
from datetime import date

import pytest
from django.db import transaction
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from crm.people.models import Branch
from demo import loading

TODAY = date(2026, 11, 21)


@pytest.fixture(scope="package")
def loaded(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[str]]:
    """What the loader said. A fictitious branch's mail goes to files, here to scratch ones."""
    said: list[str] = []
    mail = override_settings(EMAIL_FILE_PATH=str(tmp_path_factory.mktemp("mail")))
    with django_db_blocker.unblock(), transaction.atomic(), mail:
        assert loading.load(today=TODAY, say=said.append)
        yield said
        transaction.set_rollback(True)


@pytest.fixture
def branch(loaded: list[str], db: None) -> Branch:
    return Branch.objects.get(slug="storkoping")
