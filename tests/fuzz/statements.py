"""The grammar of statements: each production yields lines and updates the scope."""

from __future__ import annotations

from collections.abc import Callable

from tests.fuzz.containers import entry, grow
from tests.fuzz.expressions import condition, expression
from tests.fuzz.held import hold
from tests.fuzz.paths import attempt, cleaned, matched, tested
from tests.fuzz.scope import Scope, Shape
from tests.fuzz.state import counter, make
from tests.fuzz.writes import buffer, change, view, write

Lines = list[str]


def indented(lines: Lines) -> Lines:
    """Indent a block."""
    return ["    " + line for line in (lines or ["pass"])]


def block(scope: Scope, size: int) -> Lines:
    """Write a number of statements."""
    lines: Lines = []
    for _ in range(size):
        lines += statement(scope)
    return lines


def statement(scope: Scope) -> Lines:
    """Write one statement, which may be compound."""
    simple: list[Callable[[Scope], Lines]] = [new_name, new_name, rebind, rebind, augment]
    simple += [swap, chained, parallel]
    if scope.options.containers:
        simple += [new_list, new_dict, unpack]
    if scope.options.augmented_arrays:
        simple += [augmented_array]
    if scope.options.writes:
        simple += [buffer, buffer, view, view, view, change, change, make, counter, *[write] * 8]
        simple += [*[grow] * 4, *[entry] * 2, *[hold] * 5]
        simple += [make] * (3 if scope.classes else 0)
    compound: list[Callable[[Scope], Lines]] = [branch, branch, for_loop, for_loop, while_loop]
    compound += [accumulation, early_return, errstate]
    compound += [attempt, attempt, cleaned, matched, tested]
    if scope.options.control_flow and scope.nesting < 3 and scope.chance(0.4):
        if scope.loops and scope.chance(0.4):
            return leave_loop(scope)
        return scope.rng.choice(compound)(scope)
    return scope.rng.choice(simple)(scope)


def new_name(scope: Scope) -> Lines:
    """Bind a fresh name."""
    shape = scope.any_shape()
    text = expression(scope, shape, 2)
    return [
        f"{scope.bind(scope.names.fresh('abcdpqrst'[scope.rng.randrange(9)]), shape)} = {text}"
    ]


def _writable(scope: Scope, shape: Shape | None = None) -> str | None:
    """Pick a name that may be rebound."""
    names = [
        name
        for name, known in scope.floats.items()
        if name not in scope.frozen and (shape is None or known == shape)
    ]
    return scope.rng.choice(names) if names else None


def rebind(scope: Scope) -> Lines:
    """Bind a known name again, to a value of the same shape."""
    name = _writable(scope)
    if name is None:
        return new_name(scope)
    return [f"{name} = {expression(scope, scope.floats[name], 2)}"]


def augment(scope: Scope) -> Lines:
    """Update a scalar in place."""
    name = _writable(scope, ())
    if name is None:
        return new_name(scope)
    operator = scope.rng.choice(("+=", "-=", "*=", "/="))
    operand = expression(scope, (), 1)
    return [f"{name} {operator} {f'(1.5 + {operand} ** 2)' if operator == '/=' else operand}"]


def augmented_array(scope: Scope) -> Lines:
    """Make an array and update it in place before anything else can see it."""
    shape = tuple(scope.rng.choice(scope.dims) for _ in range(scope.rng.choice((1, 2))))
    first = expression(scope, shape, 1)
    name = scope.names.fresh("w")
    source = scope.rng.choice((shape, shape[1:], ()))
    update = f"{name} {scope.rng.choice(('+=', '-=', '*='))} {expression(scope, source, 1)}"
    scope.bind(name, shape)
    return [f"{name} = {first} * {scope.number()}", update]


def swap(scope: Scope) -> Lines:
    """Exchange two names."""
    first = _writable(scope)
    others = (
        [n for n in scope.of_shape(scope.floats[first], True) if n != first] if first else []
    )
    if not others:
        return rebind(scope)
    second = scope.rng.choice(others)
    return [f"{first}, {second} = {second}, {first}"]


def chained(scope: Scope) -> Lines:
    """Give one value two names."""
    text = expression(scope, shape := scope.any_shape(), 2)
    first, second = scope.names.fresh("g"), scope.names.fresh("h")
    return [f"{scope.bind(first, shape)} = {scope.bind(second, shape)} = {text}"]


def parallel(scope: Scope) -> Lines:
    """Assign two values at once; both right sides see the old names."""
    first = _writable(scope)
    if first is None:
        return new_name(scope)
    shape = scope.any_shape()
    one, two = expression(scope, scope.floats[first], 1), expression(scope, shape, 1)
    return [f"{first}, {scope.bind(scope.names.fresh('u'), shape)} = {one}, {two}"]


