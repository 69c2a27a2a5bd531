"""SMS: a text kept within its segments, and 46elks' HTTP API (https://46elks.com/docs/send-sms)."""

import re
import unicodedata
from dataclasses import dataclass
from math import ceil

import requests
from django.conf import settings

from crm.outbox.fates import Fate

# The default alphabet of 3GPP TS 23.038 (6.2.1), and those of its extension, which take two places.
GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_TWICE = frozenset("^{}\\[~]|€")
ONE_GSM, EACH_GSM = 160, 153  # characters in a single SMS, and in each part of a longer one
ONE_UCS2, EACH_UCS2 = 70, 67
MOST_SEGMENTS = 3
_LOOKALIKES = str.maketrans(
    {"–": "-", "—": "-", "’": "'", "‘": "'", "”": '"', "“": '"', "…": "...", "\u00a0": " "}
)
_REDIRECT, _TOO_MANY, _SERVER_ERROR = 300, 429, 500


@dataclass(frozen=True)
class Sms:
    sender: str
    number: str
    text: str


def tidy(text: str) -> str:
    """Typographic marks that would double the price become their plain lookalikes."""
    return text.translate(_LOOKALIKES).strip()


def segments(text: str) -> int:
    """How many SMS the text takes."""
    if all(char in GSM or char in GSM_TWICE for char in text):
        length = sum(2 if char in GSM_TWICE else 1 for char in text)
        return 1 if length <= ONE_GSM else ceil(length / EACH_GSM)
    length = len(text.encode("utf-16-be")) // 2
    return 1 if length <= ONE_UCS2 else ceil(length / EACH_UCS2)


def compose(words: str, *, address: str, sender: str, most: int = MOST_SEGMENTS) -> str:
    """Words, a link and who sends it; the words are cut at a space if it gets too long, the link never."""
    words = tidy(words)
    end = "".join(f"\n{line}" for line in (address, tidy(sender)) if line)
    if segments(words + end) <= most:
        return words + end
    while words and segments(f"{words}...{end}") > most:
        words = words[:-1].rpartition(" ")[0]
    return f"{words}...{end}" if words else end.strip()


def sender_name(name: str) -> str:
    """What a telephone shows as sender: 3 to 11 of a-z and digits, a letter first."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    found = re.sub(r"[^A-Za-z0-9]", "", plain)[:11]
    return found if re.match(r"[A-Za-z][A-Za-z0-9]{2}", found) else "Tusen"


def send(sms: Sms) -> tuple[Fate, str]:
    """Hand one SMS to the operator. A cut line or an unreadable answer leaves it uncertain; nobody sends it again."""
    try:
        answer = requests.post(
            f"{settings.SMS_URL}/a1/sms",
            auth=(settings.SMS_USER, settings.SMS_PASSWORD),
            data={"from": sms.sender, "to": sms.number, "message": sms.text},
            timeout=settings.SMS_TIMEOUT,
            allow_redirects=False,
        )
    except requests.ConnectTimeout as error:
        return Fate.NOT_NOW, _words(error)
    except requests.ConnectionError as error:
        # Only a line that was never opened is sure not to have carried it.
        never_opened = "NewConnectionError" in repr(error)
        return (Fate.NOT_NOW if never_opened else Fate.UNCERTAIN), _words(error)
    except requests.RequestException as error:
        return Fate.UNCERTAIN, _words(error)
    return _fate_of(answer)


def _fate_of(answer: requests.Response) -> tuple[Fate, str]:
    reason = f"{answer.status_code}: {answer.text[:300]}"
    if answer.status_code == _TOO_MANY:
        return Fate.NOT_NOW, reason
    if answer.status_code >= _SERVER_ERROR:
        return Fate.UNCERTAIN, reason
    if answer.status_code >= _REDIRECT:
        return Fate.FAILED, reason
    try:
        status = answer.json().get("status")
    except (ValueError, AttributeError):
        return Fate.UNCERTAIN, reason
    return (Fate.FAILED, reason) if status == "failed" else (Fate.SENT, "")


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:500]
