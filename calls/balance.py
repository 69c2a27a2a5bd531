"""Who gets how many of which kind of household: wishes first, then as even as can be.

Pure reckoning over counts: households for which every caller's wishes are alike are one *kind*, so that the work
grows with kinds and callers, not with members. What holds of the answer (``docs/decisions``, "Sharing out"):

1. No caller gets a kind that they don't call, or more than they have room for.
2. As many households as possible come to a list.
3. No household could change to a list on which it meets more wishes and for which there is room.
4. None could change, at equal wishes, to a list that is shorter by two or more. So two callers with equal room
   and the same people to choose from differ by one at most.
"""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

UNLIMITED = 1_000_000  # households: more than any branch has


@dataclass
class Kind:
    """Households that every caller wishes for alike. ``grades`` by the caller's place; who is not there won't call."""

    grades: Mapping[int, int]
    left: int
    given: dict[int, int] = field(default_factory=dict)

    def give(self, place: int, number: int) -> None:
        self.given[place] = self.given.get(place, 0) + number

    def holders(self) -> list[int]:
        return [place for place, number in self.given.items() if number]


@dataclass
class Table:
    """All callers with what lies on their lists and what room there is, and all kinds."""

    loads: list[int]
    rooms: list[int]
    kinds: Sequence[Kind]

    def put(self, kind: Kind, place: int, number: int) -> None:
        """From what is left of the kind onto a list; a negative number takes it off again."""
        kind.left -= number
        kind.give(place, number)
        self.loads[place] += number
        self.rooms[place] -= number

    def shift(self, kind: Kind, source: int, target: int, number: int = 1) -> None:
        self.put(kind, source, -number)
        self.put(kind, target, number)


def even_out(table: Table) -> None:
    """Fill the table: its kinds know afterwards what each caller got, and what is left over."""
    share_by_wishes(table)
    settle(table)
    while any(chain(table, kind) for kind in table.kinds if kind.left):
        settle(table)


def share_by_wishes(table: Table) -> None:
    """From the strongest wishes to none; of those alike, who has the fewest to choose from is shared out first."""
    levels = sorted({grade for kind in table.kinds for grade in kind.grades.values()}, reverse=True)
    for level in levels:
        wished = [(wishing(kind, level), kind) for kind in table.kinds if kind.left]
        for places, kind in sorted(wished, key=lambda each: (len(each[0]), each[0])):
            loads, rooms = ([of[place] for place in places] for of in (table.loads, table.rooms))
            for place, number in zip(places, quotas(loads, kind.left, rooms), strict=True):
                if number:
                    table.put(kind, place, number)


def wishing(kind: Kind, level: int) -> list[int]:
    return sorted(place for place, grade in kind.grades.items() if grade == level)


def quotas(loads: Sequence[int], number: int, rooms: Sequence[int] | None = None) -> list[int]:
    """How many of ``number`` each gets: the shortest lists first, so that all end as even as their room allows."""
    rooms = [UNLIMITED] * len(loads) if rooms is None else rooms
    given = [0] * len(loads)
    number = min(number, sum(rooms))
    while number:
        open_ones = [place for place in range(len(loads)) if given[place] < rooms[place]]
        low = min(loads[place] + given[place] for place in open_ones)
        lowest = [place for place in open_ones if loads[place] + given[place] == low]
        steps = [loads[place] + given[place] - low for place in open_ones] + [UNLIMITED]
        step = min([one for one in steps if one] + [rooms[place] - given[place] for place in lowest])
        each = min(step, number // len(lowest))
        for place in lowest[: number if not each else None]:
            given[place] += each or 1
        number -= each * len(lowest) if each else min(number, len(lowest))
    return given


def settle(table: Table) -> None:
    """Move what could lie better until nothing can: more wishes met, or at equal wishes shorter lists."""
    moved = True
    while moved:
        moved = False
        for kind in table.kinds:
            while better(table, kind):
                moved = True


def better(table: Table, kind: Kind) -> bool:
    """One move of a kind that meets more wishes or evens out; what is left over comes first."""
    free = [place for place in kind.grades if table.rooms[place] > 0]
    if not free:
        return False
    if kind.left:
        target = min(free, key=lambda place: (-kind.grades[place], table.loads[place], place))
        table.put(kind, target, 1)
        return True
    for source in kind.holders():
        grade = kind.grades[source]
        target = min(free, key=lambda place: (-kind.grades[place], table.loads[place], place))
        if kind.grades[target] > grade:
            table.shift(kind, source, target, min(kind.given[source], table.rooms[target]))
            return True
        alike = [place for place in free if kind.grades[place] == grade]
        target = min(alike, key=lambda place: (table.loads[place], place), default=source)
        gap = table.loads[source] - table.loads[target]
        if gap > 1:
            table.shift(kind, source, target, min(kind.given[source], table.rooms[target], gap // 2))
            return True
    return False


def chain(table: Table, kind: Kind) -> bool:
    """Make room for one that is left over: others change lists along the shortest chain to a caller with room."""
    came: dict[int, tuple[int, Kind] | None] = dict.fromkeys(kind.grades)
    waiting = deque(sorted(kind.grades))
    while waiting:
        place = waiting.popleft()
        if table.rooms[place] > 0:
            follow(table, kind, place, came)
            return True
        for target, through in changes(table, place):
            if target not in came:
                came[target] = (place, through)
                waiting.append(target)
    return False


def changes(table: Table, source: int) -> Iterator[tuple[int, Kind]]:
    """To which lists something could go from here; where it costs the least wishes first."""
    ways = (
        (grades[target] - grades[source], target, number)
        for number, kind in enumerate(table.kinds)
        if kind.given.get(source)
        for grades in (kind.grades,)
        for target in grades
        if target != source
    )
    for _cost, target, number in sorted(ways, key=lambda way: (-way[0], way[1], way[2])):
        yield target, table.kinds[number]


def follow(table: Table, kind: Kind, place: int, came: Mapping[int, tuple[int, Kind] | None]) -> None:
    """Walk the chain back: each gives one to the next, and the first place is free for the one left over."""
    while (before := came[place]) is not None:
        source, through = before
        table.shift(through, source, place)
        place = source
    table.put(kind, place, 1)
