"""Whatever is written about a person, in whatever table, is gone when the person is erased.

Every text field of every table that leads to a member is filled with a word; a new table or field is covered by
itself, or has to be named here with the reason why it stays.
"""

from collections.abc import Iterator
from datetime import date

import pytest
from django.apps import apps
from django.db.models import CharField, ForeignKey, JSONField, Model, QuerySet, TextField

from crm.outbox.models import Message
from crm.people import erasing
from crm.people.models import Member, User
from tests.crm.rows import make_rows
from tests.house.sources import APP_PACKAGES

pytestmark = pytest.mark.django_db

WORD = "hemligt"
# What stays, and why.
STAYS = {
    "outbox.Message.kind": "which of the product's texts it was",
    "people.AccessLog.reason": "rows of the access log are never changed",
    "calls.Answer.value": "one of the branch's choices, counted; written words are deleted",
    "calls.Attempt.before": "the state of the call, no words",
    "rosters.RosterRow.reason": "a code",
}
# Keys and codes of the system's own, which tell of nobody.
CODES = {"token", "code", "after", "after_digest", "sha256", "digest", "slug", "purpose_key", "period", "key"}


def about_a_person() -> list[type[Model]]:
    """Every table with a key to a member, or to a table that has one."""
    ours = [model for model in apps.get_models() if model.__module__.split(".")[0] in APP_PACKAGES]
    found: set[type[Model]] = {Member}
    while True:
        more = {model for model in ours if model not in found and points_to(model) & found}
        if not more:
            return [model for model in ours if model in found]
        found |= more


def points_to(model: type[Model]) -> set[type[Model]]:
    return {field.related_model for field in model._meta.concrete_fields if isinstance(field, ForeignKey)}


def words(model: type[Model]) -> Iterator[str]:
    """The fields that somebody can have written in."""
    for field in model._meta.concrete_fields:
        is_text = isinstance(field, CharField | TextField) and not field.choices and field.name not in CODES
        if is_text or isinstance(field, JSONField):
            yield field.name


def write_everywhere(key: int) -> None:
    for model in about_a_person():
        for name in words(model):
            is_json = isinstance(model._meta.get_field(name), JSONField)
            size = getattr(model._meta.get_field(name), "max_length", None) or 100
            value = {"written": WORD} if is_json else WORD[:size]
            QuerySet(model).filter(pk=key).update(**{name: value})


def still_written() -> set[str]:
    return {
        f"{model._meta.label}.{name}"
        for model in about_a_person()
        for name in words(model)
        for value in model._default_manager.values_list(name, flat=True)
        if WORD in str(value)
    }


def test_the_word_is_written_in_every_app() -> None:
    assert {model._meta.app_label for model in about_a_person()} >= {
        "people",
        "rosters",
        "outbox",
        "calls",
        "onboarding",
    }


def test_nothing_that_was_written_of_a_person_stays() -> None:
    member = make_rows(7001)[Member]
    Message.objects.update(user=None, member=member)
    write_everywhere(7001)
    assert "people.Member.first_name" in still_written()
    erasing.erase(member=Member.objects.get(pk=member.pk), by=User.objects.console(), on=date(2026, 11, 21))
    assert still_written() == set(STAYS)
