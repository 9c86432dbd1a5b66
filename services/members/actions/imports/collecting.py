"""Python's search for cycles, put off while a hundred thousand live rows would be searched."""

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final


class _PutOff:
    """Counts those who asked, from any thread; the last one gives it back."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._count = 0
        self._was_on = True

    @contextmanager
    def __call__(self) -> Iterator[None]:
        """No search within: it took a third of the time, and rows make no cycles."""
        with self._lock:
            if self._count == 0:
                self._was_on = gc.isenabled()
                gc.disable()
            self._count += 1
        try:
            yield
        finally:
            with self._lock:
                self._count -= 1
                if self._count == 0 and self._was_on:
                    gc.enable()


without_collections: Final = _PutOff()
