"""The body of a `with` block as the body of a function that says the same without the tape.

    with s2s.GradientTape() as tape:        def block(x, v):
        tape.watch(x)                           y = x * x
        y = x * x                               y = detached(y)
        tape.reset()                            v_now = assigned(v, y + 1.0)
        v.assign(y + 1.0)                       z = v_now * x
        z = v * x                               return z,

What only shows (`print`) is left out, so that running the function again is not seen.
"""

from __future__ import annotations

import copy
import types
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

import gast

from s2s.errors import Unsupported
from s2s.frontend import scope
from s2s.frontend.resolve import is_fixed
from s2s.runtime import assigned, detached, probed, replaced
from s2s.tape.calls import ASSIGNS, Expressions, Inner
from s2s.tape.place import Place
from s2s.tape.syntax import load, store
from s2s.tape.variable import Variable, constant

MISSING = object()
TAPE_METHODS = {
    "watch", "gradient", "jacobian", "batch_jacobian", "stop_recording", "reset",
    "watched_variables",
}  # fmt: skip


class Rewriter:
    """Rewrites the statements of one block for one tape.

    Parameters
    ----------
    place : Place
        For error messages.
    objects : mapping
        What the names denote at the entry of the block.
    own : set of str
        The names of the tape itself.
    derive : callable
        Makes the function behind a gradient of an inner tape:
        `derive(inner, targets, sources, output_gradients) -> (function, parameters)`.
    tape_class : type
        `GradientTape`.
    """

    def __init__(
        self, place: Place, objects: Mapping[str, Any], own: set[str],
        derive: Callable[..., Any], tape_class: Any,
    ) -> None:  # fmt: skip
        self.place, self.objects, self.own, self.derive = place, objects, own, derive
        self.tape_class = tape_class
        self.foreign = {n for n, o in objects.items() if isinstance(o, tape_class)}
        self.pulled: set[str] = set()  # helper functions that read data of the block
        self.by_helpers: set[str] = set()  # what they read
        self.rebound: set[str] = set()
        self.renamed: set[str] = set()  # variables that get a second name
        self.mixed: set[str] = set()  # used together with what may be watched
        self.once = False  # the block runs only once, so what it shows is kept
        self.paused = 0  # the tape itself records nothing
        self.versions: Counter[str] = Counter()
        self.late: dict[str, str] = {}  # watched after its first use -> parameter
        self.assigned: dict[str, None] = {}
        self.read: set[str] = set()
        self.variables = {n for n, o in objects.items() if isinstance(o, Variable)}
        self.entries: dict[str, str] = {}  # variables that are assigned -> their first value
        self.made: dict[str, str] = {}  # variables made in the block -> parameter
        self.watched: set[str] = set()
        self.inner: dict[str, Inner] = {}
        self.helpers: dict[str, Any] = {}
        self.groups: list[list[Any]] = []  # what became of each statement of the block
        self.leaky = False

    def refuse(self, node: Any, reason: str, *advice: str) -> NoReturn:
        """Raise `Unsupported` at a node."""
        raise Unsupported(reason, origin=self.place.origin(node), advice=advice)

    def helper(self, fn: Any, name: str | None = None) -> Any:
        """A name for a function that the rewritten block calls."""
        text = name or fn.__name__
        while text in self.objects and self.objects[text] is not fn:
            text += "_"
        self.helpers[text] = fn
        return load(text)

    # Statements -------------------------------------------------------------------------------

    def block(self, body: list[Any]) -> list[Any]:
        """The whole body of the block."""
        self.rebound = scope.assigned(body)
        for stmt in body:
            self.groups.append(self.statement(stmt, top=True))
        return self.done()

    def done(self) -> list[Any]:
        """The rewritten statements so far."""
        return [stmt for group in self.groups for stmt in group]

    def body(self, body: list[Any]) -> list[Any]:
        """A nested list of statements."""
        made = [s for stmt in body for s in self.statement(stmt)]
        return made or [gast.Pass()]

    def statement(self, stmt: Any, top: bool = False) -> list[Any]:
        """What becomes of a statement."""
        made = self._statement(stmt, top)
        reads = scope.reads(stmt)
        if reads & self.pulled:
            reads = reads | self.by_helpers
        self.read |= reads
        if not self._is_watch(stmt):
            data = {n for n in reads if n in self.assigned or not is_fixed(self.objects.get(n))}
            calls = any(isinstance(self.objects.get(n), types.FunctionType) for n in reads)
            if len(data) > 1 or calls or hasattr(stmt, "body"):
                self.mixed |= data
        names = scope.ordered_assigned(made)
        self.assigned.update(dict.fromkeys(names))
        if not hasattr(stmt, "body"):
            self.versions.update(names)
        for new in made:
            for node in gast.walk(new):
                if isinstance(node, gast.stmt | gast.expr) and not hasattr(node, "lineno"):
                    gast.copy_location(node, stmt)
        return made

    def _is_watch(self, stmt: Any) -> bool:
        call = stmt.value if isinstance(stmt, gast.Expr) else None
        found = self.tape_call(call) if isinstance(call, gast.Call) else None
        return found is not None and found[1] == "watch"

    def _statement(self, stmt: Any, top: bool) -> list[Any]:
        match stmt:
            case gast.Expr(value=gast.Call(func=gast.Name(id="print"))) if not self.once:
                return []
            case gast.Expr(value=gast.Call() as call) if self.tape_call(call) is not None:
                return self.tape_statement(call, stmt)
            case gast.Expr(value=gast.Call() as call) if _assign_call(call) is not None:
                return self.assignment(call, stmt)
            case gast.Assign(targets=[gast.Name(id=name)], value=gast.Call() as call) if (
                _assign_call(call) is not None
            ):
                made = self.assignment(call, stmt)
                self.variables.add(name)
                return [*made, store(name, copy.deepcopy(made[-1].targets[0]))]
            case gast.Assign(targets=[gast.Name(id=name)], value=gast.Call() as call) if (
                self.resolve(call.func) is Variable
            ):
                return self.creation(name, call, stmt, top)
            case gast.Assign(value=gast.Name(id=name)) if self.is_variable(name):
                self.renamed.add(name)
            case gast.With():
                return self.with_statement(stmt)
            case gast.Try() if not self.once:
                return self.attempt(stmt)
            case gast.FunctionDef() | gast.ClassDef() | gast.AsyncFunctionDef():
                self.check_closed(stmt)
                return [stmt]
            case gast.Return():
                return self.leave(stmt, top)
            case gast.Break() | gast.Continue() if top:
                return []
        return self.compound(stmt)

    def compound(self, stmt: Any) -> list[Any]:
        """A statement with its expressions and its inner statements rewritten."""
        new = copy.copy(stmt)
        before: list[Any] = []
        loops = isinstance(stmt, gast.For | gast.While)
        for name, value in gast.iter_fields(stmt):
            if isinstance(value, list) and value and isinstance(value[0], gast.stmt):
                setattr(new, name, self.body(value))
            elif isinstance(value, list) and value and isinstance(value[0], gast.ExceptHandler):
                handlers = []
                for handler in value:
                    changed = copy.copy(handler)
                    changed.body = self.body(handler.body)
                    handlers.append(changed)
                setattr(new, name, handlers)
            elif isinstance(value, gast.expr):
                again = loops and name == "test"
                setattr(new, name, self.expression(value, before, again))
            elif isinstance(value, list):
                setattr(new, name, [
                    self.expression(v, before) if isinstance(v, gast.expr) else v for v in value
                ])  # fmt: skip
            elif isinstance(value, gast.match_case):
                self.refuse(stmt, "this statement is not supported in the block of a tape")
        return [*before, new]

    def attempt(self, stmt: Any) -> list[Any]:
        """`try` as the statements that run if nothing, or the `raise` at its end, raises.

        Where something else raised, running the block again raises as well, and is refused.
        """
        *body, last = stmt.body
        name = _raised(last)
        for handler in stmt.handlers if name is not None else ():
            caught = getattr(handler.type, "id", None)
            if handler.type is None or caught in (name, "Exception", "BaseException"):
                if handler.name is None:
                    return self.body([*body, *handler.body, *stmt.finalbody])
                break
        return self.body([*stmt.body, *stmt.orelse, *stmt.finalbody])

    def leave(self, stmt: Any, top: bool) -> list[Any]:
        """`return` as the last statement of the block: what it returns is looked for by name."""
        if not top:
            self.refuse(
                stmt, "a `return` inside a branch or loop of the block of a tape",
                "set a variable here and return after the block",
            )  # fmt: skip
        names = {n.id for n in gast.walk(stmt) if isinstance(n, gast.Name)}
        parts = getattr(stmt.value, "elts", [stmt.value])
        self.leaky |= not all(isinstance(p, gast.Name | gast.Constant) for p in parts if p)
        self.read |= names
        return []

    # Tapes ------------------------------------------------------------------------------------

    def tape_call(self, call: Any) -> tuple[str, str] | None:
        """The tape and the method of `tape.method(...)`."""
        match call:
            case gast.Call(func=gast.Attribute(value=gast.Name(id=name), attr=attr)):
                known = name in self.own or name in self.inner or name in self.foreign
                if known and attr in TAPE_METHODS:
                    return name, attr
        return None

    def tape_statement(self, call: Any, stmt: Any) -> list[Any]:
        """`tape.watch(...)` and `tape.reset()`; others have no effect on the values."""
        name, method = self.tape_call(call)  # type: ignore[misc]
        mine = name in self.own
        if method == "watch":
            return self.watch(call, stmt) if mine else []
        if method == "reset" and mine:
            self.watched.clear()
            return [self.detach(n) for n in self.assigned if not self.is_variable(n)]
        if method == "reset" and name not in self.foreign:
            self.refuse(stmt, "a tape inside the block of another is reset")
        return []

    def watch(self, call: Any, stmt: Any) -> list[Any]:
        """Watching counts from the entry, or from here where a value has been used already."""
        names = {n.id for a in call.args for n in gast.walk(a) if isinstance(n, gast.Name)}
        late = (names & self.read) - self.watched - {"s2s"}
        self.watched |= names
        if not late:
            return []
        name = sorted(late)[0]
        single = call.args and isinstance(call.args[0], gast.Name)
        if not single or name in self.assigned or name not in self.objects:
            self.refuse(
                stmt, f"`{name}` is watched after it has been used",
                f"watch `{name}` before the first use",
            )  # fmt: skip
        if self.is_variable(name):
            self.refuse(
                stmt, f"the variable `{name}` is watched after it has been used",
                f"watch `{name}` in the first line of the block",
            )  # fmt: skip
        if name in self.mixed:
            self.refuse(
                stmt, f"`{name}` is watched after it has been used together with other values",
                f"watch `{name}` in the first line of the block",
            )  # fmt: skip
        self.late[name] = f"{name}_watched"
        call = gast.Call(self.helper(probed), [load(name), load(self.late[name])], [])
        return [store(name, call)]

    def with_statement(self, stmt: Any) -> list[Any]:
        """A tape inside, a pause of the recording, or another manager."""
        body = stmt.body
        kept: list[Any] = []
        tail: list[Callable[[list[Any]], list[Any]]] = []
        for item in stmt.items:
            call, target = item.context_expr, item.optional_vars
            method = self.tape_call(call) if isinstance(call, gast.Call) else None
            name = target.id if isinstance(target, gast.Name) else None
            if method is not None and method[1] == "stop_recording":
                if method[0] in self.own:
                    tail.append(self.detached_after)
            elif isinstance(call, gast.Call) and self.resolve(call.func) is self.tape_class:
                if name is not None:
                    names = {n: f"{n}_at_{name}" for n in scope.ordered_reads(body)}
                    self.inner[name] = Inner(body, names)
            elif isinstance(call, gast.Name) and call.id in self.own:
                continue  # an error of the user's, which the tape itself raises
            elif isinstance(call, gast.Name) and isinstance(self.resolve(call), self.tape_class):
                self.refuse(
                    stmt, "a tape made elsewhere is entered in the block of another",
                    "make the inner tape where it is entered",
                )  # fmt: skip
            else:
                kept.append(item)
        made: list[Any] = []
        for item in stmt.items:
            target = item.optional_vars
            if isinstance(target, gast.Name) and target.id in self.inner:
                if self.inner[target.id].body is body:
                    made += self.entry_values(self.inner[target.id])
        self.paused += len(tail)
        inside = self.body(body)
        self.paused -= len(tail)
        for item in stmt.items:
            target = item.optional_vars
            if isinstance(target, gast.Name) and target.id in self.inner:
                self.inner[target.id].after = Counter(self.versions)
        for finish in tail:
            inside = finish(inside)
        if kept:
            whole = copy.copy(stmt)
            whole.items = [
                gast.withitem(self.expression(i.context_expr, made), i.optional_vars) for i in kept
            ]  # fmt: skip
            whole.body = inside
            return [*made, whole]
        return [*made, *inside]

    def entry_values(self, inner: Inner) -> list[Any]:
        """Keep what the names of an inner block hold when it is entered."""
        known = set(self.objects) | set(self.assigned)
        inner.kept = {
            n: p for n, p in inner.kept.items()
            if n in known and n in self.rebound and n not in self.inner
        }  # fmt: skip
        return [store(p, load(n)) for n, p in inner.kept.items()]

    def detached_after(self, body: list[Any]) -> list[Any]:
        """The values made while the tape is paused are constants to it."""
        names = [n for n in scope.ordered_assigned(body) if not self.is_variable(n)]
        return [*body, *(self.detach(n) for n in names)]

    def detach(self, name: str) -> Any:
        """`name = detached(name)`."""
        return store(name, gast.Call(self.helper(detached), [load(name)], []))

    # Variables --------------------------------------------------------------------------------

    def is_variable(self, name: str) -> bool:
        """Whether a name holds a variable."""
        return name in self.variables or name in self.made or name in self.entries.values()

    def assignment(self, call: Any, stmt: Any) -> list[Any]:
        """`v.assign(e)` and `v[i].assign(e)` as another value of the same variable."""
        receiver, method = call.func.value, call.func.attr
        index = None
        if isinstance(receiver, gast.Subscript):
            receiver, index = receiver.value, receiver.slice
        known = isinstance(receiver, gast.Name) and self.is_variable(receiver.id)
        if not known or len(call.args) != 1 or call.keywords:
            self.refuse(
                stmt, "a variable is assigned here through something other than its name",
                "assign it after the block", "or give it a name of its own before the block",
            )  # fmt: skip
        name = receiver.id
        before: list[Any] = []
        value = self.expression(call.args[0], before)
        old: Any = load(name)
        if index is not None:
            index = self.expression(index, before)
            old = gast.Subscript(load(name), index, gast.Load())
        operator = ASSIGNS[method]
        if operator is not None:
            value = gast.BinOp(old, operator(), value)
        if index is not None:
            value = gast.Call(
                self.helper(replaced), [load(name), copy.deepcopy(index), value], []
            )  # fmt: skip
        entry = self.made.get(name) or self.entries.setdefault(name, f"{name}_at_entry")
        new = gast.Call(self.helper(assigned), [load(entry), value], [])
        return [*before, store(name, new)]

    def creation(self, name: str, call: Any, stmt: Any, top: bool) -> list[Any]:
        """`v = s2s.Variable(e)`: a new array, to which nothing flows."""
        if not top or name in self.made:
            self.refuse(
                stmt, "a Variable is made in a branch or a loop of the block of a tape",
                "make it before the block",
            )  # fmt: skip
        keywords = {k.arg: k.value for k in call.keywords}
        first = call.args[0] if call.args else keywords.get("initial_value")
        if first is None:
            self.refuse(stmt, "a Variable without a value")
        before: list[Any] = []
        value = self.expression(first, before)
        like = gast.Call(self.helper(constant), [value], [])
        if "dtype" in keywords:
            like.args.append(self.expression(keywords["dtype"], before))
        self.made[name] = f"{name}_made"
        made = gast.Call(self.helper(assigned), [load(self.made[name]), like], [])
        return [*before, store(name, made)]

    # Expressions ------------------------------------------------------------------------------

    def expression(self, node: Any, before: list[Any], again: bool = False) -> Any:
        """An expression; what must run before it is added to `before`."""
        return Expressions(self, before, again).visit(copy.deepcopy(node))

    def resolve(self, node: Any) -> Any:
        """The object that a name, with attributes and literal items, denotes at the entry."""
        match node:
            case gast.Name(id=name):
                return MISSING if name in self.assigned else self.objects.get(name, MISSING)
            case gast.Attribute(value=value, attr=attr):
                base = self.resolve(value)
                return MISSING if base is MISSING else getattr(base, attr, MISSING)
            case gast.Subscript(value=value, slice=gast.Constant(value=key)):
                base = self.resolve(value)
                try:
                    return MISSING if base is MISSING else base[key]
                except (TypeError, KeyError, IndexError):
                    return MISSING
        return MISSING

    def check_closed(self, stmt: Any) -> None:
        """Nested functions must not speak of tapes."""
        for node in gast.walk(stmt):
            if isinstance(node, gast.Name) and (node.id in self.own or node.id in self.inner):
                self.refuse(
                    node, "a nested function uses a tape",
                    "call the methods of the tape in the block itself",
                )  # fmt: skip
            if isinstance(node, gast.Attribute) and node.attr in ASSIGNS:
                self.refuse(
                    node, "a nested function assigns a variable",
                    "assign the variable after the block",
                )  # fmt: skip


def _raised(stmt: Any) -> str | None:
    """The name of the exception that `raise` certainly raises."""
    if not isinstance(stmt, gast.Raise):
        return None
    exc = stmt.exc.func if isinstance(stmt.exc, gast.Call) else stmt.exc
    return str(exc.id) if isinstance(exc, gast.Name) else None


def _assign_call(call: Any) -> str | None:
    """The method of `x.assign(...)`, `x.assign_add(...)` or `x.assign_sub(...)`."""
    match call:
        case gast.Call(func=gast.Attribute(attr=attr)) if attr in ASSIGNS:
            return str(attr)
    return None
