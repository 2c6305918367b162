"""Hessians whose columns a compiled loop collects."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from s2s.analysis.fact import Fact
from s2s.driver.directional import Second
from s2s.transform.hessian import with_columns
from s2s.transform.pipeline import Program


class Columns(Second):
    """The Hessian as one program, for Numba."""

    target = "numba"

    def transform(self, wrt: tuple[str, ...], given: Mapping[str, Fact]) -> Program:
        """The loop over all directions, around the product."""
        return with_columns(super().transform(wrt, given), wrt, given)

    def native_arguments(
        self, program: Program, wrt: tuple[str, ...], given: Mapping[str, Fact],
        values: list[Any],
    ) -> tuple[Mapping[str, Fact], list[Any]]:  # fmt: skip
        """The directions are its own business."""
        return given, values

    def matrix(self, primals: tuple[Any, ...]) -> list[list[Any]] | None:
        """The blocks of the Hessian by part and by direction.

        None where the arguments are not arrays of floats, or where it does not compile.
        """
        subject = self.subject
        plain = all(map(subject.facts_apply, subject.parameters))
        if subject.args or subject.keywords or not plain:
            return None
        names = self.chosen or ()
        given = dict(zip(subject.parameters, primals, strict=False))
        if not names or not all(_is_array(given.get(n)) for n in names):
            return None
        found = self.find(primals, {})
        if getattr(found.module, "python", True):
            return None
        try:
            columns = found.entry(*primals)
        except Exception as error:
            if not self.leave_native(error, primals, {}):
                raise
            columns = self.find(primals, {}).entry(*primals)
        ranks = [given[n].ndim for n in names]
        return [
            [_behind(columns[j][i], ranks[j]) for j in range(len(names))]
            for i in range(len(names))
        ]


def _is_array(x: Any) -> bool:
    """Whether a loop over its entries is a loop over directions."""
    return type(x) is np.ndarray and x.dtype.kind == "f" and x.ndim > 0 and x.size > 0


def _behind(x: np.ndarray, count: int) -> np.ndarray:
    """An array with its first axes behind the others."""
    order = (*range(count, x.ndim), *range(count))
    return np.ascontiguousarray(x.transpose(order))
