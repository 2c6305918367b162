"""One call under one of its rules: names for an expander, and a helper when facts run out."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from s2s.ir.build import Builder
from s2s.ir.nodes import Apply, Atom, Const, Ref, Value
from s2s.rules.ask import Ask, Nothing
from s2s.rules.expand import Expander
from s2s.rules.helpers import HelperFunction, make_helper
from s2s.rules.rule import REQUIRED, Bound, Packed, Rule
from s2s.rules.symbols import Known, Later, Run, Sym, Tup, Zero

__all__ = ["Call", "as_tuple", "atoms_in", "call_helper", "hint", "plus", "summed"]


class Call:
    """One call under one of its rules."""

    def __init__(
        self, bound: Bound, rule: Rule, results: tuple[Value, ...], ask: Ask, build: Builder,
        wanted: Callable[[Atom], bool],
    ) -> None:  # fmt: skip
        self.bound, self.rule, self.results = bound, rule, results
        self.ask, self.build, self.wanted = ask, build, wanted
        self.suffix = "_bar"

    def expander(
        self, derivative: Callable[[str], Sym], needed: Callable[[str], bool], eager: bool
    ) -> tuple[Expander, dict[str, Sym | Later]]:
        """An expander of the rule and the names that its body starts with."""
        ex = Expander(
            self.bound.book, self.rule, self.ask, self.build, derivative, needed, eager
        )
        ex.label = lambda name: f"{hint(self.like(name), name)}{self.suffix}"
        env: dict[str, Sym | Later] = {}
        for param in self.rule.params:
            given = self.bound.args.get(param.name)
            if given is None:
                if param.default is not REQUIRED:
                    env[param.name] = Known(param.default, text=param.text)
                elif param.kind == "star":
                    env[param.name] = Tup(())
            elif isinstance(given, Packed):
                env[param.name] = Tup(tuple(ex.sym(a) for a in given.items))
            else:
                env[param.name] = ex.sym(given)
        for name, value in zip(self.rule.results, self.results):
            env[name] = Run(value)
        return ex, env

    def masked(self, ex: Expander, sym: Sym, name: str) -> Sym:
        """A derivative where the `where=` of a ufunc lets it through, 0 elsewhere."""
        if self.bound.mask is None or isinstance(sym, Zero):
            return sym
        where = Ref("np.where", np.where)
        return ex.emit(where, Run(self.bound.mask), sym, Known(0), name=name)

    def like(self, name: str) -> Atom | None:
        """The value that has the shape of `d[name]`."""
        if name in self.rule.results:
            return self.results[self.rule.results.index(name)]
        given = self.bound.args.get(name)
        return None if isinstance(given, Packed) else given

    def generic(self) -> tuple[Call, dict[Any, Value], dict[Any, Atom]]:
        """The call on parameters of a helper, these by key, and what is passed for them."""
        inputs: dict[Any, Value] = {}
        passed: dict[Any, Atom] = {}
        args: dict[str, Atom | Packed] = {}
        fixed = switches(self.bound)

        def enter(key: Any, name: str, atom: Atom) -> Value:
            """One more parameter of the helper."""
            inputs[key], passed[key] = Value(name), atom
            return inputs[key]

        for name, given in self.bound.args.items():
            if isinstance(given, Packed):
                items = [enter((name, k), f"{name}_{k}", a) for k, a in enumerate(given.items)]
                args[name] = Packed(tuple(items))
            elif name in fixed:
                args[name] = given
            else:
                args[name] = enter((name,), name, given)
        results = tuple(enter(("=", n), n, v) for n, v in zip(self.rule.results, self.results))
        mask = self.bound.mask
        if mask is not None:
            mask = enter(("where",), "where", mask)
        bound = replace(self.bound, args=args, mask=mask)
        call = Call(bound, self.rule, results, Nothing(), Builder(), lambda a: True)
        return call, inputs, passed


def call_helper(
    call: Call, key: tuple[Any, ...], role: str, generic: Call,
    write: Callable[[], Atom | None], inputs: dict[Any, Value], passed: dict[Any, Atom],
    name: str,
) -> Atom | None:  # fmt: skip
    """Emit a call of the helper, made if it is not in the book yet."""
    fixed = switches(call.bound)
    given = tuple(
        (n, fixed.get(n), len(a.items) if isinstance(a, Packed) else -1)
        for n, a in call.bound.args.items()
    )  # fmt: skip
    whole = (call.rule, call.bound.entry, *key, given, call.bound.mask is not None)
    helpers = call.bound.book.helpers
    if whole not in helpers:
        out = write()
        if out is None:
            return None
        text = helper_name(call.bound, role)
        helpers[whole] = make_helper(text, generic.build.stmts, out, inputs)
    helper: HelperFunction = helpers[whole]
    args = tuple(passed[i] for i in helper.inputs)
    return call.build.let(Apply(Ref(helper.name, helper), args), name)


def switches(bound: Bound) -> dict[str, Const]:
    """The options that a call writes out, for whose values a helper is made."""
    signature = bound.entry.signature()
    assert signature is not None
    found: dict[str, Const] = {}
    for param in signature.params:
        given = bound.args.get(param.name)
        if param.default is REQUIRED or not isinstance(given, Const):
            continue
        word = isinstance(given.value, str) and isinstance(param.default, str | None)
        if isinstance(given.value, bool | None) or (word and given.value.isidentifier()):
            found[param.name] = given
    return found


def helper_name(bound: Bound, role: str) -> str:
    """A name that tells the function, the role and the optional arguments given."""
    base = bound.entry.text.removeprefix("np.").replace(".", "_").lstrip("_")
    signature = bound.entry.signature()
    assert signature is not None
    fixed = switches(bound)
    optional = []
    for param in signature.params:
        if param.default is REQUIRED or param.name not in bound.args:
            continue
        value = fixed[param.name].value if param.name in fixed else True
        word = f"{param.name}_{value}" if isinstance(value, str) else param.name
        optional.append(word if value else f"no_{word}")
    optional += ["where"] if bound.mask is not None else []
    packed = [str(len(a.items)) for a in bound.args.values() if isinstance(a, Packed)]
    return "_".join((base, role, *optional, *packed))


def summed(build: Builder, atoms: Sequence[Atom]) -> Atom | None:
    """The sum of atoms."""
    result: Atom | None = None
    for atom in atoms:
        result = atom if result is None else plus(build, result, atom)
    return result


def as_tuple(x: Any) -> tuple[Any, ...]:
    """One or several as a tuple."""
    return x if isinstance(x, tuple) else (x,)


def atoms_in(given: Atom | Packed) -> tuple[Atom, ...]:
    """The atoms of an argument."""
    return given.items if isinstance(given, Packed) else (given,)


def hint(atom: Any, otherwise: str = "t") -> str:
    """A name for what belongs to an atom."""
    return str(getattr(atom, "name", otherwise))


def plus(build: Builder, a: Atom, b: Atom) -> Value:
    """The sum of two contributions."""
    return build.let(Apply(Ref("add", operator.add), (a, b)), "t")
