import pytest

from crm.rosters.reading import Kind, Reason
from tests.rosters.reading.making import read_one, read_rows


@pytest.mark.parametrize(
    "mark",
    [
        "Skyddade personuppgifter",
        "SKYDDAD ADRESS",
        "Skyddad folkbokföring",
        "Sekretessmarkerad",
        "sekretess",
        "Kvarskriven",
        "Förmedlingsuppdrag 123",
        "Fo\u0308rmedlingsuppdrag",
        "Skydds-id",
        "fingerade uppgifter",
    ],
)
@pytest.mark.parametrize("header", ["Adress", "Ort", "Anteckning", "Något annat"])
def test_a_mark_in_any_column(mark: str, header: str) -> None:
    line = read_one(**{header: f"OBS! {mark}", "E-post": "anna@example.org"})
    assert (line.kind, line.member_number, line.values, line.remarks) == (Kind.PROTECTED, "1001", None, ())


@pytest.mark.parametrize(
    ("header", "text"),
    [
        ("Adress", "Skyddsvägen 3"),
        ("Adress", "Skyddsrumsgatan 3"),
        ("Anteckning", "skyddsombud på bruket"),
        ("Anteckning", "Ej skyddad"),
        ("Sekretess", "Ingen sekretess"),
        ("Sekretess", "Nej"),
        ("Skyddad identitet", "0"),
        ("S-förening", "Skatteverkets s-förening"),
        ("E-post", "anna@skatteverket.example.org"),
    ],
)
def test_what_only_looks_like_a_mark(header: str, text: str) -> None:
    assert read_one(**{header: text}).kind is Kind.MEMBER


@pytest.mark.parametrize("header", ["C/O", "Adress", "Ort", "Postadress"])
def test_mail_that_the_tax_agency_forwards(header: str) -> None:
    assert read_one(**{header: "Skatteverket, Box 1"}).kind is Kind.PROTECTED


@pytest.mark.parametrize("text", ["ja", "J", "x", "1", "2023-01-01", "S"])
def test_a_column_that_is_there_to_mark(text: str) -> None:
    assert read_one(Sekretessmarkering=text).kind is Kind.PROTECTED


def test_one_protected_line_protects_the_member_everywhere_in_the_file() -> None:
    header = ("Medlemsnr", "Namn", "Ort")
    lines = read_rows(
        ("1", "Ek, Anna", "Åby"), ("1", "Ek, Anna", "Skyddad"), ("2", "Ek, Bo", ""), header=header
    ).lines
    assert [line.kind for line in lines[1:]] == [Kind.PROTECTED, Kind.PROTECTED, Kind.MEMBER]
    assert [line.values is None for line in lines[1:]] == [True, True, False]


def test_a_header_or_a_total_is_nobody_protected() -> None:
    header = ("Medlemsnr", "Namn", "Skyddad identitet")
    lines = read_rows(header, ("Antal skyddade: 3", "", ""), ("", "", "Skyddad"), header=header).lines
    assert [(line.kind, line.reason) for line in lines[1:]] == [
        (Kind.NOT_MEMBER, Reason.HEADER),
        (Kind.NOT_MEMBER, Reason.TOTAL),
        (Kind.PROTECTED, None),
    ]
