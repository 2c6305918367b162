"""Blocks whose gradient is taken in the next line: value and gradient in one generated function.

    with s2s.GradientTape() as tape:
        loss = np.sum((w * x - 1) ** 2)          loss, g = block(w, x)
    g = tape.gradient(loss, w)

The first call for arguments of one kind goes the way of all blocks, and shows whether the short
way means the same: one number as target, real sources that are all connected, no branches.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import Any

import gast
import numpy as np

from s2s.analysis.fact import Fact
from s2s.driver.family import Family
from s2s.driver.notes import explain
from s2s.errors import S2SError
from s2s.frontend import scope
from s2s.ir.nodes import Const, For, Function
from s2s.ir.walk import statements
from s2s.runtime import detached
from s2s.tape.active import _active
from s2s.tape.block import Block, Forward
from s2s.tape.leaves import kind_of
from s2s.tape.settled import is_settled
from s2s.tape.syntax import load
from s2s.tape.tape import GradientTape
from s2s.tape.unit_seed import with_unit_seed
from s2s.tape.variable import Variable
from s2s.transform.pipeline import Program, reverse_program

_MOST = 64  # kinds of arguments that have a short way


class Whole(Family):
    """Value and gradient of a block in one function."""

    def __init__(self, subject: Any, wrt: tuple[str, ...], has_aux: bool, bare: bool) -> None:
        self.begin(subject, None)
        self._chosen, self._has_aux, self._bare = wrt, has_aux, bare

    def wrt(self, bound: Mapping[str, Any]) -> tuple[str, ...]:
        """The parameters to differentiate by."""
        return self._chosen

    def transform(self, wrt: tuple[str, ...], given: Mapping[str, Fact]) -> Program:
        """Reverse mode."""
        program = reverse_program(
            self.subject.function, wrt, given, value=True, has_aux=self._has_aux, bare=self._bare,
            masked=False,
        )  # fmt: skip
        return with_unit_seed(program)

    def _renew(self) -> None:
        self.forget()


class FusedBlock(Block):
    """A block with the one gradient that is taken of it.

    Parameters
    ----------
    names : tuple of str
        The arguments that it is called with.
    sources : tuple of str
        What the gradient is taken by.
    bare : bool
        Whether that is one name and no list.
    """

    def prepare(self, names: tuple[str, ...], sources: tuple[str, ...], bare: bool) -> None:
        """Say how the block is called."""
        self.names, self.sources, self.bare = names, sources, bare
        self.fast: dict[Any, tuple[Callable[..., Any], list[Any], Any]] = {}
        self.kept: list[Any] = []
        self.wholes: list[Any] = []
        self.held: list[tuple[Any, Any]] = []

    def __call__(self, *args: Any) -> Any:
        """The values of the block and the gradient."""
        if self.fast and not _active.tapes:
            key: list[Any] = []
            values: list[Any] = []
            for a in args:
                kind = type(a)
                if kind is Variable:  # its dtype and shape never change
                    key.append(id(a))
                    values.append(a._value)
                elif kind is np.ndarray:
                    shape = a.shape
                    key.append(a.dtype)
                    key.append(tuple([n == 1 for n in shape]) if 1 in shape else len(shape))
                    values.append(a)
                else:
                    key.append(kind)
                    values.append(a)
            found = self.fast.get(tuple(key))
            if found is not None and self.is_fresh(found[1]):
                try:
                    return found[0](*values)
                except Exception as error:
                    explain(error, found[2])
                    raise
        return self.slow(args)

    def is_fresh(self, guards: list[tuple[Mapping[str, Any], str, Any]]) -> bool:
        """Whether the functions that the block names are still those it was compiled with."""
        for space, name, obj in guards:
            if space.get(name) is not obj:
                break
        else:
            for cell, obj in self.held:
                if cell.cell_contents is not obj:
                    break
            else:
                return True
        self.fast.clear()
        self.site.lifted.clear()
        return False

    def slow(self, args: tuple[Any, ...]) -> Any:
        """The way of all blocks; leaves a short way for the next call if there is one."""
        tape = GradientTape()
        local = dict(zip(self.names, args, strict=True))
        record = Forward(self, tape, self.objects(local))
        tape._add(record)
        values = dict(zip(self.outs, record.run(tape), strict=True))
        target = values[self.targets[0]]
        found = [local[n] for n in self.sources]
        grads = tape.gradient(target, found[0] if self.bare else found)
        whole = [grads] if self.bare else grads
        handed = any(value is a for value in values.values() for a in args)
        if not _active.tapes and not handed and all(g is not None for g in whole):
            self.shorten(args, record, target, whole)
        aux = tuple(values[n] for n in self.outs if n not in self.targets)
        first = (target, aux) if aux else target
        return first, (grads if self.bare else tuple(grads))

    def shorten(self, args: tuple[Any, ...], record: Forward, target: Any, grads: Any) -> None:
        """Make the short way for arguments like these, where it means the same."""
        lifted = record.lifted
        moving = [a for a in args if isinstance(a, Variable | np.ndarray)]
        plain = all(isinstance(a, Variable | np.ndarray | float | int | np.generic) for a in args)
        alike = len({id(a) for a in moving}) < len(moving)
        real = kind_of(target) == "f" and all(kind_of(a) != "c" for a in args)
        simple = not (lifted.rewriter.entries or lifted.rewriter.late or lifted.leaky)
        if np.ndim(target) or not plain or alike or not real or not simple:
            return
        if {i.param for i in lifted.inputs} != set(self.names):
            return
        function = self.function(lifted)
        if not is_settled(function) or not _runs_all_loops(function):
            return
        try:
            whole = Whole(lifted.subject(function), self.sources, len(self.outs) > 1, self.bare)
            values = [a._value if isinstance(a, Variable) else a for a in args]
            made = whole.find(tuple(values), {})
            again = made.entry(*values)[1]
        except S2SError:
            return
        # Both ways are at hand now, so that they are compared before the short one is taken.
        if not _alike([again] if self.bare else again, grads):
            return
        key: list[Any] = []
        for a in args:
            if isinstance(a, Variable):
                key.append(id(a))
            elif isinstance(a, np.ndarray):
                key += [a.dtype, tuple(n == 1 for n in a.shape) if 1 in a.shape else a.ndim]
            else:
                key.append(type(a))
        if len(self.fast) >= _MOST:
            self.fast.clear()
            self.kept.clear()
        module = made.module
        own = [
            (n, o) for n, o in lifted.helpers.fixed.items()
            if n not in self.cells and self.outer.get(n) is o
        ]  # fmt: skip
        held = [
            (self.cells[n], o) for n, o in lifted.helpers.fixed.items()
            if n in self.cells and self.cells[n].cell_contents is o
        ]  # fmt: skip
        if module._globals or module._cells or len(own) + len(held) < len(lifted.helpers.fixed):
            return

        # What the names of the block denote is looked at where the user bound them.
        guards = [(self.outer, n, o) for n, o in own]
        guards += [g for g in module._guards if g[0] is not lifted.names]
        if module._guarded_cells:
            return
        self.held = held
        self.kept += [a for a in args if isinstance(a, Variable)]
        self.wholes.append(made)
        self.fast[tuple(key)] = (made.entry, guards, module)

    def function(self, lifted: Any) -> Function:
        """The block as a function of its arguments, in their order."""
        body = [stmt for group in lifted.groups for stmt in group]
        lifted.names[detached.__name__] = detached
        value: Any = load(self.targets[0])
        aux = [n for n in self.outs if n not in self.targets]
        if aux:
            hidden = [gast.Call(load(detached.__name__), [load(n)], []) for n in aux]
            value = gast.Tuple([value, gast.Tuple(hidden, gast.Load())], gast.Load())
        made: Function = lifted.lower("block", list(self.names), [*body, gast.Return(value)])
        return made

    def texts(self) -> list[str]:
        """The generated functions: the short ways, or else the halves."""
        found = dict.fromkeys(made.source for made in self.wholes)
        return list(found) or super().texts()


def _alike(one: Any, other: Any) -> bool:
    """Whether gradients agree up to rounding."""
    for a, b in zip(one, other, strict=True):
        tolerance = 4096 * np.finfo(np.asarray(b).dtype).eps
        scale = float(np.max(np.abs(b), initial=0.0, where=np.isfinite(b)))
        if np.shape(a) != np.shape(b) or not np.allclose(
            a, b, rtol=tolerance, atol=tolerance * scale, equal_nan=True
        ):
            return False
    return True


def _runs_all_loops(function: Function) -> bool:
    """Whether every loop runs at least once, whatever the data."""
    for stmt in statements(function.body):
        if isinstance(stmt, For):
            args = stmt.iter.args
            known = stmt.iter.kind == "range" and all(isinstance(a, Const) for a in args)
            if not known or not len(range(*(a.value for a in args if isinstance(a, Const)))):
                return False
    return True


def fuse(
    stmt: Any, following: Any, tape: str, whole: Any
) -> tuple[Any, tuple[str, ...], bool, Callable[[Any, tuple[str, ...], str], list[Any]]] | None:
    """How a block and the statement after it become one call, if they do.

    Returns the target and the sources of the gradient, and what makes the new statements from
    the call, the values of the block, and the name of the gradient.
    """
    if not isinstance(following, gast.Assign | gast.Return | gast.Expr):
        return None
    calls = [n for n in gast.walk(following) if _is_gradient(n, tape)]
    uses = [n for n in gast.walk(whole) if isinstance(n, gast.Name) and n.id == tape]
    inside = {id(n) for s in stmt.body for n in gast.walk(s)}
    others = [n for n in uses if isinstance(n.ctx, gast.Load) and id(n) not in inside]
    if len(calls) != 1 or len(others) != 1 or stmt.items[0].context_expr.args:
        return None
    if stmt.items[0].context_expr.keywords or _is_conditional(following, calls[0]):
        return None
    call = calls[0]
    if call.keywords or len(call.args) != 2:
        return None
    target, sources = call.args
    bare = isinstance(sources, gast.Name)
    names = [sources] if bare else list(getattr(sources, "elts", []))
    made = scope.assigned(stmt.body)
    good = isinstance(target, gast.Name) and target.id in made and names
    if not good or not all(isinstance(n, gast.Name) and n.id not in made for n in names):
        return None
    if not bare and not isinstance(sources, gast.List):
        return None

    def build(run: Any, outs: tuple[str, ...], hint: str) -> list[Any]:
        first: Any = gast.Name(target.id, gast.Store(), None, None)
        aux = [gast.Name(n, gast.Store(), None, None) for n in outs if n != target.id]
        if aux:
            first = gast.Tuple([first, gast.Tuple(aux, gast.Store())], gast.Store())
        direct = isinstance(following, gast.Assign) and following.value is call
        unpacked = direct and len(following.targets) == 1 and (
            isinstance(following.targets[0], gast.Tuple)
            or bare and isinstance(following.targets[0], gast.Name)
        )
        if unpacked:
            second = copy.deepcopy(following.targets[0])
            return [gast.Assign([gast.Tuple([first, second], gast.Store())], run, None)]
        second = gast.Name(hint, gast.Store(), None, None)
        again: Any = load(hint) if bare else gast.Call(load("list"), [load(hint)], [])
        rest = _Swap(call, again).visit(following)
        return [gast.Assign([gast.Tuple([first, second], gast.Store())], run, None), rest]

    return target.id, tuple(n.id for n in names), bare, build


class _Swap(gast.NodeTransformer):  # type: ignore[misc]
    def __init__(self, old: Any, new: Any) -> None:
        self.old, self.new = old, new

    def visit(self, node: Any) -> Any:
        """The tree with one node replaced."""
        return self.new if node is self.old else super().generic_visit(node)


def _is_gradient(node: Any, tape: str) -> bool:
    match node:
        case gast.Call(func=gast.Attribute(value=gast.Name(id=name), attr="gradient")):
            return bool(name == tape)
    return False


def _is_conditional(tree: Any, call: Any) -> bool:
    """Whether a call may not run, or run more than once."""
    around = (gast.IfExp, gast.BoolOp, gast.Lambda, gast.ListComp, gast.GeneratorExp,
              gast.SetComp, gast.DictComp, gast.Compare)  # fmt: skip
    return any(
        isinstance(node, around) and any(inner is call for inner in gast.walk(node))
        for node in gast.walk(tree)
    )

