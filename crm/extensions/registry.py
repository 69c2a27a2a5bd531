"""What all hooks are kept in."""

from collections.abc import Iterator
from typing import Generic, TypeVar

T = TypeVar("T")


class Registry(Generic[T]):
    """Named hooks of one kind, in the order in which they were registered."""

    def __init__(self) -> None:
        self._hooks: dict[str, T] = {}

    def register(self, name: str, hook: T) -> None:
        """Raises ``ValueError`` when the name is taken by another hook."""
        if name in self._hooks and self._hooks[name] != hook:
            raise ValueError(f"{name} is registered twice")
        self._hooks[name] = hook

    def get(self, name: str) -> T | None:
        return self._hooks.get(name)

    def all(self) -> Iterator[T]:
        return iter(tuple(self._hooks.values()))

    def names(self) -> list[str]:
        return list(self._hooks)
