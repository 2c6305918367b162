"""The nodes of the intermediate representation.

A function is a tree of blocks.  Every expression is flat: an `Apply` of a callable to atoms.
A name is bound once (a `Value`), so `x = x * 2` makes a second value that remembers the name::

    def f(x):                   %x
        for i in range(3):      for %i in range(3) carrying %x' (first %x, then %x''):
            x = x * 2               %x'' = mul(%x', 2)
        return x                -> %x'''

Control flow is structured.  A region hands its results to its parent through `Block.outs`;
a loop carries values from one iteration to the next; `Block.exit` says that a block in tail
position leaves the loop.  Nodes are frozen: passes build new ones.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field
from itertools import count
from typing import Any, TypeAlias

from s2s.errors import Origin
from s2s.ir.record import record

_ids = count(1)
_keys = count(1)


@record(frozen=True, eq=False, slots=True)
class Value:
    """One single-assignment value; `name` is the user's variable or a hint for a temporary."""

    name: str
    user: bool = False  # bound to a variable of the user: stays a statement of its own
    id: int = field(default_factory=lambda: next(_ids))

    def __repr__(self) -> str:
        return f"%{self.name}.{self.id}"


@record(frozen=True, slots=True)
class Const:
    """A literal: a Python scalar, string, bytes, None or Ellipsis."""

    value: Any

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Const) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def _key(self) -> tuple[type, str]:
        # By text, so that 0.0 and -0.0, 1 and True stay apart and nan equals itself.
        return type(self.value), repr(self.value)


@record(frozen=True, eq=False, slots=True)
class Ref:
    """An object known when compiling (`np.tanh`, a user's function) and how to write it."""

    text: str
    obj: Any
    live: bool = False  # data in a global or a closure cell: read anew at each call
    root: Any = None  # the object that the first part of a dotted text denotes
    home: Any = None  # frontend.resolve.Resolver that finds the first part

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Ref) and self.obj is other.obj and self.text == other.text

    def __hash__(self) -> int:
        return hash((self.text, id(self.obj)))


@record(frozen=True, slots=True)
class Method:
    """The callee of `x.name(...)` where `x` is only known at run time; `x` is argument 0."""

    name: str


@record(frozen=True, slots=True)
class Undef:
    """What a variable holds on a path that never binds it."""


UNDEF = Undef()

Atom: TypeAlias = "Value | Const | Ref | Undef"


@record(frozen=True, slots=True)
class Star:
    """An argument written `*x`."""

    atom: Atom


@record(frozen=True, slots=True)
class Apply:
    """A call, an operator, a subscript, an attribute: `fn` applied to atoms.

    Operators are the functions of `operator`, displays are those of `ir.prims`.  A keyword
    of None is `**atom`.
    """

    fn: Atom | Method
    args: tuple[Atom | Star, ...] = ()
    kwargs: tuple[tuple[str | None, Atom], ...] = ()
    # What follows from the others, computed when it is first asked for: passes share nodes.
    _atoms: tuple[Atom, ...] = field(init=False, repr=False, compare=False)  # `walk.atoms_of`
    _effects: Any = field(init=False, repr=False, compare=False)  # `effects.effects_of`


@record(frozen=True, eq=False, slots=True)
class Raw:
    """An expression kept as the user wrote it; `reads` maps its free names to atoms."""

    node: Any  # gast.expr
    reads: tuple[tuple[str, Atom], ...]


@record(frozen=True, eq=False, slots=True)
class Closure:
    """A nested function or lambda; free variables are captured as `captures`."""

    name: str
    node: Any  # gast.FunctionDef with one body
    captures: tuple[tuple[str, Atom], ...]
    defaults: tuple[tuple[str, Atom], ...]
    source: Any = None  # frontend.source.Source of the enclosing function
    is_lambda: bool = False


Expr: TypeAlias = "Apply | Raw | Closure | Value | Const | Ref | Undef"


@record(frozen=True, slots=True)
class Let:
    """`targets = expr`; several targets unpack, none evaluates for effect."""

    targets: tuple[Value, ...]
    expr: Expr
    origin: Origin | None = None
    unpack: bool = False  # `(a,) = e` against `a = e`


@record(frozen=True, slots=True)
class Block:
    """A region: statements, the atoms handed to the parent, and how it is left."""

    stmts: tuple[Stmt, ...] = ()
    outs: tuple[Atom, ...] = ()
    exit: str | None = None  # "break" | "continue": only in tail position of a loop body
    key: int = field(default_factory=lambda: next(_keys))
    mirror: int | None = None  # in a backward sweep: the key of the block that it reverses
    _below: tuple[Stmt, ...] = field(init=False, repr=False, compare=False)  # `walk.statements`


@record(frozen=True, slots=True)
class If:
    """`results = then.outs if test else orelse.outs`; `form` says how the user wrote it.

    With the form ``try`` the test is the class of exceptions, or a tuple of them, with which
    `then` is left for `orelse`.
    """

    test: Atom
    then: Block
    orelse: Block
    results: tuple[Value, ...]
    origin: Origin | None = None
    form: str = "if"  # "if" | "ifexp" | "and" | "or" | "try"


