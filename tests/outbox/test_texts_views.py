import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from crm import extensions
from crm.outbox import queueing, texts
from crm.outbox.models import Message, MessageText
from crm.outbox.texts import Wording
from crm.people.models import AccessLog, Branch, Role, User
from tests.factories import BranchFactory, MemberFactory
from tests.logins import log_in_as

pytestmark = pytest.mark.django_db
WORDS = {"subject": "Välkommen, [förnamn]", "text": "Hej [förnamn]!\n\nKul att du är med.", "sms": "Hej!"}


@pytest.fixture
def officer(client: Client, branch: Branch) -> User:
    return log_in_as(client, Role.Kind.MEMBER_OFFICER, branch)


def url(name: str, kind: str = "welcome", branch: str = "lillberga") -> str:
    return reverse(f"outbox:{name}", args=[branch, kind])


def reads() -> list[int | None]:
    return list(AccessLog.objects.order_by("pk").values_list("member", flat=True))


def test_the_list_names_every_message_and_whose_words_hold(
    client: Client, branch: Branch, officer: User
) -> None:
    kind = extensions.texts.get("welcome")
    assert kind is not None
    texts.write(branch=branch, kind=kind, wording=Wording("Hej", "Hej"), by=officer)
    html = client.get(reverse("outbox:texts", args=["lillberga"])).content.decode()
    assert html.count("vanliga ord</span>") == len(list(extensions.texts.all())) - 1
    assert f"av {officer}" in html
    assert [str(kind.label) for kind in extensions.texts.all() if str(kind.label) not in html] == []


