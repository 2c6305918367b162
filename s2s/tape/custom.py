"""Functions with a gradient of their own, and functions that are computed again for it.

Both become a pair of halves that is written here and not derived:

    @s2s.custom_gradient            def f_fwd(x):              def f_bwd(saved, f_bar):
    def f(x):                           return f_value(x), (x,)     (x,) = saved
        def grad(dy):                                               return f_back(x, f_bar)
            return dy * g(x)
        return value(x), grad
"""

from __future__ import annotations

import copy
import functools
import inspect
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

import gast

from s2s.analysis.fact import Fact
from s2s.driver.subject import Subject
from s2s.errors import Origin, Unsupported
from s2s.frontend import scope
from s2s.frontend.lower import lower_tree, lowered
from s2s.frontend.resolve import Resolver
from s2s.frontend.source import Source, recover
from s2s.ir import prims
from s2s.ir.nodes import Apply, Atom, Block, Function, Let, Param, Ref, Stmt, Value
from s2s.tape.syntax import load, store
from s2s.transform.unit import Generated, Pair, Unit, reference


def custom_gradient(fn: Any) -> Any:
    """Decorate a function that returns its value and the function that gives its gradient.

    Parameters
    ----------
    fn : callable
        Ends with `return value, grad`, where `grad` takes the gradient of the value, or one for
        each part of a tuple, and returns one gradient for each parameter.

    Returns
    -------
    callable
        Returns the value alone. Derivatives of it, of any order, are those of `grad`.

    Examples
    --------
    >>> import numpy as np, s2s
    >>> @s2s.custom_gradient
    ... def rounded(x):
    ...     return np.round(x), lambda dy: dy
    >>> s2s.grad(lambda x: rounded(x) * x)(1.6)
    3.6
    """
    return Wrapped(Custom(fn))


def recompute_grad(fn: Any) -> Any:
    """Decorate a function whose intermediate values are computed again for its gradient.

    Only its arguments are kept between the two sweeps.

    Examples
    --------
    >>> import numpy as np, s2s
    >>> @s2s.recompute_grad
    ... def f(x):
    ...     return np.exp(np.sin(x))
    >>> round(s2s.grad(lambda x: f(x) ** 2)(0.0), 3)
    2.0
    """
    return Wrapped(Recomputed(fn))


class _Halves:
    """A function that makes its pair of halves itself."""

    def __init__(self, fn: Any) -> None:
        self.fn, self.__name__ = fn, fn.__name__

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """The value: where nothing is differentiated, generated code calls it so."""
        value = self.fn(*args, **kwargs)
        return value[0] if hasattr(self, "own_gradient") else value

    @cached_property
    def function_ir(self) -> Function:
        """The function of the value alone."""
        raise NotImplementedError

    def halves(self, unit: Unit, pair: Pair, given: Mapping[str, Fact]) -> None:
        """Fill in the two functions of a pair."""
        value = self.function_ir
        plain = _named(unit, f"{self.__name__}_value", value)
        params = tuple(Param(Value(p.value.name, True), p.kind, p.default) for p in value.params)
        names = tuple(p.value for p in params)
        y, saved = Value("y"), Value("saved", True)
        stmts: list[Stmt] = [Let((y,), Apply(reference(plain), names))]
        kept = _tuple(stmts, names)
        result = _tuple(stmts, (y, kept))
        pair.forward.function_ir = Function(
            pair.forward.name, params, Block(tuple(stmts), (result,)),
            f"Forward sweep of `{self.__name__}`, whose gradient is its own.", value.origin,
            (), value.taken,
        )  # fmt: skip
        again = tuple(Value(p.value.name, True) for p in params)
        bar = Value(f"{self.__name__}_bar", True)
        stmts = [Let(again, saved, None, unpack=True)] if again else []
        outs = self.gradients(unit, pair, given, again, bar, stmts)
        out = outs[0] if len(outs) == 1 else _tuple(stmts, outs)
        pair.backward.function_ir = Function(
            pair.backward.name, (Param(saved), Param(bar)), Block(tuple(stmts), (out,)),
            f"Backward sweep of `{self.__name__}`: gradients of {', '.join(pair.active)}.",
            value.origin, (), value.taken,
        )  # fmt: skip

    def gradients(
        self, unit: Unit, pair: Pair, given: Mapping[str, Fact], args: tuple[Value, ...],
        bar: Value, stmts: list[Stmt],
    ) -> tuple[Atom, ...]:  # fmt: skip
        """The gradients of the active parameters, in their order."""
        raise NotImplementedError


