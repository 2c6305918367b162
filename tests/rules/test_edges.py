"""Where textbooks stop: kinks, ties, zeros, infinities and the ends of the number range."""

import warnings

import numpy as np
import pytest

import s2s

E0 = np.array([0.0, 0.0])


def bars(fn, *args, cotangent=None):
    """The adjoints of all arguments, for a cotangent of ones."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        value, pullback = s2s.vjp(fn, *args)
        return pullback(np.ones(np.shape(value))[()] if cotangent is None else cotangent)


def check(fn, args, *expected, cotangent=None, rtol=1e-12):
    """Compare the adjoints with what they are."""
    found = bars(fn, *args, cotangent=cotangent)
    for bar, right in zip(found, expected, strict=True):
        np.testing.assert_allclose(bar, right, rtol=rtol)


def test_norms_and_deviations_at_zero():
    check(lambda x: np.linalg.norm(x), (E0,), E0)
    check(lambda x: np.linalg.norm(x, axis=1), (np.zeros((2, 2)),), np.zeros((2, 2)))
    check(lambda x: np.linalg.norm(x, 3), (E0,), E0)
    check(lambda x: np.linalg.norm(x, 2), (np.zeros((2, 2)),), np.zeros((2, 2)))
    check(lambda x: np.std(x), (np.ones(3),), np.zeros(3))
    check(lambda x: np.std(x, axis=0), (np.ones((3, 2)),), np.zeros((3, 2)))


def test_roots_at_zero():
    x = np.array([0.0, 4.0])
    check(lambda x: np.sqrt(x), (x,), [np.inf, 0.25])
    check(lambda x: np.sqrt(x), (x,), [0.0, 0.25], cotangent=np.array([0.0, 1.0]))
    check(lambda x: np.sqrt(x)[1:], (x,), [0.0, 0.25])
    check(lambda x: np.where(x > 0, np.sqrt(x), 0.0), (x,), [0.0, 0.25])


def test_absolute_values_at_zero():
    check(lambda x: np.abs(x), (np.array([-2.0, 0.0, 3.0]),), [-1.0, 0.0, 1.0])
    check(lambda x: abs(x), (0.0,), 0.0)
    check(lambda x: np.abs(x), (np.array([0j, 3 + 4j]),), [0, 0.6 - 0.8j])
    check(lambda z: np.angle(z), (np.array([0j, 1j]),), [0, -1])


def test_steps_are_flat():
    x = np.array([-1.5, 0.0, 2.0])
    check(lambda x: x * np.sign(x), (x,), np.sign(x))
    check(lambda x: x * np.floor(x), (x,), np.floor(x))
    check(lambda x: x * (x // 1.0), (x,), x // 1.0)
    check(lambda x: x * x.astype(int), (x,), x.astype(int))


@pytest.mark.parametrize("name", ["maximum", "minimum", "fmax", "fmin"])
def test_ties_of_two_are_shared(name):
    fn = getattr(np, name)
    check(lambda a, b: fn(a, b), (np.ones(2), np.ones(2)), [0.5, 0.5], [0.5, 0.5])
    check(lambda x: fn(x, 0.0), (np.zeros(1),), [0.5])


def test_ties_of_many_are_shared():
    x = np.array([3.0, 1.0, 3.0, 1.0])
    check(lambda x: np.max(x), (x,), [0.5, 0, 0.5, 0])
    check(lambda x: np.min(x), (x,), [0, 0.5, 0, 0.5])
    check(lambda x: np.linalg.norm(x, np.inf), (-x,), [-0.5, 0, -0.5, 0])
    check(lambda x: np.median(x), (np.array([1.0, 2.0, 2.0, 5.0]),), [0, 0.5, 0.5, 0])
    check(lambda x: max([x, 1.0]), (1.0,), 0.5)
    check(lambda x: np.ptp(x), (x,), [0.5, -0.5, 0.5, -0.5])


def test_sort_moves_ties_in_their_order():
    check(lambda x: np.sort(x), (np.array([2.0, 1.0, 2.0]),), [10.0, 1.0, 100.0],
          cotangent=np.array([1.0, 10.0, 100.0]))  # fmt: skip


def test_clip_passes_at_its_bounds():
    x = np.array([0.0, 1.0, 2.0, 3.0])
    check(lambda x: np.clip(x, 1.0, 2.0), (x,), [0, 1, 1, 0])
    check(lambda x: np.clip(x, 1.0, None), (x,), [0, 1, 1, 1])


def test_powers():
    zero = np.zeros(3)
    check(lambda x: x**0, (zero,), zero)
    check(lambda x: x**0.0, (zero,), zero)
    check(lambda x: np.power(x, np.array([0, 1, 2])), (zero,), [0, 1, 0])
    check(lambda x, n: x**n, (zero, np.zeros(3)), zero, zero)
    check(lambda n: 0.0**n, (np.array([1.0, 2.0]),), [0, 0])
    assert np.isnan(bars(lambda n: (-2.0) ** n, np.array([2.0]))[0]).all()
    check(lambda x: x**3, (np.array([-2.0]),), [12.0])


def test_products_with_zeros_are_exact():
    check(lambda x: np.prod(x), (np.array([2.0, 0.0, 5.0]),), [0, 10, 0])
    check(lambda x: np.prod(x), (np.array([0.0, 0.0, 5.0]),), [0, 0, 0])
    check(lambda x: np.prod(x, axis=0), (np.array([[0.0, 2.0], [3.0, 4.0]]),), [[3, 4], [0, 2]])
    check(lambda x: np.cumprod(x), (np.array([2.0, 0.0, 5.0]),), [1, 2 + 10, 0])


def test_determinant_of_a_singular_matrix():
    a = np.array([[1.0, 2.0], [2.0, 4.0]])
    check(lambda a: np.linalg.det(a), (a,), [[4, -2], [-2, 1]])
    check(lambda a: np.linalg.det(a), (np.zeros((3, 3)),), np.zeros((3, 3)))


def test_degenerate_spectra():
    # The basis inside an eigenspace is arbitrary: its derivative is left out where the
    # cotangent does not ask for it, so that nothing becomes infinite or NaN.
    a = np.diag([2.0, 2.0, 5.0])

    def traced(a):
        w, v = np.linalg.eigh(a)
        return np.sum((v * w) @ v.T * np.diag([1.0, 1.0, 3.0]))

    def by_svd(a):
        u, s, vh = np.linalg.svd(a)
        return np.sum((u * s) @ vh * np.diag([1.0, 1.0, 3.0]))

    def general(a):
        w, v = np.linalg.eigh(a)
        return np.sum((v * np.sqrt(w)) @ v.T * np.arange(9.0).reshape(3, 3))

    check(lambda a: np.sum(np.linalg.eigvalsh(a)), (a,), np.eye(3))
    check(lambda a: np.sum(np.linalg.svdvals(a)), (a,), np.eye(3))
    for fn in (traced, by_svd):
        np.testing.assert_allclose(bars(fn, a)[0], np.diag([1.0, 1.0, 3.0]), atol=1e-12)
        np.testing.assert_allclose(bars(fn, np.eye(3))[0], np.diag([1.0, 1.0, 3.0]), atol=1e-12)
    assert np.isfinite(bars(general, a)[0]).all()


def test_one_triangle_is_read_and_both_share_the_gradient():
    a = np.array([[4.0, 1.0], [1.0, 3.0]])
    for fn in (np.linalg.cholesky, np.linalg.eigvalsh):
        bar = bars(lambda a: np.sum(fn(a) ** 3), a)[0]
        np.testing.assert_allclose(bar, bar.T)


def test_rank_deficient_least_squares():
    a, b = np.array([[1.0, 1.0], [1.0, 1.0], [1.0, 1.0]]), np.array([1.0, 2.0, 4.0])

    def solution(a, b):
        x, res, rank, s = np.linalg.lstsq(a, b)
        return np.sum(x)

    for bar in bars(solution, a, b):
        assert np.isfinite(bar).all()
    assert np.isfinite(bars(lambda a: np.linalg.pinv(a), a)[0]).all()


@pytest.mark.parametrize("size", [1e-200, 1.0, 1e200])
def test_no_overflow(size):
    a, b = 3 * size, 4 * size
    check(lambda a, b: np.hypot(a, b), (a, b), 0.6, 0.8)
    check(lambda a, b: np.arctan2(a, b), (a, b), 0.16 / size, -0.12 / size)
    check(lambda a, b: a / b, (a, b), 1 / b, -0.75 / b)
    check(lambda a: 1 / a, (a,), -1 / a / a)
    large = max(a, 2.0)
    check(lambda x: np.arcsinh(x), (a,), 1 / np.hypot(1, a))
    check(lambda x: np.arccosh(x), (large,), 1 / np.sqrt(large - 1) / np.sqrt(large + 1), rtol=1e-9)


def test_logarithms_of_nothing():
    none = np.array([-np.inf, -np.inf])
    check(lambda a, b: np.logaddexp(a, b), (none, none), [0.5, 0.5], [0.5, 0.5])
    check(lambda a, b: np.logaddexp(a, b), (-np.inf, 0.0), 0.0, 1.0)
    check(lambda a, b: np.logaddexp(a, b), (1000.0, 0.0), 1.0, 0.0)


def test_origins():
    check(lambda a, b: np.arctan2(a, b), (0.0, 0.0), 0.0, 0.0)
    check(lambda a, b: np.hypot(a, b), (0.0, 0.0), 0.0, 0.0)
    check(lambda x: np.sinc(x), (np.array([0.0, 1e-9]),), [0.0, -(np.pi**2) / 3 * 1e-9], rtol=1e-6)
    check(lambda x: np.vander(x, 3), (np.zeros(2),), [1.0, 1.0])
    check(lambda p, x: np.polyval(p, x), (np.ones(3), 0.0), [0, 0, 1], 1.0)


def test_interpolation_at_a_knot_takes_the_slope_to_the_right():
    xp, fp = np.array([0.0, 1.0, 2.0]), np.array([0.0, 3.0, 4.0])
    x = np.array([-1.0, 0.0, 1.0, 2.0, 3.0])
    check(lambda x: np.interp(x, xp, fp), (x,), [0, 3, 1, 0, 0])


def test_single_precision_among_double_constants():
    scale = np.float32(2.0)
    for fn in (
        lambda x: np.mean(x * scale, axis=0), lambda x: np.var(x), lambda x: x**2,
        lambda x: np.maximum(x, 0.0), lambda x: np.prod(x), lambda x: np.std(x, axis=1),
    ):  # fmt: skip
        assert bars(fn, np.ones((2, 3), np.float32) * scale)[0].dtype == np.float32


X1 = np.array([0.0, 1.0])
HIDDEN = {
    "sin(x) / x": (lambda x: np.where(x != 0, np.sin(x) / x, 1.0), X1, np.cos(1) - np.sin(1)),
    "x log x": (lambda x: np.where(x > 0, x * np.log(x), 0.0), X1, 1.0),
    "1 / x": (lambda x: np.where(x > 0, 1 / x, 0.0), X1, -1.0),
    "log": (lambda x: np.where(x > 0, np.log(x), 0.0), X1, 1.0),
    "log2": (lambda x: np.where(x > 0, np.log2(x), 0.0), X1, 1 / np.log(2)),
    "a root": (lambda x: np.where(x > 0, x**0.5, 0.0), X1, 0.5),
    "a negative power": (lambda x: np.where(x > 0, x**-1, 0.0), X1, -1.0),
    "exp": (lambda x: np.where(x < 2, np.exp(1000 - 1000 * x), 0.0), np.array([2.0, 1.0]), -1000),
    "arcsin": (lambda x: np.where(x < 1, np.arcsin(x), 0.0), np.array([1.0, 0.0]), 1.0),
    "arctanh": (lambda x: np.where(x < 1, np.arctanh(x), 0.0), np.array([1.0, 0.0]), 1.0),
    "select": (lambda x: np.select([x > 0], [np.log(x)], 0.0), X1, 1.0),
    "a mask": (lambda x: np.log(x)[x > 0], X1, 1.0),
}


@pytest.mark.parametrize("name", HIDDEN)
def test_the_side_not_taken_stays_zero(name):
    fn, x, slope = HIDDEN[name]
    check(fn, (x,), [0.0, slope])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tangent = s2s.jvp(lambda x: np.sum(fn(x)), (x,), (np.ones(2),))[1]
    np.testing.assert_allclose(tangent, slope)


def test_a_root_of_squares_at_zero():
    for fn in (
        lambda x: np.sqrt(np.sum(x**2)), lambda x: np.sqrt(np.sum(x * x)),
        lambda x: np.sqrt(x @ x), lambda x: np.sqrt(x[0] ** 2 + np.square(x[1])),
        lambda x: np.sqrt(np.mean(np.square(x))), lambda x: np.sqrt((x**2).sum()),
    ):  # fmt: skip
        check(fn, (E0,), E0)
    check(lambda x: np.sqrt(np.sum(x**2)), (np.array([3.0, 4.0]),), [0.6, 0.8])
    check(lambda x: np.sqrt(np.sum(x)), (E0,), [np.inf, np.inf])


def test_the_negative_base():
    assert np.isnan(bars(lambda n: np.power(-2.0, n), 2.0)[0])


def test_reductions_of_nothing():
    none = np.array([-np.inf, -np.inf])
    check(lambda x: np.logaddexp.reduce(x), (none,), [0.5, 0.5])


def test_integers_have_no_derivative():
    for x in (np.arange(3), 2, True):
        with pytest.raises(TypeError, match="cast to float"):
            s2s.grad(lambda x: np.sum(x * 1.0))(x)


def test_a_constant_changed_after_its_use():
    def fn(x):
        a = np.array([1.0, 2.0])
        y = a * x
        a *= 5.0
        return np.sum(y * y)

    np.testing.assert_allclose(s2s.grad(fn)(np.ones(2)), [2.0, 8.0])


def test_an_update_of_a_view_changes_the_array():
    def fn(x):
        y = x * 1.0
        v = y[1:]
        v *= 3
        return np.sum(y)

    np.testing.assert_allclose(s2s.grad(fn)(np.ones(3)), [1.0, 3.0, 3.0])


def test_numbers_out_of_arrays():
    x = np.array([0.5, 2.0])
    check(lambda x: x[1].item() * float(x[0]), (x,), [2.0, 0.5])
    check(lambda x: np.unique(x), (np.array([2.0, 1.0, 3.0]),), [1, 1, 1])
    check(lambda x: np.sin([x, 2 * x]), (0.5,), np.cos(0.5) + 2 * np.cos(1.0))
    check(lambda x: x.astype(int) * 1.0, (x,), [0.0, 0.0])


def test_a_complex_argument_of_a_real_loss():
    z = np.array([1.0 + 2.0j])
    np.testing.assert_allclose(s2s.grad(lambda z: np.sum(np.abs(z) ** 2))(z), 2 * np.conj(z))
