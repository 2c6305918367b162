"""Makes the zeros of a vector by its length, at a fifth of the price.

    x_bar = np.zeros_like(x)              x_bar = np.zeros(x.shape)

`np.zeros_like` keeps the dtype of its argument and the order of its axes.  A vector has no order,
and where facts say that it holds doubles, which are the default, there is nothing to keep.

>>> import numpy as np, s2s
>>> def f(x):
...     return x[0] * x[1]
>>> args = (np.ones(3),)
>>> derivative = s2s.grad(f, tuple(range(len(args))))
>>> print(derivative.specialize(*args).source.partition("\\n\\n")[2])
    # return x[0] * x[1]
    x_bar = np.zeros(x.shape)
    x_bar[1] = x[0] * f_bar
    x_bar[0] = f_bar * x[1]
    return (x_bar,)
"""

from __future__ import annotations

import numpy as np

from s2s.analysis.facts import Facts
from s2s.ir.build import Builder
from s2s.ir.nodes import Apply, Const, Expr, Function, Ref, Value
from s2s.transform.simplify.scene import Scene, rewrite

_ZEROS = Ref("np.zeros", np.zeros)


def zeros(function: Function, facts: Facts) -> Function:
    """The function with zeros of vectors by length."""
    return rewrite(function, facts, _rule)


def _rule(expr: Apply, target: Value, scene: Scene, build: Builder) -> Expr | None:
    if not isinstance(expr.fn, Ref) or expr.fn.obj is not np.zeros_like or expr.kwargs:
        return None
    (x,) = expr.args
    fact = scene.facts.of(x)  # type: ignore[arg-type]
    if fact.kind != "array" or fact.dims is None or len(fact.dims) != 1 or fact.dtype != float:
        return None
    shape = build.let(Apply(Ref("getattr", getattr), (x, Const("shape"))), "shape")
    return Apply(_ZEROS, (shape,))
