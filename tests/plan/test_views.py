from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from crm.people.models import Branch
from crm.plan import calendars
from crm.plan.models import Area, CalendarLink, CentralDate, Goal, Note, Plan
from crm.plan.wheel import RINGS, SHAPES, TONES
from tests.factories import BranchFactory, user_with
from tests.logins import log_in, log_in_as
from tests.plan.making import make_area, make_goal, make_plan, noted
from tests.plan.test_calendars import as_file, event

pytestmark = pytest.mark.django_db

TEXT = "## Medlemsvärvning\n\n- Vi ska nå 1 000 medlemmar\n- Torgmöten"


def url(branch: Branch, rest: str = "") -> str:
    return f"/{branch.slug}/plan/{rest}"


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("board", 200),
        ("member_officer", 200),
        ("register_officer", 200),
        ("call_leader", 200),
        ("admin", 200),
        ("caller", 403),
        ("stranger", 404),
    ],
)
@pytest.mark.parametrize("page", ["", "2026/", "2026/arshjul/", "mal/{goal}/"])
def test_who_sees_the_plan(client: Client, goal: Goal, kind: str, status: int, page: str) -> None:
    own = goal.area.plan.branch
    if kind == "stranger":
        log_in_as(client, "board", BranchFactory.create())
    else:
        log_in_as(client, kind, own)
    assert client.get(url(own, page.format(goal=goal.pk))).status_code == status


@pytest.mark.parametrize(("kind", "status"), [("board", 200), ("member_officer", 200), ("admin", 403)])
@pytest.mark.parametrize("page", ["ny/", "2026/mal/", "mal/{goal}/andra/", "mal/{goal}/stryk/"])
def test_who_changes_the_plan(client: Client, goal: Goal, kind: str, status: int, page: str) -> None:
    own = goal.area.plan.branch
    log_in_as(client, kind, own)
    assert client.get(url(own, page.format(goal=goal.pk))).status_code == status


def test_the_board_needs_one_factor_only_for_figures_without_names(client: Client, plan: Plan) -> None:
    log_in(client, user_with("board", plan.branch), two_factors=False)
    assert client.get(url(plan.branch, "2026/")).status_code == 200


@pytest.mark.parametrize(("kind", "words"), [("board", "Skriv en plan"), ("admin", "skriver den här")])
def test_a_branch_without_a_plan_is_told_what_to_do(
    client: Client, branch: Branch, kind: str, words: str
) -> None:
    log_in_as(client, kind, branch)
    assert words in client.get(url(branch)).content.decode()


def test_the_plans_are_listed_with_the_latest_first(client: Client, branch: Branch) -> None:
    log_in_as(client, "board", branch)
    for year in (2025, 2027, 2026):
        make_plan(branch, year=year)
    make_plan(BranchFactory.create(), year=2024)
    assert [plan.year for plan in client.get(url(branch)).context["plans"]] == [2027, 2026, 2025]


def test_a_pasted_text_becomes_a_draft(client: Client, branch: Branch) -> None:
    log_in_as(client, "board", branch)
    year = timezone.localdate().year
    answer = client.post(url(branch, "ny/"), {"year": year, "text": TEXT})
    assert (answer.status_code, answer.headers["location"]) == (302, url(branch, f"{year}/"))
    assert list(Goal.objects.values_list("area__title", "text")) == [
        ("Medlemsvärvning", "Vi ska nå 1 000 medlemmar"),
        ("Medlemsvärvning", "Torgmöten"),
    ]


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"text": "Inga streck här"}, "text", "ett streck framför"),
        ({"text": ""}, "text", "måste fyllas i"),
        ({"year": 1999}, "year", "2000"),
        ({"year": 2999}, "year", "Välj ett år"),
        ({"year": "i år"}, "year", "heltal"),
    ],
)
def test_a_text_that_is_no_plan_is_kept_in_the_form(
    client: Client, branch: Branch, change: dict[str, Any], field: str, words: str
) -> None:
    log_in_as(client, "board", branch)
    answer = client.post(url(branch, "ny/"), {"year": 2026, "text": TEXT} | change)
    assert (answer.status_code, Plan.objects.exists()) == (422, False)
    assert words in str(answer.context["form"].errors[field])


