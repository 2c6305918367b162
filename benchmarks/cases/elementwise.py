"""Elementwise arithmetic, bound by memory or by transcendental functions."""

import numpy as np

from benchmarks.cases import Case


def sum_tanh(x):
    """One transcendental function on everything."""
    return np.sum(np.tanh(x))


def sum_tanh_by_hand(x):
    """Value and gradient."""
    y = np.tanh(x)
    value = np.sum(y)
    y *= y
    return value, np.subtract(1.0, y, out=y)


def chain(x, a):
    """Ten cheap operations in a row."""
    y = x * a
    y = y + 1.0
    y = y * y
    y = y - x
    y = y * 0.5
    y = y / (1.0 + x * x)
    y = y + a
    y = y * y
    return np.mean(y)


def chain_by_hand(x, a):
    """Value and gradient."""
    p = x * a + 1.0
    w = p * p - x
    w *= 0.5
    d = x * x
    d += 1.0
    q = w / d
    y = q + a
    value = np.mean(y * y)
    y *= 2.0 / y.size
    a_bar = np.sum(y)
    y /= d
    x_bar = -2.0 * x
    x_bar *= q
    x_bar -= 0.5
    x_bar *= y
    p *= y
    a_bar += np.dot(p, x)
    p *= a
    x_bar += p
    return value, (x_bar, a_bar)


def normal_cdf(z):
    """The standard normal distribution function, after Page (1977)."""
    return 1.0 / (1.0 + np.exp(-1.5976 * z - 0.07056 * z**3))


def black_scholes(spot, strike, vol, expiry):
    """The value of a book of European calls."""
    root = vol * np.sqrt(expiry)
    d1 = np.log(spot / strike) / root + 0.5 * root
    price = spot * normal_cdf(d1) - strike * normal_cdf(d1 - root)
    return np.sum(price)


def black_scholes_by_hand(spot, strike, vol, expiry):
    """The value of the book and its greeks for spot and volatility."""
    years = np.sqrt(expiry)
    root = vol * years
    log = np.log(spot / strike)
    d1 = log / root + 0.5 * root
    d2 = d1 - root
    c1 = 1.0 / (1.0 + np.exp(-1.5976 * d1 - 0.07056 * d1**3))
    c2 = 1.0 / (1.0 + np.exp(-1.5976 * d2 - 0.07056 * d2**3))
    value = np.sum(spot * c1 - strike * c2)
    s1 = spot * (c1 * (1.0 - c1) * (1.5976 + 0.21168 * d1 * d1))
    s2 = strike * (c2 * (1.0 - c2) * (1.5976 + 0.21168 * d2 * d2))
    d1_bar = s1 - s2
    root_bar = s2 + d1_bar * (0.5 - log / (root * root))
    return value, (c1 + d1_bar / (root * spot), root_bar * years)


def _book(quick):
    n = 2_000 if quick else 100_000
    rng = np.random.default_rng(0)
    spot, strike = rng.uniform(80, 120, n), rng.uniform(80, 120, n)
    return spot, strike, rng.uniform(0.1, 0.4, n), rng.uniform(0.1, 2.0, n)


def _numbers(n, *more):
    def arguments(quick):
        size = min(n, 20_000) if quick else n
        return (np.random.default_rng(0).normal(size=size), *more)

    return arguments


CASES = (
    Case("tanh on 1e7", sum_tanh, _numbers(10_000_000), sum_tanh_by_hand),
    Case("chain of 10 on 1e6", chain, _numbers(1_000_000, 0.7), chain_by_hand, (0, 1)),
    Case("Black-Scholes 1e5", black_scholes, _book, black_scholes_by_hand, (0, 2)),
)
