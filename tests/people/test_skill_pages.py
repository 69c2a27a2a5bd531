"""Searching and noting what members can and want, and the words for it: officers only, each reading logged."""

from typing import Any

import pytest
from django.test import Client

from crm.people import skills
from crm.people.models import AccessLog, Branch, Member, Membership, MemberSkill, SkillWord, User
from tests.factories import BranchFactory, MemberFactory, UserFactory
from tests.logins import log_in_as
from tests.people.wordings import ticks, word

pytestmark = pytest.mark.django_db

ROLES = ("caller", "call_leader", "member_officer", "register_officer", "board", "admin")


def member_who(branch: Branch, *words: SkillWord, last_name: str = "Ek") -> Member:
    made: Member = MemberFactory.create(branch=branch, last_name=last_name)
    skills.record(member=made, words=words, source="call", by=UserFactory.create())
    return made


def found(client: Client, branch: Branch, *words: SkillWord) -> list[str]:
    page = client.get(f"/{branch.slug}/medlemmar/kan-och-vill/", ticks(*words))
    assert page.status_code == 200
    return [member.last_name for member in page.context["page"]]


def member_page(member: Member) -> str:
    return f"/{member.branch.slug}/medlemmar/{member.pk}/"


# The search


def test_without_a_box_everybody_who_has_told_is_found(client: Client, branch: Branch) -> None:
    log_in_as(client, "member_officer", branch)
    member_who(branch, word(branch), last_name="Öst")
    member_who(branch, word(branch, "Sjunga"), last_name="Ek")
    member_who(branch, last_name="Tyst")
    member_who((other := BranchFactory.create()), word(other), last_name="Främling")
    assert found(client, branch) == ["Ek", "Öst"]


def test_one_word_of_each_kind_is_enough_and_every_kind_is_asked_for(client: Client, branch: Branch) -> None:
    log_in_as(client, "register_officer", branch)
    arabic, somali = (word(branch, name, "language") for name in ("Arabiska", "Somaliska"))
    knocks = word(branch, "Knacka dörr", "offer")
    member_who(branch, arabic, knocks, last_name="A")
    member_who(branch, somali, last_name="B")
    member_who(branch, knocks, last_name="C")
    assert found(client, branch, arabic, somali) == ["A", "B"]
    assert found(client, branch, arabic, somali, knocks) == ["A"]
    assert found(client, branch, somali, knocks) == []


def test_what_a_member_told_is_found_after_the_word_is_retired(client: Client, branch: Branch) -> None:
    officer = log_in_as(client, "member_officer", branch)
    member_who(branch, word(branch))
    skills.retire(word=word(branch), by=officer)
    assert found(client, branch, word(branch)) == ["Ek"]


def test_who_has_left_or_is_missing_is_not_found(client: Client, branch: Branch) -> None:
    log_in_as(client, "member_officer", branch)
    left, missing = member_who(branch, word(branch)), member_who(branch, word(branch))
    Membership.objects.filter(member=missing).update(missing_since="2026-01-01")
    Membership.objects.filter(member=left).delete()
    assert found(client, branch, word(branch)) == []


def test_a_search_is_logged_with_whom_it_showed_and_for_what(client: Client, branch: Branch) -> None:
    officer = log_in_as(client, "member_officer", branch)
    ek = member_who(branch, word(branch))
    member_who(branch, word(branch, "Sjunga"))
    found(client, branch, word(branch))
    (row,) = AccessLog.objects.all()
    assert (row.user, row.member, row.purpose, row.reason) == (officer, ek, "search", "Baka")


def test_a_search_that_finds_nobody_is_logged_too(client: Client, branch: Branch) -> None:
    log_in_as(client, "member_officer", branch)
    found(client, branch, word(branch))
    (row,) = AccessLog.objects.all()
    assert (row.member, row.reason) == (None, "Baka")