class Custom(_Halves):
    """Ends with `return value, grad`."""

    own_gradient = True

    @cached_property
    def _source(self) -> Source:
        source = recover(self.fn)
        last = source.tree.body[-1]
        good = isinstance(last, gast.Return) and isinstance(last.value, gast.Tuple)
        returns = [n for s in source.tree.body[:-1] for n in _returns(s)]
        if not good or len(last.value.elts) != 2 or returns:
            raise Unsupported(
                f"`{self.__name__}` has a gradient of its own, so it must end with "
                "`return value, grad`, its only return",
                origin=_origin(source, last),
                advice=("put the value and the function into variables and return both",),
            )
        return source

    def _lower(self, tree: Any) -> Function:
        source = self._source
        code = self.fn.__code__
        cells = dict(zip(code.co_freevars, self.fn.__closure__ or (), strict=True))
        for node in gast.walk(tree):
            if isinstance(node, gast.stmt | gast.expr) and not hasattr(node, "lineno"):
                gast.copy_location(node, source.tree)
        return lower_tree(source, tree, Resolver(self.fn.__globals__, cells), {})

    @cached_property
    def function_ir(self) -> Function:
        """The function without its second result."""
        tree = copy.deepcopy(self._source.tree)
        tree.name = f"{self.__name__}_value"
        tree.body[-1].value = tree.body[-1].value.elts[0]
        return self._lower(tree)

    @cached_property
    def back(self) -> Function:
        """The function of the arguments and the adjoint that gives all gradients."""
        tree = copy.deepcopy(self._source.tree)
        value, grad = tree.body[-1].value.elts
        count = len(scope.parameters(tree))
        _check_count(tree, grad, count)
        bar, own = f"{self.__name__}_bar", "grad_function"
        args = [load(bar)]
        if isinstance(value, gast.Tuple | gast.List):
            args = [
                gast.Subscript(load(bar), gast.Constant(k, None), gast.Load())
                for k in range(len(value.elts))
            ]  # fmt: skip
        body = tree.body[:-1]
        if not isinstance(grad, gast.Name):
            body.append(store(own, grad))
            grad = load(own)
        result = gast.Call(grad, args, [])
        if count == 1:
            body.append(store("grads", result))
            one: Any = load("grads")
            if _is_tuple(self._source.tree, self._source.tree.body[-1].value.elts[1]):
                one = gast.Subscript(one, gast.Constant(0, None), gast.Load())
            body.append(gast.Return(one))
        else:
            names = [f"grad_{k}" for k in range(count)]
            targets = [gast.Name(n, gast.Store(), None, None) for n in names]
            body.append(gast.Assign([gast.Tuple(targets, gast.Store())], result, None))
            body.append(gast.Return(gast.Tuple([load(n) for n in names], gast.Load())))
        tree.body = body
        tree.name = f"{self.__name__}_back"
        tree.args.args.append(gast.Name(bar, gast.Param(), None, None))
        return self._lower(tree)

    def gradients(
        self, unit: Unit, pair: Pair, given: Mapping[str, Fact], args: tuple[Value, ...],
        bar: Value, stmts: list[Stmt],
    ) -> tuple[Atom, ...]:  # fmt: skip
        """What the user's function gives."""
        made = _named(unit, f"{self.__name__}_back", self.back)
        grads = tuple(Value(f"{a.name}_bar") for a in args)
        call = Apply(reference(made), (*args, bar))
        stmts.append(Let(grads, call, None, unpack=len(grads) > 1))
        by_name = {a.name: g for a, g in zip(args, grads, strict=True)}
        return tuple(by_name[n] for n in pair.active)


