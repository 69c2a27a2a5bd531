"""What the database itself holds of people, branches and memberships, and the words it is refused with."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Model
from django.utils import timezone

from crm.people.models import (
    Branch,
    Club,
    ClubMembership,
    District,
    LoginCode,
    Member,
    Membership,
    MembershipGoal,
    Phone,
    Role,
    User,
)
from tests.factories import BranchFactory, ClubFactory, MemberFactory, UserFactory, give_role

pytestmark = pytest.mark.django_db


def refused(row: Model, constraint: str) -> bool:
    """Whether the database refuses the row, and by that constraint where it names it."""
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        row.save(force_insert=True)
    said = str(refusal.value)
    return constraint in said or "UNIQUE constraint failed" in said


@pytest.fixture
def member(branch: Branch) -> Member:
    made: Member = MemberFactory.create(branch=branch)
    return made


def role(**changes: Any) -> Role:
    user = UserFactory.create()
    given: dict[str, Any] = {
        "user": user,
        "kind": "caller",
        "starts_on": date(2026, 1, 1),
        "granted_at": timezone.now(),
        "granted_by": user,
    }
    return Role(**(given | changes))


def test_a_member_has_one_open_membership(member: Member) -> None:
    again = Membership(member=member, branch=member.branch, started_on=date(2026, 1, 1))
    assert refused(again, "people_membership_open_once")
    member.memberships.update(ended_on=date(2025, 12, 1), end_reason="left")
    again.save()
    assert member.memberships.count() == 2


@pytest.mark.parametrize(
    ("ended_on", "end_reason", "constraint"),
    [
        (date(2025, 12, 31), "left", "people_membership_ended_on_not_before_started_on"),
        (date(2026, 2, 1), "", "people_membership_end_has_a_reason"),
        (None, "left", "people_membership_end_has_a_reason"),
    ],
)
def test_a_membership_ends_after_it_began_and_for_a_reason(
    member: Member, ended_on: date | None, end_reason: str, constraint: str
) -> None:
    member.memberships.all().delete()
    wrong = Membership(
        member=member,
        branch=member.branch,
        started_on=date(2026, 1, 1),
        ended_on=ended_on,
        end_reason=end_reason,
    )
    assert refused(wrong, constraint)


def test_a_member_number_is_once_in_a_branch_and_again_in_another(member: Member) -> None:
    same = Member(branch=member.branch, member_number=member.member_number, learnt_on=date(2026, 1, 1))
    assert refused(same, "people_member_number_once_per_branch")
    same.branch = BranchFactory.create()
    same.save()
    assert Member.objects.filter(member_number=member.member_number).count() == 2


def test_a_number_is_once_on_a_member(member: Member) -> None:
    known = member.phones.get()
    assert refused(Phone(member=member, number=known.number, kind="mobile"), "people_phone_once_per_member")


def test_a_member_has_one_primary_club(member: Member) -> None:
    first, second = ClubFactory.create_batch(2, branch=member.branch)
    ClubMembership.objects.create(member=member, club=first, is_primary=True)
    assert refused(
        ClubMembership(member=member, club=second, is_primary=True), "people_clubmembership_one_primary"
    )
    assert refused(ClubMembership(member=member, club=first), "people_clubmembership_once")
    ClubMembership.objects.create(member=member, club=second)
    assert member.club_memberships.count() == 2


PLACE, DATES, PAIR = (
    "people_role_in_a_branch_or_a_district",
    "people_role_ends_on_not_before_starts_on",
    "people_role_ended_at_and_by",
)


@pytest.mark.parametrize(
    ("where", "changes", "constraint"),
    [
        ((), {"kind": "caller"}, PLACE),
        (("branch",), {"kind": "district"}, PLACE),
        (("district",), {"kind": "caller"}, PLACE),
        (("branch", "district"), {"kind": "caller"}, PLACE),
        (("branch",), {"ends_on": date(2025, 12, 31)}, DATES),
        (("branch",), {"ended_at": datetime(2026, 2, 1, tzinfo=UTC)}, PAIR),
    ],
)
def test_a_role_that_can_not_be_is_refused(
    branch: Branch, where: tuple[str, ...], changes: dict[str, Any], constraint: str
) -> None:
    district = District.objects.create(name="Påhittade partidistriktet", slug="pahittade")
    places = {"branch": branch, "district": district}
    assert refused(role(**changes, **{place: places[place] for place in where}), constraint)


def test_a_role_without_an_end_is_given_once(branch: Branch) -> None:
    user = UserFactory.create()
    give_role(user, "caller", branch)
    assert refused(role(user=user, branch=branch), "people_role_open_once_per_branch")
    give_role(user, "caller", branch, ends_on=date(2021, 1, 1))
    give_role(user, "board", branch)
    assert user.roles.count() == 3


def test_a_printed_code_expires_after_it_is_printed(branch: Branch) -> None:
    user, now = UserFactory.create(), timezone.now()
    code = LoginCode(user=user, code_hash="x", printed_at=now, printed_by=user, expires_at=now)
    assert refused(code, "people_logincode_expires_after_print")


def test_a_branch_has_one_club_of_a_name_and_one_goal_for_a_day(branch: Branch) -> None:
    ClubFactory.create(branch=branch, name="Ryd")
    MembershipGoal.objects.create(branch=branch, members_wanted=1000, by_date=date(2026, 12, 31))
    assert refused(Club(branch=branch, name="Ryd"), "people_club_name_once_per_branch")
    goal = MembershipGoal(branch=branch, members_wanted=5, by_date=date(2026, 12, 31))
    assert refused(goal, "people_goal_once_per_branch_and_date")


def sentences(row: Model) -> list[str]:
    with pytest.raises(ValidationError) as refusal:
        row.full_clean()
    return refusal.value.messages


def test_a_refusal_is_a_sentence(branch: Branch) -> None:
    club = ClubFactory.create(branch=branch)
    assert sentences(Club(branch=branch, name=club.name)) == [
        "Arbetarekommunen har redan en förening med det namnet."
    ]
    assert sentences(role(branch=branch, ends_on=date(2025, 1, 1))) == [
        "Ett uppdrag kan inte sluta innan det börjar."
    ]
    assert sentences(role()) == [
        (
            "Ett uppdrag hör till en arbetarekommun; bara distriktets uppdrag hör till ett distrikt, och hela"
            " partiets till ingetdera."
        )
    ]


def test_saving_keeps_what_search_and_order_read(member: Member) -> None:
    member.last_name, member.first_name, member.town = "Åkesson", "Östen", "ÅBY"
    member.save(update_fields=["last_name", "first_name", "town"])
    member.refresh_from_db()
    assert member.search == f"östen åkesson åby {member.email} {member.member_number}"
    assert member.name_sort == "{kesson\t}sten"


@pytest.mark.parametrize(
    ("fields", "address"),
    [
        ({"street": "Storgatan 1", "postcode": "582 22"}, "Storgatan 1, 582 22 STORKÖPING"),
        ({"care_of": "Ek", "street": "Storgatan 1"}, "c/o Ek, Storgatan 1, STORKÖPING"),
        ({}, "STORKÖPING"),
        ({"town": ""}, ""),
    ],
)
def test_an_address_is_what_is_known_of_it(fields: dict[str, str], address: str) -> None:
    assert Member(**({"town": "STORKÖPING"} | fields)).address == address


@pytest.mark.parametrize(("born", "age"), [(1960, 66), (None, None)])
def test_an_age_is_the_years_of_the_calendar(born: int | None, age: int | None) -> None:
    assert Member(birth_year=born).age_on(date(2026, 1, 1)) == age


@pytest.mark.parametrize(
    ("day", "counted"),
    [
        (date(2019, 12, 31), 0),
        (date(2020, 1, 1), 1),
        (date(2026, 9, 30), 1),
        (date(2026, 10, 1), 0),
    ],
)
@pytest.mark.parametrize(
    "change",
    [
        {"missing_since": date(2026, 10, 1)},
        {"ended_on": date(2026, 10, 1), "end_reason": "left"},
        {"missing_since": date(2026, 10, 1), "ended_on": date(2026, 10, 1), "end_reason": "unknown"},
    ],
)
def test_a_missing_member_counts_like_one_who_left_that_day(
    member: Member, change: dict[str, Any], day: date, counted: int
) -> None:
    member.memberships.update(**change)
    assert Membership.objects.counted(day).count() == counted


def test_a_new_account_has_a_small_address_and_no_password() -> None:
    user = User.objects.create_user("Anna@Example.ORG", name="Anna Användare")
    assert (user.email, user.has_usable_password(), user.get_short_name()) == (
        "anna@example.org",
        False,
        "Anna",
    )


def test_there_is_one_console_and_nobody_can_be_it() -> None:
    first, second = User.objects.console(), User.objects.console()
    assert (first, first.is_active, first.has_usable_password()) == (second, False, False)


def test_a_user_without_a_name_is_their_address() -> None:
    user = User(email="anna@example.org")
    assert (str(user), user.get_short_name()) == ("anna@example.org", "anna@example.org")
