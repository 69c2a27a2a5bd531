"""The officers' pages of the missing and of those who have left."""

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from crm.people.models import (
    AccessLog,
    Branch,
    ErasureApproval,
    ErasureHold,
    KeepingRules,
    Member,
    Membership,
    User,
)
from tests.factories import MemberFactory
from tests.logins import log_in_as
from tests.people.leavers import TODAY, a_leaver, a_missing

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("november")]


@pytest.fixture
def officer(client: Client, branch: Branch) -> User:
    return log_in_as(client, "member_officer", branch)


def post(client: Client, branch: Branch, page: str, **data: object) -> tuple[int, list[str]]:
    """The status, and what the next page says."""
    answer = client.post(f"/{branch.slug}/medlemmar/{page}/", data)
    if answer.status_code != 302:
        return answer.status_code, []
    return 302, [str(message) for message in client.get(answer["location"]).context["messages"]]


def standing(member: Member) -> tuple[date | None, date | None, str, int | None]:
    return Membership.objects.values_list("missing_since", "ended_on", "end_reason", "ended_by").get(
        member=member
    )


OCTOBER = date(2026, 10, 31)


def test_the_missing_are_listed_with_their_date(client: Client, branch: Branch, officer: User) -> None:
    gone = a_missing(branch, last_name="Borta")
    MemberFactory.create(branch=branch)
    answer = client.get(f"/{branch.slug}/medlemmar/saknade/")
    assert [(member, member.missing_since, ticked) for member, ticked in answer.context["rows"]] == [
        (gone, OCTOBER, False)
    ]
    assert AccessLog.objects.values_list("member", "purpose").get() == (gone.pk, "list")


def test_the_list_of_members_leads_there(client: Client, branch: Branch, officer: User) -> None:
    path = f"/{branch.slug}/medlemmar/"
    assert f"{path}saknade/" not in client.get(path).content.decode()
    a_missing(branch)
    a_leaver(branch)
    body = client.get(path).content.decode()
    assert (f"{path}saknade/" in body, f"{path}gallring/" in body) == (True, True)


@pytest.mark.parametrize("reason", Membership.EndReason.values)
def test_one_is_confirmed_for_a_reason(client: Client, branch: Branch, officer: User, reason: str) -> None:
    gone, other = a_missing(branch), a_missing(branch)
    status, said = post(client, branch, "saknade/lamnat", members=[gone.pk], reason=reason)
    assert (status, said) == (302, ["1 har lämnat."])
    assert standing(gone) == (OCTOBER, OCTOBER, reason, officer.pk)
    assert standing(other) == (OCTOBER, None, "", None)


def test_many_are_confirmed_at_once(client: Client, branch: Branch, officer: User) -> None:
    gone = [a_missing(branch).pk for _number in range(3)]
    _status, said = post(client, branch, "saknade/lamnat", members=gone, reason="unpaid")
    assert said == ["3 har lämnat."]
    assert Membership.objects.filter(end_reason="unpaid").count() == 3


def test_sent_twice_it_happens_once(client: Client, branch: Branch, officer: User) -> None:
    gone = a_missing(branch)
    for said in (["1 har lämnat."], ["0 har lämnat."]):
        assert post(client, branch, "saknade/lamnat", members=[gone.pk], reason="left") == (302, said)
    assert standing(gone)[2] == "left"


def test_a_second_word_does_not_change_the_first(client: Client, branch: Branch, officer: User) -> None:
    gone = a_missing(branch)
    for reason in ("deceased", "left"):
        post(client, branch, "saknade/lamnat", members=[gone.pk], reason=reason)
    assert standing(gone)[2] == "deceased"


@pytest.mark.parametrize(
    ("data", "faulty"), [({"reason": "left"}, "members"), ({}, "members"), ({"reason": "bored"}, "reason")]
)
def test_what_is_lacking_is_said(
    client: Client, branch: Branch, officer: User, data: dict[str, str], faulty: str
) -> None:
    a_missing(branch)
    answer = client.post(f"/{branch.slug}/medlemmar/saknade/lamnat/", data)
    assert answer.status_code == 422
    assert faulty in answer.context["form"].errors


