from tests.browser.conftest import Person


def test_the_login_page_can_be_used_by_everybody(person: Person) -> None:
    page = person.open("/konto/login/")
    assert page.get_attribute("html", "lang") == "sv"
    person.assert_accessible()


def test_a_page_behind_the_login_leads_to_the_login(person: Person) -> None:
    page = person.open("/storkoping/styrelsen/")
    assert page.url.removeprefix(person.site).startswith("/konto/login/?next=")
