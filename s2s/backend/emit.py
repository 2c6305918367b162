"""From a function of the intermediate representation to a Python definition.

    t = x @ w                               def layer(w, b, x):
    u = t + b               becomes             return np.tanh(x @ w + b)
    result = np.tanh(u)
    -> result

The stages: `fold` decides which temporaries are written at their use, `sequence` turns regions
into statements, `naming` gives values variables, and here each statement is written.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import gast

from s2s.backend.containers import fused, of_container
from s2s.backend.fold import fold
from s2s.backend.naming import names
from s2s.backend.plan import Plan
from s2s.backend.sequence import (
    Branch,
    Copy,
    Do,
    Give,
    Leave,
    Node,
    Repeat,
    Within,
    sequence,
    unguarded,
)  # fmt: skip
from s2s.backend.statements import Blank, Comment
from s2s.backend.syntax import Writer, name, negate
from s2s.backend.unparse import unparse
from s2s.backend.verbatim import rename
from s2s.errors import Origin
from s2s.ir import prims
from s2s.ir.effects import augmented, in_place, is_append, is_put
from s2s.ir.nodes import (
    Apply,
    Atom,
    Closure,
    Const,
    For,
    Function,
    If,
    Let,
    Note,
    Opaque,
    Pop,
    Push,
    Ref,
    Undef,
    Value,
    Write,
)  # fmt: skip
from s2s.ir.partial import bind_always, partial_values


def emit_function(function: Function) -> Any:
    """The definition of a function as a tree."""
    plan, nodes, writer = _planned(function)
    unbound = _copied(nodes, writer, partial_values(function.body))
    if unbound:  # a copy would read what some path leaves unbound
        function = replace(function, body=bind_always(function.body, unbound))
        plan, nodes, writer = _planned(function)
    body = _Emitter(function, writer, plan).body(nodes)
    if function.doc is not None:
        body.insert(0, gast.Expr(gast.Constant(function.doc, None)))
    if not any(not isinstance(s, Comment | Blank) for s in body):
        body.append(gast.Pass())
    return gast.FunctionDef(
        function.name, _arguments(function, writer), body, [], None, None, []
    )  # fmt: skip


def _planned(function: Function) -> tuple[Plan, list[Node], Writer]:
    """What is written where, in which order and under which names."""
    plan = fold(function)
    nodes = sequence(function, plan)
    return plan, nodes, Writer(names(function, plan, nodes), plan)


def _copied(nodes: list[Node], writer: Writer, values: set[Value]) -> set[Value]:
    """Those values that are copied into a variable of another name."""
    found: set[Value] = set()
    table = writer.names
    for node in nodes if values else ():
        match node:
            case Copy(pairs=pairs):
                found.update(
                    s for t, s in pairs
                    if isinstance(s, Value) and s in values
                    and table.get(t, t.name) != table.get(s, s.name)
                )  # fmt: skip
            case Branch(then=then, orelse=orelse):
                found |= _copied([*then, *orelse], writer, values)
            case Repeat(head=head, body=body):
                found |= _copied([*head, *body], writer, values)
            case Within(body=body):
                found |= _copied(body, writer, values)
    return found


def function_text(function: Function) -> str:
    """The definition of a function as text."""
    return unparse(emit_function(function))


def _arguments(function: Function, writer: Writer) -> Any:
    """The parameters of a function."""
    kinds: dict[str, list[Any]] = {
        "pos": [], "normal": [], "star": [], "kwonly": [], "starstar": []
    }  # fmt: skip
    defaults: list[Any] = []
    kw_defaults: list[Any] = []
    for p in function.params:
        kinds[p.kind].append(name(p.value.name, gast.Param()))
        default = None if p.default is None else writer.atom(p.default)
        if p.kind == "kwonly":
            kw_defaults.append(default)
        elif default is not None:
            defaults.append(default)
    star, starstar = kinds["star"], kinds["starstar"]
    return gast.arguments(
        kinds["normal"], kinds["pos"], star[0] if star else None, kinds["kwonly"],
        kw_defaults, starstar[0] if starstar else None, defaults,
    )  # fmt: skip


class _Emitter:
    """Writes statements one after the other."""

    def __init__(self, function: Function, writer: Writer, plan: Plan) -> None:
        self.function = function
        self.write = writer
        self.plan = plan
        self.comments = list(function.comments)
        self.in_forward = True
        self.procedure = False

    # Blocks

    def body(self, nodes: list[Node]) -> list[Any]:
        """The statements of the function."""
        self.procedure = all(a == Const(None) for a in _given(nodes))
        first = self.function.origin
        if first is not None:
            self.comments = [c for c in self.comments if first.line < c[0] <= first.end_line]
        return self.nodes(nodes)

    def nodes(self, nodes: list[Node]) -> list[Any]:
        """The statements of a block, comments included."""
        out: list[Any] = []
        for k, node in enumerate(nodes):
            if isinstance(node, Do) and isinstance(node.stmt, Note):
                out += self._note(node.stmt, nodes[k + 1 :])
                continue
            comments = self._comments(node)
            out += comments
            written = self.node(node)
            change = node.stmt if isinstance(node, Do) else None
            if isinstance(change, Write) and change.kind == "del" and fused(out, written[0]):
                continue
            out += written
            if not written and comments:
                del out[-len(comments) :]
        return out

    def _comments(self, node: Node) -> list[Any]:
        """The user's comments that stand above a statement."""
        if not self.comments or not self.in_forward:
            return []
        origin = _origin(node)
        last = isinstance(node, Give) and node.final
        if origin is None and not last:
            return []
        own = self.function.origin
        if origin is not None and (own is None or origin.filename != own.filename):
            return []
        line = float("inf") if origin is None else origin.line
        before = [text for at, text in self.comments if at < line]
        self.comments = [c for c in self.comments if c[0] >= line]
        return [Comment(_bare(text)) for text in before]

    def _note(self, note: Note, rest: list[Node]) -> list[Any]:
        """A comment of the generated text; an empty one is a blank line."""
        if not note.text:
            self.in_forward = False
            return [Blank()]
        if note.origin is not None and rest:
            follow = rest[0].stmt if isinstance(rest[0], Do) else None
            if isinstance(follow, Note) and (follow.origin is not None or not follow.text):
                return []
        return [Comment(_bare(note.text))]

    # Statements

    def node(self, node: Node) -> list[Any]:
        """The statements of one node."""
        match node:
            case Do(stmt=stmt):
                return self.simple(stmt)
            case Copy(pairs=pairs):
                return self._copy(pairs)
            case Branch():
                return self._branch(node)
            case Repeat():
                return self._repeat(node)
            case Within(stmt=stmt):
                target = None if stmt.target is None else self.write.store(stmt.target)
                item = gast.withitem(self.write.atom(stmt.context), target)
                return [gast.With([item], self.nodes(node.body) or [gast.Pass()], None)]
            case Leave(kind=kind):
                return [gast.Break() if kind == "break" else gast.Continue()]
            case Give():
                return self._return(node)
        raise TypeError(type(node).__name__)

    def _return(self, node: Give) -> list[Any]:
        if node.atom == Const(None) and self.procedure:
            return [] if node.final else [gast.Return(None)]
        return [gast.Return(self.write.atom(node.atom))]

    def _copy(self, pairs: list[tuple[Value, Atom]]) -> list[Any]:
        """One assignment for a parallel copy, without what is already in place."""
        kept = [(t, s) for t, s in pairs if not isinstance(s, Undef) and not self._same(t, s)]
        if not kept:
            return []
        targets = [self.write.store(t) for t, _ in kept]
        sources = [self.write.atom(s) for _, s in kept]
        if len(kept) == 1:
            return [gast.Assign(targets, sources[0], None)]
        target = gast.Tuple(targets, gast.Store())
        return [gast.Assign([target], gast.Tuple(sources, gast.Load()), None)]

    def _same(self, target: Value, source: Any) -> bool:
        """Whether a copy is from a variable to itself."""
        if not isinstance(source, Value) or source in self.plan.inline:
            return False
        table = self.write.names
        return table.get(target, target.name) == table.get(source, source.name)

    def _branch(self, node: Branch) -> list[Any]:
        if node.stmt.form == "try":
            return [self._try(node)]
        test = self.write.test(node.stmt.test)
        then, orelse = self.nodes(node.then), self.nodes(node.orelse)
        if not _real(then) and not _real(orelse):
            impure = node.stmt.test in self.plan.inline
            return [gast.Expr(test)] if impure else []
        if not _real(then):
            test, then, orelse = negate(test), orelse, []
        return [gast.If(test, then, orelse if _real(orelse) else [])]

    def _try(self, node: Branch) -> Any:
        """`try: ... except kinds as error: ...`."""
        orelse, error = node.orelse, None
        match orelse[0] if orelse else None:
            case Do(stmt=Let(targets=targets, expr=Apply(fn=Ref(obj=prims.caught)))):
                orelse, error = orelse[1:], self.write.store(targets[0])
        kinds = self.write.atom(node.stmt.test)
        if node.stmt.test == Ref("BaseException", BaseException):
            kinds = None if error is None else kinds
        guarded, rest = unguarded(node.then)
        body, after, handler = self.nodes(guarded), self.nodes(rest), self.nodes(orelse)
        body = body if _real(body) else [*body, gast.Pass()]
        handler = handler if _real(handler) else [*handler, gast.Pass()]
        handlers = [gast.ExceptHandler(kinds, error, handler)]
        return gast.Try(body, handlers, after if _real(after) else [], [])

    def _repeat(self, node: Repeat) -> list[Any]:
        stmt = node.stmt
        if isinstance(stmt, For):
            target, items = self.write.iteration(stmt.iter)
            body = self.nodes(node.body)
            if not _real(body):
                body.append(gast.Pass())
            return [gast.For(target, items, body, [], None)]
        head = self.nodes(node.head)
        test = self.write.test(stmt.head.outs[0])
        body = self.nodes(node.body)
        if not head:
            return [gast.While(test, body if _real(body) else [*body, gast.Pass()], [])]
        leave = gast.If(negate(test), [gast.Break()], [])
        always = gast.Constant(True, None)
        return [gast.While(always, [*head, leave, *body], [])]

    def simple(self, stmt: Any) -> list[Any]:
        """The statements of one without blocks."""
        match stmt:
            case Let():
                return self._let(stmt)
            case If() | For():
                return self._assign([stmt.results[0]], self.write.folded(stmt))
            case Write():
                return [self._write(stmt)]
            case Push(stack=stack, value=value):
                method = self.write.attribute(stack, "append", gast.Load())
                return [gast.Expr(gast.Call(method, [self.write.atom(value)], []))]
            case Pop(target=target, stack=stack):
                method = self.write.attribute(stack, "pop", gast.Load())
                value = gast.Call(method, [], [])
                used = self.plan.uses.count.get(target)
                return self._assign([target] if used else [], value)
            case Opaque():
                return self._opaque(stmt)
        raise TypeError(type(stmt).__name__)

    def _assign(self, targets: list[Value], value: Any) -> list[Any]:
        """`a = value`, or an expression statement where nothing is bound."""
        if not targets:
            return [gast.Expr(value)]
        return [gast.Assign([self.write.store(targets[0])], value, None)]

    def _let(self, stmt: Let) -> list[Any]:
        expr, targets = stmt.expr, stmt.targets
        if stmt.unpack or len(targets) > 1:
            return [self._unpack(stmt)]
        used = bool(targets) and (targets[0].user or self.plan.uses.count.get(targets[0]))
        if targets and isinstance(expr, Apply) and in_place(expr):
            return self._in_place(targets[0], expr, bool(used))
        if isinstance(expr, Closure) and not expr.is_lambda and targets:
            own = self.write.names.get(targets[0], targets[0].name)
            return [self.write.function(expr, own)]
        if isinstance(expr, Value | Const | Ref):
            if not targets or self._same(targets[0], expr):
                return []
            return self._copy([(targets[0], expr)])
        return self._assign([targets[0]] if used else [], self.write.expression(expr))

    def _unpack(self, stmt: Let) -> Any:
        """`a, *rest, b = x`."""
        targets: list[Any] = [self.write.store(v) for v in stmt.targets]
        match stmt.expr:
            case Apply(fn=Ref(obj=prims.unpack_star), args=(items, Const(value=before), _)):
                targets[before] = gast.Starred(targets[before], gast.Store())
                value = self.write.atom(items)
            case expr:
                value = self.write.expression(expr)
        return gast.Assign([gast.Tuple(targets, gast.Store())], value, None)

    def _in_place(self, target: Value, expr: Apply, used: bool) -> list[Any]:
        """An update of the first argument, copied to the variable of the result before."""
        first, *rest = expr.args
        mutates = augmented(expr) is None
        out: list[Any] = []
        base: Any = target
        if mutates and not self.plan.uses.count.get(target) and self._is_variable(first):
            base = first
        elif not self._same(target, first):
            out = [gast.Assign([self.write.store(target)], self.write.atom(first), None)]
        if not mutates:
            op = getattr(gast, str(augmented(expr)))()
            value = self.write.atom(rest[0])
            return [*out, gast.AugAssign(self.write.store(target), op, value)]
        if is_put(expr.fn):
            place = self.write.subscript(base, rest[0], gast.Store())
            return [*out, gast.Assign([place], self.write.atom(rest[1]), None)]
        if is_append(expr.fn):
            method = self.write.attribute(base, "append", gast.Load())
            return [*out, gast.Expr(gast.Call(method, [self.write.atom(rest[0])], []))]
        args = [self.write.atom(a) for a in rest]
        assert isinstance(expr.fn, Ref)
        call = gast.Call(self.write.atom(expr.fn), [self.write.variable(base), *args], [])
        return [*out, gast.Expr(call)]

    def _is_variable(self, atom: Any) -> bool:
        return isinstance(atom, Value) and atom not in self.plan.inline

    def _write(self, stmt: Write) -> Any:
        """A change of a buffer."""
        write = self.write
        changed = of_container(stmt, write)
        if changed is not None:
            return changed
        if stmt.kind in ("at", "add_at"):
            parts = (stmt.target, stmt.key, stmt.value)
            call = gast.Call(write.atom(stmt.args[0]), [write.atom(a) for a in parts], [])
            return gast.Expr(call)
        deleted = stmt.kind in _DELETED or stmt.op in _DELETED
        ctx = gast.Del() if deleted else gast.Store()
        if stmt.kind == "whole":
            place = write.place(stmt.target)
        elif stmt.kind in ("attr", "delattr"):
            place = write.attribute(stmt.target, _text(stmt.key), ctx)
        else:
            place = write.subscript(stmt.target, stmt.key, ctx)
        if deleted:
            return gast.Delete([place])
        if stmt.op is not None:
            return gast.AugAssign(place, getattr(gast, stmt.op)(), write.atom(stmt.value))
        if id(stmt) in self.plan.augmented:
            op = getattr(gast, self.plan.operator[id(stmt)])()
            return gast.AugAssign(place, op, write.atom(self.plan.augmented[id(stmt)]))
        return gast.Assign([place], write.atom(stmt.value), None)

    def _opaque(self, stmt: Opaque) -> list[Any]:
        """A statement in the user's words, its variables renamed."""
        table: dict[str, Any] = {}
        pairs: list[tuple[Value, Atom]] = []
        written = dict(stmt.writes)
        for n, a in stmt.reads:
            if n in written:
                pairs.append((written[n], a))
            else:
                table[n] = self.write.atom(a)
        for n, v in stmt.writes:
            table[n] = self.write.variable(v)
        return [*self._copy(pairs), rename(stmt.node, table)]


_DELETED = ("del", "delattr", "cut")


def _real(stmts: list[Any]) -> bool:
    """Whether there is a statement among comments."""
    return any(not isinstance(s, Comment | Blank) for s in stmts)


def _bare(text: str) -> str:
    """The text of a comment without its number sign."""
    return text.lstrip("#").strip() if text.startswith("#") else text


def _text(key: Atom) -> str:
    assert isinstance(key, Const) and isinstance(key.value, str)
    return key.value


def _origin(node: Node) -> Origin | None:
    """Where the user wrote what a node stands for."""
    match node:
        case Do(stmt=stmt) | Branch(stmt=stmt) | Repeat(stmt=stmt) | Within(stmt=stmt):
            return stmt.origin
    return None


def _given(nodes: list[Node]) -> list[Atom]:
    """All atoms that a function returns."""
    out: list[Atom] = []
    for node in nodes:
        match node:
            case Give(atom=atom):
                out.append(atom)
            case Branch():
                out += [*_given(node.then), *_given(node.orelse)]
            case Within():
                out += _given(node.body)
    return out


