"""Calls functions of arrays as methods, which is a third of the price for small ones.

    b_bar = np.sum(z_bar, axis=0)           b_bar = z_bar.sum(axis=0)
    x_bar = np.transpose(y_bar, (1, 0, 2))  x_bar = y_bar.transpose((1, 0, 2))

>>> import numpy as np, s2s
>>> def f(x, b):
...     return np.sum(np.exp(x + b))
>>> args = (np.ones((2, 3)), np.ones(3))
>>> derivative = s2s.grad(f, tuple(range(len(args))))
>>> print(derivative.specialize(*args).source.partition("\\n\\n")[2])
    # return np.sum(np.exp(x + b))
    t_bar = f_bar * np.exp(x + b)
    b_bar = t_bar.sum(axis=0)
    return t_bar, b_bar
"""

from __future__ import annotations

from typing import Any

import numpy as np

from s2s.analysis.facts import Facts
from s2s.ir.build import Builder
from s2s.ir.effects import lookup
from s2s.ir.nodes import Apply, Expr, Function, Method, Ref, Value
from s2s.transform.simplify.scene import Scene, generated, rewrite

# How many arguments, the array among them, the method takes as the function does.
_METHODS: dict[Any, int] = {np.sum: 1, np.reshape: 2, np.transpose: 2, np.swapaxes: 3}


def methods(function: Function, facts: Facts) -> Function:
    """The function with what its backward sweep does to arrays as methods."""
    return rewrite(function, facts, _rule)


def _rule(expr: Apply, target: Value, scene: Scene, build: Builder) -> Expr | None:
    if not isinstance(expr.fn, Ref):
        return None
    most = lookup(_METHODS, expr.fn.obj)
    if most is None or not 0 < len(expr.args) <= most:
        return None
    x: Any = expr.args[0]
    if not scene.facts.is_array(x) or not isinstance(x, Value) or not scene.facts.of(x).dims:
        return None
    if expr.kwargs and expr.fn.obj is not np.sum:
        return None
    # The forward sweep is the user's text.
    if not generated(target) and target not in scene.backward:
        return None
    return Apply(Method(expr.fn.obj.__name__), expr.args, expr.kwargs)