@pytest.mark.parametrize("own", [1, 3])
def test_the_list_costs_the_same_however_many_are_changed(
    client: Client, branch: Branch, officer: User, own: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for kind in list(extensions.texts.all())[:own]:
        texts.write(
            branch=branch, kind=kind, wording=Wording("Hej", "[länk]" if kind.required else "Hej"), by=officer
        )
    client.get(reverse("home"))
    with django_assert_num_queries(4):
        client.get(reverse("outbox:texts", args=["lillberga"]))


def test_the_page_begins_with_the_words_that_hold(client: Client, branch: Branch, officer: User) -> None:
    page = client.get(url("text"))
    assert page.context["form"]["subject"].value() == "Välkommen till [arbetarekommun]"
    html = page.content.decode()
    assert "<dt>[fadder]</dt>" in html
    assert "Så har det varit" not in html


def test_saving_makes_a_version_and_the_usual_words_can_be_taken_back(
    client: Client, branch: Branch, officer: User
) -> None:
    assert client.post(url("change_text"), WORDS).status_code == 302
    row = MessageText.objects.get()
    assert (row.subject, row.written_by, row.version) == (WORDS["subject"], officer, 1)
    client.post(url("change_text"), WORDS)
    client.post(url("reset_text"))
    client.post(url("reset_text"))
    assert list(MessageText.objects.order_by("version").values_list("version", "is_usual")) == [
        (1, False),
        (2, True),
    ]
    assert client.get(url("text"), {"version": "1"}).context["form"]["sms"].value() == "Hej!"


@pytest.mark.parametrize("version", ["2", "9999999999", "x", "-1"])
def test_a_version_that_is_none_is_not_found(
    client: Client, branch: Branch, officer: User, version: str
) -> None:
    assert client.get(url("text"), {"version": version}).status_code == 404


@pytest.mark.parametrize(
    ("field", "words", "said"),
    [
        ("text", "Kom till [lokal] [x]", "Det här går inte att fylla i: [lokal], [x]."),
        ("subject", "Hej [länk", "Det här går inte att fylla i: Hej [länk."),
        ("sms", "[__class__]", "Det här går inte att fylla i: [__class__]."),
        ("text", "Utan länk", "Texten klarar sig inte utan [länk]"),
    ],
)
@pytest.mark.usefixtures("branch", "officer")
def test_what_cannot_be_filled_in_is_refused_and_named(
    client: Client, field: str, words: str, said: str
) -> None:
    given = WORDS | {"text": "Svara: [länk]"} | {field: words}
    page = client.post(url("change_text", "invite"), given)
    assert page.status_code == 422
    assert said in page.content.decode()
    assert not MessageText.objects.exists()


def test_a_preview_shows_every_form_to_a_member_and_saves_nothing(
    client: Client, branch: Branch, officer: User
) -> None:
    MemberFactory.create(branch=branch, first_name="Bo", last_name="Alm")
    asa = MemberFactory.create(branch=branch, first_name="Åsa", last_name="Berg")
    html = client.post(url("show_text"), WORDS | {"who": "åsa"}).content.decode()
    for words in ("Så skulle Åsa Berg få det", "Välkommen, Åsa", "Kul att du är med.", "Det blir 1 sms."):
        assert words in html
    assert reads() == [asa.pk]
    assert (Message.objects.count(), MessageText.objects.count()) == (0, 0)


def test_of_several_one_can_be_chosen(client: Client, branch: Branch, officer: User) -> None:
    one, two = MemberFactory.create_batch(2, branch=branch)
    page = client.post(url("show_text"), WORDS | {"who": "Ärla"})
    assert {page.context["preview"].member, *page.context["others"]} == {one, two}
    page = client.post(url("show_text"), WORDS | {"who": "Ärla", "member": str(two.pk)})
    assert (page.context["preview"].member, page.context["others"]) == (two, [])
    assert sorted(key or 0 for key in reads()) == sorted([one.pk, two.pk, two.pk])


def test_a_search_that_finds_nobody_says_so(client: Client, branch: Branch, officer: User) -> None:
    page = client.post(url("show_text"), WORDS | {"who": "Finns Inte"})
    assert "Ingen medlem hittades" in page.content.decode()
    assert reads() == [None]


def test_somebody_elses_member_is_not_shown(client: Client, branch: Branch, officer: User) -> None:
    stranger = MemberFactory.create()
    assert client.post(url("show_text"), WORDS | {"member": str(stranger.pk)}).status_code == 404
    assert client.post(url("show_text"), WORDS | {"who": stranger.last_name}).context["nobody"]


@pytest.mark.parametrize(
    ("name", "kind", "begins"),
    [
        ("show_text_html", "text/html; charset=utf-8", b"<!doctype html>"),
        ("show_text_letter", "application/pdf", b"%PDF"),
    ],
)
@pytest.mark.usefixtures("officer")
def test_the_e_mail_and_the_letter_are_shown_alone(
    client: Client, branch: Branch, name: str, kind: str, begins: bytes
) -> None:
    member = MemberFactory.create(branch=branch)
    page = client.post(url(name), WORDS | {"member": str(member.pk)})
    assert (page.status_code, page["Content-Type"], page.content.lstrip()[: len(begins)]) == (
        200,
        kind,
        begins,
    )
    assert reads() == [member.pk]
    assert client.post(url(name), WORDS | {"text": "[fel]", "member": str(member.pk)}).status_code == 422


def test_a_message_tells_from_which_version_it_was_written(
    client: Client, branch: Branch, officer: User
) -> None:
    kind = extensions.texts.get("welcome")
    assert kind is not None
    texts.write(branch=branch, kind=kind, wording=Wording("Hej", "Hej"), by=officer)
    member = MemberFactory.create(branch=branch)
    queueing.queue_for_members(
        branch=branch,
        members=[member],
        purpose_key="welcome",
        kind=kind,
        filling=lambda _member: extensions.Filling(),
        by=officer,
    )
    html = client.get(
        reverse("outbox:message", args=["lillberga", Message.objects.get().pk])
    ).content.decode()
    assert f'{url("text")}?version=1">Välkommen till en ny medlem</a>, version 1' in html


def test_no_kind_no_page(client: Client, branch: Branch, officer: User) -> None:
    assert client.get(url("text", "no-such-kind")).status_code == 404


@pytest.mark.parametrize(
    "kind", [Role.Kind.CALLER, Role.Kind.BOARD, Role.Kind.ADMIN, Role.Kind.REGISTER_OFFICER]
)
def test_a_teammate_without_the_role_is_refused(client: Client, branch: Branch, kind: str) -> None:
    log_in_as(client, kind, branch)
    assert client.get(url("text")).status_code == 403
    assert client.post(url("change_text"), WORDS).status_code == 403


def test_for_a_stranger_there_is_no_such_page(client: Client, branch: Branch) -> None:
    log_in_as(client, Role.Kind.MEMBER_OFFICER, BranchFactory.create())
    assert client.get(url("text")).status_code == 404


def test_one_factor_is_not_enough(client: Client, branch: Branch) -> None:
    log_in_as(client, Role.Kind.MEMBER_OFFICER, branch, two_factors=False)
    assert client.get(url("text")).status_code == 302
