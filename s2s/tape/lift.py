"""From a `with` block, and what its names denote, to a function of data that says the same."""

from __future__ import annotations

import builtins
import copy
import inspect
import types
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import FrameType
from typing import Any

import gast

from s2s.driver.subject import Home, Subject, _homes, is_of_the_user
from s2s.errors import S2SError, Unsupported
from s2s.frontend import scope
from s2s.frontend.lower import lower_tree
from s2s.frontend.resolve import MISSING, Resolver, is_fixed
from s2s.frontend.source import recover
from s2s.ir.nodes import Function
from s2s.runtime import probed
from s2s.tape.calls import Inner
from s2s.tape.held import Path, children, holds_variables
from s2s.tape.place import Place
from s2s.tape.pulled import as_list, is_generator, without_counters
from s2s.tape.rewrite import Rewriter
from s2s.tape.syntax import load, probe_after, store
from s2s.tape.variable import Variable

_FUNCTION = gast.FunctionDef


def needed_names(body: list[Any]) -> list[str]:
    """The names whose values at the entry the block may use, in the order of the text."""
    have: set[str] = set()
    found: dict[str, None] = {}
    for stmt in body:
        found.update(dict.fromkeys(n for n in scope.ordered_reads(stmt) if n not in have))
        if isinstance(stmt, gast.Assign | gast.AnnAssign | gast.AugAssign | gast.FunctionDef):
            have |= scope.assigned(stmt)
    return list(found)


def entry_objects(frame: FrameType, names: list[str]) -> dict[str, Any]:
    """What names denote in a frame; those that denote nothing, or a builtin, are left out."""
    local, outer = frame.f_locals, frame.f_globals
    found = {}
    for name in names:
        if name in local:
            found[name] = local[name]
        elif name in outer:
            found[name] = outer[name]
    return found


def code_key(obj: Any) -> Any:
    """What tells apart the functions and modules that a block may name."""
    if isinstance(obj, types.FunctionType):
        cells = obj.__closure__ or ()
        inner = []
        for cell in cells:
            try:
                held = cell.cell_contents
            except ValueError:
                held = None
            inner.append(code_key(held) if is_fixed(held) and held is not obj else None)
        return (id(obj.__code__), tuple(inner))
    return id(obj)


def structure_key(obj: Any) -> Any:
    """The shape of a container of variables; of other data nothing."""
    if isinstance(obj, Variable):
        return "v"
    if type(obj) in (list, tuple, dict) and holds_variables(obj):
        return (type(obj), tuple((k, structure_key(part)) for _, k, part in children(obj) or ()))
    return type(obj)


@dataclass(frozen=True)
class Pulled:
    """A function that reads data of its own: it becomes a nested function of the block."""

    name: str
    tree: Any


class Helpers:
    """The functions that a block calls by name, and the data that they read."""

    def __init__(self, once: bool = False) -> None:
        self.once = once  # whether the block is run once only, so that counters count
        self.fixed: dict[str, Any] = {}
        self.data: dict[str, Any] = {}
        self.pulled: dict[str, Pulled] = {}
        self.routes: dict[str, tuple[str, ...]] = {}  # to data, through the functions that read it
        self.clashes: set[str] = set()

    def add(
        self, name: str, obj: Any, seen: tuple[Any, ...] = (), route: tuple[str, ...] = ()
    ) -> bool:
        """Add what a name denotes; whether data comes with it."""
        route = (*route, name)
        if not is_fixed(obj):
            self.routes.setdefault(name, route)
            return self._put(self.data, name, obj)
        if name in self.pulled:
            return True
        needs = False
        if isinstance(obj, types.FunctionType) and is_of_the_user(obj) and obj not in seen:
            needs = self._function(name, obj, (*seen, obj), route)
        if not needs:
            self._put(self.fixed, name, obj)
        return needs

    def _put(self, table: dict[str, Any], name: str, obj: Any) -> bool:
        if name in table and table[name] is not obj:
            self.clashes.add(name)
        table[name] = obj
        return True

    def _function(
        self, name: str, fn: types.FunctionType, seen: tuple[Any, ...], route: tuple[str, ...]
    ) -> bool:
        try:
            tree = recover(fn).tree
        except S2SError:
            return False
        resolver = resolver_of(fn)
        free = [n for n in scope.free_names(tree) if n != name]
        found = {n: resolver.lookup(n) for n in free}
        trial = Helpers(self.once)
        trial.fixed, trial.data = dict(self.fixed), dict(self.data)
        trial.pulled, trial.routes = dict(self.pulled), dict(self.routes)
        needs = False
        for n, obj in found.items():
            if n in scope.globals_declared(tree.body) and not self.once:
                continue
            if obj is MISSING or obj is fn or getattr(builtins, n, MISSING) is obj:
                continue
            needs |= trial.add(n, obj, seen, route)
        needs |= _defaults(name, fn, tree, trial, route)
        needs |= is_generator(tree) or bool(scope.globals_declared(tree.body))
        if not needs:
            return False
        if not self.once:
            tree = without_counters(tree)
        if is_generator(tree):
            tree = as_list(tree)
        tree.name = name
        self.fixed, self.data, self.clashes = trial.fixed, trial.data, trial.clashes
        self.routes = trial.routes
        self.pulled = {**trial.pulled, name: Pulled(name, tree)}
        return True


