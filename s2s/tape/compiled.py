"""`function`: functions with tapes inside, with a single forward sweep.

    def step(x):                                def step(x):
        with s2s.GradientTape() as tape:            loss, g = block(w, x)
            loss = np.sum((w * x - 1) ** 2)         w.assign_sub(0.1 * g)
        g = tape.gradient(loss, w)                  return loss
        w.assign_sub(0.1 * g)
        return loss

`block` is a generated function that computes the value and the gradient.  Where the gradient is
not taken in the next line it is two: `loss = block(tape, locals())` runs the forward half, which
keeps what the backward half needs, and `tape.gradient` runs the backward half.
"""

from __future__ import annotations

import ast
import copy
import functools
import types
from typing import Any

import gast

from s2s.backend.unparse import unparse
from s2s.errors import S2SError, Unsupported
from s2s.frontend import scope
from s2s.frontend.resolve import MISSING, is_fixed
from s2s.frontend.source import Source, recover
from s2s.tape.block import Block
from s2s.tape.fused import FusedBlock, fuse
from s2s.tape.place import Place
from s2s.tape.syntax import load, store
from s2s.tape.tape import GradientTape


def function(fn: Any = None) -> Any:
    """Compile a function with tapes inside: each block becomes its forward sweep.

    A function with a block that is used in other ways than `gradient` and `jacobian` of named
    values stays as it is. Without the decorator a block runs as it stands, and once more for its
    gradient; with it, only once, by the generated program. So it may also draw random numbers
    and print. What the function means is the same. A function without tapes is returned as it is.

    Parameters
    ----------
    fn : callable
        A Python function.

    Returns
    -------
    callable
        With `.source`, the program that it runs.

    Examples
    --------
    >>> import numpy as np, s2s
    >>> w = s2s.Variable(1.0)
    >>> @s2s.function
    ... def step(x):
    ...     with s2s.GradientTape() as tape:
    ...         loss = (w * x - 1.0) ** 2
    ...     return loss, tape.gradient(loss, w)
    >>> [float(part) for part in step(3.0)]
    [4.0, 12.0]
    """
    if fn is None:
        return function
    try:
        source = recover(fn)
    except S2SError:
        return fn
    if not any(isinstance(n, gast.With) for n in gast.walk(source.tree)):
        return fn
    return Compiled(fn, source)


