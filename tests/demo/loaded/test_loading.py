from datetime import date

import pytest
from django.core.management import call_command
from django.utils import timezone

from crm.board.overview import overview
from crm.figures import membership
from crm.figures.models import KeptFigure
from crm.people.models import KINDS_IN_A_BRANCH, Branch, Member, Membership, Phone, Role, User
from crm.rosters.models import RosterImport
from demo import cast, history, loading, names
from demo.clock import at, moment
from tests.demo.loaded.conftest import TODAY


def test_some_600_members_and_nobody_without_a_name(branch: Branch) -> None:
    assert abs(branch.members.current().count() - history.MEMBERS) < 25
    assert not branch.members.filter(last_name="").exists()


def test_every_month_of_two_years_has_joins_and_leaves(branch: Branch) -> None:
    rosters = membership.roster_dates(branch, TODAY)
    assert (rosters.first, rosters.latest) == (date(2024, 10, 31), date(2026, 10, 31))
    months = membership.months_until(branch, TODAY, count=24, known_since=rosters.first)
    assert [month.first for month in months[1:-1] if not (month.came and month.left)] == []


def test_rosters_and_what_they_did_are_dated_back(branch: Branch) -> None:
    imports = RosterImport.objects.filter(branch=branch).order_by("uploaded_at")
    assert [done.state for done in imports] == ["applied"] * 25
    late = [done.roster_date for done in imports if timezone.localdate(done.applied_at) != done.roster_date]
    assert late == [history.roster_days(TODAY)[history.LATE_FILE]]


def test_what_the_board_was_told_is_kept_and_the_late_file_has_corrected_one_month(branch: Branch) -> None:
    kept = KeptFigure.objects.filter(branch=branch, name="members").order_by("on")
    assert [row.on for row in kept] == history.roster_days(TODAY)
    page = overview(branch, TODAY)
    (corrected,) = page.corrected
    assert corrected.on == history.roster_days(TODAY)[history.LATE_FILE]
    assert [cause.roster_date for cause in corrected.causes] == [corrected.on]


def test_leavings_have_many_reasons(branch: Branch) -> None:
    reasons = (
        Membership.objects.filter(branch=branch).exclude(end_reason="").values_list("end_reason", flat=True)
    )
    assert set(reasons) == set(Membership.EndReason.values)


def test_somebody_can_log_in_in_every_role_of_a_branch(branch: Branch) -> None:
    kinds = set(Role.objects.filter(branch=branch).values_list("kind", flat=True))
    assert kinds == set(KINDS_IN_A_BRANCH)
    assert list(User.objects.filter(is_superuser=True)) == [User.objects.get(email=cast.SUPERUSER.email)]


def test_the_goal_lies_ahead(branch: Branch) -> None:
    assert [(goal.members_wanted, goal.by_date) for goal in branch.goals.all()] == [
        (1000, date(2027, 12, 31))
    ]


def test_the_small_branch_is_empty_and_has_an_officer(branch: Branch) -> None:
    small = Branch.objects.get(slug="lillberga")
    assert small.members.count() == 0
    assert small.roles.filter(kind="register_officer").count() == 1


def test_all_is_fictitious(branch: Branch) -> None:
    assert not Branch.objects.filter(is_fictitious=False).exists()
    kept = {
        f"+46{area[1:]}{first + place}" for area, first, count in names.PHONE_SERIES for place in range(count)
    }
    assert {phone.number.as_e164 for phone in Phone.objects.all()} <= kept
    addresses = [*Member.objects.values_list("email", flat=True), *(part.email for part in cast.EVERYBODY)]
    assert [address for address in addresses if address and not address.endswith("@example.org")] == []


def test_a_second_time_nothing_is_loaded(branch: Branch) -> None:
    before = Member.objects.count()
    assert loading.load(today=TODAY, say=print) is False
    assert Member.objects.count() == before


@pytest.mark.django_db
def test_a_branch_of_somebodys_own_is_left_alone() -> None:
    own = Branch.objects.create(name="Egen", slug="egen", place="Egen")
    assert loading.load(today=TODAY, say=print) is False
    assert list(Branch.objects.filter(is_fictitious=False)) == [own]


def test_the_command_says_that_a_branch_is_there(branch: Branch, capsys: pytest.CaptureFixture[str]) -> None:
    from demo.management.commands.load_demo import Command

    call_command(Command())
    assert "nothing was loaded" in capsys.readouterr().out


def test_roster_days_are_the_ends_of_the_months_before_today() -> None:
    days = history.roster_days(date(2026, 3, 1))
    assert (len(days), days[0], days[-1]) == (25, date(2024, 2, 29), date(2026, 2, 28))


def test_the_clock_can_be_set_and_goes_on_afterwards() -> None:
    then = moment(date(2020, 5, 1), 18)
    with at(then):
        assert (timezone.now(), timezone.localdate()) == (then, date(2020, 5, 1))
    assert timezone.now() > then
