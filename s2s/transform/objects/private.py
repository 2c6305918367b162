"""Which attributes hold arrays that nothing else holds: to update one is to replace it.

    b.v = np.zeros(2)          the array is new, and only `b.v` names it
    b.v += dt * f              nobody can tell this from `b.v = b.v + dt * f`
"""

from __future__ import annotations

import operator
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from s2s.ir.effects import augmented, fresh
from s2s.ir.nodes import Apply, Block, Const, Function, Let, Method, Ref, Stmt, Value, Write
from s2s.ir.walk import all_atoms, blocks_of, own_atoms, statements
from s2s.transform.objects.kinds import Kind, Kinds

_SHOWN = frozenset("T real imag shape ndim size dtype".split())
_VIEWS = frozenset("reshape ravel transpose swapaxes squeeze diagonal".split())
PRIVATE = Const("private")  # marks an update of an item that nothing else holds


def private(
    function: Function, kinds: Kinds, kind: Kind, names: Iterable[str]
) -> frozenset[str]:  # fmt: skip
    """The attributes of the objects of a kind that hold such arrays, or numbers."""
    body = function.body
    uses = Counter(all_atoms(body))
    blocks = [body, *(b for s in statements(body) for b in blocks_of(s))]
    shared: set[str] = set()

    def about(atom: Any) -> bool:
        return isinstance(atom, Value) and kinds.of(atom) is kind

    for block in blocks:
        # What was made outside of a loop, and is stored inside, is the same array each time.
        new = {
            s.targets[0] for s in block.stmts
            if isinstance(s, Let) and len(s.targets) == 1 and not s.unpack and fresh(s.expr)
        }  # fmt: skip
        for stmt in block.stmts:
            match stmt:
                case Write(kind="attr", op=None, target=o, key=Const(value=name), value=v):
                    alone = isinstance(v, Const) or v in new and uses[v] == 1
                    if about(o) and not alone:
                        shared.add(str(name))
        shared |= _kept(block, about, uses)
    return frozenset(names) - shared


def _kept(block: Block, about: Callable[[Any], bool], uses: Mapping[Any, int]) -> set[str]:
    """The attributes that a block reads and keeps, or uses after they may have changed."""
    found: set[str] = set()
    reads: dict[Value, str] = {}  # what was read, or a view of it -> the attribute
    left: dict[Value, int] = {}  # how often it is still used
    late: set[Value] = set()  # what may have changed since
    for stmt in block.stmts:
        inner = (stmt, *(s for b in blocks_of(stmt) for s in statements(b)))
        changed = {
            s.key.value for s in inner
            if isinstance(s, Write) and s.kind == "attr" and s.op and isinstance(s.key, Const)
        }  # fmt: skip
        within = {v for v, name in reads.items() if name in changed}
        for s in inner:
            for a in own_atoms(s):
                if not isinstance(a, Value) or a not in reads:
                    continue
                left[a] -= 1
                stale = a in late or s is not stmt and a in within
                if stale or not (_only_reads(s, a) or s is stmt and _view(s) is a):
                    found.add(reads[a])
        late |= within
        match stmt:
            case Let(targets=(t,), expr=Apply(fn=Ref(obj=obj), args=(o, Const(value=name)))) if (
                obj is getattr and about(o)
            ):
                reads[t] = str(name)
            case Let(targets=(t,)) if _view(stmt) in reads:
                reads[t] = reads[_view(stmt)]  # type: ignore[index]
                if _view(stmt) in late:
                    late.add(t)
            case _:
                continue
        left[t] = uses[t]
    return found | {reads[v] for v, n in left.items() if n}


def _view(stmt: Stmt) -> Value | None:
    """What a statement reads a part of."""
    match stmt:
        case Let(targets=(_,), expr=Apply(fn=Ref(obj=operator.getitem), args=(Value() as v, _))):
            return None if stmt.unpack else v
        case Let(targets=(_,), expr=Apply(fn=Ref(obj=obj), args=(Value() as v, Const(value=name)))):
            return v if obj is getattr and name in _SHOWN else None
        case Let(targets=(_,), expr=Apply(fn=Method(name), args=(Value() as v, *_))):
            return v if name in _VIEWS and not stmt.unpack else None
    return None


def _only_reads(stmt: Stmt, atom: Value) -> bool:
    """Whether a statement keeps nothing of what it is given: `o.x += value` does not."""
    if isinstance(stmt, Write):
        return stmt.op is not None and stmt.value is atom and stmt.target is not atom
    if not isinstance(stmt, Let) or not isinstance(stmt.expr, Apply):
        return False
    return fresh(stmt.expr) or bool(augmented(stmt.expr)) and stmt.expr.args[0] is not atom