class Compiled:
    """A function whose blocks of tapes run as generated code.

    Attributes
    ----------
    source : str
        The function as it runs, and the halves of its blocks as far as they have run.
    """

    def __init__(self, fn: Any, source: Source) -> None:
        functools.update_wrapper(self, fn)
        self._fn, self._origin = fn, source
        self._blocks: dict[str, Block] = {}
        self._text = ""
        self._made: Any = None

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """The function."""
        if self._made is None:
            self._made = self._compile()
        return self._made(*args, **kwargs)

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        return self if instance is None else types.MethodType(self, instance)

    @property
    def source(self) -> str:
        """The program."""
        if self._made is None:
            self._made = self._compile()
        parts = [self._text, *(text for b in self._blocks.values() for text in b.texts())]
        return "\n\n\n".join(part.strip("\n") for part in parts) + "\n"

    def __repr__(self) -> str:
        return f"<s2s function {self.__name__}>"  # type: ignore[attr-defined]

    # Compiling --------------------------------------------------------------------------------

    def _compile(self) -> Any:
        """The function with its blocks replaced."""
        fn = self._fn
        tree = copy.deepcopy(self._origin.tree)
        tree.body = self._statements(tree.body, tree)
        if any(self._is_tape(n) for n in gast.walk(tree)):
            # One that stays is found by its location, which only the user's own code has.
            self._blocks.clear()
            self._text = unparse(self._origin.tree)
            return fn
        self._text = unparse(tree)
        free = [*fn.__code__.co_freevars, *self._blocks]
        names = [gast.Name(n, gast.Param(), None, None) for n in free]
        arguments = gast.arguments(names, [], None, [], [], None, [])
        factory = gast.FunctionDef(
            "factory", arguments, [tree, gast.Return(load(tree.name))], [], None, None, []
        )
        module = gast.Module([factory], [])
        gast.fix_missing_locations(module)
        code = compile(
            ast.fix_missing_locations(gast.gast_to_ast(module)), self._origin.filename, "exec",
            dont_inherit=True,
        )  # fmt: skip
        inner = _inner(_inner(code, "factory"), tree.name)
        inner = _qualified(inner, inner.co_qualname, fn.__code__.co_qualname)
        cells = dict(zip(fn.__code__.co_freevars, fn.__closure__ or (), strict=True))
        cells |= {n: types.CellType(b) for n, b in self._blocks.items()}
        closure = tuple(cells[n] for n in inner.co_freevars)
        made = types.FunctionType(inner, fn.__globals__, fn.__name__, fn.__defaults__, closure)
        made.__kwdefaults__ = fn.__kwdefaults__
        return made

    def _statements(self, body: list[Any], whole: Any) -> list[Any]:
        skip = 0
        made: list[Any] = []
        for number, stmt in enumerate(body):
            if number < skip:
                continue
            if isinstance(stmt, gast.With):
                following = body[number + 1] if number + 1 < len(body) else None
                block = self._fused(stmt, following, whole)
                if block is not None:
                    skip = number + 2
                else:
                    block = self._block(stmt, whole)
                if block is not None:
                    made += block
                    continue
            for name, value in gast.iter_fields(stmt):
                nested = isinstance(value, list) and value and isinstance(value[0], gast.stmt)
                if nested and not isinstance(stmt, gast.FunctionDef | gast.ClassDef):
                    setattr(stmt, name, self._statements(value, whole))
            made.append(stmt)
        return made

    def _fused(self, stmt: Any, following: Any, whole: Any) -> list[Any] | None:
        """What replaces a block and the statement that takes its gradient; None if nothing does."""
        made = self._make(stmt, whole, FusedBlock)
        if made is None:
            return None
        name, outs, tape = made
        fused = fuse(stmt, following, tape, whole)
        block = self._blocks[name]
        assert isinstance(block, FusedBlock)
        names = self._arguments(block)
        if fused is None or names is None or block.targets != (fused[0],):
            del self._blocks[name]
            return None
        target, sources, bare, build = fused
        if not set(sources) <= set(names):
            del self._blocks[name]
            return None
        block.prepare(names, sources, bare)
        run = gast.Call(load(name), [load(n) for n in names], [])
        taken = scope.assigned(whole.body) | scope.reads(whole.body)
        hint = f"{tape}_gradient"
        while hint in taken:
            hint += "_"
        replaced = build(run, tuple(outs), hint)
        for new in replaced:
            for node in gast.walk(new):
                if isinstance(node, gast.stmt | gast.expr):
                    gast.copy_location(node, stmt)
        return replaced

    def _arguments(self, block: Block) -> tuple[str, ...] | None:
        """The data that a block is called with; None where that is not known before."""
        fn = self._fn
        local = scope.local_names(self._origin.tree)
        found = []
        for name in block.site.needed:
            if name in fn.__code__.co_freevars:
                held = fn.__closure__[fn.__code__.co_freevars.index(name)]
                if not is_fixed(_content(held)):
                    found.append(name)
            elif name in local:
                found.append(name)
            elif name in fn.__globals__ and not is_fixed(fn.__globals__[name]):
                found.append(name)
        first = block.site.place.tree.lineno
        before = [s for s in self._origin.tree.body if s.lineno < first]
        bound = scope.assigned(before) | set(scope.parameters(self._origin.tree))
        unbound = [n for n in found if n in local and n not in bound]
        return None if unbound else tuple(found)

    def _block(self, stmt: Any, whole: Any) -> list[Any] | None:
        """What replaces a `with` statement of a tape; None where it stays as it is."""
        made = self._make(stmt, whole, Block)
        if made is None:
            return None
        name, outs, tape = made
        call = stmt.items[0].context_expr
        values: Any = gast.Call(load(name), [load(tape), gast.Call(load("locals"), [], [])], [])
        targets = [gast.Name(n, gast.Store(), None, None) for n in outs]
        run: Any = gast.Expr(values)
        if targets:
            whole_target = targets[0] if len(targets) == 1 else gast.Tuple(targets, gast.Store())
            run = gast.Assign([whole_target], values, None)
        replaced = [store(tape, call), run]
        for new in replaced:
            for node in gast.walk(new):
                if isinstance(node, gast.stmt | gast.expr):
                    gast.copy_location(node, stmt)
        return replaced

    def _make(
        self, stmt: Any, whole: Any, kind: type[Block]
    ) -> tuple[str, list[str], str] | None:
        """A block of the function: its name, the values that it makes, the name of the tape."""
        item = stmt.items[0]
        call, target = item.context_expr, item.optional_vars
        known = isinstance(call, gast.Call) and self._resolve(call.func) is GradientTape
        if not known or not isinstance(target, gast.Name) or len(stmt.items) > 1:
            return None
        uses = _uses(whole, stmt, target.id)
        outs = _outs(whole, stmt)
        if uses is None or outs is None:
            return None
        name = "block" if not self._blocks else f"block_{len(self._blocks) + 1}"
        while name in scope.assigned(whole.body) | scope.reads(whole.body) | set(self._blocks):
            name += "_"
        code, origin = self._fn.__code__, self._origin
        place = Place(
            code, stmt, 0, origin.filename, origin.lines, origin.comments, origin.trailing,
            tuple((s.lineno, s.end_lineno, s.col_offset, s.end_col_offset) for s in stmt.body),
        )  # fmt: skip
        cells = dict(zip(code.co_freevars, self._fn.__closure__ or (), strict=True))
        try:
            self._blocks[name] = kind(
                place, self._fn.__globals__, cells, target.id, tuple(outs), uses
            )
        except Unsupported:
            return None
        return name, outs, target.id

    def _is_tape(self, node: Any) -> bool:
        """Whether a statement enters a tape."""
        if not isinstance(node, gast.With):
            return False
        calls = [i.context_expr for i in node.items]
        return any(
            isinstance(c, gast.Call) and self._resolve(c.func) is GradientTape for c in calls
        ) or any(isinstance(c, gast.Name) for c in calls)

    def _resolve(self, node: Any) -> Any:
        """The object that a dotted name denotes now."""
        if isinstance(node, gast.Attribute):
            base = self._resolve(node.value)
            return MISSING if base is MISSING else getattr(base, node.attr, MISSING)
        if not isinstance(node, gast.Name):
            return MISSING
        fn = self._fn
        cells = dict(zip(fn.__code__.co_freevars, fn.__closure__ or (), strict=True))
        if node.id in cells:
            return cells[node.id].cell_contents
        return fn.__globals__.get(node.id, MISSING)


