"""Gatherings of the year as the yearly plan's goals count them."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import pytest
from django.utils import timezone

from crm import extensions
from crm.lines import Line
from crm.people.models import Branch, User
from onboarding import held, invitations
from onboarding.models import Circular, Gathering
from tests.factories import BranchFactory, MemberFactory, UserFactory

pytestmark = pytest.mark.django_db
JULY = date(2027, 7, 1)
Meet = Callable[..., Gathering]


@pytest.fixture
def meet(branch: Branch) -> Meet:
    """A confirmed gathering of a kind on a day."""
    by = UserFactory.create()

    def make(kind: str, day: date, **fields: object) -> Gathering:
        now = timezone.now()
        values: dict[str, object] = {
            "branch": branch,
            "place": "Folkets hus",
            "state": "confirmed",
            "planned_at": now,
            "planned_by": by,
            "confirmed_at": now,
            "confirmed_by": by,
        }
        starts_at = timezone.make_aware(datetime.combine(day, time(18)))
        return Gathering.objects.create(kind=kind, starts_at=starts_at, **values | fields)

    return make


def value(branch: Branch, name: str, on: date = JULY) -> object:
    figure = extensions.figures.get(name)
    assert figure is not None
    return figure.read(branch, on)


def lines(branch: Branch, name: str, on: date = JULY) -> list[Line]:
    figure = extensions.figures.get(name)
    assert figure is not None
    assert figure.lines is not None
    return list(figure.lines(branch, on))


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("member_meetings", "member_meeting"),
        ("courses_held", "course_s1"),
        ("courses_held", "course_s2"),
        ("courses_held", "course"),
        ("study_circles", "course"),
        ("intro_held", "intro_meeting"),
    ],
)
def test_each_kind_is_counted_and_told(branch: Branch, meet: Meet, name: str, kind: str) -> None:
    gathering = meet(kind, date(2027, 3, 9))
    (line,) = lines(branch, name)
    assert (value(branch, name), line.on) == (1, date(2027, 3, 9))
    assert line.url == f"/{branch.slug}/traffar/{gathering.pk}/"
    assert line.label == f"{gathering.name}, Folkets hus"


@pytest.mark.parametrize(
    ("day", "counted"),
    [
        (date(2026, 12, 31), 0),
        (date(2027, 1, 1), 1),
        (date(2027, 7, 1), 1),
        (date(2027, 7, 2), 0),
        (date(2028, 1, 1), 0),
    ],
)
def test_only_the_years_until_the_day(branch: Branch, meet: Meet, day: date, counted: int) -> None:
    meet("member_meeting", day)
    assert (value(branch, "member_meetings"), len(lines(branch, "member_meetings"))) == (counted, counted)


@pytest.mark.parametrize("state", ["draft", "cancelled"])
def test_what_was_not_held_is_none(branch: Branch, meet: Meet, state: str) -> None:
    by = UserFactory.create()
    ended = {"cancelled_at": timezone.now(), "cancelled_by": by} if state == "cancelled" else {}
    meet("member_meeting", JULY, state=state, confirmed_at=None, confirmed_by=None, **ended)
    assert value(branch, "member_meetings") == 0


def test_another_kind_and_another_branch_are_not_counted(branch: Branch, meet: Meet) -> None:
    meet("course", JULY)
    meet("member_meeting", JULY, branch=BranchFactory.create())
    assert [value(branch, name) for name in ("member_meetings", "study_circles")] == [0, 1]


@pytest.mark.parametrize(("asked", "counted"), [(("all", 3), 1), (("all", 0), 0), (("by_hand", 3), 0)])
def test_a_social_counts_when_all_are_invited(
    branch: Branch, meet: Meet, officer: User, asked: tuple[str, int], counted: int
) -> None:
    audience, invited = asked
    social = meet("social", JULY, audience=audience)
    members = MemberFactory.create_batch(invited, branch=branch)
    invitations.invite(gathering=social, members=members, ground="new", by=officer)
    assert (value(branch, "social_evenings"), len(lines(branch, "social_evenings"))) == (counted, counted)


@pytest.mark.parametrize(
    ("courses", "steps"),
    [
        ([], 0),
        ([("course_s1", 4)], 1),
        ([("course_s1", 4), ("course_s1", 5), ("course_s1", 6)], 1),
        ([("course_s1", 6), ("course_s1", 7)], 2),
        ([("course_s2", 4)], 0),
        ([("course_s1", 4), ("course_s1", 10), ("course_s2", 11)], 3),
        ([("course_s1", 4), ("course_s1", 10), ("course_s2", 11), ("course_s2", 12)], 3),
        ([("course", 4)], 0),
    ],
)
def test_an_s1_in_spring_and_an_s1_and_an_s2_in_autumn(
    branch: Branch, meet: Meet, courses: list[tuple[str, int]], steps: int
) -> None:
    for kind, month in courses:
        meet(kind, date(2027, month, 15))
    on = date(2027, 12, 31)
    assert (value(branch, "member_courses", on), len(lines(branch, "member_courses", on))) == (steps, steps)


def letter(branch: Branch, day: date, **fields: object) -> Circular:
    sent_at = timezone.make_aware(datetime.combine(day, time(23, 30)))
    by = UserFactory.create()
    values = {"audience": "all", "recipients": 40, "sent_at": sent_at, "sent_by": by} | fields
    return Circular.objects.create(
        branch=branch, subject="Nyhetsbrev", text="Hej", written_at=sent_at, written_by=by, **values
    )


@pytest.mark.parametrize(
    ("day", "counted"),
    [(date(2026, 12, 31), 0), (date(2027, 1, 1), 1), (JULY, 1), (JULY + timedelta(days=1), 0)],
)
def test_letters_of_the_year_by_local_days(branch: Branch, day: date, counted: int) -> None:
    letter(branch, day)
    assert (value(branch, "letters_to_members"), len(lines(branch, "letters_to_members"))) == (
        counted,
        counted,
    )


@pytest.mark.parametrize(
    "fields",
    [{"audience": "first_year"}, {"recipients": 0}, {"sent_at": None, "sent_by": None, "recipients": 0}],
)
def test_a_letter_to_some_or_to_nobody_or_a_draft_is_none(branch: Branch, fields: dict[str, object]) -> None:
    letter(branch, JULY, **fields)
    assert value(branch, "letters_to_members") == 0


def test_every_figure_of_gatherings_tells_its_rows() -> None:
    assert [figure.name for figure in held.FIGURES if figure.lines is None or figure.rows is None] == []
