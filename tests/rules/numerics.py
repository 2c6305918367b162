"""Numerical checks of a rule: finite differences, the dot-product test, facts against none."""

from __future__ import annotations

import numpy as np

from s2s.ir.build import Builder
from s2s.ir.nodes import Apply, Value
from s2s.rules import adjoint, tangent
from tests.rules.interpret import FromArrays, KnownNothing, dump, evaluate, interpret, read


def close(a, b, tolerance):
    """Whether two arrays agree, to a tolerance relative to their size."""
    a, b = np.asarray(a), np.asarray(b)
    scale = 1 + max(np.max(np.abs(a), initial=0), np.max(np.abs(b), initial=0))
    return a.shape == b.shape and bool(np.all(np.abs(a - b) <= tolerance * scale))


def check_call(book, fn, atoms, env, active, facts, seed=0, step=1e-6, tolerance=1e-7):
    """Check both modes of one call; returns the text of what was emitted.

    `atoms` are the arguments of `fn` (an Apply.fn) or (args, kwargs); `env` holds the values;
    `active` the Values to differentiate.
    """
    rng = np.random.default_rng(seed)
    args, kwargs = (
        atoms if isinstance(atoms, tuple) and isinstance(atoms[1], dict) else (atoms, {})
    )
    op = Apply(fn, tuple(args), tuple(kwargs.items()))
    y = Value("y")
    value = evaluate(op, env)
    env = {**env, y: value}
    dots = {v: Value(f"{v.name}_dot") for v in active}
    for v, d in dots.items():
        env[d] = np.asarray(rng.normal(size=np.shape(env[v])))[()]
    y_bar = Value("y_bar")
    env[y_bar] = np.asarray(rng.normal(size=np.shape(value)))[()]
    ask = FromArrays(env) if facts else KnownNothing()

    bound = book.lookup(op, ask)
    assert bound is not None, book.why(op, ask)
    forward = ask.builder() if facts else Builder()
    y_dot = tangent(bound, y, dots.get, ask, forward)
    tangent_value = read(y_dot, interpret(forward.stmts, dict(env))) if y_dot else 0 * value
    assert np.shape(tangent_value) == np.shape(value), dump(forward.stmts)
    low, high = (
        evaluate(op, {**env, **{v: env[v] + s * step * env[d] for v, d in dots.items()}})
        for s in (-1, 1)
    )
    difference = (high - low) / (2 * step)
    assert close(tangent_value, difference, tolerance), dump(forward.stmts)

    backward = ask.builder() if facts else Builder()
    pairs = adjoint(bound, y, y_bar, lambda a: a in dots, ask, backward)
    after = interpret(backward.stmts, dict(env))
    left = np.sum(env[y_bar] * tangent_value)
    right = 0.0
    for atom, expr in pairs:
        contribution = read(expr, after)
        assert np.shape(contribution) == np.shape(env[atom]), dump(backward.stmts)
        right += np.sum(contribution * env[dots[atom]])
    assert close(left, right, 1e-11), dump(backward.stmts)
    return dump(forward.stmts), dump(backward.stmts)
