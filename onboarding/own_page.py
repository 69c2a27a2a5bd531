"""What opens a member's own page: a link that can only ask for a code, and codes that are used once."""

import logging
import secrets
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from crm.people.models import Member, User
from crm.people.printed_codes import ALPHABET, LENGTH, normalised
from crm.wake import wake
from onboarding import mail
from onboarding.models import OwnPageCode

log = logging.getLogger(__name__)

QUEUE = "own_page_codes"
MAILED_FOR = timedelta(minutes=20)
PRINTED_FOR = timedelta(days=14)
OPEN_FOR = timedelta(minutes=30)
# So many mailed codes in an hour; who asks for more is told the same and gets none.
MOST_AN_HOUR = 3
# A code that no worker has made within this time is not sent afterwards.
STALE = timedelta(minutes=10)
_SALT = "onboarding.own_page"


@transaction.atomic
def ask_for_code(*, member: Member) -> None:
    """A worker mails a code, if there is an address; the asker sees no difference, not in time either."""
    now = timezone.now()
    lately = OwnPageCode.objects.filter(member=member, printed_at=None, asked_at__gt=now - timedelta(hours=1))
    if lately.count() >= MOST_AN_HOUR:
        return
    OwnPageCode.objects.create(member=member, asked_at=now, expires_at=now + MAILED_FOR)
    wake(QUEUE)


def send_codes() -> int:
    """The worker's part: make and mail what was asked for. Each once; a mail that fails is asked for again."""
    now, sent = timezone.now(), 0
    waiting = OwnPageCode.objects.filter(code_hash="", asked_at__gt=now - STALE, member__erased_at=None)
    for row in waiting.select_related("member__branch").order_by("pk"):
        code = new_code()
        mine = OwnPageCode.objects.filter(pk=row.pk, code_hash="").update(code_hash=keyed_hash(code))
        if mine and row.member.email:
            sent += _send(row.member, code)
    return sent


def _send(member: Member, code: str) -> int:
    try:
        mail.send_own_page_code(
            member=member, code=spoken(code), minutes=int(MAILED_FOR.total_seconds() // 60)
        )
    except OSError:
        log.exception("A code to a member's own page could not be sent")
        return 0
    return 1


@transaction.atomic
def print_code(*, member: Member, by: User) -> str:
    """A code that an officer hands over; printed ones from before stop working. Shown this once."""
    now, code = timezone.now(), new_code()
    OwnPageCode.objects.filter(member=member, used_at=None, printed_at__isnull=False).delete()
    OwnPageCode.objects.create(
        member=member,
        code_hash=keyed_hash(code),
        asked_at=now,
        expires_at=now + PRINTED_FOR,
        printed_at=now,
        printed_by=by,
    )
    return spoken(code)


def use(text: str) -> Member | None:
    """The member whose unused, unexpired code this is; used up from now on. ``None`` for anything else."""
    code = normalised(text)
    if len(code) != LENGTH:
        return None
    now = timezone.now()
    on_file = OwnPageCode.objects.filter(member__erased_at=None, member__merged_into=None)
    found = on_file.select_related("member__branch").filter(code_hash=keyed_hash(code)).first()
    if found is None:
        return None
    mine = OwnPageCode.objects.filter(pk=found.pk, used_at=None, expires_at__gt=now).update(used_at=now)
    return found.member if mine else None


def new_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _letter in range(LENGTH))


def spoken(code: str) -> str:
    return f"{code[:4]}-{code[4:]}"


def keyed_hash(code: str) -> str:
    return salted_hmac(_SALT, code, algorithm="sha256").hexdigest()
