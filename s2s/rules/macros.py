"""The words of the template language that the compiler understands.

Each takes symbols and gives a symbol; with facts they vanish or become one NumPy call, without
facts they become a question (`ndim`) or a function of the runtime (`unbroadcast`).
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import gast
import numpy as np

from s2s.ir.nodes import Ref
from s2s.rules.contractions import contract_a, contract_b
from s2s.rules.rule import REQUIRED, Rule
from s2s.rules.symbols import Known, Later, Run, Slice, Sym, Tup, Zero

if TYPE_CHECKING:
    from s2s.rules.expand import Expander

__all__ = ["TABLE", "mT", "ndim", "run", "spread", "sum_to", "template"]

_ALL = Slice(Known(None), Known(None), Known(None))


def _np(name: str) -> Ref:
    """A function of NumPy."""
    return Ref(f"np.{name}", getattr(np, name))


def ndim(ex: Expander, x: Sym) -> Sym:
    """The rank of `x`: known, or `np.ndim(x)`."""
    if isinstance(x, Known) and not callable(x.value):
        return Known(np.ndim(x.value))
    if isinstance(x, Zero) and x.like is not None:
        x = Run(x.like)
    rank = ex.ask.ndim(ex.atom(x))
    return ex.emit(_np("ndim"), x, name="rank") if rank is None else Known(rank)


def is_scalar(ex: Expander, x: Sym) -> Sym:
    """Whether `x` has rank 0: known, or `np.ndim(x) == 0`."""
    if isinstance(x, Known):
        return Known(np.ndim(x.value) == 0)
    answer = ex.ask.is_scalar(ex.atom(x))
    if answer is not None:
        return Known(answer)
    rank = ndim(ex, x)
    return ex.apply(Known(operator.eq), (rank, Known(0)), {}, "scalar", None)


def is_array(ex: Expander, x: Sym) -> Sym:
    """Whether `x` is an ndarray: known, or `isinstance(x, np.ndarray)`."""
    answer = ex.ask.is_array(ex.atom(x))
    if answer is not None:
        return Known(answer)
    return ex.emit(Ref("isinstance", isinstance), x, Known(np.ndarray, text="np.ndarray"))


def same_shape(ex: Expander, a: Sym, b: Sym) -> Sym:
    """Whether two values have the same shape: known, or a comparison of `np.shape`."""
    if ex.ask.same_shape(ex.atom(a), ex.atom(b)):
        return Known(True)
    shapes = ex.emit(_np("shape"), a), ex.emit(_np("shape"), b)
    return ex.apply(Known(operator.eq), shapes, {}, "same", None)


def sum_to(ex: Expander, g: Sym, x: Sym) -> Sym:
    """Undo broadcasting: `g` summed to the shape of `x`."""
    if isinstance(g, Zero):
        return g
    if isinstance(x, Zero):
        if x.like is None:
            raise TypeError("the shape of an absent derivative is not known")
        x = Run(x.like)
    source, target = ex.atom(g), ex.atom(x)
    if ex.ask.same_shape(source, target):
        return g
    axes = ex.ask.summed(source, target)
    if axes is None:
        return ex.emit(ex.runtime("unbroadcast"), g, x, name="g")
    lead, kept = axes
    if ex.ask.ndim(target) == 0:
        # Every dimension goes: one plain sum, unless there was none to begin with.
        return ex.emit(_np("sum"), g, name="g") if lead else g
    if lead:
        g = ex.emit(_np("sum"), g, axis=_axes(range(lead)), name="g")
    if kept:
        g = ex.emit(_np("sum"), g, axis=_axes(kept), keepdims=Known(True), name="g")
    return g


def part_to(ex: Expander, g: Sym, x: Sym) -> Sym:
    """`g` summed to the shape of `x` where that is a number or an array, not a container."""
    known = ex.ask.is_array(ex.atom(x)), ex.ask.is_scalar(ex.atom(x))
    if True in known:
        return sum_to(ex, g, x)
    return g if known == (False, False) else ex.emit(ex.runtime("part_to"), g, x, name="g")


def _axes(axes: Sequence[int]) -> Known:
    """One axis as a number, several as a tuple."""
    return Known(axes[0] if len(axes) == 1 else tuple(axes))


def mT(ex: Expander, a: Sym) -> Sym:
    """The transpose of the last two axes: `a.T` for a matrix, else `np.swapaxes(a, -1, -2)`."""
    if isinstance(a, Zero):
        return a
    if ex.ask.ndim(ex.atom(a)) == 2:
        return ex.emit(Ref("getattr", getattr), a, Known("T"), name="t")
    return ex.emit(_np("swapaxes"), a, Known(-1), Known(-2), name="t")


def expand_reduced(ex: Expander, g: Sym, x: Sym, axis: Sym, keepdims: Sym) -> Sym:
    """`g`, the result of a reduction of `x`, with the reduced axes back as size 1."""
    if isinstance(g, Zero):
        return g
    none = Known(axis.value is None) if isinstance(axis, Known) else None
    if none is None:
        if isinstance(axis, Tup):
            none = Known(False)
        else:
            test = ex.apply(Known(operator.is_), (axis, Known(None)), {}, "whole", None)
            if ex.decide(test) is None:
                return ex.choose(
                    test, lambda: g, lambda: _unless(ex, keepdims, g, x, axis), "g"
                )
    if none is not None and none.value:
        return g
    return _unless(ex, keepdims, g, x, axis)


def _unless(ex: Expander, keepdims: Sym, g: Sym, x: Sym, axis: Sym) -> Sym:
    """`g` as it is when the reduction kept its axes, else with them put back."""
    return ex.choose(keepdims, lambda: g, lambda: _put_back(ex, g, x, axis), "g")


def _put_back(ex: Expander, g: Sym, x: Sym, axis: Sym) -> Sym:
    """`g[:, None]` when the rank and the axes are known, else `np.expand_dims(g, axis)`."""
    rank = ex.ask.ndim(ex.atom(x))
    known = isinstance(axis, Known) and isinstance(axis.value, int | tuple)
    if rank is None or not known:
        return ex.emit(_np("expand_dims"), g, axis, name="g")
    assert isinstance(axis, Known)
    axes = axis.value if isinstance(axis.value, tuple) else (axis.value,)
    reduced = {a % rank for a in axes} if rank else set()
    index: list[Sym] = [Known(None) if k in reduced else _ALL for k in range(rank)]
    while index and isinstance(index[0], Known):
        del index[0]  # broadcasting puts leading axes back by itself
    if all(i is _ALL for i in index):
        return g
    return ex.apply(Known(operator.getitem), (g, Tup(tuple(index))), {}, "g", None)


def spread(ex: Expander, g: Sym, x: Sym, axis: Sym, keepdims: Sym) -> Sym:
    """The adjoint of a sum: `g` put back to the shape of `x`."""
    if isinstance(g, Zero):
        return g
    expanded = expand_reduced(ex, g, x, axis, keepdims)
    if ex.ask.same_shape(ex.atom(expanded), ex.atom(x)):
        return expanded
    return ex.emit(ex.runtime("spread_to"), expanded, x, name="g")


TABLE: dict[str, Callable[..., Sym]] = {
    "ndim": ndim, "is_scalar": is_scalar, "is_array": is_array, "same_shape": same_shape,
    "sum_to": sum_to, "part_to": part_to, "mT": mT, "spread": spread,
    "expand_reduced": expand_reduced, "contract_a": contract_a, "contract_b": contract_b,
}  # fmt: skip


def template(
    ex: Expander, rule: Rule, args: Sequence[Sym], kwargs: Mapping[str, Sym], name: str,
    node: Any,
) -> Sym:  # fmt: skip
    """A `@macro` template applied to symbols."""
    env: dict[str, Sym | Later] = dict(zip(rule.names(), args))
    env.update(kwargs)
    for param in rule.params:
        if param.name not in env:
            if param.default is REQUIRED:
                raise ex.rule.error(f"the macro needs the argument {param.name}", node)
            env[param.name] = Known(param.default, text=param.text)
    outer, ex.rule = ex.rule, rule
    try:
        return run(ex, list(rule.body), env, name)
    finally:
        ex.rule = outer


def run(ex: Expander, body: list[Any], env: dict[str, Any], name: str) -> Sym:
    """The value that the statements of a macro or of a composite return."""
    for k, statement in enumerate(body):
        rest = body[k + 1 :]
        match statement:
            case gast.Return():
                return ex.eval(statement.value, env, name)
            case gast.Assign(targets=[gast.Name(id=local)]):
                env = {**env, local: ex.eval(statement.value, env, local)}
            case gast.Assign(targets=[gast.Tuple(elts=elts)]):
                whole = ex.eval(statement.value, env, "parts")
                parts = [ex.item(whole, Known(j), e.id) for j, e in enumerate(elts)]
                env = {**env, **{e.id: part for e, part in zip(elts, parts)}}
            case gast.If():
                # The rest is lowered in both arms: a macro is short, and returns from either.
                arms = statement.body + rest, statement.orelse + rest
                then, orelse = (partial(run, ex, arm, env, name) for arm in arms)
                return ex.choose(ex.eval(statement.test, env), then, orelse, name, "if")
            case _:
                raise ex.rule.error("a macro holds assignments, if and return", statement)
    raise ex.rule.error("this macro returns nothing", body[-1] if body else None)
