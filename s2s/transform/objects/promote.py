"""Attributes of objects that a function makes or updates become values of their own.

    p = Particle(x)            p_x = x
    for _ in range(3):         for _ in range(3):
        p.x = p.x * 2              p_x = p_x * 2
    return p.x                 return p_x

Runs after the methods are inlined: what is left of an object then is reads and writes of its
attributes.  An object that is used as a whole, and whose attributes are written, is refused.
The object of the caller is never changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from s2s.errors import Origin, Unsupported
from s2s.frontend.lower import default_atom
from s2s.ir import prims
from s2s.ir.nodes import (
    UNDEF,
    Apply,
    Atom,
    Block,
    Const,
    For,
    Function,
    If,
    Let,
    Method,
    Ref,
    Stmt,
    Undef,
    Value,
    While,
    With,
    Write,
)  # fmt: skip
from s2s.ir.record import replace
from s2s.ir.walk import (
    Replaced,
    all_atoms,
    blocks_of,
    map_stmt,
    own_atoms,
    statements,
    with_stmts,
)  # fmt: skip
from s2s.transform.objects.classes import default

Place = tuple[Value, str]  # an object and the name of an attribute
Env = dict[Place, Atom]


@dataclass(frozen=True)
class Objects:
    """The objects of a function: those that it makes, and those that it is given."""

    made: Mapping[Value, type]
    given: Mapping[Value, object]  # parameter -> an object like the one it will be


def promote(function: Function, objects: Objects) -> Function:
    """The function without writes to attributes.

    Raises
    ------
    Unsupported
        Where an object whose attributes are written is used as a whole.
    """
    writes = [s for s in statements(function.body) if isinstance(s, Write) and s.kind == "attr"]
    updated = {w.target for w in writes if isinstance(w.target, Value)}
    whole = (set(objects.made) | set(objects.given)) & {
        a for a in all_atoms(function.body) if isinstance(a, Value)
    }
    tracked = {v for v in whole if v in objects.made or v in updated}
    if not tracked:
        return function
    worker = _Promoter(function, tracked, objects)
    env: Env = {}
    start = worker.begin(writes, env)
    body = worker.block(function.body, env)
    return replace(function, body=replace(body, stmts=(*start, *body.stmts)))


class _Promoter(Replaced):
    """The walk over a function with what each attribute holds."""

    def __init__(self, function: Function, tracked: set[Value], objects: Objects) -> None:
        super().__init__()
        self.function, self.tracked, self.objects = function, tracked, objects

    def begin(self, writes: list[Write], env: Env) -> list[Stmt]:
        """What the attributes of given objects hold at first."""
        stmts: list[Stmt] = []
        for w in writes:
            place = self._place(w.target, w.key)
            if place is None or place in env or place[0] in self.objects.made:
                continue
            witness = self.objects.given[place[0]]
            if not hasattr(witness, place[1]):
                env[place] = UNDEF
                continue
            env[place] = value = Value(_name(place), True)
            read = Apply(Ref("getattr", getattr), (place[0], Const(place[1])))
            stmts.append(Let((value,), read, self.function.origin))
        return stmts

    def _place(self, target: Any, key: Any) -> Place | None:
        if isinstance(target, Value) and target in self.tracked and isinstance(key, Const):
            return target, str(key.value)
        return None

    # Statements

    def block(self, block: Block, env: Env) -> Block:
        """The block; `env` is brought up to date."""
        stmts: list[Stmt] = []
        for stmt in block.stmts:
            stmts += self.stmt(map_stmt(stmt, self.swap, lambda b: b), env)
        outs = tuple(self.swap(a) for a in block.outs)
        for a in outs:
            self._refuse_whole(a, None)
        return with_stmts(block, stmts, outs)

    def stmt(self, stmt: Stmt, env: Env) -> list[Stmt]:
        """What stands for a statement."""
        match stmt:
            case Let(targets=(target,), expr=Apply() as expr) if not stmt.unpack:
                if target in self.tracked:
                    return []
                place = self._read(expr)
                if place is not None:
                    return self._load(stmt, target, place, env)
            case Let(targets=(), expr=Apply(fn=Method("append"), args=(items, item), kwargs=())):
                holders = [p for p, held in env.items() if held is items]
                if len(holders) == 1 and isinstance(items, Value):
                    return self._append(stmt, holders[0], items, item, env)
            case Write(kind="attr", target=obj, key=key):
                place = self._place(obj, key)
                if place is not None:
                    return self._store(stmt, place, env)
            case If():
                return [self._if(stmt, env)]
            case With():
                body = self.block(stmt.body, inner := dict(env))
                return [self._joined(stmt, (body,), (inner,), env)]
            case For() | While():
                return [self._loop(stmt, env)]
        for a in own_atoms(stmt):
            self._refuse_whole(a, getattr(stmt, "origin", None))
        return [stmt]

    def _read(self, expr: Apply) -> Place | None:
        if isinstance(expr.fn, Ref) and expr.fn.obj is getattr and len(expr.args) == 2:
            return self._place(*expr.args)
        return None

    def _load(self, stmt: Let, target: Value, place: Place, env: Env) -> list[Stmt]:
        atom = env.get(place)
        if atom is None and place[0] in self.objects.made:
            found, held = default(self.objects.made[place[0]], place[1])
            atom = default_atom(place[1], held) if found else UNDEF
        if atom is None:
            return [stmt]  # an attribute of a given object that is only read
        if isinstance(atom, Undef):
            raise Unsupported(
                f"the attribute `{place[1]}` is read before it is assigned", origin=stmt.origin,
                advice=(f"assign `{place[1]}` in `__init__`",),
            )  # fmt: skip
        if target.user:
            return [replace(stmt, expr=atom)]
        self.table[target] = atom
        return []

    def _store(self, stmt: Write, place: Place, env: Env) -> list[Stmt]:
        self._refuse_whole(stmt.value, stmt.origin)
        value = Value(_name(place), True)
        if stmt.op is None:
            env[place] = value
            return [Let((value,), stmt.value, stmt.origin)]
        old = env.get(place, UNDEF)
        fn = prims.INPLACE[stmt.op]
        env[place] = value
        return [Let((value,), Apply(Ref(fn.__name__, fn), (old, stmt.value)), stmt.origin)]

    def _append(
        self, stmt: Let, place: Place, items: Value, item: Any, env: Env
    ) -> list[Stmt]:
        """`p.items.append(item)` makes the list longer that the attribute holds."""
        self._refuse_whole(item, stmt.origin)
        longer = env[place] = Value(_name(place), True)
        append = Apply(Ref("list_append", prims.list_append), (items, item))
        return [Let((longer,), append, stmt.origin)]

    def _refuse_whole(self, atom: Any, origin: Origin | None) -> None:
        if isinstance(atom, Value) and atom in self.tracked:
            raise Unsupported(
                f"the object `{atom.name}` is used as a whole here, and its attributes are"
                " assigned in the function that is differentiated",
                origin=origin or self.function.origin,
                advice=("pass on the attributes that are needed",
                        "or return the new values instead of assigning attributes"),
            )  # fmt: skip

    # Regions

    def _if(self, stmt: If, env: Env) -> Stmt:
        a, b = dict(env), dict(env)
        then, orelse = self.block(stmt.then, a), self.block(stmt.orelse, b)
        return self._joined(stmt, (then, orelse), (a, b), env)

    def _joined(
        self, stmt: If | With, blocks: tuple[Block, ...], envs: tuple[Env, ...], env: Env
    ) -> Stmt:
        """A statement that also hands on the attributes that its blocks change."""
        places = [
            p for p in {p: None for e in envs for p in e}
            if any(e.get(p, UNDEF) is not env.get(p, UNDEF) for e in envs)
            and not self._made_inside(p[0], stmt)
        ]  # fmt: skip
        results = [Value(_name(p), True) for p in places]
        new = tuple(
            replace(b, outs=(*b.outs, *(e.get(p, UNDEF) for p in places)))
            for b, e in zip(blocks, envs, strict=True)
        )
        env.update(zip(places, results, strict=True))
        whole = (*stmt.results, *results)
        if isinstance(stmt, If):
            return replace(stmt, then=new[0], orelse=new[1], results=whole)
        return replace(stmt, body=new[0], results=whole)

    def _made_inside(self, obj: Value, stmt: Stmt) -> bool:
        inner = (s for b in blocks_of(stmt) for s in statements(b))
        return any(isinstance(s, Let) and obj in s.targets for s in inner)

    def _loop(self, stmt: For | While, env: Env) -> Stmt:
        """A loop that carries the attributes that its body changes."""
        trial = dict(env)
        for b in blocks_of(stmt):
            self.block(b, trial)
        places = [
            p for p in trial
            if trial[p] is not env.get(p, UNDEF) and not self._made_inside(p[0], stmt)
        ]
        params = [Value(_name(p), True) for p in places]
        inits = [env.get(p, UNDEF) for p in places]
        inside = dict(env)
        inside.update(zip(places, params, strict=True))
        head = self.block(stmt.head, inside) if isinstance(stmt, While) else None
        body = self.block(stmt.body, inside)
        outs = tuple(inside[p] for p in places)
        results = [Value(_name(p), True) for p in places]
        env.update(zip(places, results, strict=True))
        if isinstance(stmt, While) and head is not None:
            stmt = replace(stmt, head=head)
        return replace(
            stmt, params=(*stmt.params, *params), inits=(*stmt.inits, *inits),
            body=replace(body, outs=(*body.outs, *outs)), results=(*stmt.results, *results),
        )  # fmt: skip


def _name(place: Place) -> str:
    """The variable of an attribute."""
    obj, attribute = place
    return attribute if obj.name == prims.CELLS else f"{obj.name}_{attribute}"
