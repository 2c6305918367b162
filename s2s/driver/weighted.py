"""A function of any result as a scalar one: the sum of its entries times given weights."""

from __future__ import annotations

import operator
from typing import Any, TypeVar

import numpy as np

from s2s.driver.directional import Halves
from s2s.driver.dispatch import fact_of
from s2s.driver.family import Family
from s2s.driver.subject import Subject
from s2s.driver.trees import flatten, is_float, parts
from s2s.errors import S2SError
from s2s.ir.build import Builder
from s2s.ir.nodes import Atom, Block, Const, Function, Ref
from s2s.transform.pipeline import reverse_program

F = TypeVar("F", bound=Family)


def weigh(kind: type[F], fn: Any, value: Any, weights: Any) -> F:
    """The family of `Re(sum(weights * fn(...)))`, where `value` shows what `fn` returns."""
    made = kind(fn)
    made.subject = _weighted(made.subject, value, weights)
    return made


def again(fn: Any, value: Any, weights: Any, primals: tuple[Any, ...], ways: Any) -> Any:
    """The Hessian of the weighted result applied to a direction, reverse over reverse.

    One part for each argument; None for integers and the like.
    """
    first = weigh(Halves, fn, value, weights)
    given = first.subject.given(primals, {})
    wrt = first.wrt(given)
    try:
        program = reverse_program(first.subject.function, wrt, {}, bare=False)
    except S2SError:  # of arguments like these more is known
        facts = {n: fact_of(v) for n, v in given.items() if first.subject.facts_apply(n)}
        program = reverse_program(first.subject.function, wrt, facts, bare=False)
    *others, entry = program.functions
    by_name = dict(zip(first.subject.parameters, primals, strict=False))
    chosen = dict(zip(first.subject.parameters, ways, strict=False))
    second = Halves(fn)
    second.subject.function = entry
    second.subject.generated, second.subject.others = True, tuple(others)
    gradient = tuple(by_name[n] for n in wrt)
    second.subject = _weighted(second.subject, gradient, tuple(chosen[n] for n in wrt))
    return second.pull(primals)[1](1.0)


def _weighted(subject: Subject, value: Any, weights: Any) -> Subject:
    """The subject with another result."""
    function = subject.function
    build = Builder(function.origin)
    terms: list[Atom] = []
    _terms(function.body.outs[0], value, iter(flatten(weights)[0]), build, terms)
    if not terms:
        raise TypeError(f"the result of `{function.name}` is no float and holds none")
    total = terms[0]
    for term in terms[1:]:
        total = build.call(operator.add, total, term)
    body = function.body
    whole = Block((*body.stmts, *build.stmts), (total,), body.exit)
    subject.function = Function(
        function.name, function.params, whole, function.doc, function.origin,
        function.comments, function.taken,
    )  # fmt: skip
    return subject


def _terms(place: Atom, value: Any, weights: Any, build: Builder, terms: list[Atom]) -> None:
    """Add the weighted sum of every floating-point leaf of a result."""
    inner = parts(value)
    if inner is None:
        if not is_float(value):
            return
        weight = next(weights)
        scalar = isinstance(weight, float | complex) and not isinstance(weight, np.generic)
        by: Atom = Const(weight) if scalar else Ref(f"weight_{len(terms)}", weight)
        product = build.call(operator.mul, place, by)
        if np.iscomplexobj(weight):
            product = build.call(np.real, product)
        terms.append(build.call(np.sum, product))
        return
    for step, part in inner.items():
        if step.startswith("."):
            name = step[1:]
            item = build.call(Ref("getattr", getattr), place, Const(name), name=name)
        elif isinstance(value, dict):
            key = next(k for k in value if f"[{k!r}]" == step)
            item = build.call(operator.getitem, place, Const(key))
        else:
            item = build.call(operator.getitem, place, Const(int(step[1:-1])))
        _terms(item, part, weights, build, terms)
