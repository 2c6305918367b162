"""From the source of a live function to the intermediate representation.

>>> from s2s.ir.dump import dump
>>> def f(x):
...     y = x
...     for i in range(3):
...         y = y * x
...     return y
>>> print(dump(lower(f)))
f(x):
    y = x
    for i in range(3) carrying y_1 (y, y_2):
        y_2 = mul(y_1, x)
    -> y_3
"""

from __future__ import annotations

import builtins
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

import gast

import s2s.frontend.classes
import s2s.frontend.comprehensions
import s2s.frontend.loops
import s2s.frontend.tries  # noqa: F401  (each registers its handlers)
from s2s.frontend import scope
from s2s.frontend.closures import check_escapes
from s2s.frontend.context import RESULT, Context
from s2s.frontend.desugar.cached import with_dicts_of_results
from s2s.frontend.desugar.cells import shared_names, with_cells
from s2s.frontend.desugar.consumers import without_generators
from s2s.frontend.desugar.decorated import with_decorators_called
from s2s.frontend.desugar.exits import tidy
from s2s.frontend.desugar.filled import with_rebinding
from s2s.frontend.desugar.iterators import without_iterators
from s2s.frontend.desugar.matches import with_choices
from s2s.frontend.desugar.queues import without_queues
from s2s.frontend.desugar.yields import own_nodes
from s2s.frontend.generators import Consumed, tree_of
from s2s.frontend.resolve import Resolver
from s2s.frontend.source import Source, recover
from s2s.frontend.stacks import stack_names
from s2s.frontend.statements import statements
from s2s.ir import prims
from s2s.ir.nodes import Apply, Atom, Block, Closure, Const, Function, Param, Ref, Value, Write
from s2s.ir.sweep import sweep


def lower(fn: Any) -> Function:
    """Lower a live Python function.

    Raises
    ------
    Unsupported
        Where the function has no source, or uses what the language leaves out.
    """
    source = recover(fn)
    return _lower(fn, source, source.tree, _resolver(fn))


def _lower(fn: Any, source: Source, tree: Any, resolver: Resolver) -> Function:
    return lower_tree(source, tree, resolver, _live_defaults(fn))


def _resolver(fn: Any) -> Resolver:
    cells = dict(zip(fn.__code__.co_freevars, fn.__closure__ or (), strict=True))
    return Resolver(fn.__globals__, cells)


@dataclass(frozen=True)
class _Kept:
    """A lowered function, and what it was lowered from."""

    function: Function
    resolver: Resolver
    code: Any
    defaults: dict[str, Atom]

    def is_right(self, fn: Any) -> bool:
        """Whether lowering again would give the same."""
        same = fn.__code__ is self.code and self.resolver.is_as_noted()
        return same and _live_defaults(fn) == self.defaults


_MOST = 4096  # functions of which something is kept
# Weakly: what a closure captures may be large, and is not to outlive the closure.
_kept: WeakKeyDictionary[Any, dict[str, _Kept]] = WeakKeyDictionary()


def lowered(
    fn: Any, form: str = "", tree_of_form: Callable[[Any], Any] = lambda source: source.tree
) -> Function:
    """The lowered form of a live function, kept while all its names denote what they did.

    `tree_of_form` gives a definition in the place of its own, and `form` tells those apart.
    """
    forms = _kept.setdefault(fn, {})
    known = forms.get(form)
    if known is None or not known.is_right(fn):
        source, resolver = recover(fn), _resolver(fn)
        function = _lower(fn, source, tree_of_form(source), resolver)
        known = forms[form] = _Kept(function, resolver, fn.__code__, _live_defaults(fn))
        if len(_kept) > _MOST:
            del _kept[next(iter(_kept))]
    return known.function


def was_lowered(fn: Any) -> bool:
    """Whether a function has been read so far, for any derivative."""
    return fn in _kept


def lower_tree(
    source: Source, tree: Any, resolver: Resolver, defaults: dict[str, Atom],
    extra: tuple[Param, ...] = (), prelude: tuple[tuple[str, Atom], ...] = (),
    siblings: tuple[LocalFunction, ...] = (),
) -> Function:  # fmt: skip
    """Lower a definition; `extra` parameters come first, `prelude` names are bound inside.

    `siblings` are functions beside it, which capture the same variables.
    """
    tree = without_iterators(tree, resolver.lookup)
    tree, ways = without_generators(tree, resolver.lookup, tree_of)
    _refuse_async(source, tree)
    tree = with_decorators_called(with_dicts_of_results(tree, resolver.lookup), resolver.lookup)
    tree = with_rebinding(without_queues(tree, resolver.lookup))
    prelude += tuple(
        (name, Ref(way.text, Consumed(way.fn, way.kind))) for name, way in ways.items()
    )
    params = _params(tree.args, defaults)
    names = [p.value.name for p in params]
    declared = scope.globals_declared(tree) | scope.nonlocals_declared(tree)
    shared = shared_names(tree)
    source_body = with_choices(tree.body, resolver.lookup)
    source_body = with_cells(source_body, shared) if shared else source_body
    body = tidy(source_body)
    local = (scope.assigned(source_body) | scope.assigned(body)) - declared
    ctx = Context(source, resolver, {*local, *names})
    ctx.stacks = stack_names(tree)
    ctx.assigned = scope.assigned(source_body)
    for p in (*extra, *params):
        ctx.bind(p.value.name, p.value)
    for name, atom in prelude:
        ctx.bind(name, atom)
    ctx.local |= {p.value.name for p in extra} | {n for n, _ in prelude}
    if shared:
        _make_cells(shared, ctx)
    for other in siblings:
        captures = tuple((p.value.name, p.value) for p in extra)
        closure = Closure(other.name, other.tree, captures, (), other)
        value = ctx.build.let(closure, other.name, user=True)
        ctx.closures[value] = closure
        ctx.bind(other.name, value)
        ctx.local.add(other.name)
    ctx.later = _definitions(body)
    doc = gast.get_docstring(tree) if not source.is_lambda else None
    statements(body, ctx)
    check_escapes(ctx)
    out = ctx.env.get(RESULT, Const(None))
    taken = _taken(tree, resolver)
    function = Function(
        tree.name, (*extra, *params), Block(tuple(ctx.build.stmts), (out,)), doc,
        ctx.origin(tree), tuple(sorted(source.comments.items())), taken,
        tuple(ctx.spans.items()),
    )  # fmt: skip
    return sweep(function)


