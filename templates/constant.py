"""Functions with a zero derivative: nothing flows through them, nothing is differentiated."""

import bisect
import math
import operator

import numpy as np

# New arrays
constant(
    np.zeros, np.ones, np.empty, np.zeros_like, np.ones_like, np.empty_like, np.eye,
    np.identity, np.tri, np.indices,
    np.tril_indices, np.triu_indices, np.tril_indices_from, np.triu_indices_from,
    np.diag_indices, np.diag_indices_from, np.mask_indices,
)  # fmt: skip

# Piecewise constant: the derivative is zero wherever there is one
constant(
    np.floor, np.ceil, np.trunc, np.rint, np.fix, np.round, np.around, np.floor_divide,
    np.signbit, math.ulp, operator.floordiv, operator.ifloordiv,
    math.floor, math.ceil, math.trunc, round, int, bool,
)  # fmt: skip

# (of a complex number it is the direction: see elementwise.py)
constant_on_reals(np.sign)

# Comparisons and predicates
constant(
    np.equal, np.not_equal, np.less, np.less_equal, np.greater, np.greater_equal,
    operator.eq, operator.ne, operator.lt, operator.le, operator.gt, operator.ge,
    operator.is_, operator.is_not, operator.not_, operator.truth, operator.contains,
    np.logical_and, np.logical_or, np.logical_not, np.logical_xor,
    np.bitwise_and, np.bitwise_or, np.bitwise_xor, np.invert, np.left_shift, np.right_shift,
    np.isnan, np.isinf, np.isfinite, np.isneginf, np.isposinf, np.isreal, np.iscomplex,
    np.isrealobj, np.iscomplexobj, np.isscalar, np.isclose, np.allclose, np.array_equal,
    np.array_equiv, np.all, np.any, np.isin, np.may_share_memory, np.shares_memory,
    math.isnan, math.isinf, math.isfinite, math.isclose,
    all, any, isinstance, issubclass, callable, hasattr, id, hash,
)  # fmt: skip

# Places and counts
constant(
    np.argmax, np.argmin, np.nanargmax, np.nanargmin, np.argsort, np.argpartition, np.lexsort,
    np.argwhere, np.nonzero, np.flatnonzero, np.count_nonzero, np.searchsorted, np.digitize,
    np.unravel_index, np.ravel_multi_index, bisect.bisect, bisect.bisect_left,
    np.packbits, np.unpackbits,
)  # fmt: skip

# Facts about shapes and types
constant(
    np.shape, np.ndim, np.size, len, range, type, slice,
    insertion_place, splice_place,
    np.result_type, np.promote_types, np.can_cast, np.min_scalar_type, np.common_type,
    np.finfo, np.iinfo, np.broadcast_shapes, np.dtype, np.issubdtype, np.isdtype,
    np.linalg.matrix_rank,
)  # fmt: skip

# Integers and bit patterns
constant(
    np.int8, np.int16, np.int32, np.int64, np.uint8, np.uint16, np.uint32, np.uint64, np.bool_,
    np.intp, np.gcd, np.lcm, np.bitwise_count, math.gcd, math.lcm, math.factorial, math.comb,
    math.perm, math.isqrt,
)  # fmt: skip

# Random numbers, whose parameters are taken as given
constant(
    np.random.rand, np.random.randn, np.random.randint, np.random.random, np.random.seed,
    np.random.bytes,
    np.random.random_sample,
)  # fmt: skip

# Text
constant(
    print, str, repr, format, ascii, np.array2string, np.array_repr, np.array_str,
    np.format_float_positional, np.format_float_scientific,
)  # fmt: skip

# Parts of other derivatives that are piecewise constant themselves
constant(
    tie_share, extreme_share, start_share, pick_share, inside, below, above, reduced_size, zeros_of,
    is_sequence, is_mapping, median_share, sorting_order, place_of_largest, place_of_smallest,
    inverse_permutation, einsum_plain,
    einsum_reversed,
    linspace_weights, flat_index, mask_of, diagonal_index, along_axis_index,
    unmasked, require_no_array, require_no_numpy, require_separate,
)  # fmt: skip
