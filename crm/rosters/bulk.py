"""Rows by the ten thousand: COPY on PostgreSQL, one prepared INSERT elsewhere.

Three to ten times as fast as ``bulk_create``, mostly because no model instance is made and no telephone
number is taken apart again. Constraints are the database's, as ever.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from django.db import connection
from django.db.models import DateField, Field, JSONField, Model

Prepare = Callable[[Any], Any]


def insert(model: type[Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """``rows`` hold the values of the fields ``names`` (a foreign key's own name, with the key); other fields
    get their default. Text, numbers and keys are written as they are."""
    given = [model._meta.get_field(name) for name in names]
    others = [field for field in model._meta.concrete_fields if field not in given and not field.primary_key]
    prepare = [_preparation(field) for field in given]
    defaults = tuple(field.get_db_prep_save(field.get_default(), connection) for field in others)
    columns = [str(field.column) for field in [*given, *others]]  # type: ignore[union-attr]
    _write(model._meta.db_table, columns, _prepared(rows, prepare, defaults))


def _preparation(field: Any) -> Prepare | None:
    needs: tuple[type[Field[Any, Any]], ...] = (DateField, JSONField)
    return (lambda value: field.get_db_prep_save(value, connection)) if isinstance(field, needs) else None


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
            marks = ", ".join(["%s"] * len(columns))
            cursor.executemany(f"INSERT INTO {into} VALUES ({marks})", list(rows))  # noqa: S608 (names of our own models)
