"""The project's own files, as the tests of the house read them."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from crm import catalogues

ROOT = Path(__file__).resolve().parents[2]
APP_PACKAGES = ("crm", "calls", "onboarding", "demo")
FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Module:
    """A Python file: its path from the root, its text and its tree."""

    path: str
    text: str

    @property
    def tree(self) -> ast.Module:
        return parsed(self.text)

    @property
    def name(self) -> str:
        return self.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    @property
    def lines(self) -> int:
        return len(self.text.splitlines())

    @property
    def kind(self) -> str:
        """What it is inside its app: ``views``, ``models``, ``tasks``, or its subject."""
        app = app_of(self.name)
        return kind_of(self.name, app) if app else ""

    def functions(self) -> Iterator[FunctionNode]:
        return (node for node in ast.walk(self.tree) if isinstance(node, FunctionNode))

    def imports(self) -> Iterator[tuple[int, str]]:
        """(line, module) of every import at run time; ``from a import b`` counts as a.b when that is a module."""
        for node in self.tree.body:
            yield from imports_below(node)


@cache
def parsed(text: str) -> ast.Module:
    return ast.parse(text)


def imports_below(node: ast.stmt) -> Iterator[tuple[int, str]]:
    if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
        return
    for inner in ast.walk(node):
        if isinstance(inner, ast.Import):
            yield from ((inner.lineno, alias.name) for alias in inner.names)
        elif isinstance(inner, ast.ImportFrom) and inner.module:
            for alias in inner.names:
                whole = f"{inner.module}.{alias.name}"
                yield inner.lineno, whole if whole in module_names() else inner.module


@cache
def modules(*packages: str) -> tuple[Module, ...]:
    """The Python files of packages, migrations left out: those are generated."""
    paths = (path for package in packages for path in sorted((ROOT / package).rglob("*.py")))
    return tuple(
        Module(str(path.relative_to(ROOT)), path.read_text(encoding="utf-8"))
        for path in paths
        if "migrations" not in path.parts
    )


def app_modules() -> tuple[Module, ...]:
    return modules(*APP_PACKAGES)


@cache
def module_names() -> frozenset[str]:
    return frozenset(module.name for module in app_modules())


@cache
def app_names() -> tuple[str, ...]:
    """``crm.people`` before ``crm``: the longer name first."""
    names = [".".join(catalogue.folder.parts) for catalogue in catalogues.all_catalogues()]
    return tuple(sorted(names, key=len, reverse=True))


def app_of(module: str) -> str | None:
    return next((app for app in app_names() if module == app or module.startswith(f"{app}.")), None)


def kind_of(module: str, app: str) -> str:
    """``calls.views.lists`` and ``calls.leader_views`` are both views."""
    first = module.removeprefix(app).lstrip(".").split(".")[0]
    return "views" if first.endswith("_views") else first


def templates() -> list[Path]:
    return [path for path in sorted((ROOT / "templates").rglob("*")) if path.is_file()]


def shown(path: Path) -> str:
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else path.name
