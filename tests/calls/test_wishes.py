"""What callers wish, from the profile to the lists that the jobs make."""

from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from calls import claims, departures, lists, outcomes, rounds, wishes
from calls.disclosures import PARTS
from calls.models import Attempt, AvoidedMember, Call, CallerProfile, CallList, CallRound
from crm.people import merging, skills
from crm.people.models import Branch, ClubMembership, Member, MemberSkill, Role, SkillWord, User
from tests.calls.conftest import OPENING
from tests.calls.test_paper import printed
from tests.factories import PHONES, BranchFactory, ClubFactory, MemberFactory, give_role, user_with

NEXT_OPENING = date(2028, 2, 1)


@pytest.fixture
def other(branch: Branch) -> User:
    return user_with(Role.Kind.CALLER, branch, name="Åke Andra")


def member_at(branch: Branch, place: int, **fields: object) -> Member:
    """Somebody with a home and a number of their own."""
    fields = {"street": f"Gatan {place}", "phone": PHONES[place]} | fields
    member: Member = MemberFactory.create(branch=branch, **fields)
    return member


def wish(caller: User, branch: Branch, **fields: object) -> CallerProfile:
    return CallerProfile.objects.create(user=caller, branch=branch, **fields)


def members_on_list_of(caller: User, **filters: object) -> set[Member]:
    calls = Call.objects.filter(call_list__caller=caller, **filters).select_related("member")
    return {call.member for call in calls}


def open_round(branch: Branch, on: date = OPENING) -> CallRound:
    return rounds.open_yearly(branch=branch, on=on, by=User.objects.console())


# --- wishes, when the job makes the lists ----------------------------------------------------------


def test_without_wishes_all_get_as_many(branch: Branch, caller: User, other: User) -> None:
    for place in range(7):
        member_at(branch, place)
    open_round(branch)
    assert sorted(len(members_on_list_of(who)) for who in (caller, other)) == [3, 4]


def test_nobody_gets_more_than_they_take_and_the_rest_is_in_the_pool(
    branch: Branch, caller: User, other: User
) -> None:
    wish(caller, branch, capacity=1)
    wish(other, branch, capacity=3)
    for place in range(7):
        member_at(branch, place)
    open_round(branch)
    assert [len(members_on_list_of(who)) for who in (caller, other)] == [1, 3]
    assert Call.objects.filter(call_list=None).waiting().count() == 3


def test_a_couple_counts_once_in_what_a_caller_takes(branch: Branch, caller: User) -> None:
    wish(caller, branch, capacity=1)
    couple = {member_at(branch, 1) for _ in range(2)}
    open_round(branch)
    assert members_on_list_of(caller) == couple


def test_members_of_the_callers_club_come_first(branch: Branch, caller: User, other: User) -> None:
    club = ClubFactory.create(branch=branch)
    wish(other, branch).clubs.add(club)
    mine = {member_at(branch, place) for place in range(3)}
    ClubMembership.objects.bulk_create(ClubMembership(member=member, club=club) for member in mine)
    rest = {member_at(branch, place) for place in range(3, 6)}
    open_round(branch)
    assert (members_on_list_of(other), members_on_list_of(caller)) == (mine, rest)


@pytest.mark.parametrize("areas", ["ryd", "584", "Malmslätt; 584 3", "58, Ryd"])
def test_members_of_the_callers_area_come_first(
    branch: Branch, caller: User, other: User, areas: str
) -> None:
    wish(other, branch, areas=areas)
    near = {member_at(branch, place, town="RYD", postcode="584 31") for place in range(2)}
    far = {member_at(branch, place, town="KISA", postcode="590 40") for place in range(2, 4)}
    open_round(branch)
    assert (members_on_list_of(other), members_on_list_of(caller)) == (near, far)


@pytest.fixture
def finnish(branch: Branch) -> SkillWord:
    word: SkillWord = SkillWord.objects.create(branch=branch, kind=SkillWord.Kind.LANGUAGE, name="Finska")
    return word


def test_who_shares_a_language_calls_before_a_neighbour(
    branch: Branch, caller: User, other: User, finnish: SkillWord
) -> None:
    wish(caller, branch, areas="58")
    wish(other, branch).languages.add(finnish)
    speaking, neighbour = (member_at(branch, place) for place in range(2))
    skills.record(member=speaking, words=[finnish], source=MemberSkill.Source.OFFICER, by=caller)
    open_round(branch)
    assert (members_on_list_of(other), members_on_list_of(caller)) == ({speaking}, {neighbour})