def _content(cell: Any) -> Any:
    try:
        return cell.cell_contents
    except ValueError:
        return MISSING


def _inner(code: types.CodeType, name: str) -> types.CodeType:
    """A function inside code, by its name."""
    return next(
        c for c in code.co_consts if isinstance(c, types.CodeType) and c.co_name == name
    )


def _qualified(code: types.CodeType, old: str, new: str) -> types.CodeType:
    """Code whose functions have the names that they have in the user's file."""
    consts = tuple(
        _qualified(c, old, new) if isinstance(c, types.CodeType) else c for c in code.co_consts
    )
    name = new + code.co_qualname.removeprefix(old)
    return code.replace(co_consts=consts, co_qualname=name)


def _uses(whole: Any, stmt: Any, tape: str) -> tuple[str, ...] | None:
    """The targets of the gradients of a tape; None where it is used in other ways."""
    inside = {id(n) for s in stmt.body for n in gast.walk(s)}
    targets: dict[str, None] = {}
    calls = set()
    for node in gast.walk(whole):
        match node:
            case gast.Call(
                func=gast.Attribute(value=gast.Name(id=name), attr=attr), args=args,
                keywords=keywords,
            ) if name == tape:  # fmt: skip
                calls.add(id(node.func.value))
                if attr == "watch" and id(node) in inside:
                    continue
                given = args[0] if args else next(
                    (k.value for k in keywords if k.arg == "target"), None
                )
                leaves = given.elts if isinstance(given, gast.List | gast.Tuple) else [given]
                named = all(isinstance(leaf, gast.Name) for leaf in leaves)
                if id(node) in inside or attr not in ("gradient", "jacobian") or not named:
                    return None
                targets.update(dict.fromkeys(str(getattr(leaf, "id", "")) for leaf in leaves))
    for node in gast.walk(whole):
        stray = isinstance(node, gast.Name) and node.id == tape and id(node) not in calls
        if stray and not isinstance(node.ctx, gast.Store):
            return None
    made = scope.assigned(stmt.body)
    return tuple(n for n in targets if n in made)


def _outs(whole: Any, stmt: Any) -> list[str] | None:
    """The names of a block that the rest of the function reads; None if one may be unbound."""
    rest = copy.deepcopy(whole)
    for node in gast.walk(rest):
        if isinstance(node, gast.With) and node.lineno == stmt.lineno:
            node.body = [gast.Pass()]
    wanted = scope.reads(rest.body)
    made = [n for n in scope.ordered_assigned(stmt.body) if n in wanted]
    sure: set[str] = set()
    for part in stmt.body:
        if isinstance(part, gast.Return | gast.Break | gast.Continue):
            return None
        sure |= _surely(part)
    return made if set(made) <= sure else None


def _surely(stmt: Any) -> set[str]:
    """The names that a statement certainly binds."""
    if isinstance(stmt, gast.If):
        arms = [set().union(*(_surely(s) for s in arm)) for arm in (stmt.body, stmt.orelse)]
        return arms[0] & arms[1]
    if isinstance(stmt, gast.With):
        return set().union(*(_surely(s) for s in stmt.body))
    if isinstance(stmt, gast.For | gast.While | gast.Try):
        return set()
    return scope.assigned(stmt)
