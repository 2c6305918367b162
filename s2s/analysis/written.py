"""Which parameters a function may write into, whatever they are: functions that call themselves.

>>> from s2s.frontend.lower import lower
>>> def f(u, v, n):
...     half = u[::2]
...     half += v
...     return v * n
>>> sorted(written_params(lower(f), f))
['u']
"""

from __future__ import annotations

from collections.abc import Iterator

from s2s.analysis.activity import closures_of
from s2s.analysis.lists import changed_list, origins, sources_of
from s2s.analysis.operations import Called, classify
from s2s.errors import S2SError
from s2s.ir.effects import augmented, fresh
from s2s.ir.mutators import changed
from s2s.ir.nodes import Apply, Atom, Const, Function, Let, Method, Star, Value, Write
from s2s.ir.outputs import gives_out, out_position
from s2s.ir.walk import statements
from s2s.rules.ask import Nothing

Known = dict[object, frozenset[str]]  # callee -> its written parameters, as far as they are found


def written_params(function: Function, key: object) -> frozenset[str]:
    """The names of the parameters whose memory a function, or what it calls, may write into."""
    known: Known = {key: frozenset()}
    while True:  # of calls inside of each other, until nothing is added
        before = dict(known)
        known[key] = _written(function, known, frozenset({key}))
        if known == before:
            return known[key]


def calls_itself(key: object, function: Function) -> bool:
    """Whether a function may call itself, at once or through others."""
    seen: set[object] = set()
    todo = [function]
    while todo:
        for op in callees(todo.pop()):
            if op.key == key:
                return True
            if op.key not in seen and not op.program:
                seen.add(op.key)
                try:
                    todo.append(op.function())
                except S2SError:
                    continue
    return False


def callees(function: Function) -> Iterator[Called]:
    """The calls of functions with source."""
    closures = closures_of(function.body)
    for stmt in statements(function.body):
        if isinstance(stmt, Let) and isinstance(stmt.expr, Apply):
            op = classify(stmt.expr, Nothing(), closures)
            if isinstance(op, Called):
                yield op


def shown_by(function: Function, atom: Atom) -> frozenset[str]:
    """The parameters whose memory a value may show."""
    if not isinstance(atom, Value):
        return frozenset()
    sources = _sources(function)
    params = {p.value for p in function.params}
    return frozenset(v.name for v in origins(atom, sources) if v in params)


def _sources(function: Function) -> dict[Value, list[Value]]:
    """Value -> the values that it may be, or may be a view of."""
    found = sources_of(function.body, parts=True)
    for stmt in statements(function.body):
        if isinstance(stmt, Let) and isinstance(stmt.expr, Apply) and not fresh(stmt.expr):
            for t in stmt.targets:
                atoms = (a.atom if isinstance(a, Star) else a for a in stmt.expr.args)
                found.setdefault(t, []).extend(a for a in atoms if isinstance(a, Value))
    return found


def _written(function: Function, known: Known, open_: frozenset[object]) -> frozenset[str]:
    targets: list[Value] = []
    for stmt in statements(function.body):
        longer = changed_list(stmt)
        if isinstance(longer, Value):
            targets.append(longer)
        if isinstance(stmt, Write) and isinstance(stmt.target, Value):
            targets.append(stmt.target)
        elif isinstance(stmt, Let) and isinstance(stmt.expr, Apply):
            targets += _targets(stmt.expr)
    for op in callees(function):
        if not op.program:
            targets += _passed(op, known, open_)
    if not targets:
        return frozenset()
    sources = _sources(function)
    params = {p.value for p in function.params}
    shown = {v for t in targets for v in origins(t, sources)}
    return frozenset(v.name for v in shown & params)


def _targets(expr: Apply) -> Iterator[Value]:
    """What an operation changes."""
    atoms: list[Atom | Star] = list(changed(expr))
    if augmented(expr) is not None:
        atoms += expr.args[:1]
    if gives_out(expr):
        at = out_position(expr.fn)
        atoms += [a for k, a in expr.kwargs if k == "out" and a != Const(None)]
        if at is not None and len(expr.args) > at and not isinstance(expr.fn, Method):
            atoms += expr.args[at:]
        elif isinstance(expr.fn, Method) and at is not None:
            atoms += expr.args[at : at + 1]
    yield from (a for a in atoms if isinstance(a, Value))


def _passed(op: Called, known: Known, open_: frozenset[object]) -> Iterator[Value]:
    """The arguments of a call that the callee writes into."""
    try:
        function = op.function()
    except S2SError:
        return
    if op.key not in open_:
        known.setdefault(op.key, frozenset())
        known[op.key] |= _written(function, known, open_ | {op.key})
    names = known.get(op.key, frozenset())
    positional = [p.value.name for p in function.params if p.kind in ("pos", "normal")]
    pairs = [*zip(positional, op.args, strict=False), *op.kwargs]
    for name, atom in pairs:
        atom = atom.atom if isinstance(atom, Star) else atom
        if name in names and isinstance(atom, Value):
            yield atom
