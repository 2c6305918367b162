"""What is known of a gradient, from what is known of the argument that it is the gradient of.

>>> import numpy as np
>>> from s2s.analysis.fact import Fact
>>> found = gradient_fact(Fact.from_value({"w": np.ones((2, 3)), "b": 0.5}))
>>> found.kind, found.keys, [f.kind for f in found.items]
('dict', ('w', 'b'), ['array', 'scalar'])
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

from s2s.analysis.fact import CONTAINERS, NOTHING, NUMBER_KINDS, UNKNOWN, Fact
from s2s.ir.record import replace
from s2s.rules.namespace import runtime_part

_KEPT = 256
# id of an object -> the object, which is kept so that the id stays its own, and its gradient.
_made: OrderedDict[int, tuple[Any, Any]] = OrderedDict()


def gradient_fact(x: Fact) -> Fact:
    """The fact about `as_gradient(g, x)`: the structure, shapes and dtypes of `x`, new memory."""
    if x.kind in ("array", *NUMBER_KINDS):
        return replace(x, owned=True, const=NOTHING, size=None)
    if x.kind in CONTAINERS:
        items = None if x.items is None else tuple(map(gradient_fact, x.items))
        return Fact(x.kind, items=items, keys=x.keys, obj=x.obj, owned=True)
    if x.kind == "object" and x.obj is not None:
        like = _gradient_like(x.obj)
        return UNKNOWN if like is None else Fact("object", obj=like, owned=True)
    return UNKNOWN


def _gradient_like(obj: Any) -> Any:
    """A gradient of an object, with all of its attributes: one for each object."""
    if id(obj) not in _made:
        runtime = runtime_part("core")
        try:
            like = runtime.as_gradient(runtime.zeros_of(obj), obj)
            for name in vars(obj) if isinstance(like, runtime.Record) else ():
                setattr(like, name, runtime.gradient_of_part(0.0, getattr(obj, name)))
        except (TypeError, ValueError, AttributeError):  # it has none, or is half made
            like = None
        _made[id(obj)] = obj, like
        if len(_made) > _KEPT:
            _made.popitem(last=False)
    return _made[id(obj)][1]


__all__ = ["gradient_fact"]
