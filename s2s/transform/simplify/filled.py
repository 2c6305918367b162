"""Writes the adjoint of a dict as a display, where each of its entries has one contribution.

    p_bar = zeros_of(p)
    add_at(p_bar, "b", b_bar)
    add_at(p_bar, "w", w_bar)             p_bar = {"w": w_bar, "b": b_bar}

The keys of the dict are known, and each contribution is memory of its own that nothing else uses.

>>> import numpy as np, s2s
>>> def f(p):
...     return np.sum(p["w"] * p["b"])
>>> args = ({"w": np.ones(3), "b": np.ones(3)},)
>>> derivative = s2s.grad(f, tuple(range(len(args))))
>>> print(derivative.specialize(*args).source.partition("\\n\\n")[2])
    # return np.sum(p["w"] * p["b"])
    p_bar = {"w": f_bar * p["b"], "b": p["w"] * f_bar}
    return (p_bar,)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Mapping
from typing import Any, TypeGuard

from s2s import runtime
from s2s.analysis.facts import Facts
from s2s.ir import prims
from s2s.ir.effects import fresh, is_add_at
from s2s.ir.nodes import Apply, Block, Const, Function, Let, Ref, Stmt, Value
from s2s.ir.record import replace
from s2s.ir.walk import blocks_of, statements, with_blocks, with_stmts
from s2s.transform.simplify.scene import Scene, scene_of
from s2s.transform.unit import Generated

_DICT = Ref("dict", prims.build_dict)


def filled(function: Function, facts: Facts) -> Function:
    """The function with displays for adjoints of dicts."""
    filler = _Filler(function, scene_of(function, facts))
    body = filler.block(function.body)
    return replace(function, body=body) if filler.applied else function


class _Filler:
    """One walk over a function."""

    def __init__(self, function: Function, scene: Scene) -> None:
        self.scene, self.applied = scene, False
        self.safe: Counter[Any] = Counter(function.body.outs)  # uses that change nothing
        self.given: set[Value] = set()  # what the backward sweep of a callee gives
        self.displays: set[Value] = set()
        for stmt in statements(function.body):
            if isinstance(stmt, Let) and isinstance(stmt.expr, Apply):
                ours = _is_ours(stmt.expr)
                if ours:
                    self.given.update(stmt.targets)
                if ours or _hands_on(stmt.expr):
                    self.safe.update(stmt.expr.args)
                elif is_add_at(stmt.expr.fn):
                    self.safe.update(stmt.expr.args[2:])

    def block(self, block: Block) -> Block:
        """A block after the walk."""
        stmts: list[Stmt] = []
        for stmt in block.stmts:
            inner = blocks_of(stmt)
            stmts.append(with_blocks(stmt, tuple(map(self.block, inner))) if inner else stmt)
        steps = {_args(s)[0]: s for s in stmts if _adds(s)}
        here = {t for s in stmts if isinstance(s, Let) for t in s.targets}
        gone: set[int] = set()
        made: dict[int, Let] = {}
        for stmt in stmts:
            chain = self.chain(stmt, steps, here) if _is_zeros(stmt) else None
            if chain is not None:
                gone.update(map(id, chain[:-1]))
                made[id(chain[-1])] = self.display(chain)
        self.applied |= bool(made)
        return with_stmts(block, [made.get(id(s), s) for s in stmts if id(s) not in gone])

    def chain(
        self, start: Let, steps: Mapping[Any, Let], here: Container[Any]
    ) -> list[Let] | None:
        """The zeros and the contributions, if there is one for each entry, made `here`."""
        keys = self.keys(start)
        if not keys or not all(type(k.value) is str for k in keys):
            return None
        found, last = [start], start.targets[0]
        while self.scene.uses[last] == 1 and last in steps:
            found.append(steps[last])
            last = found[-1].targets[0]
        parts = [_args(s) for s in found[1:]]
        once = len(parts) == len(keys) and {key for _, key, _ in parts} == set(keys)
        if not once or self.safe[last] != self.scene.uses[last]:
            return None
        if not all(self.is_own(v, here) for _, _, v in parts):
            return None
        self.displays.add(last)
        return found

    def keys(self, start: Let) -> tuple[Const, ...]:
        """The keys of the dict."""
        return tuple(map(Const, self.scene.container(_args(start)[0]).keys or ()))

    def is_own(self, v: Any, here: Container[Any]) -> bool:
        """Whether a contribution is memory of its own, each time, that nothing else uses."""
        if self.scene.facts.is_scalar(v) or isinstance(v, Value) and self.scene.spread(v):
            return True
        if not isinstance(v, Value) or self.scene.uses[v] != 1 or v not in here:
            return False
        expr = self.scene.defs.get(v)
        while expr is not None and is_add_at(expr.fn):
            expr = self.scene.defs.get(expr.args[0])  # type: ignore[arg-type]
        return v in self.given or v in self.displays or expr is not None and fresh(expr)

    def display(self, chain: list[Let]) -> Let:
        """The dict, with its entries in their order."""
        parts = {_args(s)[1]: _args(s)[2] for s in chain[1:]}
        items = tuple(x for k in self.keys(chain[0]) for x in (k, parts[k]))
        return replace(chain[-1], expr=Apply(_DICT, items))


def _args(stmt: Let) -> tuple[Any, ...]:
    return stmt.expr.args if isinstance(stmt.expr, Apply) else ()


def _is_zeros(stmt: Stmt) -> TypeGuard[Let]:
    """Whether a statement makes the first zeros of an adjoint."""
    return isinstance(stmt, Let) and isinstance(stmt.expr, Apply) and len(stmt.targets) == 1 and (
        isinstance(stmt.expr.fn, Ref) and stmt.expr.fn.obj is runtime.zeros_of
    )  # fmt: skip


def _adds(stmt: Stmt) -> TypeGuard[Let]:
    """Whether a statement contributes to an entry whose key is in the text."""
    return isinstance(stmt, Let) and isinstance(stmt.expr, Apply) and len(stmt.targets) == 1 and (
        is_add_at(stmt.expr.fn) and isinstance(stmt.expr.args[1], Const)
    )  # fmt: skip


def _is_ours(expr: Apply) -> bool:
    """Whether an expression calls the backward sweep of a callee."""
    obj = expr.fn.obj if isinstance(expr.fn, Ref) else None
    return isinstance(obj, Generated) and obj.name.endswith("_bwd")


def _hands_on(expr: Apply) -> bool:
    """Whether an expression holds a gradient, or converts it."""
    obj = expr.fn.obj if isinstance(expr.fn, Ref) else None
    return any(obj is f for f in (prims.build_tuple, prims.build_dict, runtime.as_gradient))
