"""Which column holds what: by the header's words, whatever their order, case and punctuation."""

import dataclasses
import re
import unicodedata
from collections.abc import Mapping, Sequence

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Field(TextChoices):
    """What a column of a roster can hold."""

    MEMBER_NUMBER = "member_number", _("member number")
    FIRST_NAME = "first_name", _("first name")
    LAST_NAME = "last_name", _("last name")
    FULL_NAME = "full_name", _("whole name")
    CARE_OF = "care_of", _("c/o")
    STREET = "street", _("street address")
    POSTCODE = "postcode", _("postcode")
    TOWN = "town", _("town")
    POSTAL_LINE = "postal_line", _("postcode and town")
    PHONE = "phone", _("telephone number")
    EMAIL = "email", _("e-mail")
    BIRTH = "birth", _("birth date or year")
    IDENTITY_NUMBER = "identity_number", _("personal identity number (dropped)")
    JOINED_ON = "joined_on", _("member since")
    PAID_UNTIL = "paid_until", _("paid until")
    CLUB = "club", _("club")
    PROTECTED = "protected", _("mark of protected identity")
    IGNORED = "ignored", _("not read")


# Words as header_key leaves them: lower case, å ä ö as a a o, letters and digits only.
_SYNONYMS: dict[Field, str] = {
    Field.MEMBER_NUMBER: "medlemsnummer medlemsnr medlnr medlemnr medlemid medlemsid externtid membernumber memberid",
    Field.FIRST_NAME: "fornamn tilltalsnamn firstname givenname",
    Field.LAST_NAME: "efternamn lastname surname familyname",
    Field.FULL_NAME: "namn efternamnfornamn fornamnefternamn namnefternamnfornamn fornamnochefternamn "
    "medlemsnamn fullstandigtnamn fullname name medlem",
    Field.CARE_OF: "co coadress coaddress careof",
    Field.STREET: "adress gatuadress utdelningsadress gata bostadsadress postadress1 adress1 street address",
    Field.POSTCODE: "postnummer postnr pnummer zip zipcode postcode postalcode",
    Field.TOWN: "ort postort stad town city",
    Field.POSTAL_LINE: "postadress postnrort postnrochort postnummerort postnummerochort postnrpostort "
    "postnummerpostort postnummerochpostort",
    Field.PHONE: "telefon tel tfn telefonnummer telefonnr telnr tele phone telefonhem hemtelefon telhem tfnhem "
    "telefonbostad bostadstelefon telefonhemnummer telefonarbete arbetstelefon telarbete tfnarb mobil mobiltelefon "
    "mobilnummer mobilnr telefonmobil mobiltel telmobil mobile cellphone mobiltelefonnummer telefon1 telefon2 telefon3",
    Field.EMAIL: "epost mail mejl epostadress email emailadress mejladress mailadress emailaddress",
    Field.BIRTH: "fodelsedatum fodd fodelsear foddar fodelsedag birthdate birthyear dateofbirth fodelsetid",
    Field.IDENTITY_NUMBER: "personnr personnummer pnr persnr personidentitet samordningsnummer "
    "personnummersamordningsnummer personorgnr orgpersonnr",
    Field.JOINED_ON: "intradesdatum medlemsedan medlemfrom intrade startdatum intradedatum inskrivningsdatum "
    "medlemskapfran medlemsdatum joined joinedon membersince",
    Field.PAID_UNTIL: "betalttom betalttill betaldtill betaldtom betaldtillochmed betalttillochmed avgiftbetald "
    "avgiftbetaldtom avgiftbetaldtill avgiftbetalttom medlemsavgiftbetaldtom giltigtom paiduntil paidto",
    Field.CLUB: "forening sforening klubb grundorganisation organisation primarforening lokalforening grupp club "
    "forening1 forening2 forening3",
    Field.PROTECTED: "skyddadidentitet skyddadid skyddadepersonuppgifter skyddad sekretessmarkering sekretess "
    "sekretessmarkerad skyddadadress skyddadfolkbokforing skydd protected",
    Field.IGNORED: "anteckning anteckningar notering noteringar kommentar kommentarer ovrigt note notes kon sex "
    "varvare varvadav fackforbund status betalddatum betaldatum avvisadrad skal attrattatill",
}
# Words that may mean a field, read so only where no other column holds it.
_WEAK: dict[Field, str] = {Field.MEMBER_NUMBER: "nr nummer id kundnr kundnummer medlemskapsnummer externid"}

