"""What is emitted: facts remove questions and helpers, zeros fold, nothing is dead."""

import operator
from pathlib import Path

import numpy as np
import pytest

from s2s.errors import RuleError
from s2s.ir import prims
from s2s.ir.build import Builder
from s2s.ir.nodes import Apply, Const, If, Ref, Value
from s2s.ir.walk import statements
from s2s.rules import Book, HelperFunction, adjoint, tangent
from tests.rules.interpret import FromArrays, KnownNothing, dump, interpret, read

BOOK = Book(Path(__file__).parent / "small")


def reverse(op, env, wanted, result=None, bar=None, book=BOOK, ask=None):
    """The pairs and the text of an adjoint."""
    result, bar = result or Value("y"), bar or Value("y_bar")
    ask = ask or (FromArrays(env) if env is not None else KnownNothing())
    build = ask.builder() if env is not None else Builder()
    bound = book.lookup(op, ask)
    pairs = adjoint(bound, result, bar, wanted.__contains__, ask, build)
    return pairs, build.stmts


def arrays(*shapes):
    """Values x0, x1, ... with y and y_bar of the last shape given."""
    values = [Value(f"x{k}") for k in range(len(shapes))]
    rng = np.random.default_rng(3)
    return values, {v: rng.normal(size=s) for v, s in zip(values, shapes)}


def test_facts_leave_only_what_is_needed():
    (a, b), env = arrays((2, 3), (3,))
    y, y_bar = Value("y"), Value("y_bar")
    env |= {y: np.ones((2, 3)), y_bar: np.ones((2, 3))}
    op = Apply(Ref("add", operator.add), (a, b))
    pairs, stmts = reverse(op, env, {a, b}, y, y_bar)
    assert pairs[0] == (a, y_bar)  # nothing to undo
    assert dump(stmts) == "g = np.sum(y_bar, axis=0)"
    # Without facts the runtime decides, one call each.
    assert dump(reverse(op, None, {a, b})[1]) == (
        "g = unbroadcast(y_bar, x0)\ng = unbroadcast(y_bar, x1)"
    )


@pytest.mark.parametrize(
    "have, want, text",
    [
        ((2, 3), (), "g = np.sum(y_bar)"),
        ((2, 3), (1, 3), "g = np.sum(y_bar, axis=0, keepdims=True)"),
        ((4, 2, 3), (3,), "t = build_tuple(0, 1)\ng = np.sum(y_bar, axis=t)"),
        ((4, 2, 3), (2, 1), "g = np.sum(y_bar, axis=0)\ng = np.sum(g, axis=1, keepdims=True)"),
        ((1, 3), (3,), "g = np.sum(y_bar, axis=0)"),
        ((2, 3), (2, 3), ""),
    ],
)
def test_sum_to(have, want, text):
    (a, b), env = arrays(have, want)
    y, y_bar = Value("y"), Value("y_bar")
    env |= {y: np.ones(have), y_bar: np.arange(np.prod(have), dtype=float).reshape(have)}
    pairs, stmts = reverse(Apply(Ref("add", operator.add), (a, b)), env, {b}, y, y_bar)
    assert dump(stmts) == text
    got = read(pairs[0][1], interpret(stmts, dict(env)))
    lead = len(have) - len(want)
    expected = env[y_bar].sum(axis=tuple(range(lead)))
    ones = tuple(k for k, n in enumerate(want) if n == 1)
    np.testing.assert_array_equal(got, expected.sum(axis=ones, keepdims=True))


def test_unwanted_contributions_cost_nothing():
    (a, b), env = arrays((3,), (3,))
    y, y_bar = Value("y"), Value("y_bar")
    env |= {y: np.ones(3), y_bar: np.ones(3)}
    div = Apply(Ref("truediv", operator.truediv), (a, b))
    both = dump(reverse(div, env, {a, b}, y, y_bar)[1])
    assert both.count("truediv") == 1  # the local variable is shared
    assert dump(reverse(div, env, {a}, y, y_bar)[1]) == "quotient = truediv(y_bar, x1)"
    assert reverse(div, env, set(), y, y_bar) == ([], [])


