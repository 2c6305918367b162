"""The grammar of expressions: every production yields text of a wanted shape."""

from __future__ import annotations

from collections.abc import Callable

from tests.fuzz.scope import Scope, Shape

# One operand, any shape; chosen so that results stay bounded and smooth almost everywhere.
UNARY = [
    "np.sin({})",
    "np.cos({})",
    "np.tanh({})",
    "np.arctan({})",
    "np.arcsinh({})",
    "np.exp(np.sin({}))",
    "np.exp(-{} ** 2)",
    "np.expm1(np.tanh({}))",
    "np.log(1.5 + {} ** 2)",
    "np.log1p({} ** 2)",
    "np.sqrt(1.0 + {} ** 2)",
    "np.square({})",
    "np.abs({})",
    "(1.0 / (1.0 + np.exp(-{})))",
    "np.reciprocal(2.0 + np.cos({}))",
    "np.clip({}, -1.1, 1.3)",
    "(-{})",
    "({} ** 2)",
    "({} ** 3)",
    "np.sinh(np.arctan({}))",
    "np.maximum({}, 0.0)",
]
BINARY = [
    "({} + {})",
    "({} - {})",
    "({} * {})",
    "({} * {})",
    "({} / (1.5 + {} ** 2))",
    "np.maximum({}, {})",
    "np.minimum({}, {})",
    "np.logaddexp({}, {})",
    "np.hypot({}, 1.0 + {} ** 2)",
    "np.arctan2({}, 1.5 + {} ** 2)",
    "((1.2 + {} ** 2) ** np.tanh({}))",
    "np.power(1.5 + np.cos({}), np.sin({}))",
    "np.add({}, {})",
    "np.multiply({}, {})",
    "(np.sign({}) * {})",
]
SCALAR_ONLY = [
    "math.sin({})",
    "math.exp(-abs({}))",
    "math.sqrt(2.0 + math.cos({}))",
    "math.tanh({})",
    "math.atan({})",
    "abs({})",
    "float({})",
    "pow({}, 2)",
]
SCALAR_PAIRS = [
    "min({}, {})",
    "max({}, {})",
    "math.hypot({}, 1.0 + abs({}))",
    "max({}, 0.3, {})",
]
REDUCTIONS = [
    "np.sum({})",
    "np.mean({})",
    "({}).sum()",
    "({}).mean()",
    "np.max({})",
    "np.min({})",
    "np.prod({})",
    "np.var({})",
    "np.sqrt(0.5 + np.var({}))",
    "np.sqrt(1.0 + np.sum(np.square({})))",
    "np.linalg.norm(2.0 + {} ** 2)",
]


def expression(scope: Scope, shape: Shape, depth: int) -> str:
    """Write an expression of the given shape with at most the given depth."""
    if depth <= 0:
        return leaf(scope, shape)
    productions: list[Callable[[Scope, Shape, int], str]] = [leaf, unary, unary, binary, binary]
    productions += [binary, selection, call]
    if shape == ():
        productions += [scalar_function, reduction, product, comprehension_sum]
    elif len(shape) == 1:
        productions += [axis_reduction, vector_product, vector_pieces, comprehension_array]
    else:
        productions += [matrix_product, rearranged]
    return scope.rng.choice(productions)(scope, shape, depth - 1)


def leaf(scope: Scope, shape: Shape, depth: int = 0) -> str:
    """Write a name, a part of a container or a constant."""
    rng = scope.rng
    options = scope.of_shape(shape) * 3
    for name, (length, item) in scope.sequences.items():
        if item == shape and length:
            options.append(f"{name}[{rng.randrange(-length, length)}]")
            inside = [i for i, bound in scope.integers.items() if bound <= length]
            options += [f"{name}[{i}]" for i in inside]
    for name, (keys, item) in scope.mappings.items():
        if item == shape:
            options.append(f"{name}[{rng.choice(keys)!r}]")
    for name, known in scope.floats.items():
        options += _parts(scope, name, known, shape)
    if not options or scope.chance(0.12):
        return constant(scope, shape)
    return rng.choice(options)


