"""What the database refuses about gatherings and invitations, and the lists that a page asks for."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from crm.people.models import Branch, Member, Membership, User
from onboarding.models import Gathering, IntroSettings, Invitation
from onboarding.models.invitations import CODE_ALPHABET, CODE_LENGTH, new_code, new_token
from tests.factories import BranchFactory, MemberFactory

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def ask(gathering: Gathering, member: Member | None = None, **fields: Any) -> Invitation:
    return Invitation.objects.create(
        gathering=gathering,
        member=member or MemberFactory.create(branch=gathering.branch),
        invited_at=NOW,
        invited_by=gathering.planned_by,
        **fields,
    )


def yes(gathering: Gathering, **fields: Any) -> Invitation:
    return ask(gathering, answer="yes", answered_at=NOW, **fields)


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"waiting": True}, "onboarding_invitation_waits_with_a_yes"),
        ({"waiting": True, "answer": "no", "answered_at": NOW}, "onboarding_invitation_waits_with_a_yes"),
        ({"companions": 1}, "onboarding_invitation_company_with_a_yes"),
        (
            {"companions": 1, "answer": "later", "answered_at": NOW},
            "onboarding_invitation_company_with_a_yes",
        ),
        ({"answer": "yes"}, "onboarding_invitation_answer_has_a_time"),
        ({"answered_at": NOW}, "onboarding_invitation_answer_has_a_time"),
        ({"attended": True}, "onboarding_invitation_attended_is_ticked"),
        ({"ticked_at": NOW}, "onboarding_invitation_"),
    ],
)
def test_an_invitation_that_contradicts_itself(
    gathering: Gathering, fields: dict[str, Any], constraint: str
) -> None:
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        ask(gathering, **fields)
    assert constraint in str(refused.value)


def test_a_member_is_invited_once_to_a_gathering(gathering: Gathering) -> None:
    member = MemberFactory.create(branch=gathering.branch)
    ask(gathering, member)
    with pytest.raises(IntegrityError), transaction.atomic():
        ask(gathering, member)


@pytest.mark.parametrize("field", ["token", "code"])
def test_no_two_invitations_open_with_the_same_key(gathering: Gathering, field: str) -> None:
    ask(gathering, None, **{field: "ACDEFGHJ"})
    with pytest.raises(IntegrityError), transaction.atomic():
        ask(gathering, None, **{field: "ACDEFGHJ"})


@pytest.mark.parametrize(
    "fields",
    [
        {"state": "confirmed"},
        {"state": "cancelled"},
        {"state": "draft", "confirmed_at": NOW, "with_by": "confirmed_by"},
    ],
)
def test_a_gatherings_state_has_its_time(gathering: Gathering, fields: dict[str, Any]) -> None:
    who = fields.pop("with_by", None)
    by = {who: gathering.planned_by} if who else {}
    with pytest.raises(IntegrityError), transaction.atomic():
        Gathering.objects.create(
            branch=gathering.branch,
            starts_at=NOW,
            place="Folkets hus",
            planned_at=NOW,
            planned_by=gathering.planned_by,
            **fields,
            **by,
        )


def test_a_half_year_has_one_meeting_from_the_job(gathering: Gathering) -> None:
    assert gathering.season == "2027-1"
    gathering.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        gathering.save(force_insert=True)


def test_planned_by_hand_there_may_be_more(gathering: Gathering) -> None:
    gathering.pk, gathering.season = None, ""
    gathering.save(force_insert=True)
    assert Gathering.objects.count() == 2


@pytest.mark.parametrize(
    "fields",
    [
        {"spring_month": 0},
        {"spring_month": 7},
        {"autumn_month": 6},
        {"autumn_month": 13},
        {"week": 0},
        {"week": 5},
        {"invite_weeks": 0},
        {"invite_weeks": 27},
        {"draft_weeks": 0},
    ],
)
def test_a_pattern_that_no_half_year_has(fields: dict[str, int]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        IntroSettings.objects.create(branch=BranchFactory.create(), **fields)


def test_a_code_is_read_one_way_only() -> None:
    codes = [new_code() for _code in range(300)]
    assert {len(code) for code in codes} == {CODE_LENGTH}
    assert set("".join(codes)) <= set(CODE_ALPHABET)
    assert not set(CODE_ALPHABET) & set("01258BILOSUVZ")
    assert len(set(codes)) == len(codes)


def test_a_token_cant_be_guessed() -> None:
    tokens = {new_token() for _token in range(300)}
    assert (len(tokens), min(len(token) for token in tokens) >= 22) == (300, True)


@pytest.fixture
def asked(gathering: Gathering, officer: User) -> dict[str, Invitation]:
    """One of each kind."""
    ticked: dict[str, Any] = {"ticked_at": NOW, "ticked_by": officer}
    return {
        "silent": ask(gathering),
        "no": ask(gathering, answer="no", answered_at=NOW),
        "later": ask(gathering, answer="later", answered_at=NOW),
        "came": yes(gathering, attended=True, **ticked),
        "did not come": yes(gathering, attended=False, **ticked),
        "not ticked": yes(gathering),
        "waits": yes(gathering, waiting=True),
        "walked in": ask(gathering, attended=True, ground="walk_in", **ticked),
    }


@pytest.mark.parametrize(
    ("name", "who"),
    [
        ("yes", {"came", "did not come", "not ticked", "waits"}),
        ("no", {"no"}),
        ("unanswered", {"silent", "walked in"}),
        ("attended", {"came", "walked in"}),
        ("expected", {"came", "did not come", "not ticked"}),
        ("waiting", {"waits"}),
        ("no_shows", {"did not come", "not ticked"}),
    ],
)
def test_the_lists_of_a_meeting(
    gathering: Gathering, asked: dict[str, Invitation], name: str, who: set[str]
) -> None:
    found = set(getattr(gathering.invitations.all(), name)())
    assert {kind for kind, invitation in asked.items() if invitation in found} == who


def test_the_first_to_wait_is_the_first_in_the_queue(gathering: Gathering) -> None:
    times = [NOW + timedelta(minutes=minutes) for minutes in (3, 1, 2)]
    for at in times:
        ask(gathering, answer="yes", answered_at=at, waiting=True)
    found = gathering.invitations.waiting().values_list("answered_at", flat=True)
    assert list(found) == sorted(times)


@pytest.mark.parametrize(
    "fields", [{"needs_lift": True}, {"needs_loop": True}, {"food": "Nötter"}], ids=["lift", "loop", "food"]
)
def test_who_needs_something(gathering: Gathering, fields: dict[str, Any]) -> None:
    yes(gathering)
    needy = yes(gathering, **fields)
    assert list(gathering.invitations.with_needs()) == [needy]


@pytest.mark.parametrize(
    ("change", "counts"),
    [
        ({}, 1),
        ({"missing_since": NOW.date()}, 0),
        ({"ended_on": NOW.date(), "end_reason": "left"}, 0),
    ],
)
def test_whoever_is_no_longer_a_member_is_not_expected(
    gathering: Gathering, change: dict[str, Any], counts: int
) -> None:
    invitation = yes(gathering)
    Membership.objects.filter(member=invitation.member).update(**change)
    assert gathering.invitations.of_members_now().count() == counts


def test_a_gathering_is_its_branchs(gathering: Gathering, branch: Branch) -> None:
    assert list(Gathering.objects.filter(branch=branch)) == [gathering]
    assert not Gathering.objects.filter(branch=BranchFactory.create()).exists()