class Recomputed(_Halves):
    """Keeps its arguments only."""

    @cached_property
    def function_ir(self) -> Function:
        """The function itself."""
        return lowered(self.fn)

    def gradients(
        self, unit: Unit, pair: Pair, given: Mapping[str, Fact], args: tuple[Value, ...],
        bar: Value, stmts: list[Stmt],
    ) -> tuple[Atom, ...]:  # fmt: skip
        """Both sweeps of the function itself, one after the other."""
        inner = unit.pair(self.fn, self.function_ir, pair.active, given)
        value, kept = Value("value"), Value("kept")
        stmts.append(Let((value, kept), Apply(reference(inner.forward), args), None, unpack=True))
        grads = tuple(Value(f"{n}_bar") for n in pair.active)
        call = Apply(reference(inner.backward), (kept, bar))
        stmts.append(Let(grads, call, None, unpack=len(grads) > 1))
        return grads


class Wrapped:
    """The decorated function: runs as the plain one, and is differentiated through its halves."""

    made_by_s2s = True

    def __init__(self, core: _Halves) -> None:
        self.core = core
        functools.update_wrapper(self, core.fn)
        self.__signature__ = inspect.signature(core.fn)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """The value."""
        return self.core(*args, **kwargs)

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        return self if instance is None else functools.partial(self, instance)

    @cached_property
    def function_ir(self) -> Function:
        """A function that calls the one with the halves."""
        core = self.core.function_ir
        params = tuple(replace(p, value=Value(p.value.name, True)) for p in core.params)
        out = Value("result")
        call = Apply(Ref(self.core.__name__, self.core), tuple(p.value for p in params))
        block = Block((Let((out,), call, core.origin),), (out,))
        name = self.core.__name__
        return Function(name, params, block, core.doc, core.origin, (), core.taken)

    @property
    def other_functions(self) -> tuple[Function, ...]:
        """None are generated before a derivative is."""
        return ()

    @property
    def subject(self) -> Subject:
        """Where the names of the function are looked up."""
        return Subject(self.core.fn)


def _named(unit: Unit, name: str, function: Function) -> Generated:
    """A function of the unit."""
    made = unit.generated(name)
    made.function_ir = replace(function, name=made.name)
    return made


def _tuple(stmts: list[Stmt], atoms: tuple[Atom, ...]) -> Value:
    value = Value("result")
    stmts.append(Let((value,), Apply(Ref("tuple", prims.build_tuple), atoms)))
    return value


def _returns(node: Any) -> list[Any]:
    """The returns of a statement, without those of nested functions."""
    if isinstance(node, gast.FunctionDef | gast.Lambda | gast.ClassDef):
        return []
    if isinstance(node, gast.Return):
        return [node]
    return [r for child in gast.iter_child_nodes(node) for r in _returns(child)]


def _results(tree: Any, grad: Any) -> list[Any]:
    """What the gradient function returns, as far as it can be read."""
    if isinstance(grad, gast.Lambda):
        return [grad.body]
    if isinstance(grad, gast.Name):
        for node in tree.body:
            if isinstance(node, gast.FunctionDef) and node.name == grad.id:
                return [r.value for s in node.body for r in _returns(s)]
            if isinstance(node, gast.Assign) and isinstance(node.value, gast.Lambda):
                if any(isinstance(t, gast.Name) and t.id == grad.id for t in node.targets):
                    return [node.value.body]
    return []


def _is_tuple(tree: Any, grad: Any) -> bool:
    found = _results(tree, grad)
    return bool(found) and all(isinstance(r, gast.Tuple | gast.List) for r in found)


def _check_count(tree: Any, grad: Any, count: int) -> None:
    """Refuse a gradient function that gives too few or too many gradients."""
    for result in _results(tree, grad):
        got = len(result.elts) if isinstance(result, gast.Tuple | gast.List) else None
        if got is not None and got != count:
            raise ValueError(
                f"the gradient function of `{tree.name}` must return {count} gradients, one for "
                f"each parameter, but returns {got}"
            )


def _origin(source: Source, node: Any) -> Origin:
    return source.origin(node)


__all__ = ["custom_gradient", "recompute_grad"]
