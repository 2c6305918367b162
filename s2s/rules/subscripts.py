"""`np.einsum` with lists of axes as `np.einsum` with letters, so that one rule speaks for both."""

from __future__ import annotations

import string
from dataclasses import replace
from typing import Any

from s2s.ir.nodes import Apply, Atom, Const, Star
from s2s.rules.ask import Ask

__all__ = ["with_letters"]

# In the order that einsum sorts them in.
_FEW, _MANY = string.ascii_lowercase, string.ascii_uppercase + string.ascii_lowercase


def with_letters(op: Apply, ask: Ask) -> Apply:
    """`einsum(a, [0, 1], b, [1, 2])` as `einsum("ab,bc", a, b)`; other calls as they are."""
    args = [a for a in op.args if not isinstance(a, Star)]
    if len(args) < 2 or len(args) != len(op.args) or isinstance(args[0], Const):
        return op
    operands, lists = args[: len(args) // 2 * 2 : 2], args[1::2]
    if len(args) % 2:
        lists.append(args[-1])
    found = [_axes(a, ask) for a in lists]
    numbers = [k for axes in found if axes is not None for k in axes if k is not ...]
    if None in found or not all(type(k) is int and 0 <= k < 52 for k in numbers):
        return op
    letters = _FEW if max(numbers, default=0) < len(_FEW) else _MANY
    terms = ["".join("..." if k is ... else letters[k] for k in axes or ()) for axes in found]
    text = ",".join(terms[: len(operands)])
    if len(args) % 2:
        text += f"->{terms[-1]}"
    return replace(op, args=(Const(text), *operands))


def _axes(atom: Atom, ask: Ask) -> list[Any] | None:
    """The axes in a list that is known when compiling."""
    known, value = ask.constant(atom)
    if known:
        return list(value) if isinstance(value, list | tuple) else None
    items = ask.items(atom)
    if items is None:
        return None
    values = [ask.constant(a) for a in items]
    return [v for _, v in values] if all(k for k, _ in values) else None
