"""Generator functions of modules in the forms in which their consumers call them."""

from __future__ import annotations

from dataclasses import dataclass
from types import FunctionType
from typing import TYPE_CHECKING, Any

from s2s.frontend.desugar.yields import handing, listing
from s2s.frontend.source import recover

if TYPE_CHECKING:
    from s2s.ir.nodes import Function


@dataclass(frozen=True)
class Consumed:
    """A generator function as a function: of `take` and its parameters, or listed."""

    fn: FunctionType
    kind: str  # "each" | "until" | "listed"

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


def _lowered(fn: FunctionType, kind: str) -> Function:
    """The lowered form of a generator function, kept."""
    from s2s.frontend.lower import lowered

    return lowered(fn, kind, lambda source: _tree(source.tree, fn, kind))


def _tree(tree: Any, fn: FunctionType, kind: str) -> Any:
    if kind == "listed":
        return listing(tree, fn.__name__)
    return handing(tree, fn.__name__, kind == "until")


def tree_of(fn: FunctionType) -> Any:
    """The definition of a generator function."""
    return recover(fn).tree
