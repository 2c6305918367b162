"""Saves no more in the forward half of a pair than the backward half reads in the end.

    def f_fwd(x, p):                      def f_fwd(x, p):
        return y, (x, w, p)                   return y, (x, w)

What crosses is decided before the halves are simplified, and then some of it is not asked for any
more: zeros of a dict of which every entry is set, a shape that another value tells.
"""

from __future__ import annotations

from s2s.ir import prims
from s2s.ir.effects import pure
from s2s.ir.nodes import Apply, Function, Let, Ref, Value
from s2s.ir.record import replace
from s2s.ir.sweep import sweep
from s2s.ir.walk import all_atoms
from s2s.transform.unit import Pair

_TUPLE = Ref("tuple", prims.build_tuple)


def trim(pair: Pair) -> None:
    """Leave out of a pair what its backward half does not read."""
    forward, backward = pair.forward.function_ir, pair.backward.function_ir
    if forward is None or backward is None or not backward.params:
        return
    saved_in, whole = backward.params[0].value, _saved(forward)
    taken = next((s for s in backward.body.stmts
                  if isinstance(s, Let) and s.unpack and s.expr is saved_in), None)  # fmt: skip
    if taken is None or whole is None:
        return
    assert isinstance(whole.expr, Apply)
    rest = tuple(s for s in backward.body.stmts if s is not taken)
    used = set(all_atoms(replace(backward.body, stmts=rest)))
    kept = [k for k, t in enumerate(taken.targets) if t in used]
    if saved_in in used or not kept or len(kept) == len(taken.targets):
        return
    if len(taken.targets) != len(whole.expr.args):
        return
    targets = tuple(taken.targets[k] for k in kept)
    less = Apply(_TUPLE, tuple(whole.expr.args[k] for k in kept))
    pair.backward.function_ir = _with(backward, taken, replace(taken, targets=targets))
    pair.forward.function_ir = sweep(_with(forward, whole, replace(whole, expr=less)), pure)


def _with(function: Function, old: Let, new: Let) -> Function:
    """The function with another statement in the place of one."""
    stmts = tuple(new if s is old else s for s in function.body.stmts)
    return replace(function, body=replace(function.body, stmts=stmts))


def _saved(forward: Function) -> Let | None:
    """The statement that puts together what a forward half saves."""
    made = {s.targets[0]: s for s in forward.body.stmts
            if isinstance(s, Let) and isinstance(s.expr, Apply) and s.expr.fn == _TUPLE
            and len(s.targets) == 1 and not s.unpack}  # fmt: skip
    result = made.get(forward.body.outs[0])  # type: ignore[arg-type]
    if result is None or not isinstance(result.expr, Apply) or len(result.expr.args) != 2:
        return None
    saved = result.expr.args[1]
    found = made.get(saved) if isinstance(saved, Value) else None
    uses = sum(a is saved for a in all_atoms(forward.body))
    return found if uses == 1 else None
