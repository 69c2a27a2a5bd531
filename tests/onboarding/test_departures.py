"""What the gatherings forget of an erased person."""

import pytest
from django.test import Client
from django.utils import timezone

from crm.people import erasing
from crm.people.models import Branch, User
from onboarding import disclosures
from onboarding.models import ContactPerson, Gathering, Invitation
from tests.factories import BranchFactory, MemberFactory

pytestmark = pytest.mark.django_db


def an_invitation(branch: Branch) -> Invitation:
    by, now = User.objects.console(), timezone.now()
    gathering = Gathering.objects.create(
        branch=branch, starts_at=now, place="Folkets hus", planned_at=now, planned_by=by,
        state="confirmed", confirmed_at=now, confirmed_by=by,
    )  # fmt: skip
    return Invitation.objects.create(
        gathering=gathering,
        member=MemberFactory.create(branch=branch),
        invited_at=now,
        invited_by=by,
        answer="yes",
        answered_at=now,
    )


def test_the_link_in_an_old_message_opens_nothing(client: Client) -> None:
    invitation = an_invitation(BranchFactory.create())
    path = f"/i/{invitation.token}/"
    assert client.get(path).status_code == 200
    erasing.erase(member=invitation.member, by=User.objects.console(), on=timezone.localdate())
    assert client.get(path).status_code == 404


def test_the_answer_stays_for_the_count() -> None:
    invitation = an_invitation(BranchFactory.create())
    erasing.erase(member=invitation.member, by=User.objects.console(), on=timezone.localdate())
    assert Invitation.objects.values_list("answer", flat=True).get() == "yes"


def test_others_keep_their_links() -> None:
    branch = BranchFactory.create()
    invitation, other = an_invitation(branch), an_invitation(branch)
    erasing.erase(member=invitation.member, by=User.objects.console(), on=timezone.localdate())
    assert Invitation.objects.get(pk=other.pk).token == other.token


def test_the_person_is_told_of_each_invitation() -> None:
    invitation = an_invitation(BranchFactory.create())
    ((gathering, ground, _invited, answer, answered_at, attended, *needs),) = disclosures.invitations(
        member=invitation.member
    )
    assert needs == [0, False, False, ""]
    assert (gathering, ground, answer, attended) == (
        str(invitation.gathering),
        "ny medlem",
        "ja",
        None,
    )
    assert answered_at == invitation.answered_at


def test_others_invitations_are_not_told() -> None:
    branch = BranchFactory.create()
    an_invitation(branch)
    assert list(disclosures.invitations(member=MemberFactory.create(branch=branch))) == []


def test_the_person_is_told_who_is_to_welcome_them() -> None:
    member = MemberFactory.create()
    by, now = User.objects.console(), timezone.now()
    ContactPerson.objects.create(member=member, name="Lena Ek", named_at=now, named_by=by)
    assert list(disclosures.contact_persons(member=member)) == [("Lena Ek", now)]
    assert list(disclosures.contact_persons(member=MemberFactory.create())) == []