def test_what_was_ticked_stays_ticked(client: Client, branch: Branch, officer: User) -> None:
    gone = a_missing(branch)
    answer = client.post(f"/{branch.slug}/medlemmar/saknade/lamnat/", {"members": [gone.pk]})
    assert [ticked for _member, ticked in answer.context["rows"]] == [True]
    assert list(answer.context["form"].errors) == ["reason"]


def test_all_on_the_page_can_be_ticked(client: Client, branch: Branch, officer: User) -> None:
    a_missing(branch)
    answer = client.get(f"/{branch.slug}/medlemmar/saknade/", {"all": ""})
    assert [ticked for _member, ticked in answer.context["rows"]] == [True]


def test_a_member_of_another_branch_can_not_be_named(
    client: Client, branch: Branch, other_branch: Branch, officer: User
) -> None:
    gone = a_missing(other_branch)
    for page in ("saknade/lamnat", "saknade/kvar"):
        assert post(client, branch, page, members=[gone.pk], reason="left") == (422, [])
    assert standing(gone) == (OCTOBER, None, "", None)


def test_who_is_a_member_still_is_taken_back(client: Client, branch: Branch, officer: User) -> None:
    gone = a_missing(branch)
    status, said = post(client, branch, "saknade/kvar", members=[gone.pk])
    assert (status, said) == (302, ["1 är medlem igen. Säg till registret före nästa fil."])
    assert standing(gone) == (None, None, "", None)
    assert list(Member.objects.current()) == [gone]


def test_taking_back_nobody_is_an_error(client: Client, branch: Branch, officer: User) -> None:
    a_missing(branch)
    assert post(client, branch, "saknade/kvar") == (422, [])


@pytest.mark.parametrize("page", ["saknade", "gallring"])
def test_three_rows_cost_no_more_queries_than_one(
    client: Client, branch: Branch, officer: User, page: str
) -> None:
    counts = []
    for _round in range(2):
        for _number in range(1 + _round):
            a_missing(branch)
            a_leaver(branch)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/{branch.slug}/medlemmar/{page}/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


# When they are erased


def test_the_page_tells_when_each_is_erased(client: Client, branch: Branch, officer: User) -> None:
    first, last = a_leaver(branch, reason="moved"), a_leaver(branch, days_ago=1)
    page = client.get(f"/{branch.slug}/medlemmar/gallring/").context["page"]
    assert [(leaver.member, leaver.due_on, leaver.reason_in_words) for leaver in page] == [
        (first, date(2026, 11, 11), "har flyttat"),
        (last, date(2026, 12, 20), "har lämnat"),
    ]
    assert AccessLog.objects.filter(purpose="list").count() == 2


def test_an_erasing_is_postponed_and_shown_with_who_and_why(
    client: Client, branch: Branch, officer: User
) -> None:
    leaver = a_leaver(branch)
    answer = post(client, branch, f"{leaver.pk}/behall", until_on="2027-01-31", reason="Ett klagomål")
    assert answer == (302, ["Uppskjuten."])
    hold = ErasureHold.objects.get()
    assert (hold.member, hold.until_on, hold.held_by) == (leaver, date(2027, 1, 31), officer)
    body = client.get(f"/{branch.slug}/medlemmar/gallring/").content.decode()
    assert f"Uppskjuten av {officer.name}: Ett klagomål" in body


@pytest.mark.parametrize("until", ["2026-11-21", "2025-01-01", "2027-11-24", "snart", ""])
def test_a_hold_is_for_a_year_at_most(client: Client, branch: Branch, officer: User, until: str) -> None:
    leaver = a_leaver(branch)
    assert post(client, branch, f"{leaver.pk}/behall", until_on=until, reason="X") == (422, [])


def test_a_hold_needs_a_reason(client: Client, branch: Branch, officer: User) -> None:
    leaver = a_leaver(branch)
    assert post(client, branch, f"{leaver.pk}/behall", until_on="2027-01-31", reason=" ") == (422, [])


