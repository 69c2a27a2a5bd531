"""Fictitious rosters as a central register might print them. ``bench/`` generates its files here too."""

import csv
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from io import StringIO
from random import Random

from demo.population import Maker, Person, grow

HEADER = (
    "Medlemsnr",
    "Efternamn",
    "Förnamn",
    "C/O-adress",
    "Adress",
    "Postnr",
    "Postort",
    "Telefon hem",
    "Mobil",
    "E-postadress",
    "Personnr",
    "Medlem sedan",
    "Betald till",
    "Förening",
)


def people_of(*, seed: int, size: int, first: date, last: date, first_number: int = 700_000) -> list[Person]:
    """About ``size`` people on the last day, and those who were there before them."""
    return grow(seed=seed, size=size, first=first, last=last, first_number=first_number)


def roster(people: Iterable[Person], *, on: date, branch: str, dirty: bool = True) -> bytes:
    """The members of a day in Windows-1252 with semicolons, title rows and a total, and spelled in many ways.

    A member of two clubs has two lines. How a number or a date is spelled differs from file to file; what it
    says does not.
    """
    members = [person for person in people if person.is_member(on)]
    text = StringIO()
    write = csv.writer(text, delimiter=";", lineterminator="\r\n")
    write.writerow([f"Medlemslista {branch}"])
    write.writerow([f"Utskriven {on.isoformat()}"])
    write.writerow(HEADER)
    for person in members:
        chance = Random(f"{person.number} {on}") if dirty else None
        for club in person.clubs or ("",):
            write.writerow(row(person, on=on, club=club, chance=chance))
    write.writerow([f"Antal medlemmar: {len(members)}"])
    return text.getvalue().encode("cp1252")


def row(person: Person, *, on: date, club: str, chance: Random | None) -> list[str]:
    """One line's cells; without ``chance`` all is spelled well."""
    paid = person.paid_until(on)
    cells = [
        str(person.number),
        person.last_name,
        person.first_name,
        "",
        person.street_on(on),
        person.postcode,
        person.town,
        person.landline,
        person.mobile,
        person.email,
        person.identity_number,
        person.joined_on.isoformat(),
        paid.isoformat() if paid else "",
        club,
    ]
    return cells if chance is None else soiled(cells, chance)


def soiled(cells: list[str], chance: Random) -> list[str]:
    """The same told as people and machines tell it: spaces, dashes, country codes, dates without hyphens."""
    found = list(cells)
    for place in (7, 8):
        found[place] = spelled_phone(found[place], chance)
    if chance.random() < 0.2:
        found[5] = found[5].replace(" ", "")
    if chance.random() < 0.05:
        found[9] = f"{found[9].upper()} " if found[9] else ""
    for place in (11, 12):
        if chance.random() < 0.3:
            found[place] = found[place].replace("-", "")
    return found


def spelled_phone(number: str, chance: Random) -> str:
    if not number:
        return chance.choice(("", "", "", "", "-", "saknas"))
    area, digits = number.split("-")
    pairs = f"{digits[:-4]} {digits[-4:-2]} {digits[-2:]}"
    return chance.choice(
        (
            number,
            f"{area}/{digits}",
            f"{area} {pairs}",
            f"{area}-{pairs}",
            f"{area}–{pairs}",
            f"+46{area[1:]}{digits}",
            f"0046{area[1:]}{digits}",
            f"+46 (0){area[1:]} {pairs}",
        )
    )


def with_changes(people: list[Person], *, share: float, seed: int, on: date) -> list[Person]:
    """The same people a month later: ``share`` of them have moved to another street of the town."""
    maker = Maker(seed, first_number=0)
    return [
        replace(person, moved_on=on, new_street=maker.street()) if maker.random.random() < share else person
        for person in people
    ]
