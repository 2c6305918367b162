"""Tangents of writes in place: the tangent of a buffer is written as the buffer is.

    x[k] = v                   x_dot[k] = v_dot
    x[k] *= v                  t = x[k] * v_dot; x_dot[k] *= v; x_dot[k] += t

Tangents share memory as their values do, so views need nothing of their own.  Only what makes
new memory has to make new memory for its tangent too.
"""

from __future__ import annotations

import operator
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from s2s.analysis.buffers import ADVICE, UNTRACKED, changes_items
from s2s.analysis.copies import copies_alone
from s2s.analysis.facts import Facts
from s2s.analysis.sharing import Sharing, copies_all, shares
from s2s.errors import Unsound
from s2s.ir.nodes import Atom, Const, Function, Let, Ref, Value, Write
from s2s.ir.walk import all_defs, statements
from s2s.transform.forward.tangents import Tangents
from s2s.transform.reverse.containers import is_container, plain


@dataclass(frozen=True)
class Written:
    """The written memory of a function, as forward mode needs it.

    Attributes
    ----------
    homes : mapping
        Every value that may be written memory -> one value of its class.
    made : frozenset
        The values that are new memory.
    shallow : frozenset
        New lists and dicts of what is not new.
    """

    homes: Mapping[Value, Value] = field(default_factory=dict)
    made: frozenset[Value] = frozenset()
    shallow: frozenset[Value] = frozenset()

    def home(self, atom: Atom) -> Value | None:
        """One value of the class of an atom, if it is written."""
        return self.homes.get(atom) if isinstance(atom, Value) else None

    def reads(self, atom: Atom) -> frozenset[Value]:
        """The same as a set."""
        home = self.home(atom)
        return frozenset() if home is None else frozenset({home})


def written_memory(function: Function, facts: Facts) -> Written:
    """The values of a function that may be memory that it writes into.

    Raises
    ------
    Unsound
        Where something outside of the function may hold that memory.
    """
    writes = [s for s in statements(function.body) if isinstance(s, Write)]
    writes = [w for w in writes if w.kind not in UNTRACKED and isinstance(w.target, Value)]
    if not writes:
        return Written()
    sharing = Sharing(function, facts)
    alone = copies_alone(function, facts, sharing)
    first: dict[object, Value] = {}
    for w in writes:
        assert isinstance(w.target, Value)
        first.setdefault(sharing.find(w.target), w.target)
        own = changes_items(w, facts) and (
            w.target in alone or facts.tracked.group(w.target) is not None
        )
        if sharing.outside(w.target) and not own:
            raise Unsound(
                f"`{w.target.name}` is updated in place, and something outside may hold it",
                origin=w.origin, advice=ADVICE,
            )  # fmt: skip
    values = [*(p.value for p in function.params), *all_defs(function.body)]
    homes = {
        v: first[sharing.find(v)] for v in values
        if shares(v, facts) and sharing.find(v) in first
    }  # fmt: skip
    made = {
        s.targets[0]: s.expr for s in statements(function.body)
        if isinstance(s, Let) and len(s.targets) == 1 and not s.unpack
        and s.targets[0] in homes and sharing.is_fresh(s)
    }  # fmt: skip
    for s in statements(function.body):
        if isinstance(s, Let) and len(s.targets) > 1 and homes.keys() & set(s.targets):
            made |= {v: s.expr for v in s.targets if v in homes and sharing.are_new(s)}
    shallow = {
        v for v, expr in made.items()
        if facts.of(v).kind in ("list", "dict") and not copies_all(expr)
    }  # fmt: skip
    return Written(homes, frozenset(made), frozenset(shallow))


def push_write(stmt: Write, t: Tangents) -> None:
    """The write to the tangent, which may read old contents, then the write itself."""
    target = t.dot(stmt.target)
    if target is not None and stmt.kind not in UNTRACKED:
        _tangent(stmt, target, t.dot(stmt.value), t)
    t.build.emit(plain(stmt))


def _tangent(stmt: Write, target: Atom, dot: Atom | None, t: Tangents) -> None:
    parallel = replace(plain(stmt), target=target)
    form = stmt.op if stmt.kind == "restore" and stmt.op else stmt.kind
    if form in ("del", "cut", "clear"):
        t.build.emit(parallel)
        return
    if is_container(stmt, t.facts) or form == "refill":
        t.build.emit(replace(parallel, value=t.need(stmt.value)))
        return
    if stmt.op is None:
        t.build.emit(replace(parallel, value=Const(0.0) if dot is None else dot))
        return
    if stmt.op in ("Add", "Sub"):
        if dot is not None:
            t.build.emit(replace(parallel, value=dot))
        return
    part = None
    if dot is not None:
        old = stmt.target
        if stmt.kind != "whole":
            old = t.build.call(Ref("getitem", operator.getitem), stmt.target, stmt.key)
        part = t.build.call(operator.mul, old, dot)
        if stmt.op == "Div":
            part = t.build.call(operator.truediv, part, stmt.value)
            t.build.emit(replace(parallel, value=part, op="Sub"))
    t.build.emit(parallel)
    if part is not None and stmt.op == "Mult":
        t.build.emit(replace(parallel, value=part, op="Add"))
