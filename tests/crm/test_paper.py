import io

import pytest
from django.utils import translation
from pypdf import PdfReader

from crm.paper import Sheet


def sheet(**more: bool) -> Sheet:
    return Sheet(title="Ringlista", language="sv", footer_text="Förstör senast 2027-03-19", **more)


def pages(document: Sheet) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(document.as_bytes())).pages]


@pytest.mark.parametrize("name", ["Åsa Öberg-Ängström", "Zoë Łukasz", "Nguyễn Thị", "Ђорђе"])
def test_names_come_out_as_they_are_written(name: str) -> None:
    document = sheet()
    document.add_page()
    document.cell(text=name)
    assert name in pages(document)[0]


def test_each_page_says_which_of_how_many_it_is_and_when_to_destroy_it() -> None:
    document = sheet()
    with translation.override("sv"):
        document.add_page()
        document.add_page()
        texts = pages(document)
    assert ["Sida 1 av 2" in texts[0], "Sida 2 av 2" in texts[1]] == [True, True]
    assert ["Förstör senast 2027-03-19" in text for text in texts] == [True, True]


def test_a_sheet_is_an_a4() -> None:
    document = sheet()
    document.add_page()
    box = PdfReader(io.BytesIO(document.as_bytes())).pages[0].mediabox
    assert (round(float(box.width)), round(float(box.height))) == (595, 842)


def test_a_sheet_can_lie_down() -> None:
    document = sheet(landscape=True)
    document.add_page()
    box = PdfReader(io.BytesIO(document.as_bytes())).pages[0].mediabox
    assert (round(float(box.width)), round(float(box.height))) == (842, 595)


def test_a_document_tells_its_title_and_language() -> None:
    document = sheet()
    document.add_page()
    reader = PdfReader(io.BytesIO(document.as_bytes()))
    assert reader.metadata is not None
    assert (reader.metadata.title, str(reader.root_object["/Lang"])) == ("Ringlista", "sv")