def _parts(scope: Scope, name: str, known: Shape, shape: Shape) -> list[str]:
    """List ways of reading a part of the given shape out of an array."""
    rng = scope.rng
    if len(known) == 1 and shape == ():
        inside = [i for i, bound in scope.integers.items() if bound <= known[0]]
        return [
            f"{name}[{rng.randrange(-known[0], known[0])}]",
            *(f"{name}[{i}]" for i in inside),
        ]
    if len(known) == 1 and len(shape) == 1:
        if known == shape:
            return [f"{name}[::-1]"]
        return [f"{name}[1:]", f"{name}[:-1]"] if known[0] == shape[0] + 1 else []
    if len(known) == 2 and shape == ():
        return [f"{name}[{rng.randrange(known[0])}, {rng.randrange(-known[1], known[1])}]"]
    if len(known) == 2 and len(shape) == 1:
        rows = [f"{name}[{rng.randrange(-known[0], known[0])}]"] if known[1] == shape[0] else []
        column = [f"{name}[:, {rng.randrange(known[1])}]"] if known[0] == shape[0] else []
        return rows + column
    if len(known) == 2 and len(shape) == 2:
        return [f"{name}.T"] if known == shape[::-1] else []
    return []


def constant(scope: Scope, shape: Shape) -> str:
    """Write something inactive of the given shape."""
    rng = scope.rng
    if shape == ():
        integers = [f"(0.3 * {i} - 0.4)" for i in scope.integers]
        return rng.choice([scope.number(), scope.number(), *integers])
    if scope.of_shape(()) and scope.chance(0.5):
        size = shape[0] if len(shape) == 1 else shape
        return f"({leaf(scope, ())} * np.full({size}, {scope.number()}))"
    if len(shape) == 1:
        values = ", ".join(scope.number().strip("()") for _ in range(shape[0]))
        choices = [f"np.array([{values}])", f"np.linspace(-0.8, 1.1, {shape[0]})"]
        return rng.choice([*choices, f"np.full({shape[0]}, {scope.number()})"])
    return f"np.full({shape}, {scope.number()})"


def unary(scope: Scope, shape: Shape, depth: int) -> str:
    """Apply an elementwise function of one operand."""
    return scope.rng.choice(UNARY).format(expression(scope, shape, depth))


def binary(scope: Scope, shape: Shape, depth: int) -> str:
    """Apply an operator or function to operands that broadcast to the shape."""
    left: Shape = shape
    right: Shape = shape
    if shape and scope.chance(0.4):
        smaller = scope.rng.choice([(), shape[1:]]) if len(shape) > 1 else ()
        left, right = (smaller, shape) if scope.chance(0.5) else (shape, smaller)
    operands = expression(scope, left, depth), expression(scope, right, depth)
    return scope.rng.choice(BINARY).format(*operands)


def selection(scope: Scope, shape: Shape, depth: int) -> str:
    """Choose between two values, by a Python condition or elementwise."""
    one, other = expression(scope, shape, depth), expression(scope, shape, depth)
    if shape and scope.chance(0.6):
        return (
            f"np.where({expression(scope, shape, 0)} > {scope.number(-1, 1)}, {one}, {other})"
        )
    return f"({one} if {condition(scope, 1)} else {other})"


def call(scope: Scope, shape: Shape, depth: int) -> str:
    """Call a function of the program, if one returns this shape."""
    fitting = [name for name, (_, result) in scope.functions.items() if result == shape]
    if not fitting:
        return binary(scope, shape, depth)
    name = scope.rng.choice(fitting)
    arguments = [
        expression(scope, wanted, min(depth, 1)) for wanted in scope.functions[name][0]
    ]
    return f"{name}({', '.join(arguments)})"


def scalar_function(scope: Scope, shape: Shape, depth: int) -> str:
    """Apply a function that takes Python scalars only."""
    if scope.chance(0.3):
        template = scope.rng.choice(SCALAR_PAIRS)
        return template.format(expression(scope, (), depth), expression(scope, (), depth))
    return scope.rng.choice(SCALAR_ONLY).format(expression(scope, (), depth))


def reduction(scope: Scope, shape: Shape, depth: int) -> str:
    """Reduce an array to a scalar."""
    source = tuple(scope.rng.choice(scope.dims) for _ in range(scope.rng.choice((1, 1, 2))))
    return scope.rng.choice(REDUCTIONS).format(expression(scope, source, depth))


def product(scope: Scope, shape: Shape, depth: int) -> str:
    """Multiply two vectors to a scalar."""
    size = (scope.rng.choice(scope.dims),)
    left, right = expression(scope, size, depth), expression(scope, size, depth)
    template = scope.rng.choice(["({} @ {})", "np.dot({}, {})", "np.inner({}, {})"])
    return template.format(left, right)


def comprehension_sum(scope: Scope, shape: Shape, depth: int) -> str:
    """Sum a comprehension or a generator expression over something iterable."""
    inner = scope.child()
    item = scope.names.fresh("e")
    vectors = [name for name, known in scope.floats.items() if len(known) == 1]
    lists = [name for name, (length, kind) in scope.sequences.items() if kind == () and length]
    if (vectors or lists) and scope.chance(0.7):
        inner.bind(item, ())
        source = scope.rng.choice(vectors + lists)
    else:
        inner.integers[item] = 3
        source = "range(3)"
    body = expression(inner, (), min(depth, 1))
    test = f" if {condition(inner, 0)}" if scope.chance(0.3) else ""
    clause = f"{body} for {item} in {source}{test}"
    return scope.rng.choice([f"sum({clause})", f"sum([{clause}])"])


