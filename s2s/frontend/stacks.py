"""Lists that a function uses as stacks: made empty, appended to, popped from, counted.

    saved = []                 such a list is no value that can be held elsewhere, so
    saved.append(h)            its `append` and `pop` become the Push and Pop of the IR;
    h = saved.pop()            generated derivatives keep what they save in such lists
"""

from __future__ import annotations

from typing import Any

import gast


def stack_names(tree: Any) -> frozenset[str]:
    """The local names of a definition that only ever name a stack."""
    made: dict[str, int] = {}
    uses: dict[str, int] = {}
    proper: dict[str, int] = {}
    popped: set[str] = set()
    for node in gast.walk(tree):
        match node:
            case gast.Assign(targets=[gast.Name(id=name)], value=gast.List(elts=[])):
                made[name] = made.get(name, 0) + 1
                proper[name] = proper.get(name, 0) + 1
            case gast.Expr(value=gast.Call() as call) if pushed(call) is not None:
                name = str(pushed(call))
                proper[name] = proper.get(name, 0) + 1
            case gast.Assign(targets=[gast.Name()], value=gast.Call() as call) if (
                popped_from(call) is not None
            ):
                name = str(popped_from(call))
                proper[name] = proper.get(name, 0) + 1
                popped.add(name)
            case gast.Name(id=name):
                uses[name] = uses.get(name, 0) + 1
    for statement in tree.body:
        name = _counted(statement)
        if name is not None:
            proper[name] = proper.get(name, 0) + 1
    top = {
        s.targets[0].id
        for s in tree.body
        if isinstance(s, gast.Assign) and isinstance(s.targets[0], gast.Name)
    }
    return frozenset(
        n for n in popped if made.get(n) == 1 and uses[n] == proper[n] and n in top
    )


def _counted(statement: Any) -> str | None:
    """The name in `n = len(name)` and in a loop over `range(len(name))`, also backward."""
    match statement:
        case gast.Assign(targets=[gast.Name()], value=call):
            pass
        case gast.For(
            iter=gast.Call(func=gast.Name(id="range"), args=[call], keywords=[])
        ):
            pass
        case gast.For(
            iter=gast.Call(
                func=gast.Name(id="reversed"),
                args=[gast.Call(func=gast.Name(id="range"), args=[call], keywords=[])],
            )
        ):
            pass
        case _:
            return None
    match call:
        case gast.Call(func=gast.Name(id="len"), args=[gast.Name(id=name)], keywords=[]):
            return str(name)
    return None


def pushed(call: Any) -> str | None:
    """The name in `name.append(e)`."""
    match call:
        case gast.Call(
            func=gast.Attribute(value=gast.Name(id=name), attr="append"), args=[arg], keywords=[]
        ) if not isinstance(arg, gast.Starred):
            return str(name)
    return None


def popped_from(call: Any) -> str | None:
    """The name in `name.pop()`."""
    match call:
        case gast.Call(
            func=gast.Attribute(value=gast.Name(id=name), attr="pop"), args=[], keywords=[]
        ):
            return str(name)
    return None
