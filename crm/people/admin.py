"""Django's admin for superusers: accounts, districts, branches. Members are not here: every look at one is logged.

Districts can be brought in from a file, districts and branches be taken out to one. Accounts and roles can not:
who works for a party stays where its showing is logged.
"""

from typing import TYPE_CHECKING

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from import_export.admin import ExportMixin, ImportExportMixin
from import_export.formats.base_formats import CSV, XLSX
from import_export.resources import ModelResource

from crm.people.models import Branch, District, Role, User
from crm.people.models.users import CONSOLE_EMAIL

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin
else:

    class ModelAdmin(admin.ModelAdmin):
        """Django's, with the square brackets that the type checker asks for."""

        def __class_getitem__(cls, _model: type[Model]) -> type["ModelAdmin"]:
            return cls


@admin.register(User)
class UserAdmin(ModelAdmin[User]):
    list_display = ("email", "name", "is_active", "is_superuser")
    search_fields = ("email", "name")
    fields = ("email", "name", "is_active", "is_superuser", "last_login", "date_joined")
    readonly_fields = ("last_login", "date_joined")

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """The console's own account stays closed."""
        return super().has_change_permission(request, obj) and (obj is None or obj.email != CONSOLE_EMAIL)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """What somebody has done stays theirs: close the account instead."""
        return False


class DistrictResource(ModelResource):  # type: ignore[misc]
    """A district is known by its slug: the same file twice changes nothing."""

    class Meta:
        model = District
        fields = ("slug", "name")
        import_id_fields = ("slug",)
        clean_model_instances = True
        skip_unchanged = True


class BranchResource(ModelResource):  # type: ignore[misc]
    class Meta:
        model = Branch
        fields = ("slug", "name", "district__slug", "is_fictitious")


@admin.register(District)
class DistrictAdmin(ImportExportMixin, ModelAdmin[District]):  # type: ignore[misc]
    resource_classes = (DistrictResource,)
    formats = (CSV, XLSX)
    list_display = ("name", "slug")
    prepopulated_fields = {"slug": ("name",)}


@admin.register(Branch)
class BranchAdmin(ExportMixin, ModelAdmin[Branch]):  # type: ignore[misc]
    resource_classes = (BranchResource,)
    formats = (CSV, XLSX)
    list_display = ("name", "slug", "district", "is_fictitious")
    list_filter = ("district",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A branch is created with its administrator, on the page of branches."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Branch | None = None) -> bool:
        return False


@admin.register(Role)
class RoleAdmin(ModelAdmin[Role]):
    """To read only; roles are given where they are logged and told about."""

    list_display = ("user", "kind", "branch", "district", "starts_on", "ends_on")
    list_filter = ("kind", "branch")
    list_select_related = ("user", "branch", "district")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Role | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Role | None = None) -> bool:
        return False