@pytest.mark.parametrize("what", ["x", "-1", "99999999", "1 OR 1=1"])
def test_a_word_that_is_none_is_refused(client: Client, branch: Branch, what: str) -> None:
    log_in_as(client, "member_officer", branch)
    word(branch)
    page = client.get(f"/{branch.slug}/medlemmar/kan-och-vill/", {"can_skill": what})
    assert page.status_code == 422


def test_a_branch_without_words_is_led_to_choosing_them(client: Client, branch: Branch) -> None:
    log_in_as(client, "member_officer", branch)
    page = client.get(f"/{branch.slug}/medlemmar/kan-och-vill/").content.decode()
    assert "Ni har inga ord än" in page


def test_the_list_takes_as_many_queries_for_three_as_for_one(
    client: Client, branch: Branch, django_assert_num_queries: Any
) -> None:
    log_in_as(client, "member_officer", branch)
    words = [word(branch, name) for name in ("a", "b", "c")]
    member_who(branch, *words)
    address = f"/{branch.slug}/medlemmar/kan-och-vill/"
    with django_assert_num_queries(8) as first:
        client.get(address)
    for _more in range(2):
        member_who(branch, *words)
    with django_assert_num_queries(len(first)):
        client.get(address)


@pytest.mark.parametrize("role", ROLES)
def test_officers_search_and_nobody_else(client: Client, branch: Branch, role: str) -> None:
    log_in_as(client, role, branch)
    status = client.get(f"/{branch.slug}/medlemmar/kan-och-vill/").status_code
    assert status == (200 if role in {"member_officer", "register_officer"} else 403)


def test_a_stranger_finds_no_search_and_one_factor_is_not_enough(client: Client, branch: Branch) -> None:
    log_in_as(client, "member_officer", BranchFactory.create())
    assert client.get(f"/{branch.slug}/medlemmar/kan-och-vill/").status_code == 404
    log_in_as(client, "member_officer", branch, two_factors=False)
    assert client.get(f"/{branch.slug}/medlemmar/kan-och-vill/").headers["location"].startswith("/tva-steg/")


# On a member's page


def test_an_officer_notes_words_of_several_kinds(client: Client, branch: Branch) -> None:
    officer = log_in_as(client, "member_officer", branch)
    ek, both = member_who(branch), (word(branch), word(branch, "Arabiska", "language"))
    client.post(member_page(ek) + "kan-och-vill/", ticks(*both))
    assert list(MemberSkill.objects.values_list("member", "word", "source", "noted_by")) == [
        (ek.pk, one.pk, "officer", officer.pk) for one in both
    ]


def test_the_page_shows_what_is_noted_and_offers_the_rest(client: Client, branch: Branch) -> None:
    log_in_as(client, "member_officer", branch)
    bakes, sings = word(branch), word(branch, "Sjunga")
    page = client.get(member_page(member_who(branch, bakes)))
    assert [str(row.word) for row in page.context["skills"]] == ["Baka"]
    assert list(page.context["note_form"].fields["can_skill"].choices) == [(str(sings.pk), "Sjunga")]
    assert "i ett samtal" in page.content.decode()


def test_noting_twice_notes_once_and_nothing_ticked_is_said(client: Client, branch: Branch) -> None:
    log_in_as(client, "member_officer", branch)
    ek = member_who(branch)
    for _twice in range(2):
        client.post(member_page(ek) + "kan-och-vill/", ticks(word(branch)))
    assert MemberSkill.objects.count() == 1
    page = client.post(member_page(ek) + "kan-och-vill/", follow=True)
    assert "Kryssa för minst ett ord." in page.content.decode()


def test_another_branchs_word_can_neither_be_noted_nor_taken_back(client: Client, branch: Branch) -> None:
    log_in_as(client, "member_officer", branch)
    theirs, ek = word(BranchFactory.create()), member_who(branch)
    word(branch)
    client.post(member_page(ek) + "kan-och-vill/", ticks(theirs))
    assert MemberSkill.objects.count() == 0
    assert client.post(f"{member_page(ek)}kan-och-vill/{theirs.pk}/ta-bort/").status_code == 404


