"""Receiving a file: it is kept, encrypted, until a worker has read it."""

import hashlib
from datetime import date
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from crm.access import Permission, require
from crm.people.models import Branch, User
from crm.rosters import vault
from crm.rosters.models import RosterImport
from crm.rosters.preparing import refuse_at_once
from crm.rosters.reading import identity
from crm.rosters.remembering import KEPT_FOR
from crm.wake import wake


def kept_name(filename: str) -> str:
    """The file's name as it is kept and shown: its end, without a personal identity number somebody wrote into it."""
    return identity.drop_numbers(filename, today=timezone.localdate())[0][-200:]


@transaction.atomic
def upload(
    *,
    branch: Branch,
    content: bytes,
    filename: str,
    by: User,
    is_full: bool = True,
    roster_date: date | None = None,
    token: UUID | None = None,
) -> RosterImport:
    """Keep the file for the worker. ``token`` is made by the form: the same one twice is one upload.

    Raises ``UnreadableRoster`` for what is plainly no roster, ``PermissionDenied`` for who may not.
    """
    require(by, Permission.IMPORT_ROSTERS, branch)
    refuse_at_once(content)
    now = timezone.now()
    roster_import, is_new = RosterImport.objects.get_or_create(
        branch=branch,
        token=token or uuid4(),
        defaults={
            "filename": kept_name(filename),
            "sha256": hashlib.sha256(content).hexdigest(),
            "content": vault.lock(content),
            "readable_until": now + KEPT_FOR,
            "is_full": is_full,
            "roster_date": roster_date,
            "uploaded_at": now,
            "uploaded_by": by,
        },
    )
    if is_new:
        wake("rosters")
    return roster_import