@record(frozen=True, slots=True)
class Iter:
    """What a `for` runs over.

    ``range``: args are the arguments of `range`; ``each``: args is the one sequence;
    ``keys``: args is the one dict; ``enumerate``: args is the start, `inner` the one iterated;
    ``zip``: several inner, args is the value of `strict` if given; ``reversed``: one inner;
    ``opaque``: any iterable, whose items can only be saved.
    `item` is bound at ``range``, ``each``, ``keys``, ``enumerate`` (the index) and ``opaque``.
    """

    kind: str
    args: tuple[Atom, ...] = ()
    inner: tuple[Iter, ...] = ()
    item: Value | None = None


@record(frozen=True, slots=True)
class For:
    """A loop over `iter`; `params` are the carried values at the head of an iteration.

    `params[k]` is `inits[k]` in the first iteration and `body.outs[k]` of the one before in
    the others; `results[k]` is the last one after the loop.
    """

    iter: Iter
    params: tuple[Value, ...]
    inits: tuple[Atom, ...]
    body: Block
    results: tuple[Value, ...]
    origin: Origin | None = None
    form: str = "for"  # "for" | "listcomp" | "dictcomp" | "genexp"


@record(frozen=True, slots=True)
class While:
    """`head` runs before each test (`head.outs[0]`) and its values are in scope in `body`.

    Carried values as in `For`; `results` are the params when the test failed, or the outs
    of the block that left the loop.
    """

    head: Block
    params: tuple[Value, ...]
    inits: tuple[Atom, ...]
    body: Block
    results: tuple[Value, ...]
    origin: Origin | None = None


@record(frozen=True, slots=True)
class With:
    """`with context as target:` around a region whose outs are `results`."""

    context: Atom
    target: Value | None
    body: Block
    results: tuple[Value, ...]
    origin: Origin | None = None


@record(frozen=True, eq=False, slots=True)
class Opaque:
    """A statement kept as the user wrote it: free names read, names bound."""

    node: Any  # gast.stmt
    reads: tuple[tuple[str, Atom], ...]
    writes: tuple[tuple[str, Value], ...]
    origin: Origin | None = None


@record(frozen=True, slots=True)
class Write:
    """A change of a buffer in place: `target[key] = value`, `target.key = value`, or a method.

    `kind` is ``item``, ``attr``, ``whole`` (`target += value`, for an array), ``at``
    (`np.add.at(target, key, value)`), ``add_at`` (the runtime's function, for targets of any
    kind), ``del`` (`value` is the item that was there), ``delattr``, or ``restore``: an item put
    back by a backward sweep.  With `op`, the name of a gast operator, it is the augmented form:
    `target[key] += value`.

    Lists and dicts have more of them: ``insert`` (without a key: `append`), ``extend``,
    ``splice`` (a slice replaced), ``cut`` (a slice deleted), ``new`` (an item of a dict that
    had no such key), ``clear``, ``refill`` (other contents).  A ``restore`` of these has
    the kind of what it does as its `op`: insert, del, cut or refill.
    """

    kind: str
    target: Atom
    key: Atom
    value: Atom
    origin: Origin | None = None
    args: tuple[Atom, ...] = ()
    op: str | None = None


@record(frozen=True, slots=True)
class Push:
    """`stack.append(value)` on a list that only the derivative knows."""

    stack: Value
    value: Atom
    origin: Origin | None = None


@record(frozen=True, slots=True)
class Pop:
    """`target = stack.pop()`."""

    target: Value
    stack: Value
    origin: Origin | None = None


@record(frozen=True, slots=True)
class Note:
    """A comment in the generated text."""

    text: str
    origin: Origin | None = None


Stmt: TypeAlias = "Let | If | For | While | With | Opaque | Write | Push | Pop | Note"


@record(frozen=True, slots=True)
class Param:
    """A parameter: `kind` is one of pos, normal, star, kwonly, starstar."""

    value: Value
    kind: str = "normal"
    default: Atom | None = None


@record(frozen=True, eq=False, slots=True)
class Function:
    """A function: its body has one out, the value returned."""

    name: str
    params: tuple[Param, ...]
    body: Block
    doc: str | None = None
    origin: Origin | None = None
    comments: tuple[tuple[int, str], ...] = ()  # own-line comments of the source, by line
    taken: frozenset[str] = frozenset()  # names that generated names must not shadow
    spans: tuple[tuple[tuple[str, int], str], ...] = ()  # (file, line) -> text of its statement


def fresh_key() -> int:
    """A new block key."""
    return next(_keys)


def ref(fn: Callable[..., Any], text: str | None = None) -> Ref:
    """A reference to a callable under its own name, or under `text`."""
    return Ref(text or fn.__name__, fn)