_FIELD_OF = {word: kind for kind, words in _SYNONYMS.items() for word in words.split()}
_WEAK_FIELD_OF = {word: kind for kind, words in _WEAK.items() for word in words.split()}
_TELEPHONE_WORDS = re.compile(r"telefon|mobil|^tel|^tfn|phone")
# Columns whose header says that nothing else may be read from them, whatever anybody chooses: what is in a mark of
# protection, or in a number that is dropped, must not come out under another name.
_MAY_BECOME: dict[Field, frozenset[Field]] = {
    Field.PROTECTED: frozenset((Field.PROTECTED,)),
    Field.IDENTITY_NUMBER: frozenset((Field.IDENTITY_NUMBER, Field.BIRTH, Field.POSTCODE, Field.IGNORED)),
}
NAME_FIELDS = frozenset((Field.FIRST_NAME, Field.LAST_NAME, Field.FULL_NAME))
# How many columns without a field are shown with sample values; a sheet of thousands is no roster.
_MOST_SHOWN = 200


@dataclasses.dataclass(slots=True)
class Column:
    """One column: ``key`` names it in a mapping, also where headers are empty or the same."""

    index: int
    header: str
    key: str
    field: Field | None = None
    samples: list[str] = dataclasses.field(default_factory=list)


def header_key(text: str) -> str:
    """A header without case, accents, spaces and punctuation: ``Betalt t.o.m.`` → ``betalttom``."""
    plain = unicodedata.normalize("NFD", text[:200].casefold())
    return "".join(char for char in plain if char.isalnum())


def field_of(header: str) -> Field | None:
    """The field that a header names, weak words among them; None for words unknown."""
    key = header_key(header)
    found = _FIELD_OF.get(key) or _WEAK_FIELD_OF.get(key)
    if found is None and key and len(key) <= 40 and _TELEPHONE_WORDS.search(key):
        return Field.PHONE
    return found


def may_become(said: Field | None) -> frozenset[Field]:
    """The fields that a column may be given whose header says ``said``."""
    return _MAY_BECOME.get(said, frozenset(Field)) if said else frozenset(Field)


def columns_of(
    headers: Sequence[str], width: int, mapping: Mapping[str, Field] | None = None
) -> list[Column]:
    """The columns of a table whose header row is known; ``mapping`` (key or header → field) comes first."""
    chosen = {mapping_key(key): value for key, value in (mapping or {}).items()}
    columns: list[Column] = []
    times: dict[str, int] = {}
    for index in range(max(len(headers), width)):
        header = headers[index] if index < len(headers) else ""
        name = header_key(header)
        times[name] = times.get(name, 0) + 1
        if not name:
            key = f"#{index + 1}"
        else:
            key = header if times[name] == 1 else f"{header}#{times[name]}"
        columns.append(Column(index=index, header=header, key=key))
    _give_fields(columns, chosen)
    return columns


def _give_fields(columns: list[Column], chosen: Mapping[str, Field]) -> None:
    for column in columns:
        name = header_key(column.header)
        override = chosen.get(mapping_key(column.key)) or (chosen.get(name) if name else None)
        said = field_of(column.header) if name not in _WEAK_FIELD_OF else None
        column.field = override if override and override in may_become(said) else said
    held = {column.field for column in columns}
    for column in columns:
        if column.field is Field.POSTAL_LINE and Field.TOWN in held and Field.STREET not in held:
            column.field = Field.STREET  # "Postadress" beside its own postcode and town
        weak = _WEAK_FIELD_OF.get(header_key(column.header))
        if column.field is None and weak and weak not in held:
            column.field = weak
            held.add(weak)


def mapping_key(key: str) -> str:
    """Keys compare like headers; the number of an empty or repeated header stays apart."""
    header, mark, number = key.rpartition("#")
    return f"{header_key(header)}#{number}" if mark and number.isdigit() else header_key(key)


def recognised(cells: Sequence[str], mapping: Mapping[str, Field] | None = None) -> set[Field]:
    """The fields that a row of cells would name if it were the header."""
    chosen = {header_key(key): value for key, value in (mapping or {}).items() if key[:1] != "#"}
    found = {chosen.get(header_key(cell)) or field_of(cell) for cell in cells if cell and len(cell) <= 60}
    return {kind for kind in found if kind is not None}


def find_header(rows: Sequence[Sequence[str]], mapping: Mapping[str, Field] | None = None) -> int | None:
    """The place of the header row among the first rows: the one that names most fields, the first of equals.

    One field alone makes a header only if it is a name: titles and notes can hold any single word.
    """
    best, best_count = None, 1
    for place, row in enumerate(rows):
        fields = recognised(row, mapping)
        count = len(fields)
        if count > best_count or (best is None and count == 1 and fields & NAME_FIELDS):
            best, best_count = place, max(count, best_count)
    return best


def unmapped(columns: Sequence[Column]) -> list[Column]:
    """Columns that nobody has said anything about and that hold something, or have a header."""
    return [c for c in columns if c.field is None and (c.header or c.samples)][:_MOST_SHOWN]