def test_a_word_is_taken_back_also_twice(client: Client, branch: Branch) -> None:
    log_in_as(client, "member_officer", branch)
    ek = member_who(branch, word(branch), word(branch, "Sjunga"))
    for _twice in range(2):
        answer = client.post(f"{member_page(ek)}kan-och-vill/{word(branch).pk}/ta-bort/")
        assert answer.status_code == 302
    assert [str(row.word) for row in MemberSkill.objects.all()] == ["Sjunga"]


@pytest.mark.parametrize("what", ["kan-och-vill/", "kan-och-vill/{}/ta-bort/"])
def test_a_teammate_and_a_stranger_change_nothing(client: Client, branch: Branch, what: str) -> None:
    bakes = word(branch)
    address = member_page(member_who(branch, bakes)) + what.format(bakes.pk)
    log_in_as(client, "caller", branch)
    assert client.post(address, ticks(bakes)).status_code == 403
    log_in_as(client, "member_officer", BranchFactory.create())
    assert client.post(address, ticks(bakes)).status_code == 404
    assert MemberSkill.objects.count() == 1


def test_a_get_changes_nothing(client: Client, branch: Branch) -> None:
    log_in_as(client, "member_officer", branch)
    ek = member_who(branch, word(branch))
    assert client.get(f"{member_page(ek)}kan-och-vill/{word(branch).pk}/ta-bort/").status_code == 405
    assert client.get(member_page(ek) + "kan-och-vill/", ticks(word(branch))).status_code == 405


# The vocabulary


def words_page(branch: Branch) -> str:
    return f"/{branch.slug}/installningar/kan-och-vill/"


@pytest.mark.parametrize("role", ROLES)
def test_officers_and_the_administrator_choose_the_words(client: Client, branch: Branch, role: str) -> None:
    log_in_as(client, role, branch)
    may = role in {"member_officer", "register_officer", "admin"}
    sent = client.post(words_page(branch), {"kind": "skill", "name": "  Dra   kabel "})
    assert sent.status_code == (302 if may else 403)
    assert [w.name for w in skills.words_of(branch)] == (["Dra kabel"] if may else [])


def test_the_same_word_twice_and_an_empty_one_are_refused(client: Client, branch: Branch) -> None:
    log_in_as(client, "admin", branch)
    word(branch)
    page = client.post(words_page(branch), {"kind": "skill", "name": "Baka"})
    assert (page.status_code, "Ordet finns redan hos er." in page.content.decode()) == (422, True)
    assert client.post(words_page(branch), {"kind": "skill", "name": " "}).status_code == 422
    assert client.post(words_page(branch), {"kind": "offer", "name": "Baka"}).status_code == 302


def test_the_usual_words_are_one_click_away(client: Client, branch: Branch) -> None:
    log_in_as(client, "admin", branch)
    assert "Lägg till de vanliga orden" in client.get(words_page(branch)).content.decode()
    client.post(words_page(branch) + "vanliga/")
    assert len(skills.offered_words(branch)) == 42


def test_a_word_is_retired_and_used_again(client: Client, branch: Branch) -> None:
    admin: User = log_in_as(client, "admin", branch)
    address = f"{words_page(branch)}{word(branch).pk}/"
    client.post(address + "sluta/")
    assert word(branch).retired_by == admin
    assert "frågas inte om" in client.get(words_page(branch)).content.decode()
    client.post(address + "borja/")
    assert (word(branch).retired_by, word(branch).retired_at) == (None, None)


def test_the_administrator_sees_no_member_beside_the_words(client: Client, branch: Branch) -> None:
    log_in_as(client, "admin", branch)
    member_who(branch, word(branch), last_name="Hemlighetsfull")
    assert "Hemlighetsfull" not in client.get(words_page(branch)).content.decode()
