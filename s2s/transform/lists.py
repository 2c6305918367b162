"""All names of one list name what it is now: a list that grows is one value after another.

    items = []                     items = []
    other = items                  items_2 = items + [x]
    items.append(x)                return items_2[0]
    return other[0]

Lowering gives the list a new value where a name is appended to.  Other names for it, and the
variable of a caller whose list an inlined function makes longer, are brought up to date here.
A list that grows while something holds it that is used afterwards is refused.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable
from typing import Any

from s2s.analysis.lifetimes import Lifetimes
from s2s.analysis.lists import appended
from s2s.errors import Origin, Unsound
from s2s.ir import prims
from s2s.ir.effects import pure
from s2s.ir.nodes import (
    Apply,
    Atom,
    Block,
    Closure,
    For,
    Function,
    If,
    Let,
    Method,
    Note,
    Ref,
    Stmt,
    Value,
    While,
    With,
    Write,
)  # fmt: skip
from s2s.ir.record import replace
from s2s.ir.walk import (
    all_defs,
    atoms_of,
    blocks_of,
    iter_atoms,
    iter_items,
    map_stmt,
    own_atoms,
    statements,
    with_stmts,
)  # fmt: skip

Env = dict[Value, Value]  # a list when it was made -> what it is now
_PARTS = (operator.getitem, getattr)
_ITEMS = frozenset({"pop", "get", "setdefault"})  # methods that give an item
_DISPLAYS = (prims.build_list, prims.build_tuple, prims.build_dict)
_COPIES = (list, tuple, sorted, reversed)


def settle_lists(function: Function) -> Function:
    """The function with every read of a list that grew reading what it is then.

    Raises
    ------
    Unsound
        Where a list grows that something else holds.
    """
    if not any(appended(s) is not None for s in statements(function.body)):
        return function
    names = _Names(_grown(function))
    body = names.block(function.body, {})
    settled = replace(function, body=body)
    _Holders(settled, names).block(body, {})
    return settled


def _grown(function: Function) -> set[Value]:
    """What is appended to, under the first of its names."""
    copies: dict[Value, Value] = {}
    found: set[Value] = set()
    for stmt in statements(function.body):
        match stmt:
            case Let(targets=(target,), expr=Value() as same) if not stmt.unpack:
                copies[target] = copies.get(same, same)
        if (items := appended(stmt)) is not None:
            found.add(copies.get(items, items))
    return found


class _Names:
    """Brings the names of lists up to date."""

    def __init__(self, grown: set[Value]) -> None:
        self.grown = grown
        self.roots: dict[Value, Value] = {}
        self.copies: dict[Value, Value] = {}  # another name -> what it names

    def root(self, value: Value) -> Value:
        """The list as it was made, of all its names."""
        return self.roots.get(value, value)

    def block(self, block: Block, env: Env) -> Block:
        """The block; `env` is brought up to date."""

        def now(atom: Any) -> Any:
            if not isinstance(atom, Value):
                return atom
            # Of a list that grows the adjoint grows with it: it has one name at a time.
            named = self.copies.get(atom, atom)
            current = env.get(self.root(atom), named if named in self.grown else atom)
            return atom if named is current and named not in self.grown else current

        stmts: list[Stmt] = []
        for stmt in block.stmts:
            stmt = map_stmt(stmt, now, lambda b: b)
            match stmt:
                case If():
                    stmt = self._if(stmt, env)
                case With():
                    stmt = self._with(stmt, env)
                case For() | While():
                    stmt = self._loop(stmt, env)
                case Let(targets=(target,), expr=Value() as same) if not stmt.unpack:
                    self.roots[target] = self.root(same)
                    self.copies[target] = self.copies.get(same, same)
                case Let(targets=(target,)) if (items := appended(stmt)) is not None:
                    root = self.roots[target] = self.root(items)
                    env[root] = target
            stmts.append(stmt)
        return with_stmts(block, stmts, map(now, block.outs))

    def _if(self, stmt: If, env: Env) -> Stmt:
        envs = dict(env), dict(env)
        new = self.block(stmt.then, envs[0]), self.block(stmt.orelse, envs[1])
        (then, orelse), results = self._joined(stmt, new, envs, env)
        return replace(stmt, then=then, orelse=orelse, results=results)

    def _with(self, stmt: With, env: Env) -> Stmt:
        inner = dict(env)
        (body,), results = self._joined(stmt, (self.block(stmt.body, inner),), (inner,), env)
        return replace(stmt, body=body, results=results)

    def _joined(
        self, stmt: If | With, blocks: tuple[Block, ...], envs: tuple[Env, ...], env: Env
    ) -> tuple[tuple[Block, ...], tuple[Value, ...]]:
        """The blocks and results that also hand on the lists that grew in a block."""
        inside = set(all_defs(Block((stmt,))))
        carriers: dict[Value, Value] = {}
        for r, *outs in zip(stmt.results, *(b.outs for b in blocks), strict=True):
            roots = {self.root(a) if isinstance(a, Value) else a for a in outs}
            if len(roots) == 1 and isinstance(root := roots.pop(), Value) and root not in inside:
                self.roots[r] = root
                carriers[root] = r
        results = list(stmt.results)
        outs_of = [list(b.outs) for b in blocks]
        for root in {r: None for e in envs for r in e}:
            if root in inside or all(e.get(root) is env.get(root) for e in envs):
                continue
            if root not in carriers:
                carriers[root] = Value(root.name, root.user)
                self.roots[carriers[root]] = root
                results.append(carriers[root])
                for outs, e in zip(outs_of, envs, strict=True):
                    outs.append(e.get(root, root))
            env[root] = carriers[root]
        made = zip(blocks, outs_of, strict=True)
        return tuple(replace(b, outs=tuple(outs)) for b, outs in made), tuple(results)

    def _loop(self, stmt: For | While, env: Env) -> Stmt:
        """A loop that carries the lists that grow in its body."""
        inside = set(all_defs(Block((stmt,))))
        before = dict(self.roots)
        loose: set[Value] = set()  # params that do not name one list all the time
        while True:
            self.roots = dict(before)
            for p, init in zip(stmt.params, stmt.inits, strict=True):
                if isinstance(init, Value) and p not in loose:
                    self.roots[p] = self.root(init)
            trial = dict(env)
            if isinstance(stmt, While):
                self.block(stmt.head, trial)
                self._refuse_head(stmt, env, trial)
            outs = self.block(stmt.body, trial).outs
            new = {
                p for p, out in zip(stmt.params, outs, strict=True)
                if p in self.roots and not (
                    isinstance(out, Value) and self.root(out) is self.root(p)
                )
            }  # fmt: skip
            if not new:
                break
            loose |= new
        grown = [r for r in trial if r not in inside and trial[r] is not env.get(r)]
        carried = {self.roots[p]: p for p in stmt.params if p in self.roots}
        added = {r: Value(r.name, r.user) for r in grown if r not in carried}
        self.roots.update({p: r for r, p in added.items()})
        names = {**carried, **added}
        inner = {**env, **{r: names[r] for r in grown}}
        if isinstance(stmt, While):
            stmt = replace(stmt, head=self.block(stmt.head, inner))
        body = self.block(stmt.body, inner)
        results = tuple(Value(r.name, r.user) for r in added)
        after = dict(zip(stmt.params, stmt.results, strict=True))
        after.update(zip(added.values(), results, strict=True))
        for p, result in after.items():
            if p in self.roots:
                self.roots[result] = self.roots[p]
        inits = tuple(env.get(r, r) for r in added)
        env.update({r: after[names[r]] for r in grown})
        return replace(
            stmt, params=(*stmt.params, *added.values()), inits=(*stmt.inits, *inits),
            body=replace(body, outs=(*body.outs, *(inner[r] for r in added))),
            results=(*stmt.results, *results),
        )  # fmt: skip

    def _refuse_head(self, stmt: While, env: Env, after: Env) -> None:
        for root in after:
            if after[root] is not env.get(root):
                raise Unsound(
                    f"the test of this `while` makes the list `{root.name}` longer",
                    origin=stmt.origin, advice=("append in the body of the loop",),
                )  # fmt: skip


class _Holders:
    """What may hold which list, statement by statement, and what is used after a list grew."""

    def __init__(self, function: Function, names: _Names) -> None:
        self.root = names.root
        self.times = Lifetimes(function)
        self.grown = {
            self.root(items) for s in statements(function.body)
            if (items := appended(s)) is not None
        }  # fmt: skip
        # What s2s wrote reads each list as it was: names of the user are settled there.
        self.generated = any(isinstance(s, Note) for s in function.body.stmts)
        self.same: dict[Value, set[Value]] = {}  # the lists that a value may be
        self.names: dict[Value, list[Value]] = {}
        for v in all_defs(function.body):
            self.names.setdefault(self.root(v), []).append(v)
        self.read = {
            a for s in statements(function.body) if not isinstance(s, If) and not _asks(s)
            for a in own_atoms(s) if isinstance(a, Value)
        }  # fmt: skip

    def block(self, block: Block, held: dict[Value, set[Value]]) -> None:
        """Walk a block; `held` says of a value which lists it may hold, or be a name for."""
        for stmt in block.stmts:
            match stmt:
                case Let():
                    self._let(stmt, held)
                case If() | With():
                    branches = [dict(held) for _ in blocks_of(stmt)]
                    for b, branch in zip(blocks_of(stmt), branches, strict=True):
                        self.block(b, branch)
                    for branch in branches:
                        self._merge(held, branch)
                    for k, r in enumerate(stmt.results):
                        self._name(r, [b.outs[k] for b in blocks_of(stmt)], held)
                case For() | While():
                    self._loop(stmt, held)
                case Write():
                    if isinstance(stmt.target, Value):
                        self._hold(stmt.target, own_atoms(stmt), held)

    def _loop(self, stmt: For | While, held: dict[Value, set[Value]]) -> None:
        rows = list(zip(stmt.params, stmt.inits, stmt.body.outs, stmt.results, strict=True))
        for _ in range(3):  # what an iteration leaves is there in the next one
            for p, init, out, _r in rows:
                self._name(p, (init, out), held)
            if isinstance(stmt, For):
                for item in iter_items(stmt.iter):
                    self._part(item, iter_atoms(stmt.iter), held)
            for b in blocks_of(stmt):
                self.block(b, held)
        for _p, init, out, r in rows:
            self._name(r, (init, out), held)

    def _let(self, stmt: Let, held: dict[Value, set[Value]]) -> None:
        for t in stmt.targets:
            if t in self.grown:  # a new list: what others hold is one made before
                for lists in (*held.values(), *self.same.values()):
                    lists.discard(t)
        items = appended(stmt)
        if items is not None:
            self._check(self.root(items), stmt, held)
            self._hold(stmt.targets[0], atoms_of(stmt.expr), held)
            return
        expr = stmt.expr
        fn = expr.fn.obj if isinstance(expr, Apply) and isinstance(expr.fn, Ref) else None
        if isinstance(expr, Value) and stmt.unpack or any(fn is f for f in _PARTS):
            base = [a for a in atoms_of(expr) if isinstance(a, Value)][:1]
            for t in stmt.targets:
                self._part(t, base, held)
        elif fn is min or fn is max:
            base = [a for a in atoms_of(expr) if isinstance(a, Value)]
            for t in stmt.targets:
                self._name(t, base if len(base) > 1 else (), held)
                self._part(t, base if len(base) == 1 else (), held)
        elif isinstance(expr, Closure | Value) or any(fn is f for f in _DISPLAYS):
            for t in stmt.targets:
                self._hold(t, atoms_of(expr), held)
        elif isinstance(expr, Apply) and isinstance(expr.fn, Method) and expr.fn.name in _ITEMS:
            self._mingle(expr, held)
            for t in stmt.targets:
                self._part(t, list(atoms_of(expr))[:1], held)
        elif any(fn is f for f in _COPIES) or isinstance(expr, Apply) and not pure(expr):
            whole = any(fn is f for f in _COPIES)
            for t in stmt.targets:
                self._hold(t, atoms_of(expr), held, whole)
            self._mingle(expr, held)

    def _mingle(self, expr: Any, held: dict[Value, set[Value]]) -> None:
        """A method such as `d.update(e)` may put its arguments into the object."""
        if isinstance(expr, Apply) and isinstance(expr.fn, Method):
            receiver, *rest = atoms_of(expr)
            if isinstance(receiver, Value):
                self._hold(receiver, rest, held)

    def _hold(
        self, target: Value, atoms: Iterable[Atom], held: dict[Value, set[Value]],
        items_only: bool = False,
    ) -> None:  # fmt: skip
        lists = held.setdefault(target, set())
        for a in atoms:
            if isinstance(a, Value):
                lists |= held.get(a, set())
                if not items_only:
                    lists.add(self.root(a))
        lists.discard(self.root(target))

    def _name(
        self, target: Value, atoms: Iterable[Atom], held: dict[Value, set[Value]]
    ) -> None:
        """`target` is one of the atoms."""
        self._hold(target, atoms, held)
        for a in atoms:
            if isinstance(a, Value):
                self.same.setdefault(target, set()).update((self.root(a), *self.same.get(a, ())))

    def _part(
        self, target: Value, whole: Iterable[Atom], held: dict[Value, set[Value]]
    ) -> None:
        """`target` is an item of `whole`, which so holds it."""
        self._hold(target, whole, held, True)
        for a in whole:
            if isinstance(a, Value):
                self.same.setdefault(target, set()).update(held.get(a, ()))
        if target not in self.grown:
            return
        for a in whole:
            if isinstance(a, Value):
                for v in [v for v, lists in held.items() if self.root(a) in lists]:
                    held[v].add(target)
                held.setdefault(a, set()).add(target)

    def _merge(self, held: dict[Value, set[Value]], branch: dict[Value, set[Value]]) -> None:
        for v, lists in branch.items():
            held.setdefault(v, set()).update(lists)

    def _check(self, root: Value, stmt: Let, held: dict[Value, set[Value]]) -> None:
        """Nothing that holds the list is used after it grew."""
        now = self.times.at[id(stmt)]
        for v, lists in held.items():
            if root in lists and self.root(v) is not root and self.times.dies.get(v, 0) > now:
                _refuse(v, root, stmt.origin)
        if self.generated:
            return
        for v, lists in self.same.items():  # the backward sweep asks what it was when it was read
            if root in lists and self.root(v) is not root and v in self.read:
                _refuse_one_of(v, root, stmt.origin)
        others = self.same.get(root, set()) - {root}
        for v, lists in held.items():
            if not others.isdisjoint(lists) and self.root(v) is not root and (
                v not in self.same and self.times.dies.get(v, 0) > now
            ):  # fmt: skip
                _refuse(v, root, stmt.origin)
        for other in others:
            for v in self.names.get(other, [other]):
                if self.times.dies.get(v, 0) > now:
                    _refuse_one_of(v, root, stmt.origin)


def _asks(stmt: Stmt) -> bool:
    """Whether a statement only asks how long a list is, or whether it is empty."""
    fn = stmt.expr.fn if isinstance(stmt, Let) and isinstance(stmt.expr, Apply) else None
    return isinstance(fn, Ref) and fn.obj in (len, operator.not_, prims.truth)


def _refuse(holder: Value, items: Value, origin: Origin | None) -> None:
    who = f"`{holder.name}`" if holder.user else "something"
    raise Unsound(
        f"the list `{items.name}` gets longer while {who} holds it, which is used afterwards",
        origin=origin,
        advice=("put the list into a container when it is complete",
                "or put a copy there: `list(items)`"),
    )  # fmt: skip


def _refuse_one_of(other: Value, items: Value, origin: Origin | None) -> None:
    who = f"`{other.name}`" if other.user and other.name != items.name else "another list"
    raise Unsound(
        f"the list `{items.name}` gets longer, which may be {who}, and that is read as well",
        origin=origin,
        advice=("pick the list where it grows: `(a if c else b).append(v)`",
                "or hold the lists in one list, and read them there: `lists[k].append(v)`"),
    )  # fmt: skip


__all__ = ["settle_lists"]
