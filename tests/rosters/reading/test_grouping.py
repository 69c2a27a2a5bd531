from crm.rosters.reading import Kind, MemberValues, Reason
from crm.rosters.reading.grouping import group
from crm.rosters.reading.lines import Line, Remark


def member(line: int, **values: object) -> Line:
    known = MemberValues("1", "Anna", "Ek")
    for name, value in values.items():
        setattr(known, name, value)
    return Line(line, Kind.MEMBER, None, known.member_number, known)


def kinds(*lines: Line) -> list[tuple[Kind, Reason | None]]:
    group(lines)
    return [(line.kind, line.reason) for line in lines]


def test_lines_of_two_clubs_are_one_member() -> None:
    first = member(2, clubs=("Ryd",), phones=("+46701740605",))
    further = member(3, clubs=("Kvinnor", "Ryd"), phones=("+46701740606",), email="anna@example.org")
    assert kinds(first, further) == [(Kind.MEMBER, None), (Kind.REPEATED, None)]
    assert first.values == MemberValues(
        "1",
        "Anna",
        "Ek",
        phones=("+46701740605", "+46701740606"),
        email="anna@example.org",
        clubs=("Ryd", "Kvinnor"),
    )
    assert further.values is None


def test_capitals_do_not_make_two_people() -> None:
    assert kinds(member(2), member(3, last_name="EK")) == [(Kind.MEMBER, None), (Kind.REPEATED, None)]


def test_the_first_line_holds_where_lines_differ() -> None:
    first = member(2, town="Åby")
    group([first, member(3, town="Ryd")])
    assert first.values is not None
    assert (first.values.town, first.remarks) == ("Åby", (Remark("town", "lines_differ"),))


def test_two_names_under_one_number_reject_every_line() -> None:
    lines = [member(2), member(3, first_name="Bo"), member(4)]
    assert kinds(*lines) == [(Kind.REJECTED, Reason.NUMBER_CONFLICT)] * 3
    assert [line.member_number for line in lines] == ["1"] * 3


def test_two_birth_years_under_one_number_are_two_people() -> None:
    assert (
        kinds(member(2, birth_year=1950), member(3), member(4, birth_year=1980))
        == [(Kind.REJECTED, Reason.NUMBER_CONFLICT)] * 3
    )


def test_a_rejected_line_stays_so_beside_a_good_one() -> None:
    nameless = Line(3, Kind.REJECTED, Reason.NO_NAME, "1", MemberValues("1"))
    assert kinds(member(2), nameless) == [(Kind.MEMBER, None), (Kind.REJECTED, Reason.NO_NAME)]
