"""PostgreSQL's planner goes by counts that it takes now and then, by itself a minute or more after a change.

After many rows at once they are far off, and a claim that takes a millisecond can take seconds.
"""

from django.db import connection, models


def recount(*tables: type[models.Model]) -> None:
    """Have PostgreSQL count these tables' rows now; SQLite needs nothing. Two at once wait for each other."""
    if connection.vendor != "postgresql":
        return
    names = ", ".join(connection.ops.quote_name(table._meta.db_table) for table in tables)
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {names}")
