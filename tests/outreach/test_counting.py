"""What is told of how new members came: whole months, and never a group of one to four."""

from collections import Counter
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.figures import reading
from crm.outreach import board as pages
from crm.outreach import counting
from crm.outreach.counting import Numbers, Window
from crm.people import erasing, memberships
from crm.people.models import Branch, Club, ClubMembership, Member, User
from tests.factories import BranchFactory, MemberFactory
from tests.outreach.making import TODAY, activity, newcomer, planned

pytestmark = pytest.mark.django_db
WINDOW = Window(date(2025, 11, 1), date(2026, 10, 31))


@pytest.mark.parametrize(
    ("on", "first", "last"),
    [
        (TODAY, date(2025, 11, 1), date(2026, 10, 31)),
        (date(2026, 10, 31), date(2025, 11, 1), date(2026, 10, 31)),
        (date(2026, 10, 30), date(2025, 10, 1), date(2026, 9, 30)),
        (date(2026, 1, 1), date(2025, 1, 1), date(2025, 12, 31)),
        (date(2024, 2, 29), date(2023, 3, 1), date(2024, 2, 29)),
    ],
)
def test_twelve_whole_months(on: date, first: date, last: date) -> None:
    assert counting.whole_months(on) == Window(first, last)


@pytest.mark.parametrize(
    ("on", "year"), [(TODAY, 2025), (date(2026, 12, 30), 2025), (date(2026, 12, 31), 2026)]
)
def test_a_year_is_whole_on_its_last_day(on: date, year: int) -> None:
    assert counting.whole_year(on) == Window(date(year, 1, 1), date(year, 12, 31))


@given(st.dates(date(2001, 1, 1), date(2100, 1, 1)))
def test_the_months_are_twelve_and_whole_on_any_day(on: date) -> None:
    window = counting.whole_months(on)
    assert window.first.day == 1
    assert (window.last + timedelta(days=1)).day == 1
    assert (window.last + timedelta(days=1)).replace(year=window.last.year) >= window.first
    assert 365 <= (window.last - window.first).days + 1 <= 366
    assert 0 <= (on - window.last).days <= 30


def joined(branch: Branch, **sources: int) -> None:
    for source, number in sources.items():
        held = activity(branch) if source == "activity" else None
        for _each in range(number):
            fields: dict[str, Any] = {"activity": held} if held else {}
            newcomer(branch, source="" if source == "unknown" else source, **fields)


def told(branch: Branch, on: date = TODAY) -> tuple[dict[str, int], int | None]:
    span = counting.by_source(branch, on)
    assert span is not None
    return span.told, span.others


def test_sources_are_counted(branch: Branch) -> None:
    joined(branch, activity=5, recruiter=6, web=7, unknown=8)
    joined(BranchFactory.create(), web=3)
    assert told(branch) == ({"activity": 5, "recruiter": 6, "web": 7, "": 8}, None)


def test_a_small_group_is_merged_with_the_next(branch: Branch) -> None:
    joined(branch, activity=2, recruiter=6, web=9, unknown=20)
    assert told(branch) == ({"web": 9, "": 20}, 8)


def test_few_who_joined_are_not_told_apart(branch: Branch) -> None:
    joined(branch, activity=1, web=3)
    assert counting.by_source(branch, TODAY) is None


def test_all_of_one_way_would_tell_of_each_of_them(branch: Branch) -> None:
    joined(branch, web=30)
    assert counting.by_source(branch, TODAY) is None


def test_that_nothing_is_noted_of_anybody_tells_nothing(branch: Branch) -> None:
    joined(branch, unknown=30)
    assert told(branch) == ({"activity": 0, "recruiter": 0, "web": 0, "": 30}, None)


@pytest.mark.parametrize(
    ("day", "counts"),
    [(date(2026, 9, 30), 5), (date(2026, 10, 1), 0), (date(2026, 4, 1), 5), (date(2025, 9, 30), 5)],
)
def test_who_joined_in_the_running_quarter_is_not_told_yet(branch: Branch, day: date, counts: int) -> None:
    for quarter in (date(2025, 10, 5), date(2026, 1, 5), date(2026, 4, 5), date(2026, 7, 5)):
        for _each in range(5):
            newcomer(branch, quarter, source="recruiter")
            newcomer(branch, quarter)
    for _each in range(5):
        newcomer(branch, day, source="web")
    assert told(branch)[0]["web"] == counts


def test_of_who_was_there_before_the_branch_had_its_file_nothing_is_noted(branch: Branch) -> None:
    for since in (date(1985, 1, 1), date(2019, 3, 3)):
        MemberFactory.create_batch(9, branch=branch, since=since, learnt_on=date(2026, 5, 15))
    joined(branch, recruiter=6, web=7)
    assert told(branch) == ({"activity": 0, "recruiter": 6, "web": 7, "": 0}, None)


def test_a_branch_without_members_knows_of_nobody(branch: Branch) -> None:
    assert counting.joins_since_known(branch, TODAY, TODAY) == (Counter(), None)
    assert (counting.ways_in(branch, TODAY), counting.by_source(branch, TODAY)) == (Counter(), None)


