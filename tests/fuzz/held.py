"""The grammar of what containers hold: arrays in lists and tables of numbers, objects in lists.

An item such as `shelf[0]` is a name like others to the rest of the grammar; here the items are
also changed under indices that are known at run time only, and under the names of loops.
"""

from __future__ import annotations

from collections.abc import Callable

from tests.fuzz.expressions import expression
from tests.fuzz.scope import Scope, Shape
from tests.fuzz.writes import arrays, part, write

Lines = list[str]


def hold(scope: Scope) -> Lines:
    """Make something that holds arrays, numbers or objects, or change what it holds."""
    if scope.held and scope.chance(0.7):
        name = scope.rng.choice(sorted(scope.held))
        return _CHANGES[scope.held[name][0]](scope, name)
    if scope.loops:
        return write(scope)
    makers = [shelf, shelf, table]
    makers += [crew, crew] if scope.classes else []
    return scope.rng.choice(makers)(scope)


def shelf(scope: Scope) -> Lines:
    """A list, tuple or dict of arrays: new ones, views, or the same one twice."""
    rng, name = scope.rng, scope.names.fresh("shelf")
    shape: Shape = (rng.choice(scope.dims),)
    count = rng.randint(2, 3)
    parts = []
    for _ in range(count):
        texts = [f"{expression(scope, shape, 1)} * 1.0"] * 3
        texts += [f"{n}.copy()" for n in scope.of_shape(shape)[:2]]
        texts += [rng.choice(scope.of_shape(shape))] if scope.of_shape(shape) else []
        matrices = [n for n in arrays(scope, 2) if scope.floats[n][1] == shape[0]]
        texts += [f"{rng.choice(matrices)}[0]"] if matrices else []
        parts.append(rng.choice(texts))
    scope.held[name] = ("arrays", count, shape)
    if scope.chance(0.2):
        keys = "uvw"[:count]
        scope.held[name] = ("named", count, shape)
        for k in keys:
            scope.bind(f"{name}['{k}']", shape)
        return [f"{name} = {{{', '.join(f'{k!r}: {p}' for k, p in zip(keys, parts, strict=True))}}}"]
    for k in range(count):
        scope.bind(f"{name}[{k}]", shape)
    return [f"{name} = [{', '.join(parts)}]"]


def _index(scope: Scope, count: int, name: str = "") -> str:
    """An index of which the program knows more than its text."""
    loops = [i for i, most in scope.integers.items() if most <= count]
    texts = [f"int({expression(scope, (), 0)} > 0)", str(scope.rng.randrange(-count, count))]
    texts += [f"{i} % {count}" for i in scope.integers] + loops * 2
    texts += [f"({i} + 1) % {count}" for i in scope.integers]
    return scope.rng.choice(texts)


def on_shelf(scope: Scope, name: str) -> Lines:
    """Change an array that a list holds, or which one it holds."""
    rng = scope.rng
    _, count, shape = scope.held[name]
    index = _index(scope, count)
    held = f"{name}[{index}]"
    value, number = expression(scope, shape, 1), expression(scope, (), 1)
    texts = [f"{held}[:] = {value}", f"{held} *= {number}", f"{held} += {value}"] * 2
    texts += [f"{held}[0] = {number}", f"{held}[1:] -= {number}", f"{held}[::-1] *= {value}"]
    texts += [f"np.add({value}, {number}, out={held})", f"{held} = {value} * 1.0"]
    texts += [f"{name}[0], {name}[1] = {name}[1], {name}[0]", f"{held}.fill({number})"]
    if scope.loops or scope.chance(0.5):
        return [rng.choice(texts)]
    item = scope.names.fresh("row")
    inner = scope.child(loop=True)
    inner.bind(item, shape)
    lines = write(inner) if scope.chance(0.5) else [f"{item} -= {number} * {item}.mean()"]
    head = f"for {item} in {name}:"
    if scope.chance(0.4):
        index = scope.names.fresh("k")
        inner.integers[index] = count
        text, _ = part(inner, item)
        lines = [f"{text} = {expression(inner, (), 1)}"]
        head = rng.choice((f"for {index}, {item} in enumerate({name}):",
                           f"for {item}, {index} in zip({name}, range({count})):"))  # fmt: skip
    return [head, *("    " + line for line in lines)]