def test_an_undecided_question_makes_one_helper():
    book = Book(BOOK.folder)
    op = Apply(Ref("np.matmul", np.matmul), (Value("a"), Value("b")))
    a, b = op.args
    pairs, stmts = reverse(op, None, {a, b}, book=book)
    refs = [s.expr.fn for s in stmts]
    assert [r.text for r in refs] == ["matmul_adjoint_a", "matmul_adjoint_b"]
    assert all(isinstance(r.obj, HelperFunction) for r in refs)
    again = reverse(op, None, {a, b}, book=book)[1]
    assert [s.expr.fn.obj for s in again] == [r.obj for r in refs]
    body = refs[0].obj.function.body
    assert any(isinstance(s, If) for s in statements(body))
    assert "np.ndim(a)" in dump(body.stmts)
    # The operator shares them: the rule is the same.
    plain = Apply(Ref("matmul", operator.matmul), (a, b))
    assert reverse(plain, None, {a}, book=book)[1][0].expr.fn.obj is refs[0].obj


def test_names_of_helpers_tell_the_optional_arguments():
    x, axis, keep = Value("x"), Value("axis"), Value("keep")
    op = Apply(Ref("np.sum", np.sum), (x, axis), (("keepdims", keep),))
    (stmt,) = reverse(op, None, {x})[1]
    assert stmt.expr.fn.text == "sum_adjoint_x_axis_keepdims"
    assert [p.value.name for p in stmt.expr.fn.obj.function.params] == [
        "y_bar", "x", "axis", "keepdims",
    ]  # fmt: skip


def test_absent_tangents_fold_away():
    (a, b), env = arrays((3, 3), (3, 2))
    env[a] = env[a] + 4 * np.eye(3)
    y, a_dot, b_dot = Value("y"), Value("a_dot"), Value("b_dot")
    env |= {y: np.linalg.solve(env[a], env[b]), a_dot: np.ones((3, 3)), b_dot: np.ones((3, 2))}
    op = Apply(Ref("np.linalg.solve", np.linalg.solve), (a, b))

    def emitted(dots):
        ask = FromArrays(env)
        build = ask.builder()
        out = tangent(BOOK.lookup(op, ask), y, dots.get, ask, build)
        return out, dump(build.stmts)

    assert emitted({b: b_dot})[1] == "y_dot = np.linalg.solve(x0, b_dot)"
    assert emitted({a: a_dot})[1] == (
        "t = matmul(a_dot, y)\nt = neg(t)\ny_dot = np.linalg.solve(x0, t)"
    )
    assert emitted({}) == (None, "")


def test_a_tangent_has_the_shape_of_the_result():
    (a, b), env = arrays((3,), (2, 3))
    y, a_dot = Value("y"), Value("a_dot")
    env |= {y: np.ones((2, 3)), a_dot: np.ones(3)}
    op = Apply(Ref("add", operator.add), (a, b))
    for ask in (FromArrays(env), KnownNothing()):
        build = ask.builder() if isinstance(ask, FromArrays) else Builder()
        out = tangent(BOOK.lookup(op, ask), y, {a: a_dot}.get, ask, build)
        assert dump(build.stmts) == "y_dot = spread_to(a_dot, y)"
        assert read(out, interpret(build.stmts, dict(env))).shape == (2, 3)


