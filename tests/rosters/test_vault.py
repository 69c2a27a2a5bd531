"""What waits for a worker can be read with the key alone."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm.rosters import vault

TEXT = "Medlemsnr;Namn\n1;Åberg, Anna\n".encode()


@settings(max_examples=20)
@given(content=st.binary(max_size=300))
def test_what_is_locked_is_unlocked(content: bytes) -> None:
    assert vault.unlock(vault.lock(content)) == content


def test_postgresql_gives_a_memoryview() -> None:
    assert vault.unlock(memoryview(vault.lock(TEXT))) == TEXT


def test_nothing_of_the_content_can_be_seen() -> None:
    locked = vault.lock(TEXT)
    assert b"Anna" not in locked
    assert vault.lock(TEXT) != locked  # nor that the same file came twice


@pytest.mark.parametrize("locked", [b"", b"rubbish", TEXT, vault.lock(TEXT)[:-4], b"x" + vault.lock(TEXT)])
def test_what_is_damaged_stays_locked(locked: bytes) -> None:
    with pytest.raises(vault.Locked):
        vault.unlock(locked)


def test_a_table_takes_a_fraction_of_its_size() -> None:
    assert len(vault.lock(TEXT * 1_000)) < len(TEXT) * 100


def test_what_was_locked_unsqueezed_stays_locked() -> None:
    with pytest.raises(vault.Locked):
        vault.unlock(vault._fernet().encrypt(TEXT))


def test_another_secret_key_does_not_open_it(settings: Any) -> None:
    locked = vault.lock(TEXT)
    settings.SECRET_KEY = "another one"
    with pytest.raises(vault.Locked):
        vault.unlock(locked)


def test_the_key_is_not_the_secret_key_itself(settings: Any) -> None:
    settings.SECRET_KEY = "k" * 32
    assert b"k" * 32 not in vault._fernet()._signing_key + vault._fernet()._encryption_key
