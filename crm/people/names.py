"""Names as Swedish readers search and sort them, on every database alike.

SQLite folds only ASCII and neither SQLite nor PostgreSQL with C.UTF-8 sorts å ä ö after z, so what
search and order read is stored beside the name.
"""

import unicodedata

# In ASCII these three follow z in the order of the Swedish alphabet.
_SWEDISH_LAST = str.maketrans({"å": "{", "ä": "|", "ö": "}", "æ": "|", "ø": "}"})
_KEPT = frozenset("åäöæø")


def search_key(text: str) -> str:
    """Casefolded, composed and with single spaces, for ``contains``. PostgreSQL takes no NUL, so none is left."""
    return " ".join(unicodedata.normalize("NFC", text).replace("\0", " ").casefold().split())


def sort_key(last_name: str, first_name: str) -> str:
    """A key whose code-point order is the Swedish order: å ä ö after z, é as e, ü as y; last name first."""
    return f"{_alphabetic(last_name)}\t{_alphabetic(first_name)}"


def _alphabetic(name: str) -> str:
    text = search_key(name).replace("ü", "y")
    if text.isascii():
        return text
    letters = (char if char in _KEPT else unicodedata.normalize("NFD", char)[0] for char in text)
    return "".join(letters).translate(_SWEDISH_LAST)