def test_a_second_plan_for_the_year_is_refused_in_the_form(client: Client, plan: Plan) -> None:
    log_in_as(client, "board", plan.branch)
    answer = client.post(url(plan.branch, "ny/"), {"year": 2026, "text": TEXT})
    assert "redan en plan" in str(answer.context["form"].errors["year"])


def test_the_plan_shows_its_goals_and_how_far_they_have_come(client: Client, area: Area) -> None:
    goal = make_goal(area, "Sex torgmöten", wanted=6, responsible="board")
    noted(goal, date(2026, 3, 1))
    log_in_as(client, "board", area.plan.branch)
    page = client.get(url(area.plan.branch, "2026/")).content.decode()
    assert "Sex torgmöten" in page
    assert "1 gång av 6" in page
    assert "senast 31 december" in page


@pytest.mark.parametrize("number", [1, 8])
def test_the_plans_page_costs_the_same_whatever_its_length(
    client: Client, area: Area, number: int, django_assert_num_queries: Any
) -> None:
    log_in_as(client, "board", area.plan.branch)
    for place in range(number):
        noted(make_goal(area, f"Mål {place}"), date(2026, 3, 1))
    with django_assert_num_queries(7):
        client.get(url(area.plan.branch, "2026/"))


def test_a_plan_of_another_branch_is_not_found(client: Client, plan: Plan) -> None:
    other = BranchFactory.create()
    log_in_as(client, "board", other)
    goal = make_goal(make_area(plan))
    pages = ["2026/", f"mal/{goal.pk}/", f"mal/{goal.pk}/andra/", f"omrade/{goal.area_id}/"]
    assert [client.get(url(other, page)).status_code for page in pages] == [404] * 4


def test_the_meeting_adopts_the_draft(client: Client, branch: Branch) -> None:
    plan = make_plan(branch, adopted_on=None)
    make_goal(make_area(plan))
    log_in_as(client, "board", branch)
    client.post(url(branch, "2026/anta/"), {"adopted_on": "2026-03-19"})
    plan.refresh_from_db()
    assert plan.adopted_on == date(2026, 3, 19)


@pytest.mark.parametrize("day", ["", "i går", "2999-01-01"])
def test_a_day_to_come_adopts_nothing(client: Client, branch: Branch, day: str) -> None:
    plan = make_plan(branch, adopted_on=None)
    log_in_as(client, "board", branch)
    answer = client.post(url(branch, "2026/anta/"), {"adopted_on": day}, follow=True)
    plan.refresh_from_db()
    assert (plan.adopted_on, len(list(answer.context["messages"]))) == (None, 1)


def test_a_draft_is_thrown_away_after_a_question(client: Client, branch: Branch) -> None:
    make_plan(branch, adopted_on=None)
    log_in_as(client, "board", branch)
    assert "Kasta förslaget för 2026" in client.get(url(branch, "2026/kasta/")).content.decode()
    client.post(url(branch, "2026/kasta/"))
    assert not Plan.objects.exists()


def test_an_adopted_plan_is_not_thrown_away(client: Client, plan: Plan) -> None:
    log_in_as(client, "board", plan.branch)
    client.post(url(plan.branch, "2026/kasta/"))
    assert Plan.objects.count() == 1


def test_an_area_is_added_renamed_and_removed(client: Client, plan: Plan) -> None:
    log_in_as(client, "board", plan.branch)
    client.post(url(plan.branch, "2026/omrade/"), {"title": "Studier"})
    area = Area.objects.get()
    client.post(url(plan.branch, f"omrade/{area.pk}/"), {"title": "Studier och kultur"})
    area.refresh_from_db()
    assert area.title == "Studier och kultur"
    client.post(url(plan.branch, f"omrade/{area.pk}/ta-bort/"))
    assert not Area.objects.exists()


