"""One row of every table for a branch, all with the same key: what any address of the site can lead to."""

import uuid
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.db.models import (
    BooleanField,
    CharField,
    DateField,
    DateTimeField,
    EmailField,
    Field,
    FloatField,
    ForeignKey,
    IntegerField,
    JSONField,
    Model,
    TextField,
    UUIDField,
)
from django.utils import timezone
from phonenumber_field.modelfields import PhoneNumberField

from crm.people.models import Branch, User
from tests.house.sources import APP_PACKAGES

# What can't be known from the fields: where one of two must be given, or an order is asked for.
PARTICULARS: dict[str, dict[str, Any]] = {
    "people.Role": {"kind": "caller", "branch": Branch},
    "people.Member": {"first_name": "Ärla"},
    "people.LoginCode": {"expires_at": timezone.now() + timedelta(days=90)},
    "people.RememberedWish": {"no_calls": True},
    "outreach.Origin": {"source": "web"},
    "outbox.Message": {"user": User},
    "outbox.MessageText": {"subject": "Hej", "text": "Hej"},
    "rosters.Correction": {"field": "town", "register_value": "ÅBY", "local_value": "RYD"},
}
Made = dict[type[Model], Model]


def make_rows(key: int) -> Made:
    """A branch, and below it a row of every model, in an order in which each finds those it points to."""
    made: Made = {}
    waiting = [model for model in apps.get_models() if model.__module__.split(".")[0] in APP_PACKAGES]
    while waiting:
        ready = [model for model in waiting if needs(model) <= made.keys()]
        assert ready, f"rows that wait for each other: {waiting}"
        for model in ready:
            row = model(pk=key, **values_for(model, key, made))
            row.save(force_insert=True)
            made[model] = row
            waiting.remove(model)
    return made


def particulars(model: type[Model]) -> dict[str, Any]:
    return PARTICULARS.get(model._meta.label, {})


def needs(model: type[Model]) -> set[type[Model]]:
    wanted = {field.related_model for field in relations(model) if not field.null}
    return wanted | {value for value in particulars(model).values() if isinstance(value, type)}


def relations(model: type[Model]) -> "list[ForeignKey[Any, Any]]":
    return [field for field in model._meta.concrete_fields if isinstance(field, ForeignKey)]


def values_for(model: type[Model], key: int, made: Made) -> dict[str, Any]:
    values = {
        field.name: made[field.related_model] if field.is_relation else value_for(field, key)  # type: ignore[index]
        for field in model._meta.concrete_fields
        if not (
            field.primary_key or field.null or field.has_default() or getattr(field, "auto_now_add", False)
        )
    }
    return values | {
        name: made[value] if isinstance(value, type) else value for name, value in particulars(model).items()
    }


def value_for(field: "Field[Any, Any]", key: int) -> Any:
    """Something that fits: the first choice, this moment, or a word with the key in it, so that it is unique."""
    if field.blank and isinstance(field, CharField | TextField):
        return ""
    if field.choices:
        return next(iter(field.flatchoices))[0]
    for kind, value in (
        (PhoneNumberField, f"+4670174{605 + key % 95:04}"),
        (EmailField, f"row{key}@example.org"),
        (DateTimeField, timezone.now()),
        (DateField, timezone.localdate()),
        (UUIDField, uuid.uuid4()),
        (BooleanField, True),
        (JSONField, {}),
        (IntegerField, 1),
        (FloatField, 1.0),
    ):
        if isinstance(field, kind):
            return value
    return f"row-{key}"
