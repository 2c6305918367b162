"""Takes items of a tuple that was just built from where they came.

    pair_bar = (a_bar, b_bar)          x_bar = a_bar * w
    x_bar = pair_bar[0] * w

>>> import numpy as np, s2s
>>> def f(x):
...     a, b = x + 1.0, x * 2.0
...     return a * b
>>> args = (3.0,)
>>> derivative = s2s.grad(f, tuple(range(len(args))))
>>> print(derivative.specialize(*args).source.partition("\\n\\n")[2])
    # a, b = x + 1.0, x * 2.0
    x_bar = (a * 2.0 + b) * f_bar
    return (x_bar,)
"""

from __future__ import annotations

import operator

from s2s.ir import prims
from s2s.ir.build import Builder
from s2s.ir.nodes import Apply, Const, Expr, Ref, Star, Value
from s2s.transform.simplify.scene import Scene


def rule(expr: Apply, target: Value, scene: Scene, build: Builder) -> Expr | None:
    """What takes the place of one expression."""
    if not isinstance(expr.fn, Ref) or expr.fn.obj is not operator.getitem:
        return None
    made, index = scene.made(expr.args[0], prims.build_tuple), expr.args[1]
    if made is None or not isinstance(index, Const) or type(index.value) is not int:
        return None
    if not -len(made.args) <= index.value < len(made.args):
        return None  # the program raises here
    item = made.args[index.value]
    return None if any(isinstance(a, Star) for a in made.args) else item  # type: ignore[return-value]
