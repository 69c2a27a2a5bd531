import pytest

from crm.rosters.reading import values


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1001", "1001"),
        ("1001.0", "1001"),
        ("1001,00", "1001"),
        ("0012", "0012"),
        ("700 021", "700021"),
        ('="1001"', "1001"),
        ("'1001", "1001"),
        ("A-1001", "A-1001"),
    ],
)
def test_a_member_number_is_text(text: str, number: str) -> None:
    assert values.read_member_number(text) == (number, "")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", ""),
        ("-", ""),
        ("7,00021E+05", "number_lost_digits"),
        ("x" * 41, "too_long"),
        ("Kalle", "number_without_digits"),
    ],
)
def test_what_is_no_member_number(text: str, code: str) -> None:
    assert values.read_member_number(text) == ("", code)


@pytest.mark.parametrize(
    "name", ["von Essen", "ANNA-KARIN", "Åsa", "O'Neill", "<script>", "=cmd()", "😀 Ek", "III"]
)
def test_names_are_kept_as_they_are(name: str) -> None:
    assert values.read_name(name, "first_name") == (name, "")


@pytest.mark.parametrize(
    ("text", "code"),
    [("", ""), ("-", ""), ("070-1740605", "name_without_letters"), ("å" * 100_000, "too_long")],
)
def test_what_is_no_name(text: str, code: str) -> None:
    assert values.read_name(text, "last_name") == ("", code)


@pytest.mark.parametrize(
    ("whole", "first", "last"),
    [
        ("Ek, Anna-Karin", "Anna-Karin", "Ek"),
        ("Anna Ek", "Anna", "Ek"),
        ("Anna Maria von Essen", "Anna Maria", "von Essen"),
        ("Anna", "Anna", ""),
        ("von Essen", "von", "Essen"),
    ],
)
def test_a_whole_name_is_split(whole: str, first: str, last: str) -> None:
    assert values.split_name(whole) == (first, last)


@pytest.mark.parametrize(
    ("text", "postcode"),
    [
        ("73930", "739 30"),
        ("739 30", "739 30"),
        ("73930.0", "739 30"),
        ("SE-739 30", "739 30"),
        ("s-73930", "739 30"),
        ("DK-2100", "DK-2100"),
        ("AB10 1XG", "AB10 1XG"),
        ("-", ""),
    ],
)
def test_postcodes(text: str, postcode: str) -> None:
    assert values.read_postcode(text) == (postcode, "")


@pytest.mark.parametrize("text", ["7393", "0150", "SE-7393", "okänd", "9" * 100_000])
def test_what_is_no_postcode(text: str) -> None:
    assert values.read_postcode(text) == ("", "postcode_not_understood")


@pytest.mark.parametrize(
    ("text", "street", "care_of"),
    [
        ("Storgatan 3", "Storgatan 3", ""),
        ("c/o Ek, Storgatan 3", "Storgatan 3", "Ek"),
        ("C/O: Ek; Storgatan 3 lgh 1203", "Storgatan 3 lgh 1203", "Ek"),
        ("Storgatan 3, c/o Ek", "Storgatan 3", "Ek"),
    ],
)
def test_a_care_of_in_the_street_is_set_apart(text: str, street: str, care_of: str) -> None:
    assert values.split_street(text) == (street, care_of, "")


def test_a_care_of_that_has_no_end_is_left_with_a_remark() -> None:
    assert values.split_street("c/o Anna Ek Storgatan 3") == (
        "c/o Anna Ek Storgatan 3",
        "",
        "care_of_in_street",
    )


@pytest.mark.parametrize(
    ("text", "name"), [("c/o Ek", "Ek"), ("C/O: Ek", "Ek"), ("co Ek", "Ek"), ("Ek", "Ek"), ("Cox", "Cox")]
)
def test_the_care_of_itself_is_left_out(text: str, name: str) -> None:
    assert values.read_care_of(text) == (name, "")


@pytest.mark.parametrize(
    ("text", "email"),
    [
        (" ".join(["ANNA.EK@Example.org"]), "anna.ek@example.org"),
        ("mailto:anna@example.org", "anna@example.org"),
        ("<anna@example.org>", "anna@example.org"),
        ("anna@example.org;", "anna@example.org"),
        ("o'neill@example.org", "o'neill@example.org"),
        ("saknas", ""),
        ("-", ""),
    ],
)
def test_emails(text: str, email: str) -> None:
    assert values.read_email(text) == (email, "")


def test_the_first_of_several_emails_is_taken() -> None:
    assert values.read_email("anna@example.org, bo@example.org") == ("anna@example.org", "several_emails")


@pytest.mark.parametrize(
    "text", ["anna", "anna@", "a..b@example.org", "anna@example", "@" * 100_000, "=cmd()|'/c'!A0"]
)
def test_what_is_no_email(text: str) -> None:
    assert values.read_email(text) == ("", "email_not_understood")


@pytest.mark.parametrize(
    ("text", "clubs"),
    [
        ("Ryds s-förening", ("Ryds s-förening",)),
        ("Ryds s-förening; S-kvinnor|Ryds s-förening", ("Ryds s-förening", "S-kvinnor")),
        ("Fri grupp", ()),
        ("-", ()),
    ],
)
def test_clubs(text: str, clubs: tuple[str, ...]) -> None:
    assert values.read_clubs(text) == (clubs, "")


def test_texts_too_long_for_their_column_are_blanked() -> None:
    assert values.read_text("x" * 151, "street") == ("", "too_long")
    assert values.read_clubs("x" * 101) == ((), "too_long")
    assert values.read_clubs("x" * 100_000) == ((), "too_long")


@pytest.mark.parametrize(
    ("text", "postcode", "town"),
    [("582 22 STORKÖPING", "582 22", "STORKÖPING"), ("SE-58222, Åby", "SE-58222", "Åby"), ("Åby", "", "Åby")],
)
def test_a_postal_line_is_split(text: str, postcode: str, town: str) -> None:
    assert values.split_postal_line(text) == (postcode, town)
