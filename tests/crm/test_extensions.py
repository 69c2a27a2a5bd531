import importlib
import re
from pathlib import Path
from pkgutil import iter_modules

import pytest

from crm import extensions
from crm.extensions import Registry
from tests.house.sources import modules


def test_hooks_are_read_in_the_order_in_which_they_were_registered() -> None:
    registry: Registry[int] = Registry()
    registry.register("b", 2)
    registry.register("a", 1)
    assert (list(registry.all()), registry.names(), registry.get("a"), registry.get("c")) == (
        [2, 1],
        ["b", "a"],
        1,
        None,
    )


def test_registering_the_same_hook_again_is_no_fault_but_another_one_is() -> None:
    registry: Registry[int] = Registry()
    registry.register("a", 1)
    registry.register("a", 1)
    with pytest.raises(ValueError, match="a is registered twice"):
        registry.register("a", 2)


PARTS = [importlib.import_module(f"crm.extensions.{part.name}") for part in iter_modules(extensions.__path__)]


def test_every_registry_is_told_at_the_front_and_is_the_parts_own() -> None:
    registries = {
        name: found for part in PARTS for name, found in vars(part).items() if isinstance(found, Registry)
    }
    assert {name: getattr(extensions, name) for name in registries} == registries
    assert set(registries) <= set(extensions.__all__)


def test_the_front_tells_nothing_that_nobody_asks_for() -> None:
    outside = [
        Path(module.path).read_text(encoding="utf-8")
        for module in modules("crm", "calls", "onboarding", "demo", "tests")
        if not module.path.startswith("crm/extensions/")
    ]
    asked = {word for text in outside if "extensions" in text for word in re.findall(r"\w+", text)}
    assert set(extensions.__all__) - asked == set()


def test_no_part_is_named_as_what_the_front_tells() -> None:
    """A part of that name would take the registry's place as soon as somebody imported it."""
    parts = {part.__name__.rpartition(".")[2] for part in PARTS}
    assert parts & set(extensions.__all__) == set()
