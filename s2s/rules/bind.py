"""Matching the arguments of a call with the parameters of a template.

A call that the template does not speak about in full is refused with a reason, so that an
`out=` or a `where=` can never be dropped in silence.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from typing import Any

import numpy as np

from s2s.ir.nodes import Apply, Atom, Const, Ref, Star, Undef
from s2s.ir.outputs import gives_out
from s2s.ir.record import replace
from s2s.rules.ask import Ask
from s2s.rules.mentions import derivative_names, mentioned
from s2s.rules.rule import REQUIRED, Bound, Entry, Library, Packed, Parameter, Rule, View

__all__ = ["active_parameters", "bind", "bind_constant", "callee", "variant"]

# Options of every ufunc that leave the derivative as it is; it takes the dtype of the arguments.
_OPTIONS = frozenset({"dtype", "casting", "order", "subok", "signature"})
_NO_OUT = ("out", Const(None))

Place = tuple[str, int, int]  # ("arg", first, last) or ("kw", index, index + 1)


def bind_constant(book: Library, entry: Entry, op: Apply, guard: Atom | None) -> Bound | str:
    """A call of a function without a derivative; only `out=` needs care."""
    if gives_out(op) or any(key is None for key, _ in op.kwargs):
        return "the call writes into out= or passes **keywords"
    return Bound(book, entry, op, {}, (), (), True, entry.view, lambda new: op, guard)


def bind(
    book: Library,
    entry: Entry,
    op: Apply,
    ask: Ask,
    guard: Atom | None = None,
    packed: bool = False,
) -> Bound | str:
    """The call matched with its rule, or why it cannot be.

    `packed` says that the positional arguments after the first may stand for one tuple.
    """
    rule = entry.signature()
    assert rule is not None
    mask: Atom | None = None
    plain = op
    if op.kwargs and isinstance(entry.obj, np.ufunc):
        options = dict(op.kwargs)
        if not _differentiable(options.get("dtype"), ask):
            return "the result has a dtype without derivatives"
        mask = options.get("where")
        unknown = {"where"} if len(rule.results) > 1 else set[str]()
        plain = replace(op, kwargs=tuple(
            (k, v) for k, v in op.kwargs
            if k not in (_OPTIONS | {"where"}) - unknown and (k, v) != _NO_OUT
        ))  # fmt: skip
    places = _places(rule, plain, packed)
    if isinstance(places, str):
        return places
    args: dict[str, Atom | Packed] = {}
    for name, place in places.items():
        args[name] = _read(plain, place, rule, name)
    reason = _unspoken(entry, args, ask)
    if reason:
        return reason
    active = tuple([n for n in active_parameters(entry) if n in args])
    atoms: list[Atom] = []
    for name in active:
        given = args[name]
        atoms += given.items if isinstance(given, Packed) else (given,)
    differentiable = tuple([a for a in atoms if not isinstance(a, Const | Undef)])
    view: View = entry.view
    options_of = tuple([pair for pair in op.kwargs if pair not in plain.kwargs])
    rebuild = _rebuilder(plain, places, options_of)
    return Bound(
        book, entry, op, args, differentiable, active, False, view, rebuild, guard, mask
    )


def _differentiable(dtype: Atom | None, ask: Ask) -> bool:
    """Whether the result of a ufunc with an option `dtype=` has a derivative."""
    if dtype is None:
        return True
    known, value = ask.constant(dtype)
    return value is None or (known and np.issubdtype(np.dtype(value), np.inexact))


def variant(entry: Entry, op: Apply, ask: Ask) -> Entry:
    """The variant of the rules that is about the arguments of a call, or the rules themselves."""
    for other in entry.variants:
        rule = other.signature() or entry.signature()  # a program has none of its own
        places = _places(rule, op, False) if rule else ""
        if rule and not isinstance(places, str):
            if all(_passes(op, places, rule, name, value, ask) for name, value in other.when):
                return other
    return entry


def _passes(
    op: Apply, places: Mapping[str, Place], rule: Rule, name: str, value: object, ask: Ask
) -> bool:
    """Whether a call certainly passes a value for a parameter."""
    if name not in places:
        return any(p.default == value for p in rule.params if p.name == name)
    given = _read(op, places[name], rule, name)
    if isinstance(given, Packed):
        return False
    known, passed = ask.constant(given)
    return known and isinstance(passed, bool | int | str | type(None)) and bool(passed == value)


def _places(rule: Rule, op: Apply, packed: bool) -> Mapping[str, Place] | str:
    """Where in the call each parameter is given."""
    for a in op.args:
        if isinstance(a, Star):
            return "the call passes *arguments"
    return _placed(rule, len(op.args), tuple([k for k, _ in op.kwargs]), packed)


@lru_cache(maxsize=4096)
def _placed(
    rule: Rule, count: int, keys: tuple[str | None, ...], packed: bool
) -> Mapping[str, Place] | str:
    """The same for all calls with so many positional arguments and these keywords."""
    places: dict[str, Place] = {}
    at = 0
    for param in rule.params:
        if param.kind == "star":
            places[param.name] = ("arg", at, count)
            at = count
        elif param.kind in ("pos", "normal") and at < count:
            spread = packed and at == 1 and count > 2
            end = count if spread else at + 1
            places[param.name] = ("arg", at, end)
            at = end
    if at < count:
        return f"the rule takes {at} positional arguments, the call passes {count}"
    by_name = {p.name for p in rule.params if p.kind in ("normal", "kwonly")}
    for index, key in enumerate(keys):
        if key is None:
            return "the call passes **keywords"
        if key not in by_name:
            return f"the rule does not know the argument {key}="
        if key in places:
            return f"the argument {key} is passed twice"
        places[key] = ("kw", index, index + 1)
    for param in rule.params:
        required = param.default is REQUIRED and param.kind in ("pos", "normal", "kwonly")
        if required and param.name not in places:
            return f"the argument {param.name} is missing"
    return places


def _read(op: Apply, place: Place, rule: Rule, name: str) -> Atom | Packed:
    """What the call passes at a place."""
    where, first, last = place
    if where == "kw":
        return op.kwargs[first][1]
    items = tuple([a.atom if isinstance(a, Star) else a for a in op.args[first:last]])
    return Packed(items) if last - first > 1 or name in _star_names(rule) else items[0]


@cache
def _star_names(rule: Rule) -> frozenset[str]:
    """The parameters of a template that take all further arguments."""
    return frozenset(p.name for p in rule.params if p.kind == "star")


def _unspoken(entry: Entry, args: Mapping[str, Atom | Packed], ask: Ask) -> str | None:
    """The argument that a template leaves out of its account, if there is one."""
    for param in _silent(entry):
        given = args.get(param.name)
        if given is None or isinstance(given, Packed):
            continue
        known, value = ask.constant(given)
        if known and type(value) is type(param.default) and value == param.default:
            continue
        if known and value is param.default:
            continue
        return f"the rule says nothing about the argument {param.name}="
    return None


@cache
def _silent(entry: Entry) -> tuple[Parameter, ...]:
    """The optional parameters that a template does not mention, template by template."""
    about = {name for name, _ in entry.when}
    return tuple(
        p for rule in entry.rules() for p in rule.params
        if p.default is not REQUIRED and p.name not in mentioned(rule.body) | about
    )  # fmt: skip


@cache
def active_parameters(entry: Entry) -> tuple[str, ...]:
    """The parameters in which the templates differentiate, in the order of the signature."""
    found: set[str] = set()
    for rule in entry.rules():
        found |= derivative_names(rule.body) | set(rule.of)
    signature = entry.signature()
    assert signature is not None
    return tuple(n for n in signature.names() if n in found)


def _rebuilder(
    op: Apply, places: Mapping[str, Place], options: tuple[tuple[str | None, Atom], ...] = ()
) -> Callable[[Mapping[str, Any]], Apply]:
    """How to make the same call with other arguments."""

    def rebuild(new: Mapping[str, Any]) -> Apply:
        """The call with the given parameters replaced."""
        args, kwargs = list(op.args), list(op.kwargs)
        for name, value in new.items():
            where, first, last = places[name]
            if where == "kw":
                kwargs[first] = (kwargs[first][0], value)
            else:
                args[first:last] = value.items if isinstance(value, Packed) else (value,)
        return replace(op, args=tuple(args), kwargs=(*kwargs, *options))

    return rebuild


def callee(op: Apply, ask: Ask) -> Any:
    """The object that a call calls, when it is known."""
    fn = op.fn
    if isinstance(fn, Ref):
        return None if fn.live else fn.obj
    if hasattr(fn, "name") and not hasattr(fn, "id"):
        return None  # a method
    known, value = ask.constant(fn)  # type: ignore[arg-type]
    return value if known else None
