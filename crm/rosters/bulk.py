"""Rows by the ten thousand: COPY on PostgreSQL, one prepared INSERT elsewhere.

Three to ten times as fast as ``bulk_create``, mostly because no model instance is made and no telephone
number is taken apart again. Constraints are the database's, as ever.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from functools import partial
from itertools import chain, islice
from typing import Any

from django.db import connection
from django.db.models import DateField, JSONField, Model

_AT_ONCE = 5_000  # rows that are held in memory on the way to SQLite
Prepare = Callable[[Any], Any]


def insert(model: type[Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """``rows`` hold the values of the fields ``names`` (a foreign key's own name, with the key); other fields
    get their default. Text, numbers and keys are written as they are."""
    given = [model._meta.get_field(name) for name in names]
    others = [field for field in model._meta.concrete_fields if field not in given and not field.primary_key]
    prepare = [_preparation(field) for field in given]
    defaults = tuple(field.get_db_prep_save(field.get_default(), connection) for field in others)
    columns = [str(field.column) for field in [*given, *others]]  # type: ignore[union-attr]
    prepared = _prepared(rows, prepare, defaults)
    if (first := next(prepared, None)) is not None:
        _write(model._meta.db_table, columns, chain((first,), prepared))


def _preparation(field: Any) -> Prepare | None:
    """What a value of the field goes through; the drivers write text, numbers and days as they are."""
    if isinstance(field, JSONField):
        return _as_json
    if type(field) is DateField:
        return None if connection.vendor == "postgresql" else _as_text
    return partial(field.get_db_prep_save, connection=connection) if isinstance(field, DateField) else None


def _as_json(value: Any) -> str:
    return json.dumps(value)


def _as_text(value: date | str | None) -> str | None:
    return None if value is None else str(value)


def _prepared(
    rows: Iterable[Sequence[Any]], prepare: Sequence[Prepare | None], defaults: tuple[Any, ...]
) -> Iterator[tuple[Any, ...]]:
    special = [(place, function) for place, function in enumerate(prepare) if function is not None]
    for row in rows:
        values = list(row)
        for place, function in special:
            values[place] = function(values[place])
        yield (*values, *defaults)


def _write(table: str, columns: Sequence[str], rows: Iterator[tuple[Any, ...]]) -> None:
    quote = connection.ops.quote_name
    into = f"{quote(table)} ({', '.join(map(quote, columns))})"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # COPY goes past Django's cursor, which makes its own exceptions of the driver's.
            with connection.wrap_database_errors, cursor.copy(f"COPY {into} FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            statement = f"INSERT INTO {into} VALUES ({', '.join(['%s'] * len(columns))})"  # noqa: S608 (our own models' names)
            while some := list(islice(rows, _AT_ONCE)):
                cursor.executemany(statement, some)
