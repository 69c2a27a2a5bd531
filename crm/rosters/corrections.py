"""Noting what is learnt locally, telling the register, and taking a noted value back."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from crm.extensions import of_branches
from crm.people.models import Branch, Member, Phone, User
from crm.rosters.models import Correction, CorrectionQuerySet
from crm.rosters.reading import is_mobile
from crm.rosters.reading.encoding import visible
from crm.rosters.reading.identity import drop_numbers
from crm.rosters.reading.lines import REMARKS
from crm.rosters.reading.phones import read_phones
from crm.rosters.reading.values import read_care_of, read_email, read_name, read_postcode, read_text
from crm.rosters.three_way import Check, Verdict

Field, Outcome = Correction.Field, Correction.Outcome
Value = Any  # text, or for telephone numbers a list of E.164

NO_NAME: Promise = _("A member has a name.")


class NotUnderstood(ValueError):  # noqa: N818 -- what is so, not what went wrong
    """A text that can't be read as that field. ``sentence`` says why."""

    def __init__(self, field: str, sentence: "str | Promise") -> None:
        super().__init__(field)
        self.field, self.sentence = field, sentence


def read(field: str, text: str) -> Value:
    """What somebody has written, as the roster's reader would take it. Raises ``NotUnderstood``."""
    lines = [" ".join(visible(line).split()) for line in text.splitlines() if line.strip()]
    if any(_has_identity_number(line, field) for line in lines):
        raise NotUnderstood(field, REMARKS["identity_number_dropped"])
    if field == Field.PHONES:
        return _read_numbers(lines)
    value, code = _read_text(field, " ".join(lines))
    if code:
        raise NotUnderstood(field, REMARKS[code])
    return value


def _has_identity_number(line: str, field: str) -> bool:
    kept, _year = drop_numbers(line, today=timezone.localdate(), telephone=field == Field.PHONES)
    return kept != line


def _read_numbers(lines: Iterable[str]) -> list[str]:
    numbers: dict[str, None] = {}
    for line in lines:
        found, code = read_phones(line)
        if code or not found:
            raise NotUnderstood(Field.PHONES, REMARKS["phone_not_understood"])
        numbers |= dict.fromkeys(found)
    return list(numbers)


def _read_text(field: str, text: str) -> tuple[str, str]:
    match field:
        case Field.FIRST_NAME | Field.LAST_NAME:
            return read_name(text, field)
        case Field.CARE_OF:
            return read_care_of(text)
        case Field.POSTCODE:
            return read_postcode(text)
        case Field.EMAIL:
            return read_email(text)
    return read_text(text, field)


def value_of(member: Member, field: str) -> Value:
    if field == Field.PHONES:
        return [phone.number.as_e164 for phone in member.phones.order_by("position", "pk")]
    return getattr(member, field)


@transaction.atomic
def correct(*, member: Member, values: Mapping[str, Value], by: User) -> list[str]:
    """Note what is learnt of a member: values as ``read`` gives them, by field. Returns the fields that changed.

    What the register already says settles an earlier correction. Raises ``NotUnderstood`` for no name at all.
    """
    member = Member.objects.select_for_update(no_key=True).get(pk=member.pk, erased_at=None)
    before = {field: value_of(member, field) for field in values}
    changed = [field for field in values if values[field] != before[field]]
    name = {field: getattr(member, field) for field in (Field.FIRST_NAME, Field.LAST_NAME)} | dict(values)
    if changed and not (name[Field.FIRST_NAME] or name[Field.LAST_NAME]):
        raise NotUnderstood(Field.LAST_NAME, NO_NAME)
    now = timezone.now()
    for field in changed:
        _note(_noted(member, field, before[field]), values[field], by, now)
        _write(member, field, values[field])
    return changed


def _noted(member: Member, field: str, register_value: Value) -> Correction:
    """The open correction of that field, else a new one: then the member still has the register's value."""
    found = Correction.objects.open().filter(member=member, field=field).first()
    return found or Correction(member=member, field=field, register_value=register_value)


def _note(correction: Correction, value: Value, by: User, now: datetime) -> None:
    if value == correction.register_value:
        correction.settled_at, correction.settled_by, correction.outcome = now, by, Outcome.WITHDRAWN
    else:
        correction.local_value, correction.noted_at, correction.noted_by = value, now, by
        correction.reported_at = correction.reported_by = None
    correction.save()


def _write(member: Member, field: str, value: Value) -> None:
    if field != Field.PHONES:
        setattr(member, field, value)
        member.save(update_fields=[field])
        return
    kinds = {phone.number.as_e164: phone.kind for phone in member.phones.all()}
    member.phones.all().delete()
    for position, number in enumerate(value):
        kind = kinds.get(number) or (Phone.Kind.MOBILE if is_mobile(number) else Phone.Kind.LANDLINE)
        member.phones.create(number=number, kind=kind, position=position)


@transaction.atomic
def take_the_registers(*, correction: Correction, by: User) -> bool:
    """It was the register that was right. False if the correction is settled already."""
    if not Correction.objects.open().filter(pk=correction.pk).exists():
        return False
    correct(member=correction.member, values={correction.field: correction.register_value}, by=by)
    return True


@transaction.atomic
def report(*, branch: Branch, keys: Collection[int], by: User, is_reported: bool = True) -> int:
    """Tick open corrections as told to the register, or take the tick away. How many it was true of."""
    now = timezone.now()
    found = of(branch).filter(pk__in=keys)
    told = Q(reported_at__isnull=False) & (
        Q(register_moved_at=None) | Q(reported_at__gte=F("register_moved_at"))
    )
    if is_reported:
        return found.exclude(told).update(reported_at=now, reported_by=by)
    return found.filter(reported_at__isnull=False).update(reported_at=None, reported_by=None)


def of(branch: Branch) -> CorrectionQuerySet:
    """The open corrections of a branch's members: the register has nothing to be told of who has left."""
    return of_members().filter(member__branch=branch)


def of_members() -> CorrectionQuerySet:
    return on_file().filter(Exists(Member.objects.current().filter(pk=OuterRef("member"))))


def on_file() -> CorrectionQuerySet:
    return Correction.objects.open().filter(member__erased_at=None, member__merged_into=None)


def unreported(branch: Branch) -> int:
    """How many the register has still to be told of."""
    return of(branch).unreported().count()


def unreported_of_each(branches: Collection[int] | None) -> dict[int, int]:
    """Those branches that have some, in one pass."""
    found = of_branches(of_members().unreported(), branches, "member__branch")
    return dict(found.order_by().values_list("member__branch").annotate(Count("pk")))


def take_in(checks: Iterable[Check], *, by: User, at: datetime) -> None:
    """What an applied roster says of corrections. The caller holds the transaction."""
    verdicts = {check.key: check for check in checks}
    corrections = list(Correction.objects.filter(pk__in=verdicts))
    for correction in corrections:
        check = verdicts[correction.pk]
        said = check.register_value
        correction.register_value = list(said) if isinstance(said, tuple) else said
        if check.verdict == Verdict.SHOWN:
            correction.settled_at, correction.settled_by, correction.outcome = at, by, Outcome.SHOWN
        else:
            correction.register_moved_at = at
    fields = ("register_value", "register_moved_at", "settled_at", "settled_by", "outcome")
    Correction.objects.bulk_update(corrections, fields, batch_size=500)
