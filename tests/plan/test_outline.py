import pytest
from django.core.exceptions import ValidationError
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from crm.plan import outline
from crm.plan.outline import OutlinedArea, is_lead_in, read_outline
from demo import planning


def read(text: str) -> list[tuple[str, list[str]]]:
    return [(area.title, area.goals) for area in read_outline(text)]


def texts(areas: list[OutlinedArea]) -> list[str]:
    return [goal for area in areas for goal in area.goals]


@pytest.mark.parametrize("dash", ["-", "–", "—", "•", "*", "·"])
def test_a_line_with_any_dash_in_front_is_a_goal(dash: str) -> None:
    assert read(f"Vi ska värva medlemmar\n{dash} Stå på torget") == [
        ("Vi ska värva medlemmar", ["Stå på torget"])
    ]


def test_a_dash_needs_no_space_behind_it() -> None:
    assert read("Vi ska värva medlemmar\n–anordna torgmöten") == [
        ("Vi ska värva medlemmar", ["anordna torgmöten"])
    ]


def test_a_heading_is_the_area() -> None:
    assert read("## Studier\nLång text om studier.\n- En S1:a\n- En S2:a") == [
        ("Studier", ["En S1:a", "En S2:a"])
    ]


def test_a_heading_that_only_says_goals_keeps_the_one_above() -> None:
    assert read("## Studier\n\n### Mål\n- En S1:a") == [("Studier", ["En S1:a"])]


def test_lead_ins_name_no_area() -> None:
    text = "AK ansvarar för studier i kommunen.\nDetta skall ske genom att :\n\nVi skall\n– ordna cirklar"
    assert read(text) == [("AK ansvarar för studier i kommunen", ["ordna cirklar"])]


def test_blank_lines_between_goals_do_not_part_an_area() -> None:
    assert read("# Studier\n- En\n\n- Två") == [("Studier", ["En", "Två"])]


def test_a_sentence_between_goals_begins_a_new_area() -> None:
    assert read("# Studier\n- En\nFacklig och politisk samverkan\n- Två") == [
        ("Studier", ["En"]),
        ("Facklig och politisk samverkan", ["Två"]),
    ]


def test_a_closing_sentence_is_a_goal_of_its_own() -> None:
    with translation.override("sv"):
        found = read("# Studier\n- En\n\nStyrelsen tar del av årshjulet")
    assert found == [("Studier", ["En"]), ("Också i planen", ["Styrelsen tar del av årshjulet"])]


def test_goals_without_anything_above_have_an_area_all_the_same() -> None:
    with translation.override("sv"):
        assert read("- En\n- Två") == [("Mål", ["En", "Två"])]


def test_spaces_within_a_goal_are_single() -> None:
    assert texts(read_outline("# A\n-   Stå \t på  torget  ")) == ["Stå på torget"]


@pytest.mark.parametrize("text", ["", "Bara en berättelse.\nUtan streck.", "-", "- \n–"])
def test_a_text_without_goals_says_what_to_do(text: str) -> None:
    with pytest.raises(ValidationError, match="ett streck framför"):
        read_outline(text)


def test_an_appendix_is_too_long() -> None:
    with pytest.raises(ValidationError, match="utan bilagor"):
        read_outline("- a" * outline.MOST_CHARACTERS)


def test_nobody_follows_hundreds_of_goals() -> None:
    with pytest.raises(ValidationError, match="Fler än 300 mål"):
        read_outline("- ett mål\n" * 301)


def test_an_endless_goal_and_title_are_cut_to_what_fits() -> None:
    area = read_outline(f"# {'a' * 900}\n- {'b' * 900}")[0]
    assert (len(area.title), len(area.goals[0])) == (200, 600)


@pytest.mark.parametrize(
    ("line", "leads"),
    [("Vi skall", True), ("Detta skall ske genom att:", True), ("AK ansvarar för studier", False)],
)
def test_what_leads_in(line: str, leads: bool) -> None:
    assert is_lead_in(line) is leads


def test_the_large_branchs_plan_is_read_in_full() -> None:
    areas = planning.outline(planning.LARGE, written_for=2022, year=2022)
    assert [(area.title, len(area.goals)) for area in areas] == [
        ("Valvinst 2022", 2),
        ("S-föreningar och valrörelse", 4),
        ("Studier", 3),
        ("Ny mandatperiod och nya förtroendevalda", 1),
        ("Medlemsvärvning och medlemsmottagande", 2),
        ("Facklig-politisk samverkan", 2),
    ]
    assert areas[4].goals[0] == "Vi ska nå 1 000 medlemmar under 2022"


def test_the_small_branchs_plan_is_read_in_full() -> None:
    areas = planning.outline(planning.SMALL, written_for=2023, year=2023)
    assert [len(area.goals) for area in areas] == [8, 6, 1, 3, 3, 2, 4, 1, 1, 5, 1]
    assert areas[6].title == "AK ansvarar för medlemsintroduktion"
    assert areas[6].goals[3] == "ringa alla medlemmar minst en gång per år"
    assert areas[10].goals[0].startswith("Viktigt att Arbetarekommunens styrelse regelbundet")


@pytest.mark.parametrize("name", [planning.LARGE, planning.SMALL])
def test_each_dash_of_the_plans_is_a_goal_in_its_own_words(name: str) -> None:
    written = (planning.TEXTS / name).read_text(encoding="utf-8").splitlines()
    dashes = [line.lstrip("-– ").strip() for line in written if line.startswith(("-", "–"))]
    read_ones = texts(planning.outline(name, written_for=2022, year=2022))
    assert read_ones[: len(dashes)] == [" ".join(line.split()) for line in dashes]


def test_the_years_of_a_plan_can_move() -> None:
    areas = planning.outline(planning.LARGE, written_for=2022, year=2025)
    assert areas[4].goals[0] == "Vi ska nå 1 000 medlemmar under 2025"


@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp", "Zs"]), min_size=1)))
def test_every_dash_becomes_one_goal(words: list[str]) -> None:
    goals = [f"mål {word}" for word in words]
    text = "# Område\n" + "\n".join(f"- {goal}" for goal in goals)
    if goals:
        assert texts(read_outline(text)) == [goal[:600] for goal in goals]


@given(st.text(max_size=2000))
def test_any_text_is_refused_or_read_into_areas_with_goals(text: str) -> None:
    try:
        areas = read_outline(text)
    except ValidationError:
        areas = []
    assert all(area.title and area.goals and all(area.goals) for area in areas)
