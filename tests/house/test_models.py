"""Rules that every table keeps."""

from collections.abc import Iterator

from django.apps import apps
from django.db.models import CheckConstraint, Field, Model, Q

from tests.house.sources import APP_PACKAGES

MODELS = [model for model in apps.get_models() if model.__module__.split(".")[0] in APP_PACKAGES]


def names_in(condition: Q) -> Iterator[str]:
    for child in condition.children:
        if isinstance(child, Q):
            yield from names_in(child)
        elif isinstance(child, tuple):
            yield child[0]


def held_together(model: type[Model], at: str, by: str) -> bool:
    """Whether a constraint speaks of both being empty and both being known."""
    both = {f"{at}__isnull", f"{by}__isnull"}
    checks = (constraint for constraint in model._meta.constraints if isinstance(constraint, CheckConstraint))
    return any(isinstance(check.condition, Q) and both <= set(names_in(check.condition)) for check in checks)


def faults(model: type[Model]) -> Iterator[str]:
    fields = {field.name: field for field in model._meta.get_fields() if isinstance(field, Field)}
    for by in (name for name in fields if name.endswith("_by")):
        at = f"{by.removesuffix('_by')}_at"
        if at not in fields:
            yield f"{model._meta.label} knows {by}, but not {at}"
        elif (fields[by].null or fields[at].null) and not held_together(model, at, by):
            yield f"{model._meta.label} has no constraint that holds {at} and {by} together"


def test_who_and_when_travel_together() -> None:
    assert [fault for model in MODELS for fault in faults(model)] == []


def test_a_pair_without_a_constraint_is_found() -> None:
    assert held_together(MODELS[0], "gone_at", "gone_by") is False
