"""Data of the user in globals and closures, handed to compiled code at each call.

    SCALE = 2.0                            def f_grad(x, f_bar=1.0):
    def f(x):                                  return f_grad_compiled(x, f_bar, SCALE)
        return SCALE * x
                                           @compiled
                                           def f_grad_compiled(x, f_bar, SCALE):

Numba takes what a global holds when it compiles for a constant; a derivative uses what it holds
when it is called.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from s2s.ir.nodes import Apply, Atom, Block, Function, Let, Param, Ref, Value
from s2s.ir.walk import all_atoms, blocks_of, map_block, with_blocks, with_stmts
from s2s.transform.numba.kinds import generated
from s2s.transform.unit import Generated


def live_of(functions: Mapping[str, Function]) -> dict[str, dict[str, Ref]]:
    """The data that each function reads, itself or through what it calls, by its text."""
    found = {
        name: {a.text: a for a in all_atoms(f.body) if isinstance(a, Ref) and a.live}
        for name, f in functions.items()
    }
    calls = {name: _callees(f.body) for name, f in functions.items()}
    changed = True
    while changed:
        changed = False
        for name, callees in calls.items():
            for callee in callees:
                for text, ref in found.get(callee, {}).items():
                    if text not in found[name]:
                        found[name][text] = ref
                        changed = True
    return found


def lifted(
    functions: Mapping[str, Function], live: Mapping[str, Mapping[str, Ref]]
) -> dict[str, Function]:
    """The functions with the data that they read as further parameters."""
    return {name: _lift(f, live) if live[name] else f for name, f in functions.items()}


def _lift(function: Function, live: Mapping[str, Mapping[str, Ref]]) -> Function:
    """One function; what it calls gets further arguments."""
    names = {p.value.name for p in function.params}
    own: dict[str, Value] = {}
    for text in live[function.name]:
        name = text.rpartition(".")[2]
        while name in names:
            name += "_"
        names.add(name)
        own[text] = Value(name, True)

    def swap(a: Any) -> Any:
        return own[a.text] if isinstance(a, Ref) and a.live else a

    def pass_on(block: Block) -> Block:
        stmts = []
        for stmt in block.stmts:
            if isinstance(stmt, Let) and isinstance(stmt.expr, Apply):
                callee = generated(stmt.expr)
                if callee is not None and live.get(callee.name):
                    args = (*stmt.expr.args, *(own[text] for text in live[callee.name]))
                    stmt = replace(stmt, expr=replace(stmt.expr, args=args))
            inner = tuple(pass_on(b) for b in blocks_of(stmt))
            stmts.append(with_blocks(stmt, inner) if inner else stmt)
        return with_stmts(block, stmts)

    body = map_block(pass_on(function.body), swap)
    plain = (replace(p, default=None, kind="normal") for p in function.params)
    params = (*plain, *map(Param, own.values()))
    return replace(function, params=params, body=body)


def wrapper(
    function: Function, inner: Generated, live: Mapping[str, Ref]
) -> Function:
    """The function that reads the data and calls the compiled one."""
    params = tuple(replace(p, value=Value(p.value.name, True)) for p in function.params)
    result = Value("result")
    args: tuple[Atom, ...] = (*(p.value for p in params), *live.values())
    call = Let((result,), Apply(Ref(inner.name, inner), args))
    return replace(
        function, params=params, body=Block((call,), (result,)), comments=(), spans=()
    )


def _callees(block: Block) -> set[str]:
    """The generated functions that a block calls."""
    found = set()
    for a in all_atoms(block):
        if isinstance(a, Ref):
            made = generated(Apply(a))
            if made is not None:
                found.add(made.name)
    return found