def on_named(scope: Scope, name: str) -> Lines:
    """Change the arrays of a dict."""
    _, count, shape = scope.held[name]
    value, number = expression(scope, shape, 1), expression(scope, (), 1)
    key = scope.rng.choice("uvw"[:count])
    texts = [f"{name}[{key!r}] *= {number}", f"{name}[{key!r}][1:] = {number}"]
    texts += [f"{name}[{key!r}] = {value} * 1.0", f"{name}[{key!r}] += {value}"]
    if scope.loops or scope.chance(0.5):
        return [scope.rng.choice(texts)]
    item = scope.names.fresh("item")
    loops = [
        [f"for {item} in {name}:", f"    {name}[{item}] *= {number}"],
        [f"for {item} in {name}.values():", f"    {item} += {value}"],
        [f"for key, {item} in {name}.items():", f"    {item}[0] = {number} * {name}[key][-1]"],
    ]
    return scope.rng.choice(loops)


def table(scope: Scope) -> Lines:
    """A list of lists of numbers."""
    name = scope.names.fresh("table")
    rows, columns = scope.rng.randint(2, 3), 2
    numbers = [[expression(scope, (), 1) for _ in range(columns)] for _ in range(rows)]
    text = "[" + ", ".join("[" + ", ".join(row) + "]" for row in numbers) + "]"
    if scope.chance(0.4):
        text = f"[[{scope.number()}] * {columns} for _ in range({rows})]"
    scope.held[name] = ("numbers", rows, (columns,))
    for i in range(rows):
        for j in range(columns):
            scope.bind(f"{name}[{i}][{j}]", ())
    return [f"{name} = {text}"]


def on_table(scope: Scope, name: str) -> Lines:
    """Change a number in a list of lists."""
    _, rows, (columns,) = scope.held[name]
    number = expression(scope, (), 1)
    place = f"{name}[{_index(scope, rows)}][{_index(scope, columns)}]"
    operator = scope.rng.choice(("=", "+=", "*="))
    if scope.loops or scope.chance(0.4):
        return [f"{place} {operator} {number}"]
    i, j = scope.names.fresh("i"), scope.names.fresh("j")
    inner = scope.child(loop=True)
    inner.integers.update({i: rows, j: columns})
    value = f"{name}[{rows - 1} - {i}][{j}] * {expression(inner, (), 1)}"
    body = [f"for {j} in range({columns}):", f"    {name}[{i}][{j}] {operator} {value}"]
    return [f"for {i} in range({rows}):", *("    " + line for line in body)]


def crew(scope: Scope) -> Lines:
    """A list of objects of one class."""
    name, kind = scope.names.fresh("crew"), scope.rng.choice(list(scope.classes))
    shape = scope.classes[kind]
    count = scope.rng.randint(2, 3)
    made = [
        f"{kind}({expression(scope, shape, 1)} * 1.0, {expression(scope, (), 1)})"
        for _ in range(count)
    ]
    if scope.chance(0.3):
        number, factor = expression(scope, (), 1), scope.names.fresh("f")
        made = [f"{kind}({expression(scope, shape, 1)} * {factor}, {number})"]
        text = f"[{made[0]} for {factor} in range(1, {count + 1})]"
    else:
        text = f"[{', '.join(made)}]"
    scope.held[name] = ("objects", count, shape)
    for k in range(count):
        scope.bind(f"{name}[{k}].a", shape)
        scope.bind(f"{name}[{k}].s", ())
    return [f"{name} = {text}"]


def on_crew(scope: Scope, name: str) -> Lines:
    """Change objects in a list."""
    rng = scope.rng
    _, count, shape = scope.held[name]
    one, other = f"{name}[{_index(scope, count)}]", f"{name}[{_index(scope, count)}]"
    number, value = expression(scope, (), 1), expression(scope, shape, 1)
    texts = [f"{one}.change({number})", f"{one}.s += {number} * {other}.s"] * 2
    texts += [f"{one}.a[0] = {number}", f"{one}.a *= {number}", f"{one}.a = {other}.a * {number}"]
    texts += [f"{one}.a[:] = {value}", f"{one}.s *= {other}.energy()"]
    if scope.loops or scope.chance(0.5):
        return [rng.choice(texts)]
    item, k = scope.names.fresh("member"), scope.names.fresh("k")
    loops = [
        [f"for {item} in {name}:", f"    {item}.change({number})"],
        [f"for {item} in {name}:", f"    {item}.s += {number}", f"    {item}.a *= {item}.s"],
        [f"for {k}, {item} in enumerate({name}):", f"    {item}.s = {name}[{k} - 1].s * {number}"],
    ]
    return rng.choice(loops)


_CHANGES: dict[str, Callable[[Scope, str], Lines]] = {
    "arrays": on_shelf, "named": on_named, "numbers": on_table, "objects": on_crew,
}  # fmt: skip
