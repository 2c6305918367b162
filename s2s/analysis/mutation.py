"""Whether a function writes into what its caller can see.

Asked before anything is known of the arguments, so it errs on the side of yes.
"""

from __future__ import annotations

from functools import lru_cache

from s2s.analysis.activity import closures_of
from s2s.analysis.lists import containers_changed, lists_of_the_caller
from s2s.analysis.operations import Called, classify
from s2s.errors import S2SError
from s2s.ir import mutators
from s2s.ir.effects import Aliases, augmented
from s2s.ir.nodes import Apply, Atom, Function, Let, Method, Ref, Star, Value, Write
from s2s.ir.outputs import gives_out
from s2s.ir.walk import atoms_of, statements
from s2s.rules.ask import Nothing

_METHODS = mutators.OF_ARRAYS | mutators.OF_ANOTHER  # for lists see `lists_of_the_caller`


@lru_cache(maxsize=4096)
def mutates(function: Function) -> bool:
    """Whether a call may change an argument, a captured or a global object."""
    return _mutates(function, frozenset()) or _changes_keywords(function)


def _changes_keywords(function: Function) -> bool:
    """Whether a function takes keywords out of its `**options`, or puts some in."""
    given = {p.value for p in function.params if p.kind == "starstar"}
    return bool(given) and not given.isdisjoint(containers_changed(function))


def _mutates(function: Function, stack: frozenset[object]) -> bool:
    if lists_of_the_caller(function):
        return True
    aliases = Aliases(function)
    outside = aliases.find(Ref("", None, live=True))
    closures = closures_of(function.body)

    def seen(atom: Atom | Star) -> bool:
        atom = atom.atom if isinstance(atom, Star) else atom
        return isinstance(atom, Value | Ref) and aliases.find(atom) is outside

    for stmt in statements(function.body):
        match stmt:
            case Write(target=target):
                if seen(target):
                    return True
            case Let(expr=Apply() as expr):
                if _writes(expr) and any(seen(a) for a in atoms_of(expr)):
                    return True
                op = classify(expr, Nothing(), closures)
                if isinstance(op, Called) and op.key not in stack:
                    given = [*op.args, *(a for _, a in op.kwargs)]
                    if any(seen(a) for a in given) and _callee(op, stack):
                        return True
    return False


def _callee(op: Called, stack: frozenset[object]) -> bool:
    try:
        function = op.function()
    except S2SError:
        return False
    return _mutates(function, stack | {op.key})


def _writes(expr: Apply) -> bool:
    """Whether an operation writes into one of its operands."""
    if augmented(expr) is not None or gives_out(expr):
        return True
    if isinstance(expr.fn, Method):
        return expr.fn.name in _METHODS
    return mutators.is_mutator(expr.fn)
