"""Both modes of calls under a small set of rules, with facts and without."""

import operator
from pathlib import Path

import numpy as np
import pytest

from s2s.ir.nodes import Const, Method, Ref, Value
from s2s.rules import Book
from tests.rules.numerics import check_call

BOOK = Book(Path(__file__).parent / "small")
FACTS = pytest.mark.parametrize("facts", [False, True], ids=["unknown", "known"])


def check(fn, shapes, facts, active=None, kwargs=None, rest=(), low=0.5, high=2.0, change=None):
    """Check a call on random arrays of some shapes; a shape of None is a Python float."""
    rng = np.random.default_rng(1)
    values = [Value(f"x{k}") for k in range(len(shapes))]
    env = {}
    for v, shape in zip(values, shapes):
        sample = rng.uniform(low, high, size=shape or ())
        env[v] = float(sample) if shape is None else np.asarray(sample)[()]
    if change:
        change(env, values)
    chosen = [values[k] for k in active] if active is not None else values
    args = (*values, *rest)
    keywords = {k: a if hasattr(a, "name") else Const(a) for k, a in (kwargs or {}).items()}
    return check_call(BOOK, fn, (args, keywords), env, chosen, facts)


ADD, MUL, DIV = (Ref(f.__name__, f) for f in (operator.add, operator.mul, operator.truediv))
POW, GETITEM = Ref("pow", operator.pow), Ref("getitem", operator.getitem)
SHAPES = [
    ((3,), (3,)), ((2, 3), (3,)), ((3,), (2, 3)), ((2, 1), (1, 3)), ((2, 3), ()),
    (None, (2, 3)), ((4, 2, 3), (2, 1)), ((1,), (1, 1)), ((0, 3), (3,)), ((), ()),
]  # fmt: skip


@FACTS
@pytest.mark.parametrize("shapes", SHAPES, ids=str)
@pytest.mark.parametrize("fn", [ADD, MUL, DIV, POW], ids=lambda r: r.text)
@pytest.mark.parametrize("active", [None, [0], [1]], ids=str)
def test_arithmetic_with_broadcasting(fn, shapes, facts, active):
    check(fn, shapes, facts, active)


@FACTS
@pytest.mark.parametrize("name", ["tanh", "cos", "negative", "fabs"])
@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (0,)], ids=str)
def test_one_argument(name, shape, facts):
    check(Ref(f"np.{name}", getattr(np, name)), [shape], facts)


@FACTS
@pytest.mark.parametrize("name", ["sum", "mean"])
@pytest.mark.parametrize("method", [False, True])
@pytest.mark.parametrize("keepdims", [None, False, True])
@pytest.mark.parametrize("axis", ["absent", None, 0, 1, -1])
def test_reductions(name, axis, keepdims, method, facts):
    fn = Method(name) if method else Ref(f"np.{name}", getattr(np, name))
    kwargs = {} if axis == "absent" else {"axis": axis}
    if keepdims is not None:
        kwargs["keepdims"] = keepdims
    check(fn, [(3, 4)], facts, kwargs=kwargs)


@FACTS
def test_axis_of_the_running_program(facts):
    # Nothing is known of the axis: the question is put in the helper.
    axis, keep = Value("axis"), Value("keepdims")
    for value in (None, 0, (0, 1), -1):
        for kept in (False, True):

            def change(env, values, value=value, kept=kept):
                env[axis], env[keep] = value, kept

            check(
                Ref("np.sum", np.sum), [(3, 4)], facts,
                kwargs={"axis": axis, "keepdims": keep}, change=change,
            )  # fmt: skip


MATRICES = [
    ((3,), (3,)), ((2, 3), (3,)), ((3,), (3, 2)), ((2, 3), (3, 4)), ((5, 2, 3), (3, 4)),
    ((2, 3), (5, 3, 4)), ((5, 2, 3), (5, 3, 4)), ((5, 1, 2, 3), (4, 3, 2)), ((5, 2, 3), (3,)),
    ((3,), (5, 3, 2)), ((1, 3), (3, 1)),
]  # fmt: skip


@FACTS
@pytest.mark.parametrize("shapes", MATRICES, ids=str)
@pytest.mark.parametrize("active", [None, [0], [1]], ids=str)
@pytest.mark.parametrize("fn", [np.matmul, operator.matmul, np.linalg.matmul])
def test_matmul(fn, shapes, facts, active):
    if fn is np.linalg.matmul and min(map(len, shapes)) < 2:
        return  # that one takes matrices only
    check(Ref(fn.__name__, fn), shapes, facts, active)


def _dominant(env, values):
    """Make the first argument well conditioned."""
    env[values[0]] = env[values[0]] + 4 * np.eye(env[values[0]].shape[-1])


@FACTS
@pytest.mark.parametrize("shapes", [((3, 3), (3,)), ((3, 3), (3, 2)), ((4, 3, 3), (4, 3, 2))])
@pytest.mark.parametrize("active", [None, [0], [1]], ids=str)
def test_solve_is_transposed(shapes, facts, active):
    check(Ref("np.linalg.solve", np.linalg.solve), shapes, facts, active, change=_dominant)


@FACTS
def test_inverse_is_transposed(facts):
    check(Ref("np.linalg.inv", np.linalg.inv), [(3, 3)], facts, change=_dominant)


@FACTS
@pytest.mark.parametrize("args", [(2, 6), (-1,), (3, 2, 2)])
def test_methods_with_loose_arguments(args, facts):
    check(Method("reshape"), [(3, 4)], facts, rest=tuple(Const(a) for a in args))
    if args == (2, 6):
        check(Method("transpose"), [(3, 4)], facts, rest=(Const(1), Const(0)))


@FACTS
def test_attributes_and_items(facts):
    check(Ref("getattr", getattr), [(3, 4)], facts, rest=(Const("T"),))
    check(GETITEM, [(3, 4)], facts, rest=(Const(1),))


@FACTS
def test_star_parameters(facts):
    values = [Value("a"), Value("b")]
    env = {v: np.arange(1.0, 4.0) * (k + 1) for k, v in enumerate(values)}
    einsum = Ref("np.einsum", np.einsum)
    for active in (values, values[:1], values[1:]):
        check_call(BOOK, einsum, ((Const("i,i->i"), *values), {}), env, active, facts)


@FACTS
def test_the_same_value_twice_gives_two_contributions(facts):
    x = Value("x")
    check_call(BOOK, MUL, ((x, x), {}), {x: np.arange(1.0, 4.0)}, [x], facts)