def test_postponing_ends(client: Client, branch: Branch, officer: User) -> None:
    leaver = a_leaver(branch)
    post(client, branch, f"{leaver.pk}/behall", until_on="2027-01-31", reason="X")
    said = [post(client, branch, f"{leaver.pk}/behall/avsluta")[1] for _time in range(2)]
    assert said == [["Den vanliga tiden gäller igen."], []]
    assert not ErasureHold.objects.exists()


def test_a_leaver_is_erased_at_once_after_a_question(client: Client, branch: Branch, officer: User) -> None:
    leaver = a_leaver(branch, first_name="Glömd", last_name="Ek", days_ago=0)
    asked = client.get(f"/{branch.slug}/medlemmar/{leaver.pk}/radera/").content.decode()
    assert "Radera Glömd Ek nu?" in asked
    assert Member.objects.filter(erased_at=None).count() == 1
    assert post(client, branch, f"{leaver.pk}/radera") == (
        302,
        ["Raderad. Kvar finns en rad utan namn, för siffrornas skull."],
    )
    assert not Member.objects.filter(erased_at=None).exists()


@pytest.mark.parametrize("page", ["behall", "behall/avsluta", "radera"])
def test_a_member_of_today_has_no_such_page(client: Client, branch: Branch, officer: User, page: str) -> None:
    member = MemberFactory.create(branch=branch)
    assert post(client, branch, f"{member.pk}/{page}") == (404, [])
    assert Member.objects.filter(erased_at=None).count() == 1


def test_unusually_many_ask_for_a_yes(client: Client, branch: Branch, officer: User) -> None:
    for _number in range(6):
        a_leaver(branch)
    body = client.get(f"/{branch.slug}/medlemmar/gallring/").content.decode()
    assert "6 personer väntar på ditt ja" in body
    said = [post(client, branch, "gallring/godkann")[1] for _time in range(2)]
    assert said == [["Noterat med ditt namn. De raderas i natt."], []]
    assert ErasureApproval.objects.values_list("due_until", "approved_by").get() == (TODAY, officer.pk)


def test_nobody_has_left(client: Client, branch: Branch, officer: User) -> None:
    bodies = [
        client.get(f"/{branch.slug}/medlemmar/{page}/").content.decode() for page in ("saknade", "gallring")
    ]
    assert ("Ingen saknas" in bodies[0], "Ingen har lämnat" in bodies[1]) == (True, True)


@pytest.mark.parametrize(
    ("kind", "status"), [("member_officer", 200), ("register_officer", 200), ("board", 403), ("admin", 403)]
)
def test_officers_only(client: Client, branch: Branch, kind: str, status: int) -> None:
    log_in_as(client, kind, branch)
    pages = ("saknade", "gallring")
    assert [client.get(f"/{branch.slug}/medlemmar/{page}/").status_code for page in pages] == [status] * 2


def test_a_stranger_finds_neither(client: Client, branch: Branch, other_branch: Branch) -> None:
    log_in_as(client, "member_officer", other_branch)
    pages = ("saknade", "gallring")
    assert [client.get(f"/{branch.slug}/medlemmar/{page}/").status_code for page in pages] == [404] * 2


# The branch's times


def test_the_administrator_sets_the_times(client: Client, branch: Branch) -> None:
    log_in_as(client, "admin", branch)
    path = f"/{branch.slug}/installningar/gallring/"
    assert client.get(path).context["form"].initial == {"leaver_days": 30, "note_months": 12}
    assert client.post(path, {"leaver_days": 60, "note_months": 6}).status_code == 302
    assert KeepingRules.objects.values_list("branch", "leaver_days", "note_months").get() == (
        branch.pk,
        60,
        6,
    )


@pytest.mark.parametrize(
    "data", [{"leaver_days": 0, "note_months": 12}, {"leaver_days": 30, "note_months": 37}]
)
def test_a_time_out_of_bounds_gets_a_sentence(client: Client, branch: Branch, data: dict[str, int]) -> None:
    log_in_as(client, "admin", branch)
    answer = client.post(f"/{branch.slug}/installningar/gallring/", data)
    assert (answer.status_code, "Välj från 1 till" in answer.content.decode()) == (422, True)