def new_list(scope: Scope) -> Lines:
    """Make a list or tuple, by display or by comprehension."""
    shape = scope.rng.choice([(), (), (scope.rng.choice(scope.dims),)])
    length = scope.rng.randint(1, 3)
    name = scope.names.fresh("items")
    if scope.chance(0.3):
        inner = scope.child()
        inner.integers[item := scope.names.fresh("e")] = length
        line = f"{name} = [{expression(inner, shape, 1)} for {item} in range({length})]"
    else:
        parts = ", ".join(expression(scope, shape, 1) for _ in range(length))
        line = f"{name} = " + (f"[{parts}]" if scope.chance(0.6) else f"({parts},)")
    scope.sequences[name] = (length, shape)
    return [line]


def new_dict(scope: Scope) -> Lines:
    """Make a dictionary with string keys."""
    shape = scope.rng.choice([(), (scope.rng.choice(scope.dims),)])
    keys = tuple("abc"[: scope.rng.randint(1, 3)])
    parts = ", ".join(f"{key!r}: {expression(scope, shape, 1)}" for key in keys)
    name = scope.names.fresh("table")
    scope.mappings[name] = (keys, shape)
    return [f"{name} = {{{parts}}}"]


def unpack(scope: Scope) -> Lines:
    """Unpack a vector, an expression or a sequence, with or without a star."""
    vectors = [(n, s[0], ()) for n, s in scope.floats.items() if len(s) == 1]
    lists = [(n, length, item) for n, (length, item) in scope.sequences.items() if length > 1]
    if not vectors + lists:
        return new_name(scope)
    name, length, item = scope.rng.choice(vectors + lists)
    if scope.chance(0.4):
        length, item = scope.rng.choice(scope.dims), ()
        name = expression(scope, (length,), 2)
    if scope.chance(0.5):
        first, rest = scope.names.fresh("head"), scope.names.fresh("rest")
        scope.bind(first, item)
        scope.sequences[rest] = (length - 1, item)
        return [f"{first}, *{rest} = {name}"]
    targets = [scope.bind(scope.names.fresh("v"), item) for _ in range(length)]
    return [
        f"{', '.join(targets)}, = {name}" if length == 1 else f"{', '.join(targets)} = {name}"
    ]


def branch(scope: Scope) -> Lines:
    """An if statement with up to two further arms; sometimes its condition binds a name."""
    if scope.chance(0.15):
        name = scope.names.fresh("k")
        lines = [f"if ({name} := {expression(scope, (), 2)}) > {scope.number(-0.5, 0.5)}:"]
        scope.bind(name, ())
    else:
        lines = [f"if {condition(scope, 2)}:"]
    before = dict(scope.floats)
    arm = scope.child()
    lines += indented(block(arm, scope.rng.randint(1, 3)))
    if scope.chance(0.25):
        lines += [f"elif {condition(scope, 1)}:", *indented(block(scope.child(), 2))]
    if scope.chance(0.6):
        other = scope.child()
        body = block(other, scope.rng.randint(1, 2))
        # Bind one of the names of the first arm here too, so that it is known afterwards.
        shared = [n for n in arm.floats if n not in before]
        if shared and "elif" not in " ".join(lines) and arm.loops == 0:
            name = scope.rng.choice(shared)
            body.append(f"{name} = {expression(other, arm.floats[name], 1)}")
            scope.bind(name, arm.floats[name])
        lines += ["else:", *indented(body)]
    return lines


