"""Gradients of tapes inside the block of another: functions that are differentiated again.

    with s2s.GradientTape() as inner:        y = x * x * x
        y = x * x * x
    d = inner.gradient(y, x)                 d = y_by_inner(x)
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

import gast
import numpy as np

from s2s.frontend import scope
from s2s.ir.nodes import Function
from s2s.runtime import detached
from s2s.tape.calls import Inner
from s2s.tape.rewrite import Rewriter
from s2s.tape.syntax import load, probe_after, store
from s2s.transform.pipeline import reverse_program


class InnerGradient:
    """The gradient of an inner block, as a function of what the block is given."""

    made_by_s2s = True

    def __init__(self, lifted: Any, name: str, params: list[str], body: list[Any],
                 wrt: tuple[str, ...]) -> None:  # fmt: skip
        self.__name__ = name
        self._lifted, self._params, self._body, self._wrt = lifted, params, body, wrt

    @cached_property
    def _program(self) -> Any:
        tree = self._lifted.definition(self.__name__, self._params, self._body)
        function = self._lifted.lowered(tree)
        return reverse_program(function, self._wrt, {}, bare=False)

    @property
    def function_ir(self) -> Function:
        """The generated program."""
        entry: Function = self._program.functions[-1]
        return entry

    @property
    def other_functions(self) -> tuple[Function, ...]:
        """What it calls."""
        others: tuple[Function, ...] = self._program.functions[:-1]
        return others

    @property
    def subject(self) -> Any:
        """What it was made from."""
        return self._lifted.subject(self.function_ir)

    def __call__(self, *args: Any) -> Any:
        """The gradients, as a tuple."""
        return self._run(*args)

    @cached_property
    def _run(self) -> Any:
        from s2s.driver.compile import build

        program = self._program
        return build(program, self.subject.homes(program.functions, [])).entry


def derive(
    lifted: Any, outer: Rewriter, inner: Inner, tape: str, call: Any, mine: bool
) -> tuple[Any, list[Any]]:
    """The expression of an inner gradient, and the statements before it."""
    target, sources, weights = _arguments(outer, call)
    rebound = scope.assigned(inner.body)
    for name in [*_names(outer, target), *_names(outer, sources)]:
        if outer.versions[name] != inner.after[name]:
            outer.refuse(
                call, f"`{name}` is assigned again between the block of the inner tape and here",
                "use another name",
            )  # fmt: skip
    body = inner.body
    if not mine:
        worker = Rewriter(
            outer.place, {n: o for n, o in outer.objects.items() if n not in outer.assigned},
            {tape}, outer.derive, outer.tape_class,
        )  # fmt: skip
        worker.variables |= outer.variables | set(outer.made)
        worker.helpers = outer.helpers
        body = worker.block(inner.body)
        body = [*(store(e, load(n)) for n, e in worker.entries.items()), *body]
        if worker.made or worker.late:
            outer.refuse(call, "the inner tape makes a Variable or watches one late",
                         "do so before its block")  # fmt: skip
    probes: dict[str, str] = {}
    for name in _names(outer, sources):
        if name in rebound and not outer.is_variable(name):
            probes[name] = f"{name}_probe"
            marked = probe_after(body, name, probes[name])
            if marked is None:
                outer.refuse(call, f"cannot tell where the value of `{name}` is made",
                             "give it a name of its own")  # fmt: skip
            body = marked
    total: Any = None
    sum_of = outer.helper(np.sum, "sum_of")
    weight_names = []
    for k, leaf in enumerate(_leaves(outer, target)):
        part: Any = leaf
        if weights is not None:
            parts = _leaves(outer, weights)
            weight_names.append((f"{tape}_weight_{k}", parts[k]))
            part = gast.BinOp(part, gast.Mult(), load(f"{tape}_weight_{k}"))
        part = gast.Call(sum_of, [part], [])
        total = part if total is None else gast.BinOp(total, gast.Add(), part)
    if total is None:
        outer.refuse(call, "a gradient of nothing", "give it a target")
    body = [*body, gast.Return(total)]
    trial = lifted.definition("_", [], body)
    local = set(lifted.helpers.data) | set(outer.assigned) | set(probes.values())
    local |= {n for n, _ in weight_names} | set(lifted.rewriter_params(outer))
    params = [n for n in scope.free_names(trial) if n in local]
    wrt = tuple(dict.fromkeys(probes.get(n, n) for n in _names(outer, sources)))
    params += [n for n in wrt if n not in params]
    hint = next(iter(_names(outer, target)), "target")
    base = f"{hint}_by_{tape}"
    name = base
    while name in outer.helpers or name in outer.objects:
        name += "_"
    made = InnerGradient(lifted, name, params, body, wrt)
    outer.helpers[name] = made
    lifted.names[name] = made
    given = []
    by_weight = dict(weight_names)
    back = {p: n for n, p in probes.items()}
    for p in params:
        if p in by_weight:
            given.append(by_weight[p])
        elif p in back:  # what the value depends on is in the function already
            given.append(gast.Call(outer.helper(detached), [load(back[p])], []))
        else:
            given.append(load(inner.kept.get(p, p)))
    result = f"{name}_result"
    statements = [store(result, gast.Call(load(name), given, []))]

    def place(node: Any) -> Any:
        if isinstance(node, gast.Name):
            k = wrt.index(probes.get(node.id, node.id))
            return gast.Subscript(load(result), gast.Constant(k, None), gast.Load())
        if isinstance(node, gast.Dict):
            return gast.Dict(node.keys, [place(v) for v in node.values])
        return type(node)([place(e) for e in node.elts], gast.Load())

    return place(sources), statements


def _arguments(outer: Rewriter, call: Any) -> tuple[Any, Any, Any]:
    """The target, the sources and the weights of `tape.gradient(...)`."""
    given = dict(zip(("target", "sources", "output_gradients"), call.args, strict=False))
    given |= {k.arg: k.value for k in call.keywords}
    if "target" not in given or "sources" not in given or len(call.args) > 3:
        outer.refuse(call, "this call cannot be read", "write gradient(target, sources)")
    weights = given.get("output_gradients")
    if isinstance(weights, gast.Constant) and weights.value is None:
        weights = None
    return given["target"], given["sources"], weights


def _leaves(outer: Rewriter, node: Any) -> list[Any]:
    """The parts of displays."""
    if isinstance(node, gast.List | gast.Tuple):
        return [leaf for e in node.elts for leaf in _leaves(outer, e)]
    if isinstance(node, gast.Dict):
        return [leaf for e in node.values for leaf in _leaves(outer, e)]
    return [node]


def _names(outer: Rewriter, node: Any) -> list[str]:
    """The names of which targets or sources consist."""
    found = []
    for leaf in _leaves(outer, node):
        if not isinstance(leaf, gast.Name):
            outer.refuse(
                leaf, "the target or a source of an inner tape is not a name",
                "give it a name before the call",
            )  # fmt: skip
        found.append(leaf.id)
    return found
