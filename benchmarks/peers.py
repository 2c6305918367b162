"""The other tools, each as a function of a case that gives a thunk, or says why it cannot.

The peers run the text of the case itself with their own NumPy in its place; JAX runs a
functional rewrite where tracing would unroll a thousand steps.
"""

from __future__ import annotations

import functools
import importlib.util
import sys
import time
from collections.abc import Callable
from types import ModuleType
from typing import Any

from benchmarks.cases import Case

Thunk = Callable[[], Any]


def installed(name: str) -> bool:
    """Whether a package can be imported."""
    return importlib.util.find_spec(name) is not None


@functools.cache
def rebound(module_name: str, numpy: str) -> ModuleType:
    """A second copy of a module of cases, in which `np` is another package."""
    spec = importlib.util.find_spec(module_name)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    copy = f"{module_name}_on_{numpy.replace('.', '_')}"
    sys.modules[copy] = module
    spec.loader.exec_module(module)
    module.np = importlib.import_module(numpy)
    return module


def _with_numpy(case: Case, numpy: str) -> Callable[..., Any]:
    return getattr(rebound(case.primal.__module__, numpy), case.primal.__name__)


def argnums(case: Case) -> Any:
    """One number or a tuple, as all the tools take it."""
    return case.argnums if len(case.argnums) > 1 else case.argnums[0]


def s2s_dispatched(case: Case, args: tuple[Any, ...]) -> Thunk:
    """What a user calls: `s2s.value_and_grad(fn)`."""
    import s2s

    if case.kind == "hessian":
        way = s2s.hessian(case.primal)
    else:
        way = s2s.value_and_grad(case.primal, argnums=argnums(case))
    return lambda: way(*args)


def s2s_numba(case: Case, args: tuple[Any, ...]) -> Thunk | None:
    """The same with `target="numba"`: what does not compile runs as NumPy code, and warns."""
    if not installed("numba"):
        return None
    import s2s

    if case.kind == "hessian":
        way = s2s.hessian(case.primal, target="numba")
    else:
        way = s2s.value_and_grad(case.primal, argnums=argnums(case), target="numba")
    return lambda: way(*args)


def s2s_bare(case: Case, args: tuple[Any, ...]) -> Thunk | None:
    """The compiled function itself, `s2s.compile(...)`: no look at the arguments."""
    import s2s

    if case.kind == "hessian":
        return None
    way = s2s.compile(s2s.value_and_grad(case.primal, argnums=argnums(case)), *args)
    return lambda: way(*args)


def autograd(case: Case, args: tuple[Any, ...]) -> Thunk | None:
    """Autograd on the same text."""
    if not installed("autograd"):
        return None
    import autograd

    fn = _with_numpy(case, "autograd.numpy")
    if case.kind == "hessian":
        way = autograd.hessian(fn)
    else:
        way = autograd.value_and_grad(fn, argnums(case))
    return lambda: way(*args)


def jax(case: Case, args: tuple[Any, ...]) -> Thunk | None:
    """JAX, jit, x64, results waited for; arguments converted before the clock starts."""
    if not installed("jax"):
        return None
    import jax as jx

    fn = case.jax or _with_numpy(case, "jax.numpy")
    static = tuple(k for k, a in enumerate(args) if isinstance(a, int))
    if case.kind == "hessian":
        way = jx.jit(jx.hessian(fn))
    else:
        way = jx.jit(jx.value_and_grad(fn, argnums(case)), static_argnums=static)
    own = [
        a if k in static else jx.tree_util.tree_map(jx.numpy.asarray, a)
        for k, a in enumerate(args)
    ]
    return lambda: jx.block_until_ready(way(*own))


def torch(case: Case, args: tuple[Any, ...]) -> Thunk | None:
    """PyTorch, eager, on the same text through a thin NumPy spelling of it."""
    if not installed("torch"):
        return None
    import torch as th

    from benchmarks.torch_numpy import differentiable, numbers

    fn = _with_numpy(case, "benchmarks.torch_numpy")
    own, wanted = differentiable(args, case.argnums)
    if case.kind == "hessian":
        return lambda: th.autograd.functional.hessian(fn, own[0].detach())

    def way() -> Any:
        value = fn(*own)
        return numbers(value, th.autograd.grad(value, wanted))

    return way


def first_call(thunk: Thunk) -> float:
    """Seconds that the first call takes, with everything that is compiled in it."""
    start = time.perf_counter()
    thunk()
    return time.perf_counter() - start
