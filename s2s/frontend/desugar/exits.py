"""Moves every `return`, `break` and `continue` into tail position.

>>> import gast, ast
>>> tree = gast.parse('''
... for v in xs:
...     if v > 3:
...         return v
...     s = s + v
... return s
... ''')
>>> print(ast.unparse(gast.gast_to_ast(gast.Module(tidy(tree.body), []))))
returned_ = False
for v in xs:
    if v > 3:
        return_ = v
        returned_ = True
        break
    else:
        s = s + v
if returned_:
    return return_
else:
    return s

After it, a `return` is the last thing that the function does on its path, and `break` and
`continue` are the last things that the body of their loop does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gast

Stmts = list[Any]

RETURN, RETURNED = "return_", "returned_"
_LOOPS = (gast.For, gast.While)
_SCOPES = (gast.FunctionDef, gast.AsyncFunctionDef, gast.ClassDef, gast.Lambda)


class Flags:
    """Names of flags, a new one for each loop or choice that needs one."""

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}

    def fresh(self, stem: str) -> str:
        """`broke_`, then `broke_2_`, and so on."""
        count = self.counts[stem] = self.counts.get(stem, 0) + 1
        return f"{stem}_" if count == 1 else f"{stem}_{count}_"


def tidy(stmts: Stmts) -> Stmts:
    """The statements with all exits in tail position."""
    return _tidy(stmts, Flags())


def _tidy(stmts: Stmts, flags: Flags) -> Stmts:
    """`tidy`, with the flags used so far."""
    out: Stmts = []
    for i, stmt in enumerate(stmts):
        rest = stmts[i + 1 :]
        if isinstance(stmt, gast.Return | gast.Break | gast.Continue):
            return [*out, stmt]
        if isinstance(stmt, _LOOPS):
            before, loop, after = _tidy_loop(stmt, flags)
            out += [*before, loop]
            if after:
                return out + _tidy(after + rest, flags)
        elif isinstance(stmt, gast.If):
            if not has_exit([stmt]):
                out.append(_if(stmt, _tidy(stmt.body, flags), _tidy(stmt.orelse, flags)))
            elif always_exits(stmt.body):
                return [*out, _if(stmt, _tidy(stmt.body, flags), _tidy(stmt.orelse + rest, flags))]
            elif always_exits(stmt.orelse):
                return [*out, _if(stmt, _tidy(stmt.body + rest, flags), _tidy(stmt.orelse, flags))]
            else:
                return out + _tidy(_flagged(stmt, rest, flags), flags)
        elif isinstance(stmt, gast.With):
            if has_exit(stmt.body):
                return out + _tidy(_flagged(stmt, rest, flags), flags)
            out.append(_like(stmt, gast.With(stmt.items, _tidy(stmt.body, flags), None)))
        elif isinstance(stmt, gast.Try | gast.Match) and has_exit([stmt]):
            return out + _tidy(_flagged(stmt, rest, flags), flags)
        else:
            out.append(stmt)
    return out


def has_exit(stmts: Stmts, kinds: tuple[type, ...] | None = None) -> bool:
    """Whether a statement leaves the enclosing loop or the function."""
    for stmt in stmts:
        if isinstance(stmt, kinds or (gast.Return, gast.Break, gast.Continue)):
            return True
        if isinstance(stmt, _SCOPES):
            continue
        inner = kinds
        if isinstance(stmt, _LOOPS):  # the breaks of its body are its own, not those of `else`
            if has_exit(stmt.orelse, kinds):
                return True
            inner = tuple(k for k in (kinds or (gast.Return,)) if k is gast.Return)
            if not inner:
                continue
        if any(has_exit(block, inner) for block in _bodies(stmt)):
            return True
    return False


def always_exits(stmts: Stmts) -> bool:
    """Whether every path through the statements ends in an exit (or an exception)."""
    for stmt in stmts:
        if isinstance(stmt, gast.Return | gast.Break | gast.Continue | gast.Raise):
            return True
        if isinstance(stmt, gast.If) and always_exits(stmt.body) and always_exits(stmt.orelse):
            return True
        if isinstance(stmt, gast.With) and always_exits(stmt.body) and has_exit(stmt.body):
            return True
    return False


def _bodies(stmt: Any) -> list[Stmts]:
    """The statement lists below a statement out of which exits can be moved."""
    match stmt:
        case gast.If() | gast.For() | gast.While():
            return [stmt.body, stmt.orelse]
        case gast.With():
            return [stmt.body]
        case gast.Try():
            return [stmt.body, stmt.orelse, *(h.body for h in stmt.handlers)]
        case gast.Match():
            return [c.body for c in stmt.cases]
    return []


def _over_bodies(stmt: Any, change: Callable[[Stmts], Stmts], after: Any = None) -> Any:
    """A `try` or `match` with its statement lists changed.

    `after` makes the `else` of a `try` depend on whether its body went through.
    """
    if isinstance(stmt, gast.Match):
        cases = [gast.match_case(c.pattern, c.guard, change(c.body)) for c in stmt.cases]
        return _like(stmt, gast.Match(stmt.subject, cases))
    handlers = [
        _like(h, gast.ExceptHandler(h.type, h.name, change(h.body))) for h in stmt.handlers
    ]
    orelse = change(stmt.orelse)
    if orelse and after is not None:
        orelse = [after(orelse)]
    return _like(stmt, gast.Try(change(stmt.body), handlers, orelse, stmt.finalbody))


def _tidy_loop(loop: Any, flags: Flags) -> tuple[Stmts, Any, Stmts]:
    """Statements before the loop, the loop without `else` and `return`, statements after."""
    before: Stmts = []
    after: Stmts = []
    loop = _tested_inside(loop)
    body, orelse = loop.body, loop.orelse
    endless = isinstance(loop, gast.While) and _is_true(loop.test)
    broken = has_exit(body, (gast.Break,))
    if has_exit(body, (gast.Return,)):
        back = gast.Return(_name(RETURN))
        body = _replace_exits(body, {gast.Return: _return_then_break}, flags)
        if endless and not broken:
            after.append(back)
        else:
            before.append(_assign(RETURNED, _constant(False)))
            after.append(gast.If(_name(RETURNED), [back], []))
    if orelse:
        if broken:
            broke = flags.fresh("broke")
            before.append(_assign(broke, _constant(False)))
            flag = _assign(broke, _constant(True))
            body = _replace_exits(body, {gast.Break: lambda s: [flag, s]}, flags, True)
            after.append(gast.If(gast.UnaryOp(gast.Not(), _name(broke)), orelse, []))
        else:
            after += orelse
    new = gast.copy_location(_rebuilt(loop, _tidy(body, flags)), loop)
    return [_at(s, loop) for s in before], new, [_at(s, loop) for s in after]


def _tested_inside(loop: Any) -> Any:
    """`while (n := f()) > 0:` as an endless loop that assigns and then may break."""
    if not isinstance(loop, gast.While) or has_exit(loop.orelse) or not any(
        isinstance(n, gast.NamedExpr) for n in gast.walk(loop.test)
    ):  # fmt: skip
        return loop
    leave = gast.If(loop.test, [gast.Pass()], [*loop.orelse, gast.Break()])
    body = [_at(leave, loop), *loop.body]
    return gast.copy_location(gast.While(_constant(True), body, []), loop)


def _rebuilt(loop: Any, body: Stmts) -> Any:
    """The loop around another body, without `else`."""
    if isinstance(loop, gast.For):
        return gast.For(loop.target, loop.iter, body, [], None)
    return gast.While(loop.test, body, [])


def _return_then_break(stmt: Any) -> Stmts:
    """`return e` inside a loop."""
    value = stmt.value if stmt.value is not None else _constant(None)
    keep, flag = _assign(RETURN, value), _assign(RETURNED, _constant(True))
    leave = gast.Break()
    leave.from_return = True
    return [_at(s, stmt) for s in (keep, flag, leave)]


def _replace_exits(
    stmts: Stmts, table: dict[type, Any], flags: Flags, skip_returns: bool = False
) -> Stmts:
    """The statements with exits of this loop replaced; nested loops keep their own breaks."""
    out: Stmts = []
    for stmt in stmts:
        make = table.get(type(stmt))
        if make is not None and not (skip_returns and getattr(stmt, "from_return", False)):
            out += make(stmt)
        elif isinstance(stmt, gast.If):
            body = _replace_exits(stmt.body, table, flags, skip_returns)
            out.append(_if(stmt, body, _replace_exits(stmt.orelse, table, flags, skip_returns)))
        elif isinstance(stmt, gast.With):
            body = _replace_exits(stmt.body, table, flags, skip_returns)
            out.append(_like(stmt, gast.With(stmt.items, body, None)))
        elif isinstance(stmt, gast.Try | gast.Match):
            out.append(_over_bodies(stmt, lambda b: _replace_exits(b, table, flags, skip_returns)))
        elif isinstance(stmt, _LOOPS) and has_exit([stmt]):
            # Its returns, and the exits of its `else`, surface once it is tidy.
            before, loop, after = _tidy_loop(stmt, flags)
            out += [*before, loop, *_replace_exits(after, table, flags, skip_returns)]
        else:
            out.append(stmt)
    return out


def _flagged(stmt: Any, rest: Stmts, flags: Flags) -> Stmts:
    """`stmt`, some of whose paths exit, with a flag that tells which; then `rest` if none."""
    kinds: list[type] = [
        k for k in (gast.Break, gast.Continue, gast.Return) if has_exit([stmt], (k,))
    ]
    exit_ = flags.fresh("exit")
    dispatch = rest
    for code, kind in reversed(list(enumerate(kinds, 1))):
        leave = gast.Return(_name(RETURN)) if kind is gast.Return else kind()
        test = gast.Compare(_name(exit_), [gast.Eq()], [_constant(code)])
        dispatch = [_at(gast.If(test, [_at(leave, stmt)], dispatch), stmt)]
    codes = {kind: code for code, kind in enumerate(kinds, 1)}
    start = _at(_assign(exit_, _constant(0)), stmt)
    return [start, *_guard([stmt], codes, exit_, flags), *dispatch]


def _guard(stmts: Stmts, codes: dict[type, int], exit_: str, flags: Flags) -> Stmts:
    """The statements with exits turned into settings of the flag, and what follows guarded."""
    out: Stmts = []
    for i, stmt in enumerate(stmts):
        rest = stmts[i + 1 :]
        if type(stmt) in codes:
            if isinstance(stmt, gast.Return):
                out.append(_at(_assign(RETURN, stmt.value or _constant(None)), stmt))
            return [*out, _at(_assign(exit_, _constant(codes[type(stmt)])), stmt)]
        if isinstance(stmt, _LOOPS) and has_exit([stmt]):
            before, loop, after = _tidy_loop(stmt, flags)
            return [*out, *before, loop, *_guard(after + rest, codes, exit_, flags)]
        if isinstance(stmt, gast.If | gast.With | gast.Try | gast.Match) and has_exit([stmt]):
            if isinstance(stmt, gast.If) and always_exits(stmt.body):
                orelse = _guard(stmt.orelse + rest, codes, exit_, flags)
                return [*out, _if(stmt, _guard(stmt.body, codes, exit_, flags), orelse)]
            if isinstance(stmt, gast.If):
                body = _guard(stmt.body, codes, exit_, flags)
                orelse = _guard(stmt.orelse, codes, exit_, flags)
                out.append(_if(stmt, body, orelse))
            elif isinstance(stmt, gast.Try | gast.Match):
                over = lambda b: _guard(b, codes, exit_, flags)  # noqa: E731
                out.append(_over_bodies(stmt, over, _if_no_exit(stmt, exit_)))
            else:
                body = _guard(stmt.body, codes, exit_, flags)
                out.append(_like(stmt, gast.With(stmt.items, body, None)))
            if rest:
                out.append(_if_no_exit(stmt, exit_)(_guard(rest, codes, exit_, flags)))
            return out
        out.append(stmt)
    return out


def _if_no_exit(stmt: Any, exit_: str) -> Callable[[Stmts], Any]:
    """Guards statements by the flag: they run where nothing has exited."""

    def guarded(stmts: Stmts) -> Any:
        test = gast.Compare(_name(exit_), [gast.Eq()], [_constant(0)])
        return _at(gast.If(test, stmts, []), stmt)

    return guarded


def _is_true(test: Any) -> bool:
    return isinstance(test, gast.Constant) and bool(test.value)


def _name(name: str) -> Any:
    return gast.Name(name, gast.Load(), None, None)


def _constant(value: object) -> Any:
    return gast.Constant(value, None)


def _assign(name: str, value: Any) -> Any:
    return gast.Assign([gast.Name(name, gast.Store(), None, None)], value, None)


def _if(stmt: Any, body: Stmts, orelse: Stmts) -> Any:
    return _like(stmt, gast.If(stmt.test, body, orelse))


def _like(old: Any, new: Any) -> Any:
    return gast.copy_location(new, old)


def _at(new: Any, old: Any) -> Any:
    """Give a made-up statement, and all below it that has none, the location of `old`."""
    for node in gast.walk(new):
        if not hasattr(node, "lineno"):
            gast.copy_location(node, old)
    return new


def stray_exit(node: Any) -> Any:
    """An exit inside a statement that would leave the statement, or None."""
    return _stray([node], False)


def _stray(stmts: Stmts, in_loop: bool) -> Any:
    for stmt in stmts:
        if isinstance(stmt, gast.Return) or (
            isinstance(stmt, gast.Break | gast.Continue) and not in_loop
        ):
            return stmt
        if isinstance(stmt, _SCOPES):
            continue
        fields = [getattr(stmt, f, None) or [] for f in ("orelse", "finalbody")]
        inner = [h.body for h in getattr(stmt, "handlers", None) or []]
        inner += [c.body for c in getattr(stmt, "cases", None) or []]
        body = getattr(stmt, "body", None) or []
        found = _stray(body if isinstance(body, list) else [],
                       in_loop or isinstance(stmt, _LOOPS))  # fmt: skip
        for block in (*fields, *inner):
            found = found or _stray(block, in_loop)
        if found is not None:
            return found
    return None
