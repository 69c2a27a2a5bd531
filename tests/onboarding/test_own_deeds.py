"""What a member sees and does on their own page: all at once, everywhere, and in the log."""

import json
import re
from datetime import date

import pytest
from django.test import Client

from crm.outbox.models import Message
from crm.people import erasing, skills
from crm.people.logbook import log_read
from crm.people.models import AccessLog, Branch, Member, MemberSkill, User, WishChange
from crm.rosters.models import Correction
from onboarding import own_deeds
from onboarding.models import LeaveRequest
from tests.factories import BranchFactory, MemberFactory, UserFactory, user_with
from tests.logins import log_in_as
from tests.onboarding.own import open_page, text_of
from tests.people.wordings import ticks, word

pytestmark = pytest.mark.django_db

JAG = "/min-sida/jag/"


@pytest.fixture
def member(branch: Branch) -> Member:
    made: Member = MemberFactory.create(branch=branch, first_name="Åsa", last_name="Ek", town="ÅBY")
    return made


@pytest.fixture
def page(client: Client, member: Member) -> Client:
    return open_page(client, member)


def on_file(member: Member) -> Member:
    return Member.objects.get(pk=member.pk)


# What is stored


def test_the_page_shows_what_is_stored_and_who_has_looked(page: Client, member: Member) -> None:
    looker = UserFactory.create(name="Nils Nyfiken")
    log_read(user=looker, branch=member.branch, members=[member], purpose=AccessLog.Purpose.CALL)
    text = text_of(page)
    for words in ("Hej Åsa!", member.member_number, "ÅBY", "Nils Nyfiken"):
        assert words in text


def test_each_look_at_it_is_in_the_log_as_the_members_own(page: Client, member: Member) -> None:
    text_of(page)
    (row,) = AccessLog.objects.filter(purpose="own_page")
    assert (row.user, row.member, row.branch) == (None, member, member.branch)


def test_nobody_else_stands_on_it(page: Client, member: Member) -> None:
    MemberFactory.create(branch=member.branch, last_name="Hemlighetsfull")
    assert "Hemlighetsfull" not in text_of(page)


def test_a_long_part_shows_its_first_rows_and_the_file_has_them_all(page: Client, member: Member) -> None:
    for _look in range(30):
        log_read(user=None, branch=member.branch, members=[member], purpose=AccessLog.Purpose.CALL)
    shown = {part.key: len(first) for part, first in page.get(JAG).context["shown"]}
    assert (shown["reads"], shown["details"]) == (20, 1)
    answer = page.post(JAG + "fil/", {"content_type": "application/json"})
    assert len(json.loads(answer.content)["reads"]) == 32


def test_the_file_is_as_the_branch_would_hand_it_over(page: Client, member: Member) -> None:
    answer = page.post(JAG + "fil/", {"content_type": "application/pdf"})
    assert (answer.content[:5], answer["Content-Type"]) == (b"%PDF-", "application/pdf")
    assert page.post(JAG + "fil/", {"content_type": "text/html"}).status_code == 302
    assert AccessLog.objects.filter(purpose="own_page", reason="hämtade filen").count() == 1


# Correcting


def corrected(client: Client, **fields: str) -> int:
    form = client.get(JAG + "ratta/").context["form"]
    return client.post(
        JAG + "ratta/", {name: form[name].value() for name in form.fields} | fields
    ).status_code


def test_a_correction_counts_at_once_and_is_on_the_list_to_report(page: Client, member: Member) -> None:
    assert corrected(page, town="Ryd", email="ny@example.org") == 302
    assert (on_file(member).town, on_file(member).email) == ("Ryd", "ny@example.org")
    found = Correction.objects.open().order_by("field").values_list("field", "register_value", "noted_by")
    console = User.objects.console().pk
    assert list(found) == [("email", member.email, console), ("town", "ÅBY", console)]


def test_what_can_not_be_read_is_said_and_nothing_is_changed(page: Client, member: Member) -> None:
    assert corrected(page, email="ingen adress") == 422
    assert corrected(page, first_name="", last_name="") == 422
    assert (on_file(member).name, Correction.objects.count()) == ("Åsa Ek", 0)


