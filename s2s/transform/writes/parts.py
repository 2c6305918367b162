"""Writes into what an array shows in another form: its entries in one row, its two parts.

    x.flat[k] = v              x[flat_index(x, k)] = v
    x.flat = v                 x[...] = np.resize(v, np.shape(x))
    x.real = v                 x[...] = v + 1j * np.imag(x)
    x.imag[k] += v             part = np.array(np.imag(x)); part[k] += v
                               x[...] = np.real(x) + 1j * part
"""

from __future__ import annotations

import operator
from collections import Counter
from dataclasses import replace

import numpy as np

from s2s import runtime
from s2s.analysis.facts import Facts
from s2s.ir.build import Builder
from s2s.ir.nodes import Apply, Atom, Const, Function, Let, Ref, Stmt, Value, Write
from s2s.ir.walk import all_atoms, statements

ALL = Const(...)
_PARTS = {"real": np.real, "imag": np.imag}


def shown_parts(function: Function) -> dict[Value, tuple[Value, str]]:
    """The values `x.flat`, `x.real` and `x.imag` that are written into.

    A part of a complex array has its own adjoint where it is read as well.
    """
    writes = [s for s in statements(function.body) if isinstance(s, Write)]
    targets = Counter(w.target for w in writes if w.kind in ("item", "whole"))
    if not targets:
        return {}
    uses = Counter(all_atoms(function.body))
    found: dict[Value, tuple[Value, str]] = {}
    for stmt in statements(function.body):
        match stmt:
            case Let(
                targets=(Value() as part,),
                expr=Apply(fn=Ref(obj=obj), args=(Value() as x, Const(value=str(name)))),
            ):
                if obj is getattr and name in ("flat", *_PARTS):
                    if targets[part] and (name == "flat" or uses[part] == targets[part]):
                        found[part] = x, name
    return found


def settle_attribute(write: Write, facts: Facts) -> list[Stmt] | None:
    """The statements that stand for `x.flat = v`, `x.real = v`, `x.imag += v`."""
    x = write.target
    name = write.key.value if isinstance(write.key, Const) else None
    if not isinstance(x, Value) or not facts.is_array(x):
        return None
    if name == "flat" and write.op is None:
        build = Builder(write.origin, facts)
        value = write.value
        if not facts.is_scalar(value) and not facts.same_shape(value, x):
            value = build.call(np.resize, value, build.call(np.shape, x))
        return [*build.stmts, Write("item", x, ALL, value, write.origin)]
    if name in _PARTS:
        kind = "item" if write.op is None else "whole"
        return _part(replace(write, kind=kind, key=ALL, args=()), x, name, facts)
    return None


def settle_part(write: Write, x: Value, name: str, facts: Facts) -> list[Stmt] | None:
    """The statements that stand for a write into `x.flat`, `x.real` or `x.imag`."""
    if not facts.is_array(x) or write.kind not in ("item", "whole"):
        return None
    if name in _PARTS:
        return _part(write, x, name, facts)
    if write.kind == "whole":
        return None
    build = Builder(write.origin, facts)
    key = build.call(Ref("flat_index", runtime.flat_index), x, write.key, name="key")
    value = write.value
    if write.op is None and not facts.is_scalar(value):
        first = build.call(operator.getitem, key, Const(0))
        value = build.call(np.resize, value, build.call(np.shape, first))
    return [*build.stmts, replace(write, target=x, key=key, value=value)]


def _part(write: Write, x: Value, name: str, facts: Facts) -> list[Stmt] | None:
    """A write into one part of a complex array, by writing both; of a real one, into itself."""
    dtype = facts.dtype(x)
    if dtype is None:
        return None
    if dtype.kind != "c":
        return [replace(write, target=x)] if name == "real" else None
    build = Builder(write.origin, facts)
    part: Atom = write.value
    if write.kind == "whole" or write.key != ALL or write.op is not None:
        new = build.call(np.array, build.call(_PARTS[name], x), name="part")
        build.emit(replace(write, target=new))
        part = new
    other = build.call(_PARTS["imag" if name == "real" else "real"], x)
    pair = (part, other) if name == "real" else (other, part)
    whole = build.call(operator.add, pair[0], build.call(operator.mul, Const(1j), pair[1]))
    return [*build.stmts, Write("item", x, ALL, whole, write.origin)]
