"""The grammar of containers that change: lists that grow and shrink, dicts that get new keys."""

from __future__ import annotations

from tests.fuzz.expressions import expression
from tests.fuzz.scope import Scope, Shape

Lines = list[str]
MOST = 9  # items of a list


def grow(scope: Scope) -> Lines:
    """A list of numbers or arrays that grows, shrinks and is written."""
    rng = scope.rng
    here = [n for n, level in scope.growing.items() if level == scope.nesting and not scope.loops]
    if not here or scope.chance(0.2):
        return _new_list(scope)
    name = rng.choice(here)
    length, shape = scope.sequences[name]
    if scope.chance(0.25) and length < MOST - 4:
        return _grown_in_a_loop(scope, name, length, shape)
    value = expression(scope, shape, 1)
    choices: list[tuple[str, int]] = [(f"{name}.append({value})", 1)] * 2
    choices += [(f"{name}.insert({rng.randint(-length, length + 1)}, {value})", 1)] * 2
    choices += [(f"{name} += [{value}, {expression(scope, shape, 0)}]", 2)]
    choices += [(f"{name}.extend([{value}])", 1), (f"{name}.extend([v * 0.5 for v in {name}])", length)]
    choices += [(f"{name} = {name} + [{value}]", 1), (f"{name}.reverse()", 0)]
    if length:
        choices += _on_items(scope, name, length, shape, value)
    choices = [c for c in choices if length + c[1] <= MOST] or [(f"{name}.reverse()", 0)]
    text, change = rng.choice(choices)
    scope.sequences[name] = (length + change, shape)
    if " = " in text and ".pop(" in text:
        scope.bind(text.split(" = ")[0], shape)
    return [text]


def _new_list(scope: Scope) -> Lines:
    """A display, a comprehension or a copy."""
    rng, name = scope.rng, scope.names.fresh("grown")
    shape: Shape = rng.choice([(), (rng.choice(scope.dims),)])
    count = rng.randint(0, 2)
    parts = ", ".join(expression(scope, shape, 1) for _ in range(count))
    text = f"[{parts}]"
    alike = [n for n, (m, s) in scope.sequences.items() if n in scope.growing and s == shape and m]
    if scope.chance(0.15):
        count, text = 2, f"[{expression(scope, shape, 1)} for _ in range(2)]"
    elif alike and scope.chance(0.4):
        other = rng.choice(alike)
        count = scope.sequences[other][0]
        text = rng.choice((f"{other}.copy()", f"list({other})", f"{other}[:]", f"{other}[::-1]"))
    scope.growing[name], scope.sequences[name] = scope.nesting, (count, shape)
    return [f"{name} = {text}"]


def _on_items(
    scope: Scope, name: str, length: int, shape: Shape, value: str
) -> list[tuple[str, int]]:
    """What is done to the items of a list that has some, and by how many it grows."""
    rng = scope.rng
    k, number = rng.randrange(-length, length), expression(scope, (), 1)
    choices = [(f"{name}[{k}] = {value}", 0), (f"{name}[{k}] *= {number}", 0)]
    choices += [(f"del {name}[{k}]", -1), (f"{name}.clear()", -length)]
    choices += [(f"{name}[{k}:] = [{value}]", min(0, 1 + k) if k < 0 else 1 - (length - k))]
    a = rng.randint(0, length)
    b = rng.randint(a, length)
    choices += [(f"{name}[{a}:{b}] = [{value}, {expression(scope, shape, 0)}]", 2 - (b - a))] * 2
    choices += [(f"{name}[{a}:{b}] = []", a - b), (f"del {name}[{a}:{b}]", a - b)]
    choices += [(f"{name}[::2] = [v * {number} for v in {name}[::2]]", 0), (f"{name} *= 2", length)]
    if not shape:
        choices += [(f"{name}.sort()", 0), (f"{name}.sort(key=abs, reverse=True)", 0)]
    else:
        choices += [(f"{name}[{k}][0] = {number}", 0)] * 2
    taken = scope.names.fresh("q")
    choices += [(f"{taken} = {name}.pop()", -1), (f"{taken} = {name}.pop({k})", -1)] * 2
    return choices


def _grown_in_a_loop(scope: Scope, name: str, length: int, shape: Shape) -> Lines:
    """The same number of items more in each iteration."""
    index = scope.names.fresh("k")
    inner = scope.child(loop=True)
    inner.integers[index] = 2
    last = f"{name}[-1]" if length else expression(scope, shape, 0)
    value = f"{expression(inner, shape, 1)} * {last}"
    lines = scope.rng.choice(
        (
            [f"{name}.append({value})"],
            [f"{name}.insert({index}, {value})"],
            [f"{name}.insert(0, {value})", f"{name}[-1] = {name}[0] * 0.5"],
            [f"{name}.extend([{value}])", f"{name}.append({name}.pop({index} - 1))"],
            [f"{name}.append({value})", f"{name}[0] = {name}[{index}] + {name}[-1]"],
        )
    )
    scope.sequences[name] = (length + 2, shape)
    return [f"for {index} in range(2):", *("    " + line for line in lines)]


def entry(scope: Scope) -> Lines:
    """A dictionary entry changes, goes, or comes to be."""
    if not scope.mappings:
        return grow(scope)
    rng, name = scope.rng, scope.rng.choice(list(scope.mappings))
    keys, shape = scope.mappings[name]
    key, value = rng.choice(keys), expression(scope, shape, 1)
    number, new = expression(scope, (), 1), f"k{rng.randrange(4)}"
    held = f"{name}[{key!r}]"
    texts = [f"{held} = {value}", f"{held} *= {number}", f"{name}.update({key}={value})"]
    grown = [f"{name}[{new!r}] = {value}", f"{name}.setdefault({new!r}, {value})"]
    grown += [f"{name}.update({{{new!r}: {value}, {key!r}: {value}}})"]
    grown += [f"{name}[{new!r}] = {name}.get({new!r}, 0.5) + {value}"]
    taken = [f"{name}[{new!r}] = {name}.pop({key!r}) + {value}"]
    made = [f"{{**{name}, {key!r}: {value}}}", f"dict({name})", f"{name}.copy()"]
    made += [f"{{key: item * {number} for key, item in {name}.items()}}"]
    if shape:
        texts += [f"{held}[1:] = {number}"] * 2
    kind = rng.choice(("text", "text", "grown", "grown", "taken", "made", "loop"))
    if kind == "loop":
        index = scope.names.fresh("k")
        return [
            f"for {index} in range(3):",
            f"    {name}[{key!r} if {index} else {new!r}] = {held} * {number}",
            f"    {name}[{index}] = {held}",
        ]
    if kind == "made":
        other = scope.names.fresh("d")
        scope.mappings[other] = (keys, shape)
        return [f"{other} = {rng.choice(made)}"]
    if kind == "taken":
        if len(keys) == 1 or scope.loops or new == key:
            return [rng.choice(texts)]
        rest = tuple(k for k in keys if k not in (key, new))
        scope.mappings[name] = ((*rest, new), shape)
        return taken
    if kind == "grown":
        scope.mappings[name] = ((*(k for k in keys if k != new), new), shape)
        return [rng.choice(grown)]
    return [rng.choice(texts)]