def test_nothing_written_over_changes_nothing(page: Client, member: Member) -> None:
    assert corrected(page) == 302
    assert Correction.objects.count() == 0


# Wishes


@pytest.mark.parametrize("wish", WishChange.Wish.values)
def test_a_no_counts_at_once_and_can_be_taken_back(page: Client, member: Member, wish: str) -> None:
    for on, is_on in (("yes", True), ("yes", True), ("no", False)):
        page.post(f"{JAG}onskemal/{wish}/", {"on": on})
        assert getattr(on_file(member), wish) is is_on
    assert list(WishChange.objects.order_by("pk").values_list("wish", "is_on")) == [
        (wish, True),
        (wish, False),
    ]
    assert AccessLog.objects.filter(reason=f"ändrade: {wish}").count() == 2


def test_each_channel_has_its_own_button_until_all_are_said_no_to(page: Client, member: Member) -> None:
    channels = ["no_email", "no_sms", "no_letters"]
    shown = [wish for wish in channels if f"{JAG}onskemal/{wish}/" in text_of(page)]
    page.post(f"{JAG}onskemal/no_messages/", {"on": "yes"})
    hidden = [wish for wish in channels if f"{JAG}onskemal/{wish}/" in text_of(page)]
    assert (shown, hidden) == (channels, [])


def test_a_no_to_one_channel_is_said_in_its_own_words(page: Client, member: Member) -> None:
    page.post(f"{JAG}onskemal/no_letters/", {"on": "yes"})
    words = text_of(page)
    assert [said in words for said in ("Vi skickar dig inga brev.", "Vi får skicka dig e-post.")] == [
        True,
        True,
    ]
    assert on_file(member).no_messages is False


@pytest.mark.parametrize(("wish", "on"), [("erased_at", "yes"), ("no_calls", "kanske"), ("branch", "no")])
def test_nothing_else_can_be_switched(page: Client, member: Member, wish: str, on: str) -> None:
    assert page.post(f"{JAG}onskemal/{wish}/", {"on": on}).status_code == 302
    assert WishChange.objects.count() == 0


@pytest.mark.parametrize(
    ("sent", "kept"), [("letter", "letter"), ("sms", "sms"), ("email", "email"), ("", ""), ("pigeon", "sms")]
)
def test_the_channel_is_the_members_choice(page: Client, member: Member, sent: str, kept: str) -> None:
    Member.objects.update(channel="sms")
    page.post(JAG + "utskick/", {"channel": sent})
    assert on_file(member).channel == kept


# Can and wants


def test_what_is_told_here_is_noted_and_can_be_taken_back(page: Client, member: Member) -> None:
    bakes, sings = word(member.branch), word(member.branch, "Sjunga")
    page.post(JAG + "kan-och-vill/", ticks(bakes, sings))
    assert list(MemberSkill.objects.values_list("member", "source").distinct()) == [(member.pk, "form")]
    page.post(f"{JAG}kan-och-vill/{bakes.pk}/ta-bort/")
    assert [str(row.word) for row in MemberSkill.objects.all()] == ["Sjunga"]


def test_another_members_words_and_another_branchs_are_out_of_reach(page: Client, member: Member) -> None:
    other, theirs = MemberFactory.create(branch=member.branch), word(BranchFactory.create())
    bakes = word(member.branch)
    skills.record(member=other, words=[bakes], source="call", by=UserFactory.create())
    page.post(f"{JAG}kan-och-vill/{bakes.pk}/ta-bort/")
    page.post(JAG + "kan-och-vill/", ticks(theirs))
    assert page.post(f"{JAG}kan-och-vill/{theirs.pk}/ta-bort/").status_code == 404
    assert list(MemberSkill.objects.values_list("member", "word")) == [(other.pk, bakes.pk)]


# Leaving


def test_who_asks_to_leave_is_neither_called_nor_written_to(page: Client, member: Member) -> None:
    page.post(JAG + "lamna/")
    assert (on_file(member).no_calls, on_file(member).no_messages) == (True, True)
    assert Member.objects.callable().count() == 0
    assert Member.objects.current().count() == 1