def test_an_area_with_goals_stays(client: Client, goal: Goal) -> None:
    log_in_as(client, "board", goal.area.plan.branch)
    answer = client.post(url(goal.area.plan.branch, f"omrade/{goal.area_id}/ta-bort/"), follow=True)
    assert (Area.objects.count(), "områdets mål" in answer.content.decode()) == (1, True)


def form(own: Area, **change: Any) -> dict[str, Any]:
    return {
        "area": own.pk,
        "text": "Nå 1 000 medlemmar",
        "figure": "members",
        "of_figure": "",
        "wanted": 1000,
        "starts_on": "2026-01-01",
        "due_on": "2026-12-31",
        "responsible": "board",
    } | change


def test_a_goal_is_tied_to_a_figure(client: Client, area: Area) -> None:
    log_in_as(client, "board", area.plan.branch)
    answer = client.post(url(area.plan.branch, "2026/mal/"), form(area))
    goal = Goal.objects.get()
    assert (answer.status_code, goal.figure, goal.wanted, goal.due_on) == (
        302,
        "members",
        1000,
        date(2026, 12, 31),
    )


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"figure": "uppfunnet"}, "figure", "uppfunnet"),
        ({"of_figure": "members"}, "__all__", "av sig självt"),
        ({"wanted": 0}, "wanted", "1"),
        ({"due_on": "2025-12-31"}, "due_on", "2026"),
        ({"starts_on": "2026-06-01", "due_on": "2026-05-01"}, "__all__", "innan det börjar"),
        ({"responsible": "caller"}, "responsible", "caller"),
        ({"area": 0}, "area", ""),
    ],
)
def test_a_goal_that_makes_no_sense_is_refused_in_words(
    client: Client, area: Area, change: dict[str, Any], field: str, words: str
) -> None:
    log_in_as(client, "board", area.plan.branch)
    answer = client.post(url(area.plan.branch, "2026/mal/"), form(area, **change))
    assert (answer.status_code, Goal.objects.exists()) == (422, False)
    assert words in str(answer.context["form"].errors[field])


def test_a_goal_moves_only_within_its_plan(client: Client, area: Area) -> None:
    elsewhere = make_area(make_plan(area.plan.branch, year=2027))
    log_in_as(client, "board", area.plan.branch)
    answer = client.post(url(area.plan.branch, "2026/mal/"), form(elsewhere))
    assert "area" in answer.context["form"].errors


def test_a_goal_without_a_figure_is_measured_by_notes(client: Client, area: Area) -> None:
    """What belongs to a figure falls away with it, and comes with the next."""
    goal = make_goal(area, figure="workplace_visits", of_figure="outreach_activities", wanted=50)
    log_in_as(client, "board", area.plan.branch)
    without = form(area, figure="", of_figure="outreach_activities", wanted=2)
    client.post(url(area.plan.branch, f"mal/{goal.pk}/andra/"), without)
    goal.refresh_from_db()
    assert (goal.measure, goal.figure, goal.of_figure, goal.wanted) == ("notes", "", "", 2)
    client.post(url(area.plan.branch, f"mal/{goal.pk}/andra/"), form(area))
    goal.refresh_from_db()
    assert (goal.measure, goal.figure, goal.wanted) == ("figure", "members", 1000)


def test_a_goal_added_without_a_figure_is_measured_by_notes(client: Client, area: Area) -> None:
    log_in_as(client, "board", area.plan.branch)
    client.post(url(area.plan.branch, "2026/mal/"), form(area, figure="", wanted=2))
    assert list(Goal.objects.values_list("measure", "figure", "wanted")) == [("notes", "", 2)]


