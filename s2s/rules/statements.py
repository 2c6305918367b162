"""Lowering the statements of a template: local variables, contributions, `if`.

Local variables and contributions are lowered when they are read, so a contribution that nobody
wants costs nothing.  In a helper function everything is lowered in order, an `if` without an
answer becomes an `If`, and dead code is removed afterwards.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gast

from s2s.ir import prims
from s2s.ir.build import Builder
from s2s.ir.nodes import If, Value
from s2s.rules.expand import Env, Expander
from s2s.rules.mentions import derivative_of
from s2s.rules.symbols import Known, Later, Sym, Zero

__all__ = ["Found", "run"]

Found = dict[str, list["Sym | Later"]]  # d[name] = ...: what is assigned, in order


def run(
    ex: Expander, body: tuple[Any, ...] | list[Any], env: dict[str, Sym | Later],
    keep: Callable[[str], bool], like: Callable[[str], Any],
) -> Found:  # fmt: skip
    """The contributions of a body to the names that `keep` keeps.

    `like(name)` is the value that has the shape of `d[name]`, for an arm of an `if` that
    contributes nothing.
    """
    found: Found = {}
    _walk(ex, list(body), env, keep, like, found)
    return found


def _walk(
    ex: Expander, body: list[Any], env: dict[str, Sym | Later], keep: Callable[[str], bool],
    like: Callable[[str], Any], found: Found,
) -> None:  # fmt: skip
    """Run statements; `env` and `found` are updated."""
    for statement in body:
        match statement:
            case gast.Assign():
                for target in statement.targets:
                    _assign(ex, target, statement.value, env, keep, found)
            case gast.AugAssign():
                _augment(ex, statement, env, keep, found)
            case gast.If() if not _matters(statement, keep):
                pass  # it only serves derivatives that nobody asked for
            case gast.If():
                test = ex.eval(statement.test, env)
                decided = ex.decide(test)
                if decided is None:
                    _fork(ex, test, statement, env, keep, like, found)
                else:
                    arm = statement.body if decided else statement.orelse
                    _walk(ex, arm, env, keep, like, found)
            case gast.Pass() | gast.Expr(value=gast.Constant()):
                pass
            case _:
                raise ex.rule.error("templates hold assignments and if only", statement)


def _matters(statement: Any, keep: Callable[[str], bool]) -> bool:
    """Whether an `if` binds a variable or contributes to a derivative that is kept."""
    for node in gast.walk(statement):
        if isinstance(node, gast.Assign | gast.AugAssign):
            for target in getattr(node, "targets", None) or [node.target]:
                name = derivative_of(target)
                if name is None or keep(name):
                    return True
    return False


def _later(ex: Expander, node: Any, env: Env, name: str) -> Sym | Later:
    """The value of an expression, now or when it is read."""
    snapshot = dict(env)
    later = Later(lambda: ex.eval(node, snapshot, name))
    if ex.eager:
        return ex.force(later)
    return later


def _assign(
    ex: Expander, target: Any, node: Any, env: dict[str, Sym | Later],
    keep: Callable[[str], bool], found: Found,
) -> None:  # fmt: skip
    """One target of an assignment."""
    name = derivative_of(target)
    if name is not None:
        if keep(name):
            found.setdefault(name, []).append(_later(ex, node, env, ex.label(name)))
        return
    match target:
        case gast.Name(id=local):
            if local == "d":
                raise ex.rule.error("d holds the derivatives", target)
            env[local] = _later(ex, node, env, local)
        case gast.Tuple(elts=elts) if all(isinstance(e, gast.Name) for e in elts):
            whole = _later(ex, node, env, "parts")
            for k, element in enumerate(elts):
                env[element.id] = _part(ex, whole, k, element.id)
        case _:
            raise ex.rule.error("assign to a name, to names, or to d[name]", target)


def _part(ex: Expander, whole: Sym | Later, k: int, name: str) -> Sym | Later:
    """One item of an unpacked value."""
    later = Later(lambda: ex.item(ex.force(whole), Known(k), name))
    return ex.force(later) if ex.eager else later


def _augment(
    ex: Expander, statement: Any, env: dict[str, Sym | Later], keep: Callable[[str], bool],
    found: Found,
) -> None:  # fmt: skip
    """`t += e` rebinds; `d[x] += e` is one more contribution."""
    name = derivative_of(statement.target)
    if name is not None and isinstance(statement.op, gast.Add):
        if keep(name):
            found.setdefault(name, []).append(_later(ex, statement.value, env, ex.label(name)))
        return
    if name is not None or not isinstance(statement.target, gast.Name):
        raise ex.rule.error("contributions are added: d[x] += ...", statement)
    local, op = statement.target.id, prims.BINARY[type(statement.op).__name__]
    old, new = env[local], _later(ex, statement.value, env, "t")

    def make() -> Sym:
        """The old value combined with the new one."""
        return ex.apply(Known(op), (ex.force(old), ex.force(new)), {}, local, statement)

    later = Later(make)
    env[local] = ex.force(later) if ex.eager else later


def _fork(
    ex: Expander, test: Sym, statement: Any, env: dict[str, Sym | Later],
    keep: Callable[[str], bool], like: Callable[[str], Any], found: Found,
) -> None:  # fmt: skip
    """An `if` that only the running program can answer, in a helper function."""
    outer, arms = ex.build, []
    for body in (statement.body, statement.orelse):
        ex.build = Builder(outer.origin)
        inner, mine = dict(env), Found()
        _walk(ex, body, inner, keep, like, mine)
        arms.append((ex.build, inner, mine))
        ex.build = outer
    (_, env_a, found_a), (_, env_b, found_b) = arms
    merged: list[tuple[str, bool, list[Sym]]] = []
    for name in env_a:
        if name in env_b and env_a[name] is not env_b[name]:
            merged.append((name, False, [ex.force(env_a[name]), ex.force(env_b[name])]))
    for name in dict.fromkeys((*found_a, *found_b)):
        pair = []
        for build, _, mine in arms:
            ex.build = build
            pair.append(total(ex, mine.get(name, ()), Zero(like(name)), ex.label(name)))
        ex.build = outer
        if not all(isinstance(p, Zero) for p in pair):
            merged.append((name, True, pair))
    blocks = []
    for k, (build, _, _) in enumerate(arms):
        ex.build = build
        outs = [ex.atom(pair[k], name) for name, _, pair in merged]
        blocks.append(build.block(*outs))
    ex.build = outer
    results = tuple(Value(ex.label(n) if is_d else n) for n, is_d, _ in merged)
    outer.emit(If(ex.atom(test), blocks[0], blocks[1], results, outer.origin))
    for (name, is_d, _), result in zip(merged, results):
        if is_d:
            found.setdefault(name, []).append(ex.sym(result))
        else:
            env[name] = ex.sym(result)


def total(ex: Expander, parts: Any, empty: Sym, name: str) -> Sym:
    """The sum of contributions."""
    result: Sym | None = None
    for part in parts:
        value = ex.force(part)
        if result is None:
            result = value
        else:
            result = ex.apply(Known(prims.BINARY["Add"]), (result, value), {}, name, None)
    return empty if result is None else result