def test_a_list_gets_one_contribution_and_zeros_for_absent_tangents():
    a, b, joined, y, y_bar, a_dot = (Value(n) for n in ("a", "b", "j", "y", "y_bar", "a_dot"))
    env = {
        a: np.ones(3),
        b: np.ones(3),
        y: np.ones(6),
        y_bar: np.arange(6.0),
        a_dot: np.ones(3),
    }

    class Items(FromArrays):
        def items(self, atom):
            return (a, b) if atom is joined else None

    env[joined] = [env[a], env[b]]
    op = Apply(Ref("np.concatenate", np.concatenate), (joined,))
    ask = Items(env)
    pairs, stmts = reverse(op, env, {joined}, y, y_bar, ask=ask)
    assert pairs[0][0] is joined
    parts = read(pairs[0][1], interpret(stmts, dict(env)))
    np.testing.assert_array_equal(parts[1], [3, 4, 5])
    build = ask.builder()
    out = tangent(BOOK.lookup(op, ask), y, {a: a_dot}.get, ask, build)
    assert any(getattr(s.expr.fn, "obj", None) is prims.build_list for s in build.stmts), dump(
        build.stmts
    )
    np.testing.assert_array_equal(
        read(out, interpret(build.stmts, dict(env))), [1, 1, 1, 0, 0, 0]
    )


def test_several_results_and_absent_adjoints():
    a, w, v = Value("a"), Value("w"), Value("v")
    w_bar, v_bar = Value("w_bar"), Value("v_bar")
    rng = np.random.default_rng(0)
    half = rng.normal(size=(3, 3))
    values, vectors = np.linalg.eigh(half + half.T)
    env = {a: half + half.T, w: values, v: vectors, w_bar: rng.normal(size=3)}
    env[v_bar] = rng.normal(size=(3, 3))
    ask = FromArrays(env)
    build = ask.builder()
    bound = BOOK.lookup(Apply(Ref("np.linalg.eigh", np.linalg.eigh), (a,)), ask)
    ((atom, out),) = adjoint(bound, (w, v), (w_bar, None), {a}.__contains__, ask, build)
    got = read(out, interpret(build.stmts, dict(env)))
    np.testing.assert_allclose(got, vectors @ np.diag(env[w_bar]) @ vectors.T, atol=1e-12)
    # Nothing of the tangent depends on v: no contribution, and nothing is left behind.
    build = ask.builder()
    assert adjoint(bound, (w, v), (None, v_bar), {a}.__contains__, ask, build) == []
    assert build.stmts == []
    assert tangent(bound, (w, v), {}.get, ask, build) == (None, None)


@pytest.mark.parametrize(
    "body, reason",
    [
        ("d[y] = d[x] * d[x]", "not known to be linear"),
        ("d[y] = np.tanh(d[x])", "not known to be linear"),
        ("d[y] = np.sign(d[x])", "not known to be linear"),
        ("d[y] = np.sort(d[x])", "not known to be linear"),
        ("d[y] = x + d[x]", "not known to be linear"),
        ("d[y] = np.where(x > 0, d[x], x)", "where is not known to be linear"),
    ],
)
def test_what_is_not_linear_is_not_transposed(tmp_path, body, reason):
    text = (BOOK.folder / "core.py").read_text()
    text += f"\n@tangent(np.sinh)\ndef _(x) -> y:\n    {body}\n"
    (tmp_path / "core.py").write_text(text)
    book = Book(tmp_path)
    x, y, y_bar = Value("x"), Value("y"), Value("y_bar")
    env = {x: np.ones(3), y: np.ones(3), y_bar: np.ones(3)}
    with pytest.raises(RuleError, match=reason):
        reverse(Apply(Ref("np.sinh", np.sinh), (x,)), env, {x}, y, y_bar, book=book)


def test_an_answer_known_by_a_constant_needs_no_helper():
    x, y, y_bar = Value("x"), Value("y"), Value("y_bar")
    op = Apply(Ref("np.sum", np.sum), (x,), (("axis", Const(-1)), ("keepdims", Const(True))))
    pairs, stmts = reverse(op, None, {x}, y, y_bar)
    assert dump(stmts) == "g = spread_to(y_bar, x)"
