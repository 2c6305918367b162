"""Arguments that a function writes into are copied first, in sight of the reader.

    def f(x, y):               def f_grad(x, y, f_bar=1.0):
        x[0] = y                   require_apart(x, y)
                                   x = x.copy()
                                   x[0] = y
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NoReturn

from s2s import runtime
from s2s.analysis.buffers import UNTRACKED, changes_items
from s2s.analysis.fact import Fact
from s2s.analysis.facts import Facts
from s2s.analysis.lists import lists_of_the_caller
from s2s.analysis.sharing import HOLDERS, Sharing, shares
from s2s.errors import Origin, Unsound
from s2s.ir.build import Builder
from s2s.ir.nodes import Apply, Atom, Function, Let, Method, Ref, Value, Write
from s2s.ir.walk import all_atoms, map_block, statements


def written_arguments(function: Function, facts: Facts) -> dict[Value, Write]:
    """The parameters whose memory a function writes into, each with one such write."""
    sharing = Sharing(function, facts)
    made = {
        s.targets[0] for s in statements(function.body)
        if isinstance(s, Let) and len(s.targets) == 1 and sharing.is_fresh(s)
    }  # fmt: skip
    memory: dict[object, Write] = {}
    slots: dict[object, Write] = {}
    for s in statements(function.body):
        if isinstance(s, Write) and isinstance(s.target, Value) and s.kind not in UNTRACKED:
            listed = changes_items(s, facts)
            if not listed or s.target not in made:  # a new list is none of the caller's
                (slots if listed else memory)[sharing.find(s.target)] = s
    found: dict[Value, Write] = {}
    for v in (p.value for p in function.params):
        key = sharing.find(v)
        write = memory.get(key) or (None if facts.is_array(v) else slots.get(key))
        if write is not None:
            found[v] = write
    return found


def own_arguments(function: Function, facts: Facts) -> tuple[Function, dict[Value, Value]]:
    """The function with copies of the arguments that it writes into, and those of arrays."""
    written = written_arguments(function, facts)
    grown = [v for v in lists_of_the_caller(function, parts=False) if v not in written]
    if not written and not grown:
        return function, {}
    build = Builder(function.origin, facts)
    read = set(all_atoms(function.body))
    held = [p.value for p in function.params if shares(p.value, facts) and p.value in read]
    for v, write in written.items():
        others = [w for w in held if w is not v and not (w in written and w.id < v.id)]
        holder, slot = facts.of(v).kind in HOLDERS, changes_items(write, facts)
        check = runtime.require_another if slot else runtime.require_apart
        if others or holder and not slot:
            apart = Apply(Ref(check.__name__, check), (v, *others))
            build.emit(Let((), apart, function.origin))
    table: dict[Value, Value] = {}
    for v in written:
        named = table[v] = Value(v.name, True)
        holder = facts.of(v).kind in HOLDERS
        fn = Method("copy") if facts.is_array(v) else (
            Ref("copied", runtime.copied) if holder else Ref("copy_of", runtime.copy_of)
        )  # fmt: skip
        if _holds_objects(facts.of(v)):  # their arrays are written into, not the objects
            fn = Ref("own_objects", runtime.own_objects)
        build.emit(Let((named,), Apply(fn, (v,)), function.origin))
        facts.give(named, replace(facts.of(v), owned=True))
    for v in grown:  # the list is copied, not what is in it
        table[v] = Value(v.name, True)
        build.emit(Let((table[v],), Apply(Ref("list", list), (v,)), function.origin))

    def swap(atom: Atom) -> Atom:
        return table.get(atom, atom) if isinstance(atom, Value) else atom

    body = map_block(function.body, swap)
    body = replace(body, stmts=(*build.stmts, *body.stmts))
    arrays = {v: copy for v, copy in table.items() if facts.is_array(v)}
    return replace(function, body=body), arrays


def _holds_objects(fact: Fact) -> bool:
    """Whether an argument is an object, or a list or dict that holds some."""
    return fact.kind == "object" or any(map(_holds_objects, fact.items or ()))


def refuse_written_arguments(
    function: Function, facts: Facts, why: str = "calls itself"
) -> None:
    """A function that is called, and could not be inlined, must not write into arguments.

    Raises
    ------
    Unsound
        Where it does.
    """
    written: dict[Value, Any] = {
        **lists_of_the_caller(function, parts=False), **written_arguments(function, facts),
    }  # fmt: skip
    for value, write in written.items():
        refuse_written(function.name, value.name, write.origin, why)


def refuse_written(
    callee: str, argument: str, origin: Origin | None, why: str = "calls itself"
) -> NoReturn:
    """Refuse a function that writes into an argument, and that cannot be taken apart."""
    raise Unsound(
        f"`{callee}` updates its argument `{argument}` in place and {why}", origin=origin,
        advice=("return the new array instead of writing into the argument",
                "or write the recursion as a loop")[: 2 if why == "calls itself" else 1],
    )  # fmt: skip