def test_the_officers_are_told_once_and_without_the_name(page: Client, member: Member) -> None:
    for role in ("member_officer", "register_officer", "board", "caller"):
        user_with(role, member.branch, email=f"{role}@example.org")
    for _twice in range(2):
        page.post(JAG + "lamna/")
    letters = Message.objects.order_by("user__email")
    assert [letter.user.email for letter in letters if letter.user] == [
        "member_officer@example.org",
        "register_officer@example.org",
    ]
    assert not [letter for letter in letters if re.search(r"\b(Ek|Åsa)\b", letter.text)]


def test_asking_by_a_get_changes_nothing(page: Client, member: Member) -> None:
    assert page.get(JAG + "lamna/").status_code == 200
    assert (LeaveRequest.objects.count(), on_file(member).no_calls) == (0, False)


def test_who_regrets_stays_until_the_register_is_told(page: Client, member: Member) -> None:
    own_deeds.ask_to_leave(member=member)
    assert "Du bad att få lämna" in text_of(page)
    page.post(JAG + "stanna/")
    assert LeaveRequest.objects.count() == 0
    own_deeds.ask_to_leave(member=member)
    own_deeds.handle(request=LeaveRequest.objects.get(), by=UserFactory.create())
    assert not own_deeds.stay(member=member)


def test_officers_see_who_wants_to_leave_and_tick_it(client: Client, member: Member) -> None:
    own_deeds.ask_to_leave(member=member)
    officer = log_in_as(client, "register_officer", member.branch)
    address = f"/{member.branch.slug}/traffar/vill-lamna/"
    assert "Åsa Ek" in client.get(address).content.decode()
    for _twice in range(2):
        client.post(f"{address}{LeaveRequest.objects.get().pk}/klar/")
    assert LeaveRequest.objects.get().handled_by == officer
    assert "Registret fick veta" in client.get(address).content.decode()


def test_the_list_is_logged_and_takes_the_same_queries_for_three(
    client: Client, member: Member, django_assert_num_queries: object
) -> None:
    log_in_as(client, "member_officer", member.branch)
    address = f"/{member.branch.slug}/traffar/vill-lamna/"
    own_deeds.ask_to_leave(member=member)
    with django_assert_num_queries(5) as first:  # type: ignore[operator]
        client.get(address)
    for _more in range(2):
        own_deeds.ask_to_leave(member=MemberFactory.create(branch=member.branch))
    with django_assert_num_queries(len(first)):  # type: ignore[operator]
        client.get(address)
    assert AccessLog.objects.filter(purpose="list").count() == 4


@pytest.mark.parametrize("role", ["caller", "call_leader", "board", "admin"])
def test_nobody_else_sees_who_wants_to_leave(client: Client, member: Member, role: str) -> None:
    own_deeds.ask_to_leave(member=member)
    log_in_as(client, role, member.branch)
    address = f"/{member.branch.slug}/traffar/vill-lamna/"
    assert client.get(address).status_code == 403
    assert client.post(f"{address}{LeaveRequest.objects.get().pk}/klar/").status_code == 403


def test_a_member_of_another_branch_is_out_of_reach(client: Client, member: Member) -> None:
    own_deeds.ask_to_leave(member=member)
    other = BranchFactory.create()
    log_in_as(client, "member_officer", other)
    assert "Åsa Ek" not in client.get(f"/{other.slug}/traffar/vill-lamna/").content.decode()
    assert (
        client.post(f"/{other.slug}/traffar/vill-lamna/{LeaveRequest.objects.get().pk}/klar/").status_code
        == 404
    )


def test_an_erased_member_has_asked_for_nothing(member: Member) -> None:
    own_deeds.ask_to_leave(member=member)
    erasing.erase(member=member, by=UserFactory.create(), on=date(2026, 11, 21))
    assert LeaveRequest.objects.count() == 0


@pytest.mark.parametrize(
    "path", ["", "fil/", "ratta/", "onskemal/no_calls/", "utskick/", "kan-och-vill/", "lamna/", "stanna/"]
)
def test_without_a_code_nothing_opens_and_nothing_changes(client: Client, member: Member, path: str) -> None:
    for method in (client.get, client.post):
        answer = method(JAG + path, {"on": "yes", "channel": "letter"})
        assert (answer.status_code, answer.headers["location"]) == (302, "/min-sida/")
    assert WishChange.objects.count() == LeaveRequest.objects.count() == 0