def comprehension_array(scope: Scope, shape: Shape, depth: int) -> str:
    """Build a vector from a list comprehension."""
    inner = scope.child()
    item = scope.names.fresh("e")
    vectors = scope.of_shape(shape)
    if vectors and scope.chance(0.6):
        inner.bind(item, ())
        source = scope.rng.choice(vectors)
    else:
        inner.integers[item] = shape[0]
        source = f"range({shape[0]})"
    function = scope.rng.choice(["np.array", "np.stack"])
    return f"{function}([{expression(inner, (), min(depth, 1))} for {item} in {source}])"


def axis_reduction(scope: Scope, shape: Shape, depth: int) -> str:
    """Reduce a matrix to a vector along one axis."""
    other = scope.rng.choice(scope.dims)
    axis = scope.rng.choice((0, 1, -1))
    source = (other, *shape) if axis == 0 else (*shape, other)
    name = scope.rng.choice(("sum", "mean", "max", "min", "prod"))
    return f"np.{name}({expression(scope, source, depth)}, axis={axis})"


def vector_product(scope: Scope, shape: Shape, depth: int) -> str:
    """Multiply a matrix and a vector."""
    inner = scope.rng.choice(scope.dims)
    vector = expression(scope, (inner,), min(depth, 1))
    if scope.chance(0.5):
        return f"({expression(scope, (*shape, inner), depth)} @ {vector})"
    return f"({vector} @ {expression(scope, (inner, *shape), depth)})"


def vector_pieces(scope: Scope, shape: Shape, depth: int) -> str:
    """Cut a vector up and join the pieces in another order, or flatten a matrix."""
    names = scope.of_shape(shape)
    if not names:
        return unary(scope, shape, depth)
    name = scope.rng.choice(names)
    return scope.rng.choice(
        [
            f"np.concatenate([{name}[1:], {name}[:1]])",
            f"np.concatenate(({name}[-1:], {expression(scope, shape, depth)}[:-1]))",
            f"np.squeeze({name}[:, None])",
            f"np.reshape({name}, (1, {shape[0]}))[0]",
            f"({name}[:, None] * {expression(scope, shape, depth)})[0]",
        ]
    )


def matrix_product(scope: Scope, shape: Shape, depth: int) -> str:
    """Multiply two matrices, or a column and a row."""
    if scope.chance(0.4):
        column, row = expression(scope, shape[:1], depth), expression(scope, shape[1:], depth)
        return scope.rng.choice(["np.outer({}, {})", "(({})[:, None] * {})"]).format(
            column, row
        )
    inner = scope.rng.choice(scope.dims)
    left = expression(scope, (shape[0], inner), depth)
    return f"({left} @ {expression(scope, (inner, shape[1]), min(depth, 1))})"


def rearranged(scope: Scope, shape: Shape, depth: int) -> str:
    """Make a matrix from one with other axes or from rows."""
    if scope.chance(0.4):
        return f"np.transpose({expression(scope, shape[::-1], depth)})"
    if scope.chance(0.4):
        return f"np.broadcast_to({expression(scope, shape[1:], depth)}, {shape})"
    rows = ", ".join(expression(scope, shape[1:], min(depth, 1)) for _ in range(shape[0]))
    return f"np.stack([{rows}])"


def condition(scope: Scope, depth: int) -> str:
    """Write a condition on scalars."""
    rng = scope.rng
    choice = rng.random()
    if depth > 0 and choice < 0.12:
        return f"({condition(scope, depth - 1)} and {condition(scope, depth - 1)})"
    if depth > 0 and choice < 0.24:
        return f"({condition(scope, depth - 1)} or {condition(scope, depth - 1)})"
    if depth > 0 and choice < 0.3:
        return f"(not {condition(scope, depth - 1)})"
    if scope.integers and choice < 0.55:
        name = rng.choice(list(scope.integers))
        return rng.choice([f"{name} % 2 == 0", f"{name} > 0", f"{name} != 1"])
    value = expression(scope, (), min(depth, 1))
    if choice < 0.65:
        return f"{scope.number(-1.5, -0.2)} < {value} < {scope.number(0.2, 1.5)}"
    sign = rng.choice((">", "<", ">=", "<="))
    return f"{value} {sign} {rng.choice([scope.number(-0.7, 0.7), expression(scope, (), 0)])}"
