"""The state of lowering one function: environment, statements under construction, origins."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, NoReturn

from s2s.errors import Origin, Unsupported
from s2s.frontend.resolve import Resolver
from s2s.frontend.source import Source
from s2s.ir.build import Builder
from s2s.ir.nodes import UNDEF, Atom, Block, Closure, If, Let, Stmt, Undef, Value

RESULT = "return"  # the environment's entry for the value returned: not a possible name


class Torn(Undef):
    """What a name holds where an exception may have come before or after its assignment."""


class Context:
    """Lowers into `build`; `env` maps each local name to the atom that it holds now."""

    def __init__(self, source: Source, resolver: Resolver, local: Iterable[str]) -> None:
        self.source = source
        self.resolver = resolver
        self.local = set(local)
        self.env: dict[str, Atom] = {}
        self.build = Builder()
        self.spans: dict[tuple[str, int], str] = {}
        self.stacks: frozenset[str] = frozenset()
        self.closures: dict[Value, Closure] = {}
        self.later: dict[str, Any] = {}  # nested definitions, wherever they stand
        self.assigned: set[str] = set()  # in the definition, declared global or not
        self.made: dict[str, Any] = {}  # nested functions that call each other

    def origin(self, node: Any) -> Origin | None:
        """Where a gast node stands in the user's file."""
        line = getattr(node, "lineno", None)
        if line is None:
            return None
        end = getattr(node, "end_lineno", None) or line
        lines = self.source.lines
        text = "\n".join(lines[line - 1 : end]) if 0 < line <= len(lines) else ""
        end_col = getattr(node, "end_col_offset", None) or len(text)
        return Origin(self.source.filename, line, node.col_offset or 0, end, end_col, text)

    def refuse(self, node: Any, reason: str, *advice: str) -> NoReturn:
        """Raise `Unsupported` at a node."""
        raise Unsupported(reason, origin=self.origin(node), advice=advice)

    def bind(self, name: str, atom: Atom) -> None:
        """Let a local name hold an atom."""
        self.env[name] = atom

    def read(self, name: str, node: Any) -> Atom:
        """The atom that a name holds."""
        if name in self.env:
            atom = self.env[name]
            if isinstance(atom, Torn):
                self.refuse(
                    node, f"`{name}` is read after a `try` whose body assigned it before the"
                    " exception came, or did not",
                    f"assign `{name}` in the last statement of the body, or in each handler",
                )  # fmt: skip
            if isinstance(atom, Undef):
                self.refuse(
                    node, f"`{name}` is read before it is assigned",
                    f"give `{name}` a value before this line",
                )  # fmt: skip
            if isinstance(atom, Value) and atom in self.closures:
                return self.as_it_is_now(atom, node)
            return atom
        if name in self.local:
            self.refuse(
                node, f"`{name}` is read before it is assigned",
                f"give `{name}` a value before this line",
            )  # fmt: skip
        return self.resolver.name(name)

    def as_it_is_now(self, made: Value, node: Any) -> Value:
        """Python looks captured variables up when a nested function runs, not when it is made."""
        closure = self.closures[made]
        now: list[tuple[str, Atom]] = []
        for name, _ in closure.captures:
            atom = self.env.get(name, UNDEF)
            if isinstance(atom, Undef):
                self.refuse(
                    node, f"`{closure.name}` uses `{name}`, which may not be assigned here",
                    f"give `{name}` a value on every path", f"pass `{name}` as an argument",
                )  # fmt: skip
            nested = isinstance(atom, Value) and atom in self.closures
            now.append((name, self.as_it_is_now(atom, node) if nested else atom))  # type: ignore[arg-type]
        if all(a is b for (_, a), (_, b) in zip(now, closure.captures, strict=True)):
            return made
        again = replace(closure, captures=tuple(now))
        value = self.build.let(again, closure.name)
        self.closures[value] = again
        return value

    def inside(self, run: Callable[[], Any]) -> tuple[tuple[Stmt, ...], dict[str, Atom], Any]:
        """Run `run` in a nested block: its statements, its final environment, its result."""
        outer_env, outer_build = self.env, self.build
        self.env, self.build = dict(outer_env), Builder(outer_build.origin)
        try:
            result = run()
            return tuple(self.build.stmts), self.env, result
        finally:
            self.env, self.build = outer_env, outer_build

    def choose(
        self, test: Atom, then: Callable[[], Any], orelse: Callable[[], Any],
        origin: Origin | None, form: str = "if", name: str | None = None,
    ) -> Value | None:  # fmt: skip
        """Lower both branches of a choice and join the names that they bind differently.

        `then` and `orelse` return an exit (a string or None), or for an expression form
        the atom that is its value.
        """
        stmts_a, env_a, out_a = self.inside(then)
        stmts_b, env_b, out_b = self.inside(orelse)
        names = [n for n in {**env_a, **env_b} if env_a.get(n, UNDEF) is not env_b.get(n, UNDEF)]
        user = origin is not None
        results = [Value(n if n != RESULT else "result", n != RESULT and user) for n in names]
        outs_a = [env_a.get(n, UNDEF) for n in names]
        outs_b = [env_b.get(n, UNDEF) for n in names]
        value, exits = None, (out_a, out_b)
        if name is not None:
            value, exits = Value(name), (None, None)
            results.append(value)
            outs_a.append(out_a)
            outs_b.append(out_b)
        a = Block(stmts_a, tuple(outs_a), exits[0])
        b = Block(stmts_b, tuple(outs_b), exits[1])
        self.build.emit(If(test, a, b, tuple(results), origin, form))
        for n, atom in env_a.items():
            if env_b.get(n, UNDEF) is atom:  # bound alike on both paths, to something older
                self.env[n] = atom
        for n, v in zip(names, results, strict=False):
            self.env[n] = v
        return value

    def name_last(self, atom: Atom, name: str) -> Atom:
        """Give the value of the last statement, if it is this temporary, the user's name."""
        stmts = self.build.stmts
        if stmts and isinstance(atom, Value) and not atom.user:
            last = stmts[-1]
            named = Value(name, True)
            if isinstance(last, Let) and last.targets == (atom,) and not last.unpack:
                stmts[-1] = Let((named,), last.expr, last.origin)
                if isinstance(last.expr, Closure):
                    self.closures[named] = last.expr
                return named
        named = Value(name, True)
        self.build.emit(Let((named,), atom, self.build.origin))
        if isinstance(atom, Value) and atom in self.closures:
            self.closures[named] = self.closures[atom]
        return named

