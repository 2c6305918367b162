"""`ForwardAccumulator`: tangents of what a `with` block computed, from its source."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

from s2s.driver.trees import tree_map
from s2s.driver.trees import walk as walk_tree
from s2s.errors import Unsupported
from s2s.tape.held import is_array
from s2s.tape.leaves import UnconnectedGradients, kind_of, unconnected
from s2s.tape.record import Record


class ForwardAccumulator:
    """Forward mode over the block of a `with` statement.

    Parameters
    ----------
    primals : array, Variable or nested structure
        What moves.
    tangents : structure of arrays
        The direction that it moves in.

    Examples
    --------
    >>> import s2s
    >>> x = s2s.Variable(3.0)
    >>> with s2s.ForwardAccumulator(x, 1.0) as forward:
    ...     y = x * x
    >>> float(forward.jvp(y))
    6.0
    """

    def __init__(self, primals: Any, tangents: Any) -> None:
        self._ways: dict[int, tuple[Any, Any]] = {}
        moving = [leaf for _, leaf in walk_tree(primals)]
        ways = [leaf for _, leaf in walk_tree(tangents)]
        if len(moving) != len(ways):
            raise ValueError(f"{len(moving)} primals and {len(ways)} tangents")
        for x, way in zip(moving, ways, strict=True):
            if not is_array(x):
                raise TypeError(f"a {type(x).__name__} is no primal: it must be an array")
            way = np.asarray(way)
            if way.shape != tuple(x.shape):
                raise ValueError(
                    f"a tangent has shape {way.shape} where {tuple(x.shape)} is needed"
                )
            if kind_of(x) not in "fc":
                raise ValueError(f"a primal of dtype {x.dtype} has no tangent")
            if id(x) in self._ways:
                raise ValueError("a primal is given twice")
            self._ways[id(x)] = (x, way.astype(x.dtype))
        self._record: Record | None = None

    def __enter__(self) -> ForwardAccumulator:
        if self._record is not None:
            raise ValueError("an accumulator is entered once")
        self._record = Record(sys._getframe(1), self)
        return self

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        assert self._record is not None
        self._record.close(error, trace)

    def jvp(self, primals: Any, unconnected_gradients: Any = UnconnectedGradients.NONE) -> Any:
        """The tangents of values that the block has computed, in their structure."""
        how = unconnected(unconnected_gradients)
        record = self._record
        if record is None:
            raise ValueError("the block has not been entered")
        frame = sys._getframe(1)
        if not record.closed:
            record.stop_here(frame)

        def one(x: Any) -> Any:
            dot = self._tangent(record, x)
            if dot is None and how is UnconnectedGradients.ZERO:
                return np.zeros(np.shape(x), getattr(x, "dtype", None))[()]
            return dot

        return tree_map(one, primals)

    def _tangent(self, record: Record, x: Any) -> Any:
        """The tangent of one value; None where it is not connected."""
        if id(x) in self._ways:
            return self._ways[id(x)][1]
        text = record.produced(x)
        if text is None or kind_of(x) not in "fc":
            return None
        marks: dict[str, Any] = {}
        ways: dict[str, Any] = {}
        for number, (p, way) in enumerate(self._ways.values()):
            for path in record.leaves.get(id(p), ()):
                if path.steps:
                    raise Unsupported(
                        f"forward mode by `{path.text()}`, which the block finds in a container",
                        origin=record.site.place.origin(),
                        advice=("give it a name before the block",),
                    )
                marks.setdefault(path.name, []).append((path, (number, "in")))
                ways[path.name] = way if way.shape else way[()]
        if not ways:
            return None
        (reached,) = record.connections((text,), (), marks)
        if not reached:
            return None
        live = {n: w for n, w in ways.items() if any(m in reached for _, m in marks[n])}
        (dot,) = record.push([(text, x)], live)
        return np.array(np.broadcast_to(dot, np.shape(x)))[()]
