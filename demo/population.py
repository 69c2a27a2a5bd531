"""A fictitious branch's people through the years: who joins, who moves, who leaves. The same seed, the same people."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random
from unicodedata import normalize

from demo.names import CLUBS, FIRST_NAMES, LANDLINES, LAST_NAMES, MOBILES, STREETS, TOWNS, WOMENS_CLUB

# New members come in spring and autumn, few in summer and around Christmas.
JOINS_BY_MONTH = (9, 10, 12, 11, 9, 6, 3, 11, 15, 12, 9, 5)
LEAVES_BY_MONTH = (8, 5, 5, 5, 4, 4, 3, 4, 5, 6, 6, 5)


@dataclass(frozen=True)
class Person:
    """``left_on`` is the first roster day without them."""

    number: int
    first_name: str
    last_name: str
    street: str
    postcode: str
    town: str
    mobile: str
    landline: str
    email: str
    born: date
    serial: int
    joined_on: date
    pays: bool
    clubs: tuple[str, ...]
    left_on: date | None = None
    moved_on: date | None = None
    new_street: str = ""

    def is_member(self, on: date) -> bool:
        return self.joined_on <= on and (self.left_on is None or on < self.left_on)

    def street_on(self, on: date) -> str:
        return self.new_street if self.moved_on and self.moved_on <= on else self.street

    def paid_until(self, on: date) -> date | None:
        """A year at a time, from the day of joining; who does not pay stays behind, or never began."""
        day = min(self.joined_on.day, 28)
        due = self.joined_on.replace(year=on.year, day=day)
        due = due if due > on else due.replace(year=on.year + 1)
        if self.pays:
            return due
        late = due.replace(year=due.year - 1)
        return late if late > self.joined_on else None

    @property
    def identity_number(self) -> str:
        """With a serial of 980-999, which nobody is given, and the right check digit."""
        digits = f"{self.born:%y%m%d}{self.serial:03}"
        doubled = (int(digit) * (2 - place % 2) for place, digit in enumerate(digits))
        check = -sum(number // 10 + number % 10 for number in doubled) % 10
        return f"{self.born:%Y%m%d}-{self.serial:03}{check}"


class Maker:
    """Makes people one household after another."""

    def __init__(self, seed: int, first_number: int) -> None:
        self.random = Random(f"people-{seed}")
        self.number = first_number
        self.dealt = {"mobile": 0, "landline": 0}

    def household(self, joined_on: date) -> list[Person]:
        """One person, or a couple that shares address and telephone."""
        first = self.person(joined_on)
        if self.random.random() > 0.22:
            return [first]
        partner = replace(
            self.person(joined_on),
            last_name=first.last_name,
            street=first.street,
            postcode=first.postcode,
            town=first.town,
            mobile=first.mobile,
            landline=first.landline,
            email=first.email if self.random.random() < 0.5 else "",
        )
        return [first, partner]

    def person(self, joined_on: date) -> Person:
        chance = self.random
        self.number += 1
        first_name, last_name = chance.choice(FIRST_NAMES), chance.choice(LAST_NAMES)
        postcode, town = chance.choice(TOWNS)
        club = () if chance.random() < 0.13 else (chance.choice(CLUBS),)
        return Person(
            number=self.number,
            first_name=first_name,
            last_name=last_name,
            street=self.street(),
            postcode=postcode,
            town=town,
            mobile=self.phone("mobile") if chance.random() < 0.82 else "",
            landline=self.phone("landline") if chance.random() < 0.3 else "",
            email=self.email(first_name, last_name) if chance.random() < 0.7 else "",
            born=self.birth_date(joined_on),
            serial=chance.randint(980, 999),
            joined_on=joined_on,
            pays=chance.random() < 0.86,
            clubs=(*club, WOMENS_CLUB) if chance.random() < 0.04 else club,
        )

    def street(self) -> str:
        chance = self.random
        flat = " lgh 1203" if chance.random() < 0.15 else chance.choice(("", "", "A", "B"))
        return f"{chance.choice(STREETS)} {chance.randint(1, 90)}{flat}"

    def phone(self, kind: str) -> str:
        """The next number of the reserved series, as area code and digits; they come round again after some 100."""
        series = MOBILES if kind == "mobile" else LANDLINES
        place = self.dealt[kind]
        self.dealt[kind] += 1
        area, first, count = series[place % len(series)]
        return f"{area}-{first + place // len(series) % count}"

    def email(self, first_name: str, last_name: str) -> str:
        name = normalize("NFD", f"{first_name}.{last_name}.{self.number}".lower().replace(" ", "-"))
        return f"{name.encode('ascii', 'ignore').decode()}@example.org"

    def birth_date(self, joined_on: date) -> date:
        """Half are pensioners and one in seven is under 40, as in the party at large."""
        age = min(max(int(self.random.gauss(61, 17)), 16), 97)
        return date(joined_on.year - age, self.random.randint(1, 12), self.random.randint(1, 28))


def grow(*, seed: int, size: int, first: date, last: date, first_number: int = 700_000) -> list[Person]:
    """Everybody who is a member some time from ``first`` to ``last``; about ``size`` of them on the last day."""
    maker = Maker(seed, first_number)
    pace = size / 1000
    months = list(_months(first, last))
    net = sum(JOINS_BY_MONTH[month.month - 1] - LEAVES_BY_MONTH[month.month - 1] for month in months)
    people: list[Person] = []
    while len(people) < size - round(net * pace):
        years = maker.random.random() ** 2 * 30
        people += maker.household(first - timedelta(days=1 + int(years * 365)))
    for month in months:
        joins = _rounded(maker.random, JOINS_BY_MONTH[month.month - 1] * pace)
        while joins > 0:
            household = maker.household(month + timedelta(days=maker.random.randint(0, 27)))
            people += [person for person in household if person.joined_on <= last]
            joins -= len(household)
        _some_leave(people, month, maker.random, LEAVES_BY_MONTH[month.month - 1] * pace)
    return _some_move(people, first, last, maker)


def _months(first: date, last: date) -> Iterator[date]:
    month = (first + timedelta(days=1)).replace(day=1)
    while month <= last:
        yield month
        month = (month + timedelta(days=32)).replace(day=1)


def _rounded(chance: Random, number: float) -> int:
    """To the next whole number up or down, right on the average, and a little uneven as life is."""
    return int(number * chance.uniform(0.6, 1.4) + chance.random())


# So many times as likely as others.
NEWCOMERS_LEAVE = 4


def _some_leave(people: list[Person], month: date, chance: Random, number: float) -> None:
    here = [
        place for place, person in enumerate(people) if person.joined_on < month and person.left_on is None
    ]
    # Most of those who leave do so soon: a newcomer's first year is the one to care about.
    likely = {place: NEWCOMERS_LEAVE if (month - people[place].joined_on).days < 365 else 1 for place in here}
    here.sort(key=lambda place: chance.random() ** (1 / likely[place]), reverse=True)
    for place in here[: _rounded(chance, number)]:
        people[place] = replace(people[place], left_on=month + timedelta(days=chance.randint(0, 27)))


def _some_move(people: list[Person], first: date, last: date, maker: Maker) -> list[Person]:
    """One in twelve moves some day."""
    days = max((last - first).days, 1)
    return [
        replace(
            person,
            moved_on=first + timedelta(days=maker.random.randint(0, days)),
            new_street=maker.street(),
        )
        if maker.random.random() < 0.08
        else person
        for person in people
    ]
