"""Checks in generated code that the backward sweep takes back all that was saved for it.

    return x_bar                          require_empty(x_saved, t_saved)
                                          return x_bar

Only where `S2S_CHECK` asks for it: a value that is left over says that the two sweeps did not
take the same way, and that what was popped belongs to another iteration.
"""

from __future__ import annotations

from dataclasses import replace

from s2s import runtime
from s2s.ir import prims
from s2s.ir.nodes import Apply, Function, If, Let, Pop, Push, Ref, Value
from s2s.ir.walk import statements

_EMPTY = Apply(Ref("list", prims.build_list), ())


def with_empty_stacks(function: Function, program: Function) -> Function:
    """The function with a check of its lists of saved values at its end.

    On a stack of the `program` that is differentiated something may be left, and on one of a
    `try` whose body saved something and raised then: it is read nowhere but in the reverse of
    that body, which does not run then, and bodies in loops save nothing before they are through.
    """
    theirs = {s.stack.name for s in statements(program.body) if isinstance(s, Push | Pop)}
    body = function.body
    tries = [s for s in statements(body) if isinstance(s, If) and s.form == "try"]
    theirs |= {s.stack.name for t in tries for s in statements(t.then) if isinstance(s, Push)}
    own = {v for s in body.stmts if isinstance(s, Let) and s.expr == _EMPTY for v in s.targets}
    pushed = [s.stack for s in statements(body) if isinstance(s, Push)]
    popped = {s.stack for s in statements(body) if isinstance(s, Pop)}
    saved = [v for v in pushed if v in popped & own and v.name not in theirs]
    stacks: dict[Value, None] = dict.fromkeys(saved)
    if not stacks:
        return function
    check = Apply(Ref("require_empty", runtime.require_empty), tuple(stacks))
    return replace(function, body=replace(body, stmts=(*body.stmts, Let((), check))))
