"""The page behind an invitation's link, opened by somebody who is not logged in."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from crm.people.models import AccessLog, Branch, User
from onboarding import answers, invitations, planning
from onboarding.models import Gathering, Invitation
from tests.factories import MemberFactory
from tests.onboarding.conftest import EVENING, SIX_WEEKS_BEFORE

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("before")]


@pytest.fixture
def before() -> object:
    with time_machine.travel(SIX_WEEKS_BEFORE + timedelta(days=1)) as traveller:
        yield traveller


@pytest.fixture
def invitation(branch: Branch, gathering: Gathering, officer: User) -> Invitation:
    member = MemberFactory.create(branch=branch, first_name="Åsa", last_name="Ek")
    invitations.invite(gathering=gathering, members=[member], ground="new", by=officer)
    return Invitation.objects.get()


def link(invitation: Invitation) -> str:
    return reverse("invitation", args=[invitation.token])


def say(client: Client, invitation: Invitation, answer: str) -> str:
    page = client.post(reverse("invitation_answer", args=[invitation.token]), {"answer": answer}, follow=True)
    invitation.refresh_from_db()
    return page.content.decode()


def test_the_page_says_what_when_and_where(client: Client, invitation: Invitation) -> None:
    page = client.get(link(invitation)).content.decode()
    for words in ("Välkommen, Åsa!", "torsdag 11 mars 2027 18:00", "Folkets hus", "Kommer du?"):
        assert words in page
    assert not re.search(r"\bEk\b", page.split("<main")[1])  # nor by chance: tokens are full of letters


def test_opening_the_link_changes_nothing(client: Client, invitation: Invitation) -> None:
    for _mail_scanner in range(3):
        client.get(link(invitation))
    client.get(reverse("invitation_answer", args=[invitation.token]), {"answer": "yes"})
    invitation.refresh_from_db()
    assert (invitation.answer, invitation.answered_at) == ("", None)


def test_yes_is_thanked_for_and_can_be_changed(client: Client, invitation: Invitation) -> None:
    assert "vi ser fram emot att träffa dig" in say(client, invitation, "yes")
    assert invitation.answer == "yes"
    assert "Tack för att du säger till" in say(client, invitation, "no")
    assert (invitation.answer, invitation.officer) == ("no", None)


def test_the_same_answer_twice_changes_nothing_the_second_time(
    client: Client, invitation: Invitation, before: time_machine.Traveller
) -> None:
    say(client, invitation, "yes")
    first = invitation.answered_at
    before.shift(timedelta(hours=1))
    say(client, invitation, "yes")
    assert invitation.answered_at == first


def test_an_answer_that_is_none_is_not_taken(client: Client, invitation: Invitation) -> None:
    page = client.post(reverse("invitation_answer", args=[invitation.token]), {"answer": "perhaps"})
    invitation.refresh_from_db()
    assert (page.status_code, invitation.answer) == (422, "")


def test_reading_it_is_logged_without_a_user(client: Client, invitation: Invitation) -> None:
    client.get(link(invitation))
    (row,) = AccessLog.objects.all()
    assert (row.user, row.member_id, row.purpose) == (None, invitation.member_id, "invitation")


def test_after_the_meeting_the_page_says_so_kindly(
    client: Client, invitation: Invitation, before: time_machine.Traveller
) -> None:
    before.move_to(EVENING + timedelta(minutes=1))
    assert "Träffen har varit" in client.get(link(invitation)).content.decode()
    assert "Träffen har varit" in say(client, invitation, "yes")
    assert invitation.answer == ""


def test_a_cancelled_meeting_takes_no_answers(client: Client, invitation: Invitation, officer: User) -> None:
    planning.cancel(gathering=invitation.gathering, by=officer)
    assert "Träffen är inställd" in say(client, invitation, "yes")
    assert invitation.answer == ""


def test_a_wrong_link_says_what_to_do(client: Client, invitation: Invitation) -> None:
    page = client.get(reverse("invitation", args=["invented"]))
    assert page.status_code == 404
    assert "länken" in page.content.decode().lower()


def test_search_engines_and_other_sites_learn_nothing(client: Client, invitation: Invitation) -> None:
    page = client.get(link(invitation))
    assert page["X-Robots-Tag"] == "noindex, nofollow"
    assert page["Referrer-Policy"] == "same-origin"


def test_the_page_takes_few_queries(
    client: Client, invitation: Invitation, django_assert_max_num_queries: object
) -> None:
    with django_assert_max_num_queries(5):  # type: ignore[operator]
        client.get(link(invitation))


def test_another_time_is_thanked_for(client: Client, invitation: Invitation) -> None:
    assert "Tack, då hör vi av oss med en annan tid." in say(client, invitation, "later")
    assert invitation.answer == "later"


def test_companions_and_needs_come_with_a_yes(client: Client, invitation: Invitation) -> None:
    what = {"answer": "yes", "companions": "2", "needs_lift": "on", "food": "nötter"}
    page = client.post(reverse("invitation_answer", args=[invitation.token]), what, follow=True)
    invitation.refresh_from_db()
    assert (invitation.companions, invitation.needs_lift, invitation.food) == (2, True, "nötter")
    assert "Du tar med 2 personer." in page.content.decode()


def test_too_many_companions_are_refused_and_the_answer_is_not_lost(
    client: Client, invitation: Invitation
) -> None:
    what = {"answer": "yes", "companions": "40", "food": "nötter"}
    page = client.post(reverse("invitation_answer", args=[invitation.token]), what)
    assert page.status_code == 422
    assert 'value="nötter"' in page.content.decode()
    assert Invitation.objects.get().answer == ""


def test_the_page_shows_host_who_comes_map_and_calendar(client: Client, invitation: Invitation) -> None:
    Gathering.objects.update(host="Lena", present="Tre ur styrelsen", address="Nygatan 5")
    page = client.get(link(invitation)).content.decode()
    for words in ("Lena", "Tre ur styrelsen", "kalender.ics"):
        assert words in page
    assert 'href="https://www.openstreetmap.org/search?query=Nygatan+5+Lillberga"' in page


def test_a_full_meeting_says_that_one_waits(client: Client, invitation: Invitation) -> None:
    Gathering.objects.update(seats=1)
    other = MemberFactory.create(branch=invitation.gathering.branch)
    by = invitation.invited_by
    invitations.invite(gathering=invitation.gathering, members=[other], ground="new", by=by)
    say(client, Invitation.objects.get(member=other), "yes")
    assert "Alla platser är tagna, så du står på väntelistan" in say(client, invitation, "yes")


def fill_up(invitation: Invitation) -> None:
    """One place, which somebody else has."""
    gathering, by = invitation.gathering, invitation.invited_by
    Gathering.objects.update(seats=1)
    other = MemberFactory.create(branch=gathering.branch)
    invitations.invite(gathering=gathering, members=[other], ground="new", by=by)
    answers.answer(invitation=Invitation.objects.get(member=other), said="yes")


FULL = "Alla platser är tagna just nu"


@pytest.mark.parametrize("said", ["", "no", "later"])
def test_who_has_not_said_yes_is_told_beforehand_that_it_is_full(
    client: Client, invitation: Invitation, said: str
) -> None:
    fill_up(invitation)
    if said:
        say(client, invitation, said)
    assert FULL in client.get(link(invitation)).content.decode()


def test_who_has_a_place_or_waits_for_one_is_not_told_that_it_is_full(
    client: Client, invitation: Invitation
) -> None:
    fill_up(invitation)
    pages = [client.get(link(row)).content.decode() for row in Invitation.objects.exclude(pk=invitation.pk)]
    assert [FULL in page for page in [*pages, say(client, invitation, "yes")]] == [False, False]


@pytest.mark.parametrize("seats", [None, 2])
def test_with_places_left_nothing_is_said_of_them(
    client: Client, invitation: Invitation, seats: int | None
) -> None:
    fill_up(invitation)
    Gathering.objects.update(seats=seats)
    assert FULL not in client.get(link(invitation)).content.decode()


CALENDAR = {"Lägg den i min kalender": False, "Ta bort den ur min kalender": False}


@pytest.mark.parametrize(
    ("state", "shown"),
    [
        ("ahead", {"Lägg den i min kalender": True}),
        ("cancelled", {"Ta bort den ur min kalender": True}),
        ("past", {}),
        ("cancelled and past", {}),
    ],
)
def test_nobody_is_welcomed_to_what_is_not_ahead(
    client: Client,
    invitation: Invitation,
    before: time_machine.Traveller,
    state: str,
    shown: dict[str, bool],
) -> None:
    if "cancelled" in state:
        planning.cancel(gathering=invitation.gathering, by=invitation.invited_by)
    if "past" in state:
        before.move_to(EVENING + timedelta(minutes=1))
    page = client.get(link(invitation)).content.decode()
    hello = "Välkommen" if state == "ahead" else "Hej"
    assert f"{hello}, {invitation.member.first_name}!" in page
    assert ("bjuder in dig" in page) == (state == "ahead")
    assert {words: words in page for words in CALENDAR} == CALENDAR | shown


@pytest.mark.parametrize("written", [str.lower, str, lambda code: f" {code[:4]} {code[5:]} "])
def test_the_code_of_a_letter_opens_the_invitation(
    client: Client, invitation: Invitation, written: object
) -> None:
    typed = written(invitation.spoken_code)  # type: ignore[operator]
    page = client.post(reverse("invitation_code"), {"code": typed})
    assert (page.status_code, page["Location"]) == (302, link(invitation))


@pytest.mark.parametrize("typed", ["ACDE-FGHJ", "", "åäö", "A" * 19])
def test_a_wrong_code_says_so(client: Client, invitation: Invitation, typed: str) -> None:
    page = client.post(reverse("invitation_code"), {"code": typed})
    assert page.status_code == 422
    assert "Visa min inbjudan" in page.content.decode()


def test_whoever_tries_codes_is_stopped(client: Client, invitation: Invitation) -> None:
    found = [
        client.post(reverse("invitation_code"), {"code": f"ACDE-FGH{letter}"}).status_code
        for letter in "ACDEFGHJKMN"
    ]
    assert found == [422] * 10 + [429]


def test_a_draft_s_code_opens_nothing(client: Client, invitation: Invitation) -> None:
    Gathering.objects.update(state="draft", confirmed_at=None, confirmed_by=None)
    assert client.post(reverse("invitation_code"), {"code": invitation.code}).status_code == 422
