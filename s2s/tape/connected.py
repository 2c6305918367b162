"""Which values a target depends on: the block run once more, with marks carried along.

`None` is a fact of the run: a branch that was not taken connects nothing. So the intermediate
form is run on the entry values, and every array remembers the marks of the arrays that it was
made from by an operation with a derivative. Nothing is differentiated and no operation is kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import gast
import numpy as np

from s2s.analysis.operations import Called, Inert, Item, Ruled, Unknown, classify
from s2s.backend.unparse import unparse
from s2s.driver.markers import stop_gradient
from s2s.errors import S2SError, Unsupported
from s2s.ir.nodes import (
    UNDEF,
    Apply,
    Block,
    Closure,
    Const,
    For,
    Function,
    If,
    Iter,
    Let,
    Method,
    Opaque,
    Pop,
    Push,
    Raw,
    Ref,
    Star,
    Value,
    While,
    With,
    Write,
)  # fmt: skip
from s2s.rules import Bound
from s2s.rules.rule import Packed
from s2s.runtime import detached, probed
from s2s.tape.effects import is_loud, unheard
from s2s.tape.held import children, stand_in
from s2s.tape.live import Live
from s2s.tape.settled import is_settled, sizes

Marks = frozenset[Any]
_NONE: Marks = frozenset()
# Their derivative is zero, and TensorFlow connects them all the same.
_CONNECTED = {np.sign}
_MARKERS = (stop_gradient, detached, probed)


class Connections:
    """The connections of one function, run anew only where they may differ from run to run."""

    def __init__(self, function: Function, place: Any, quiet: bool = False) -> None:
        self.function, self.place, self.quiet = function, place, quiet
        self.settled = is_settled(function, harmless=is_loud if quiet else None)
        self._known: dict[Any, list[Marks]] = {}

    def of(self, values: Mapping[str, Any], marks: Mapping[str, Any]) -> list[Marks]:
        """The marks of each of the values that the function returns.

        Parameters
        ----------
        values : mapping
            The arguments by parameter.
        marks : mapping
            By parameter: a list of (path, mark) for the leaves that have one.
        """
        key = None
        if self.settled:
            where = tuple(
                (n, tuple((p.text(), m) for p, m in found)) for n, found in marks.items()
            )
            key = (where, sizes(values.values()))
            if key in self._known:
                return self._known[key]
        run = Run(self.function, self.quiet)
        memo: dict[int, Any] = {}
        env = {}
        for p in self.function.params:
            name = p.value.name
            root = stand_in(values[name], memo)
            for path, mark in marks.get(name, ()):
                if not path.steps:
                    root = fresh(root)
                    run.mark(root, frozenset([mark]))
                else:
                    run.mark(path.read(root), frozenset([mark]))
            env[p.value] = root
        try:
            result = run.call_block(self.function.body, env)
        except S2SError:
            raise
        except Exception as error:
            raise Unsupported(
                f"running the block again failed: {type(error).__name__}: {error}",
                origin=self.place.origin(),
                advice=("move what the block does besides computing out of it",),
            ) from error
        found = [run.marks_of(item) for item in result]
        unsure = run.vague & frozenset().union(*found) if found else _NONE
        if unsure:
            raise Unsupported(
                "cannot tell which variables the value is connected to",
                origin=self.place.origin(),
                advice=("write the comprehension in the block as a loop",),
            )
        if key is not None:
            self._known[key] = found
        return found


def fresh(x: Any) -> Any:
    """An object of its own for a leaf, so that its marks are its own."""
    if isinstance(x, np.ndarray):
        return x.copy()
    if isinstance(x, np.generic):
        return x.dtype.type(x)
    return x + 0.0 if isinstance(x, float | complex) else x


def renewed(value: Any) -> Any:
    """A number, an array or a tuple of them as objects of their own."""
    if isinstance(value, list | tuple):
        return type(value)([renewed(part) for part in value])
    return fresh(value)


def _holds_floats(x: Any) -> bool:
    """Whether a value has a derivative, or parts that have one."""
    if isinstance(x, float | complex):
        return True
    if isinstance(x, np.ndarray | np.generic):
        return x.dtype.kind in "fcO"
    return any(_holds_floats(part) for _, _, part in children(x) or ())


class Run:
    """One run of the intermediate form with marks, kept by the identity of the objects."""

    def __init__(self, function: Function, quiet: bool = False) -> None:
        self.quiet = quiet  # show nothing, and draw from copies of generators
        self.env: dict[Value, Any] = {}
        self.table: dict[int, tuple[Any, Marks]] = {}
        self.vague: Marks = _NONE
        self.closures: dict[Value, Closure] = {}

    # Marks ------------------------------------------------------------------------------------

    def mark(self, x: Any, marks: Marks) -> None:
        """Add marks to a leaf."""
        old = self.table.get(id(x), (x, _NONE))[1]
        self.table[id(x)] = (x, old | marks)

    def marks_of(self, x: Any) -> Marks:
        """The marks of a leaf, or of all leaves of a container."""
        if isinstance(x, np.ndarray):
            found = self.table.get(id(x), (x, _NONE))[1]
            base = x.base
            while isinstance(base, np.ndarray):
                found |= self.table.get(id(base), (base, _NONE))[1]
                base = base.base
            return found
        inner = children(x)
        if inner is None:
            return self.table.get(id(x), (x, _NONE))[1]
        return _NONE.union(*(self.marks_of(part) for _, _, part in inner))

    def owner(self, x: Any) -> Any:
        """The array whose memory a view shows."""
        while isinstance(x, np.ndarray) and isinstance(x.base, np.ndarray):
            x = x.base
        return x

    def result(self, value: Any, marks: Marks, given: list[Any]) -> Any:
        """Give marks to the floating-point leaves of a result that are new."""
        if not marks:
            return value
        if isinstance(value, np.ndarray | np.generic | float | complex):
            kind = getattr(getattr(value, "dtype", None), "kind", "f")
            if kind in "fcO":
                if any(value is g for g in given) and isinstance(value, float | np.generic):
                    return value
                self.mark(value, marks)
            return value
        for _, _, part in children(value) or ():
            self.result(part, marks, given)
        return value

    # Running ----------------------------------------------------------------------------------

    def call_block(self, block: Block, env: Mapping[Value, Any]) -> Any:
        """The first result of a body in a frame of its own."""
        outer, self.env = self.env, dict(env)
        try:
            outs, _ = self.block(block)
            return outs[0]
        finally:
            self.env = outer

    def atom(self, a: Any) -> Any:
        """What an atom holds."""
        match a:
            case Value():
                return self.env[a]
            case Const(value=value):
                return value
            case Ref(obj=obj):
                return obj
        return UNDEF

    def block(self, block: Block) -> tuple[list[Any], str | None]:
        """Run statements."""
        leave = None
        for stmt in block.stmts:
            leave = self.statement(stmt)
        return [self.atom(a) for a in block.outs], block.exit or leave

    def bind(self, targets: Any, values: Any) -> None:
        """Bind several values."""
        for t, v in zip(targets, values, strict=True):
            self.env[t] = v

    def statement(self, stmt: Any) -> str | None:
        """Run a statement."""
        match stmt:
            case Let():
                self.let(stmt)
            case If():
                outs, leave = self.block(stmt.then if self.atom(stmt.test) else stmt.orelse)
                self.bind(stmt.results, outs)
                return leave
            case For():
                self.loop(stmt)
            case While():
                carried = [self.atom(a) for a in stmt.inits]
                while True:
                    self.bind(stmt.params, carried)
                    (test,), _ = self.block(stmt.head)
                    if not test:
                        break
                    carried, leave = self.block(stmt.body)
                    if leave == "break":
                        break
                self.bind(stmt.results, carried)
            case With():
                with self.atom(stmt.context) as entered:
                    if stmt.target is not None:
                        self.env[stmt.target] = entered
                    outs, leave = self.block(stmt.body)
                    self.bind(stmt.results, outs)
                return leave
            case Opaque():
                self.opaque(stmt)
            case Write():
                self.write(stmt)
            case Push():
                self.atom(stmt.stack).append(self.atom(stmt.value))
            case Pop():
                self.env[stmt.target] = self.atom(stmt.stack).pop()
        return None

    def let(self, stmt: Let) -> None:
        """Bind an expression."""
        if isinstance(stmt.expr, Closure) and stmt.targets:
            self.closures[stmt.targets[0]] = stmt.expr
        value = self.expression(stmt.expr)
        if not (stmt.unpack or len(stmt.targets) > 1):
            if stmt.targets:
                self.env[stmt.targets[0]] = value
            return
        marks = self.marks_of(value) if isinstance(value, np.ndarray) else _NONE
        for target, item in zip(stmt.targets, value, strict=True):
            self.env[target] = self.result(item, marks, [])

    def loop(self, stmt: For) -> None:
        """Run a loop."""
        carried = [self.atom(a) for a in stmt.inits]
        for items in self.items(stmt.iter):
            self.bind(stmt.params, carried)
            self.env.update(items)
            carried, leave = self.block(stmt.body)
            if leave == "break":
                break
        self.bind(stmt.results, carried)

    def items(self, it: Iter) -> Iterator[dict[Value, Any]]:
        """What each pass of a loop binds."""
        if it.kind == "range":
            raw: Any = range(*(self.atom(a) for a in it.args))
        elif it.kind == "enumerate":
            start = self.atom(it.args[0]) if it.args else 0
            assert it.item is not None
            for k, d in enumerate(self.items(it.inner[0]), start):
                yield {it.item: k, **d}
            return
        elif it.kind == "zip":
            for row in zip(*(self.items(i) for i in it.inner), strict=False):
                yield {k: v for d in row for k, v in d.items()}
            return
        elif it.kind == "reversed":
            yield from reversed(list(self.items(it.inner[0])))
            return
        else:
            raw = self.atom(it.args[0])
        marks = self.marks_of(raw) if isinstance(raw, np.ndarray) else _NONE
        for v in raw:
            self.result(v, marks, [])
            yield {it.item: v} if it.item is not None else {}

    def write(self, stmt: Write) -> None:
        """A change in place: all of the array depends on what is written."""
        target, key, value = self.atom(stmt.target), self.atom(stmt.key), self.atom(stmt.value)
        if isinstance(target, np.ndarray):
            owner = self.owner(target)
            self.mark(owner, self.marks_of(value))
        if stmt.kind == "item":
            target[key] = value
        elif stmt.kind == "attr":
            setattr(target, key, value)
        elif stmt.kind == "del":
            del target[key]
        elif stmt.kind == "delattr":
            delattr(target, key)
        else:
            getattr(target, key)(*(self.atom(a) for a in stmt.args))

    def opaque(self, stmt: Opaque) -> None:
        """A statement kept as text: everything that it binds may depend on all that it reads."""
        names = {n: self.atom(a) for n, a in stmt.reads}
        marks = _NONE.union(*(self.marks_of(v) for v in names.values()))
        given = list(names.values())
        exec(unparse(gast.Module([stmt.node], [])), names)
        made = [names.get(n) for n, _ in stmt.writes]
        if _holds_floats(made):
            self.vague |= marks
        self.bind([v for _, v in stmt.writes], [self.result(m, marks, given) for m in made])

    # Expressions ------------------------------------------------------------------------------

    def expression(self, expr: Any) -> Any:
        """The value of an expression, marked."""
        match expr:
            case Apply():
                return self.apply(expr)
            case Raw(node=node, reads=reads):
                names = {n: self.atom(a) for n, a in reads}
                marks = _NONE.union(*(self.marks_of(v) for v in names.values()))
                value = eval(unparse(node).strip(), dict(names))
                if hasattr(value, "__next__"):
                    value = list(value)
                if _holds_floats(value):
                    self.vague |= marks
                return self.result(value, marks, list(names.values()))
            case Closure():
                return self.closure(expr)
        return self.atom(expr)

    def closure(self, expr: Closure) -> Any:
        """A nested function that carries marks when it is called, by whomever."""
        captured = [self.atom(a) for _, a in expr.captures]
        defaults = {n: self.atom(a) for n, a in expr.defaults}

        def run(*args: Any, **kwargs: Any) -> Any:
            function = expr.source.function
            names = [p.value.name for p in function.params]
            given = dict(zip(names, (*captured, *args), strict=False))
            given |= {k: v for k, v in defaults.items() if k not in given}
            given |= kwargs
            return self.function(function, given)

        run.carries_marks = True  # type: ignore[attr-defined]
        return run

    def function(self, function: Function, given: Mapping[str, Any]) -> Any:
        """Call a function whose form is known."""
        env = {}
        for p in function.params:
            name = p.value.name
            if name in given:
                env[p.value] = given[name]
            elif p.default is not None:
                env[p.value] = self.atom(p.default)
        return self.call_block(function.body, env)

    def apply(self, expr: Apply) -> Any:
        """A call, an operator, an item or an attribute."""
        op = classify(expr, Live(self.env), self.closures)
        args, kwargs = self.arguments(expr.args), self.keywords(expr)
        fn = expr.fn
        held = self.atom(fn) if isinstance(fn, Value) else None
        own = getattr(held, "carries_marks", False)
        if isinstance(op, Called) and not own:
            return self.called(op)
        if self.quiet and is_loud(fn):
            return unheard(fn, args, kwargs)
        if isinstance(fn, Method):
            receiver, *rest = args
            value = getattr(receiver, fn.name)(*rest, **kwargs)
        else:
            value = self.atom(fn)(*args, **kwargs)
        given = [*args, *kwargs.values()]
        if getattr(fn, "obj", None) in _MARKERS if isinstance(fn, Ref) else False:
            value = fresh(value)  # they return what they are given
        match op:
            case Ruled(bound):
                return self.result(value, self.through(bound), given)
            case Item(base=base):
                root = self.atom(base)
                marks = self.marks_of(root) if isinstance(root, np.ndarray | np.generic) else _NONE
                return self.result(value, marks, [])
            case Inert():
                obj = getattr(fn, "obj", None)
                if obj in _CONNECTED if getattr(obj, "__hash__", None) else False:
                    return self.result(value, _NONE.union(*map(self.marks_of, given)), given)
                return value
            case Unknown():
                marks = _NONE.union(*(self.marks_of(g) for g in given))
                return value if own else self.result(value, marks, given)
        return value

    def called(self, op: Called) -> Any:
        """A call of a function with source."""
        function = op.function()
        args = self.arguments(op.args)
        kwargs: dict[str, Any] = {}
        for k, a in op.kwargs:
            kwargs.update(self.atom(a) if k is None else {k: self.atom(a)})
        given: dict[str, Any] = {}
        positional = [p for p in function.params if p.kind in ("pos", "normal")]
        for p, a in zip(positional, args, strict=False):
            given[p.value.name] = a
        rest = tuple(args[len(positional) :])
        names = {p.value.name for p in function.params}
        extra = {k: v for k, v in kwargs.items() if k not in names}
        given |= {k: v for k, v in kwargs.items() if k in names}
        for p in function.params:
            if p.kind == "star":
                given[p.value.name] = rest
            elif p.kind == "starstar":
                given[p.value.name] = extra
        value = self.function(function, given)
        if getattr(op.key, "own_gradient", False):
            marks = _NONE.union(*(self.marks_of(g) for g in given.values()))
            return self.result(renewed(value), marks, [])
        return value

    def through(self, bound: Bound) -> Marks:
        """The marks of the arguments in which a rule has a derivative."""
        found: Marks = _NONE
        for name in bound.active:
            atom = bound.args.get(name)
            parts = atom.items if isinstance(atom, Packed) else (atom,)
            for part in parts:
                if part is not None:
                    found |= self.marks_of(self.atom(part))
        return found

    def arguments(self, args: Any) -> list[Any]:
        """The positional arguments."""
        out: list[Any] = []
        for a in args:
            if isinstance(a, Star):
                out += self.atom(a.atom)
            else:
                out.append(self.atom(a))
        return out

    def keywords(self, expr: Apply) -> dict[str, Any]:
        """The keyword arguments."""
        out: dict[str, Any] = {}
        for k, a in expr.kwargs:
            out.update(self.atom(a) if k is None else {k: self.atom(a)})
        return out
