"""Python's collector of rubbish looks again and again through everything that is held: while a roster's members
are laid beside each other, all of it in use, that took a third of the time."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_collecting() -> Iterator[None]:
    """No collecting meanwhile; what nothing points at any more goes at once all the same. Also a decorator."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
