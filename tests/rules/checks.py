"""Numerical checks of a small program through the public functions."""

from __future__ import annotations

import linecache
import math
import sys
from itertools import count

import numpy as np

import s2s
from s2s import runtime
from s2s.frontend.lower import lower
from s2s.ir import prims
from s2s.ir.build import Builder
from s2s.ir.nodes import Apply, Value
from s2s.rules import book, tangent
from s2s.runtime import zeros_of
from s2s.transform.results import apart
from tests.rules.grid import Case
from tests.rules.interpret import FromArrays, KnownNothing, interpret, read

_names = count(1)
WEIGHTS = {1: 3.0 / 4.0, 2: -3.0 / 20.0, 3: 1.0 / 60.0}


def compiled(text, name, scope):
    """A function with source, from a text."""
    filename = f"<case {next(_names)}>"
    linecache.cache[filename] = (len(text), None, text.splitlines(True), filename)
    exec(compile(text, filename, "exec"), scope)
    return scope[name]


def function_of(case: Case, template="return {}", scope=None):
    """A function with source, its parameters the variables of the case."""
    params = ", ".join(case.arguments())
    *before, result = case.text.split("; ")
    lines = [f"def program({params}):", *before, template.format(result)]
    text = "\n    ".join(lines) + "\n"
    return compiled(text, "program", modules() if scope is None else scope)


def modules():
    """The modules that a program may name; SciPy where a test has imported it."""
    found = {"np": np, "math": math, "scipy": sys.modules.get("scipy")}
    return {name: module for name, module in found.items() if module is not None}


def direction(value, rng):
    """A random direction of the kind of a value."""
    v = rng.normal(size=np.shape(value))
    if np.iscomplexobj(value):
        v = v + 1j * rng.normal(size=np.shape(value))
    v = np.asarray(v, dtype=np.asarray(value).dtype)
    return v if isinstance(value, np.ndarray) else type(value)(v.item())


def differences(fn, args, dots, step=5e-4):
    """The directional derivative by sixth-order central differences."""
    total = 0
    for k, w in WEIGHTS.items():
        for sign in (1, -1):
            moved = [a + sign * k * step * v for a, v in zip(args, dots)]
            total = total + sign * w * np.asarray(fn(*moved))
    return total / step


def close(a, b, tolerance):
    """Whether two arrays agree, relative to their size."""
    a, b = np.asarray(a), np.asarray(b)
    scale = 1 + max(np.max(np.abs(a), initial=0), np.max(np.abs(b), initial=0))
    return a.shape == b.shape and bool(np.all(np.abs(a - b) <= tolerance * scale))


def check_reverse(case: Case, tolerance=1e-7):
    """The value, and the pullback against finite differences; dtypes and shapes as well."""
    fn, rng = function_of(case), np.random.default_rng(3)
    args = list(case.arguments().values())
    expected = fn(*args)
    value, pullback = s2s.vjp(fn, *args)
    same = np.allclose(value, expected, 1e-14) if case.whole else np.array_equal(value, expected)
    assert same, "the value differs"
    cotangent = direction(expected, rng)
    bars = pullback(cotangent)
    dots = [direction(a, rng) for a in args]
    slope = differences(fn, args, dots)
    left = np.real(np.sum(np.asarray(cotangent) * slope))
    right = 0.0
    for arg, bar, dot in zip(args, bars, dots, strict=True):
        assert np.shape(bar) == np.shape(arg), f"shape {np.shape(bar)} for {np.shape(arg)}"
        assert np.asarray(bar).dtype == np.asarray(arg).dtype
        right += np.real(np.sum(np.asarray(bar) * dot))
    assert close(left, right, tolerance), f"differences {left}, pullback {right}"


def is_wide(case: Case) -> bool:
    """Whether all arguments are float64 arrays."""
    values = case.arguments().values()
    if "view(" in case.text or "strided(" in case.text:
        return False  # it counts in bytes
    return all(isinstance(v, np.ndarray) and v.dtype == np.float64 for v in values)


def check_single_precision(case: Case):
    """The gradient of float32 arguments is float32 and near that of float64."""
    fn = function_of(case)
    wide = case.arguments()
    narrow = [a.astype(np.float32) for a in wide.values()]
    value, pullback = s2s.vjp(fn, *narrow)
    reference, exact = s2s.vjp(fn, *wide.values())
    bars = pullback(np.ones(np.shape(value), np.asarray(value).dtype)[()])
    for bar, right in zip(bars, exact(np.ones(np.shape(reference))[()]), strict=True):
        assert bar.dtype == np.float32
        assert close(bar, right, 2e-3)