@pytest.mark.parametrize("seed", range(5))
def test_ways_in_are_those_of_the_month_in_which_the_branch_learnt_and_later(
    branch: Branch, seed: int
) -> None:
    """Beside a plain counting, person by person; one may have joined before and been learnt of later."""
    chance = Random(seed)
    days = [date(2025, 1, 1) + timedelta(days=chance.randint(0, 700)) for _number in range(12)]
    for since in days:
        learnt = date(2025, 9, 17) + timedelta(days=chance.randint(0, 90))
        member = newcomer(branch, since, source=chance.choice(["", "web"]))
        Member.objects.filter(pk=member.pk).update(learnt_on=learnt)
    known = min(Member.objects.values_list("learnt_on", flat=True)).replace(day=1)
    for on in (date(2025, 6, 1), date(2025, 9, 20), date(2026, 6, 30), TODAY):
        told = [since.replace(day=1) for since in days if known <= since <= on]
        found = counting.ways_in(branch, on)
        assert Counter({day: sum(found[day, way] for way in ("", "web")) for day in told}) == Counter(told)
        assert found.total() == len(told)


@pytest.mark.parametrize(
    "name", ["joined_by_activity", "joined_by_recruiter", "joined_by_web", "joined_by_unknown"]
)
def test_a_day_more_tells_nothing_of_the_one_who_came_on_it(
    branch: Branch, november: None, name: str
) -> None:
    joined(branch, activity=5, recruiter=6, web=7, unknown=8)
    days = [date(2026, 11, day) for day in (1, 10, 20)]
    before = [reading.read(branch, day, {name})[name].value for day in days]
    newcomer(branch, date(2026, 11, 10), source="web")
    assert [reading.read(branch, day, {name})[name].value for day in days] == before


def test_how_people_came_stays_when_they_are_erased(branch: Branch, officer: User) -> None:
    joined(branch, recruiter=6, web=7)
    before = told(branch)
    for member in list(branch.members.all()):
        memberships.end(member=member, on=TODAY, reason="left", by=officer)
        erasing.erase(member=member, by=officer, on=TODAY)
    assert told(branch) == before


def test_clubs_are_told_largest_first_with_those_in_none(branch: Branch) -> None:
    norra, sodra = (Club.objects.create(branch=branch, name=name) for name in ("Norra", "Södra"))
    for club, number in ((norra, 5), (sodra, 7)):
        for _each in range(number):
            ClubMembership.objects.create(member=newcomer(branch), club=club, is_primary=True)
    joined(branch, web=6)
    found = counting.by_club(branch, WINDOW)
    assert [(str(row.label), row.number) for row in found.rows] == [
        ("Södra", 7),
        ("ingen förening", 6),
        ("Norra", 5),
    ]


def test_a_club_of_few_is_merged(branch: Branch) -> None:
    norra = Club.objects.create(branch=branch, name="Norra")
    for _each in range(2):
        ClubMembership.objects.create(member=newcomer(branch), club=norra, is_primary=True)
    joined(branch, web=6)
    assert counting.by_club(branch, WINDOW).is_hidden


def test_a_second_club_does_not_count_a_member_twice(branch: Branch) -> None:
    clubs = [Club.objects.create(branch=branch, name=name) for name in ("Norra", "Södra")]
    for _each in range(5):
        member = newcomer(branch)
        for place, club in enumerate(clubs):
            ClubMembership.objects.create(member=member, club=club, is_primary=place == 0)
    assert counting.by_club(branch, WINDOW).total == 5


def test_activities_add_up(branch: Branch) -> None:
    activity(branch, helpers=2, conversations=20, new_members=1)
    activity(branch, helpers=3, conversations=5, asked=False)
    planned(branch, date(2026, 5, 10))
    activity(BranchFactory.create())
    found = counting.done(branch, date(2026, 1, 1), TODAY)
    assert found == Numbers(activities=2, recruiting=1, helpers=5, conversations=25, new_members=1)
    assert (found.share, found.per_helper) == (50, 5.0)


def test_nothing_has_no_share() -> None:
    assert (Numbers().share, Numbers().per_helper) == (None, None)


def test_kinds_say_what_pays_off(branch: Branch) -> None:
    for _each in range(2):
        activity(branch, kind="doors", conversations=50, new_members=5)
    activity(branch, kind="cafe", conversations=12, new_members=6)
    rows = counting.by_kind(branch, TODAY).rows
    assert [(str(row.label), row.new_members, row.conversations_each) for row in rows] == [
        ("dörrknackning", 10, 10.0),
        ("kafé", 6, 2.0),
    ]


def test_a_kind_that_brought_few_says_nothing_of_them(branch: Branch) -> None:
    activity(branch, kind="doors", new_members=10)
    activity(branch, kind="cafe", new_members=2)
    activity(branch, kind="square", new_members=20)
    found = counting.by_kind(branch, TODAY)
    assert {str(row.label): row.new_members for row in found.rows} == {
        "torgmöte": 20,
        "dörrknackning": None,
        "kafé": None,
    }
    assert found.merged == 12


