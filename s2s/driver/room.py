"""Where compiling begins: with room for deep programs, and without the garbage collector.

A sum of a thousand terms or a long chain of `elif` nests deeply.  Compiling makes many small
nodes that live on and hardly any cycles: the collector would look at all of them, time and again.
"""

from __future__ import annotations

import gc
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

T = TypeVar("T")

_FRAMES = 200_000
_BYTES = 512 << 20  # of address space: only what is used is ever taken


def with_room(run: Callable[[], T]) -> T:
    """The result of `run()`, which must be free to start over.

    Where it exceeds Python's recursion limit it runs again in a thread with a stack of its own,
    under a limit to match.
    """
    with _uncollected():
        try:
            return run()
        except RecursionError:
            pass
        return _in_thread(run)


@contextmanager
def _uncollected() -> Iterator[None]:
    """No collection of cycles meanwhile; on again afterwards, if it was on."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _in_thread(run: Callable[[], T]) -> T:
    """The result of `run()` in a thread with a stack that is large enough."""
    found: list[Any] = []

    def again() -> None:
        try:
            found.append((run(), None))
        except BaseException as error:
            found.append((None, error))

    limit, size = sys.getrecursionlimit(), threading.stack_size(_BYTES)
    sys.setrecursionlimit(max(limit, _FRAMES))
    try:
        thread = threading.Thread(target=again, name="s2s compiles")
        thread.start()
        thread.join()
    finally:
        threading.stack_size(size)
        sys.setrecursionlimit(limit)
    result, error = found[0]
    if error is not None:
        raise error
    return result  # type: ignore[no-any-return]