def test_every_registered_figure_can_be_chosen(client: Client, area: Area) -> None:
    log_in_as(client, "board", area.plan.branch)
    page = client.get(url(area.plan.branch, "2026/mal/"))
    chosen = dict(page.context["form"].fields["figure"].choices)
    assert {"", "members", "calls_kept", "intro_attended", "clubs_with_election_plan"} <= chosen.keys()


def test_a_figure_to_choose_says_what_it_is_of(client: Client, area: Area) -> None:
    """“Kept” stands under its heading on the board's page, and among seventy others here."""
    log_in_as(client, "board", area.plan.branch)
    chosen = dict(client.get(url(area.plan.branch, "2026/mal/")).context["form"].fields["figure"].choices)
    said = [chosen[name] for name in ("calls_kept", "intro_attended", "first_of_may")]
    assert said == ["Ring alla medlemmar: Klara", "Introduktionsträffar: Kom", "Första maj"]
    assert len(set(chosen.values())) == len(chosen)


def test_a_goal_says_how_it_is_counted(client: Client, area: Area) -> None:
    goal = make_goal(area, figure="members", wanted=1000)
    log_in_as(client, "board", area.plan.branch)
    page = client.get(url(area.plan.branch, f"mal/{goal.pk}/")).content.decode()
    assert "Så räknas det" in page
    assert "0 av 1" in page


def test_a_figure_that_is_gone_is_told(client: Client, area: Area) -> None:
    goal = make_goal(area, figure="vanished", wanted=10)
    log_in_as(client, "board", area.plan.branch)
    assert "som inte finns längre" in client.get(url(area.plan.branch, f"mal/{goal.pk}/")).content.decode()


@pytest.mark.parametrize(
    ("sent", "after"), [("vanished", ("figure", "vanished")), ("members", ("figure", "members"))]
)
def test_a_figure_that_is_gone_stays_until_another_is_chosen(
    client: Client, area: Area, sent: str, after: tuple[str, str]
) -> None:
    """Who only moves the day does not make a goal by notes of it."""
    goal = make_goal(area, figure="vanished", wanted=10)
    log_in_as(client, "board", area.plan.branch)
    address = url(area.plan.branch, f"mal/{goal.pk}/andra/")
    chosen = dict(client.get(address).context["form"].fields["figure"].choices)
    assert chosen["vanished"] == "vanished, räknas inte längre"
    client.post(address, form(area, figure=sent, wanted=10))
    goal.refresh_from_db()
    assert (goal.measure, goal.figure) == after


def note_form(**change: Any) -> dict[str, Any]:
    return {"happened_on": "2026-03-01", "text": "Torgmöte, 18 samtal", "token": str(uuid4())} | change


def test_a_note_sent_twice_is_one(client: Client, goal: Goal) -> None:
    log_in_as(client, "board", goal.area.plan.branch)
    sent = note_form()
    for _again in range(2):
        client.post(url(goal.area.plan.branch, f"mal/{goal.pk}/"), sent)
    assert [note.text for note in Note.objects.all()] == ["Torgmöte, 18 samtal"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"happened_on": "2999-01-01"}, "happened_on"),
        ({"happened_on": "2025-12-31"}, "happened_on"),
        ({"happened_on": ""}, "happened_on"),
        ({"text": " "}, "text"),
        ({"token": "x"}, "token"),
    ],
)
def test_a_note_that_cant_be_is_refused_and_kept_in_the_form(
    client: Client, goal: Goal, change: dict[str, Any], field: str
) -> None:
    log_in_as(client, "board", goal.area.plan.branch)
    answer = client.post(url(goal.area.plan.branch, f"mal/{goal.pk}/"), note_form(**change))
    assert (answer.status_code, field in answer.context["form"].errors) == (422, True)
    assert not Note.objects.exists()


def test_who_is_not_responsible_writes_no_note(client: Client, goal: Goal) -> None:
    log_in_as(client, "admin", goal.area.plan.branch)
    page = url(goal.area.plan.branch, f"mal/{goal.pk}/")
    assert "Anteckna" not in client.get(page).content.decode()
    assert client.post(page, note_form()).status_code == 403


