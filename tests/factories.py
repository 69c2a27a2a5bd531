"""Fictitious branches, people and members for every test."""

from datetime import date
from typing import Any

from django.utils import timezone
from factory.declarations import Sequence, SubFactory
from factory.django import DjangoModelFactory
from factory.helpers import post_generation

from crm.people.models import Branch, Club, Member, Membership, Phone, Role, User

# From the series that PTS reserves for fiction.
PHONES = tuple(f"+4670174{last:04}" for last in range(605, 700))


class BranchFactory(DjangoModelFactory[Branch]):
    class Meta:
        model = Branch

    name = Sequence(lambda n: f"Påhittade arbetarekommun {n}")
    slug = Sequence(lambda n: f"branch-{n}")
    place = "Påhitta"
    office_phone = "08-46500400"
    reply_email = "expedition@example.org"


class ClubFactory(DjangoModelFactory[Club]):
    class Meta:
        model = Club

    branch = SubFactory(BranchFactory)
    name = Sequence(lambda n: f"Förening {n}")


class UserFactory(DjangoModelFactory[User]):
    class Meta:
        model = User

    email = Sequence(lambda n: f"user{n}@example.org")
    name = Sequence(lambda n: f"Anna Användare {n}")
    password = "!"


class MemberFactory(DjangoModelFactory[Member]):
    """A member since ``since`` (2020-01-01), with one mobile number; ``phone=""`` for nobody to dial."""

    class Meta:
        model = Member
        skip_postgeneration_save = True

    branch = SubFactory(BranchFactory)
    member_number = Sequence(lambda n: str(700_000 + n))
    first_name = "Ärla"
    last_name = Sequence(lambda n: f"Öberg {n}")
    street = "Storgatan 1"
    postcode = "582 22"
    town = "STORKÖPING"
    email = Sequence(lambda n: f"member{n}@example.org")
    birth_year = 1960
    joined_on = date(2020, 1, 1)
    learnt_on = date(2020, 1, 1)

    @post_generation
    def phone(self, create: bool, extracted: str | None, **kwargs: Any) -> None:
        number = PHONES[self.pk % len(PHONES)] if extracted is None else extracted  # type: ignore[attr-defined]
        if number:
            Phone.objects.create(member=self, number=number, kind=Phone.Kind.MOBILE)  # type: ignore[misc]

    @post_generation
    def since(self, create: bool, extracted: date | None, **kwargs: Any) -> None:
        started = extracted or date(2020, 1, 1)
        Membership.objects.create(member=self, branch=self.branch, started_on=started)  # type: ignore[misc]


def give_role(
    user: User, kind: str, branch: Branch, *, starts_on: date | None = None, ends_on: date | None = None
) -> Role:
    """A role from long ago (or ``starts_on``), without an end unless told."""
    return Role.objects.create(
        user=user,
        kind=kind,
        branch=branch,
        starts_on=starts_on or date(2020, 1, 1),
        ends_on=ends_on,
        granted_at=timezone.now(),
        granted_by=user,
    )


def user_with(kind: str, branch: Branch, **fields: Any) -> User:
    """A user whose one role in ``branch`` is ``kind``."""
    user: User = UserFactory.create(**fields)
    give_role(user, kind, branch)
    return user
