"""From a file's bytes to text.

Policy: a byte order mark, then strict UTF-8, then the one of three old Swedish code pages whose
decoding has most å ä ö é and fewest oddities. A general guesser takes Swedish Windows-1252 for
hp_roman8, so none is used.
"""

import codecs
import re
import unicodedata
from collections import Counter

from crm.rosters.reading.errors import UnreadableRoster

ENCODINGS = ("utf-8", "utf-16", "cp1252", "cp850", "mac_roman")
_CANDIDATES = ("cp1252", "cp850", "mac_roman")
_SWEDISH = frozenset("åäöéÅÄÖÉ")
# Neither for nor against a code page: a typist's spaces, dashes and quotes.
_NEUTRAL = frozenset("\xa0–—’‘“”´§°½·")
_ASCII = bytes(range(128))
_SIGNATURES = (
    (b"\x89PNG", "picture"),
    (b"\xff\xd8\xff", "picture"),
    (b"GIF8", "picture"),
    (b"RIFF", "picture"),
    (b"II*\x00", "picture"),
    (b"MM\x00*", "picture"),
    (b"%PDF", "pdf"),
    (b"\xd0\xcf\x11\xe0", "old_excel"),
    (b"\x1f\x8b", "packed"),
    (b"7z\xbc\xaf", "packed"),
    (b"Rar!", "packed"),
    (b"{\\rtf", "not_text"),
)
_WEB_PAGE = re.compile(rb"\s*<(?:!doctype html|html|table|\?xml|head|body)\b", re.IGNORECASE)
# Control characters that no text file has; NUL is left out, for UTF-16 and damaged exports have it.
_CONTROLS = re.compile(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f]")

# What nobody can see: controls, soft hyphen, zero-width and direction marks, lone surrogates, tags.
# Whitespace of every kind is left to str.split.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)


# Digits of other scripts and of fonts, read as what they are: one rule for numbers of every kind.
_OTHER_DIGITS = {
    zero + digit: str(digit)
    for zero in (0x660, 0x6F0, 0x966, 0xFF10, 0x1D7CE, 0x1D7D8, 0x1D7E2, 0x1D7EC, 0x1D7F6)
    for digit in range(10)
}
_OTHER_DIGIT = re.compile("[\u0660-\u0669\u06f0-\u06f9\u0966-\u096f\uff10-\uff19\U0001d7ce-\U0001d7ff]")


def decode(content: bytes, forced: str | None = None) -> tuple[str, str]:
    """The file's text, composed (NFC) and without invisible characters, and the encoding's name."""
    refuse_other_files(content)
    text, encoding = _decode_as(content, forced) if forced else _decode(content)
    return visible(text), encoding


def read_otherwise(text: str, *, was: str, encoding: str) -> str:
    """What a text that was read as ``was`` looks like in another encoding; "" where that can't be."""
    try:
        return visible(text.encode(was).decode(encoding))
    except UnicodeError:
        return ""


def visible(text: str) -> str:
    """Composed (NFC), with plain digits, without invisible characters; printable ASCII passes at once."""
    if text.isascii() and text.isprintable():
        return text
    if _INVISIBLE.search(text):
        text = _INVISIBLE.sub("", text)
    if _OTHER_DIGIT.search(text):
        text = text.translate(_OTHER_DIGITS)
    return unicodedata.normalize("NFC", text)


def refuse_other_files(content: bytes) -> None:
    """Raise for what is plainly neither text nor a workbook; says what it is."""
    for signature, code in _SIGNATURES:
        if content.startswith(signature):
            raise UnreadableRoster(code)
    start = content[:65_536]
    if _WEB_PAGE.match(start.removeprefix(codecs.BOM_UTF8)):
        raise UnreadableRoster("web_page")
    is_utf_16 = start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if not is_utf_16 and len(_CONTROLS.findall(start)) > len(start) * 0.05 + 20:
        raise UnreadableRoster("not_text")


def _decode(content: bytes) -> tuple[str, str]:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", "replace"), "utf-16"
    content = content.removeprefix(codecs.BOM_UTF8)
    if wide := _utf_16_without_mark(content):
        return content.decode(wide, "replace"), "utf-16"
    try:
        return content.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        if _is_damaged_utf_8(text := content.decode("utf-8", "replace")):
            return text, "utf-8"
        best = _best_code_page(content)
        return content.decode(best, "replace"), best


def _decode_as(content: bytes, encoding: str) -> tuple[str, str]:
    if encoding not in ENCODINGS:
        raise UnreadableRoster("wrong_encoding", encoding=encoding)
    codec = "utf-8-sig" if encoding == "utf-8" else encoding
    try:
        return content.decode(codec), encoding
    except UnicodeDecodeError as error:
        if encoding == "cp1252":  # five bytes have no meaning there; one of them must not stop a file
            return content.decode(codec, "replace"), encoding
        raise UnreadableRoster("wrong_encoding", encoding=encoding) from error


def _utf_16_without_mark(content: bytes) -> str:
    start = content[:4_096]
    if len(content) % 2 or start.count(0) < len(start) * 0.3:
        return ""
    return "utf-16-le" if start[1::2].count(0) >= start[::2].count(0) else "utf-16-be"


def _is_damaged_utf_8(text: str) -> bool:
    """A byte lost here and there, in a text whose other letters all make sense."""
    lost = text.count("\ufffd")
    return lost * 20 < sum(map(text.count, _SWEDISH))


def _best_code_page(content: bytes) -> str:
    high_bytes = Counter(content.translate(None, _ASCII))
    return max(_CANDIDATES, key=lambda codec: _score(high_bytes, codec))


def _score(high_bytes: "Counter[int]", codec: str) -> int:
    score = 0
    for byte, count in high_bytes.items():
        char = bytes((byte,)).decode(codec, "replace")
        if char in _SWEDISH:
            score += count
        elif char not in _NEUTRAL:
            score -= count if char.isalpha() else 2 * count
    return score
