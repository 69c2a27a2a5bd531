"""A goal to welcome new members was tied to the half-year's, and forgot spring's in July: the year's take their place."""

from typing import Any

from django.db import migrations

HALF_YEARS = ("new_welcomed_and_heard", "new_members")
YEARS = ("year_welcomed_and_heard", "year_new_members")


def follow_the_year(apps: Any, _schema: Any) -> None:
    """Alone or out of all new ones; a goal that is out of something else keeps what it is out of."""
    for model in ("Goal", "GoalChange"):
        tied = apps.get_model("plan", model).objects.filter(figure=HALF_YEARS[0])
        tied.filter(of_figure=HALF_YEARS[1]).update(of_figure=YEARS[1])
        tied.update(figure=YEARS[0])


class Migration(migrations.Migration):
    dependencies = (("plan", "0005_standings_of_goals"),)
    operations = (migrations.RunPython(follow_the_year, migrations.RunPython.noop),)
