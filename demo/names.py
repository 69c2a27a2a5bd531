"""What fictitious people are called and where they live. Common Swedish names, in no combination that means anybody."""


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


FIRST_NAMES = _words(
    """Anna Eva Maria Karin Kristina Lena Ingrid Marie Birgitta Monica Helena Ulla Margareta Kerstin Gunilla Barbro
    Siv Inger Åsa Åse Annika Susanne Sara Emma Elin Maja Ebba Alva Saga Wilma Zahra Fatima Amina Hodan Yasmin
    Märta Astrid Elsa Gun Anna-Karin Ann-Christin Britt-Marie Lars Anders Johan Per Nils Erik Karl Jan Peter Mikael
    Sven Göran Bengt Bo Kjell Leif Kurt Ingvar Östen Håkan Åke Hans Björn Mats Jonas Mattias Oskar Viktor Hugo Elias
    Liam Måns Ali Ahmed Hassan Mohammed Yusuf José Lars-Erik Karl-Gustav Bengt-Åke Per-Olof Ängelbert"""
)
LAST_NAMES = (
    "af Ugglas",
    "von Essen",
    *_words(
        """Andersson Johansson Karlsson Nilsson Eriksson Larsson Olsson Persson Svensson Gustafsson Pettersson Jonsson
    Hansson Bengtsson Lindberg Lindström Lindqvist Lindgren Axelsson Berg Bergström Lundberg Lundqvist Lundgren Mattsson
    Berglund Sandberg Henriksson Forsberg Sjöberg Wallin Engström Danielsson Håkansson Eklund Ek Björklund Nyström
    Holmberg Holmgren Hermansson Söderberg Söderström Bergman Nordin Åkesson Åberg Åström Öberg Östlund Östberg Öhman
    Löfgren Löfström Hägglund Hedén Norén Sandén Grahn Dahl Dahlberg Forsgren Mårtensson Ängquist Kovac Yilmaz Nguyen
    Hassan Ali Berg-Lindqvist"""
    ),
)
STREETS = (
    "Södra vägen",
    "Östra Ågatan",
    *_words(
        """Storgatan Kyrkogatan Skolgatan Järnvägsgatan Nygatan Bergsgatan Parkgatan Gruvvägen Hyttvägen Bruksvägen
    Björkvägen Tallstigen Ängsvägen Åsvägen Kvarngränd Herrgårdsvägen"""
    ),
)
TOWNS = (
    ("582 22", "STORKÖPING"),
    ("590 22", "VIKINGSTAD"),
    ("590 71", "LJUNGSBRO"),
    ("616 30", "ÅBY"),
)
CLUBS = (
    "Skäggetorps s-förening",
    "Ryds s-förening",
    "Vikingstads s-förening",
    "Ungdomens s-förening Åby",
    "Metalls s-förening",
    "Centrums s-förening",
)
WOMENS_CLUB = "S-kvinnor Storköping"
# The series that PTS keeps for fiction: (area code, first number, how many), as dialled within Sweden.
PHONE_SERIES = (
    ("070", 1740605, 95),
    ("031", 3900600, 100),
    ("040", 6280400, 100),
    ("08", 46500400, 100),
    ("0980", 319200, 100),
)
MOBILES, LANDLINES = PHONE_SERIES[:1], PHONE_SERIES[1:]
