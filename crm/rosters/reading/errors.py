"""Why a file is no roster: one exception with a stable code and a sentence for people."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: dict[str, Promise] = {
    "empty": _("The file is empty. Fetch the roster from the register again and upload that file."),
    "too_large": _(
        "The file is larger than %(megabytes)s MB. A roster of a branch is much smaller: "
        "check that it is the right file."
    ),
    "too_many_rows": _(
        "The file has more than %(rows)s rows. Upload a roster of one branch, without empty rows at its end."
    ),
    "too_many_cells": _(
        "The file has too many columns or cells for a roster. Remove what does not belong to it and try again."
    ),
    "picture": _(
        "The file is a picture. Upload the roster as the register exports it: CSV or Excel (.xlsx)."
    ),
    "pdf": _("The file is a PDF. Export the roster from the register as CSV or Excel (.xlsx) instead."),
    "old_excel": _(
        "The file is an old Excel file (.xls) or has a password. "
        "Open it in Excel, save it as .xlsx without a password and upload that file."
    ),
    "open_document": _(
        "The file is an OpenDocument file. Open it, save it as Excel (.xlsx) or CSV and upload that file."
    ),
    "web_page": _("The file is a web page. Open it in Excel, save it as .xlsx and upload that file."),
    "packed": _("The file is a packed archive. Unpack it and upload the roster that is in it."),
    "damaged_workbook": _(
        "The Excel file is damaged and can't be read. Open it in Excel, save it again and upload that file."
    ),
    "not_text": _(
        "The file is not a roster: it is neither text nor Excel. "
        "Export the roster from the register as CSV or Excel (.xlsx)."
    ),
    "wrong_encoding": _(
        "The file can't be read with the character encoding %(encoding)s. Choose another one, or let it be found."
    ),
    "no_header": _(
        "No row with column names was found in the file. The row above the members "
        "has to say what is in each column, for example “Medlemsnummer”, “Förnamn” and “Efternamn”."
    ),
    "no_name_column": _(
        "No column with names was found in the file. These columns were seen: %(headers)s. "
        "Choose which of them holds the name, or export the roster again with first name and last name."
    ),
}


class UnreadableRoster(Exception):  # noqa: N818 -- the name says what the file is
    """The file can't be read as a roster. ``code`` is stable; ``sentence`` is translated when it is shown."""

    def __init__(self, code: str, **details: object) -> None:
        super().__init__(code)
        self.code = code
        self.details = details

    @property
    def sentence(self) -> str:
        return str(SENTENCES[self.code]) % self.details

    def __str__(self) -> str:
        return self.sentence