def test_last_years_caller_calls_again(branch: Branch, caller: User, other: User) -> None:
    for place in range(8):
        member_at(branch, place)
    open_round(branch)
    last_year = {who: members_on_list_of(who) for who in (caller, other)}
    open_round(branch, NEXT_OPENING)
    again = {who: members_on_list_of(who, round__period="2028") for who in (caller, other)}
    assert again == last_year


def test_who_talked_last_year_comes_before_whose_list_it_was(
    branch: Branch, caller: User, other: User
) -> None:
    member = member_at(branch, 1)
    open_round(branch)
    call = Call.objects.get()
    assert call.call_list is not None
    talked = other if call.call_list.caller == caller else caller
    outcomes.report(call=call, by=talked, outcome=Attempt.Outcome.REACHED, client_id=uuid4())
    open_round(branch, NEXT_OPENING)
    assert members_on_list_of(talked, round__period="2028") == {member}


def test_who_no_longer_calls_hands_over(branch: Branch, caller: User, other: User) -> None:
    wish(other, branch, capacity=1)
    members = {member_at(branch, place) for place in range(4)}
    open_round(branch)
    caller.roles.update(ends_on=date(2027, 12, 31))
    CallerProfile.objects.update(capacity=None)
    open_round(branch, NEXT_OPENING)
    assert members_on_list_of(other, round__period="2028") == members


def test_a_call_about_a_meeting_comes_to_the_caller_of_the_year(
    branch: Branch, caller: User, other: User
) -> None:
    members = [member_at(branch, place) for place in range(6)]
    open_round(branch)
    meeting = CallRound.objects.create(
        branch=branch, kind=CallRound.Kind.MEETING, period="m", opens_on=OPENING, closes_on=date(2027, 4, 1),
        opened_at=timezone.now(), opened_by=caller,
    )  # fmt: skip
    Call.objects.bulk_create(Call(round=meeting, member=member) for member in members)
    lists.share_out(call_round=meeting, among=[caller, other], by=caller, at=timezone.now())
    for who in (caller, other):
        assert members_on_list_of(who, round=meeting) == members_on_list_of(who, round__kind="yearly")


def test_what_is_done_counts_in_what_a_caller_takes(branch: Branch, caller: User, leader: User) -> None:
    wish(caller, branch, capacity=3)
    for place in range(5):
        member_at(branch, place)
    call_round = open_round(branch)
    for call in list(Call.objects.filter(call_list__caller=caller)[:2]):
        outcomes.report(call=call, by=caller, outcome=Attempt.Outcome.REACHED, client_id=uuid4())
    assert (
        lists.share_out(call_round=call_round, among=[caller], by=leader, at=timezone.now()),
        Call.objects.filter(call_list=None).waiting().count(),
    ) == (0, 2)


def test_who_has_been_talked_with_this_year_takes_no_place_on_a_list(
    branch: Branch, caller: User, other: User
) -> None:
    members = [member_at(branch, place) for place in range(4)]
    welcome = CallRound.objects.create(
        branch=branch, kind=CallRound.Kind.WELCOME, period="2027", opens_on=date(2027, 1, 2),
        closes_on=date(2027, 4, 1), opened_at=timezone.now(), opened_by=caller,
    )  # fmt: skip
    for member in members[:2]:
        call = Call.objects.create(round=welcome, member=member)
        outcomes.report(call=call, by=caller, outcome=Attempt.Outcome.REACHED, client_id=uuid4())
    yearly = open_round(branch, date(2027, 3, 9))
    assert Call.objects.filter(round=yearly, state=Call.State.REACHED, call_list=None).count() == 2
    assert [len(members_on_list_of(who, round=yearly)) for who in (caller, other)] == [1, 1]


def test_another_branchs_wishes_do_not_count(branch: Branch, caller: User) -> None:
    elsewhere = BranchFactory.create()
    give_role(caller, Role.Kind.CALLER, elsewhere)
    wish(caller, elsewhere, capacity=1)
    for place in range(3):
        member_at(branch, place)
    open_round(branch)
    assert len(members_on_list_of(caller)) == 3


def test_one_more_caller_gets_first_whom_they_wish_for(branch: Branch, leader: User) -> None:
    far = [member_at(branch, place, town="KISA") for place in range(3)]
    near = {member_at(branch, place, town="RYD") for place in range(3, 6)}
    call_round = open_round(branch)
    lists.list_of(leader, call_round=call_round, by=leader, at=timezone.now())
    new = user_with(Role.Kind.CALLER, branch)
    wish(new, branch, areas="Ryd")
    assert lists.give_fair_part(call_round=call_round, caller=new, by=leader, at=timezone.now()) == 3
    assert members_on_list_of(new) == near
    assert {call.member for call in Call.objects.filter(call_list=None)} == set(far)


