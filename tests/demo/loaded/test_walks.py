"""What somebody sees who follows every link: no names where there should be none, no English, and nothing changed."""

import hashlib
from collections.abc import Iterator

import pytest
import time_machine
from django.apps import apps
from django.db.models import Model
from django.test import Client

from crm import catalogues
from crm.people.models import AccessLog, Branch, Member, Phone
from demo import cast
from demo.clock import moment
from tests.demo.loaded.conftest import TODAY
from tests.demo.loaded.test_promises import own_models
from tests.demo.loaded.walking import Seen, walk

START = "/storkoping/"
OFFICERS = (cast.MEMBER_OFFICER, cast.REGISTER_OFFICER, cast.CALL_LEADER)
NAMELESS = (cast.BOARD, cast.ADMIN)
EVERYBODY = (*OFFICERS, *NAMELESS, cast.CALLERS[0])


@pytest.fixture(autouse=True)
def _on_the_day_of_set_up() -> Iterator[None]:
    with time_machine.travel(moment(TODAY, 18)):
        yield


def by_name(part: cast.Part) -> str:
    return part.name


@pytest.fixture
def secrets(branch: Branch) -> dict[str, set[str]]:
    """What only those who work with members see."""
    people = Member.objects.filter(branch=branch).values_list(
        "first_name", "last_name", "email", "member_number"
    )
    numbers = Phone.objects.filter(member__branch=branch)
    staff = {part.name for part in cast.EVERYBODY}
    return {
        "names": {f"{first} {last}" for first, last, _email, _number in people if first and last} - staff,
        "addresses": {email for _first, _last, email, _number in people if email},
        "numbers": {number for _first, _last, _email, number in people if len(number) >= 6},
        "telephones": {number.as_national for number in numbers.values_list("number", flat=True)},
    }


def told(pages: Iterator[Seen], secrets: dict[str, set[str]]) -> dict[str, list[str]]:
    """By address, what of the secrets stands on it."""
    found: dict[str, list[str]] = {}
    for page in pages:
        text = page.text
        said = [secret for kind in secrets.values() for secret in kind if secret in text]
        if said:
            found[page.path] = said[:5]
    return found


@pytest.mark.parametrize("part", NAMELESS, ids=by_name)
def test_the_board_and_the_administrator_see_nobody(
    client: Client, branch: Branch, secrets: dict[str, set[str]], part: cast.Part
) -> None:
    """The access log shows the administrator member numbers, and nothing else."""
    if part == cast.ADMIN:
        secrets = {kind: found for kind, found in secrets.items() if kind != "numbers"}
    assert told(walk(client, part, START), secrets) == {}


def test_a_callers_list_shows_given_names_only(
    client: Client, branch: Branch, secrets: dict[str, set[str]]
) -> None:
    hidden = {kind: secrets[kind] for kind in ("addresses", "numbers")}
    assert told(walk(client, cast.CALLERS[0], START), hidden) == {}


def test_an_officer_does_see_members(client: Client, branch: Branch, secrets: dict[str, set[str]]) -> None:
    """Else the tests above would find nothing anywhere."""
    seen = told(walk(client, cast.MEMBER_OFFICER, START), secrets)
    assert any("/medlemmar/" in path for path in seen)


def english_sentences() -> set[str]:
    """Message ids long enough to be no name and no Swedish by chance, whose Swedish is another."""
    found: set[str] = set()
    for catalogue in catalogues.all_catalogues():
        for message in catalogues.merged(catalogue):
            english = message.id if isinstance(message.id, str) else ""
            if english.count(" ") >= 2 and "%" not in english and message.string != english:
                found.add(" ".join(english.split()))
    return found


@pytest.mark.parametrize("part", EVERYBODY, ids=by_name)
def test_a_swedish_page_has_no_english_sentence(client: Client, branch: Branch, part: cast.Part) -> None:
    english = english_sentences()
    assert len(english) > 500
    found = {page.path: said for page in walk(client, part, START) if (said := in_english(page, english))}
    assert found == {}


def in_english(page: Seen, english: set[str]) -> list[str]:
    text = page.text
    return [sentence for sentence in english if sentence in text]


@pytest.mark.parametrize("part", EVERYBODY, ids=by_name)
def test_reading_changes_nothing_but_the_log(client: Client, branch: Branch, part: cast.Part) -> None:
    """Whoever follows links, a mail scanner too, changes nothing (promise 14)."""
    models = [model for model in own_models() if model is not AccessLog]
    log_before = AccessLog.objects.count()
    list(walk(client, part, START))  # the login and what a first visit sets up
    before = {model._meta.label: digest(model) for model in models}
    pages = len(list(walk(client, part, START)))
    changed = [model._meta.label for model in models if digest(model) != before[model._meta.label]]
    assert (changed, pages > 1) == (["people.User"] if "people.User" in changed else [], True)
    assert AccessLog.objects.count() >= log_before


def digest(model: type[Model]) -> str:
    found = hashlib.sha256()
    for row in model._default_manager.order_by("pk").values_list().iterator():
        found.update(repr(row).encode())
    return found.hexdigest()


@pytest.mark.parametrize("part", OFFICERS, ids=by_name)
def test_whoever_sees_a_name_is_in_the_log(
    client: Client, branch: Branch, secrets: dict[str, set[str]], part: cast.Part
) -> None:
    """Each page that shows somebody's full name leaves a row of the one who looked (promise 2)."""
    silent = []
    for page in walk(client, part, START):
        logged = AccessLog.objects.filter(user__email=part.email).count()
        named = any(name in page.text for name in secrets["names"])
        client.get(page.path, follow=True)
        if named and AccessLog.objects.filter(user__email=part.email).count() == logged:
            silent.append(page.path)
    assert silent == []


@pytest.mark.parametrize(
    ("part", "least"),
    [
        (cast.MEMBER_OFFICER, 25),
        (cast.CALL_LEADER, 12),
        (cast.BOARD, 6),
        (cast.ADMIN, 8),
        (cast.CALLERS[0], 3),
    ],
    ids=lambda value: value.name if isinstance(value, cast.Part) else str(value),
)
def test_the_walk_sees_the_pages_of_a_role(
    client: Client, branch: Branch, part: cast.Part, least: int
) -> None:
    assert len({page.route for page in walk(client, part, START)}) >= least


def test_every_app_of_ours_is_looked_at(branch: Branch) -> None:
    labels = {model._meta.app_label for model in own_models()}
    ours = {
        config.label
        for config in apps.get_app_configs()
        if config.name.split(".")[0] in {"crm", "calls", "onboarding"}
    }
    with_tables = {label for label in ours if list(apps.get_app_config(label).get_models())}
    assert labels == with_tables
