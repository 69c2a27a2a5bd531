"""The way to the party's own page: an address, a code, a poster. Nobody who follows it is seen here."""

import io

import pypdf
import pytest
from django.urls import get_resolver

from crm.outreach import signing_up
from crm.outreach.models import Activity, SignUp
from crm.people.models import Branch

PARTY = "https://example.org/bli-medlem"


@pytest.fixture
def square() -> Activity:
    return Activity(pk=12, branch=Branch(slug="storkoping", name="Storköpings arbetarekommun"))


@pytest.mark.parametrize(
    ("address", "followed"),
    [
        (PARTY, PARTY),
        (PARTY + "?kampanj={activity}", PARTY + "?kampanj=storkoping-12"),
        (PARTY + "/{activity}/{activity}", PARTY + "/storkoping-12/storkoping-12"),
        (PARTY + "?a={other}", PARTY + "?a={other}"),
        (PARTY + "?a=%7Bactivity%7D", PARTY + "?a=%7Bactivity%7D"),
        (PARTY + "?a={0}{}", PARTY + "?a={0}{}"),
    ],
)
def test_the_activitys_code_takes_its_place(square: Activity, address: str, followed: str) -> None:
    assert signing_up.address_for(SignUp(address=address), square) == followed


def test_two_activities_have_two_codes(square: Activity) -> None:
    assert signing_up.code_of(square) != signing_up.code_of(Activity(pk=13, branch=square.branch))


def test_the_same_address_has_the_same_code_and_another_another() -> None:
    assert signing_up.qr_code(PARTY) == signing_up.qr_code(PARTY)
    assert signing_up.qr_code(PARTY) != signing_up.qr_code(PARTY + "?")


def test_the_code_is_a_picture_without_script_or_style() -> None:
    svg = signing_up.qr_code(PARTY)
    assert svg.startswith("<svg ")
    assert svg.count("aria-hidden") == 1
    assert [word for word in ("<script", "style=", "onload", "href") if word in svg] == []


def test_an_address_of_signs_is_no_markup() -> None:
    assert "alert" not in signing_up.qr_code(PARTY + '"><script>alert(1)</script>')


@pytest.mark.parametrize("length", [20, 120, 300])
def test_any_address_that_can_be_kept_has_a_poster_of_one_page(square: Activity, length: int) -> None:
    address = (PARTY + "?" + "x" * 300)[:length].ljust(length, "y")
    reader = pypdf.PdfReader(io.BytesIO(signing_up.poster(address, square)))
    assert len(reader.pages) == 1
    assert reader.metadata is not None
    assert reader.metadata.title == "Bli medlem"


def test_the_poster_says_whose_it_is(square: Activity) -> None:
    text = pypdf.PdfReader(io.BytesIO(signing_up.poster(PARTY, square))).pages[0].extract_text()
    assert text.count("Storköpings arbetarekommun") == 2
    assert "Rikta telefonens kamera hit." in text


def test_no_address_of_ours_is_for_those_who_follow_it() -> None:
    """Every page of this app is below a branch, behind the login: nothing counts or stores who joins."""
    routes = [str(pattern.pattern) for pattern in get_resolver().url_patterns]
    assert [route for route in routes if "varvning" in route] == ["<slug:branch>/varvning/"]


def test_what_is_stored_of_an_activity_is_no_person() -> None:
    names = {field.name for field in Activity._meta.concrete_fields}
    assert names == {
        "id",
        "branch",
        "token",
        "kind",
        "held_on",
        "place",
        "club",
        "helpers",
        "conversations",
        "new_members",
        "asked",
        "noted_at",
        "noted_by",
        "removed_at",
        "removed_by",
    }
