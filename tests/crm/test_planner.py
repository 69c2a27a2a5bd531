import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crm.people.models import Member, Phone
from crm.planner import recount


@pytest.mark.django_db
def test_postgresql_counts_the_tables_anew_and_sqlite_needs_nothing() -> None:
    with CaptureQueriesContext(connection) as queries:
        recount(Member, Phone)
    counted = ['ANALYZE "people_member", "people_phone"'] if connection.vendor == "postgresql" else []
    assert [query["sql"] for query in queries] == counted
