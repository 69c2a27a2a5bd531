"""What waits for a worker waits encrypted: neither the database file nor a backup of it shows a roster."""

import base64
import zlib

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class Locked(Exception):  # noqa: N818 -- what is so, not what went wrong
    """The bytes were encrypted with another SECRET_KEY, or are damaged."""


def lock(content: bytes) -> bytes:
    """Squeezed first: tables of text become a fourth of their size."""
    return _fernet().encrypt(zlib.compress(content, level=1))


def unlock(locked: bytes | memoryview) -> bytes:
    """Raises ``Locked``. PostgreSQL gives a memoryview, SQLite bytes."""
    try:
        return zlib.decompress(_fernet().decrypt(bytes(locked)))
    except (InvalidToken, zlib.error) as error:
        raise Locked from error


def _fernet() -> Fernet:
    """A key of its own for this purpose, derived from SECRET_KEY."""
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"tusen rosters")
    return Fernet(base64.urlsafe_b64encode(derived.derive(settings.SECRET_KEY.encode())))
