"""The kernels as JAX has to have them: without writes, their gradients compiled. Imports JAX.

`SAME` keeps the algorithm of the program, loop for loop and expression for expression, in the
files `jax_same_*`; `RETHOUGHT` (`jax_rethought`) has another one where JAX is better served by it.
"""

import inspect

import jax

from benchmarks.kernels.peers import (
    jax_rethought,
    jax_same_algebra,
    jax_same_grids,
    jax_same_others,
)

jax.config.update("jax_enable_x64", True)


def by_name(*families):
    """The rewrites of some files by the name of their kernel."""
    return {fn.__name__: fn for family in families for fn in family.REWRITES}


SAME = by_name(jax_same_algebra, jax_same_grids, jax_same_others)
RETHOUGHT = by_name(jax_rethought)

# What shapes and lengths of loops depend on: known when JAX compiles, no arguments afterwards.
KNOWN = ("steps", "sweeps", "most", "iterations", "pointers")


def gradient(fn, wrt, args):
    """The gradient of a rewrite by the parameters at `wrt`, as a function of nothing.

    It is compiled on its first call; the arguments are JAX's own before.
    """
    places = [k for k, name in enumerate(inspect.signature(fn).parameters) if name not in KNOWN]

    def of_the_rest(*rest):
        full = list(args)
        for k, value in zip(places, rest, strict=True):
            full[k] = value
        return fn(*full)

    compiled = jax.jit(jax.grad(of_the_rest, argnums=tuple(places.index(k) for k in wrt)))
    own = [jax.numpy.asarray(args[k]) for k in places]
    return lambda: jax.block_until_ready(compiled(*own))
