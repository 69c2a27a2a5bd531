"""The settings from the environment, as a fresh process reads them: safe by default, production by variables."""

import runpy
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

SETTINGS = Path(__file__).resolve().parents[2] / "crm" / "settings.py"
OURS = (
    "ALLOWED_HOSTS", "BEHIND_PROXY", "CELERY_BROKER_URL", "CSRF_TRUSTED_ORIGINS", "DATABASE_URL", "DEBUG", "DEMO",
    "EMAIL_BACKEND", "EMAIL_HOST", "EMAIL_PORT", "LOG_LEVEL", "ROSTER_MAX_BYTES", "SECRET_KEY",
    "SECURE_SSL_REDIRECT", "SITE_URL", "TUSEN_DATA", "TUSEN_SECRET_KEY_FILE",
)  # fmt: skip


class Reader:
    """Reads the settings with these variables and no others of the product's."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, data: Path) -> None:
        self.monkeypatch, self.data = monkeypatch, data

    def __call__(self, **variables: str) -> dict[str, Any]:
        for name in OURS:
            self.monkeypatch.delenv(name, raising=False)
        for name, value in ({"SECRET_KEY": "k", "TUSEN_DATA": str(self.data)} | variables).items():
            self.monkeypatch.setenv(name, value)
        return runpy.run_path(str(SETTINGS))


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Reader:
    return Reader(monkeypatch, tmp_path)


def test_nothing_is_open_by_default(read: Reader) -> None:
    found = read()
    assert (found["DEBUG"], found["DEMO"]) == (False, False)
    assert found["SESSION_COOKIE_HTTPONLY"] is True


@pytest.mark.parametrize("word", ["1", "true", "Yes", " ON "])
def test_a_flag_is_on_by_any_of_four_words(read: Reader, word: str) -> None:
    assert read(DEBUG=word)["DEBUG"] is True


@pytest.mark.parametrize("word", ["0", "false", "no", "", "2", "enabled"])
def test_any_other_word_leaves_a_flag_off(read: Reader, word: str) -> None:
    assert read(DEBUG=word)["DEBUG"] is False


def test_without_a_key_nothing_starts(read: Reader) -> None:
    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY"):
        read(SECRET_KEY="")


def test_the_key_may_lie_in_a_file(read: Reader, tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("from the file\n")
    found = read(SECRET_KEY="", TUSEN_SECRET_KEY_FILE=str(tmp_path / "kept"))
    assert found["SECRET_KEY"] == "from the file"


def test_the_variable_goes_before_the_file(read: Reader, tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_text("from the file")
    assert read(SECRET_KEY="from the variable")["SECRET_KEY"] == "from the variable"


def test_the_embedded_default_is_sqlite_in_its_folder(read: Reader, tmp_path: Path) -> None:
    database = read()["DATABASES"]["default"]
    assert (database["ENGINE"], database["NAME"]) == (
        "django.db.backends.sqlite3",
        str(tmp_path / "tusen.sqlite3"),
    )
    assert database["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


def test_an_address_makes_it_postgresql(read: Reader) -> None:
    database = read(DATABASE_URL="postgres://tusen:secret@db.example.org:6543/crm")["DATABASES"]["default"]
    assert [database[name] for name in ("ENGINE", "HOST", "PORT", "NAME", "USER")] == [
        "django.db.backends.postgresql",
        "db.example.org",
        6543,
        "crm",
        "tusen",
    ]
    assert database["OPTIONS"] == {"options": "-c jit=off"}


def test_an_address_has_the_last_word_on_its_options(read: Reader) -> None:
    database = read(DATABASE_URL="postgres://db.example.org/crm?options=-c%20jit%3Don")["DATABASES"][
        "default"
    ]
    assert database["OPTIONS"] == {"options": "-c jit=on"}


def test_the_embedded_broker_is_folders(read: Reader, tmp_path: Path) -> None:
    options = read()["CELERY_BROKER_TRANSPORT_OPTIONS"]
    assert {options["data_folder_in"], options["data_folder_out"]} == {str(tmp_path / "broker" / "queue")}


def test_redis_never_hangs_a_page(read: Reader) -> None:
    options = read(CELERY_BROKER_URL="redis://cache.example.org/0")["CELERY_BROKER_TRANSPORT_OPTIONS"]
    assert "data_folder_in" not in options
    assert 0 < options["socket_connect_timeout"] <= options["socket_timeout"] <= 10


def test_a_task_may_take_less_time_than_redis_waits_for_it(read: Reader) -> None:
    """A visibility timeout shorter than the longest task runs it again and again."""
    found = read(CELERY_BROKER_URL="redis://cache.example.org/0")
    assert found["CELERY_BROKER_TRANSPORT_OPTIONS"]["visibility_timeout"] >= 3600
    assert (found["CELERY_TASK_ACKS_LATE"], found["CELERY_TASK_REJECT_ON_WORKER_LOST"]) == (True, True)


def test_beat_only_asks_what_is_due(read: Reader) -> None:
    tasks = {entry["task"] for entry in read()["CELERY_BEAT_SCHEDULE"].values()}
    assert tasks == {"jobs.run_due_jobs", "jobs.sweep"}


SECURE = ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "LANGUAGE_COOKIE_SECURE", "SECURE_SSL_REDIRECT")


def test_https_brings_all_its_locks(read: Reader) -> None:
    found = read(SITE_URL="https://tusen.example.org/")
    assert [found[name] for name in SECURE] == [True] * 4
    assert (found["SECURE_HSTS_SECONDS"], found["ACCOUNT_DEFAULT_HTTP_PROTOCOL"]) == (31_536_000, "https")
    assert found["MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN"] is False


def test_on_loopback_http_works(read: Reader) -> None:
    found = read()
    assert [found[name] for name in SECURE] == [False] * 4
    assert (found["SECURE_HSTS_SECONDS"], found["SITE_URL"]) == (0, "http://127.0.0.1:8000")


def test_a_proxy_that_already_leads_to_https_can_do_without_ours(read: Reader) -> None:
    found = read(SITE_URL="https://tusen.example.org", SECURE_SSL_REDIRECT="0")
    assert (found["SECURE_SSL_REDIRECT"], found["SESSION_COOKIE_SECURE"]) == (False, True)


def test_the_sites_address_has_no_slash_at_its_end(read: Reader) -> None:
    """Addresses in messages are made of it and a path that begins with one."""
    assert read(SITE_URL="https://tusen.example.org//")["SITE_URL"] == "https://tusen.example.org"


@pytest.mark.parametrize(
    ("behind", "header", "count"), [("", None, 0), ("1", ("HTTP_X_FORWARDED_PROTO", "https"), 1)]
)
def test_a_proxys_headers_are_believed_only_behind_one(
    read: Reader, behind: str, header: tuple[str, str] | None, count: int
) -> None:
    found = read(BEHIND_PROXY=behind)
    assert (found["SECURE_PROXY_SSL_HEADER"], found["ALLAUTH_TRUSTED_PROXY_COUNT"]) == (header, count)


def test_mail_lies_in_files_until_a_server_is_named(read: Reader, tmp_path: Path) -> None:
    found = read()
    assert found["EMAIL_BACKEND"].endswith("filebased.EmailBackend")
    assert found["EMAIL_FILE_PATH"] == str(tmp_path / "mail")


def test_a_named_server_gets_the_mail(read: Reader) -> None:
    found = read(EMAIL_HOST="mail.example.org", EMAIL_PORT="587")
    assert found["EMAIL_BACKEND"].endswith("smtp.EmailBackend")
    assert (found["EMAIL_HOST"], found["EMAIL_PORT"]) == ("mail.example.org", 587)
    assert found["EMAIL_TIMEOUT"] > 0


def test_the_policy_allows_this_site_alone(read: Reader) -> None:
    policy = read()["CONTENT_SECURITY_POLICY"]["DIRECTIVES"]
    allowed = {source for sources in policy.values() for source in sources}
    assert allowed == {"'self'", "'none'", "data:"}
    assert [name for name, sources in policy.items() if "data:" in sources] == ["img-src"]


@pytest.mark.parametrize("word", ["unsafe-inline", "unsafe-eval", "*", "https:", "http:"])
def test_no_directive_opens_the_policy(read: Reader, word: str) -> None:
    assert word not in str(read()["CONTENT_SECURITY_POLICY"])


def test_passwords_are_long_and_not_common(read: Reader) -> None:
    validators = {one["NAME"].rpartition(".")[2]: one for one in read()["AUTH_PASSWORD_VALIDATORS"]}
    assert validators["MinimumLengthValidator"]["OPTIONS"] == {"min_length": 12}
    assert "CommonPasswordValidator" in validators


def test_an_upload_never_touches_a_disk(read: Reader) -> None:
    found = read(ROSTER_MAX_BYTES="1000")
    assert found["FILE_UPLOAD_HANDLERS"] == ["crm.uploads.InMemoryUploadHandler"]
    assert found["ROSTER_MAX_BYTES"] == found["FILE_UPLOAD_MAX_MEMORY_SIZE"] == 1000


def test_the_demo_is_installed_only_where_it_is_asked_for(read: Reader) -> None:
    assert ["demo" in read(DEMO=word)["INSTALLED_APPS"] for word in ("", "1")] == [False, True]


def test_static_files_have_their_hash_in_production(read: Reader) -> None:
    backends = [read(DEBUG=word)["STORAGES"]["staticfiles"]["BACKEND"] for word in ("", "1")]
    assert ["Manifest" in backend for backend in backends] == [True, False]


def test_the_country_is_sweden(read: Reader) -> None:
    found = read()
    assert [found[name] for name in ("LANGUAGE_CODE", "TIME_ZONE", "PHONENUMBER_DEFAULT_REGION")] == [
        "sv",
        "Europe/Stockholm",
        "SE",
    ]
    assert (found["CELERY_TIMEZONE"], found["USE_TZ"]) == (found["TIME_ZONE"], True)