def test_a_note_is_removed(client: Client, goal: Goal) -> None:
    note = noted(goal, date(2026, 3, 1))
    log_in_as(client, "board", goal.area.plan.branch)
    client.post(url(goal.area.plan.branch, f"anteckning/{note.pk}/ta-bort/"))
    note.refresh_from_db()
    assert note.removed_at is not None


def test_striking_asks_for_a_reason(client: Client, goal: Goal) -> None:
    log_in_as(client, "board", goal.area.plan.branch)
    page = url(goal.area.plan.branch, f"mal/{goal.pk}/stryk/")
    assert client.post(page, {"reason": ""}).status_code == 422
    client.post(page, {"reason": "Lokalen är såld"})
    assert "Lokalen är såld" in client.get(url(goal.area.plan.branch, f"mal/{goal.pk}/")).content.decode()
    client.post(url(goal.area.plan.branch, f"mal/{goal.pk}/aterstall/"))
    goal.refresh_from_db()
    assert goal.struck_at is None


def test_next_years_plan_is_proposed(client: Client, goal: Goal) -> None:
    branch = goal.area.plan.branch
    log_in_as(client, "board", branch)
    answer = client.post(url(branch, "2026/foresla/"))
    assert answer.headers["location"] == url(branch, "2027/")
    again = client.post(url(branch, "2026/foresla/"), follow=True)
    assert (Plan.objects.count(), "redan en plan" in again.content.decode()) == (2, True)


@pytest.mark.parametrize("year", [1999, 2999])
def test_there_is_no_wheel_for_a_far_year(client: Client, branch: Branch, year: int) -> None:
    log_in_as(client, "board", branch)
    assert client.get(url(branch, f"{year}/arshjul/")).status_code == 404


def test_the_wheel_lists_what_its_ring_shows(client: Client, area: Area) -> None:
    goal = make_goal(area, due_on=date(2026, 1, 5))
    log_in_as(client, "board", goal.area.plan.branch)
    answer = client.get(url(goal.area.plan.branch, "2026/arshjul/"))
    page = answer.content.decode()
    assert (page.count('class="tone-4'), page.count(goal.text)) == (
        2,
        3,
    )  # dot and legend; the dot's name, late, and in its month


def test_a_year_of_nothing_counts_no_noughts(client: Client, branch: Branch) -> None:
    log_in_as(client, "board", branch)
    page = client.get(url(branch, "2031/arshjul/")).content.decode()
    assert ("Inget under året ännu" in page, "0 datum" in page) == (True, False)


def test_the_ring_and_its_key_draw_the_same_shapes(client: Client, area: Area) -> None:
    goal = make_goal(area, due_on=date(2026, 1, 5))
    log_in_as(client, "board", goal.area.plan.branch)
    page = client.get(url(goal.area.plan.branch, "2026/arshjul/")).content.decode()
    assert page.count(f'd="{SHAPES["plan"]}"') == 2
    assert [part for part, shape in SHAPES.items() if f'd="{shape}" />' not in page] == []
    assert len(set(SHAPES.values())) == len(SHAPES)
    assert SHAPES.keys() == TONES.keys() == RINGS.keys()


def test_a_calendar_address_is_made_read_and_closed(client: Client, area: Area) -> None:
    goal = make_goal(area, due_on=date(2026, 5, 1))
    branch = goal.area.plan.branch
    log_in_as(client, "board", branch)
    client.post(url(branch, "kalender/"))
    address = f"/arshjul/{CalendarLink.objects.get().token}.ics"
    assert address in client.get(url(branch, f"{timezone.localdate().year}/arshjul/")).content.decode()
    anonymous = Client()
    answer = anonymous.get(address)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/calendar; charset=utf-8")
    assert goal.text in answer.content.decode()
    client.post(url(branch, "kalender/stang/"))
    assert anonymous.get(address).status_code == 404


