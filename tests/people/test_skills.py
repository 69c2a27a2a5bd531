"""What a member can and wants: recorded once, in the branch's own words, merged, disclosed and erased."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from crm.people import branches, disclosing, erasing, merging, skills
from crm.people.models import Branch, Member, MemberSkill, SkillWord, User
from crm.people.skills import Source
from tests.factories import BranchFactory, MemberFactory, UserFactory
from tests.people.wordings import word

pytestmark = pytest.mark.django_db


def told(member: Member) -> list[str]:
    return sorted(MemberSkill.objects.filter(member=member).values_list("word__name", flat=True))


@pytest.fixture
def member(branch: Branch) -> Member:
    made: Member = MemberFactory.create(branch=branch)
    return made


@pytest.fixture
def officer() -> User:
    made: User = UserFactory.create()
    return made


def test_what_is_told_is_kept_with_source_person_and_time(member: Member, officer: User) -> None:
    now = datetime(2026, 11, 21, 8, tzinfo=UTC)
    with time_machine.travel(now, tick=False):
        assert skills.record(member=member, words=[word(member.branch)], source="call", by=officer) == 1
    row = MemberSkill.objects.get()
    assert (row.member, row.word.name, row.source, row.noted_by, row.noted_at) == (
        member,
        "Baka",
        Source.CALL,
        officer,
        now,
    )


def test_what_is_known_stays_as_it_was_first_told(member: Member, officer: User) -> None:
    bakes, sings = word(member.branch), word(member.branch, "Sjunga")
    skills.record(member=member, words=[bakes], source=Source.ANSWER, by=User.objects.console())
    assert skills.record(member=member, words=[bakes, sings, sings], source=Source.CALL, by=officer) == 1
    found = MemberSkill.objects.order_by("pk").values_list("word__name", "source")
    assert list(found) == [("Baka", "answer"), ("Sjunga", "call")]


def test_nothing_told_changes_nothing(member: Member, officer: User) -> None:
    assert skills.record(member=member, words=[], source=Source.CALL, by=officer) == 0
    assert told(member) == []


def test_another_branchs_word_is_refused_and_nothing_is_kept(member: Member, officer: User) -> None:
    theirs = word(BranchFactory.create())
    with pytest.raises(ValueError, match="does not use"):
        skills.record(member=member, words=[word(member.branch), theirs], source="call", by=officer)
    assert told(member) == []


def test_a_retired_word_is_refused_and_what_was_told_stays(member: Member, officer: User) -> None:
    bakes = word(member.branch)
    skills.record(member=member, words=[bakes], source=Source.CALL, by=officer)
    assert skills.retire(word=bakes, by=officer)
    bakes.refresh_from_db()
    with pytest.raises(ValueError, match="does not use"):
        skills.record(
            member=MemberFactory.create(branch=member.branch), words=[bakes], source="call", by=officer
        )
    assert told(member) == ["Baka"]


def test_an_invented_source_is_refused(member: Member, officer: User) -> None:
    with pytest.raises(ValueError, match="gossip"):
        skills.record(member=member, words=[word(member.branch)], source="gossip", by=officer)


def test_the_database_keeps_a_word_once_for_a_member(member: Member, officer: User) -> None:
    skills.record(member=member, words=[word(member.branch)], source=Source.CALL, by=officer)
    row = MemberSkill.objects.get()
    row.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_what_is_taken_back_is_gone_and_only_that(member: Member, officer: User) -> None:
    bakes, sings = word(member.branch), word(member.branch, "Sjunga")
    other = MemberFactory.create(branch=member.branch)
    for one in (member, other):
        skills.record(member=one, words=[bakes, sings], source=Source.CALL, by=officer)
    assert skills.take_back(member=member, words=[bakes], by=officer) == 1
    assert (told(member), told(other)) == (["Sjunga"], ["Baka", "Sjunga"])
    assert skills.take_back(member=member, words=[bakes], by=officer) == 0


# The vocabulary


def test_a_new_branch_has_the_usual_words_in_swedish() -> None:
    made = branches.create(slug="ny", name="Nya arbetarekommun", by=User.objects.console())
    found = {kind.value: [w.name for w in skills.words_of(made) if w.kind == kind] for kind in SkillWord.Kind}
    assert [len(names) for names in found.values()] == [10, 10, 13, 9]
    assert found["offer"][:3] == [
        "Arbeta i valrörelsen",
        "Dela ut flygblad",
        "Hjälpa till på möten och med kaffet",
    ]
    assert {"Arabiska", "Engelska", "Svenskt teckenspråk"} <= set(found["language"])


def test_the_usual_words_come_once_and_leave_own_ones_alone(branch: Branch) -> None:
    word(branch, "Arabiska", "language")
    word(branch, "Jonglera")
    assert skills.add_usual_words(branch=branch) == 41
    assert skills.add_usual_words(branch=branch) == 0
    assert len(skills.words_of(branch)) == 43


def test_words_stand_in_the_order_of_kinds_and_of_the_swedish_alphabet(branch: Branch) -> None:
    for name in ("Öppna tal", "Åka skidor", "Zumba", "Älgjakt"):
        word(branch, name)
    word(branch, "Arabiska", "language")
    assert [w.name for w in skills.words_of(branch)] == [
        "Zumba",
        "Åka skidor",
        "Älgjakt",
        "Öppna tal",
        "Arabiska",
    ]


def test_a_retired_word_is_not_offered_until_it_is_used_again(branch: Branch, officer: User) -> None:
    bakes = word(branch)
    assert skills.retire(word=bakes, by=officer)
    assert not skills.retire(word=bakes, by=officer)
    assert (skills.offered_words(branch), skills.words_of(branch)) == ([], [bakes])
    assert skills.use_again(word=bakes, by=officer)
    assert not skills.use_again(word=bakes, by=officer)
    assert skills.offered_words(branch) == [bakes]


def test_a_branch_has_its_own_words_only(branch: Branch) -> None:
    theirs = word(BranchFactory.create(), "Sjunga")
    assert skills.offered_words(branch) == []
    assert skills.offered_words(theirs.branch) == [theirs]


# A person's data as a whole


def test_a_disclosure_shows_what_was_told_where_and_by_whom(member: Member, officer: User) -> None:
    skills.record(member=member, words=[word(member.branch)], source=Source.CALL, by=officer)
    parts = disclosing.disclose(member=member, by=officer, reason="bad om det")
    (row,) = next(part for part in parts if part.key == "skills").rows
    assert [str(row[place]) for place in (0, 1, 2, 4)] == ["kan", "Baka", "i ett samtal", str(officer)]


def test_an_erased_member_can_and_wants_nothing(member: Member, officer: User) -> None:
    other = MemberFactory.create(branch=member.branch)
    for one in (member, other):
        skills.record(member=one, words=[word(member.branch)], source=Source.CALL, by=officer)
    erasing.erase(member=member, by=officer, on=date(2026, 11, 21))
    assert (told(member), told(other)) == ([], ["Baka"])


def test_a_merge_joins_the_words_and_its_undo_parts_them(kept: Member, merged: Member, officer: User) -> None:
    bakes, sings = word(kept.branch), word(kept.branch, "Sjunga")
    skills.record(member=kept, words=[bakes], source=Source.CALL, by=officer)
    skills.record(member=merged, words=[bakes, sings], source=Source.CALL, by=officer)
    merge = merging.merge(kept=kept, merged=merged, values={}, by=officer)
    assert told(kept) == ["Baka", "Sjunga"]
    merging.undo(merge=merge, by=officer)
    assert (told(kept), told(merged)) == (["Baka"], ["Baka", "Sjunga"])


class AnyOrder(TestCase):
    """Whatever is told and taken back, in whatever order, the rows are those of a plain set."""

    def setUp(self) -> None:
        self.member = MemberFactory.create()
        self.words = [word(self.member.branch, name) for name in ("a", "b", "c")]

    @settings(max_examples=25)
    @given(st.lists(st.tuples(st.booleans(), st.sets(st.integers(0, 2))), max_size=8))
    def test_rows_are_a_set(self, deeds: list[tuple[bool, set[int]]]) -> None:
        by = User.objects.console()
        known: set[int] = set()
        for tells, chosen in deeds:
            words = [self.words[number] for number in chosen]
            if tells:
                assert skills.record(member=self.member, words=words, source="form", by=by) == len(
                    chosen - known
                )
                known |= chosen
            else:
                assert skills.take_back(member=self.member, words=words, by=by) == len(chosen & known)
                known -= chosen
        assert told(self.member) == sorted(self.words[number].name for number in known)
