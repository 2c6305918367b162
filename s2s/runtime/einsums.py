"""Transposes of einsum."""

from __future__ import annotations

from typing import Any

import numpy as np


def _einsum_terms(subscripts: str) -> tuple[list[str], str]:
    """The subscripts of the operands and of the result, written out where implicit."""
    if not isinstance(subscripts, str):
        raise TypeError("np.einsum is differentiated with its subscripts as one string")
    text = subscripts.replace(" ", "")
    inputs, arrow, output = text.partition("->")
    if not arrow:
        letters = inputs.replace(",", "").replace(".", "")
        output = "".join(sorted(c for c in set(letters) if letters.count(c) == 1))
        output = ("..." if "..." in inputs else "") + output
    return inputs.split(","), output


def einsum_plain(subscripts: str, k: int) -> bool:
    """Whether the adjoint of operand `k` is one einsum: no diagonal, ellipsis or lone sum.

    Parameters
    ----------
    subscripts : str
        Of the primal einsum.
    k : int
        The operand.

    Returns
    -------
    bool
        Whether nothing is left for `einsum_place` but to undo broadcasting.

    Examples
    --------
    >>> einsum_plain("ij,jk->ik", 0), einsum_plain("ii->i", 0), einsum_plain("ij->i", 0)
    (True, False, False)
    """
    terms, output = _einsum_terms(subscripts)
    own = terms[k]
    rest = output + "".join(terms[:k] + terms[k + 1 :])
    return "..." not in subscripts and len(set(own)) == len(own) and set(own) <= set(rest)


def einsum_reversed(subscripts: str, k: int) -> str:
    """The subscripts of the adjoint of operand `k`, from the result and the other operands.

    Parameters
    ----------
    subscripts : str
        Of the primal einsum.
    k : int
        The operand.

    Returns
    -------
    str
        For the adjoint of the result first, then the other operands.

    Examples
    --------
    >>> einsum_reversed("ij,jk->ik", 0), einsum_reversed("ij,jk->ik", 1)
    ('ik,jk->ij', 'ik,ij->jk')
    """
    terms, output = _einsum_terms(subscripts)
    inputs = [output, *terms[:k], *terms[k + 1 :]]
    there = set("".join(inputs)) - {"."}
    core = "".join(dict.fromkeys(c for c in terms[k] if c in there))
    dots = "..." if any("..." in term for term in inputs) else ""
    return ",".join(inputs) + "->" + dots + core


def einsum_place(core: Any, subscripts: str, k: int, x: Any) -> Any:
    """Bring the einsum of `einsum_reversed` into the shape of operand `k`.

    Parameters
    ----------
    core : array
        The einsum.
    subscripts : str
        Of the primal einsum.
    k : int
        The operand.
    x : array
        The operand itself, for its shape.

    Returns
    -------
    array
        Diagonals filled in, lone sums spread, broadcasting undone.

    Examples
    --------
    >>> einsum_place(np.array([1.0, 2.0]), "ii->i", 0, np.zeros((2, 2)))
    array([[1., 0.],
           [0., 2.]])
    """
    own = _einsum_terms(subscripts)[0][k]
    letters = own.replace("...", "")
    distinct = "".join(dict.fromkeys(letters))
    kept = einsum_reversed(subscripts, k).partition("->")[2].replace("...", "")
    out = np.zeros(np.shape(x), dtype=np.result_type(core, x))
    target = np.einsum(f"{own}->...{distinct}" if "..." in own else f"{own}->{distinct}", out)
    dots = target.ndim - len(distinct)
    extra = np.ndim(core) - len(kept) - dots
    if extra:
        core = np.sum(core, axis=tuple(range(extra)))
    lone = [dots + j for j, c in enumerate(distinct) if c not in kept]
    core = np.expand_dims(core, tuple(lone))
    pairs = enumerate(zip(target.shape, core.shape))
    ones = tuple(j for j, (n, m) in pairs if n == 1 and m != 1)
    target[...] = np.sum(core, axis=ones, keepdims=True) if ones else core
    return out


def einsum_pick(bar: Any, subscripts: str, k: int, core: Any) -> Any:
    """The transpose of `einsum_place`.

    Parameters
    ----------
    bar : array
        In the shape of operand `k`.
    subscripts : str
        Of the primal einsum.
    k : int
        The operand.
    core : array
        Gives the shape.

    Returns
    -------
    array
        In the shape of `core`.

    Examples
    --------
    >>> einsum_pick(np.array([[1.0, 5.0], [5.0, 2.0]]), "ii->i", 0, np.zeros(2))
    array([1., 2.])
    """
    own = _einsum_terms(subscripts)[0][k]
    kept = einsum_reversed(subscripts, k).partition("->")[2].replace("...", "")
    picked = np.einsum(f"{own}->...{kept}" if "..." in own else f"{own}->{kept}", bar)
    return np.broadcast_to(picked, np.shape(core))
