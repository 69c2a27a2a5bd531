"""The lamps of the first year, what they send, and the calls that they ask for."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from calls.models import Attempt, Call, CallRound
from crm import extensions
from crm.extensions import CallRequest
from crm.figures import reading
from crm.outbox import texts as outbox_texts
from crm.outbox.models import Message
from crm.people.models import AccessLog, Branch, Member, Membership, Role, User
from crm.templatetags.tusen import in_unit
from onboarding import first_year, planning, texts
from onboarding.first_year import State, Step
from onboarding.first_year_mail import OF_THE_HALF_YEAR, tell_officers_of_the_week, write_to_new_members
from onboarding.models import ContactPerson, FirstYearSettings, Invitation
from tests.factories import BranchFactory, MemberFactory, user_with
from tests.logins import log_in, log_in_as

pytestmark = pytest.mark.django_db
LEARNT = date(2027, 1, 11)  # a Monday
EVENING_60 = datetime(2027, 3, 12, 17, 0, tzinfo=UTC)


def days(number: int) -> date:
    return LEARNT + timedelta(days=number)


@pytest.fixture
def new(branch: Branch) -> Member:
    """A member who has joined a week before the branch learnt of it."""
    member: Member = MemberFactory.create(
        branch=branch, first_name="Åsa", since=days(-7), joined_on=days(-7), learnt_on=LEARNT
    )
    return member


def lamps(branch: Branch, on: date) -> dict[str, str]:
    (journey,) = first_year.journeys(branch=branch, on=on)
    return {str(lamp.step): str(lamp.state) for lamp in journey.lamps}


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        ({"no_calls": True}, "late declined due due ahead declined"),
        ({"no_messages": True}, "declined late due due ahead ahead"),
        ({"no_email": True, "no_sms": True, "no_letters": True}, "declined late due due ahead ahead"),
        ({"no_email": True}, "late late due due ahead ahead"),
    ],
)
def test_what_somebody_has_said_no_to_is_never_late(
    branch: Branch, new: Member, wish: dict[str, bool], expected: str
) -> None:
    Member.objects.filter(pk=new.pk).update(**wish)
    assert " ".join(lamps(branch, days(8)).values()) == expected


def talked(member: Member, on: date, caller: User) -> None:
    """Somebody has reached the member in a call."""
    opened = {"opened_at": f"{on} 08:00+01:00", "opened_by": caller}
    round_ = CallRound.objects.create(
        branch=member.branch, kind="yearly", period=str(on), opens_on=on, closes_on=on, **opened
    )
    call = Call.objects.create(round=round_, member=member)
    Attempt.objects.create(call=call, outcome="reached", reported_at=f"{on} 18:00+01:00", reported_by=caller)


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (0, "due due due due ahead ahead"),
        (3, "due due due due ahead ahead"),
        (4, "late due due due ahead ahead"),
        (8, "late late due due ahead ahead"),
        (46, "late late late due ahead ahead"),
        (123, "late late late due due ahead"),
        (184, "late late late late late due"),
        (214, "late late late late late late"),
    ],
)
def test_each_lamp_has_its_days(branch: Branch, new: Member, number: int, expected: str) -> None:
    assert " ".join(lamps(branch, days(number)).values()) == expected


def test_after_a_year_somebody_is_new_no_more(branch: Branch, new: Member) -> None:
    assert len(first_year.journeys(branch=branch, on=days(364))) == 1
    assert first_year.journeys(branch=branch, on=days(365)) == []


def test_a_first_roster_s_old_members_are_not_new(branch: Branch) -> None:
    MemberFactory.create(branch=branch, joined_on=date(2015, 5, 1), learnt_on=LEARNT)
    assert first_year.journeys(branch=branch, on=LEARNT) == []


def test_who_has_left_is_gone_at_once(branch: Branch, new: Member) -> None:
    Membership.objects.update(missing_since=days(5))
    assert first_year.journeys(branch=branch, on=days(5)) == []


def test_a_talk_lights_the_welcome_and_a_late_one_the_check_in(
    branch: Branch, officer: User, new: Member
) -> None:
    talked(new, days(200), officer)
    found = lamps(branch, days(200))
    assert (found["call"], found["check_in"]) == ("done", "done")


def test_an_early_talk_is_no_check_in(branch: Branch, officer: User, new: Member) -> None:
    talked(new, days(5), officer)
    found = lamps(branch, days(190))
    assert (found["call"], found["check_in"]) == ("done", "due")


def test_paying_lights_the_fee(branch: Branch, new: Member) -> None:
    Member.objects.update(paid_until=days(300))
    assert lamps(branch, days(100))["fee"] == "done"


@pytest.mark.parametrize(("kind", "step"), [("intro_meeting", "meeting"), ("course_s1", "course")])
def test_coming_to_a_meeting_and_being_asked_to_s1_light_their_lamps(
    branch: Branch, officer: User, new: Member, kind: str, step: str
) -> None:
    at = Invitation(invited_at=f"{days(20)} 12:00+01:00", invited_by=officer, member=new)
    at.gathering = planning.plan(
        branch=branch, by=officer, kind=kind, starts_at=EVENING_60, place="Folkets hus"
    )
    if kind == "intro_meeting":
        at.attended, at.ticked_at, at.ticked_by = True, EVENING_60, officer
    at.save()
    assert lamps(branch, days(70))[step] == "done"


def test_a_branch_chooses_its_steps(branch: Branch, new: Member) -> None:
    FirstYearSettings.objects.create(branch=branch, call_days=14, check_in_days=0)
    found = lamps(branch, days(10))
    assert (found["call"], "check_in" in found) == ("due", False)


def keys() -> list[str]:
    return list(
        Message.objects.filter(member__isnull=False).order_by("pk").values_list("purpose_key", flat=True)
    )


def test_a_year_of_days_writes_each_message_once(branch: Branch, new: Member) -> None:
    written: dict[str, int] = {}
    for number in range(365):
        before = len(keys())
        write_to_new_members(branch=branch, on=days(number))
        written |= dict.fromkeys(keys()[before:], number)
    assert written == {"welcome": 0, "unpaid": 45, "course_offer": 123}


def test_who_has_paid_is_not_reminded(branch: Branch, new: Member) -> None:
    Member.objects.update(paid_until=days(300))
    assert write_to_new_members(branch=branch, on=days(50)) == {}


@pytest.mark.parametrize(("number", "count"), [(33, 1), (34, 0)])
def test_a_welcome_comes_late_but_not_after_a_month(
    branch: Branch, new: Member, number: int, count: int
) -> None:
    write_to_new_members(branch=branch, on=days(number))
    assert keys().count("welcome") == count


def test_who_joined_long_before_is_not_welcomed_as_if_yesterday(branch: Branch, new: Member) -> None:
    Member.objects.update(joined_on=days(-90))
    assert write_to_new_members(branch=branch, on=LEARNT) == {}
    assert len(first_year.journeys(branch=branch, on=LEARNT)) == 1


def test_the_welcome_is_signed_and_names_the_contact_person(
    branch: Branch, officer: User, new: Member
) -> None:
    FirstYearSettings.objects.create(branch=branch, signature="Lena Ek, ordförande")
    first_year.name_contact_person(member=new, name="Sune Berg", by=officer)
    write_to_new_members(branch=branch, on=LEARNT)
    message = Message.objects.get()
    assert message.subject == "Välkommen till Lillberga arbetarekommun"
    for words in ("Hej Åsa!", "Din fadder är Sune Berg", "Lena Ek, ordförande", "/nej/"):
        assert words in message.text
        assert words in message.html


@pytest.mark.parametrize(
    ("starts_on", "signed"),
    [(LEARNT, True), (LEARNT + timedelta(days=1), False)],
    ids=["in office", "not yet"],
)
def test_without_a_signature_the_welcome_is_from_the_member_officer(
    branch: Branch, officer: User, new: Member, starts_on: date, signed: bool
) -> None:
    Role.objects.filter(user=officer).update(starts_on=starts_on)
    write_to_new_members(branch=branch, on=LEARNT)
    message = Message.objects.get()
    assert ("Märta Medlemsansvarig" in message.text, "Märta" in message.html) == (signed, signed)


def test_a_branch_s_own_words_stand_in_the_message_and_are_escaped(branch: Branch, new: Member) -> None:
    own = outbox_texts.Wording("Hej [förnamn]", "Kul att du är <här>!")
    outbox_texts.write(branch=branch, kind=texts.WELCOME, wording=own, by=User.objects.console())
    write_to_new_members(branch=branch, on=LEARNT)
    message = Message.objects.get()
    assert "Kul att du är <här>!" in message.text
    assert "Kul att du är &lt;här&gt;!" in message.html
    assert "Vi är glada" not in message.text


def requests(branch: Branch, on: date) -> list[CallRequest]:
    hook = extensions.call_requests.get("first_year")
    assert hook is not None
    return list(hook(branch=branch, on=on))


def test_a_check_in_is_asked_for_in_the_sixth_month(branch: Branch, new: Member) -> None:
    assert requests(branch, days(182)) == []
    (asked,) = requests(branch, days(183))
    assert (asked.kind, asked.period, asked.from_on, asked.due_on) == (
        "check_in",
        "2027",
        days(183),
        days(213),
    )


@pytest.mark.parametrize(("number", "no_calls", "asked"), [(243, False, 1), (244, False, 0), (190, True, 0)])
def test_no_check_in_is_asked_for_when_it_is_too_late_or_unwanted(
    branch: Branch, new: Member, number: int, no_calls: bool, asked: int
) -> None:
    Member.objects.update(no_calls=no_calls)
    assert len(requests(branch, days(number))) == asked


def test_who_has_been_reached_is_asked_for_no_more(branch: Branch, officer: User, new: Member) -> None:
    assert len(requests(branch, days(191))) == 1
    talked(new, days(190), officer)
    assert requests(branch, days(191)) == []


def test_the_week_s_mail_has_numbers_and_no_names(branch: Branch, officer: User, new: Member) -> None:
    user_with(Role.Kind.BOARD, branch)
    assert tell_officers_of_the_week(branch=branch, on=days(8)) == {"told": 1}
    message = Message.objects.get()
    assert message.address == "marta@example.org"
    assert "Välkomstsamtal: 1 (1 försenade)" in message.text
    assert "Avgift: 1\n" in message.text
    assert "Åsa" not in message.text + message.html + message.subject


def test_the_week_s_mail_has_the_boards_figures(branch: Branch, officer: User, new: Member) -> None:
    tell_officers_of_the_week(branch=branch, on=days(8))
    told = reading.read_known(branch, days(8), OF_THE_HALF_YEAR)
    lines = "".join(f"{read.figure.label}: {in_unit(read.value or 0, read.figure.unit)}\n" for read in told)
    assert lines.startswith("Halvårets nya medlemmar: 1 medlem\n")
    assert f"Halvåret, i styrelsens siffror:\n{lines}" in Message.objects.get().text


def test_the_week_s_mail_comes_once_a_week_also_after_a_monday_off(
    branch: Branch, officer: User, new: Member
) -> None:
    for number in (1, 2, 6, 7, 8):
        tell_officers_of_the_week(branch=branch, on=days(number))
    found = Message.objects.order_by("pk").values_list("purpose_key", flat=True)
    assert list(found) == ["new_members:2027-W02", "new_members:2027-W03"]


def test_without_new_members_there_is_no_mail(branch: Branch, officer: User) -> None:
    assert tell_officers_of_the_week(branch=branch, on=LEARNT) == {}


def path(name: str, *args: object) -> str:
    return reverse(f"onboarding:{name}", args=["lillberga", *args])


@time_machine.travel(days(8))
def test_the_page_shows_lamps_in_words_and_is_logged(client: Client, branch: Branch, new: Member) -> None:
    officer = log_in_as(client, Role.Kind.MEMBER_OFFICER, branch)
    page = client.get(path("new_members")).content.decode()
    for words in ("Åsa Öberg", "Försenat sedan 18 jan", "Senast 25 feb", "Från 14 maj"):
        assert words in page
    assert list(AccessLog.objects.filter(user=officer).values_list("member", "purpose")) == [(new.pk, "list")]


@time_machine.travel(days(8))
def test_the_page_can_show_what_is_late_alone(client: Client, branch: Branch, new: Member) -> None:
    log_in_as(client, Role.Kind.MEMBER_OFFICER, branch)
    MemberFactory.create(branch=branch, joined_on=days(6), learnt_on=days(7))
    page = client.get(path("new_members"), {"visa": "sena"})
    assert [journey.member for journey in page.context["journeys"]] == [new]


@time_machine.travel(days(8))
@pytest.mark.parametrize("people", [1, 3])
def test_the_page_costs_the_same_for_one_and_for_three(
    client: Client, branch: Branch, people: int, django_assert_num_queries: object
) -> None:
    MemberFactory.create_batch(people, branch=branch, joined_on=days(1), learnt_on=days(2))
    log_in_as(client, Role.Kind.MEMBER_OFFICER, branch)
    with django_assert_num_queries(10):  # type: ignore[operator]
        client.get(path("new_members"))


@time_machine.travel(days(8))
def test_without_new_members_the_page_says_so(client: Client, branch: Branch) -> None:
    log_in_as(client, Role.Kind.MEMBER_OFFICER, branch)
    assert "Ingen är ny" in client.get(path("new_members")).content.decode()


def test_a_contact_person_is_named_changed_and_taken_away(
    client: Client, branch: Branch, new: Member
) -> None:
    officer = log_in_as(client, Role.Kind.MEMBER_OFFICER, branch)
    for name in ("Sune", "Eva Ek"):
        client.post(path("contact_person", new.pk), {"name": name})
    found = ContactPerson.objects.get()
    assert (found.member, found.name, found.named_by) == (new, "Eva Ek", officer)
    page = client.get(reverse("people:member", args=["lillberga", new.pk])).content.decode()
    assert 'value="Eva Ek"' in page
    client.post(path("contact_person", new.pk), {"name": ""})
    assert not ContactPerson.objects.exists()


def test_too_long_a_name_is_not_kept(client: Client, branch: Branch, new: Member) -> None:
    log_in_as(client, Role.Kind.MEMBER_OFFICER, branch)
    client.post(path("contact_person", new.pk), {"name": "x" * 101})
    assert not ContactPerson.objects.exists()


def test_steps_days_and_texts_are_changed_on_a_page(client: Client, branch: Branch) -> None:
    log_in_as(client, Role.Kind.MEMBER_OFFICER, branch)
    form = client.get(path("first_year_settings")).context["form"]
    wishes = {name: form[name].value() or "" for name in form.fields}
    assert client.post(path("first_year_settings"), wishes | {"call_days": "10"}).status_code == 302
    found = FirstYearSettings.objects.get()
    assert (found.branch, found.call_days, found.unpaid_days) == (branch, 10, 45)
    assert client.post(path("first_year_settings"), wishes | {"call_days": "-1"}).status_code == 422


@pytest.mark.parametrize("kind", [Role.Kind.CALLER, Role.Kind.BOARD])
def test_a_teammate_sees_no_lamps(client: Client, branch: Branch, kind: str) -> None:
    log_in_as(client, kind, branch)
    assert client.get(path("new_members")).status_code == 403


def test_a_stranger_s_member_is_not_found(client: Client, branch: Branch, new: Member) -> None:
    other = BranchFactory.create()
    log_in(client, user_with(Role.Kind.MEMBER_OFFICER, other))
    assert client.get(path("new_members")).status_code == 404
    own = reverse("onboarding:contact_person", args=[other.slug, new.pk])
    assert client.post(own, {"name": "Sune"}).status_code == 404


def test_the_words_of_the_lamps() -> None:
    lamp = first_year.Lamp(Step.CALL, State.LATE, LEARNT, days(7))
    journey = first_year.Journey(member=Member(), lamps=(lamp,))
    assert (journey.is_late, journey.lamp(Step.CALL), journey.lamp(Step.FEE)) == (True, lamp, None)
