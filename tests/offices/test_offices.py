"""Offices and trainings: what is refused, who notes, what the figures say, and what is left of a person."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from crm.figures import reading
from crm.offices import noting
from crm.offices.models import Office, Training
from crm.people import erasing, memberships, merging
from crm.people.disclosing import disclose
from crm.people.models import AccessLog, Branch, Member, Role, User
from onboarding.models import Gathering, Invitation
from tests.factories import BranchFactory, MemberFactory, UserFactory, user_with
from tests.logins import log_in

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 21)


@pytest.fixture(autouse=True)
def november(time_machine: Any) -> None:
    time_machine.move_to(datetime(2026, 11, 21, 8, tzinfo=UTC), tick=False)


@pytest.fixture
def branch() -> Branch:
    made: Branch = BranchFactory.create(slug="lillberga")
    return made


@pytest.fixture
def officer(branch: Branch) -> User:
    return user_with(Role.Kind.MEMBER_OFFICER, branch, name="Märta Medlemsansvarig")


@pytest.fixture
def member(branch: Branch) -> Member:
    made: Member = MemberFactory.create(branch=branch, first_name="Elsa")
    return made


def noted() -> dict[str, Any]:
    return {"noted_at": timezone.now(), "noted_by": UserFactory.create()}


def office(member: Member, starts_on: date = date(2026, 10, 15), **fields: Any) -> Office:
    values: dict[str, Any] = {"kind": "municipal", "title": "Ledamot i nämnden", **noted()} | fields
    return Office.objects.create(member=member, starts_on=starts_on, **values)


def training(member: Member, offered_on: date = date(2026, 11, 1), **fields: Any) -> Training:
    return Training.objects.create(
        member=member, offered_on=offered_on, **{"name": "Ny i uppdraget", **noted(), **fields}
    )


def figure(branch: Branch, name: str, on: date = TODAY) -> int | float | None:
    return reading.read(branch, on, {name})[name].value


def course(
    branch: Branch, day: int, *members: Member, kind: str = "course", attended: bool | None = None
) -> Gathering:
    """Held at six in the evening of a day of this November."""
    by, now = UserFactory.create(), timezone.now()
    held = Gathering.objects.create(
        branch=branch,
        kind=kind,
        starts_at=datetime(2026, 11, day, 17, tzinfo=UTC),
        place="ABF",
        state="confirmed",
        planned_at=now,
        planned_by=by,
        confirmed_at=now,
        confirmed_by=by,
    )
    ticked = {} if attended is None else {"attended": attended, "ticked_at": now, "ticked_by": by}
    for member in members:
        Invitation.objects.create(gathering=held, member=member, invited_at=now, invited_by=by, **ticked)
    return held


# What the database refuses


def test_an_office_ends_after_it_begins(member: Member) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        office(member, ends_on=date(2026, 10, 14))
    assert office(member, ends_on=date(2026, 10, 15)).holds(date(2026, 10, 15))


def test_a_training_is_offered_before_it_is_taken(member: Member) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        training(member, taken_on=date(2026, 10, 31))


def test_the_same_is_noted_once(member: Member) -> None:
    office(member)
    training(member)
    for again in (office, training):
        with pytest.raises(IntegrityError), transaction.atomic():
            again(member)


@pytest.mark.parametrize(("on", "holds"), [(14, False), (15, True), (20, True), (21, False)])
def test_both_days_belong_to_an_office(member: Member, on: int, holds: bool) -> None:
    held = office(member, ends_on=date(2026, 10, 20))
    day = date(2026, 10, on)
    assert (held.holds(day), Office.objects.in_force(day).exists()) == (holds, holds)


# Figures


def test_members_with_two_offices_count_once(branch: Branch, member: Member) -> None:
    office(member)
    office(member, title="Ersättare i fullmäktige")
    office(MemberFactory.create(branch=branch), kind="party")
    office(MemberFactory.create())
    assert figure(branch, "municipal_officers") == 1


@pytest.mark.parametrize(("ends_on", "count"), [(None, 1), (TODAY, 1), (date(2026, 11, 20), 0)])
def test_an_office_that_is_over_does_not_count(
    branch: Branch, member: Member, ends_on: date | None, count: int
) -> None:
    office(member, ends_on=ends_on)
    assert figure(branch, "municipal_officers") == count


def test_who_has_left_the_party_is_not_counted_from_then_on(
    branch: Branch, member: Member, officer: User
) -> None:
    office(member)
    memberships.end(member=member, on=date(2026, 11, 10), reason="left", by=officer)
    assert [figure(branch, "municipal_officers", date(2026, 11, day)) for day in (9, 10)] == [1, 0]


@pytest.mark.parametrize(
    ("offered_on", "count"),
    [
        (date(2025, 10, 15), 1),
        (date(2025, 10, 14), 0),
        (date(2026, 11, 21), 1),
        (date(2026, 11, 22), 0),
    ],
)
def test_training_counts_from_a_year_before_the_office(
    branch: Branch, member: Member, offered_on: date, count: int
) -> None:
    office(member)
    training(member, offered_on)
    assert figure(branch, "municipal_officers_offered") == count


@pytest.mark.parametrize(
    ("kind", "count"), [("course", 1), ("course_s1", 1), ("course_s2", 1), ("social", 0)]
)
def test_who_is_invited_to_a_course_has_been_offered_it(
    branch: Branch, member: Member, kind: str, count: int
) -> None:
    office(member)
    course(branch, 5, member, kind=kind)
    assert figure(branch, "municipal_officers_offered") == count


def test_training_of_somebody_without_an_office_offers_nothing_to_those_with(
    branch: Branch, member: Member
) -> None:
    office(member)
    training(MemberFactory.create(branch=branch))
    assert (figure(branch, "municipal_officers"), figure(branch, "municipal_officers_offered")) == (1, 0)


def test_trained_are_those_who_took_it_or_came_each_once(branch: Branch, member: Member) -> None:
    training(member, taken_on=date(2026, 11, 2))
    course(branch, 5, member, attended=True)
    course(branch, 6, MemberFactory.create(branch=branch), attended=True)
    course(branch, 7, MemberFactory.create(branch=branch), attended=False)
    course(branch, 8, MemberFactory.create(branch=branch))
    training(MemberFactory.create(branch=branch))
    assert figure(branch, "members_trained") == 2


@pytest.mark.parametrize(
    ("taken_on", "count"), [(date(2025, 12, 31), 0), (date(2026, 1, 1), 1), (date(2026, 11, 22), 0)]
)
def test_trained_are_those_of_the_year(branch: Branch, member: Member, taken_on: date, count: int) -> None:
    training(member, date(2025, 12, 1), taken_on=taken_on)
    assert figure(branch, "members_trained") == count


def test_a_cancelled_course_was_never_offered(branch: Branch, member: Member) -> None:
    office(member)
    held = course(branch, 5, member)
    Gathering.objects.filter(pk=held.pk).update(
        state="cancelled", cancelled_at=timezone.now(), cancelled_by=UserFactory.create()
    )
    assert figure(branch, "municipal_officers_offered") == 0


# A person


def test_erasing_leaves_a_count_and_no_title(branch: Branch, member: Member, officer: User) -> None:
    office(member)
    training(member, taken_on=date(2026, 11, 2))
    erasing.erase(member=member, by=officer, on=TODAY)
    assert (Office.objects.get().title, Training.objects.get().name) == ("", "")
    assert [
        figure(branch, name, date(2026, 11, 20)) for name in ("municipal_officers", "members_trained")
    ] == [1, 1]


def test_two_who_are_erased_do_not_collide(member: Member, officer: User) -> None:
    office(member)
    office(member, title="Ersättare")
    erasing.erase(member=member, by=officer, on=TODAY)
    assert Office.objects.filter(title="").count() == 2


def test_one_person_reads_their_own(member: Member, officer: User) -> None:
    office(member)
    training(member)
    parts = {part.key: part.rows for part in disclose(member=member, by=officer, reason="Begäran")}
    assert [row[:3] for row in parts["offices"]] == [("kommunalt", "Ledamot i nämnden", date(2026, 10, 15))]
    assert [row[:3] for row in parts["trainings"]] == [("Ny i uppdraget", date(2026, 11, 1), None)]


def test_a_merge_moves_what_the_other_lacks_and_back(branch: Branch, member: Member, officer: User) -> None:
    other = MemberFactory.create(branch=branch)
    office(member)
    office(other)
    more, course_taken = office(other, title="Ersättare"), training(other)
    merge = merging.merge(kept=member, merged=other, values={}, by=officer)
    assert member.offices.count() == 2
    assert list(member.trainings.all()) == [course_taken]
    merging.undo(merge=merge, by=officer)
    more.refresh_from_db()
    assert (more.member, member.offices.count(), member.trainings.count()) == (other, 1, 0)


# Noting


def test_an_offer_to_all_is_noted_once(branch: Branch, member: Member, officer: User) -> None:
    offer: dict[str, Any] = {"name": "Dag ett", "offered_on": TODAY, "branch": branch, "by": officer}
    assert noting.offer(members=[member, member], **offer) == 1
    assert noting.offer(members=[member, MemberFactory.create(branch=branch)], **offer) == 1
    assert Training.objects.count() == 2


def test_the_board_notes_nothing_of_a_member(branch: Branch, member: Member) -> None:
    board = user_with(Role.Kind.BOARD, branch)
    with pytest.raises(PermissionDenied):
        noting.note(noted=Office(member=member, starts_on=TODAY), by=board)
    with pytest.raises(PermissionDenied):
        noting.offer(branch=branch, members=[member], name="x", offered_on=TODAY, by=board)


# Pages


def path(page: str = "") -> str:
    return f"/lillberga/fortroendevalda/{page}"


OFFICE = {"kind": "municipal", "title": "Ordförande", "starts_on": "2026-10-15", "ends_on": ""}


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (Role.Kind.MEMBER_OFFICER, 200),
        (Role.Kind.REGISTER_OFFICER, 200),
        (Role.Kind.BOARD, 403),
        (Role.Kind.CALLER, 403),
    ],
)
def test_names_are_for_officers(
    client: Client, branch: Branch, member: Member, kind: str, status: int
) -> None:
    log_in(client, user_with(kind, branch))
    pages = ["", f"medlem/{member.pk}/", f"utbildning/medlem/{member.pk}/"]
    assert {client.get(path(page)).status_code for page in pages} == {status}


def test_an_office_is_noted_changed_and_removed(
    client: Client, branch: Branch, member: Member, officer: User
) -> None:
    log_in(client, officer)
    back = f"/lillberga/medlemmar/{member.pk}/"
    assert client.post(path(f"medlem/{member.pk}/"), OFFICE).headers["Location"] == back
    held = Office.objects.get()
    assert (held.title, held.noted_by) == ("Ordförande", officer)
    assert "Ordförande" in client.get(back).content.decode()
    client.post(path(f"{held.pk}/"), OFFICE | {"ends_on": "2026-12-31"})
    held.refresh_from_db()
    assert held.ends_on == date(2026, 12, 31)
    assert client.post(path(f"{held.pk}/ta-bort/")).headers["Location"] == back
    assert Office.objects.count() == 0


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"title": ""}, "måste fyllas i"),
        ({"ends_on": "2026-10-14"}, "Ett uppdrag kan inte sluta innan det börjar"),
        ({"title": "Ledamot i nämnden"}, "Det uppdraget är redan antecknat"),
    ],
)
def test_an_office_that_cannot_be_is_said(
    client: Client, member: Member, officer: User, changes: dict[str, str], sentence: str
) -> None:
    log_in(client, officer)
    office(member)
    answer = client.post(path(f"medlem/{member.pk}/"), OFFICE | changes)
    assert (answer.status_code, Office.objects.count()) == (422, 1)
    assert sentence in answer.content.decode()


def test_a_training_is_noted_changed_and_removed(client: Client, member: Member, officer: User) -> None:
    log_in(client, officer)
    values = {"name": "Kommunalkunskap", "offered_on": "2026-11-01", "taken_on": ""}
    client.post(path(f"utbildning/medlem/{member.pk}/"), values)
    found = Training.objects.get()
    client.post(path(f"utbildning/{found.pk}/"), values | {"taken_on": "2026-11-20"})
    found.refresh_from_db()
    assert found.taken_on == date(2026, 11, 20)
    late = client.post(path(f"utbildning/{found.pk}/"), values | {"taken_on": "2026-11-22"})
    assert late.status_code == 422
    client.post(path(f"utbildning/{found.pk}/ta-bort/"))
    assert Training.objects.count() == 0


def test_everybody_with_a_municipal_office_is_noted_at_once(
    client: Client, branch: Branch, member: Member, officer: User
) -> None:
    log_in(client, officer)
    office(member)
    office(MemberFactory.create(branch=branch), kind="party")
    office(MemberFactory.create(branch=branch), ends_on=date(2026, 11, 20))
    for _time in range(2):
        client.post(path(), {"name": "Dag ett", "offered_on": "2026-11-20"})
    assert list(Training.objects.values_list("member", flat=True)) == [member.pk]
    assert client.post(path(), {"name": "Dag ett", "offered_on": "2026-11-22"}).status_code == 422


def test_the_list_is_logged_for_each_member_once(client: Client, member: Member, officer: User) -> None:
    log_in(client, officer)
    office(member)
    office(member, title="Ersättare")
    client.get(path())
    assert list(AccessLog.objects.values_list("member", "purpose")) == [(member.pk, "list")]


def test_three_offices_cost_as_many_queries_as_one(client: Client, branch: Branch, officer: User) -> None:
    log_in(client, officer)
    counts = []
    for rows in (1, 2):
        for _each in range(rows):
            new = MemberFactory.create(branch=branch)
            office(new)
            training(new)
        client.get(path())
        with CaptureQueriesContext(connection) as queries:
            client.get(path())
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_another_branchs_office_is_not_there(client: Client, officer: User) -> None:
    log_in(client, officer)
    theirs = MemberFactory.create()
    held, taken = office(theirs), training(theirs)
    pages = [
        f"{held.pk}/",
        f"utbildning/{taken.pk}/",
        f"medlem/{theirs.pk}/",
        f"utbildning/medlem/{theirs.pk}/",
    ]
    assert {client.get(path(page)).status_code for page in pages} == {404}
    assert client.post(path(f"{held.pk}/ta-bort/")).status_code == 404
    assert Office.objects.count() == 1


def test_the_list_keeps_an_offices_words_together_beside_their_heading(
    client: Client, member: Member, officer: User
) -> None:
    """On a phone each cell is a heading and one thing beside it: text and remark would part ways."""
    office(member, title="Ledamot i kommunfullmäktige")
    log_in(client, officer)
    page = client.get("/lillberga/fortroendevalda/").content.decode()
    cell = page.split('data-label="Uppdrag">')[1].split("</td>")[0]
    assert cell.startswith("<div>Ledamot i kommunfullmäktige ")
    assert cell.endswith("(kommunalt)</span></div>")
