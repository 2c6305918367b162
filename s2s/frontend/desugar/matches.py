"""`match` statements as choices, where the patterns are simple.

>>> import ast
>>> tree = gast.parse('''
... match kind, x:
...     case "up", v if v > 0:
...         y = v * v
...     case _:
...         y = x
... ''')
>>> print(ast.unparse(gast.gast_to_ast(gast.Module(with_choices(tree.body), []))))
subject_ = (kind, x)
if s2s_is_sequence(subject_) and len(subject_) == 2 and (subject_[0] == 'up') and (subject_[1] > 0):
    v = subject_[1]
    y = v * v
else:
    y = x

What cannot be written as a test stays a `match`: patterns of classes that are not known when
compiling, alternatives that bind names, `**rest`.
"""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Callable
from typing import Any

import gast

IS_SEQUENCE, IS_MAPPING = "s2s_is_sequence", "s2s_is_mapping"
_WHOLE = (bool, bytearray, bytes, dict, float, frozenset, int, list, set, str, tuple)


class _Keep(Exception):
    """A pattern that is no test."""


def with_choices(
    body: list[Any], lookup: Callable[[str], Any] = lambda name: None
) -> list[Any]:
    """The statements with their `match` statements as choices; `lookup` finds classes by name."""
    if not any(isinstance(n, gast.Match) for s in body for n in gast.walk(s)):
        return body
    body = copy.deepcopy(body)
    worker = _Matches(lookup, Counter(_names(body)))
    return [new for s in body for new in worker.statements(s)]


def _names(nodes: list[Any]) -> list[str]:
    return [n.id for s in nodes for n in gast.walk(s) if isinstance(n, gast.Name)]


