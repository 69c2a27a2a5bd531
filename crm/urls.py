"""The site's addresses. Apps above ``crm`` are named as strings: the frame does not import them."""

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language


def not_found(request: HttpRequest) -> HttpResponse:
    raise Http404


urlpatterns: list[URLPattern | URLResolver] = [
    # The address that a role was given to is the account; nobody changes it by themselves.
    path("konto/email/", not_found),
    path("konto/", include("allauth.urls")),
    path("i18n/setlang/", login_not_required(set_language), name="set_language"),
    path("admin/", admin.site.urls),
    path("i/", include("onboarding.public_urls")),
    path("min-sida/", include("onboarding.own_urls")),
    path("nej/", include("crm.outbox.public_urls")),
    path("arshjul/", include("crm.plan.public_urls")),
    path("siffror/", include("crm.board.public_urls")),
    path("", include("crm.district.urls")),
    path("<slug:branch>/medlemsfiler/", include("crm.rosters.urls")),
    path("<slug:branch>/utskick/", include("crm.outbox.urls")),
    path("<slug:branch>/varvning/", include("crm.outreach.urls")),
    path("<slug:branch>/fortroendevalda/", include("crm.offices.urls")),
    path("<slug:branch>/styrelsen/", include("crm.board.urls")),
    path("<slug:branch>/plan/", include("crm.plan.urls")),
    path("<slug:branch>/ringa/", include("calls.urls")),
    path("<slug:branch>/traffar/", include("onboarding.urls")),
    # Last, because a branch's own page is /<branch>/.
    path("", include("crm.people.urls")),
]
if settings.DEMO:
    urlpatterns.insert(0, path("demo/", include("demo.urls")))
