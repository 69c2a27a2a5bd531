"""The migrations that move rows, with rows to move."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from crm.outbox import texts
from crm.outbox.models import MessageText
from crm.outreach.models import Activity
from crm.people.models import Branch, User
from onboarding import open_meetings
from onboarding.models import Gathering, Invitation
from onboarding.texts import COURSE_OFFER, UNPAID, WELCOME
from tests.factories import BranchFactory, MemberFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)
FIRST = "0001_initial"
BEFORE_TEXTS = "0002_answers_kinds_and_first_year"
BEFORE_ACTIVITIES = "0004_own_page_and_leaving"


def migrate(name: str | None = None) -> Any:
    """The onboarding app's tables as they were then, and its models of that time; without a name as they are now."""
    executor = MigrationExecutor(connection)
    targets = [("onboarding", name)] if name else executor.loader.graph.leaf_nodes()
    return executor.migrate(targets).apps


@pytest.fixture(autouse=True)
def back_to_now() -> Iterator[None]:
    yield
    migrate()


OWN: dict[str, dict[str, Any]] = {
    "wrote-all": {"message_text": "Kom och fika.", "unpaid_text": "Glöm inte.", "course_text": "Gå S1."},
    "wrote-one": {"message_text": "Ring [numret på kortet] eller [namn].", "unpaid_text": "   \n"},
    "wrote-none": {"message_days": 5},
}


def test_own_words_of_the_first_year_become_versions_of_the_texts() -> None:
    """Migrating is what costs: three branches move at once, and each is looked at afterwards."""
    branches = {slug: BranchFactory.create(slug=slug) for slug in OWN}
    wishes = migrate(BEFORE_TEXTS).get_model("onboarding", "FirstYearSettings")
    for slug, own in OWN.items():
        wishes.objects.create(branch_id=branches[slug].pk, signature="Lena Ek", **own)
    migrate()
    who_wrote_all_has_a_first_version_of_each(branches["wrote-all"])
    who_wrote_blanks_has_the_usual_words(branches["wrote-one"])
    brackets_that_meant_nothing_mean_nothing_now(branches["wrote-one"])
    who_wrote_nothing_has_no_version_and_keeps_the_rest(branches["wrote-none"])


def who_wrote_all_has_a_first_version_of_each(branch: Branch) -> None:
    versions = list(MessageText.objects.filter(branch=branch).order_by("kind"))
    assert [(row.kind, row.version, row.is_usual, row.written_by) for row in versions] == [
        (kind, 1, False, User.objects.console()) for kind in ("course_offer", "unpaid", "welcome")
    ]
    assert [row.text.split("\n\n")[:2] for row in versions] == [
        ["Hej [förnamn]!", own] for own in ("Gå S1.", "Glöm inte.", "Kom och fika.")
    ]
    for kind in (COURSE_OFFER, UNPAID, WELCOME):
        assert texts.faults_of(kind, texts.wording_of(branch, kind)) == []


def who_wrote_blanks_has_the_usual_words(branch: Branch) -> None:
    assert [row.kind for row in MessageText.objects.filter(branch=branch)] == ["welcome"]
    assert texts.wording_of(branch, UNPAID).version is None


def brackets_that_meant_nothing_mean_nothing_now(branch: Branch) -> None:
    wording = texts.wording_of(branch, WELCOME)
    assert "Ring (numret på kortet) eller (namn)." in wording.text
    assert texts.faults_of(WELCOME, wording) == []


def who_wrote_nothing_has_no_version_and_keeps_the_rest(branch: Branch) -> None:
    assert not MessageText.objects.filter(branch=branch).exists()
    settings = branch.first_year_settings
    assert (settings.signature, settings.message_days, settings.call_days) == ("Lena Ek", 5, 7)


def test_invitations_from_before_the_codes_get_one_each() -> None:
    """0002 gave every invitation a code for paper: eight signs, no two alike."""
    branch, officer = BranchFactory.create(), UserFactory.create()
    members = MemberFactory.create_batch(30, branch=branch)
    old = migrate(FIRST)
    now = timezone.now()
    gathering = old.get_model("onboarding", "Gathering").objects.create(
        branch_id=branch.pk, starts_at=now, place="Folkets hus", planned_at=now, planned_by_id=officer.pk
    )
    invitations = old.get_model("onboarding", "Invitation").objects
    for number, member in enumerate(members):
        invitations.create(
            gathering_id=gathering.pk,
            member_id=member.pk,
            token=f"token-{number}",
            invited_at=now,
            invited_by_id=officer.pk,
        )
    migrate()
    kept = dict(Invitation.objects.values_list("token", "code"))
    assert (len(kept), len(set(kept.values())), {len(code) for code in kept.values()}) == (30, 30, {8})
    assert set(kept) == {f"token-{number}" for number in range(30)}


OUTREACH: dict[str, dict[str, Any]] = {
    "Torget": {"helpers": 6, "talks": 80, "interested": 4},
    "Bruket": {"helpers": 0, "talks": 3},
    "Backen": {},
    "Inställt": {"state": "cancelled"},
    "Utkast": {"state": "draft"},
}


def test_outreach_planned_as_a_gathering_is_an_activity_from_then_on() -> None:
    branch, officer = BranchFactory.create(), UserFactory.create()
    old = migrate(BEFORE_ACTIVITIES).get_model("onboarding", "Gathering").objects
    ahead = timezone.now() + timedelta(days=30)
    who = {"branch_id": branch.pk, "planned_by_id": officer.pk, "planned_at": timezone.now()}
    for place, what in OUTREACH.items():
        state = what.get("state", "confirmed")
        yes = {"confirmed_at": ahead, "confirmed_by_id": officer.pk} if state == "confirmed" else {}
        no = {"cancelled_at": ahead, "cancelled_by_id": officer.pk} if state == "cancelled" else {}
        old.create(
            kind="outreach", starts_at=ahead, place=place, **who, **({"state": state} | what | yes | no)
        )
    sure = {"state": "confirmed", "confirmed_at": ahead, "confirmed_by_id": officer.pk}
    for place, at in (("Förr", ahead - timedelta(days=90)), ("Snart", ahead)):
        old.create(kind="open_meeting", starts_at=at, place=place, **who, **sure)
    migrate()
    activities_and_open_meetings_are_as_they_should(branch)


def activities_and_open_meetings_are_as_they_should(branch: Branch) -> None:
    numbers = ("place", "kind", "helpers", "conversations", "new_members")
    assert sorted(Activity.objects.filter(branch=branch).values_list(*numbers), key=str) == [
        ("Backen", "other", None, None, None),
        ("Bruket", "other", 1, 3, 0),
        ("Snart", "open_meeting", None, None, None),
        ("Torget", "other", 6, 80, 0),
    ]
    left = Gathering.objects.filter(branch=branch).order_by("starts_at")
    assert list(left.values_list("place", "kind")) == [("Förr", "open_meeting"), ("Snart", "open_meeting")]
    followed = open_meetings.activity_of(left.get(place="Snart"))
    assert followed is not None
    assert followed.place == "Snart"