def test_a_guessed_address_opens_nothing(client: Client, branch: Branch) -> None:
    log_in_as(client, "board", branch)
    client.post(url(branch, "kalender/"))
    assert Client().get("/arshjul/gissning.ics").status_code == 404


def test_the_partys_dates_are_read_in_and_removed(client: Client, branch: Branch) -> None:
    log_in_as(client, "board", branch)
    upload = SimpleUploadedFile("parti.ics", as_file(), content_type="text/calendar")
    answer = client.post(url(branch, "kalender/las-in/"), {"file": upload}, follow=True)
    assert "2 datum är inlästa." in answer.content.decode()
    client.post(url(branch, "kalender/glom/"))
    assert not CentralDate.objects.exists()


NEXT_YEARS = "UID:a\nDTSTART;VALUE=DATE:20270308\nSUMMARY:Kvinnodagen"
PAST = "UID:b\nDTSTART;VALUE=DATE:20260308\nSUMMARY:Kvinnodagen"
NAMELESS = "UID:c\nDTSTART;VALUE=DATE:20270308"


@pytest.mark.parametrize(
    ("lines", "year", "words"),
    [
        (NEXT_YEARS, 2027, "1 datum är inläst. Närmast: 8 mars 2027, Kvinnodagen."),
        (PAST, 2026, "1 datum är inläst. Allt har redan varit."),
        (NAMELESS, 2026, "Inget datum är inläst:"),
    ],
)
@time_machine.travel(datetime(2026, 11, 21, 12, tzinfo=UTC), tick=False)
def test_reading_in_leads_to_the_year_of_what_comes_next(
    client: Client, branch: Branch, lines: str, year: int, words: str
) -> None:
    """In the autumn the party's dates are next year's; an earlier file's date in this one leads nobody astray."""
    by = log_in_as(client, "board", branch)
    with time_machine.travel(datetime(2026, 11, 20, 12, tzinfo=UTC), tick=False):
        earlier = event("UID:d\nDTSTART;VALUE=DATE:20261215\nSUMMARY:Motioner")
        calendars.read_in(branch=branch, content=earlier, by=by)
    upload = SimpleUploadedFile("parti.ics", event(lines))
    answer = client.post(url(branch, "kalender/las-in/"), {"file": upload}, follow=True)
    assert answer.redirect_chain == [(url(branch, f"{year}/arshjul/"), 302)]
    (message,) = answer.context["messages"]
    assert words in str(message)


@time_machine.travel(datetime(2026, 11, 21, 12, tzinfo=UTC), tick=False)
def test_a_date_far_ahead_leads_as_far_as_the_wheel_can_be_turned(client: Client, branch: Branch) -> None:
    log_in_as(client, "board", branch)
    far = event("UID:d\nDTSTART;VALUE=DATE:20901215\nSUMMARY:Jubileum")
    upload = SimpleUploadedFile("parti.ics", far)
    answer = client.post(url(branch, "kalender/las-in/"), {"file": upload}, follow=True)
    assert (answer.status_code, answer.redirect_chain) == (200, [(url(branch, "2036/arshjul/"), 302)])


@pytest.mark.parametrize("content", [b"", b"en bild", b" " * 1_000_001])
def test_a_file_that_is_no_calendar_gets_its_sentence_in_the_page(
    client: Client, branch: Branch, content: bytes
) -> None:
    log_in_as(client, "board", branch)
    upload = SimpleUploadedFile("parti.ics", content)
    answer = client.post(url(branch, "kalender/las-in/"), {"file": upload})
    assert (answer.status_code, len(answer.context["form"].errors["file"])) == (422, 1)


@pytest.mark.parametrize("page", ["kalender/las-in/", "kalender/glom/", "kalender/stang/", "2026/foresla/"])
def test_who_only_reads_changes_nothing(client: Client, plan: Plan, page: str) -> None:
    log_in_as(client, "call_leader", plan.branch)
    assert client.post(url(plan.branch, page)).status_code == 403
