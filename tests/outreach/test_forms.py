"""What the forms take: half a minute's numbers, and a way in."""

from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from crm.outreach.forms import RECENT_ACTIVITIES, ActivityForm, OriginForm, SignUpForm
from crm.outreach.models import Activity
from crm.people.models import Branch, Member, User
from tests.factories import BranchFactory
from tests.outreach.making import TODAY, activity, newcomer, origin, planned

pytestmark = pytest.mark.django_db
VALUES = {
    "kind": "doors",
    "held_on": "2026-11-21",
    "place": "Norrmalm",
    "helpers": "6",
    "conversations": "44",
    "new_members": "1",
    "asked": "on",
}


def form(branch: Branch, **changes: str) -> ActivityForm:
    return ActivityForm(VALUES | changes, branch=branch, today=TODAY)


def way(member: Member, **values: Any) -> OriginForm:
    return OriginForm(values, member=member)


def test_today_is_not_ahead(branch: Branch) -> None:
    assert form(branch).is_valid()


def test_tomorrow_with_numbers_is(branch: Branch) -> None:
    assert list(form(branch, held_on="2026-11-22").errors) == ["held_on"]


@pytest.mark.parametrize("zero", ["", "0"])
def test_tomorrow_without_numbers_is_a_plan(branch: Branch, zero: str) -> None:
    ahead = form(branch, held_on="2026-11-22", helpers="", conversations=zero, new_members=zero)
    assert ahead.is_valid()
    assert [ahead.cleaned_data[name] for name in ("helpers", "conversations", "new_members")] == [None] * 3


@pytest.mark.parametrize("name", ["helpers", "conversations", "new_members"])
@pytest.mark.parametrize("number", ["-1", "10000", "1,5", "många", "1e3", "９９９９９"])
def test_a_number_is_a_whole_one_of_four_digits(branch: Branch, name: str, number: str) -> None:
    assert list(form(branch, **{name: number}).errors) == [name]


@pytest.mark.parametrize("number", ["0", "1", "9999"])
def test_conversations_can_be_none_or_many(branch: Branch, number: str) -> None:
    assert form(branch, conversations=number).is_valid()


def test_an_unticked_box_means_nobody_was_asked(branch: Branch) -> None:
    unticked = ActivityForm({k: v for k, v in VALUES.items() if k != "asked"}, branch=branch, today=TODAY)
    assert unticked.is_valid()
    assert unticked.cleaned_data["asked"] is False


def test_people_are_asked_unless_somebody_says_no(branch: Branch) -> None:
    assert ActivityForm(branch=branch, today=TODAY)["asked"].value() is True


def test_clubs_to_choose_are_the_branchs_own(branch: Branch) -> None:
    own = branch.clubs.create(name="Norra")
    BranchFactory.create().clubs.create(name="Deras")
    choices = ActivityForm(branch=branch, today=TODAY).fields["club"].choices  # type: ignore[attr-defined]
    assert [str(value) for value, _label in choices] == ["", str(own.pk)]


def test_every_kind_has_its_word(branch: Branch) -> None:
    assert [str(label) for label in Activity.Kind.labels] == [
        "torgmöte",
        "dörrknackning",
        "arbetsplatsbesök med facket",
        "öppet möte",
        "kafé",
        "första maj",
        "stadsdelsaktivitet",
        "annat utåtriktat",
    ]


def test_several_faults_are_told_at_once(branch: Branch) -> None:
    found = form(branch, kind="", held_on="", place="", helpers="x")
    assert sorted(found.errors) == ["held_on", "helpers", "kind", "place"]


def test_a_place_has_room_for_a_hundred_letters(branch: Branch) -> None:
    assert form(branch, place="Å" * 100).is_valid()
    assert list(form(branch, place="Å" * 101).errors) == ["place"]


