"""Zeros, accumulation, scatter-add and the final conversion, on every structure."""

from collections import namedtuple
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np
import pytest

from s2s.runtime import Record, accumulate, add_at, as_gradient, zeros_of

Pair = namedtuple("Pair", "a b")


@dataclass(frozen=True)
class Layer:
    w: np.ndarray
    b: float


@pytest.mark.parametrize(
    "x, kind",
    [
        (1.5, float),
        (2, float),
        (1 + 2j, complex),
        (np.float32(3), np.float32),
        (np.complex64(3), np.complex64),
        (np.int64(3), float),
    ],
)
def test_zeros_of_scalars_keep_the_kind(x, kind):
    zero = zeros_of(x)
    assert type(zero) is kind and zero == 0


def test_zeros_of_arrays():
    assert zeros_of(np.ones(3, np.float32)).dtype == np.float32
    assert zeros_of(np.ones(3, complex)).dtype == complex
    assert zeros_of(np.arange(3)).dtype == np.float64
    assert zeros_of(np.float64(1) * np.ones(())).shape == ()


def test_zeros_of_containers_are_mutable():
    zeros = zeros_of((1.0, [np.ones(2)], {"k": Pair(1.0, 2.0)}))
    assert isinstance(zeros, list) and isinstance(zeros[2]["k"], list)
    assert zeros[2]["k"] == [0.0, 0.0]


def test_record_is_lazy_and_gives_items_and_attributes():
    cyclic = SimpleNamespace(w=np.ones(2))
    cyclic.self = cyclic
    record = zeros_of(cyclic)
    assert record.parts() == {}
    record.w += 2
    assert np.array_equal(record["w"], [2, 2]) and isinstance(record.self, Record)


def test_accumulate_is_never_in_place():
    a, b = np.ones(2), np.ones(2)
    total = accumulate([a, {"k": a}], [b, {"k": b, "l": 1.0}])
    assert np.array_equal(total[0], [2, 2]) and total[1]["l"] == 1.0
    assert np.array_equal(a, [1, 1]) and not np.shares_memory(total[0], a)


def test_accumulate_records():
    like = SimpleNamespace(u=1.0, v=2.0)
    a, b = Record(like), Record(like)
    a.u = 1.0
    b.u, b.v = 2.0, 5.0
    total = accumulate(a, b)
    assert total.parts() == {"u": 3.0, "v": 5.0} and a.parts() == {"u": 1.0}


def test_accumulate_refuses_what_does_not_match():
    with pytest.raises(ValueError):
        accumulate([1.0], [1.0, 2.0])
    with pytest.raises(TypeError):
        accumulate([1.0], np.ones(1))


@pytest.mark.parametrize(
    "index",
    [
        1,
        -1,
        (0, 2),
        slice(0, 2),
        (slice(None), 1),
        (None, 0, ..., None),
        ...,
        [0, 0, 1],
        np.array([[0, 1], [1, 1]]),
        (np.array([0, 0]), np.array([2, 2])),
        (slice(None), [1, 1]),
        [],
        np.array([True, False]),
        (np.array([True, True]), 1),
        np.arange(6).reshape(2, 3) > 2,
    ],
)
def test_add_at_is_the_transpose_of_reading(index):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(2, 3))
    v = rng.normal(size=np.shape(x[index]))
    shadow = np.zeros((2, 3))
    assert add_at(shadow, index, v) is shadow
    assert np.isclose(np.sum(shadow * x), np.sum(v * x[index]))


def test_add_at_other_shadows():
    assert add_at([1.0, 2.0, 3.0], slice(None, None, -1), [1.0, 0.0, 2.0]) == [3.0, 2.0, 4.0]
    assert add_at({"k": 1.0}, "k", 2.0) == {"k": 3.0}
    assert add_at([[0.0], 1.0], 0, [2.0]) == [[2.0], 1.0]
    with pytest.raises(TypeError, match="scalar"):  # never lost in silence
        add_at(np.float64(1), (), 2.0)
    assert np.array_equal(add_at(np.zeros(2), 0, 1 + 5j), [1, 0])
    zero_d = np.zeros(())
    assert add_at(zero_d, (), 2.0) is zero_d and zero_d == 2


@pytest.mark.parametrize(
    "g, x",
    [
        (np.float64(1), 2.0),
        (np.ones(()), 2.0),
        (1 + 2j, 2.0),
        (1.0, np.float32(2)),
        (1.0, np.ones((2, 3), np.float32)),
        (np.ones(3) * 1j, np.ones(3)),
        (np.ones(3), np.ones(3, complex)),
        (1, 1j),
    ],
)
def test_as_gradient_has_the_type_of_the_primal(g, x):
    out = as_gradient(g, x)
    assert type(out) is type(x) and np.shape(out) == np.shape(x)
    assert np.asarray(out).dtype == np.asarray(x).dtype


def test_as_gradient_is_fresh():
    g = np.ones(3)
    out = as_gradient(np.broadcast_to(g, (2, 3)), np.zeros((2, 3)))
    out += 1
    assert np.array_equal(g, [1, 1, 1])
    assert not np.shares_memory(as_gradient(g, np.zeros(3)), g)


def test_as_gradient_rebuilds_containers():
    x = (Pair(1.0, np.ones(2)), [2.0], {"k": Layer(np.ones(2), 1.0)})
    out = as_gradient(zeros_of(x), x)
    assert type(out[0]) is Pair and type(out[1]) is list and type(out[2]["k"]) is Layer
    assert out[2]["k"].b == 0.0 and np.array_equal(out[2]["k"].w, [0, 0])
    assert as_gradient(0.0, x)[1] == [0.0]


def test_as_gradient_of_an_object_is_a_record():
    x = SimpleNamespace(w=np.ones(2, np.float32), name="layer")
    g = zeros_of(x)
    g.w = np.ones(2)
    out = as_gradient(g, x)
    assert out.w.dtype == np.float32 and list(out.parts()) == ["w"]


@pytest.mark.parametrize(
    "x", [1, True, "s", None, np.arange(3), np.int32(1), [1.0, 2], {"n": 1}]
)
def test_as_gradient_refuses_what_has_none(x):
    with pytest.raises(TypeError, match="cast to float"):
        as_gradient(zeros_of(x), x)


def test_as_gradient_refuses_a_wrong_shape_or_structure():
    with pytest.raises(ValueError):
        as_gradient(np.ones(3), np.ones(2))
    with pytest.raises(ValueError):
        as_gradient([1.0], [1.0, 2.0])
    with pytest.raises(TypeError):
        as_gradient([1.0], np.ones(1))
    with pytest.raises(TypeError):
        as_gradient(np.ones(2), [1.0, 2.0])