class _Matches(gast.NodeTransformer):  # type: ignore[misc]
    """Rewrites one function and those inside it."""

    def __init__(self, lookup: Callable[[str], Any], names: Counter[str]) -> None:
        self.lookup, self.names = lookup, names
        self.count = 0

    def statements(self, node: Any) -> list[Any]:
        """What stands for a statement."""
        new = self.visit(node)
        return new if isinstance(new, list) else [new]

    def visit_Match(self, node: Any) -> Any:
        """A chain of choices, or the statement itself."""
        node = self.generic_visit(node)
        try:
            return self._chain(node)
        except _Keep:
            return node

    def _chain(self, node: Any) -> list[Any]:
        self.count += 1
        bound = {name for c in node.cases for name in _captured(c.pattern)}
        before, subject = [], node.subject
        if not isinstance(subject, gast.Name) or subject.id in bound:
            name = "subject_" if self.count == 1 else f"subject_{self.count}_"
            before = [gast.Assign([gast.Name(name, gast.Store(), None, None)], subject, None)]
            subject = gast.Name(name, gast.Load(), None, None)
        chain: list[Any] = []
        for case in reversed(node.cases):
            tests, binds = self._pattern(case.pattern, subject)
            if case.guard is not None:
                self._check_guard(case, node.cases, binds)
                tests = [*tests, _Swap(dict(binds)).visit(copy.deepcopy(case.guard))]
            body = [
                *(gast.Assign([gast.Name(n, gast.Store(), None, None)], e, None)
                  for n, e in binds if not (isinstance(e, gast.Name) and e.id == n)),
                *case.body,
            ]  # fmt: skip
            if not tests:
                chain = body
                continue
            test = tests[0] if len(tests) == 1 else gast.BoolOp(gast.And(), tests)
            chain = [_at(gast.If(test, body, chain), case.pattern)]
        return [_at(s, node) for s in (*before, *chain)]

    def _check_guard(self, case: Any, cases: list[Any], binds: list[tuple[str, Any]]) -> None:
        """A guard that fails leaves names bound, which must not matter anywhere else."""
        for name, _ in binds:
            again = [c for c in cases if c is case or name in _captured(c.pattern)]
            inside = [n for c in again for n in (c.guard, *c.body) if n is not None]
            if self.names[name] > _names(inside).count(name):
                raise _Keep

    def _pattern(self, p: Any, subject: Any) -> tuple[list[Any], list[tuple[str, Any]]]:
        """The tests of a pattern, in order, and what its names are bound to."""
        match p:
            case gast.MatchValue():
                return [gast.Compare(subject, [gast.Eq()], [p.value])], []
            case gast.MatchSingleton():
                return [gast.Compare(subject, [gast.Is()], [gast.Constant(p.value, None)])], []
            case gast.MatchAs():
                tests, binds = ([], []) if p.pattern is None else self._pattern(p.pattern, subject)
                return tests, binds if p.name is None else [*binds, (_text(p.name), subject)]
            case gast.MatchOr():
                return self._any(p, subject)
            case gast.MatchSequence():
                return self._sequence(p, subject)
            case gast.MatchMapping() if p.rest is None:
                return self._mapping(p, subject)
            case gast.MatchClass():
                return self._class(p, subject)
        raise _Keep

    def _any(self, p: Any, subject: Any) -> tuple[list[Any], list[tuple[str, Any]]]:
        options = []
        for pattern in p.patterns:
            tests, binds = self._pattern(pattern, subject)
            if binds:
                raise _Keep
            if not tests:
                return [], []
            options.append(tests[0] if len(tests) == 1 else gast.BoolOp(gast.And(), tests))
        return [gast.BoolOp(gast.Or(), options)], []

    def _all(self, parts: list[tuple[Any, Any]]) -> tuple[list[Any], list[tuple[str, Any]]]:
        """Patterns of several subjects."""
        tests: list[Any] = []
        binds: list[tuple[str, Any]] = []
        for pattern, subject in parts:
            more, names = self._pattern(pattern, subject)
            tests += more
            binds += names
        return tests, binds

    def _sequence(self, p: Any, subject: Any) -> tuple[list[Any], list[tuple[str, Any]]]:
        stars = [k for k, q in enumerate(p.patterns) if isinstance(q, gast.MatchStar)]
        count = len(p.patterns) - len(stars)
        order = gast.GtE() if stars else gast.Eq()
        length = gast.Compare(_call("len", subject), [order], [gast.Constant(count, None)])
        parts: list[tuple[Any, Any]] = []
        rest: list[tuple[str, Any]] = []
        for k, q in enumerate(p.patterns):
            if stars and k == stars[0]:
                end = k - len(p.patterns) + 1
                stop = gast.Constant(end, None) if end else None
                part = gast.Slice(gast.Constant(k, None), stop, None)
                if q.name is not None:
                    rest.append((_text(q.name), _call("list", _item(subject, part))))
                continue
            at = k if not stars or k < stars[0] else k - len(p.patterns)
            parts.append((q, _item(subject, gast.Constant(at, None))))
        tests, binds = self._all(parts)
        return [_call(IS_SEQUENCE, subject), length, *tests], [*binds, *rest]

    def _mapping(self, p: Any, subject: Any) -> tuple[list[Any], list[tuple[str, Any]]]:
        held = [gast.Compare(k, [gast.In()], [subject]) for k in p.keys]
        pairs = zip(p.patterns, p.keys, strict=True)
        tests, binds = self._all([(q, _item(subject, k)) for q, k in pairs])
        return [_call(IS_MAPPING, subject), *held, *tests], binds

    def _class(self, p: Any, subject: Any) -> tuple[list[Any], list[tuple[str, Any]]]:
        cls = self.lookup(p.cls.id) if isinstance(p.cls, gast.Name) else None
        if not isinstance(cls, type):
            raise _Keep
        test = _call("isinstance", subject, p.cls)
        attributes = [(q, _attribute(subject, a)) for q, a in
                      zip(p.kwd_patterns, p.kwd_attrs, strict=True)]  # fmt: skip
        named: tuple[str, ...] = getattr(cls, "__match_args__", ())
        whole = cls in _WHOLE and len(p.patterns) == 1
        if not whole and len(p.patterns) > len(named):
            raise _Keep
        parts = [(q, subject if whole else _attribute(subject, named[k]))
                 for k, q in enumerate(p.patterns)]  # fmt: skip
        tests, binds = self._all([*parts, *attributes])
        return [test, *tests], binds


class _Swap(gast.NodeTransformer):  # type: ignore[misc]
    """Names replaced by what they will be bound to."""

    def __init__(self, table: dict[str, Any]) -> None:
        self.table = table

    def visit_Name(self, node: Any) -> Any:
        """A name that is read."""
        return copy.deepcopy(self.table.get(node.id, node))


def _captured(pattern: Any) -> list[str]:
    """The names that a pattern binds."""
    found = [getattr(n, "name", None) for n in gast.walk(pattern)
             if isinstance(n, gast.MatchAs | gast.MatchStar)]  # fmt: skip
    return [_text(n) for n in found if n is not None]


def _text(name: Any) -> str:
    return name if isinstance(name, str) else str(name.id)


def _call(fn: str, *args: Any) -> Any:
    return gast.Call(gast.Name(fn, gast.Load(), None, None), list(args), [])


def _item(subject: Any, index: Any) -> Any:
    return gast.Subscript(subject, index, gast.Load())


def _attribute(subject: Any, name: str) -> Any:
    return gast.Attribute(subject, name, gast.Load())


def _at(new: Any, old: Any) -> Any:
    """Give a made-up node, and all below it that has none, the location of `old`."""
    for node in gast.walk(new):
        if not hasattr(node, "lineno"):
            gast.copy_location(node, old)
    return new
