"""Programs with tapes made at random, for the tape here and for one that records."""

from __future__ import annotations

import random


class Maker:
    """Writes one program."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.lines: list[str] = []
        self.count = 0
        self.names = ["v0", "v1", "v2", "c0", "c1"]
        self.temps: list[str] = []
        self.persistent = self.rng.random() < 0.3

    def pick(self) -> str:
        pool = self.names + self.temps * 2
        return self.rng.choice(pool)

    def expr(self, depth: int = 0) -> str:
        kind = self.rng.random()
        if depth > 1 or kind < 0.2:
            return self.pick()
        if kind < 0.45:
            return f"({self.expr(depth + 1)} * {self.expr(depth + 1)})"
        if kind < 0.65:
            return f"({self.expr(depth + 1)} + {self.expr(depth + 1)})"
        if kind < 0.75:
            return f"({self.expr(depth + 1)} - {self.expr(depth + 1)})"
        if kind < 0.87:
            return f"F.sin({self.expr(depth + 1)})"
        if kind < 0.92:
            return f"helper({self.expr(depth + 1)})"
        if kind < 0.95:
            return f"s2s.stop_gradient({self.expr(depth + 1)})"
        return f"({self.expr(depth + 1)} * {self.rng.choice([0.5, -1.0, 2.0])})"

    def fresh(self) -> str:
        self.count += 1
        return f"t{self.count}"

    def target(self) -> str:
        if self.temps and self.rng.random() < 0.35:
            return self.rng.choice(self.temps)
        return self.fresh()

    def value(self) -> str:
        """An expression that makes a new value."""
        return f"{self.pick()} * {self.expr(1)}"

    def statement(self, indent: str, depth: int = 0) -> None:
        kind = self.rng.random()
        if kind < 0.45 or depth > 1:
            name = self.target()
            text = self.expr() if self.rng.random() < 0.15 else self.value()
            self.lines.append(f"{indent}{name} = {text}")
            self.add(name)
        elif kind < 0.58:
            name = self.target()
            self.lines.append(f"{indent}if {self.pick()} > {self.rng.choice([0.0, 1.0, -5.0])}:")
            if name in self.temps or self.rng.random() < 0.8:
                self.lines.append(f"{indent}    {name} = {self.value()}")
                both = name not in self.temps
                if both or self.rng.random() < 0.5:
                    self.lines.append(f"{indent}else:")
                    self.lines.append(f"{indent}    {name} = {self.value()}")
                self.add(name)
            else:
                self.lines.append(f"{indent}    tape.reset()")
        elif kind < 0.68 and self.temps:
            name = self.rng.choice(self.temps)
            trips = self.rng.choice(["range(2)", "range(n)", "range(0)"])
            self.lines.append(f"{indent}for _ in {trips}:")
            self.lines.append(f"{indent}    {name} = {name} * {self.expr(1)}")
        elif kind < 0.78:
            v = self.rng.choice(["v0", "v1", "v2"])
            method = self.rng.choice(["assign", "assign_add"])
            self.lines.append(f"{indent}{v}.{method}({self.expr(1)} * 0.5)")
        elif kind < 0.83:
            self.lines.append(f"{indent}tape.watch({self.rng.choice(['c0', 'c1', 'v2'])})")
        elif kind < 0.88:
            name = self.target()
            self.lines.append(f"{indent}with tape.stop_recording():")
            self.lines.append(f"{indent}    {name} = {self.value()}")
            self.add(name)
        elif kind < 0.9:
            self.lines.append(f"{indent}tape.reset()")
        elif kind < 0.95 and self.temps:
            name = self.target()
            self.lines.append(f"{indent}items = [{self.pick()}, {self.value()}]")
            self.lines.append(f"{indent}{name} = items[1] * items[0]")
            self.add(name)
        else:
            inner, y, d = f"i{self.count}", self.fresh(), self.fresh()
            x = self.rng.choice(["v0", "v1", *self.temps])
            self.lines.append(f"{indent}with s2s.GradientTape() as {inner}:")
            self.lines.append(f"{indent}    {inner}.watch({x})")
            self.lines.append(f"{indent}    {y} = {x} * {self.expr(1)} * {x}")
            self.lines.append(f"{indent}{d} = {inner}.gradient({y}, {x})")
            self.add(y)
            self.add(d)

    def add(self, name: str) -> None:
        if name not in self.temps:
            self.temps.append(name)

    def program(self) -> str:
        r = self.rng
        self.lines += [
            f"v0 = s2s.Variable({r.choice([1.5, -0.5, 2.0])})",
            f"v1 = s2s.Variable({r.choice([0.7, 3.0])})",
            f"v2 = s2s.Variable(1.25, trainable={r.random() < 0.5})",
            "c0, c1 = s2s.constant(0.8), s2s.constant(-1.1)",
            f"n = {r.choice([0, 1, 3])}",
            "def helper(x):",
            f"    return x * {r.choice(['v1', 'c0', 'v0'])} + {r.choice(['v2', 'c1', '1.0'])}",
            f"tape = s2s.GradientTape(persistent=True{'' if r.random() < 0.8 else ', watch_accessed_variables=False'})",
        ]
        for _ in range(1 if r.random() < 0.8 else 2):
            self.lines.append("with tape:")
            before = len(self.lines)
            for _ in range(r.randint(2, 6)):
                self.statement("    ")
            if len(self.lines) == before:
                self.lines.append("    pass")
            if r.random() < 0.3 and self.temps:
                name = self.fresh()
                self.lines.append(f"{name} = {self.value()}")
                self.add(name)
        if r.random() < 0.3:
            self.lines.append("v0.assign(v0 * 3.0)")
        targets = self.temps or ["v0"]
        sources = ["v0", "v1", "v2", "c0", "c1", *r.sample(self.temps, min(1, len(self.temps)))]
        for _ in range(2):
            t = r.choice(targets)
            t = t if r.random() < 0.7 else f"[{t}, {r.choice(targets)}]"
            self.lines.append(f"result.append(lambda: tape.gradient({t}, [{', '.join(sources)}]))")
        return "\n".join(self.lines) + "\n"
