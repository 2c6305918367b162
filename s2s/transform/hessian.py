"""A Hessian as one function: a loop over the entries of the arguments, for targets that loop fast.

    def f_hessian(x):
        x_dot = np.zeros_like(x)
        x_columns = np.empty((x.shape[0], x.shape[0]))
        for i in range(x.shape[0]):
            x_dot[i] = 1.0
            (part,) = f_grad_jvp(x, 1.0, x_dot)
            x_columns[i] = part
            x_dot[i] = 0.0
        return ((x_columns,),)

The axes of the direction come first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from s2s.analysis.fact import Fact
from s2s.ir.build import Builder, getattribute, getitem, tuple_of
from s2s.ir.nodes import Apply, Atom, Block, Const, For, Function, Iter, Param, Ref, Value, Write
from s2s.transform.pipeline import Program
from s2s.transform.unit import Generated


def with_columns(program: Program, wrt: tuple[str, ...], given: Mapping[str, Fact]) -> Program:
    """The program of Hessian-vector products with the function that collects all of them.

    Its arguments `wrt` have to be arrays of a known rank. The result is a tuple by the direction
    of tuples by the part.
    """
    product = next(f for f in program.functions if f.name == program.entry)
    dots = dict(zip(wrt, program.tangents, strict=True))
    own = {f.name for f in program.functions}
    name = program.entry.removesuffix("_grad_jvp") + "_hessian"
    while name in own:
        name += "_"
    params = tuple(
        Param(Value(p.value.name, True), p.kind, p.default) for p in product.params
        if p.value.name not in dots.values() and not _is_seed(p)
    )
    build = Builder(product.origin)
    by_name = {p.value.name: p.value for p in params}
    zeros = {n: build.call(np.zeros_like, by_name[n], name=dots[n]) for n in wrt}
    # Numba calls no function with parameters that go by keyword alone.
    product = replace(product, params=tuple(Param(p.value) for p in product.params))
    known: dict[str, Atom] = {**by_name, **{dots[n]: zeros[n] for n in wrt}}
    arguments = tuple(known.get(p.value.name, Const(1.0)) for p in product.params)  # or the seed
    call = Apply(Ref(product.name, Generated(product.name, product)), arguments)
    rows = [_columns(build, call, n, wrt, by_name, zeros[n], given) for n in wrt]
    result = tuple_of(build, *rows, name="result")
    function = Function(
        name, params, build.block(result),
        f"Hessian of `{product.name.removesuffix('_grad_jvp')}`, column by column.",
        product.origin, taken=product.taken | own,
    )  # fmt: skip
    others = tuple(f for f in program.functions if f.name != program.entry)
    return Program((*others, product, function), name)


def _is_seed(p: Param) -> bool:
    return p.default == Const(1.0) and p.value.name.endswith("_bar")


def _columns(
    build: Builder, call: Apply, name: str, wrt: tuple[str, ...], args: Mapping[str, Value],
    direction: Value, given: Mapping[str, Fact],
) -> Value:  # fmt: skip
    """The tuple of the derivatives of every part of the gradient along the entries of one."""
    sizes = {n: _sizes(build, args[n], given[n]) for n in wrt}
    found = []
    for n in wrt:
        dtype = given[n].dtype
        assert dtype is not None
        kind = () if dtype == np.float64 else (Ref(f"np.{dtype.name}", dtype.type),)
        shape = tuple_of(build, *sizes[name], *sizes[n], name="shape")
        found.append(build.call(np.empty, shape, *kind, name=f"{n}_columns"))
    places = [Value("i") for _ in sizes[name]]
    inner = Builder(build.origin)
    key: Atom = places[0] if len(places) == 1 else tuple_of(inner, *places, name="key")
    inner.emit(Write("item", direction, key, Const(1.0), build.origin))
    parts = inner.let(call, "parts")
    for k, columns in enumerate(found):
        part = getitem(inner, parts, Const(k), name="part")
        inner.emit(Write("item", columns, key, part, build.origin))
    inner.emit(Write("item", direction, key, Const(0.0), build.origin))
    block = inner.block()
    for place, size in zip(reversed(places), reversed(sizes[name]), strict=True):
        loop = For(Iter("range", (size,), item=place), (), (), block, (), build.origin)
        block = Block((loop,))
    build.stmts.extend(block.stmts)
    return tuple_of(build, *found, name=f"{name}_columns")


def _sizes(build: Builder, x: Value, fact: Fact) -> list[Value]:
    """The sizes of an array along each axis."""
    assert fact.dims is not None
    shape = getattribute(build, x, "shape", name="shape")
    return [getitem(build, shape, Const(k), name="n") for k in range(len(fact.dims))]
