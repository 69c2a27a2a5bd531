"""Django's admin: for superusers with two factors, by the product's own login. Nobody else finds it."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _

from crm.access import has_two_factors


class AdminSite(admin.AdminSite):
    site_header = "Tusen"
    site_title = "Tusen"
    index_title = _("For superusers")

    def has_permission(self, request: HttpRequest) -> bool:
        user = request.user
        return user.is_active and getattr(user, "is_superuser", False) and has_two_factors(request)

    @method_decorator(login_not_required)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The admin's pages lead here when ``has_permission`` says no."""
        if not request.user.is_authenticated:
            return redirect_to_login(request.GET.get("next", request.path))
        if not getattr(request.user, "is_superuser", False):
            raise Http404
        if not has_two_factors(request):
            return redirect("two_factors_needed")
        return redirect("admin:index")
