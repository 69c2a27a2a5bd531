"""Plans for tests."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

from django.utils import timezone

from crm.people.models import Branch, User
from crm.plan.models import Area, Goal, Note, Plan, StatuteDate
from tests.factories import UserFactory


def make_plan(branch: Branch, *, year: int = 2026, adopted_on: date | None = date(2026, 3, 19)) -> Plan:
    by = UserFactory.create()
    return Plan.objects.create(
        branch=branch, year=year, adopted_on=adopted_on, created_at=timezone.now(), created_by=by
    )


def make_area(plan: Plan, title: str = "Medlemsvärvning") -> Area:
    return Area.objects.create(plan=plan, title=title, position=plan.areas.count())


def make_goal(area: Area, text: str = "Hålla öppna möten", **fields: Any) -> Goal:
    year = area.plan.year
    defaults: dict[str, Any] = {"starts_on": date(year, 1, 1), "due_on": date(year, 12, 31)}
    if fields.get("figure"):
        defaults["measure"] = Goal.Measure.FIGURE
    return Goal.objects.create(area=area, text=text, **defaults | fields)


def noted(goal: Goal, happened_on: date, *, by: User | None = None, text: str = "Torgmöte") -> Note:
    return Note.objects.create(
        goal=goal,
        token=uuid4(),
        happened_on=happened_on,
        text=text,
        noted_at=timezone.now(),
        noted_by=by or UserFactory.create(),
    )


def make_statute_date(branch: Branch, title: str = "Årsmötet är hållet", **fields: Any) -> StatuteDate:
    """Kept since New Year 2026 unless told otherwise."""
    defaults: dict[str, Any] = {
        "month": 3,
        "day": 31,
        "added_at": datetime(2026, 1, 1, 12, tzinfo=UTC),
        "added_by": UserFactory.create(),
    }
    return StatuteDate.objects.create(branch=branch, title=title, **defaults | fields)
