"""What callers say: the branch's words, names filled in, nothing run that somebody has written."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calls import access, scripts
from calls.models import Call, CallRound, Script
from crm.people.models import Branch, Member, User
from tests.factories import BranchFactory, MemberFactory, user_with

TODAY = date(2027, 3, 9)
NOW = datetime(2027, 3, 9, 17, 30, tzinfo=UTC)
VALUES = {
    "förnamn": "Ärla",
    "namn": "Ärla Öberg",
    "ringare": "Rut",
    "kommun": "Påhitta",
    "expedition": "08-46500400",
    "träffen": "introduktionsträffen",
}


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("Hej [förnamn]!", ["Hej Ärla!"]),
        ("Hej [Förnamn]! Jag heter [RINGARE].", ["Hej Ärla! Jag heter Rut."]),
        ("Hej [ förnamn ]!", ["Hej Ärla!"]),
        ("Hej [okänt]!", ["Hej [okänt]!"]),
        ("Ett\n\nTvå\n \t\nTre", ["Ett", "Två", "Tre"]),
        ("Ett\noch samma", ["Ett\noch samma"]),
        ("  \n\n  ", []),
        ("[[förnamn]]", ["[Ärla]"]),
        ("[för\nnamn]", ["[för\nnamn]"]),
        ("{förnamn} %(förnamn)s {{ förnamn }}", ["{förnamn} %(förnamn)s {{ förnamn }}"]),
    ],
)
def test_what_is_filled_in(text: str, steps: list[str]) -> None:
    assert scripts.fill(text, VALUES) == steps


def test_a_name_that_looks_like_a_placeholder_is_not_filled_in_again() -> None:
    assert scripts.fill("[namn]", VALUES | {"namn": "[expedition]"}) == ["[expedition]"]


@given(st.text(max_size=300))
def test_any_text_is_filled_in_without_a_fault(text: str) -> None:
    steps = scripts.fill(text, VALUES)
    assert all(step.strip() == step and step for step in steps)


@given(st.lists(st.sampled_from(sorted(VALUES)), min_size=1, max_size=5))
def test_no_known_placeholder_is_left(names: list[str]) -> None:
    filled = " ".join(scripts.fill(" ".join(f"[{name}]" for name in names), VALUES))
    assert "[" not in filled


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("Hej [förnamn] [namn]", []),
        ("Hej [fornamn]", ["fornamn"]),
        ("[Telefon] och [FÖRNAMN] och [x y]", ["Telefon", "x y"]),
        (f"[{'a' * 31}]", []),
    ],
)
def test_a_misspelt_placeholder_is_found(text: str, unknown: list[str]) -> None:
    assert scripts.unknown_placeholders(text) == unknown


@pytest.mark.parametrize("kind", Script.Kind.values)
def test_the_text_to_begin_with_has_steps_and_only_known_placeholders(kind: str) -> None:
    text = scripts.default_text(kind)
    assert scripts.unknown_placeholders(text) == []
    assert len(scripts.fill(text, VALUES)) >= 3


def test_every_placeholder_is_explained_and_can_be_filled_in() -> None:
    assert scripts.PLACEHOLDERS.keys() == VALUES.keys()
    assert all(str(about) for about in scripts.PLACEHOLDERS.values())


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("joined", "learnt", "kind"),
    [
        (TODAY - timedelta(days=10), TODAY - timedelta(days=5), Script.Kind.WELCOME),
        (TODAY - timedelta(days=200), TODAY - timedelta(days=179), Script.Kind.WELCOME),
        (TODAY - timedelta(days=200), TODAY - timedelta(days=180), Script.Kind.NORMAL),
        (date(1990, 1, 1), TODAY - timedelta(days=5), Script.Kind.NORMAL),
        (None, TODAY - timedelta(days=5), Script.Kind.WELCOME),
        (None, date(2020, 1, 1), Script.Kind.NORMAL),
    ],
)
def test_who_is_new_to_the_branch_and_to_the_party_is_welcomed(
    joined: date | None, learnt: date, kind: str
) -> None:
    call = Call(member=Member(joined_on=joined, learnt_on=learnt), round=CallRound())
    assert scripts.kind_for(call, TODAY) == kind


def test_the_branchs_own_words_are_read_instead(branch: Branch, leader: User) -> None:
    scripts.write(branch=branch, kind=Script.Kind.NORMAL, text="Våra ord", by=leader)
    assert scripts.text_for(branch, Script.Kind.NORMAL) == "Våra ord"
    assert scripts.text_for(branch, Script.Kind.WELCOME) == scripts.default_text(Script.Kind.WELCOME)
    assert scripts.text_for(BranchFactory.create(), Script.Kind.NORMAL) != "Våra ord"


def test_writing_again_keeps_one_script_and_who_wrote_last(branch: Branch, leader: User) -> None:
    for text in ("Ett", "Två"):
        scripts.write(branch=branch, kind=Script.Kind.NORMAL, text=text, by=leader)
    (script,) = Script.objects.filter(branch=branch)
    assert (script.text, script.changed_by) == ("Två", leader)


def test_a_script_that_was_emptied_is_empty(branch: Branch, leader: User) -> None:
    scripts.write(branch=branch, kind=Script.Kind.NORMAL, text="", by=leader)
    assert scripts.text_for(branch, Script.Kind.NORMAL) == ""


def test_the_steps_of_a_call_have_the_names_of_both(branch: Branch, call_round: CallRound) -> None:
    caller = user_with("caller", branch, name="Rut Ringare")
    call = Call.objects.select_related("member", "round__branch").filter(round=call_round)[0]
    scripts.write(
        branch=branch,
        kind=Script.Kind.NORMAL,
        text="[förnamn], [namn], [ringare], [kommun], [expedition]",
        by=caller,
    )
    assert scripts.steps_for(call, caller, TODAY) == [f"Ärla, {call.member.name}, Rut, Påhitta, 08-46500400"]


def test_a_member_without_a_first_name_is_called_by_the_whole_name(branch: Branch, caller: User) -> None:
    member = MemberFactory.create(branch=branch, first_name="", last_name="Öberg")
    call = Call(round=CallRound(branch=branch), member=member)
    assert scripts.steps_for(call, caller, TODAY)[0].startswith("Hej Öberg!")


@pytest.mark.parametrize("kind", ["yearly", "welcome", "meeting", "check_in"])
@pytest.mark.parametrize("is_new", [True, False])
@pytest.mark.parametrize(
    "written", [(), ("normal",), ("welcome",), ("normal", "welcome", "meeting", "check_in")]
)
def test_words_read_with_the_call_are_those_read_alone(
    branch: Branch, caller: User, *, kind: str, is_new: bool, written: tuple[str, ...]
) -> None:
    """The caller's page reads the scripts in the call's own query; the plain way asks for the text by itself."""
    day = TODAY if is_new else date(2020, 1, 1)
    member = MemberFactory.create(branch=branch, joined_on=day, learnt_on=day)
    call_round = CallRound.objects.create(
        branch=branch, kind=kind, period="x", opens_on=date(2027, 2, 1), closes_on=date(2027, 12, 20),
        opened_at=NOW, opened_by=caller,
    )  # fmt: skip
    for one in written:
        scripts.write(branch=branch, kind=one, text=f"Hej [förnamn], {one}!", by=caller)
    made = Call.objects.create(round=call_round, member=member)
    read = access.with_own_words(Call.objects.all()).get(pk=made.pk)
    today = TODAY
    assert scripts.steps_for(read, caller, today) == scripts.steps_for(made, caller, today)
