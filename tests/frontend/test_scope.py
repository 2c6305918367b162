"""Names bound and read, against cases by hand and against what the interpreter says."""

import argparse
import dis
import fractions
import re
import statistics
import sys
import textwrap
import types

import gast
import pytest

from s2s.frontend.scope import (
    assigned,
    free_names,
    globals_declared,
    local_names,
    nonlocal_writes,
    nonlocals_declared,
    ordered_assigned,
    ordered_reads,
    parameters,
    reads,
)
from s2s.frontend.source import recover


def body(text):
    return gast.parse(textwrap.dedent(text)).body


BINDINGS = [
    ("x = y", "x"),
    ("x, (y, *z) = w", "x y z"),
    ("x[i] = y; o.a = z", ""),
    ("x += 1", "x"),
    ("x: int = 3", "x"),
    ("for i, j in r: k = 1\nelse: m = 2", "i j k m"),
    ("with a as p, b as (q, s): pass", "p q s"),
    ("print(w := 3)", "w"),
    ("y = [k for k in r if (last := k)]", "y last"),
    ("y = [[(deep := j) for j in k] for k in r]", "y deep"),
    ("f(lambda v: (u := v))", ""),
    ("f(lambda v=(u := 1): v)", "u"),
    ("del x, y[0]", "x"),
    ("def g(a):\n b = a", "g"),
    ("def g(a=(c := 1)):\n b = a", "c g"),
    ("class C(B):\n b = 1\n def m(self): z = 1", "C"),
    ("import a.b, c.d as e\nfrom f import g, h as i", "a e g i"),
    ("try: x = 1\nexcept E as e: y = 2\nfinally: z = 3", "x e y z"),
    ("try: x = 1\nexcept* E as e: y = 2", "x e y"),
    ("while (n := f()): m = n", "n m"),
    (
        "match v:\n"
        " case [a, *b]: pass\n"
        " case {'k': c, **d}: pass\n"
        " case P(x=e) as g: pass\n"
        " case (1 | 2) as h: pass\n"
        " case [_, *_]: k = 1\n"
        " case M.N: pass",
        "a b c d e g h k",
    ),
]


@pytest.mark.parametrize("text, names", BINDINGS)
def test_assigned(text, names):
    assert ordered_assigned(body(text)) == names.split()
    assert assigned(body(text)) == set(names.split())


READS = [
    ("x = y + z", "y z"),
    ("x += y", "x y"),
    ("x[i] += o.a", "x i o"),
    ("x: T = y", "y"),
    ("o.x: T = y", "o y"),
    ("y = [k * s for k in r if k > t]", "r t s"),
    ("y = [x for x in x]", "x"),
    ("y = {a: b + c for a, b in d for e in a}", "d c"),
    ("y = [q for p in ps for q in p(q0)]", "ps q0"),
    ("g = lambda a, b=c: a + b + d", "c d"),
    ("def g(a: T, b=c) -> R:\n l = a + b + m\n return l", "c T R m"),
    ("def g():\n def h():\n  return u + v\n u = 1", "v"),
    ("def g():\n nonlocal n\n n = n + 1", "n"),
    ("@dec\ndef g(): return g()", "dec g"),
    ("class C(B, k=m):\n a = p\n b = a\n def f(self): return a + q", "B m p a q"),
    ("class C:\n n = 3\n l = [n for _ in range(2)]", "range n"),
    ("class C:\n def f(self): return __class__", ""),
    ("match v:\n case M.N if g: pass\n case P(x=e): y = e", "v M g P e"),
    ("for i in r: s = i", "r i"),
    ("del x[i]", "x i"),
    ("print(f'{a:{w}} {b!r}')", "print a w b"),
    ("with a as p: p", "a p"),
]


@pytest.mark.parametrize("text, names", READS)
def test_reads(text, names):
    assert ordered_reads(body(text)) == names.split()
    assert reads(body(text)) == set(names.split())


@pytest.mark.skipif(sys.version_info < (3, 12), reason="syntax of Python 3.12")
def test_type_parameters():
    statement = body("def g[T: B](a: T) -> list[T]:\n  x: T = a\n  return T(a)")
    assert assigned(statement) == {"g"}
    assert "T" not in reads(statement) and "list" in reads(statement)


def test_one_node_or_a_list():
    statements = body("x = a\ny = b")
    assert assigned(statements[0]) == {"x"} and reads(statements[1]) == {"b"}
    assert reads(statements[0].value) == {"a"} and assigned([]) == set()


def test_declarations():
    tree = body(
        """
        def f():
            global g
            if c:
                nonlocal n
            for i in r:
                try:
                    pass
                except E:
                    global h
            def inner():
                global not_ours
            g = n = h = own = 1
        """
    )[0]
    assert globals_declared(tree) == globals_declared(tree.body) == {"g", "h"}
    assert nonlocals_declared(tree) == {"n"}
    assert local_names(tree) == {"i", "inner", "own"}


def test_nonlocal_writes():
    tree = body(
        """
        def f():
            x = y = z = w = 0
            def g():
                nonlocal x, w
                x += 1
                z = 0
                def h():
                    nonlocal y, z
                    y = z = 2
            if x:
                class C:
                    nonlocal w
                    w = 1
            return g
        """
    )[0]
    # `w` is written by the class; `g` only declares it; the `z` that `h` writes is that of `g`.
    assert nonlocal_writes(tree.body) == {"x", "y", "w"}
    assert nonlocal_writes(tree) == set()
    assert nonlocal_writes(tree.body[1]) == {"x", "y"}


def test_parameters_are_in_signature_order():
    tree = body("def f(a, /, b, *c, d=1, **e): pass")[0]
    assert parameters(tree) == list("abcde")


def test_free_names():
    tree = body("def f(x):\n  y = x * s\n  return [g(k, y) for k in xs if s]")[0]
    assert free_names(tree) == ["s", "xs", "g"]
    assert free_names(body("lambda x, y=z: x + y + w")[0].value) == ["w"]


# ---------------------------------------------------------------- against the interpreter


def functions_of(module):
    found = []
    for value in vars(module).values():
        members = vars(value).values() if isinstance(value, type) else [value]
        found += [m for m in members if isinstance(m, types.FunctionType)]
    own = [f for f in found if f.__module__ == module.__name__]
    return [f for f in own if not hasattr(f, "__wrapped__")]


def all_codes(code):
    yield code
    for const in code.co_consts:
        if isinstance(const, types.CodeType):
            yield from all_codes(const)


def plain(names):
    """Undo the mangling of private names and drop what the compiler adds."""
    unmangled = {re.sub(r"^_[A-Za-z]\w*?(?=__)", "", name) for name in names}
    added = {"__class__", "super", "AssertionError"}
    return {name for name in unmangled if not name.startswith(".")} - added


@pytest.mark.parametrize("module", [argparse, fractions, statistics, textwrap])
def test_agrees_with_the_bytecode(module):
    functions = functions_of(module)
    assert len(functions) >= 5
    for function in functions:
        code = function.__code__
        tree = recover(function).tree
        targets = {
            name
            for node in gast.walk(tree)
            if isinstance(node, gast.comprehension)
            for name in assigned(node.target)
        }
        # From Python 3.12 on, the targets of inlined comprehensions are variables of the code.
        expected = plain({*code.co_varnames, *code.co_cellvars})
        assert plain(local_names(tree)) | targets == expected | targets, function
        loaded = {
            i.argval
            for inner in all_codes(code)
            for i in dis.get_instructions(inner)
            if i.opname == "LOAD_GLOBAL"
        }
        assert plain(free_names(tree)) == plain({*code.co_freevars, *loaded}), function
