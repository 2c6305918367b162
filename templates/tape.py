"""Variables and tapes: an assignment is another read of the variable, and cuts the chain."""

import numpy as np

import s2s


@linear(assigned, "entry")
def _(entry, value) -> y:
    d[entry] = d[y]


@tangent(probed)
def _(x, probe) -> y:
    d[y] = d[x] + d[probe]


@adjoint(probed)
def _(x, probe) -> y:
    d[x] = d[y]
    d[probe] = d[y]


@linear(s2s.constant, "value")
def _(value, dtype=None, name=None) -> y:
    d[value] = d[y]


constant(detached, replaced)
