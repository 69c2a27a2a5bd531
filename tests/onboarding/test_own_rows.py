"""Codes and requests to leave in a disclosure, a merge and an erasure; the link in every message; two at once."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import resolve
from django.utils import timezone

from crm.outbox import texts
from crm.outbox.writing import Words, member_key, token_of
from crm.people import disclosing, erasing, merging
from crm.people.models import AccessLog, Branch, Member, User
from onboarding import own_deeds, own_page
from onboarding import texts as kinds
from onboarding.models import LeaveRequest, OwnPageCode
from tests.factories import MemberFactory, UserFactory
from tests.logins import log_in_as
from tests.onboarding.own import mailed_code, open_page, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def member(branch: Branch) -> Member:
    made: Member = MemberFactory.create(branch=branch, first_name="Åsa")
    return made


@pytest.fixture
def by() -> User:
    made: User = UserFactory.create()
    return made


def part(member: Member, key: str) -> list[tuple[object, ...]]:
    (found,) = [one for one in disclosing.parts_of(member) if one.key == key]
    return list(found.rows)


# One person's data


def test_a_disclosure_tells_of_codes_and_never_the_codes(member: Member, by: User) -> None:
    mailed, printed = mailed_code(member), own_page.print_code(member=member, by=by)
    own_page.use(mailed)
    rows = part(member, "own_page_codes")
    assert [(row[1] is not None, row[2]) for row in rows] == [(True, ""), (False, str(by))]
    everything = disclosing.as_file(
        disclosing.parts_of(member), member=member, content_type="application/json"
    ).decode()
    assert not [
        code for code in (mailed, printed) if code in everything or code.replace("-", "") in everything
    ]


def test_a_disclosure_tells_of_a_request_to_leave(member: Member, by: User) -> None:
    own_deeds.ask_to_leave(member=member)
    assert [(row[1], row[2]) for row in part(member, "leave_request")] == [(None, "")]
    own_deeds.handle(request=LeaveRequest.objects.get(), by=by)
    assert [row[2] for row in part(member, "leave_request")] == [str(by)]


def test_the_members_own_file_is_the_officers_file(client: Client, member: Member, by: User) -> None:
    """But for the readings themselves, which each adds to."""
    open_page(client, member)
    own = json.loads(client.post("/min-sida/jag/fil/", {"content_type": "application/json"}).content)
    parts = disclosing.disclose(member=member, by=by, reason="bad om det")
    officers = json.loads(disclosing.as_file(parts, member=member, content_type="application/json"))
    assert own.keys() == officers.keys()
    differing = {key for key in own if own[key] != officers[key]}
    assert differing <= {"reads", "made_at"}


def test_erasing_takes_codes_and_requests(member: Member, by: User) -> None:
    other = MemberFactory.create(branch=member.branch)
    for one in (member, other):
        own_page.print_code(member=one, by=by)
        own_deeds.ask_to_leave(member=one)
    erasing.erase(member=member, by=by, on=timezone.localdate())
    for table in (OwnPageCode, LeaveRequest):
        assert list(table.objects.values_list("member", flat=True)) == [other.pk]


@pytest.mark.parametrize("both", [False, True])
def test_who_asked_under_one_number_has_asked_and_an_undo_parts_them(
    branch: Branch, by: User, both: bool
) -> None:
    kept, merged = MemberFactory.create_batch(2, branch=branch)
    asked = [merged, kept] if both else [merged]
    for one in asked:
        own_deeds.ask_to_leave(member=one)
    merge = merging.merge(kept=kept, merged=merged, values={}, by=by)
    assert LeaveRequest.objects.filter(member=kept).count() == 1
    merging.undo(merge=merge, by=by)
    assert set(LeaveRequest.objects.values_list("member", flat=True)) == {one.pk for one in asked}


def test_a_code_of_a_merged_number_opens_nothing_while_it_is_merged(branch: Branch, by: User) -> None:
    kept, merged = MemberFactory.create_batch(2, branch=branch)
    code = own_page.print_code(member=merged, by=by)
    merge = merging.merge(kept=kept, merged=merged, values={}, by=by)
    assert own_page.use(code) is None
    merging.undo(merge=merge, by=by)
    assert own_page.use(code) == merged


# The link in messages


def words_to(member: Member) -> Words:
    filled = kinds.fill_first_year(signature="Lena", contact_person="")
    return texts.Writer(member.branch, texts.usual(kinds.WELCOME)).to(member, filled)


def links_in(text: str) -> list[str]:
    return re.findall(r"https?://[^\s\"<]+/min-sida/kod/[^\s\"<]+", text)


def test_every_message_has_the_members_own_link_once_in_text_and_in_html(member: Member) -> None:
    words, other = words_to(member), words_to(MemberFactory.create(branch=member.branch))
    (own,), (theirs,) = links_in(words.text), links_in(other.text)
    assert links_in(words.html) == [own]
    assert own != theirs
    assert "\x02" not in words.text + words.html


def test_the_link_leads_to_the_page_that_asks_for_a_code(client: Client, member: Member) -> None:
    (link,) = links_in(words_to(member).text)
    path = "/" + link.split("/", 3)[3]
    assert resolve(path).url_name == "own_ask"
    assert member_key(resolve(path).kwargs["token"]) == member.pk
    assert client.get(path).status_code == 200


def test_a_link_for_another_member_cannot_be_made_of_ones_own(client: Client, member: Member) -> None:
    payload, rest = token_of(member).split(":", 1)
    other = token_of(MemberFactory.create(branch=member.branch)).split(":", 1)[0]
    assert payload != other
    assert client.post(f"/min-sida/kod/{other}:{rest}/").status_code == 404
    assert OwnPageCode.objects.count() == 0


# Two devices, two members


def test_two_members_on_two_devices_see_each_their_own(branch: Branch) -> None:
    clients = {}
    for name in ("Åsa", "Bo"):
        clients[name] = open_page(Client(), MemberFactory.create(branch=branch, first_name=name))
    for name, client in clients.items():
        text = text_of(client)
        assert [other for other in clients if f"Hej {other}!" in text] == [name]


def test_the_next_code_on_the_same_device_shows_the_next_member_only(client: Client, branch: Branch) -> None:
    open_page(client, MemberFactory.create(branch=branch, first_name="Åsa"))
    open_page(client, MemberFactory.create(branch=branch, first_name="Bo"))
    assert ("Hej Bo!" in text_of(client), "Hej Åsa!" in text_of(client)) == (True, False)


def test_an_officer_who_opens_a_members_page_stays_logged_in(client: Client, member: Member) -> None:
    log_in_as(client, "member_officer", member.branch)
    open_page(client, member)
    client.post("/min-sida/stang/")
    assert client.get(f"/{member.branch.slug}/medlemmar/").status_code == 200


def test_a_session_written_by_hand_opens_nothing(client: Client, member: Member) -> None:
    session = client.session
    later = (timezone.now() + timedelta(hours=1)).timestamp()
    for opened in ({}, {"member": member.pk}, {"until": later}, {"member": None, "until": later}):
        session["own_page"] = opened
        session.save()
        assert client.get("/min-sida/jag/").status_code == 302


def test_the_log_names_no_user_for_what_the_member_does(client: Client, member: Member) -> None:
    open_page(client, member)
    with time_machine.travel(timezone.now() + timedelta(minutes=1), tick=False):
        client.post("/min-sida/jag/onskemal/no_calls/", {"on": "yes"})
        client.post("/min-sida/jag/utskick/", {"channel": "letter"})
        own_deeds.ask_to_leave(member=member)
        own_deeds.stay(member=member)
    rows = AccessLog.objects.order_by("pk").values_list("user", "purpose", "reason")
    told: list[tuple[Any, ...]] = list(rows)
    assert told == [
        (None, "own_page", "ändrade: no_calls"),
        (None, "own_page", "ändrade: channel"),
        (None, "own_page", "bad att få lämna"),
        (None, "own_page", "är kvar ändå"),
    ]
