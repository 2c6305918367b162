"""The grammar of writes: arrays changed in place, through views, by helpers; lists that grow.

Only names with a rank above zero are written. Who shares memory with whom is left to chance, as
is whether a written array is read-only (then the program raises and is rejected).
"""

from __future__ import annotations

from collections.abc import Callable
from math import prod

from tests.fuzz.expressions import expression
from tests.fuzz.scope import Scope, Shape

Lines = list[str]


def arrays(scope: Scope, rank: int = 0) -> list[str]:
    """Names of arrays, of a rank or of any above zero."""
    return [n for n, s in scope.floats.items() if s and (not rank or len(s) == rank)]


def part(scope: Scope, name: str, view: bool = False) -> tuple[str, Shape]:
    """Write a part of an array that can be assigned to, with its shape.

    With `view` it is a view with a rank above zero, by whatever operation makes one.
    """
    rng, shape = scope.rng, scope.floats[name]
    n = shape[0]
    choices: list[tuple[str, Shape]] = [(f"{name}[:]", shape), (f"{name}[...]", shape)]
    choices += [(f"{name}[::-1]", shape), (f"{name}[::2]", ((n + 1) // 2, *shape[1:]))]
    if n > 1:
        choices += [(f"{name}[1:]", (n - 1, *shape[1:])), (f"{name}[:-1]", (n - 1, *shape[1:]))] * 2
    if len(shape) == 2:
        m = shape[1]
        choices += [
            (f"{name}[{rng.randrange(-n, n)}]", (m,)),
            (f"{name}[:, {rng.randrange(-m, m)}]", (n,)),
            (f"{name}[:, ::2]", (n, (m + 1) // 2)),
        ]
        choices += [(f"{name}[{i}]", (m,)) for i, most in scope.integers.items() if most <= n]
        if n > 1 and m > 1:
            choices += [(f"{name}[1:, :-1]", (n - 1, m - 1)), (f"{name}[:-1, -1]", (n - 1,))]
    if view:
        choices += [(name, shape), (f"{name}.reshape(-1)", (prod(shape),))]
        choices += [(f"{name}[None]", (1, *shape))] if len(shape) == 1 else []
        if len(shape) == 2:
            choices += [(f"{name}.T", shape[::-1]), (f"np.swapaxes({name}, 0, 1)", shape[::-1])]
            choices += [(f"{name}.ravel()", (prod(shape),)), (f"np.transpose({name})[0]", (n,))]
            choices += [(f"{name}.reshape(-1)[::{shape[1] + 1}]", (-(-prod(shape) // (shape[1] + 1)),))]
        return rng.choice(choices)
    if len(shape) == 1:
        choices += [(f"{name}[{rng.randrange(-n, n)}]", ())] * 2
        choices += [(f"{name}[{i}]", ()) for i, most in scope.integers.items() if most <= n] * 2
    else:
        choices += [(f"{name}[{rng.randrange(n)}, {rng.randrange(shape[1])}]", ())] * 2
        choices += [(f"{name}.T[0]", (n,)), (f"{name}[1 - 1:1].reshape(-1)[:]", (shape[1],))]
    picked = [rng.randrange(n) for _ in range(rng.randint(1, 3))]
    choices += [(f"{name}[np.array({picked})]", (len(picked), *shape[1:]))]
    return rng.choice(choices)


def fitting(scope: Scope, shape: Shape) -> str:
    """Write a value that can be assigned to something of a shape."""
    source = scope.rng.choice((shape, shape, shape[1:], ()))
    return expression(scope, source, scope.rng.choice((0, 1, 2)))


def buffer(scope: Scope) -> Lines:
    """Make an array to write into."""
    shape = tuple(scope.rng.choice(scope.dims) for _ in range(scope.rng.choice((1, 1, 2))))
    name = scope.names.fresh("buf")
    same = scope.of_shape(shape)
    makers = [f"np.zeros({shape})", f"np.ones({shape}) * {expression(scope, (), 1)}"]
    makers += [f"np.full({shape}, {scope.number()})"]
    for other in same:
        makers += [f"{other}.copy()", f"np.zeros_like({other})", f"np.array({other})", f"{other} * 1.0"]
    lines = [f"{name} = {scope.rng.choice(makers)}"]
    if scope.chance(0.15):
        lines = [f"{name} = np.empty({shape})", f"{name}.fill({expression(scope, (), 1)})"]
    scope.bind(name, shape)
    return lines


def view(scope: Scope) -> Lines:
    """Give a part of an array a name."""
    names = arrays(scope)
    if not names:
        return buffer(scope)
    text, shape = part(scope, scope.rng.choice(names), view=True)
    name = scope.names.fresh("v")
    scope.bind(name, shape)
    return [f"{name} = {text}"]


def write(scope: Scope) -> Lines:
    """Change an array in place."""
    names = arrays(scope)
    if not names:
        return buffer(scope)
    rng, name = scope.rng, scope.rng.choice(names)
    kinds: list[Callable[[Scope, str], Lines]] = [assign, assign, assign, update, update, update]
    kinds += [into, filled, masked, swapped, scattered, overlapping]
    return rng.choice(kinds)(scope, name)


def assign(scope: Scope, name: str) -> Lines:
    """`x[i] = v`."""
    text, shape = part(scope, name)
    return [f"{text} = {fitting(scope, shape)}"]


def update(scope: Scope, name: str) -> Lines:
    """`x[i] += v` and its kind, on a part or on the whole."""
    text, shape = part(scope, name) if scope.chance(0.7) else (name, scope.floats[name])
    if name in scope.frozen and text == name:
        return assign(scope, name)  # an augmented name would become local
    operator = scope.rng.choice(("+=", "-=", "*=", "/="))
    value = fitting(scope, shape)
    return [f"{text} {operator} {f'(1.5 + {value} ** 2)' if operator == '/=' else value}"]


def into(scope: Scope, name: str) -> Lines:
    """`out=` of a function."""
    text, shape = part(scope, name, view=True)
    one, two = expression(scope, shape, 1), fitting(scope, shape)
    return [
        scope.rng.choice(
            [
                f"np.multiply({one}, {two}, out={text})",
                f"np.add({name}, {fitting(scope, scope.floats[name])}, out={name})",
                f"np.tanh({one}, out={text})",
                f"np.sin({name}, out={name})",
                f"np.copyto({text}, {two})",
            ]
        )
    ]


def filled(scope: Scope, name: str) -> Lines:
    """`fill`, of the whole or of a view."""
    text, _ = part(scope, name, view=True)
    return [f"{text}.fill({expression(scope, (), 1)})"]


def masked(scope: Scope, name: str) -> Lines:
    """A write where a condition holds."""
    other = scope.rng.choice(scope.of_shape(scope.floats[name]))
    operator = scope.rng.choice(("=", "*=", "+="))
    limit = scope.number(-0.5, 0.5)
    return [f"{name}[{other} > {limit}] {operator} {expression(scope, (), 1)}"]


def swapped(scope: Scope, name: str) -> Lines:
    """Two entries or rows change places."""
    n = scope.floats[name][0]
    if n < 2:
        return assign(scope, name)
    i, j = scope.rng.sample(range(n), 2)
    if len(scope.floats[name]) == 1 and scope.chance(0.5):
        return [f"{name}[{i}], {name}[{j}] = {name}[{j}], {name}[{i}]"]
    return [f"{name}[[{i}, {j}]] = {name}[[{j}, {i}]]"]


def scattered(scope: Scope, name: str) -> Lines:
    """Contributions at integer positions, twice at some."""
    shape = scope.floats[name]
    where = [scope.rng.randrange(shape[0]) for _ in range(3)]
    value = expression(scope, (3, *shape[1:]), 1)
    return [f"np.{scope.rng.choice(('add', 'subtract'))}.at({name}, np.array({where}), {value})"]


def overlapping(scope: Scope, name: str) -> Lines:
    """What is read and what is written overlap."""
    if scope.floats[name][0] < 2:
        return assign(scope, name)
    operator = scope.rng.choice(("=", "+=", "*="))
    one, two = scope.rng.sample((f"{name}[1:]", f"{name}[:-1]"), 2)
    if scope.chance(0.3):
        one, two = f"{name}[:]", f"{name}[::-1]"
    return [f"{one} {operator} {scope.rng.choice(('', 'np.sin', '0.5 * '))}({two})"]


def procedure(scope: Scope) -> Lines:
    """A module-level function that writes into its arguments and returns nothing, or a view."""
    name = scope.names.fresh("change")
    inner = scope.child()
    ranks = scope.rng.choice(((1,), (1, 1), (1, 2), (2,)))
    shapes = tuple(tuple(scope.rng.choice(scope.dims) for _ in range(r)) for r in ranks)
    parameters = [scope.names.fresh(stem) for stem in ("u", "w")[: len(shapes)]]
    scale = scope.names.fresh("c")
    inner.floats = dict(zip(parameters, shapes)) | {scale: ()}
    inner.integers, inner.sequences, inner.mappings, inner.growing = {}, {}, {}, {}
    inner.functions, inner.procedures, inner.nesting = {}, {}, 1
    body: Lines = []
    for _ in range(scope.rng.randint(1, 3)):
        body += scope.rng.choice((write, write, view))(inner)
    if scope.chance(0.25):
        index = scope.names.fresh("k")
        loop = inner.child(loop=True)
        loop.integers[index] = 2
        body += [f"for {index} in range(2):", *("    " + line for line in write(loop))]
    returned: Shape | None = None
    if scope.chance(0.3):
        text, returned = part(inner, scope.rng.choice(parameters), view=True)
        body.append(f"return {text}")
    scope.procedures[name] = (shapes, returned)
    return [f"def {name}({', '.join([*parameters, scale])}):", *("    " + line for line in body)]


def change(scope: Scope) -> Lines:
    """Call a function that writes into its arguments."""
    fitting_calls = []
    for name, (shapes, returned) in scope.procedures.items():
        pools = [scope.of_shape(shape) for shape in shapes]
        if all(pools):
            chosen = [scope.rng.choice(pool) for pool in pools]
            fitting_calls.append((f"{name}({', '.join(chosen)}, {expression(scope, (), 1)})", returned))
    if not fitting_calls:
        return write(scope)
    text, returned = scope.rng.choice(fitting_calls)
    if returned is None:
        return [text]
    return [f"{scope.bind(scope.names.fresh('v'), returned)} = {text}"]