def test_months_hold_what_was_done_and_who_joined(branch: Branch) -> None:
    activity(branch, date(2025, 11, 30))
    activity(branch, date(2026, 11, 2), asked=False)
    activity(branch, date(2025, 10, 31))
    newcomer(branch, date(2026, 11, 3))
    months = counting.by_month(branch, TODAY)
    assert [(month.first, month.numbers.activities, month.joined) for month in (months[0], months[-1])] == [
        (date(2025, 11, 1), 1, 0),
        (date(2026, 11, 1), 1, 1),
    ]
    assert (len(months), [month.running for month in months]) == (13, [False] * 12 + [True])


def test_the_last_day_of_a_month_is_whole(branch: Branch) -> None:
    assert counting.by_month(branch, date(2026, 10, 31))[-1].running is False


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("outreach_activities", 8),
        ("outreach_with_recruiting", 7),
        ("outreach_conversations", 80),
        ("square_meetings", 2),
        ("workplace_visits", 1),
        ("open_meetings", 1),
        ("cafes", 1),
        ("first_of_may", 1),
        ("door_rounds", 1),
        ("neighbourhood_activities", 1),
        ("clubs_with_outreach", 1),
    ],
)
def test_the_years_figures(branch: Branch, november: None, name: str, value: int) -> None:
    norra = Club.objects.create(branch=branch, name="Norra")
    Club.objects.create(branch=branch, name="Södra")
    for kind in ("square", "square", "workplace", "open_meeting", "cafe", "doors", "neighbourhood"):
        activity(branch, date(2026, 3, 1), kind, club=norra if kind == "cafe" else None)
    activity(branch, date(2026, 5, 1), "first_of_may", asked=False)
    branch.activities.filter(kind="doors").update(new_members=2)
    activity(branch, date(2025, 12, 31), "square")
    planned(branch, date(2026, 11, 20))
    assert reading.read(branch, TODAY, {name})[name].value == value


@pytest.mark.parametrize(
    ("resting", "asked", "clubs"), [(None, True, 1), (date(2026, 6, 1), True, 0), (None, False, 0)]
)
def test_a_club_that_rests_or_does_not_recruit_does_not_count(
    branch: Branch, resting: date | None, asked: bool, clubs: int
) -> None:
    norra = Club.objects.create(branch=branch, name="Norra", resting_since=resting)
    activity(branch, club=norra, asked=asked)
    assert reading.read(branch, TODAY, {"clubs_with_outreach"})["clubs_with_outreach"].value == clubs


@pytest.mark.parametrize(
    ("noted", "value"),
    [([], 0), ([4], None), ([5], 5), ([5, 3], None), ([5, 3, 4], None), ([9, 3, 4], 16), ([20, 7], 27)],
)
def test_new_members_noted_in_outreach_are_told_as_the_kinds_are(
    branch: Branch, noted: list[int], value: int | None
) -> None:
    for kind, number in zip(("doors", "cafe", "square"), noted, strict=False):
        activity(branch, date(2026, 5, 9), kind, new_members=number)
    assert reading.read(branch, TODAY, {"outreach_new_members"})["outreach_new_members"].value == value
    assert counting.by_kind(branch, TODAY).noted == value


def test_new_members_noted_by_day_do_not_move_the_figure(branch: Branch) -> None:
    activity(branch, date(2026, 5, 9), "doors", new_members=6)
    activity(branch, date(2026, 11, 2), "cafe", new_members=2)
    told = {
        reading.read(branch, date(2026, 11, day), {"outreach_new_members"})["outreach_new_members"].value
        for day in range(1, 22)
    }
    assert told == {6}


def test_the_sentences_say_what_the_pictures_show(branch: Branch) -> None:
    joined(branch, activity=5, web=7)
    activity(branch, date(2026, 11, 2), asked=False)
    page = pages.whole_page(branch, TODAY)
    assert page.source_sentence == "Av 12 som blev medlemmar 2026 kv 2: 5 vid en aktivitet, 7 på webben."
    assert page.month_sentence == "2 aktiviteter, vid 1 av dem frågade ni folk om de vill bli medlemmar."


def test_an_empty_branch_says_so(branch: Branch) -> None:
    page = pages.whole_page(branch, TODAY)
    assert page.source_sentence == "Ingen har blivit medlem under hela kvartal."
    assert page.month_sentence == "Inget utåtriktat är antecknat de här månaderna."


def test_bars_are_as_long_as_their_numbers(branch: Branch) -> None:
    joined(branch, activity=5, web=10, unknown=20)
    chart = pages.whole_page(branch, TODAY).source_chart
    widths = [bar.width for bar in chart.bars]
    assert [bar.number for bar in chart.bars] == [5, 0, 10, 20]
    assert widths == pytest.approx([88.0, 0, 176.0, 352.0])


def test_a_months_bar_stands_on_the_line(branch: Branch) -> None:
    activity(branch, date(2026, 11, 2))
    activity(branch, date(2026, 11, 3), asked=False)
    chart = pages.whole_page(branch, TODAY).month_chart
    last = chart.months[-1]
    assert last.asked_y + last.asked_height == chart.zero
    assert last.rest_y + last.rest_height == pytest.approx(last.asked_y)