def _definitions(body: list[Any]) -> dict[str, Any]:
    """The functions that are defined once in a body, at any depth of its statements."""
    found = [n for n in own_nodes(body) if isinstance(n, gast.FunctionDef)]
    names = [n.name for n in found]
    return {n.name: n for n in found if names.count(n.name) == 1}


def _make_cells(shared: frozenset[str], ctx: Context) -> None:
    """The object of the shared variables, which holds parameters from the start."""
    made = Apply(Ref("new_object", prims.new_object), (Ref("Cells", prims.Cells),))
    cells = ctx.build.let(made, prims.CELLS, user=True)
    ctx.bind(prims.CELLS, cells)
    ctx.local |= {prims.CELLS}
    for name in sorted(shared & ctx.env.keys()):
        ctx.build.emit(Write("attr", cells, Const(name), ctx.env[name], ctx.build.origin))


def _taken(tree: Any, resolver: Resolver) -> frozenset[str]:
    """Names that a generated name must not be: all that the user wrote, and the builtins."""
    written = {n.id for n in gast.walk(tree) if isinstance(n, gast.Name)}
    # A doctest or a prompt leaves `_` in the builtins; the text must not depend on it.
    return frozenset(written | (set(dir(builtins)) - {"_"}))


def _refuse_async(source: Source, tree: Any) -> None:
    for node in gast.walk(tree):
        if isinstance(node, gast.AsyncFunctionDef) or (
            isinstance(node, gast.Yield | gast.YieldFrom | gast.Await)
        ):
            where = Context(source, Resolver({}), ())
            where.refuse(
                node, "generators and coroutines cannot be differentiated",
                "go through the items of a generator in a `for` loop, or where it is made a"
                " list: `list(f(x))`", "or return a list instead of yielding its items",
            )  # fmt: skip


def _live_defaults(fn: Any) -> dict[str, Atom]:
    """Default values as the function object holds them."""
    code = fn.__code__
    positional = code.co_varnames[: code.co_argcount]
    values = fn.__defaults__ or ()
    found: dict[str, Any] = dict(zip(positional[len(positional) - len(values) :], values,
                                     strict=True))  # fmt: skip
    found.update(fn.__kwdefaults__ or {})
    return {name: default_atom(name, value) for name, value in found.items()}


def default_atom(name: str, value: object) -> Atom:
    """A default as a literal where it is one, otherwise as the object."""
    if isinstance(value, int | float | complex | str | bytes | type(None) | type(...)):
        if type(value) in (int, float, complex, bool, str, bytes, type(None), type(...)):
            return Const(value)
    return Ref(f"{name}_default", value)


def _params(args: Any, defaults: dict[str, Atom]) -> tuple[Param, ...]:
    """The parameters of a definition, in order."""
    params = []

    def add(node: Any, kind: str) -> None:
        params.append(Param(Value(node.id, True), kind, defaults.get(node.id)))

    for node in args.posonlyargs:
        add(node, "pos")
    for node in args.args:
        add(node, "normal")
    if args.vararg is not None:
        add(args.vararg, "star")
    for node in args.kwonlyargs:
        add(node, "kwonly")
    if args.kwarg is not None:
        add(args.kwarg, "starstar")
    return tuple(params)


@dataclass(eq=False)
class LocalFunction:
    """A nested function or lambda of a function being lowered; lowered itself on demand."""

    name: str
    tree: Any
    source: Source
    resolver: Resolver
    captured: tuple[str, ...]
    defaults: tuple[str, ...]
    extra: tuple[Param, ...] = ()  # the captured variables as it takes them, once lowered
    siblings: tuple[LocalFunction, ...] = ()  # that it calls, and that call it
    hidden: dict[str, str] = field(default_factory=dict)  # parameter -> variable of its default
    _function: Function | None = field(default=None, repr=False)

    @property
    def function(self) -> Function:
        """The function with its captured variables as leading parameters."""
        if self._function is None:
            self.extra = extra = tuple(Param(Value(n, True)) for n in self.captured)
            own = Ref(self.name, self)
            self._function = lower_tree(
                self.source, self.tree, self.resolver, {}, extra, ((self.name, own),),
                self.siblings,
            )  # fmt: skip
        return self._function


