"""Generator functions, and methods of iterators, in the forms in which consumers call them."""

from __future__ import annotations

from dataclasses import dataclass
from types import FunctionType
from typing import TYPE_CHECKING, Any

from s2s.errors import S2SError
from s2s.frontend.desugar.stops import told_when_to_stop
from s2s.frontend.desugar.yields import handing, is_generator, listing, strange_yield
from s2s.frontend.source import recover

if TYPE_CHECKING:
    from s2s.ir.nodes import Function


@dataclass(frozen=True)
class Consumed:
    """A generator function as a function: of `take` and its parameters, or listed.

    Methods that end by an exception, which is their kind then, say whether to stop.
    """

    fn: FunctionType
    kind: str  # "each" | "until" | "listed" | "StopIteration" | "IndexError"

    @property
    def __name__(self) -> str:
        return self.fn.__name__

    @property
    def __wrapped__(self) -> FunctionType:
        return self.fn

    @property
    def function_ir(self) -> Function:
        """The lowered form."""
        return _lowered(self.fn, self.kind)

    def __call__(self, *args: Any, **kwargs: Any) -> list[Any]:
        """The list of all items."""
        if self.kind == "listed":
            return list(self.fn(*args, **kwargs))
        take, *rest = args
        for item in self.fn(*rest, **kwargs):
            if take(item) and self.kind == "until":
                break
        return []


STOPS = ("StopIteration", "IndexError")


def is_plain_generator(fn: FunctionType) -> bool:
    """Whether every `yield` of a generator function only hands an item out."""
    try:
        tree = tree_of(fn)
    except S2SError:
        return False
    return is_generator(tree) and strange_yield(tree) is None


def stops_plainly(fn: FunctionType, kind: str) -> bool:
    """Whether a method ends by raising an exception where this can be seen."""
    try:
        return told_when_to_stop(tree_of(fn), kind) is not None
    except S2SError:
        return False


def _lowered(fn: FunctionType, kind: str) -> Function:
    """The lowered form of a generator function, kept."""
    from s2s.frontend.lower import lowered

    return lowered(fn, kind, lambda source: _tree(source.tree, fn, kind))


def _tree(tree: Any, fn: FunctionType, kind: str) -> Any:
    if kind in STOPS:
        return told_when_to_stop(tree, kind)
    if kind == "listed":
        return listing(tree, fn.__name__)
    return handing(tree, fn.__name__, kind == "until")


def tree_of(fn: FunctionType) -> Any:
    """The definition of a generator function."""
    return recover(fn).tree
