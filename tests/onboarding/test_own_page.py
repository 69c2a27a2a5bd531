"""What opens a member's own page: a link that asks for a code, and codes that work once and for a while."""

from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.core import mail
from django.test import Client, override_settings
from django.utils import timezone

from crm.outbox.writing import token_of
from crm.people import erasing
from crm.people.models import AccessLog, Branch, Member
from onboarding import own_links, own_page
from onboarding.models import OwnPageCode
from tests.factories import BranchFactory, MemberFactory, UserFactory
from tests.logins import log_in_as
from tests.onboarding.own import mailed_code, open_page, text_of

pytestmark = pytest.mark.django_db

SENT = "Om din förening har din e-postadress är en kod på väg."


@pytest.fixture
def member(branch: Branch) -> Member:
    made: Member = MemberFactory.create(branch=branch, first_name="Åsa", email="asa@example.org")
    return made


def ask_path(member: Member) -> str:
    return "/" + own_links.own_url(token=token_of(member)).split("/", 3)[3]


def tries(client: Client, code: str) -> int:
    return client.post("/min-sida/", {"code": code}).status_code


# Asking


def test_the_link_shows_nothing_of_anybody_and_changes_nothing(client: Client, member: Member) -> None:
    for _mail_scanner in range(3):
        page = client.get(ask_path(member)).content.decode()
    assert "Åsa" not in page
    assert "asa@example.org" not in page
    assert OwnPageCode.objects.count() == 0


def test_a_code_goes_to_the_address_on_file_and_to_nobody_else(client: Client, member: Member) -> None:
    page = client.post(ask_path(member), {"email": "tjuv@example.org"}, follow=True).content.decode()
    assert SENT in page
    assert own_page.send_codes() == 1
    assert [(letter.to, letter.subject, letter.reply_to) for letter in mail.outbox] == [
        (["asa@example.org"], "Din kod", ["expedition@example.org"])
    ]


def test_who_has_no_address_is_told_the_same_and_gets_nothing(client: Client, branch: Branch) -> None:
    page = client.post(ask_path(MemberFactory.create(branch=branch, email="")), follow=True)
    assert SENT in page.content.decode()
    assert (own_page.send_codes(), mail.outbox) == (0, [])


def test_a_code_is_mailed_once_however_often_the_worker_runs(member: Member) -> None:
    own_page.ask_for_code(member=member)
    assert [own_page.send_codes() for _run in range(3)] == [1, 0, 0]


def test_three_codes_an_hour_are_mailed(member: Member) -> None:
    with time_machine.travel("2026-11-21 08:00 +0000", tick=False) as now:
        for _request in range(5):
            own_page.ask_for_code(member=member)
        assert own_page.send_codes() == 3
        now.shift(timedelta(hours=1))
        own_page.ask_for_code(member=member)
        assert own_page.send_codes() == 1


def test_what_no_worker_has_seen_in_time_is_not_sent_afterwards(member: Member) -> None:
    with time_machine.travel("2026-11-21 08:00 +0000", tick=False) as now:
        own_page.ask_for_code(member=member)
        now.shift(own_page.STALE)
        assert own_page.send_codes() == 0


def test_a_mail_server_that_is_away_fails_nobody(member: Member) -> None:
    own_page.ask_for_code(member=member)
    with override_settings(
        EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend", EMAIL_HOST="127.0.0.1", EMAIL_PORT=9
    ):
        assert own_page.send_codes() == 0
    assert mailed_code(member)


def test_nothing_leaves_a_fictitious_branch(tmp_path: Path) -> None:
    member = MemberFactory.create(branch=BranchFactory.create(is_fictitious=True))
    own_page.ask_for_code(member=member)
    with override_settings(EMAIL_FILE_PATH=tmp_path):
        assert own_page.send_codes() == 1
    assert mail.outbox == []
    assert "Din kod" in next(tmp_path.iterdir()).read_text()


@pytest.mark.parametrize("token", ["x", "Mg:1abc:def", "../../", "MQ"])
def test_an_invented_link_asks_for_nothing(client: Client, member: Member, token: str) -> None:
    for method in (client.get, client.post):
        assert method(f"/min-sida/kod/{token}/").status_code == 404
    assert OwnPageCode.objects.count() == 0


def test_the_link_of_an_erased_member_leads_nowhere(client: Client, member: Member) -> None:
    path = ask_path(member)
    erasing.erase(member=member, by=UserFactory.create(), on=timezone.localdate())
    assert client.post(path).status_code == 404


def test_too_many_questions_from_one_place_are_refused(client: Client, branch: Branch) -> None:
    paths = [ask_path(MemberFactory.create(branch=branch)) for _each in range(6)]
    assert [client.post(path).status_code for path in paths] == [302] * 5 + [429]


# The code


def test_a_mailed_code_opens_the_page_once(client: Client, member: Member) -> None:
    code = mailed_code(member)
    assert tries(client, code.lower().replace("-", " ")) == 302
    assert "Hej Åsa!" in text_of(client)
    assert tries(Client(), code) == 422


def test_codes_are_kept_as_hashes_only(member: Member) -> None:
    code = own_page.print_code(member=member, by=UserFactory.create())
    row = OwnPageCode.objects.get()
    assert (len(row.code_hash), row.code_hash) == (64, own_page.keyed_hash(code.replace("-", "")))
    assert code.replace("-", "") not in str(list(OwnPageCode.objects.values()))


