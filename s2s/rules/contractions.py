"""The adjoints of `np.tensordot`, as calls of `np.tensordot` where ranks and axes are known.

    y = np.tensordot(a, b, 1)             a_bar = np.tensordot(y_bar, b, ((1,), (1,)))
                                          b_bar = np.tensordot(a, y_bar, ((0,), (0,)))
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from s2s.ir.nodes import Ref
from s2s.rules.symbols import Known, Sym, Tup

if TYPE_CHECKING:
    from s2s.rules.expand import Expander

_TENSORDOT, _TRANSPOSE = Ref("np.tensordot", np.tensordot), Ref("np.transpose", np.transpose)


def contract_a(ex: Expander, g: Sym, a: Sym, b: Sym, axes: Sym) -> Sym:
    """The adjoint of `np.tensordot(a, b, axes)` for `a`, from that of the result."""
    known = _axes(ex, a, b, axes)
    if known is None:
        return ex.emit(ex.runtime("tensordot_adjoint_a"), g, a, b, axes, name="g")
    of_a, of_b, free_a, free_b = known
    rows = range(len(free_a), len(free_a) + len(free_b))
    part = ex.emit(_TENSORDOT, g, b, Known((tuple(rows), tuple(free_b))), name="g")
    # Its axes: those of a that stay, then those of b that were summed, in the order of b.
    return _ordered(ex, part, free_a + [of_a[of_b.index(k)] for k in sorted(of_b)])


def contract_b(ex: Expander, g: Sym, a: Sym, b: Sym, axes: Sym) -> Sym:
    """The adjoint of `np.tensordot(a, b, axes)` for `b`, from that of the result."""
    known = _axes(ex, a, b, axes)
    if known is None:
        return ex.emit(ex.runtime("tensordot_adjoint_b"), g, a, b, axes, name="g")
    of_a, of_b, free_a, free_b = known
    rows = tuple(range(len(free_a)))
    part = ex.emit(_TENSORDOT, a, g, Known((tuple(free_a), rows)), name="g")
    # Its axes: those of a that were summed, in the order of a, then those of b that stay.
    return _ordered(ex, part, [of_b[of_a.index(k)] for k in sorted(of_a)] + free_b)


def _axes(
    ex: Expander, a: Sym, b: Sym, axes: Sym
) -> tuple[list[int], list[int], list[int], list[int]] | None:
    """The axes of each operand that are summed, then those that are not; None if not known."""
    na, nb = ex.ask.ndim(ex.atom(a)), ex.ask.ndim(ex.atom(b))
    given = _value(axes)
    if na is None or nb is None or given is None:
        return None
    if isinstance(given, int):
        given = (range(na - given, na), range(given))
    if not isinstance(given, tuple | list) or len(given) != 2:
        return None
    of_a, of_b = ([s] if isinstance(s, int) else list(s) for s in given)
    if len(of_a) != len(of_b) or not all(isinstance(k, int) for k in (*of_a, *of_b)):
        return None
    if not all(-na <= k < na for k in of_a) or not all(-nb <= k < nb for k in of_b):
        return None  # the program raises here
    of_a, of_b = [k % na for k in of_a], [k % nb for k in of_b]
    free_a = [k for k in range(na) if k not in of_a]
    free_b = [k for k in range(nb) if k not in of_b]
    return of_a, of_b, free_a, free_b


def _value(sym: Sym) -> Any:
    """What a symbol is made of literals."""
    if isinstance(sym, Known):
        return sym.value
    if isinstance(sym, Tup):
        parts = tuple(_value(s) for s in sym.items)
        return None if any(p is None for p in parts) else parts
    return None


def _ordered(ex: Expander, part: Sym, order: list[int]) -> Sym:
    """The axes of an array, which are numbered by `order`, in that order."""
    if order == sorted(order):
        return part
    return ex.emit(_TRANSPOSE, part, Known(tuple(int(k) for k in np.argsort(order))), name="g")
