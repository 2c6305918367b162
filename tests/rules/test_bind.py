"""Which calls have a rule, how their arguments are bound, and which are refused."""

import operator
from pathlib import Path

import numpy as np
import pytest

from s2s.ir.nodes import Apply, Const, Method, Ref, Star, Value
from s2s.rules import Book, Packed
from tests.rules.interpret import FromArrays, KnownNothing

BOOK = Book(Path(__file__).parent / "small")
X, Z = Value("x"), Value("z")
SUM, TANH, ADD = Ref("np.sum", np.sum), Ref("np.tanh", np.tanh), Ref("add", operator.add)


def look(fn, *args, ask=None, **kwargs):
    """The bound call."""
    return BOOK.lookup(Apply(fn, args, tuple(kwargs.items())), ask or KnownNothing())


def why(fn, *args, ask=None, **kwargs):
    """The reason against a call."""
    return BOOK.why(Apply(fn, args, tuple(kwargs.items())), ask or KnownNothing())


def test_positional_and_keyword_arguments_meet_their_parameters():
    bound = look(SUM, X, Const(0), keepdims=Const(True))
    assert bound.args == {"x": X, "axis": Const(0), "keepdims": Const(True)}
    assert bound.differentiable == (X,)
    assert look(SUM, x=X, axis=Z).args == {"x": X, "axis": Z}
    assert look(Method("sum"), X, Const(0)).args == {"x": X, "axis": Const(0)}


def test_loose_arguments_of_a_method_are_one_tuple():
    bound = look(Method("reshape"), X, Const(2), Const(3), order=Const("C"))
    assert bound.args["shape"] == Packed((Const(2), Const(3)))
    assert bound.view == "maybe"
    made = bound.rebuild({"a": Z})
    assert made == Apply(Method("reshape"), (Z, Const(2), Const(3)), (("order", Const("C")),))


def test_the_same_atom_twice_and_constants():
    assert look(ADD, X, X).differentiable == (X, X)
    assert look(ADD, X, Const(2.0)).differentiable == (X,)
    assert look(Ref("np.sign", np.sign), X).constant
    assert look(Ref("np.einsum", np.einsum), Const("i,i->i"), X, Z).differentiable == (X, Z)


@pytest.mark.parametrize(
    "fn, args, kwargs, reason",
    [
        (TANH, (X,), {"out": Z}, "does not know the argument out="),
        (TANH, (X, Z), {}, "takes 1 positional arguments"),
        (TANH, (), {}, "x is missing"),
        (TANH, (Star(X),), {}, r"passes \*arguments"),
        (SUM, (X,), {"out": Z}, "says nothing about the argument out="),
        (SUM, (X,), {"dtype": Z}, "says nothing about the argument dtype="),
        (SUM, (X, Const(0)), {"axis": Const(1)}, "passed twice"),
        (SUM, (X,), {"where": Z}, "where="),
        (Ref("np.reshape", np.reshape), (X, Z), {"order": Const("F")}, "order="),
        (Ref("np.sign", np.sign), (X,), {"out": Z}, "out="),
        (Ref("np.sort", np.sort), (X,), {}, "no rule"),
        (Method("sort"), (X,), {}, "no rule for the method sort"),
        (Ref("getattr", getattr), (X, Const("weights")), {}, "no rule for the attribute"),
        (Ref("getattr", getattr), (X, Z), {}, "not known"),
        (Z, (X,), {}, "no rule"),
        (ADD, (X, Const("s")), {}, "list, tuple or string"),
    ],
)
def test_refused_with_a_reason(fn, args, kwargs, reason):
    import re

    assert look(fn, *args, **kwargs) is None
    assert re.search(reason, why(fn, *args, **kwargs))


def test_a_default_passed_in_words_is_no_obstacle():
    assert look(SUM, X, dtype=Const(None), out=Const(None)) is not None
    assert look(Ref("np.reshape", np.reshape), X, Z, order=Const("C")) is not None


def test_double_star_is_refused():
    op = Apply(SUM, (X,), ((None, Z),))
    assert BOOK.lookup(op, KnownNothing()) is None
    assert "**keywords" in BOOK.why(op, KnownNothing())


def test_methods_of_what_is_no_array():
    class Lists(KnownNothing):
        def is_array(self, a):
            return False

        def is_scalar(self, a):
            return False

        def items(self, a):
            return (Z, Z)

    assert look(Method("sum"), X, ask=Lists()) is None
    assert look(ADD, X, X, ask=Lists()) is None
    assert look(Ref("getattr", getattr), X, Const("T"), ask=Lists()) is None


def test_an_unproven_receiver_is_told():
    assert look(Method("sum"), X).guard is X
    assert look(Ref("getattr", getattr), X, Const("T")).guard is X
    known = FromArrays({X: np.ones(3)})
    assert look(Method("sum"), X, ask=known).guard is None
    assert look(Ref("getattr", getattr), X, Const("shape"), ask=known).constant
