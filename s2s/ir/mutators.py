"""The methods and functions that change one of their arguments, by name: the one table of them.

>>> import numpy as np
>>> from s2s.ir.nodes import Apply, Method, Ref, Value
>>> x, rng = Value("x"), Value("rng")
>>> changed(Apply(Method("sort"), (x,))) == (x,)
True
>>> changed(Apply(Method("shuffle"), (rng, x))) == (x,)
True
>>> changed(Apply(Ref("np.copyto", np.copyto), (x, 0.0))) == (x,)
True
>>> changed(Apply(Ref("np.sort", np.sort), (x,)))
()
"""

from __future__ import annotations

from typing import Any

from s2s.ir.nodes import Apply, Atom, Method, Ref, Star

OF_ARRAYS = frozenset("sort fill put partition resize itemset setfield setflags".split())
OF_CONTAINERS = frozenset(
    "append extend insert pop popitem remove clear update setdefault add discard reverse".split()
)
OF_ANOTHER = frozenset({"shuffle", "at"})  # of a generator, of a ufunc: the next argument
METHODS = OF_ARRAYS | OF_CONTAINERS | OF_ANOTHER

NUMPY = frozenset("copyto put place putmask fill_diagonal put_along_axis shuffle".split())
FUNCTIONS = NUMPY | {"setattr", "delattr", "setitem", "delitem"}
# These change what NumPy prints and raises, or files.
SETTINGS = frozenset(
    "seterr seterrcall setbufsize set_printoptions save savez savetxt".split()
)
_MODULES = ("numpy", "cupy", "builtins", "_operator", "operator", "random")


def is_mutator(fn: Any) -> bool:
    """Whether a callee is a function that changes its first argument, by its name."""
    if not isinstance(fn, Ref):
        return False
    if fn.text.endswith(".at"):
        return True
    module = getattr(fn.obj, "__module__", None) or ""
    return getattr(fn.obj, "__name__", "") in FUNCTIONS and module.split(".")[0] in _MODULES


def changed(expr: Apply) -> tuple[Atom | Star, ...]:
    """The argument that a call changes, where its name says so."""
    fn = expr.fn
    if isinstance(fn, Method):
        if fn.name in OF_ANOTHER:
            return expr.args[1:2]
        return expr.args[:1] if fn.name in METHODS else ()
    return expr.args[:1] if is_mutator(fn) else ()
