"""Forward mode of live functions: tangents, Hessian-vector products, matrices of derivatives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from s2s.analysis.fact import Fact
from s2s.driver.compile import build
from s2s.driver.derivative import Subject, has_gradient
from s2s.transform.pipeline import Program, forward_program, hvp_program


def pushforward(fn: Any, primals: tuple[Any, ...], second: bool = False) -> Callable[..., Any]:
    """A function of the tangents: `(value, tangent)`; with `second`, of the gradient of `fn`."""
    subject = Subject(fn)
    bound = subject.bind(primals, {})
    names = list(bound)
    wrt = tuple(n for n, p in zip(names, primals, strict=False) if has_gradient(p))
    given = {name: Fact.from_value(v) for name, v in bound.items()}
    make = hvp_program if second else forward_program
    program: Program = make(subject.function, wrt, given)
    module = build(program, subject.resolver, program.entry)
    entry = module.names[program.entry]

    def push(tangents: tuple[Any, ...]) -> Any:
        if len(tangents) != len(primals):
            raise TypeError(f"{len(primals)} arguments and {len(tangents)} tangents")
        ways = dict(zip(names, tangents, strict=False))
        for name in wrt:
            check_alike(bound[name], ways[name], name)
        module.refresh()
        own = {dot: ways[name] for dot, name in zip(program.tangents, wrt, strict=True)}
        return entry(*primals, **own)

    return push


def check_alike(x: Any, way: Any, name: str) -> None:
    """Refuse a tangent that has not the structure and shape of its argument."""
    if isinstance(x, list | tuple):
        if not isinstance(way, list | tuple) or len(way) != len(x):
            raise ValueError(f"the tangent of `{name}` must be a sequence of {len(x)}")
        for a, b in zip(x, way, strict=True):
            check_alike(a, b, name)
    elif isinstance(x, dict):
        if not isinstance(way, dict) or set(way) != set(x):
            raise ValueError(f"the tangent of `{name}` must have the keys {sorted(map(str, x))}")
        for key in x:
            check_alike(x[key], way[key], name)
    elif has_gradient(x) and np.shape(x) != np.shape(way):
        raise ValueError(
            f"the tangent of `{name}` has shape {np.shape(way)}, the argument {np.shape(x)}"
        )


def columns(push: Callable[..., Any], primals: tuple[Any, ...], k: int, pick: Any) -> Any:
    """The derivatives of `pick(push(tangents))` by every entry of argument `k`, entries last."""
    x = primals[k]
    if not isinstance(x, float | np.floating | np.ndarray):
        raise TypeError("this derivative is taken by a float or a float array")
    rest = [_zero(p) for p in primals]
    parts = []
    for index in np.ndindex(np.shape(x)):
        way = np.zeros(np.shape(x), dtype=np.result_type(x))
        way[index] = 1.0
        rest[k] = way if isinstance(x, np.ndarray) else float(way)
        parts.append(np.asarray(pick(push(tuple(rest)))))
    if not parts:
        raise ValueError("the argument is empty")
    whole = np.stack(parts, axis=-1)
    return whole.reshape(*parts[0].shape, *np.shape(x))


def _zero(x: Any) -> Any:
    """A zero tangent."""
    if isinstance(x, list | tuple):
        return [_zero(item) for item in x]
    if isinstance(x, dict):
        return {key: _zero(item) for key, item in x.items()}
    return np.zeros_like(x) if isinstance(x, np.ndarray) else 0.0
