"""The corrections that the register is to be told of: as a page shows them, as CSV, as a workbook, as data."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import tablib
from django.db import transaction
from django.utils import timezone
from django.utils.text import capfirst

from crm.access import Permission, require
from crm.people.logbook import log_read
from crm.people.models import AccessLog, Branch, User
from crm.rosters import access
from crm.rosters.exporting import national
from crm.rosters.models import Correction, CorrectionCheck
from crm.spreadsheets import harmless

HEADERS = ("Medlemsnummer", "Namn", "Uppgift", "I registret", "Rätt uppgift", "Noterad", "Rapporterad")
SHOWS = ("unreported", "reported", "all")


@dataclass(frozen=True)
class ShownCorrection:
    """A correction in words."""

    correction: Correction
    label: str
    register: str
    local: str


@dataclass(frozen=True)
class ShownCheck:
    """What a roster says of a correction, in words."""

    correction: Correction
    label: str
    before: str
    register: str
    local: str
    is_contradicted: bool
    verdict: str


def in_words(value: Any) -> str:
    """A value as people write it."""
    if isinstance(value, list):
        return ", ".join(map(national, value)) or "–"
    return str(value) or "–"


def shown(correction: Correction) -> ShownCorrection:
    return ShownCorrection(
        correction=correction,
        label=capfirst(str(Correction.Field(correction.field).label)),
        register=in_words(correction.register_value),
        local=in_words(correction.local_value),
    )


def shown_check(check: CorrectionCheck) -> ShownCheck:
    told = shown(check.correction)
    return ShownCheck(
        correction=check.correction,
        label=told.label,
        before=told.register,
        register=in_words(check.register_value),
        local=told.local,
        is_contradicted=check.verdict == CorrectionCheck.Verdict.CONTRADICTED,
        verdict=str(CorrectionCheck.Verdict(check.verdict).label),
    )


@transaction.atomic
def export(*, branch: Branch, by: User, show: str = "unreported", reason: str = "") -> list[Correction]:
    """The list to hand to whoever keeps the register; one row of the access log for each."""
    require(by, Permission.SEE_MEMBERS, branch)
    found = list(access.corrections_of(branch, show=show))
    log_read(
        user=by,
        branch=branch,
        members={correction.member_id for correction in found},
        purpose=AccessLog.Purpose.EXPORT,
        reason=reason[:200],
    )
    return found


def as_record(correction: Correction) -> dict[str, Any]:
    """For JSON: telephone numbers as E.164, times as ISO."""
    return {
        "member_number": correction.member.member_number,
        "name": correction.member.name,
        "field": correction.field,
        "register": correction.register_value,
        "local": correction.local_value,
        "noted_at": correction.noted_at.isoformat(),
        "reported": correction.is_reported,
    }


def as_dataset(corrections: Iterable[Correction]) -> tablib.Dataset:
    dataset = tablib.Dataset(headers=list(HEADERS))
    for correction in corrections:
        dataset.append(_cells(shown(correction)))
    return dataset


def _cells(told: ShownCorrection) -> list[str]:
    correction = told.correction
    reported = _day(correction.reported_at) if correction.is_reported else ""
    cells = (
        correction.member.member_number,
        correction.member.name,
        told.label,
        told.register,
        told.local,
        _day(correction.noted_at),
        reported,
    )
    return [harmless(cell) for cell in cells]


def _day(at: Any) -> str:
    return timezone.localtime(at).date().isoformat() if at else ""


def as_csv(corrections: Iterable[Correction]) -> str:
    """What a Swedish spreadsheet opens by itself: UTF-8 with a mark in front, semicolons."""
    return "\ufeff" + str(as_dataset(corrections).export("csv", delimiter=";"))


def as_file(corrections: Iterable[Correction], file_format: str) -> tuple[str, bytes]:
    """The content type and the bytes of "csv" or "xlsx"."""
    if file_format == "csv":
        return "text/csv; charset=utf-8", as_csv(corrections).encode()
    workbook: bytes = as_dataset(corrections).export("xlsx", escape=True)
    return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", workbook
