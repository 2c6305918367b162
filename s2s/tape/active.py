"""The tapes that are recording in this thread."""

from __future__ import annotations

import threading
from typing import Any


class _Active(threading.local):
    def __init__(self) -> None:
        self.tapes: list[Any] = []


_active = _Active()


def enter(tape: Any) -> None:
    """A tape starts to record."""
    _active.tapes.append(tape)


def leave(tape: Any) -> None:
    """A tape stops recording."""
    _active.tapes[:] = [t for t in _active.tapes if t is not tape]


def tapes() -> list[Any]:
    """The tapes that are recording, the outermost first."""
    return _active.tapes


def note_read(variable: Any) -> None:
    """Tell the recording tapes that the value of a variable is used."""
    for tape in _active.tapes:
        tape._accessed(variable)
