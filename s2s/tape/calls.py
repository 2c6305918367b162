"""The calls in an expression that mean something to tapes."""

from __future__ import annotations

import functools
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import gast
import numpy as np

from s2s.runtime import detached
from s2s.tape.syntax import load, store
from s2s.tape.variable import Variable

if TYPE_CHECKING:
    from s2s.tape.rewrite import Rewriter

ASSIGNS = {"assign": None, "assign_add": gast.Add, "assign_sub": gast.Sub}


@dataclass
class Inner:
    """A tape inside the block: the statements that it records."""

    body: list[Any]
    kept: dict[str, str] = field(default_factory=dict)  # name -> name of its value at the entry
    after: Counter[str] = field(default_factory=Counter)  # how often names were assigned by then


class Expressions(gast.NodeTransformer):  # type: ignore[misc]
    """The calls in an expression that mean something to tapes."""

    def __init__(self, rewriter: Rewriter, before: list[Any], again: bool) -> None:
        self.rewriter, self.before, self.again = rewriter, before, again

    def visit_Lambda(self, node: Any) -> Any:
        """Stays as it is."""
        self.rewriter.check_closed(node)
        return node

    def visit_Name(self, node: Any) -> Any:
        """No tape may be used as a value."""
        rewriter = self.rewriter
        if node.id in rewriter.own | set(rewriter.inner) | rewriter.foreign:
            rewriter.refuse(
                node, "the tape is used as a value inside its block",
                "call its methods here, and pass it on after the block",
            )  # fmt: skip
        if rewriter.resolve(node) is Variable:
            rewriter.refuse(node, "the block depends on what is a Variable and what an array")
        return node

    def visit_Attribute(self, node: Any) -> Any:
        """The class of variables may only be called."""
        if self.rewriter.resolve(node) is Variable:
            self.rewriter.refuse(
                node, "the block depends on what is a Variable and what an array",
                "ask before the block",
            )  # fmt: skip
        return self.generic_visit(node)

    def visit_BinOp(self, node: Any) -> Any:
        """NumPy makes an array of a list beside a Variable."""
        rewriter = self.rewriter
        for one, other in (("left", "right"), ("right", "left")):
            display, beside = getattr(node, one), getattr(node, other)
            if isinstance(display, gast.List | gast.Tuple) and isinstance(beside, gast.Name):
                if rewriter.is_variable(beside.id):
                    call = gast.Call(rewriter.helper(np.asarray, "asarray"), [display], [])
                    setattr(node, one, call)
        return self.generic_visit(node)

    def visit_Call(self, node: Any) -> Any:
        """Methods of tapes and variables, `map` and `reduce`."""
        rewriter, func = self.rewriter, node.func
        tape = rewriter.tape_call(node)
        if tape is not None:
            return self.gradient(node, *tape)
        if isinstance(func, gast.Attribute):
            if func.attr == "numpy" and not node.args:
                return gast.Call(rewriter.helper(detached), [self.visit(func.value)], [])
            variable = isinstance(rewriter.resolve(func.value), Variable) or (
                isinstance(func.value, gast.Name) and rewriter.is_variable(func.value.id)
            )
            if func.attr in ("value", "read_value") and variable:
                return self.visit(func.value)
            if func.attr in ASSIGNS:
                rewriter.refuse(
                    node, "a variable is assigned inside an expression",
                    "assign it in a statement of its own",
                )  # fmt: skip
        mapped = self.mapped(node)
        if mapped is not None:
            return mapped
        if rewriter.resolve(func) is Variable:
            node.args = [self.visit(a) for a in node.args]
            return node
        return self.generic_visit(node)

    def mapped(self, node: Any) -> Any:
        """`map` as a comprehension, and `reduce` as a loop."""
        rewriter, func = self.rewriter, node.func
        plain = not node.keywords and not any(isinstance(a, gast.Starred) for a in node.args)
        name = func.id if isinstance(func, gast.Name) else ""
        if name == "map" and plain and len(node.args) == 2 and name not in rewriter.assigned:
            fn, items = (self.visit(a) for a in node.args)
            item = gast.Name("item_", gast.Store(), None, None)
            call = gast.Call(fn, [load("item_")], [])
            return gast.ListComp(call, [gast.comprehension(item, items, [], False)])
        if name == "list" and plain and len(node.args) == 1:
            made = self.visit(node.args[0])
            return made if isinstance(made, gast.ListComp) else gast.Call(func, [made], [])
        if rewriter.resolve(func) is not functools.reduce or not plain or self.again:
            return None
        fn, items, *start = (self.visit(a) for a in node.args)
        k = len(self.before)
        whole, total, step = f"items_{k}", f"total_{k}", f"step_{k}"
        rest: Any = load(whole)
        self.before.append(store(whole, items))
        self.before.append(store(step, fn))
        if start:
            self.before.append(store(total, start[0]))
        else:
            first = gast.Subscript(load(whole), gast.Constant(0, None), gast.Load())
            self.before.append(store(total, first))
            tail = gast.Slice(gast.Constant(1, None), None, None)
            rest = gast.Subscript(load(whole), tail, gast.Load())
        item = gast.Name("item_", gast.Store(), None, None)
        call = gast.Call(load(step), [load(total), load("item_")], [])
        self.before.append(gast.For(item, rest, [store(total, call)], [], None))
        return load(total)

    def gradient(self, node: Any, name: str, method: str) -> Any:
        """`tape.gradient(target, sources)` of a tape inside the block."""
        rewriter = self.rewriter
        if name in rewriter.foreign:
            rewriter.refuse(
                node, "the gradient of a tape that was entered before this block",
                "enter both tapes around what they are to see",
            )  # fmt: skip
        if name in rewriter.own and (rewriter.paused or method != "gradient"):
            return gast.Constant(None, None)  # a constant to this tape, which does not know it
        if method != "gradient" or self.again:
            rewriter.refuse(
                node, f"`{method}` of a tape inside the block of another",
                "use gradient, in a statement of its own, or s2s.jacobian and s2s.hessian",
            )  # fmt: skip
        if name in rewriter.own:
            inner, mine = Inner(rewriter.done(), {}, Counter(rewriter.versions)), True
        else:
            inner, mine = rewriter.inner[name], False
        expr, statements = rewriter.derive(rewriter, inner, name, node, mine)
        self.before += statements
        return expr
