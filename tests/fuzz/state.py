"""The grammar of state: objects whose attributes change, and variables of an outer function.

An attribute such as `thing.a` is a name like others to the rest of the grammar.
"""

from __future__ import annotations

from tests.fuzz.expressions import expression
from tests.fuzz.scope import Scope, Shape
from tests.fuzz.writes import Lines, write


def kind_of_object(scope: Scope) -> Lines:
    """A class with an array, a number and methods that change them."""
    name = scope.names.fresh("Thing")
    shape = (scope.rng.choice(scope.dims),)
    inner = scope.child()
    inner.floats = {"self.a": shape, "self.s": (), "c": ()}
    inner.integers, inner.sequences, inner.mappings, inner.growing = {}, {}, {}, {}
    inner.functions, inner.procedures, inner.nesting = {}, {}, 1
    changes: Lines = []
    for _ in range(scope.rng.randint(1, 2)):
        attribute = scope.rng.choice(("a", "s", "s"))
        if attribute == "a" and scope.chance(0.7):
            changes += write(inner)
        else:
            wanted = inner.floats[f"self.{attribute}"]
            operator = scope.rng.choice(("=", "=", "+=", "*="))
            changes.append(f"self.{attribute} {operator} {expression(inner, wanted, 1)}")
    scope.classes[name] = shape
    without_c = inner.child()
    del without_c.floats["c"]
    first = scope.rng.choice(("a", "a", "a * 1.0", "a.copy()"))
    lines = [
        f"class {name}:",
        "    def __init__(self, a, s):",
        f"        self.a = {first}",
        "        self.s = s",
        "    def change(self, c):",
        *("        " + line for line in changes),
        *(["        return self"] if scope.chance(0.2) else []),
        "    def energy(self):",
        f"        return {expression(without_c, (), 2)}",
    ]
    if scope.chance(0.4):
        lines += ["    @property", "    def mean(self):", "        return np.mean(self.a) + self.s"]
    return lines


def make(scope: Scope) -> Lines:
    """Make an object, or a second name for one, or change one."""
    if not scope.classes:
        return write(scope)
    if scope.things and scope.chance(0.75):
        return act(scope)
    name = scope.names.fresh("thing")
    kind = scope.rng.choice(list(scope.classes))
    shape = scope.classes[kind]
    first = expression(scope, shape, scope.rng.choice((0, 1)))
    second = expression(scope, (), 1)
    scope.things.add(name)
    scope.bind(f"{name}.a", shape)
    scope.bind(f"{name}.s", ())
    return [f"{name} = {kind}({first}, {second})"]


def act(scope: Scope) -> Lines:
    """Call a method, or change an attribute from outside."""
    name = scope.rng.choice(sorted(scope.things))
    choice = scope.rng.random()
    if choice < 0.5:
        return [f"{name}.change({expression(scope, (), 1)})"]
    if choice < 0.65:
        result = scope.bind(scope.names.fresh("energy"), ())
        return [f"{result} = {name}.energy()"]
    if choice < 0.8:
        operator = scope.rng.choice(("=", "+=", "*="))
        return [f"{name}.s {operator} {expression(scope, (), 1)}"]
    if choice < 0.9:
        shape: Shape = scope.floats[f"{name}.a"]
        return [f"{name}.a = {expression(scope, shape, 1)}"]
    other = scope.names.fresh("thing")
    scope.things.add(other)
    for attribute in ("a", "s"):
        scope.bind(f"{other}.{attribute}", scope.floats[f"{name}.{attribute}"])
    return [f"{other} = {name}"]


def counter(scope: Scope) -> Lines:
    """A nested function that assigns a variable of the function around it."""
    candidates = [n for n in scope.of_shape((), True) if n.isidentifier()]
    if not candidates or scope.nesting or scope.loops:
        return write(scope)
    name, target = scope.names.fresh("bump"), scope.rng.choice(candidates)
    amount = scope.names.fresh("amount")
    inner = scope.inner(())
    inner.floats[amount] = ()
    operator = scope.rng.choice(("=", "+=", "*="))
    update = f"{target} {operator} {expression(inner, (), 1)}"
    calls = [f"{name}({expression(scope, (), 1)})" for _ in range(scope.rng.randint(1, 2))]
    if scope.chance(0.3):
        calls = [f"for {scope.names.fresh('k')} in range(2):", f"    {calls[0]}"]
    return [f"def {name}({amount}):", f"    nonlocal {target}", f"    {update}", *calls]
