"""The pages of wishes: the caller's own, the leader's of each caller, and the pool by name."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from calls import claims, wishes
from calls.models import AvoidedMember, Call, CallerProfile, CallList, CallRound
from crm.people.models import AccessLog, Branch, Member, Role, SkillWord, User
from tests.factories import BranchFactory, ClubFactory, MemberFactory, user_with
from tests.logins import log_in, log_in_as

Purpose = AccessLog.Purpose


@pytest.fixture
def phone(client: Client, caller: User) -> Client:
    log_in(client, caller, two_factors=False)
    return client


@pytest.fixture
def desk(client: Client, leader: User) -> Client:
    log_in(client, leader)
    return client


@pytest.fixture
def own(branch: Branch) -> str:
    return f"/{branch.slug}/ringa/onskemal/"


@pytest.fixture
def callers(branch: Branch) -> str:
    return f"/{branch.slug}/ringa/omgangar/ringare/"


@pytest.fixture
def caller_page(callers: str, caller: User) -> str:
    return f"{callers}{caller.pk}/"


def finnish(branch: Branch) -> SkillWord:
    word, _created = SkillWord.objects.get_or_create(
        branch=branch, kind=SkillWord.Kind.LANGUAGE, name="Finska"
    )
    return word


def avoid(caller: User, member: Member, by: User) -> AvoidedMember:
    return wishes.avoid(caller=caller, member=member, by=by, at=timezone.now())


def logged(user: User) -> set[tuple[int | None, str]]:
    return set(AccessLog.objects.filter(user=user).values_list("member_id", "purpose"))


# --- the caller's own ------------------------------------------------------------------------------------


def test_a_caller_writes_their_wishes(phone: Client, own: str, branch: Branch, caller: User) -> None:
    club, word = ClubFactory.create(branch=branch), finnish(branch)
    sent = {"capacity": "12", "clubs": [club.pk], "areas": "Ryd, 584", "languages": [word.pk]}
    for _ in range(2):
        assert phone.post(own, sent)["Location"] == f"/{branch.slug}/ringa/"
    profile = CallerProfile.objects.get()
    assert (profile.user, profile.branch, profile.capacity) == (caller, branch, 12)
    assert (profile.areas, profile.languages.get(), profile.clubs.get()) == ("Ryd, 584", word, club)
    assert "Ryd, 584" in phone.get(own).content.decode()


def test_looking_saves_nothing(phone: Client, own: str) -> None:
    assert phone.get(own).status_code == 200
    assert not CallerProfile.objects.exists()


@pytest.mark.parametrize(
    ("sent", "said"),
    [({"capacity": "0"}, "2 000"), ({"capacity": "many"}, "heltal"), ({"areas": "x" * 301}, "300")],
)
def test_what_does_not_fit_is_said(phone: Client, own: str, sent: dict[str, str], said: str) -> None:
    answer = phone.post(own, sent)
    assert (answer.status_code, said in answer.content.decode()) == (422, True)


def test_another_branchs_clubs_and_languages_are_no_choice(phone: Client, own: str, branch: Branch) -> None:
    ClubFactory.create(branch=branch)
    finnish(branch)
    club, word = ClubFactory.create(), finnish(BranchFactory.create())
    sent: list[dict[str, list[int]]] = [{"clubs": [club.pk]}, {"languages": [word.pk]}]
    assert [phone.post(own, wished).status_code for wished in sent] == [422, 422]


def test_a_word_that_is_no_language_is_no_choice(phone: Client, own: str, branch: Branch) -> None:
    finnish(branch)
    word = SkillWord.objects.create(branch=branch, kind=SkillWord.Kind.SKILL, name="Sjunga")
    assert phone.post(own, {"languages": [word.pk]}).status_code == 422


def test_where_there_are_no_clubs_nobody_is_asked(phone: Client, own: str, branch: Branch) -> None:
    branch.skill_words.all().delete()
    assert list(phone.get(own).context["form"].fields) == ["capacity", "areas"]


def test_the_own_list_shows_given_name_and_town_and_is_logged(
    phone: Client, own: str, call_round: CallRound, caller: User
) -> None:
    html = phone.get(own).content.decode()
    assert ("Ärla, STORKÖPING" in html, "Öberg" in html) == (True, False)
    members = Member.objects.values_list("pk", flat=True)
    assert logged(caller) == {(pk, Purpose.CALL_LIST) for pk in members}


def test_somebody_of_the_list_goes_to_others(
    phone: Client, own: str, call_round: CallRound, caller: User
) -> None:
    call = Call.objects.order_by("pk")[0]
    assert phone.post(f"{own}ring-inte/", {"call": call.pk})["Location"] == own
    call.refresh_from_db()
    avoided = AvoidedMember.objects.get()
    assert (avoided.member_id, avoided.added_by, call.call_list) == (call.member_id, caller, None)
    assert "Jag kan ringa" in phone.get(own).content.decode()


@pytest.mark.parametrize("key", ["", "x", "999999", "99999999999999999999"])
def test_nobody_of_the_list_changes_nothing(phone: Client, own: str, call_round: CallRound, key: str) -> None:
    html = phone.post(f"{own}ring-inte/", {"call": key}, follow=True).content.decode()
    assert ("Välj någon på din lista." in html, AvoidedMember.objects.count()) == (True, 0)


def test_who_is_on_anothers_list_is_no_choice(
    phone: Client, own: str, call_round: CallRound, leader: User
) -> None:
    CallList.objects.update(caller=leader)
    phone.post(f"{own}ring-inte/", {"call": Call.objects.order_by("pk")[0].pk})
    assert not AvoidedMember.objects.exists()


def test_the_person_in_hand_is_never_given_again(
    phone: Client, call_round: CallRound, branch: Branch, caller: User
) -> None:
    held = claims.claim_next(caller=caller, branch=branch, now=timezone.now())
    assert held is not None
    page = f"/{branch.slug}/ringa/samtal/{held.pk}/"
    assert "Ge mig aldrig den här personen" in phone.get(page).content.decode()
    for _ in range(2):
        assert phone.post(f"{page}aldrig/")["Location"] == f"/{branch.slug}/ringa/"
    assert AvoidedMember.objects.get().member_id == held.member_id


def test_who_is_not_in_hand_is_not_given_away(phone: Client, call_round: CallRound, branch: Branch) -> None:
    call = Call.objects.order_by("pk")[0]
    assert phone.post(f"/{branch.slug}/ringa/samtal/{call.pk}/aldrig/").status_code == 302
    assert not AvoidedMember.objects.exists()


def test_a_wish_is_taken_back(phone: Client, own: str, call_round: CallRound, caller: User) -> None:
    avoided = avoid(caller, Member.objects.order_by("pk")[0], caller)
    assert phone.post(f"{own}{avoided.pk}/ta-bort/")["Location"] == own
    assert not AvoidedMember.objects.exists()


def test_what_a_leader_has_settled_is_neither_seen_nor_changed_by_the_caller(
    phone: Client, own: str, call_round: CallRound, caller: User, leader: User
) -> None:
    avoided = avoid(caller, Member.objects.order_by("pk")[0], leader)
    assert "Jag kan ringa" not in phone.get(own).content.decode()
    assert phone.post(f"{own}{avoided.pk}/ta-bort/").status_code == 404
    assert AvoidedMember.objects.exists()


@pytest.mark.parametrize(("kind", "status"), [("call_leader", 200), ("caller", 200), ("board", 403)])
def test_who_has_wishes(client: Client, own: str, branch: Branch, kind: str, status: int) -> None:
    log_in_as(client, kind, branch)
    assert client.get(own).status_code == status


# --- the leader's pages of callers -------------------------------------------------------------------------


def test_a_leader_sees_what_each_takes_on(
    desk: Client, callers: str, branch: Branch, caller: User, leader: User
) -> None:
    profile = CallerProfile.objects.create(user=caller, branch=branch, capacity=12)
    profile.languages.add(finnish(branch))
    profile.clubs.add(ClubFactory.create(branch=branch, name="Ryds förening"))
    avoid(caller, MemberFactory.create(branch=branch), leader)
    answer = desk.get(callers)
    found = [(line.caller, line.clubs, line.avoided) for line in answer.context["lines"]]
    assert found == [(leader, [], 0), (caller, ["Ryds förening"], 1)]
    assert "Finska" in answer.content.decode()


def test_another_branchs_wishes_are_not_shown(desk: Client, callers: str, caller: User) -> None:
    CallerProfile.objects.create(user=caller, branch=BranchFactory.create(), areas="Övertorneå")
    assert "Övertorneå" not in desk.get(callers).content.decode()


def queries_of(desk: Client, page: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert desk.get(page).status_code == 200
    return len(queries)


def test_callers_take_as_many_queries_for_one_as_for_three(
    desk: Client, callers: str, branch: Branch, caller: User
) -> None:
    CallerProfile.objects.create(user=caller, branch=branch).clubs.add(ClubFactory.create(branch=branch))
    desk.get(callers)
    one = queries_of(desk, callers)
    for _ in range(2):
        profile = CallerProfile.objects.create(user=user_with(Role.Kind.CALLER, branch), branch=branch)
        profile.clubs.add(ClubFactory.create(branch=branch))
    assert queries_of(desk, callers) == one


def test_a_leader_writes_a_callers_wishes(desk: Client, callers: str, branch: Branch, caller: User) -> None:
    assert desk.post(f"{callers}{caller.pk}/", {"capacity": "7", "areas": "Ryd"})["Location"] == callers
    assert CallerProfile.objects.get(user=caller, branch=branch).capacity == 7
    assert desk.post(f"{callers}{caller.pk}/", {"capacity": "-1"}).status_code == 422
    assert 'value="7"' in desk.get(f"{callers}{caller.pk}/").content.decode()


def test_a_leader_finds_and_adds_somebody_who_should_not_be_called(
    desk: Client, callers: str, branch: Branch, caller: User, leader: User
) -> None:
    member = MemberFactory.create(branch=branch, first_name="Örjan", last_name="Äng")
    MemberFactory.create(branch=branch)
    page = f"{callers}{caller.pk}/"
    answer = desk.get(page, {"q": "äng örjan"})
    assert answer.context["found"] == [member]
    assert logged(leader) == {(member.pk, Purpose.LEAD)}
    for _ in range(2):
        assert desk.post(f"{page}ring-inte/{member.pk}/")["Location"] == page
    avoided = AvoidedMember.objects.get()
    assert (avoided.member, avoided.added_by, avoided.profile.user) == (member, leader, caller)
    assert "Örjan Äng" in desk.get(page).content.decode()


@pytest.mark.parametrize(("words", "found", "rows"), [("", 0, 0), ("xyz", 0, 1), ("\0", 0, 0), ("ö", 20, 20)])
def test_a_search_shows_twenty_at_most_and_is_logged(
    desk: Client, caller_page: str, words: str, found: int, rows: int
) -> None:
    MemberFactory.create_batch(22, branch=Branch.objects.get())
    answer = desk.get(caller_page, {"q": words})
    assert (answer.status_code, len(answer.context["found"]), AccessLog.objects.count()) == (200, found, rows)


def test_a_leader_lets_the_caller_have_them_again(
    desk: Client, callers: str, branch: Branch, caller: User
) -> None:
    avoided = avoid(caller, MemberFactory.create(branch=branch), caller)
    answer = desk.post(f"{callers}ring-inte/{avoided.pk}/ta-bort/")
    assert (answer["Location"], AvoidedMember.objects.count()) == (f"{callers}{caller.pk}/", 0)


def test_only_those_who_may_call_here_have_a_page(desk: Client, callers: str, branch: Branch) -> None:
    others = [user_with(Role.Kind.BOARD, branch), user_with(Role.Kind.CALLER, BranchFactory.create())]
    assert [desk.get(f"{callers}{user.pk}/").status_code for user in others] == [404, 404]


def test_another_branchs_member_is_nobody_to_avoid(desk: Client, callers: str, caller: User) -> None:
    stranger = MemberFactory.create()
    assert desk.post(f"{callers}{caller.pk}/ring-inte/{stranger.pk}/").status_code == 404
    avoided = avoid(user_with(Role.Kind.CALLER, stranger.branch), stranger, caller)
    assert desk.post(f"{callers}ring-inte/{avoided.pk}/ta-bort/").status_code == 404
    assert AvoidedMember.objects.count() == 1


@pytest.mark.parametrize("kind", ["caller", "board", "member_officer"])
def test_callers_pages_are_the_leaders(client: Client, caller_page: str, branch: Branch, kind: str) -> None:
    log_in_as(client, kind, branch)
    pages = [caller_page, f"/{branch.slug}/ringa/omgangar/ringare/"]
    assert [client.get(page).status_code for page in pages] == [403, 403]


# --- the pool ------------------------------------------------------------------------------------------------


@pytest.fixture
def pool(call_round: CallRound, branch: Branch) -> str:
    """Everybody waits on no list."""
    Call.objects.update(call_list=None)
    return f"/{branch.slug}/ringa/omgangar/{call_round.pk}/potten/"


def test_the_pool_is_shown_by_name_and_logged(desk: Client, pool: str, leader: User) -> None:
    page = desk.get(pool).context["page"]
    names = [call.member.name_sort for call in page.object_list]
    assert (len(names), names) == (3, sorted(names))
    assert logged(leader) == {(pk, Purpose.LEAD) for pk in Member.objects.values_list("pk", flat=True)}


def test_the_round_leads_to_its_pool(desk: Client, pool: str) -> None:
    assert pool in desk.get(pool.removesuffix("potten/")).content.decode()


def test_the_pool_is_searched_by_town(desk: Client, pool: str) -> None:
    one = Member.objects.order_by("pk")[0]
    one.town = "KISA"
    one.save()
    assert [call.member for call in desk.get(pool, {"q": "kisa"}).context["page"].object_list] == [one]


def test_single_calls_of_the_pool_are_handed_out(desk: Client, pool: str, caller: User) -> None:
    chosen = list(Call.objects.order_by("pk").values_list("pk", flat=True)[:2])
    sent = {"calls": chosen, "caller": caller.pk}
    assert desk.post(f"{pool}lamna/", sent)["Location"] == pool
    given = Call.objects.filter(call_list__caller=caller).order_by("pk")
    assert list(given.values_list("pk", flat=True)) == chosen
    assert desk.post(f"{pool}lamna/", sent).status_code == 422


def test_whom_the_caller_avoids_stays_and_the_leader_is_told(
    desk: Client, pool: str, caller: User, leader: User
) -> None:
    avoid(caller, Member.objects.order_by("pk")[0], leader)
    sent = {"calls": list(Call.objects.values_list("pk", flat=True)), "caller": caller.pk}
    html = desk.post(f"{pool}lamna/", sent, follow=True).content.decode()
    assert "1 samtal är kvar: det är klart, står på papper eller ska inte ringas av Rut Ringare." in html
    assert Call.objects.filter(call_list__caller=caller).count() == 2


@pytest.mark.parametrize("sent", [{}, {"calls": ["1x"]}, {"calls": ["999999"]}])
def test_nothing_ticked_hands_out_nothing(
    desk: Client, pool: str, caller: User, sent: dict[str, list[str]]
) -> None:
    answer = desk.post(f"{pool}lamna/", {"caller": caller.pk} | sent)
    assert (answer.status_code, Call.objects.exclude(call_list=None).count()) == (422, 0)


def test_without_a_caller_nothing_is_handed_out(desk: Client, pool: str) -> None:
    sent = {"calls": list(Call.objects.values_list("pk", flat=True))}
    assert desk.post(f"{pool}lamna/", sent).status_code == 422


def test_a_closed_round_hands_out_nothing_on_its_page(desk: Client, pool: str) -> None:
    CallRound.objects.update(closes_on=timezone.localdate().replace(day=1))
    html = desk.get(pool).content.decode()
    assert ("Potten" in html, "Lämna ut" in html) == (True, False)


def test_an_empty_pool_says_so(desk: Client, pool: str) -> None:
    Call.objects.update(state=Call.State.UNREACHABLE)
    assert "Ingen i potten" in desk.get(pool).content.decode()


def test_the_pool_takes_as_many_queries_for_one_as_for_three(desk: Client, pool: str) -> None:
    desk.get(pool)
    three = queries_of(desk, pool)
    first = Call.objects.order_by("pk")[0]
    Call.objects.exclude(pk=first.pk).update(state=Call.State.UNREACHABLE)
    assert queries_of(desk, pool) == three


def test_what_nobody_has_room_for_is_told_when_the_pool_is_shared_out(
    desk: Client, pool: str, branch: Branch, caller: User
) -> None:
    CallerProfile.objects.create(user=caller, branch=branch, capacity=1)
    Member.objects.filter(pk=Member.objects.order_by("pk")[0].pk).update(street="Annan gata 1")
    html = desk.post(pool.replace("potten", "dela-ut"), follow=True).content.decode()
    assert "är kvar: ingen har plats." in html


@pytest.mark.parametrize(("kind", "status"), [("caller", 403), ("board", 403), ("stranger", 404)])
def test_the_pool_is_the_leaders(client: Client, pool: str, branch: Branch, kind: str, status: int) -> None:
    if kind == "stranger":
        log_in_as(client, Role.Kind.CALL_LEADER, BranchFactory.create())
    else:
        log_in_as(client, kind, branch)
    assert [client.get(pool).status_code, client.post(f"{pool}lamna/").status_code] == [status, status]
