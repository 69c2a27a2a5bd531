import pytest

from crm.rosters.reading import UnreadableRoster
from crm.rosters.reading.encoding import decode, visible

TEXT = "Åsa Öberg; Ängsvägen 3; Näs; André; Märta Sjögren"


@pytest.mark.parametrize(
    ("codec", "name"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16"),
        ("utf-16-be", "utf-16"),
        ("cp1252", "cp1252"),
        ("cp850", "cp850"),
        ("mac_roman", "mac_roman"),
    ],
)
def test_every_encoding_is_found(codec: str, name: str) -> None:
    assert decode(TEXT.encode(codec)) == (TEXT, name)


def test_a_single_letter_decides() -> None:
    assert decode("Medlemsnr;Namn\n1;Åse".encode("cp1252")) == ("Medlemsnr;Namn\n1;Åse", "cp1252")


def test_a_dash_and_a_space_do_not_make_it_another_code_page() -> None:
    assert decode("070\u2013174 06 05\xa0".encode("cp1252"))[1] == "cp1252"


def test_a_lost_byte_does_not_spoil_the_rest() -> None:
    damaged = (TEXT * 4).encode() + b"\xc3"
    assert decode(damaged) == (TEXT * 4 + "\ufffd", "utf-8")


def test_an_encoding_can_be_forced() -> None:
    assert decode(b"\x86sa", "cp850") == ("åsa", "cp850")
    assert decode(b"\x81\xc5sa", "cp1252") == ("\ufffdÅsa", "cp1252")


@pytest.mark.parametrize("encoding", ["utf-8", "hp_roman8"])
def test_a_wrong_choice_of_encoding_is_told(encoding: str) -> None:
    with pytest.raises(UnreadableRoster) as caught:
        decode("Åsa".encode("cp1252"), encoding)
    assert caught.value.code == "wrong_encoding"
    assert encoding in caught.value.sentence


@pytest.mark.parametrize(
    ("start", "code"),
    [
        (b"\x89PNG\r\n\x1a\n", "picture"),
        (b"\xff\xd8\xff\xe0", "picture"),
        (b"GIF89a", "picture"),
        (b"%PDF-1.7", "pdf"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old_excel"),
        (b"\x1f\x8b\x08", "packed"),
        (b"<!DOCTYPE html><html>", "web_page"),
        (b"\xef\xbb\xbf<html>", "web_page"),
        (bytes(range(1, 32)) * 50, "not_text"),
    ],
)
def test_other_kinds_of_files_are_named(start: bytes, code: str) -> None:
    with pytest.raises(UnreadableRoster) as caught:
        decode(start + b"something;else\n")
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("A\u030asa", "Åsa"),
        ("An\u200bna\u202e\ufeff", "Anna"),
        ("\x00An\x07na\xad", "Anna"),
        ("٠٧٠-１７", "070-17"),
        ("Anna\nEk\t☺", "Anna\nEk\t☺"),
        ("Ek", "Ek"),
    ],
)
def test_what_nobody_can_see_is_gone(text: str, plain: str) -> None:
    assert visible(text) == plain
