import pytest

from crm.people.names import search_key, sort_key


def test_swedish_letters_come_after_z_in_their_own_order() -> None:
    names = ["Öberg", "Åberg", "Zetterström", "Ärlig", "Andersson", "Åkesson", "Wall", "Vall"]
    assert sorted(names, key=lambda name: sort_key(name, "")) == [
        "Andersson",
        "Vall",
        "Wall",
        "Zetterström",
        "Åberg",
        "Åkesson",
        "Ärlig",
        "Öberg",
    ]


@pytest.mark.parametrize(
    ("one", "other"), [("Norén", "Noren"), ("Müller", "Myller"), ("ÅBERG", "åberg"), ("A\u030aberg", "Åberg")]
)
def test_these_names_share_a_place_in_the_order(one: str, other: str) -> None:
    assert sort_key(one, "Eva") == sort_key(other, "Eva")


def test_a_shorter_last_name_comes_first_whatever_the_first_name() -> None:
    assert sort_key("Berg", "Östen") < sort_key("Berg-Lindqvist", "Anna")


def test_search_folds_case_spaces_and_composition() -> None:
    assert search_key("  ÖRJAN   A\u030aberg ") == "örjan åberg"


@pytest.mark.parametrize("text", ["\0", "an\0na", "\0anna\0\0berg\0"])
def test_no_nul_reaches_the_database(text: str) -> None:
    assert "\0" not in search_key(text) + sort_key(text, text)
