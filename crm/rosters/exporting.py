"""Members out of the branch: as data for scripts, as CSV or a workbook for people. Each export is logged."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

import tablib
from django.db import transaction
from django.utils.translation import pgettext
from import_export import fields, resources
from phonenumbers import PhoneNumberFormat, format_number, parse

from crm.access import Permission, require
from crm.people.logbook import log_read
from crm.people.models import AccessLog, Branch, User
from crm.people.names import sort_key
from crm.rosters import on_file
from crm.rosters.on_file import OnFile, Standing
from crm.spreadsheets import harmless


@transaction.atomic
def export(
    *, branch: Branch, by: User, reason: str, standings: Collection[Standing] = tuple(Standing)
) -> list[OnFile]:
    """Everybody on file of those standings, in Swedish name order; one row of the access log for each."""
    require(by, Permission.EXPORT_MEMBERS, branch)
    people = [
        person
        for person in on_file.everybody(branch).values()
        if person.standing in standings and person.merged_into is None
    ]
    log_read(
        user=by,
        branch=branch,
        members=[person.member_id for person in people],
        purpose=AccessLog.Purpose.EXPORT,
        reason=reason[:200],
    )
    return sorted(people, key=lambda person: sort_key(person.values.last_name, person.values.first_name))


def as_record(person: OnFile) -> dict[str, Any]:
    """A person for JSON: telephone numbers as E.164, dates as ISO."""
    values = person.values
    return {
        "member_number": values.member_number,
        "first_name": values.first_name,
        "last_name": values.last_name,
        "care_of": values.care_of,
        "street": values.street,
        "postcode": values.postcode,
        "town": values.town,
        "phones": list(values.phones),
        "email": values.email,
        "birth_year": values.birth_year,
        "joined_on": iso(values.joined_on),
        "paid_until": iso(values.paid_until),
        "clubs": list(values.clubs),
        "status": person.standing.value,
    }


def iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


class MemberResource(resources.Resource):  # type: ignore[misc]
    """The columns of an export, with headers that the import recognises."""

    member_number = fields.Field(column_name="Medlemsnummer")
    first_name = fields.Field(column_name="Förnamn")
    last_name = fields.Field(column_name="Efternamn")
    care_of = fields.Field(column_name="C/o")
    street = fields.Field(column_name="Gatuadress")
    postcode = fields.Field(column_name="Postnummer")
    town = fields.Field(column_name="Ort")
    phones = fields.Field(column_name="Telefon")
    email = fields.Field(column_name="E-post")
    birth_year = fields.Field(column_name="Födelseår")
    joined_on = fields.Field(column_name="Medlem sedan")
    paid_until = fields.Field(column_name="Betalt t.o.m.")
    clubs = fields.Field(column_name="Förening")
    status = fields.Field(column_name="Status")

    def export_field(self, field: fields.Field, instance: OnFile, **kwargs: Any) -> str:
        name = self.get_field_name(field)
        if name == "status":
            return standing_in_words(instance.standing)
        value = getattr(instance.values, name)
        if name == "phones":
            return ", ".join(national(number) for number in value)
        if name == "clubs":
            return harmless(" | ".join(value))
        return harmless(value.isoformat() if isinstance(value, date) else str(value or ""))


def as_dataset(people: Iterable[OnFile]) -> tablib.Dataset:
    resource = MemberResource()
    names = list(resource.fields)
    dataset = tablib.Dataset(headers=[resource.fields[name].column_name for name in names])
    for person in people:
        dataset.append([resource.export_field(resource.fields[name], person) for name in names])
    return dataset


def as_csv(people: Iterable[OnFile]) -> str:
    """What a Swedish spreadsheet opens by itself: UTF-8 with a mark in front, semicolons."""
    return "\ufeff" + str(as_dataset(people).export("csv", delimiter=";"))


def as_workbook(people: Iterable[OnFile]) -> bytes:
    workbook: bytes = as_dataset(people).export("xlsx", escape=True)
    return workbook


def as_file(people: Iterable[OnFile], file_format: str) -> tuple[str, bytes]:
    """The content type and the bytes of "csv" or "xlsx"."""
    if file_format == "csv":
        return "text/csv; charset=utf-8", as_csv(people).encode()
    return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", as_workbook(people)


def national(number: str) -> str:
    """``+46701740605`` → ``070-174 06 05``: a plus sign would be a formula."""
    parsed = parse(number)
    if parsed.country_code == 46:
        return str(format_number(parsed, PhoneNumberFormat.NATIONAL))
    return number.replace("+", "00", 1)


def standing_in_words(standing: Standing) -> str:
    words = {
        Standing.MEMBER: pgettext("standing", "member"),
        Standing.MISSING: pgettext("standing", "missing"),
        Standing.LEFT: pgettext("standing", "left"),
    }
    return words[standing]