def _iteration(scope: Scope, inner: Scope) -> str:
    """Write the head of a for loop and bind its targets in the inner scope."""
    rng = scope.rng
    heads: list[Callable[[], str]] = []

    def over_pairs() -> str:
        """Iterate over numbered pairs, whole or taken apart."""
        one, two = scope.names.fresh("e"), scope.names.fresh("e")
        inner.bind(one, ())
        inner.bind(two, ())
        index = scope.names.fresh("i")
        pair = f"zip({rng.choice(vectors)}, reversed({rng.choice(vectors)}))"
        inner.integers[index] = 4
        return f"for {index}, ({one}, {two}) in enumerate({pair}, start=1):"

    def over_mapped() -> str:
        """Iterate over what a function or a generator makes of a vector."""
        inner.bind(item := scope.names.fresh("e"), ())
        name = rng.choice(vectors)
        made = [f"map(np.tanh, {name})", f"(q * 0.5 for q in {name})", f"tuple({name})"]
        return f"for {item} in {rng.choice(made)}:"

    def over_sorted() -> str:
        """Iterate over a sorted vector."""
        inner.bind(item := scope.names.fresh("e"), ())
        order = rng.choice(["", ", reverse=True", ", key=abs"])
        return f"for {item} in sorted({rng.choice(vectors)}{order}):"

    vectors = [n for n, s in scope.floats.items() if len(s) == 1]
    matrices = [n for n, s in scope.floats.items() if len(s) == 2]
    lists = [n for n, (length, _) in scope.sequences.items() if length]

    def over_range() -> str:
        """Iterate over integers, forwards or backwards."""
        inner.integers[index := scope.names.fresh("i")] = 4
        spans = ["range(3)", "range(1, 4)", "range(2, -1, -1)", "range(1)"]
        return f"for {index} in {rng.choice(spans)}:"

    def over_vector() -> str:
        """Iterate over the entries of a vector, perhaps with their numbers."""
        name, item = rng.choice(vectors), scope.names.fresh("e")
        inner.bind(item, ())
        if scope.chance(0.4):
            inner.integers[index := scope.names.fresh("i")] = scope.floats[name][0]
            return f"for {index}, {item} in enumerate({name}):"
        return f"for {item} in {name}:"

    def over_rows() -> str:
        """Iterate over the rows of a matrix."""
        name, item = rng.choice(matrices), scope.names.fresh("row")
        inner.bind(item, scope.floats[name][1:])
        return f"for {item} in {name}:"

    def over_list() -> str:
        """Iterate over a list or a tuple."""
        name, item = rng.choice(lists), scope.names.fresh("e")
        inner.bind(item, scope.sequences[name][1])
        return f"for {item} in {name}:"

    def over_zip() -> str:
        """Iterate over two vectors side by side."""
        one, two = scope.names.fresh("e"), scope.names.fresh("e")
        inner.bind(one, ())
        inner.bind(two, ())
        return f"for {one}, {two} in zip({rng.choice(vectors)}, {rng.choice(vectors)}):"

    def over_mapping() -> str:
        """Iterate over a dictionary."""
        name, item = rng.choice(list(scope.mappings)), scope.names.fresh("e")
        inner.bind(item, scope.mappings[name][1])
        if scope.chance(0.5):
            return f"for {scope.names.fresh('key')}, {item} in {name}.items():"
        return f"for {item} in {name}.values():"

    heads = [over_range, over_range]
    heads += [over_vector, over_zip] if vectors else []
    heads += [over_rows] if matrices else []
    heads += [over_list] if lists else []
    heads += [over_mapping] if scope.mappings else []
    heads += [over_pairs, over_mapped, over_sorted] if vectors else []
    return rng.choice(heads)()


def for_loop(scope: Scope) -> Lines:
    """A for loop, perhaps with an else branch."""
    inner = scope.child(loop=True)
    lines = [_iteration(scope, inner), *indented(block(inner, scope.rng.randint(1, 3)))]
    if scope.chance(0.2):
        lines += ["else:", *indented(block(scope.child(), 1))]
    return lines


def while_loop(scope: Scope) -> Lines:
    """A while loop that a counter bounds; the counter moves first, so that continue is safe."""
    counter = scope.names.fresh("n")
    inner = scope.child(loop=True)
    inner.integers[counter] = 5
    head = f"while {counter} < {scope.rng.randint(1, 4)}"
    if scope.chance(0.6):
        head += f" and {condition(scope, 1)}"
    body = [f"{counter} += 1", *block(inner, scope.rng.randint(1, 3))]
    lines = [f"{counter} = 0", head + ":", *indented(body)]
    if scope.chance(0.15):
        lines += ["else:", *indented(block(scope.child(), 1))]
    return lines


def accumulation(scope: Scope) -> Lines:
    """A total that starts as the number zero and takes the shape of what is added to it."""
    total = scope.names.fresh("total")
    inner = scope.child(loop=True)
    head = _iteration(scope, inner)
    if "range(" not in head or "range(1)" in head:
        shape: Shape = ()
    else:
        shape = scope.any_shape()
    term = expression(inner, shape, 2)
    update = f"{total} += {term}" if scope.chance(0.5) else f"{total} = {total} + {term}"
    scope.bind(total, shape)
    return [f"{total} = {scope.rng.choice(['0.0', '0.0', '0'])}", head, *indented([update])]


def early_return(scope: Scope) -> Lines:
    """Return under a condition."""
    return [f"if {condition(scope, 1)}:", f"    return {expression(scope, scope.result, 2)}"]


def leave_loop(scope: Scope) -> Lines:
    """Break, continue or return out of a loop under a condition."""
    ending = scope.rng.choice(["break", "break", "continue", "continue", "return"])
    if ending == "return":
        return early_return(scope)
    inside = block(scope.child(), 1) if scope.chance(0.3) else []
    return [f"if {condition(scope, 1)}:", *indented([*inside, ending])]


def errstate(scope: Scope) -> Lines:
    """A with statement that changes nothing numerically."""
    return ["with np.errstate(all='ignore'):", *indented(block(scope.child(), 1))]
