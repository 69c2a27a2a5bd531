"""The demo is loaded once for all tests of this folder, and rolled back after them."""

from collections.abc import Iterator
from datetime import date

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from crm.people.models import Branch
from demo import loading

TODAY = date(2026, 11, 21)


@pytest.fixture(scope="package")
def loaded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[list[str]]:
    """What the loader said."""
    said: list[str] = []
    with django_db_blocker.unblock(), transaction.atomic():
        assert loading.load(today=TODAY, say=said.append)
        yield said
        transaction.set_rollback(True)


@pytest.fixture
def branch(loaded: list[str], db: None) -> Branch:
    return Branch.objects.get(slug="storkoping")
