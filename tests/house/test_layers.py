"""The order inside an app, beside the order of the apps that import-linter holds."""

import ast
from collections.abc import Iterator

from tests.house.sources import Module, app_modules, app_of, kind_of, module_names

FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "services", "service", "common", "signals", "misc"}
# Who may import a module of a kind; the kinds not named here may be imported by all that stands above them.
IMPORTERS = {
    "views": {"urls", "public_urls", "own_urls", "views"},
    "urls": {"urls"},
    "public_urls": {"urls"},
    "tasks": {"apps"},
    "jobs": {"apps"},
    "management": {"management"},
    "apps": set[str](),
    "forms": {"views", "forms", "management", "admin"},
}


def queries_in_view(module: Module) -> Iterator[str]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute) and node.attr in {"objects", "_default_manager", "_base_manager"}:
            yield f"{module.path}:{node.lineno}: a view does not start a query (.{node.attr}); access.py does"


def wrong_imports(module: Module) -> Iterator[str]:
    """Imports against the order: views, tasks, jobs and commands stand above deeds, deeds above models."""
    for line, imported in module.imports():
        app = app_of(imported)
        if app is None or imported not in module_names():
            continue
        allowed = IMPORTERS.get(kind_of(imported, app))
        if allowed is not None and module.kind not in allowed:
            yield f"{module.path}:{line}: {module.kind or 'the app'} does not import {imported}"


def above_models(module: Module, know_models: frozenset[str]) -> Iterator[str]:
    """What a module of models imports though it works with models itself: a deed, an access module, mail."""
    for line, imported in module.imports():
        if imported in know_models and kind_of(imported, app_of(imported) or "") != "models":
            yield f"{module.path}:{line}: models do not import {imported}, which stands above them"


def knowing_models() -> frozenset[str]:
    def knows(module: Module) -> bool:
        imports = (name for _line, name in module.imports())
        return any((app := app_of(name)) and kind_of(name, app) == "models" for name in imports)

    return frozenset(module.name for module in app_modules() if knows(module))


def test_no_view_starts_a_query() -> None:
    views = [module for module in app_modules() if module.kind == "views"]
    assert [fault for module in views for fault in queries_in_view(module)] == []


def test_a_query_in_a_view_is_found() -> None:
    module = Module("calls/views.py", "def show(request):\n    return Call.objects.all()\n")
    assert list(queries_in_view(module)) == [
        "calls/views.py:2: a view does not start a query (.objects); access.py does"
    ]


def test_nothing_is_imported_from_above() -> None:
    assert [fault for module in app_modules() for fault in wrong_imports(module)] == []


def test_a_deed_that_imports_a_task_is_found() -> None:
    module = Module("crm/jobs/running.py", "from crm.jobs import tasks\n")
    assert list(wrong_imports(module)) == ["crm/jobs/running.py:1: running does not import crm.jobs.tasks"]


def test_models_import_nothing_that_works_with_models() -> None:
    know_models = knowing_models()
    models = [module for module in app_modules() if module.kind == "models"]
    assert [fault for module in models for fault in above_models(module, know_models)] == []


def test_models_that_import_a_deed_are_found() -> None:
    module = Module("crm/people/models/users.py", "from crm.people import logbook\n")
    assert list(above_models(module, frozenset({"crm.people.logbook"}))) == [
        "crm/people/models/users.py:1: models do not import crm.people.logbook, which stands above them"
    ]


def test_no_module_is_a_drawer_for_everything() -> None:
    names = {module.path: set(module.path.removesuffix(".py").split("/")) for module in app_modules()}
    assert [path for path, parts in names.items() if parts & FORBIDDEN_NAMES] == []