@pytest.mark.parametrize(
    ("after", "status"), [(timedelta(minutes=19, seconds=59), 302), (timedelta(minutes=20), 422)]
)
def test_a_mailed_code_works_for_twenty_minutes(
    client: Client, member: Member, after: timedelta, status: int
) -> None:
    with time_machine.travel("2026-11-21 08:00 +0000", tick=False) as now:
        code = mailed_code(member)
        now.shift(after)
        assert tries(client, code) == status


@pytest.mark.parametrize(("days", "status"), [(13, 302), (14, 422)])
def test_a_printed_code_works_for_two_weeks(client: Client, member: Member, days: int, status: int) -> None:
    with time_machine.travel("2026-11-21 08:00 +0000", tick=False) as now:
        code = own_page.print_code(member=member, by=UserFactory.create())
        now.shift(timedelta(days=days))
        assert tries(client, code) == status


def test_a_new_printed_code_ends_the_one_before(client: Client, member: Member) -> None:
    first, second = (own_page.print_code(member=member, by=UserFactory.create()) for _each in range(2))
    assert (tries(client, first), tries(client, second)) == (422, 302)


@pytest.mark.parametrize("code", ["", "AAAA", "AAAA-AAAA", "ÅÄÖÅ-ÄÖÅÄ", "' OR 1=1 --", "A" * 20])
def test_a_wrong_code_opens_nothing(client: Client, member: Member, code: str) -> None:
    own_page.ask_for_code(member=member)
    assert tries(client, code) == 422
    assert client.get("/min-sida/jag/").headers["location"] == "/min-sida/"


def test_guessing_is_stopped(client: Client, member: Member) -> None:
    code = own_page.print_code(member=member, by=UserFactory.create())
    assert [tries(client, "ACDE-FGHJ") for _guess in range(10)] == [422] * 10
    assert tries(client, code) == 429


def test_the_code_of_an_erased_member_opens_nothing(client: Client, member: Member) -> None:
    code = own_page.print_code(member=member, by=UserFactory.create())
    Member.objects.filter(pk=member.pk).update(erased_at=timezone.now())
    assert tries(client, code) == 422


# The half-hour


@pytest.mark.parametrize(("minutes", "is_open"), [(29, True), (30, False)])
def test_the_page_is_open_for_half_an_hour(
    client: Client, member: Member, minutes: int, is_open: bool
) -> None:
    with time_machine.travel("2026-11-21 08:00 +0000", tick=False) as now:
        open_page(client, member)
        now.shift(timedelta(minutes=minutes))
        assert (client.get("/min-sida/jag/").status_code == 200) is is_open


def test_closing_shuts_it_at_once(client: Client, member: Member) -> None:
    open_page(client, member)
    client.post("/min-sida/stang/")
    assert client.get("/min-sida/jag/").status_code == 302


def test_who_is_erased_meanwhile_sees_nothing_more(client: Client, member: Member) -> None:
    open_page(client, member)
    erasing.erase(member=member, by=UserFactory.create(), on=timezone.localdate())
    assert client.get("/min-sida/jag/").status_code == 302


def test_the_session_gets_a_new_key_when_the_page_opens(client: Client, member: Member) -> None:
    session = client.session
    session["anything"] = True
    session.save()
    before = session.session_key
    open_page(client, member)
    assert client.session.session_key != before


def test_the_page_opens_no_page_of_the_branch(client: Client, member: Member) -> None:
    open_page(client, member)
    for path in ("", "medlemmar/", f"medlemmar/{member.pk}/"):
        answer = client.get(f"/{member.branch.slug}/{path}")
        assert (answer.status_code, answer.headers["location"][:13]) == (302, "/konto/login/")


def test_no_search_engine_keeps_it(client: Client, member: Member) -> None:
    page = open_page(client, member).get("/min-sida/jag/")
    assert [page[name] for name in ("X-Robots-Tag", "Referrer-Policy", "Cache-Control")] == [
        "noindex, nofollow",
        "same-origin",
        "no-store",
    ]


# By asking an officer


def test_an_officer_hands_out_a_code_and_that_is_logged(client: Client, member: Member) -> None:
    officer = log_in_as(client, "member_officer", member.branch)
    page = client.post(f"/{member.branch.slug}/traffar/medlem/{member.pk}/kod/")
    row = OwnPageCode.objects.get()
    assert (row.member, row.printed_by) == (member, officer)
    assert own_page.use(page.context["code"]) == member
    (read,) = AccessLog.objects.all()
    assert (read.user, read.member, read.purpose) == (officer, member, "print")


@pytest.mark.parametrize(("role", "status"), [("caller", 403), ("board", 403), ("admin", 403)])
def test_a_teammate_hands_out_none(client: Client, member: Member, role: str, status: int) -> None:
    log_in_as(client, role, member.branch)
    assert client.post(f"/{member.branch.slug}/traffar/medlem/{member.pk}/kod/").status_code == status
    assert OwnPageCode.objects.count() == 0


def test_a_stranger_hands_out_none(client: Client, member: Member) -> None:
    log_in_as(client, "member_officer", BranchFactory.create())
    assert client.post(f"/{member.branch.slug}/traffar/medlem/{member.pk}/kod/").status_code == 404
    assert OwnPageCode.objects.count() == 0
