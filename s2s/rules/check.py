"""Finding mistakes in templates without a call: names that mean nothing, results never set."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import gast

from s2s.rules.book import Book
from s2s.rules.macros import TABLE
from s2s.rules.mentions import contributions, derivative_names, derivative_of
from s2s.rules.namespace import MISSING, dotted, resolve
from s2s.rules.rule import Rule

__all__ = ["problems"]

_WORDS = frozenset({"d", "needs", *TABLE})


def problems(book: Book) -> list[str]:
    """What is wrong with the templates of a book, one line each; empty when nothing is."""
    found: dict[str, None] = {}
    for text in book.skipped:
        if "." not in text:  # `np.new` may be missing from an old NumPy; the runtime is ours
            found[f"a rule is for {text}, which does not exist"] = None
    rules = [rule for entry in book.entries.values() for rule in entry.rules()]
    for rule in (*rules, *book.macros.values()):
        for reason, node in _of_rule(book, rule):
            found[str(rule.error(reason, node))] = None
    return list(found)


def _of_rule(book: Book, rule: Rule) -> Iterator[tuple[str, Any]]:
    """The problems of one template."""
    known = {*rule.names(), *rule.results, *_WORDS, *book.macros, *_locals(rule)}
    for statement in rule.body:
        for node in gast.walk(statement):
            name = derivative_of(node)
            if name is not None and name not in (*rule.names(), *rule.results):
                yield f"d[{name}]: neither a parameter nor a result", node
            if isinstance(node, gast.Name) and node.id not in known:
                if resolve((node.id,), rule.namespace)[0] is MISSING:
                    yield f"the name {node.id} is not known", node
            if isinstance(node, gast.Attribute):
                parts = dotted(node)
                if parts and parts[0] not in known:
                    if resolve(parts, rule.namespace)[0] is MISSING:
                        yield f"{'.'.join(parts)} does not exist", node
    if rule.kind == "composite" and not set(rule.of) <= set(rule.names()):
        yield "@composite names a parameter that the template lacks", rule.body[0]
    if rule.kind in ("macro", "composite"):
        return
    assigned = {name for name, _ in contributions(rule.body)}
    sides = (rule.results, rule.names()) if rule.kind == "tangent" else (
        rule.names(), rule.results
    )  # fmt: skip
    left, right = (set(side) for side in sides)
    if not assigned & left:
        yield f"a @{rule.kind} rule assigns none of its derivatives", rule.body[0]
    if assigned - left:
        names = ", ".join(sorted(assigned - left))
        yield f"a @{rule.kind} rule does not assign d[{names}]", rule.body[0]
    if rule.kind == "linear" and not set(rule.of) <= assigned:
        yield "a parameter that @linear names gets no contribution", rule.body[0]
    read = derivative_names(rule.body) - assigned
    if not read & right:
        yield f"a @{rule.kind} rule reads none of its derivatives", rule.body[0]
    if read - right:
        names = ", ".join(sorted(read - right))
        yield f"a @{rule.kind} rule cannot read d[{names}]", rule.body[0]


def _locals(rule: Rule) -> Iterator[str]:
    """The local variables of a template."""
    for statement in rule.body:
        for node in gast.walk(statement):
            if isinstance(node, gast.Name) and isinstance(node.ctx, gast.Store):
                yield node.id
