"""Calls inside calls of the same function, written out where they go down a structure of objects.

    tree = Node(x, Node(y), None)      `total` is written for `tree`, in it for `tree.left`, and
    return tree.total()                no further: that one has no branches

Which objects there are is known; every call is about others than the ones around it, all of them
made before the first: so it ends.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass
from typing import Any

from s2s.ir.nodes import Value


@dataclass(frozen=True)
class Frame:
    """A function that is written out with some objects among its arguments."""

    fn: object
    objects: tuple[Value, ...]
    mark: int  # what was made before it has smaller numbers


def frame(
    fn: object, args: Iterable[Any], made: Container[Any], stack: tuple[object, ...]
) -> Frame | None:
    """The frame of a call inside others, or None where it is one of their own."""
    objects = tuple(a for a in args if isinstance(a, Value) and a in made)
    around = [f for f in stack if isinstance(f, Frame) and f.fn is fn]
    if around:
        fresh = any(o.id > around[0].mark for o in objects)
        if not objects or fresh or any(f.objects == objects for f in around):
            return None
    return Frame(fn, objects, around[0].mark if around else Value("mark").id)


def depth(stack: tuple[object, ...]) -> int:
    """How many different functions are inside each other."""
    return len({id(f.fn) if isinstance(f, Frame) else id(f) for f in stack})
