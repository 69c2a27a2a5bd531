"""Rules that hold for every table: the constraints are in the database, and each says something to a person.

A table that is added is held to them without a new test.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import IntegrityError, connection, models, transaction
from django.db.models import CheckConstraint, Model, UniqueConstraint
from django.utils import timezone

from crm.people.models import Branch
from tests.crm.rows import make_rows
from tests.house.sources import APP_PACKAGES

pytestmark = pytest.mark.django_db
KEY = 7001
OURS = [
    model
    for model in apps.get_models()
    if model.__module__.split(".")[0] in APP_PACKAGES and not model._meta.proxy
]


def constraints(kind: type[Any]) -> Iterator[tuple[type[Model], Any]]:
    for model in OURS:
        for constraint in model._meta.constraints:
            if isinstance(constraint, kind):
                yield model, constraint


CHECKS = list(constraints(CheckConstraint))
UNIQUES = list(constraints(UniqueConstraint))
PAIRS = [(model, check) for model, check in CHECKS if check.name.endswith("_at_and_by")]
WHOLE = [(model, unique) for model, unique in UNIQUES if unique.condition is None and unique.fields]


def named(value: Any) -> str:
    return str(value.__name__ if isinstance(value, type) else value.name)


@pytest.fixture
def rows() -> dict[type[Model], Model]:
    return make_rows(KEY)


@pytest.mark.parametrize(("model", "check"), CHECKS, ids=named)
def test_a_check_is_in_the_database(model: type[Model], check: CheckConstraint) -> None:
    with connection.cursor() as cursor:
        there = connection.introspection.get_constraints(cursor, model._meta.db_table)
    assert check.name in there


@pytest.mark.parametrize(("model", "unique"), UNIQUES, ids=named)
def test_what_is_once_is_once_in_the_database(model: type[Model], unique: UniqueConstraint) -> None:
    with connection.cursor() as cursor:
        there = connection.introspection.get_constraints(cursor, model._meta.db_table)
    assert there[unique.name]["unique"]


@pytest.mark.parametrize(("model", "pair"), PAIRS, ids=named)
def test_who_without_when_is_refused(
    rows: dict[type[Model], Model], model: type[Model], pair: CheckConstraint
) -> None:
    deed = next(
        field.name.removesuffix("_at")
        for field in model._meta.concrete_fields
        if field.name.endswith("_at") and pair.name.endswith(f"_{field.name.removesuffix('_at')}_at_and_by")
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        model._base_manager.filter(pk=KEY).update(**{f"{deed}_at": timezone.now(), f"{deed}_by": None})


@pytest.mark.parametrize(("model", "unique"), WHOLE, ids=named)
def test_a_second_row_of_the_same_is_refused(
    rows: dict[type[Model], Model], model: type[Model], unique: UniqueConstraint
) -> None:
    """Another key, and everything else that must differ does; only what the constraint names is the same."""
    again = model._base_manager.get(pk=KEY)
    if any(getattr(again, name) is None for name in unique.fields):
        return  # nothing is not the same as nothing: SQL's null
    again.pk = KEY + 1
    for field in model._meta.concrete_fields:
        if field.unique and not field.primary_key and field.name not in unique.fields:
            setattr(
                again, field.attname, field.get_default() if field.has_default() else f"other-{field.name}"
            )
    with pytest.raises(IntegrityError), transaction.atomic():
        again.save(force_insert=True)


@pytest.mark.parametrize("model", OURS, ids=named)
def test_a_table_is_named_after_its_app(model: type[Model]) -> None:
    assert model._meta.db_table == f"{model._meta.app_label}_{model._meta.model_name}"


@pytest.mark.parametrize(("model", "rule"), [*CHECKS, *UNIQUES], ids=named)
def test_a_rule_is_named_after_its_app(model: type[Model], rule: Any) -> None:
    """The name is what a log shows when the database refuses something."""
    assert rule.name.startswith(f"{model._meta.app_label}_")
    assert len(rule.name) <= 63  # what PostgreSQL keeps of a name


@pytest.mark.parametrize("model", OURS, ids=named)
def test_a_row_can_be_shown_to_an_administrator(rows: dict[type[Model], Model], model: type[Model]) -> None:
    assert isinstance(str(model._base_manager.get(pk=KEY)), str)
    assert str(model._meta.verbose_name)[:1].islower()


@pytest.mark.parametrize("model", OURS, ids=named)
def test_every_table_of_a_branch_goes_with_it(rows: dict[type[Model], Model], model: type[Model]) -> None:
    """Nothing of a branch is left when it is deleted; what is protected is said so by its key."""
    to_branch = [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey) and field.related_model is Branch
    ]
    kept = [
        field.name
        for field in to_branch
        if field.remote_field.on_delete not in {models.CASCADE, models.SET_NULL}
    ]
    assert kept == []


def test_two_branches_have_rows_of_everything_side_by_side(rows: dict[type[Model], Model]) -> None:
    """No rule of one branch stands in another's way."""
    others = make_rows(KEY + 1)
    assert others.keys() == rows.keys()


def test_the_migrations_make_what_the_models_say() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_there_are_rules_to_look_at() -> None:
    assert (len(CHECKS) > 40, len(UNIQUES) > 25, len(PAIRS) > 10, len(WHOLE) > 10) == (True, True, True, True)