def tangent_of(fn, args, dots, facts: bool):
    """The tangent of a straight-line program, call by call by its rules."""
    function = apart(lower(fn))
    env = dict(zip((p.value for p in function.params), args))
    ask = FromArrays(env) if facts else KnownNothing()
    tangents = {}
    for p, v in zip(function.params, dots):
        tangents[p.value] = Value(f"{p.value.name}_dot")
        env[tangents[p.value]] = v
    if facts:
        ask.env = env
    for stmt in function.body.stmts:
        interpret([stmt], env)
        target = stmt.targets[0]
        expr = stmt.expr
        if not isinstance(expr, Apply):
            if expr in tangents:
                tangents[target] = tangents[expr]
            continue
        if expr.fn in (prims.build_tuple, prims.build_list) or getattr(expr.fn, "obj", None) in (
            prims.build_tuple, prims.build_list,
        ):  # fmt: skip
            if any(a in tangents for a in expr.args):
                parts = [
                    env[tangents[a]] if a in tangents else zeros_of(read(a, env)) for a in expr.args
                ]
                tangents[target] = Value(f"{target.name}_dot")
                env[tangents[target]] = parts
            continue
        if not any(getattr(a, "atom", a) in tangents for a in (*expr.args, *dict(expr.kwargs).values())):  # fmt: skip
            continue
        bound = book().lookup(expr, ask)
        assert bound is not None, book().why(expr, ask)
        build = ask.builder() if facts else Builder()
        result = target
        several = not bound.constant and len(bound.entry.rules()[0].results) > 1
        if several:
            result = stmt.targets
        dot = tangent(bound, result, tangents.get, ask, build)
        if dot is None:
            continue
        interpret(build.stmts, env)
        for out, one in zip(stmt.targets, dot if several else (dot,)):
            if one is not None:
                tangents[out] = Value(f"{out.name}_dot")
                env[tangents[out]] = read(one, env)
    out = function.body.outs[0]
    return env[tangents[out]] if out in tangents else zeros_of(fn(*args))


def check_forward(case: Case, facts: bool, tolerance=1e-7):
    """The tangent by the rules against finite differences, and its shape."""
    fn, rng = function_of(case), np.random.default_rng(4)
    args = list(case.arguments().values())
    dots = [direction(a, rng) for a in args]
    if case.whole:
        if not facts:
            return
        found = s2s.jvp(fn, args, dots)[1]
    else:
        found = tangent_of(fn, args, dots, facts)
    slope = differences(fn, args, dots)
    assert np.shape(found) == np.shape(slope), f"{np.shape(found)} for {np.shape(slope)}"
    assert close(found, slope, tolerance), f"{found} instead of {slope}"


def check_jvp(case: Case, tolerance=1e-7):
    """The tangent of the whole program against finite differences."""
    fn, rng = function_of(case), np.random.default_rng(4)
    args = tuple(case.arguments().values())
    dots = tuple(direction(a, rng) for a in args)
    value, found = s2s.jvp(fn, args, dots)
    slope = differences(fn, args, dots)
    assert np.array_equal(value, fn(*args)), "the value differs"
    assert np.shape(found) == np.shape(slope), f"{np.shape(found)} for {np.shape(slope)}"
    assert close(found, slope, tolerance), f"{found} instead of {slope}"


def check_hessian(fn, args, rng, tolerance):
    """Forward over reverse mode against differences of the gradient."""
    everything = tuple(range(len(args)))
    gradient = s2s.grad(fn, everything)
    dots = [direction(a, rng) for a in args]
    found = s2s.hvp(fn, tuple(args), tuple(dots))
    for k, one in enumerate(found):
        slope = differences(lambda *moved, k=k: gradient(*moved)[k], args, dots)
        assert close(one, slope, tolerance), f"differences {slope}, product {one}"


def check_second(case: Case, tolerance=1e-6):
    """The text of the gradient, differentiated again, against its finite differences."""
    rng = np.random.default_rng(5)
    args = case.arguments()
    result = function_of(case)(*args.values())
    weights = rng.normal(size=np.shape(result))
    real = "np.real({0}) + np.imag({0})" if np.iscomplexobj(result) else "{0}"
    scope = {**modules(), "weights": weights, **vars(runtime)}
    fn = function_of(case, f"return np.sum(weights * ({real}))", scope)
    if case.whole:
        check_hessian(fn, list(args.values()), rng, tolerance)
        return
    first = s2s.grad(fn, tuple(range(len(args))))
    first(*args.values())
    turns = [rng.normal(size=np.shape(a)) for a in args.values()]
    params = ", ".join(args)
    parts = " + ".join(f"np.sum(turns[{k}] * bars[{k}])" for k in range(len(args)))
    outer = f"def outer({params}):\n    bars = program_grad({params})\n    return {parts}\n"
    scope |= {"turns": turns}
    outer_fn = compiled(first.source + "\n\n" + outer, "outer", scope)
    found = s2s.grad(outer_fn, tuple(range(len(args))))(*args.values())
    dots = [direction(a, rng) for a in args.values()]
    slope = differences(outer_fn, list(args.values()), dots)
    right = sum(np.sum(np.asarray(b) * v) for b, v in zip(found, dots, strict=True))
    assert close(slope, right, tolerance), f"differences {slope}, second pullback {right}"