def test_one_more_caller_gets_no_more_than_they_take(branch: Branch, leader: User) -> None:
    for place in range(6):
        member_at(branch, place)
    call_round = open_round(branch)
    new = user_with(Role.Kind.CALLER, branch)
    wish(new, branch, capacity=2)
    given = [
        lists.give_fair_part(call_round=call_round, caller=new, by=leader, at=timezone.now())
        for _ in range(2)
    ]
    assert given == [2, 0]


def wished_round(members: int, callers: int) -> int:
    """The queries of opening a branch's second round, all callers with wishes."""
    branch = BranchFactory.create()
    club = ClubFactory.create(branch=branch)
    word = SkillWord.objects.create(branch=branch, kind=SkillWord.Kind.LANGUAGE, name="Finska")
    people = [member_at(branch, place % 90) for place in range(members)]
    for number in range(callers):
        profile = wish(user_with(Role.Kind.CALLER, branch), branch, capacity=5, areas="Ryd")
        profile.clubs.add(club)
        profile.languages.add(word)
        wishes.avoid(caller=profile.user, member=people[number], by=profile.user, at=timezone.now())
    open_round(branch)
    with CaptureQueriesContext(connection) as queries:
        open_round(branch, NEXT_OPENING)
    return len(queries)


def test_queries_grow_neither_with_members_nor_with_callers(db: None) -> None:
    User.objects.console()
    assert wished_round(3, 2) == wished_round(20, 2) == wished_round(20, 6)


# --- people whom somebody won't or shouldn't call ----------------------------------------------------


def avoid(caller: User, member: Member, by: User | None = None) -> AvoidedMember:
    return wishes.avoid(caller=caller, member=member, by=by or caller, at=timezone.now())


def test_the_job_gives_nobody_whom_they_avoid(branch: Branch, caller: User) -> None:
    first, second = (member_at(branch, place) for place in range(2))
    avoid(caller, first)
    open_round(branch)
    assert members_on_list_of(caller) == {second}
    assert Call.objects.get(call_list=None).member == first


def test_a_joiner_whom_the_only_caller_avoids_stays_in_the_pool(branch: Branch, caller: User) -> None:
    member_at(branch, 1)
    open_round(branch)
    joiner = member_at(branch, 2)
    avoid(caller, joiner)
    assert rounds.top_up(branch=branch, on=date(2027, 3, 9))["shared"] == 0
    assert joiner.calls.get().call_list is None


def test_whom_a_caller_avoids_leaves_their_list_at_once_with_the_household(
    branch: Branch, caller: User
) -> None:
    one, partner = (member_at(branch, 1) for _ in range(2))
    rest = member_at(branch, 2)
    open_round(branch)
    avoid(caller, one)
    assert members_on_list_of(caller) == {rest}
    assert {call.member for call in Call.objects.filter(call_list=None)} == {one, partner}


def test_the_person_in_hand_is_let_go(branch: Branch, caller: User) -> None:
    member_at(branch, 1)
    open_round(branch)
    held = claims.claim_next(caller=caller, branch=branch, now=timezone.now())
    assert held is not None
    avoid(caller, held.member)
    held.refresh_from_db()
    assert (held.claimed_by, held.call_list) == (None, None)
    assert claims.claim_next(caller=caller, branch=branch, now=timezone.now()) is None


@pytest.mark.parametrize("rank", [Call.Rank.YEARLY, Call.Rank.UNPAID])
def test_the_pool_offers_nobody_whom_the_caller_avoids(
    branch: Branch, caller: User, other: User, rank: int
) -> None:
    member = member_at(branch, 1)
    open_round(branch)
    Call.objects.update(call_list=None, rank=rank)
    avoid(caller, member)
    assert claims.claim_next(caller=caller, branch=branch, now=timezone.now()) is None
    assert claims.claim_next(caller=other, branch=branch, now=timezone.now()) is not None


def test_a_paper_list_stays_as_it_is(branch: Branch, caller: User, leader: User) -> None:
    member = member_at(branch, 1)
    open_round(branch)
    printed(CallList.objects.get(), leader)
    avoid(caller, member, by=leader)
    assert members_on_list_of(caller) == {member}


def test_moving_a_list_leaves_whom_the_other_avoids_in_the_pool(
    branch: Branch, caller: User, leader: User
) -> None:
    members = [member_at(branch, place) for place in range(3)]
    open_round(branch)
    other = user_with(Role.Kind.CALLER, branch)
    avoid(other, members[0], by=leader)
    assert lists.move(call_list=CallList.objects.get(), to=other, by=leader, at=timezone.now()) == 2
    assert members_on_list_of(other) == set(members[1:])
    assert Call.objects.get(call_list=None).member == members[0]


