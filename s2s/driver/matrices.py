"""Matrices of derivatives, entry by entry of the argument, in forward mode."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from s2s.driver.directional import Pushforward, Second, family
from s2s.driver.family import checked_target
from s2s.driver.hessians import Columns
from s2s.driver.subject import Subject
from s2s.driver.trees import entries, flatten, tree_map, walk, zeros

Push = Callable[[tuple[Any, ...]], Any]


class Matrix:
    """The Jacobian or the Hessian of a function, as a function.

    Attributes
    ----------
    __wrapped__ : callable
        The function that was differentiated.
    """

    def __init__(
        self, fn: Any, argnums: Any, second: bool, target: str = "numpy"
    ) -> None:
        subject = Subject(fn)
        self._names = subject.positions(argnums)
        self._bare = not isinstance(argnums, tuple | list)
        self._second, self.__wrapped__ = second, fn
        self.target = checked_target(target)
        compiled = second and target == "numba"
        self._columns = Columns(fn, argnums) if compiled else None
        self._signature = subject.signature
        self._parameters = subject.parameters
        word = "hessian" if second else "jacobian"
        self.__name__ = f"{subject.name}_{word}"
        by = ", ".join(self._names)
        self.__doc__ = f"{word.capitalize()} of `{subject.name}` with respect to {by}."
        self.__signature__ = subject.signature.replace(return_annotation=inspect.Signature.empty)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """The matrix at the arguments."""
        primals = self._positional(args, kwargs)
        chosen = [self._parameters.index(name) for name in self._names]
        if not self._second:
            run = family(Pushforward, self.__wrapped__, self.target).at(primals)
            push: Push = lambda ways: run(ways)[1]  # noqa: E731
            found = [_by(push, primals, k, self._parameters[k]) for k in chosen]
            return found[0] if self._bare else tuple(found)
        if self._columns is not None:
            blocks = self._columns.matrix(primals)
            if blocks is not None:
                return blocks[0][0] if self._bare else tuple(map(tuple, blocks))
        again = family(Second, self.__wrapped__, self.target)
        run, places = again.for_many(primals), again.places(primals)
        rows = []
        for i in chosen:
            column = [
                _by(lambda ways, i=i: _part(run(ways), places[i]), primals, j,  # type: ignore[misc]
                    self._parameters[j])
                for j in chosen
            ]  # fmt: skip
            rows.append(column[0] if self._bare else tuple(column))
        return rows[0] if self._bare else tuple(rows)

    def _positional(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, ...]:
        """The arguments by position."""
        bound = self._signature.bind(*args, **kwargs)
        bound.apply_defaults()
        if bound.kwargs:
            names = ", ".join(bound.kwargs)
            raise TypeError(f"{self.__name__} takes no keyword-only arguments: {names}")
        return bound.args

    def __repr__(self) -> str:
        return f"<s2s {self.__name__} by {', '.join(self._names)}>"


def _by(push: Push, primals: tuple[Any, ...], k: int, name: str) -> Any:
    """The derivatives of `push` by argument `k`: the structure of its value, then of that."""
    if type(primals[k]) is np.ndarray and primals[k].dtype.kind == "f" and primals[k].size:
        found = _plain(push, primals, k)
        if found is not None:
            return found
    leaves, rebuild = flatten(primals[k])
    holders = [path or "it" for path, _ in walk(primals[k])]
    if not leaves:
        raise TypeError(f"argument `{name}` ({holders[0]}) is no float: cast to float")
    blank = [zeros(p) for p in primals]
    outputs: list[list[Any]] = []  # by leaf, by entry: the tangent of the value
    for place, leaf in enumerate(leaves):
        column = []
        for _, unit in entries(leaf):
            mine = [zeros(other) for other in leaves]
            mine[place] = unit
            column.append(push((*blank[:k], rebuild(mine), *blank[k + 1 :])))
        outputs.append(column)
    shown = next((column[0] for column in outputs if column), None)
    if shown is None:
        raise ValueError(f"argument `{name}` is empty")
    counter = iter(range(1 << 60))

    def stacked(leaf: Any) -> Any:
        """One leaf of the value: the structure of the argument around its derivatives."""
        n = next(counter)
        blocks = []
        for x, column in zip(leaves, outputs, strict=True):
            parts = [np.asarray(_leaf(tangent, n)) for tangent in column]
            whole = np.stack(parts, axis=-1) if parts else np.zeros((*np.shape(leaf), 0))
            blocks.append(whole.reshape((*np.shape(leaf), *np.shape(x)))[()])
        return rebuild(blocks)

    return tree_map(stacked, shown)


def _plain(push: Push, primals: tuple[Any, ...], k: int) -> Any:
    """The derivatives of an array by an array; None where the value is anything else."""
    x = primals[k]
    unit = np.zeros_like(x)
    ways = (*map(zeros, primals[:k]), unit, *map(zeros, primals[k + 1 :]))
    out: Any = None
    flat = unit.reshape(-1)
    for j in range(x.size):
        flat[j] = 1
        tangent = push(ways)
        if type(tangent) is not np.ndarray or (out is not None and tangent.dtype != out.dtype):
            return None
        if out is None:
            out = np.empty((x.size, *tangent.shape), tangent.dtype)
        out[j] = tangent
        flat[j] = 0
    whole = np.ascontiguousarray(np.moveaxis(out, 0, -1))
    return whole.reshape((*out.shape[1:], *x.shape))


def _part(parts: tuple[Any, ...], place: int | None) -> Any:
    """The part of one argument."""
    return None if place is None else parts[place]


def _leaf(tree: Any, n: int) -> Any:
    """Leaf number `n` of a structure."""
    if type(tree) is np.ndarray:
        return tree
    return [leaf for _, leaf in walk(tree)][n]
