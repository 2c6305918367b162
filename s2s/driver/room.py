"""Room for deep programs: a sum of a thousand terms or a long chain of `elif` nests deeply."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")

_FRAMES = 200_000
_BYTES = 512 << 20  # of address space: only what is used is ever taken


def with_room(run: Callable[[], T]) -> T:
    """The result of `run()`, which must be free to start over.

    Where it exceeds Python's recursion limit it runs again in a thread with a stack of its own,
    under a limit to match.
    """
    try:
        return run()
    except RecursionError:
        pass
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