def _defaults(
    name: str, fn: types.FunctionType, tree: Any, helpers: Helpers, route: tuple[str, ...]
) -> bool:
    """Let defaults that are data be data of the block; whether there are any."""
    held = defaults_of(fn)
    args = tree.args
    positional = [*args.posonlyargs, *args.args]
    with_default = positional[len(positional) - len(args.defaults) :]
    found = False

    def one(param: Any, node: Any) -> Any:
        nonlocal found
        if node is None or isinstance(node, gast.Constant):
            return node
        value = held.get(param.id)
        if is_fixed(value):
            helpers._put(helpers.fixed, f"{name}_{param.id}", value)
        else:
            found = True
            helpers.routes[f"{name}_{param.id}"] = (*route, f"={param.id}")
            helpers._put(helpers.data, f"{name}_{param.id}", value)
        return load(f"{name}_{param.id}")

    args.defaults = [one(p, d) for p, d in zip(with_default, args.defaults, strict=True)]
    args.kw_defaults = [one(p, d) for p, d in zip(args.kwonlyargs, args.kw_defaults, strict=True)]
    return found


def defaults_of(fn: types.FunctionType) -> dict[str, Any]:
    """The default values that a function object holds."""
    code, values = fn.__code__, fn.__defaults__ or ()
    names = code.co_varnames[: code.co_argcount]
    return {
        **dict(zip(names[len(names) - len(values) :], values, strict=True)),
        **(fn.__kwdefaults__ or {}),
    }


def resolver_of(fn: types.FunctionType) -> Resolver:
    """Where the free names of a function are looked up."""
    cells = dict(zip(fn.__code__.co_freevars, fn.__closure__ or (), strict=True))
    return Resolver(fn.__globals__, cells)


def follow(route: tuple[str, ...], objects: Mapping[str, Any]) -> Any:
    """The data at the end of a route through functions."""
    found = objects[route[0]]
    for name in route[1:]:
        if name.startswith("="):
            found = defaults_of(found)[name[1:]]
        else:
            found = resolver_of(found).lookup(name)
    return found


@dataclass(frozen=True)
class Input:
    """A parameter of the lifted block: where its value is found at the entry."""

    param: str
    path: Path


class BlockSubject(Subject):
    """A lifted block as something to differentiate."""

    def __init__(self, function: Function, names: dict[str, Any], code: Any) -> None:
        scope_names = {**names, "__name__": "s2s.block", "__builtins__": builtins}
        self.root = types.FunctionType(code, scope_names, function.name)
        self.fn, self.function = self.root, function
        self.args, self.keywords = (), {}
        self.generated, self.others = False, ()
        kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
        self.full = inspect.Signature(
            [inspect.Parameter(p.value.name, kind) for p in function.params]
        )
        self.signature = self.full
        self.parameters = list(self.full.parameters)
        self._names = names

    def homes(self, generated: tuple[Function, ...], values: list[Any]) -> list[Home]:
        """The block first, then the functions that it names."""
        own = Home(self.root, self.function, Resolver(self._names))
        rest = [h for h in _homes(self, generated, values) if h.fn is not self.root]
        return [own, *rest]


