# ruff: noqa
"""Rules that wait for a package."""

requires = "scipy"

import scipy.special as special


@elementwise(special.expit)
def _(x) -> y:
    d[x] = d[y] * y * (1 - y)
