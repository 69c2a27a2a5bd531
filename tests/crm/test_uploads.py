"""Uploads stay in memory, up to a size; what is larger is refused while it is still coming."""

import tempfile
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import InMemoryUploadedFile, SimpleUploadedFile
from django.http import HttpRequest
from django.test import Client, RequestFactory
from pytest_django import Settings

from crm.people.models import Branch
from crm.rosters.models import RosterImport
from tests.factories import BranchFactory
from tests.logins import log_in_as

ROSTER = "Medlemsnummer;Förnamn;Efternamn\n700001;Ärla;Öberg\n".encode()


def posted(content: bytes, limit: int, settings: Settings) -> HttpRequest:
    settings.ROSTER_MAX_BYTES = limit
    request = RequestFactory().post("/", {"file": SimpleUploadedFile("roster.csv", content)})
    assert request.FILES is not None  # read when somebody asks
    return request


@pytest.mark.parametrize("size", [0, 1, 999, 1000])
def test_a_file_within_the_limit_comes_whole(settings: Settings, size: int) -> None:
    upload = posted(b"x" * size, 1000, settings).FILES["file"]
    assert isinstance(upload, InMemoryUploadedFile)
    assert upload.read() == b"x" * size


@pytest.mark.parametrize("size", [200_000, 5_000_000])
def test_a_file_over_the_limit_is_not_read_to_its_end(settings: Settings, size: int) -> None:
    request = posted(b"x" * size, 1000, settings)
    assert getattr(request, "upload_too_large", False)
    assert "file" not in request.FILES


def test_a_small_file_is_not_marked(settings: Settings) -> None:
    assert not hasattr(posted(b"x", 1000, settings), "upload_too_large")


def test_nothing_is_written_to_the_scratch_folder(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Django's own handler would put what is larger than 2.5 MB there, in the clear."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    upload = posted(b"x" * 4_000_000, 10_000_000, settings).FILES["file"]
    assert isinstance(upload, InMemoryUploadedFile)
    assert (upload.size, list(tmp_path.iterdir())) == (4_000_000, [])


@pytest.fixture
def branch(client: Client) -> Branch:
    made: Branch = BranchFactory.create()
    log_in_as(client, "register_officer", made)
    return made


def send(client: Client, branch: Branch, content: bytes, name: str = "roster.csv") -> int:
    page = client.get(f"/{branch.slug}/medlemsfiler/")
    token = page.context["form"]["token"].value()
    file = BytesIO(content)
    file.name = name
    data = {"file": file, "is_full": "on", "token": token}
    return int(client.post(f"/{branch.slug}/medlemsfiler/ladda-upp/", data).status_code)


@pytest.mark.django_db
def test_the_page_says_that_a_file_is_too_large(client: Client, branch: Branch, settings: Settings) -> None:
    settings.ROSTER_MAX_BYTES = 1000
    assert send(client, branch, b"x" * 300_000) == 422
    assert not RosterImport.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name",
    ["roster.csv", "../../etc/passwd", "å ä ö.csv", "a" * 300 + ".csv", "<script>.csv", ".csv", "roster"],
)
def test_any_name_of_a_file_is_taken_or_refused_in_words(client: Client, branch: Branch, name: str) -> None:
    assert send(client, branch, ROSTER, name) in {302, 422}
    assert all(len(found.filename) <= 200 for found in RosterImport.objects.all())
    assert not any("/" in found.filename for found in RosterImport.objects.all())