def test_the_latest_activities_can_be_chosen(branch: Branch) -> None:
    for _each in range(RECENT_ACTIVITIES):
        activity(branch, TODAY)
    old = activity(branch, date(2020, 1, 1))
    assert list(way(newcomer(branch), source="activity", activity=str(old.pk)).errors) == ["activity"]


def test_the_one_that_is_noted_stays_a_choice(branch: Branch) -> None:
    old = activity(branch, date(2020, 1, 1))
    member = newcomer(branch)
    noted = origin(member, "activity", activity=old)
    for _each in range(RECENT_ACTIVITIES):
        activity(branch, TODAY)
    again = OriginForm({"source": "activity", "activity": str(old.pk)}, member=member, instance=noted)
    assert again.is_valid()


def test_one_that_was_removed_is_no_choice(branch: Branch, board: User) -> None:
    gone = activity(branch, removed_at=timezone.now(), removed_by=board)
    assert list(way(newcomer(branch), source="activity", activity=str(gone.pk)).errors) == ["activity"]


def test_a_whole_number_wins_over_a_name_that_holds_it(branch: Branch) -> None:
    wanted, other = newcomer(branch), newcomer(branch)
    Member.objects.filter(pk=wanted.pk).update(member_number="77")
    other.member_number = "7745"
    other.save()
    found = way(newcomer(branch), source="recruiter", recruiter=" 77 ")
    assert found.is_valid()
    assert found.cleaned_data["recruiter"] == wanted


def test_a_name_is_enough_when_one_has_it(branch: Branch) -> None:
    friend = newcomer(branch)
    friend.first_name, friend.last_name = "Örjan", "Åkerblad"
    friend.save()
    found = way(newcomer(branch), source="recruiter", recruiter="åkerblad örjan")
    assert found.is_valid()
    assert found.cleaned_data["recruiter"] == friend


def test_who_has_left_is_not_found(branch: Branch) -> None:
    gone = newcomer(branch)
    gone.memberships.update(missing_since=TODAY)
    assert list(way(newcomer(branch), source="recruiter", recruiter=gone.member_number).errors) == [
        "recruiter"
    ]


@pytest.mark.parametrize("text", ["'; DROP TABLE people_member; --", "%", "_", "\\", "<script>", "   "])
def test_hostile_names_find_nobody(branch: Branch, text: str) -> None:
    newcomer(branch)
    assert list(way(newcomer(branch), source="recruiter", recruiter=text).errors) == ["recruiter"]


def test_an_activity_and_a_recruiter_can_both_be_chosen(branch: Branch) -> None:
    friend, at = newcomer(branch), activity(branch)
    both = way(newcomer(branch), source="activity", activity=str(at.pk), recruiter=friend.member_number)
    assert both.is_valid()
    assert (both.cleaned_data["activity"], both.cleaned_data["recruiter"]) == (at, friend)


@pytest.mark.parametrize(
    "address",
    [
        "https://example.org/bli-medlem",
        "https://example.org/bli-medlem?kampanj={activity}",
        "https://example.org/{activity}/",
        "https://www.example.org:8443/a?b=c#d",
    ],
)
def test_addresses_that_can_be_followed(branch: Branch, address: str) -> None:
    assert SignUpForm({"address": address}, branch=branch).is_valid()


@pytest.mark.parametrize(
    "address", ["ftp://example.org/", "data:text/html,x", "//example.org", "https://", "mailto:a@example.org"]
)
def test_addresses_that_cannot(branch: Branch, address: str) -> None:
    assert list(SignUpForm({"address": address}, branch=branch).errors) == ["address"]


@pytest.mark.parametrize(
    ("held_on", "is_asked"), [(None, True), (date(2026, 11, 20), True), (date(2026, 11, 22), False)]
)
def test_how_many_took_part_is_asked_of_what_has_been(
    branch: Branch, held_on: date | None, is_asked: bool
) -> None:
    instance = planned(branch, held_on) if held_on else None
    assert ActivityForm(branch=branch, today=TODAY, instance=instance).fields["helpers"].required is is_asked
