"""The demo's district has branches to set side by side, and somebody to see them as."""

import pytest
from django.test import Client

from crm.district import comparing
from crm.district.models import Sharing
from crm.figures import reading
from crm.people.models import Branch, Membership, Role, User
from demo import access, cast, neighbours
from tests.demo.loaded.conftest import TODAY
from tests.logins import log_in


def test_the_district_has_five_branches_of_which_four_share(branch: Branch) -> None:
    assert branch.district is not None
    page = comparing.of_district(branch.district, TODAY)
    assert {line.name: line.shares for line in page.lines} == {
        "Lillberga arbetarekommun": False,
        "Nybruks arbetarekommun": True,
        "Storköpings arbetarekommun": True,
        "Åmåla arbetarekommun": True,
        "Öringe arbetarekommun": True,
    }


def test_the_demos_own_branch_tells_of_all(branch: Branch) -> None:
    (line,) = comparing.of_branch(branch, TODAY).lines
    assert [share for share in (line.share_of_goal, line.reached, line.now) if share is None] == []
    assert (line.stayed, line.cells["joiners"].number) == (None, 10)  # of its first year, from October on
    assert line.cells["intro_held"].number


@pytest.mark.parametrize("neighbour", neighbours.NEIGHBOURS, ids=lambda neighbour: neighbour.slug)
def test_a_neighbour_has_as_many_members_as_it_says(branch: Branch, neighbour: neighbours.Neighbour) -> None:
    found = Branch.objects.get(slug=neighbour.slug)
    assert Membership.objects.counted(TODAY).filter(branch=found).count() == neighbour.members
    assert found.is_fictitious
    shared = Sharing.objects.get(branch=found).parts
    assert {part for part, told in shared.items() if told} == set(neighbour.shared)
    assert not Role.objects.filter(branch=found).exists()


def test_one_click_opens_the_district_and_the_party(branch: Branch, client: Client) -> None:
    person = access.person_for("district")
    assert person == User.objects.get(email=cast.DISTRICT.email)
    log_in(client, person)
    assert branch.district is not None
    for page in (f"/distrikt/{branch.district.slug}/", "/partiet/"):
        assert client.get(page).status_code == 200


def test_those_who_share_their_calls_and_meetings_have_some_to_show(branch: Branch) -> None:
    assert branch.district is not None
    lines = {line.name: line for line in comparing.of_district(branch.district, TODAY).lines}
    assert lines["Åmåla arbetarekommun"].cells["intro_held"].number is not None
    now = neighbours.NEIGHBOURS[0]
    found = Branch.objects.get(slug=now.slug)
    reached = reading.read(found, TODAY, {"calls_reached", "intro_held", "intro_attended"})
    assert {name: one.value for name, one in reached.items()} == {
        "calls_reached": now.members * now.reached // 100,
        "intro_held": 1,
        "intro_attended": now.joined_a_year,
    }