def test_splitting_and_handing_out_pass_by_whom_the_other_avoids(
    branch: Branch, caller: User, leader: User
) -> None:
    members = [member_at(branch, place) for place in range(4)]
    call_round = open_round(branch)
    other = user_with(Role.Kind.CALLER, branch)
    for member in members[2:]:
        avoid(other, member, by=leader)
    now = timezone.now()
    assert lists.split(call_list=CallList.objects.get(), to=other, by=leader, at=now) == 1
    every = Call.objects.values_list("pk", flat=True)
    assert lists.hand_out(call_round=call_round, calls=every, to=other, by=leader, at=now) == 1
    assert members_on_list_of(other) == set(members[:2])


def test_avoiding_twice_is_avoiding_once(branch: Branch, caller: User, leader: User) -> None:
    member = member_at(branch, 1)
    first = avoid(caller, member)
    assert avoid(caller, member, by=leader) == first
    assert (AvoidedMember.objects.get().added_by, CallerProfile.objects.count()) == (caller, 1)


def test_who_is_no_longer_avoided_is_shared_out_again(branch: Branch, caller: User, leader: User) -> None:
    member = member_at(branch, 1)
    avoided = avoid(caller, member)
    call_round = open_round(branch)
    wishes.stop_avoiding(avoided=avoided)
    assert lists.share_out(call_round=call_round, among=[caller], by=leader, at=timezone.now()) == 1


def test_a_closed_rounds_list_is_left_alone(branch: Branch, caller: User) -> None:
    member = member_at(branch, 1)
    open_round(branch)
    CallRound.objects.update(closes_on=timezone.localdate() - timedelta(days=1))
    avoid(caller, member)
    assert members_on_list_of(caller) == {member}


# --- the row of an avoided member ----------------------------------------------------------------------


def test_a_member_reads_since_when_and_not_who(branch: Branch, caller: User) -> None:
    member = member_at(branch, 1)
    at: datetime = avoid(caller, member).added_at
    assert list(PARTS["avoided"].rows(member=member)) == [(at,)]


def test_an_erased_member_is_avoided_by_nobody(branch: Branch, caller: User) -> None:
    member = member_at(branch, 1)
    avoid(caller, member)
    departures.forget_words(member=member, by=caller)
    assert not AvoidedMember.objects.exists()


def test_a_merge_takes_the_wish_along_and_an_undo_brings_it_back(branch: Branch, caller: User) -> None:
    kept, merged = (member_at(branch, place) for place in range(2))
    open_round(branch)
    avoided = avoid(caller, merged)
    done = merging.merge(kept=kept, merged=merged, values={}, by=caller)
    avoided.refresh_from_db()
    assert (avoided.member, kept.calls.get().call_list) == (kept, None)
    merging.undo(merge=done, by=caller)
    avoided.refresh_from_db()
    assert avoided.member == merged


# --- the profile -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("areas", "towns", "postcodes"),
    [
        ("", set(), ()),
        (" , ;", set(), ()),
        ("Ryd", {"ryd"}, ()),
        ("584 31, 585", set(), ("58431", "585")),
        ("ÅTVIDABERG;Linköping  City,58", {"åtvidaberg", "linköping city"}, ("58",)),
    ],
)
def test_areas_are_towns_and_postcodes(areas: str, towns: set[str], postcodes: tuple[str, ...]) -> None:
    profile = CallerProfile(areas=areas)
    assert (set(profile.towns), profile.postcodes) == (towns, postcodes)


def test_a_caller_has_one_profile_in_a_branch(branch: Branch, caller: User) -> None:
    assert wishes.kept_profile_of(caller, branch) == wishes.kept_profile_of(caller, branch)
    with pytest.raises(IntegrityError):
        wish(caller, branch)


@pytest.mark.parametrize(
    ("capacity", "fits"), [(None, True), (0, False), (1, True), (2000, True), (2001, False)]
)
def test_what_a_caller_can_take(branch: Branch, caller: User, capacity: int | None, fits: bool) -> None:
    profile = CallerProfile(user=caller, branch=branch, capacity=capacity)
    if fits:
        profile.validate_constraints()
    else:
        with pytest.raises(ValidationError, match="2 000"):
            profile.validate_constraints()


def test_a_profile_that_is_only_looked_at_is_not_saved(branch: Branch, caller: User) -> None:
    assert wishes.profile_of(caller, branch).capacity is None
    assert not CallerProfile.objects.exists()
