"""Pages through the whole stack of middleware, beside a page that only reads and writes out as many rows."""

from statistics import median, quantiles
from time import perf_counter

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import include, path
from django.utils import timezone

from bench import imports, outbox, rounds
from bench.measure import Result
from crm.people.models import Branch, District, Member, Role, User
from onboarding.models import Invitation

REQUESTS = 200
# As many rows as the board's page has in its tables, as a caller has on a list, and as there are on an invitation.
BOARD_ROWS, CALLER_ROWS, INVITATION_ROWS = 40, 60, 1

# Addresses of static files without a manifest, so that nothing has to be collected first.
PLAIN_FILES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

BARE = """<!DOCTYPE html><html lang="sv"><title>Bare</title><table>{% for row in rows %}
<tr><td>{{ row.first_name }}</td><td>{{ row.last_name }}</td><td>{{ row.town }}</td></tr>{% endfor %}</table></html>"""


@login_not_required
def bare_page(request: HttpRequest, rows: int) -> HttpResponse:
    template = engines["django"].from_string(BARE)
    return HttpResponse(template.render({"rows": Member.objects.order_by("pk")[:rows]}))


urlpatterns = [path("bare/<int:rows>/", bare_page), path("", include("crm.urls"))]


def board(members: int) -> Result:
    branch = filled_branch(members)
    return visit(client_of(Role.Kind.BOARD, branch), f"/{branch.slug}/styrelsen/")


def board_bare(members: int) -> Result:
    filled_branch(members)
    return visit(Client(), f"/bare/{BOARD_ROWS}/")


def caller(members: int) -> Result:
    """The list of one of so many callers that each has some 60 members."""
    branch = filled_branch(members)
    clients = [
        client_of(Role.Kind.CALLER, branch, number) for number in range(max(members // CALLER_ROWS, 1))
    ]
    rounds.open_round(branch, timezone.localdate())
    return visit(clients[0], f"/{branch.slug}/ringa/")


def caller_bare(members: int) -> Result:
    filled_branch(members)
    return visit(Client(), f"/bare/{CALLER_ROWS}/")


def invitation(members: int) -> Result:
    """The page that an invitation's link opens, of one of so many who are invited, in turns with the bare page."""
    outbox.invited(members)
    asked = Invitation.objects.order_by("pk")[members // 2]
    address = f"/i/{asked.token}/"
    ours, bare = in_turns(Client(), address, f"/bare/{INVITATION_ROWS}/")
    return ours | {f"bare_{key}": value for key, value in bare.items()} | {"queries": queries_of(address)}


def filled_branch(members: int) -> Branch:
    imports.ours(members)
    imports.settle()
    return Branch.objects.get(slug="bench")


def client_of(
    kind: str, branch: Branch | None = None, number: int = 0, *, district: District | None = None
) -> Client:
    user = User.objects.create_user(f"{kind}{number}@example.org", name=f"{kind} {number}")
    rounds.give_role(user, kind, branch, district)
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "type": "totp", "at": 0}]
    session.save()
    return client


def visit(client: Client, address: str, *, requests: int | None = None) -> Result:
    """Requests a second in one process, one after another, and the time that 19 of 20 stay below."""
    return in_turns(client, address, requests=requests)[0]


@override_settings(ROOT_URLCONF="bench.pages", STORAGES=PLAIN_FILES)
def in_turns(client: Client, *addresses: str, requests: int | None = None) -> list[Result]:
    """``REQUESTS`` times each, unless a page is so slow that fewer must do."""
    times = requests or REQUESTS
    for address in addresses * min(times, 5):
        answer = client.get(address)
        assert answer.status_code == 200, f"{address} answered {answer.status_code}"
    found: dict[str, list[float]] = {address: [] for address in addresses}
    for _ in range(times):
        for address in addresses:
            started = perf_counter()
            client.get(address)
            found[address].append(perf_counter() - started)
    return [
        {
            "per_s": times / sum(taken),
            "p95_ms": quantiles(taken, n=20)[-1] * 1000,
            "median_ms": median(taken) * 1000,
        }
        for taken in found.values()
    ]


@override_settings(ROOT_URLCONF="bench.pages", STORAGES=PLAIN_FILES)
def queries_of(address: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        Client().get(address)
    return len(asked)