def _placeholder() -> None:
    """Lends its code object to blocks, which are never called as functions."""


class Lifted:
    """One block for one kind of surroundings.

    Parameters
    ----------
    place : Place
        The statement.
    objects : dict
        What the names of the block denote at the entry.
    helpers : Helpers
        The same, sorted into functions and data.
    own : set of str
        The names of the tape.
    """

    def __init__(
        self, place: Place, objects: Mapping[str, Any], helpers: Helpers, own: set[str],
        tape_class: Any, persistent: bool = True, once: bool = False,
    ) -> None:  # fmt: skip
        self.leaky = True
        self.written: set[str] | None = None  # parameters whose data it changes, once asked for
        self.seen = False  # whether running the block again would be seen
        self.programs: dict[Any, Any] = {}
        self.connections: dict[Any, Any] = {}
        self.place, self.own, self.helpers = place, own, helpers
        if helpers.clashes:
            name = sorted(helpers.clashes)[0]
            raise _refusal(
                place, f"a function of the block and the block itself mean different things by "
                f"`{name}`", f"rename one, or pass `{name}` as an argument",
            )  # fmt: skip
        self.names = dict(helpers.fixed)
        body, rename = self._aliases(place.tree.body)
        self.inputs: list[Input] = []
        self.prelude: list[Any] = []
        self._spread(rename, tape_class)
        # Managers after this one on the same statement are a block inside this one.
        items = place.tree.items[place.item + 1 :]
        if items:
            inner = gast.With(items, body, None)
            body = [gast.copy_location(inner, place.tree)]
        known = {**self.names, **helpers.data, **{p: objects.get(p) for p in helpers.pulled}}
        worker = Rewriter(place, known, own, self._derive, tape_class)
        worker.paused, worker.once = 0 if persistent else 1, once
        worker.pulled, worker.by_helpers = set(helpers.pulled), self._read_by_helpers()
        worker.block(body)
        self.rewriter = worker
        self.names.update(worker.helpers)
        self.names[probed.__name__] = probed
        self.groups = worker.groups
        if items and len(self.groups) == 1:
            self.groups = [[s] for s in self.groups[0]]
        for name, entry in worker.entries.items():
            self.prelude.append(store(entry, load(name)))
        self._functions: dict[Any, Function] = {}

    # Names and data ---------------------------------------------------------------------------

    def _aliases(self, body: list[Any]) -> tuple[list[Any], dict[str, str]]:
        """Give one name to names that denote the same variable or array."""
        changed = scope.assigned(body)
        first: dict[int, str] = {}
        rename: dict[str, str] = {}
        for name, obj in self.helpers.data.items():
            if name in changed or not hasattr(obj, "dtype"):
                continue
            other = first.setdefault(id(obj), name)
            if other != name and name not in self._read_by_helpers():
                rename[name] = other
        if rename:
            body = [_Rename(rename).visit(copy.deepcopy(s)) for s in body]
        return body, rename

    def _read_by_helpers(self) -> set[str]:
        found: set[str] = set()
        for pulled in self.helpers.pulled.values():
            found |= set(scope.free_names(pulled.tree))
        return found

    def _spread(self, rename: dict[str, str], tape_class: Any) -> None:
        """Parameters for all data; containers of variables item by item."""
        taken = set(self.helpers.data) | set(self.names)
        for name, obj in self.helpers.data.items():
            if name in rename or isinstance(obj, tape_class):
                continue
            if type(obj) in (list, tuple, dict) and holds_variables(obj):
                self.prelude.append(store(name, self._display(Path(name), obj, name, taken)))
            else:
                self.inputs.append(Input(name, Path(name)))

    def _display(self, path: Path, obj: Any, hint: str, taken: set[str]) -> Any:
        """The text of a container around its items as parameters."""
        if type(obj) in (list, tuple, dict) and holds_variables(obj):
            parts = [
                self._display(path.then("item", key), part, f"{hint}_{_word(key)}", taken)
                for _, key, part in children(obj) or ()
            ]  # fmt: skip
            if type(obj) is list:
                return gast.List(parts, gast.Load())
            if type(obj) is tuple:
                return gast.Tuple(parts, gast.Load())
            return gast.Dict([gast.Constant(key, None) for key in obj], parts)
        while hint in taken:
            hint += "_"
        taken.add(hint)
        self.inputs.append(Input(hint, path))
        return load(hint)

    # Functions --------------------------------------------------------------------------------

    def function(
        self, targets: tuple[str, ...], probes: tuple[str, ...], cut: int | None
    ) -> Function | None:
        """The block as a function of its data that returns some of its values.

        None where the place of a probe cannot be told.
        """
        key = (targets, probes, cut)
        if key not in self._functions:
            groups = self.groups if cut is None else self.groups[:cut]
            body = [stmt for group in groups for stmt in group]
            for name in probes:
                if name in self.rewriter.made:
                    continue
                marked = probe_after(body, name, f"{name}_probe")
                if marked is None:
                    return None
                body = marked
            values = [gast.parse(t, mode="eval").body for t in targets]
            result = gast.Return(gast.Tuple(values, gast.Load()))
            params = self.parameters(probes)
            self._functions[key] = self.lower("block", params, [*body, result])
        return self._functions[key]

    def parameters(self, probes: tuple[str, ...]) -> list[str]:
        """The parameters: the data, variables made inside, late watches, probes."""
        worker = self.rewriter
        more = [*worker.made.values(), *worker.late.values()]
        return [
            *(i.param for i in self.inputs), *more,
            *(f"{n}_probe" for n in probes if n not in worker.made),
        ]  # fmt: skip

    def lower(self, name: str, params: list[str], body: list[Any]) -> Function:
        """A definition of this block, lowered."""
        return self.lowered(self.definition(name, params, [*self.prelude, *body]))

    def lowered(self, tree: Any) -> Function:
        """A definition that was made for this block, lowered."""
        return lower_tree(self.place.source(tree), tree, Resolver(self.names), {})

    def rewriter_params(self, worker: Rewriter) -> list[str]:
        """The names that stand for data: items of containers, variables made inside."""
        return [*(i.param for i in self.inputs), *worker.made.values(), *worker.late.values()]

    def definition(self, name: str, params: list[str], body: list[Any]) -> Any:
        """A definition with the functions that it needs nested inside."""
        trees = [p.tree for p in self.helpers.pulled.values()]
        arguments = gast.arguments(
            [gast.Name(p, gast.Param(), None, None) for p in params], [], None, [], [], None, []
        )
        tree = _FUNCTION(name, arguments, [*trees, *body], [], None, None, [])
        gast.copy_location(tree, self.place.tree)
        for node in gast.walk(tree):
            if isinstance(node, gast.stmt | gast.expr) and not hasattr(node, "lineno"):
                gast.copy_location(node, self.place.tree)
        return tree

    def subject(self, function: Function) -> BlockSubject:
        """A lowered function of this block as a subject."""
        return BlockSubject(function, self.names, self.code)

    @cached_property
    def code(self) -> Any:
        """A code object at the place of the block."""
        return _placeholder.__code__.replace(
            co_name="block", co_filename=self.place.filename,
            co_firstlineno=self.place.tree.lineno,
        )  # fmt: skip

    # Tapes inside -----------------------------------------------------------------------------

    def _derive(
        self, outer: Rewriter, inner: Inner, tape: str, call: Any, mine: bool
    ) -> tuple[Any, list[Any]]:
        """The function that a gradient of an inner tape is, and the expression that calls it."""
        from s2s.tape.inner import derive

        return derive(self, outer, inner, tape, call, mine)


def _word(key: Any) -> str:
    return "".join(c if c.isalnum() else "_" for c in str(key))


def _refusal(place: Place, reason: str, *advice: str) -> Unsupported:
    return Unsupported(reason, origin=place.origin(), advice=advice)


class _Rename(gast.NodeTransformer):  # type: ignore[misc]
    def __init__(self, table: dict[str, str]) -> None:
        self.table = table

    def visit_Name(self, node: Any) -> Any:
        node.id = self.table.get(node.id, node.id)
        return node
