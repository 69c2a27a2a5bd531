"""What a caller learns of telephone, e-mail and address, and taking back everything that a report did."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.test import Client
from django.utils import timezone

from calls import claims, departures, forgetting, learning, outcomes, telling
from calls.models import UNDO, Attempt, Call, CallRound
from calls.telling import Learnt
from crm.people import skills
from crm.people.models import Branch, Member, MemberSkill, Phone, Role, SkillWord, User
from crm.rosters import corrections
from crm.rosters.models import Correction
from tests.calls.test_telling import FIELD, Evening, evening, send, shown
from tests.factories import BranchFactory, user_with
from tests.logins import log_in, log_in_as

__all__ = ["evening"]
Field, Outcome = Correction.Field, Attempt.Outcome
NEW, LANDLINE = "+46701740699", "+46313900600"


@pytest.fixture
def call(call_round: CallRound, branch: Branch, caller: User) -> Call:
    found = claims.claim_next(caller=caller, branch=branch, now=timezone.now())
    assert found is not None
    return found


@pytest.fixture
def phone(client: Client, caller: User) -> Client:
    log_in(client, caller, two_factors=False)
    return client


def numbers(member: Member) -> list[str]:
    return [one.number.as_e164 for one in member.phones.order_by("position", "pk")]


def details(member: Member) -> dict[str, object]:
    member = Member.objects.get(pk=member.pk)
    return {field: corrections.value_of(member, field) for field in Field.values}


def tell(call: Call, by: User, *, outcome: str = Outcome.REACHED, **values: object) -> Attempt:
    learnt = Learnt(corrections={str(Field[name.upper()]): value for name, value in values.items()})
    return telling.tell(call=call, by=by, client_id=uuid4(), outcome=outcome, learnt=learnt).attempt


# --- the form ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "case",
    [
        ("right_phones", "070-174 06 99", "phones", None),
        ("right_email", " Arla.Oberg@Example.org ", "email", "arla.oberg@example.org"),
        ("right_street", "Nya  gatan 2", "street", "Nya gatan 2"),
        ("right_postcode", "58333", "postcode", "583 33"),
        ("right_town", "Linköping", "town", "Linköping"),
    ],
)
def test_a_detail_that_was_wrong_is_on_the_officers_list(
    phone: Client, branch: Branch, call: Call, caller: User, case: tuple[str, str, str, object]
) -> None:
    name, written, field, stands = case
    old = corrections.value_of(call.member, field)
    assert send(phone, branch, call, outcome="reached", **{name: written})[0] == 302
    expected = [NEW, *old] if field == "phones" else stands
    assert details(call.member)[field] == expected
    assert list(Correction.objects.values_list("field", "register_value", "local_value", "noted_by")) == [
        (field, old, expected, caller.pk)
    ]


def test_the_officer_sees_it_and_takes_the_registers(phone: Client, branch: Branch, call: Call) -> None:
    send(phone, branch, call, outcome="reached", right_email="ny@example.org")
    officer = Client()
    log_in_as(officer, Role.Kind.REGISTER_OFFICER, branch)
    page = officer.get(f"/{branch.slug}/medlemsfiler/rattelser/").content.decode()
    assert "ny@example.org" in page
    officer.post(f"/{branch.slug}/medlemsfiler/rattelser/{Correction.objects.get().pk}/registrets/")
    assert details(call.member)["email"] == call.member.email


def test_the_page_shows_the_number_and_neither_e_mail_nor_street(
    phone: Client, branch: Branch, call: Call
) -> None:
    Member.objects.filter(pk=call.member_id).update(street="Hemliga gatan 7", email="hemlig@example.org")
    html = shown(phone, branch, call)
    for hidden in ("Hemliga gatan", "hemlig@example.org", call.member.postcode):
        assert hidden not in html
    assert "Nytt telefonnummer" in html


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("right_phones", "i skogen"),
        ("right_email", "arla at example"),
        ("right_postcode", "1234"),
        ("right_street", "19600101-1235"),
    ],
)
def test_what_can_not_be_read_is_asked_for_again(
    phone: Client, branch: Branch, call: Call, name: str, written: str
) -> None:
    before = details(call.member)
    status, form = send(phone, branch, call, outcome="reached", note="Bra samtal.", **{name: written})
    assert (status, Attempt.objects.count(), Correction.objects.count()) == (422, 0, 0)
    again = phone.post(f"/{branch.slug}/ringa/samtal/{call.pk}/rapport/", form).content.decode()
    assert "Bra samtal." in again
    assert re.search(r'<details class="card" open>\s*<summary>Telefon, e-post', again)
    assert details(call.member) == before


def test_empty_fields_leave_everything(phone: Client, branch: Branch, call: Call) -> None:
    before = details(call.member)
    send(phone, branch, call, outcome="reached", right_phones=" ", right_email="", right_town="")
    assert (details(call.member), Correction.objects.count()) == (before, 0)


def test_what_we_had_already_is_no_correction(phone: Client, branch: Branch, call: Call) -> None:
    send(phone, branch, call, outcome="reached", right_town=call.member.town, right_email=call.member.email)
    assert Correction.objects.count() == 0
    assert Attempt.objects.get().before.keys() == {"was", "became", "others"}


def test_sent_twice_it_is_noted_once(phone: Client, branch: Branch, call: Call) -> None:
    _status, form = send(phone, branch, call, outcome="reached", right_town="Motala")
    Member.objects.filter(pk=call.member_id).update(town="Vadstena")
    phone.post(f"/{branch.slug}/ringa/samtal/{call.pk}/rapport/", form)
    assert (details(call.member)["town"], Correction.objects.count()) == ("Vadstena", 1)


# --- telephone numbers --------------------------------------------------------------------------------


def test_a_new_number_is_dialled_first_and_the_old_stay(call: Call, caller: User) -> None:
    old = numbers(call.member)
    tell(call, caller, outcome=Outcome.OTHER_ANSWERED, phones=[NEW])
    assert numbers(call.member) == [NEW, *old]


def test_the_number_that_was_wrong_goes(call: Call, caller: User) -> None:
    Phone.objects.create(member=call.member, number=LANDLINE, kind="landline", position=1)
    wrong = str(call.member.phones.order_by("position").first().number.as_national)  # type: ignore[union-attr]
    learning.note(member=call.member, values={Field.PHONES: [NEW]}, by=caller, wrong_number=wrong)
    assert numbers(call.member) == [NEW, LANDLINE]


def test_a_number_that_we_had_comes_first(call: Call, caller: User) -> None:
    Phone.objects.create(member=call.member, number=LANDLINE, kind="landline", position=1)
    first = numbers(call.member)[0]
    tell(call, caller, phones=[LANDLINE])
    assert numbers(call.member) == [LANDLINE, first]


def test_of_an_erased_member_nothing_is_written_down(call: Call, caller: User) -> None:
    Member.objects.filter(pk=call.member_id).update(erased_at=timezone.now(), email="")
    call.member.refresh_from_db()
    assert learning.note(member=call.member, values={Field.EMAIL: "a@example.org"}, by=caller) == {}
    assert details(call.member)["email"] == ""


# --- undo takes back everything -------------------------------------------------------------------------


def test_undo_takes_back_the_corrections(call: Call, caller: User) -> None:
    before = details(call.member)
    attempt = tell(call, caller, phones=[NEW], email="ny@example.org", town="Motala")
    assert details(call.member) != before
    telling.undo(attempt=attempt, by=caller, now=timezone.now())
    assert details(call.member) == before
    assert list(Correction.objects.values_list("outcome", flat=True)) == ["withdrawn"] * 3


def test_undo_goes_back_to_an_earlier_correction_and_not_past_it(
    call: Call, caller: User, leader: User
) -> None:
    corrections.correct(member=call.member, values={Field.TOWN: "Mjölby"}, by=leader)
    attempt = tell(call, caller, town="Motala")
    telling.undo(attempt=attempt, by=caller, now=timezone.now())
    found = Correction.objects.get(settled_at=None)
    assert (found.local_value, found.register_value, details(call.member)["town"]) == (
        "Mjölby",
        call.member.town,
        "Mjölby",
    )


def test_undo_leaves_what_an_officer_has_put_right_since(call: Call, caller: User, leader: User) -> None:
    attempt = tell(call, caller, town="Motala", email="ny@example.org")
    corrections.correct(member=call.member, values={Field.TOWN: "Vadstena"}, by=leader)
    telling.undo(attempt=attempt, by=caller, now=timezone.now())
    after = details(call.member)
    assert (after["town"], after["email"]) == ("Vadstena", call.member.email)


def test_what_can_not_be_undone_keeps_its_corrections(
    call: Call, caller: User, this_evening: time_machine.Traveller
) -> None:
    attempt = tell(call, caller, town="Motala")
    this_evening.shift(UNDO)
    with pytest.raises(outcomes.CannotUndo):
        telling.undo(attempt=attempt, by=caller, now=timezone.now())
    assert details(call.member)["town"] == "Motala"


def test_undo_takes_back_the_answer_to_the_offer(
    phone: Client, branch: Branch, call: Call, caller: User, evening: Evening
) -> None:
    send(phone, branch, call, outcome="reached", **{FIELD: "yes"})
    phone.post(f"/{branch.slug}/ringa/rapport/{Attempt.objects.get().pk}/angra/")
    assert evening.taken_back == [(call.member_id, "7", {"was": ""}, caller)]


def test_a_closed_offer_is_not_taken_back(
    phone: Client, branch: Branch, call: Call, evening: Evening
) -> None:
    evening.is_open = False
    send(phone, branch, call, outcome="reached", **{FIELD: "yes"})
    phone.post(f"/{branch.slug}/ringa/rapport/{Attempt.objects.get().pk}/angra/")
    assert evening.taken_back == []


def test_an_undo_sent_twice_takes_back_once(
    phone: Client, branch: Branch, call: Call, evening: Evening
) -> None:
    send(phone, branch, call, outcome="reached", right_town="Motala", **{FIELD: "yes"})
    address = f"/{branch.slug}/ringa/rapport/{Attempt.objects.get().pk}/angra/"
    phone.post(address)
    Member.objects.filter(pk=call.member_id).update(town="Motala")
    assert phone.post(address).status_code == 404
    assert (len(evening.taken_back), details(call.member)["town"]) == (1, "Motala")


def test_nobody_undoes_anothers_corrections(
    phone: Client, branch: Branch, call: Call, evening: Evening
) -> None:
    send(phone, branch, call, outcome="reached", right_town="Motala")
    other = Client()
    log_in(other, user_with(Role.Kind.CALLER, branch), two_factors=False)
    answer = other.post(f"/{branch.slug}/ringa/rapport/{Attempt.objects.get().pk}/angra/")
    assert (answer.status_code, details(call.member)["town"]) == (404, "Motala")


# --- what the undo needs is kept no longer than the undo ----------------------------------------------------


def test_the_night_forgets_what_stood_there_before(
    call: Call, branch: Branch, caller: User, this_evening: time_machine.Traveller
) -> None:
    attempt = tell(call, caller, email="ny@example.org")
    today = timezone.localdate()
    forgetting.forget_old_notes(branch=branch, on=today)
    attempt.refresh_from_db()
    assert attempt.before["corrected"] == {"email": [call.member.email, "ny@example.org"]}
    this_evening.shift(timedelta(days=1))
    forgetting.forget_old_notes(branch=branch, on=today + timedelta(days=1))
    attempt.refresh_from_db()
    assert attempt.before.keys() == {"was", "became", "others"}


def test_an_erased_persons_old_address_goes_at_once(call: Call, caller: User) -> None:
    attempt = tell(call, caller, street="Nya gatan 1")
    departures.forget_words(member=call.member, by=caller)
    attempt.refresh_from_db()
    assert "corrected" not in attempt.before


def test_what_was_saved_is_said(phone: Client, branch: Branch, call: Call) -> None:
    send(phone, branch, call, outcome="reached", right_town="Motala")
    said = [str(one) for one in get_messages(phone.get(f"/{branch.slug}/ringa/").wsgi_request)]
    assert said == [
        "Vi pratade. Samtalet är klart. Tack!",
        "Rättat, och på listan till den som sköter medlemsregistret.",
    ]


# --- what the member can and wants ------------------------------------------------------------------------


@pytest.fixture
def words(branch: Branch) -> list[SkillWord]:
    """Leaflets and driving, which the branch asks for, and a word that it does not use any more."""
    kinds = ((SkillWord.Kind.OFFER, "Dela ut flygblad"), (SkillWord.Kind.SKILL, "Köra bil"))
    made = [SkillWord.objects.create(branch=branch, kind=kind, name=name) for kind, name in kinds]
    retired = {"retired_at": timezone.now(), "retired_by": user_with(Role.Kind.MEMBER_OFFICER, branch)}
    SkillWord.objects.create(branch=branch, kind=SkillWord.Kind.OFFER, name="Klistra affischer", **retired)
    return made


def told_words(member: Member) -> list[tuple[str, str]]:
    return list(MemberSkill.objects.filter(member=member).order_by("pk").values_list("word__name", "source"))


def test_the_form_asks_in_the_branchs_own_words(
    phone: Client, branch: Branch, call: Call, words: list[SkillWord]
) -> None:
    SkillWord.objects.create(branch=BranchFactory.create(), kind=SkillWord.Kind.OFFER, name="Främmande ord")
    html = shown(phone, branch, call)
    assert [word for word in ("Dela ut flygblad", "Köra bil") if word in html] == [w.name for w in words]
    assert [word for word in ("Klistra affischer", "Främmande ord") if word in html] == []


def test_a_branch_without_words_asks_nothing(phone: Client, branch: Branch, call: Call) -> None:
    assert "Vill hjälpa till" not in shown(phone, branch, call)


@pytest.mark.parametrize(
    ("outcome", "is_noted"), [("reached", True), ("call_later", True), ("no_answer", False)]
)
def test_what_the_member_wants_is_noted_after_a_talk(
    phone: Client, branch: Branch, call: Call, words: list[SkillWord], outcome: str, *, is_noted: bool
) -> None:
    send(phone, branch, call, outcome=outcome, can_offer=str(words[0].pk))
    assert told_words(call.member) == ([("Dela ut flygblad", "call")] if is_noted else [])


def test_a_word_that_is_not_offered_is_asked_for_again(
    phone: Client, branch: Branch, call: Call, words: list[SkillWord]
) -> None:
    retired = SkillWord.objects.get(name="Klistra affischer")
    status, _form = send(phone, branch, call, outcome="reached", can_offer=str(retired.pk))
    assert (status, Attempt.objects.count(), told_words(call.member)) == (422, 0, [])


def test_undo_takes_back_the_words_of_the_report_alone(
    call: Call, caller: User, leader: User, words: list[SkillWord]
) -> None:
    skills.record(member=call.member, words=words[:1], source=skills.Source.OFFICER, by=leader)
    done = telling.tell(
        call=call, by=caller, client_id=uuid4(), outcome=Outcome.REACHED, learnt=Learnt(words=words)
    )
    assert told_words(call.member) == [("Dela ut flygblad", "officer"), ("Köra bil", "call")]
    telling.undo(attempt=done.attempt, by=caller, now=timezone.now())
    assert told_words(call.member) == [("Dela ut flygblad", "officer")]


def test_the_form_shows_nothing_of_what_is_known(
    phone: Client, branch: Branch, call: Call, leader: User, words: list[SkillWord]
) -> None:
    def told() -> str:
        html = shown(phone, branch, call)
        start = html.index("<summary>Vill hjälpa till")
        return html[start : html.index("</details>", start)]

    before = told()
    skills.record(member=call.member, words=words, source=skills.Source.OFFICER, by=leader)
    assert told() == before
