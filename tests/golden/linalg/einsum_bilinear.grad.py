import numpy as np
from s2s.runtime import as_gradient, einsum_place, einsum_plain, einsum_reversed, require_scalar, unbroadcast


def einsum_adjoint_operands_0_1(y_bar, subscripts, operands_0):
    if einsum_plain(subscripts, 0):
        return unbroadcast(np.einsum(einsum_reversed(subscripts, 0), y_bar), operands_0)
    core = np.einsum(einsum_reversed(subscripts, 0), y_bar)
    return einsum_place(core, subscripts, 0, operands_0)


def einsum_adjoint_operands_0_3(y_bar, subscripts, operands_0, operands_1, operands_2):
    if einsum_plain(subscripts, 0):
        t = np.einsum(einsum_reversed(subscripts, 0), y_bar, operands_1, operands_2)
        return unbroadcast(t, operands_0)
    core = np.einsum(einsum_reversed(subscripts, 0), y_bar, operands_1, operands_2)
    return einsum_place(core, subscripts, 0, operands_0)


def einsum_adjoint_operands_1_3(y_bar, subscripts, operands_0, operands_1, operands_2):
    if einsum_plain(subscripts, 1):
        t = np.einsum(einsum_reversed(subscripts, 1), y_bar, operands_0, operands_2)
        return unbroadcast(t, operands_1)
    core = np.einsum(einsum_reversed(subscripts, 1), y_bar, operands_0, operands_2)
    return einsum_place(core, subscripts, 1, operands_1)


def einsum_adjoint_operands_2_3(y_bar, subscripts, operands_0, operands_1, operands_2):
    if einsum_plain(subscripts, 2):
        t = np.einsum(einsum_reversed(subscripts, 2), y_bar, operands_0, operands_1)
        return unbroadcast(t, operands_2)
    core = np.einsum(einsum_reversed(subscripts, 2), y_bar, operands_0, operands_1)
    return einsum_place(core, subscripts, 2, operands_2)


def bilinear_grad(x, w, y, bilinear_bar=1.0):
    """Gradient of `bilinear` with respect to x, w, y."""
    score = np.einsum("bi,ij,bj->b", x, w, y)
    t = np.einsum("ii->", w)
    require_scalar(np.sum(score**2) + t**2)

    # return np.sum(score**2) + np.einsum("ii->", w) ** 2
    w_bar = einsum_adjoint_operands_0_1(bilinear_bar * (2 * t), "ii->", w)
    score_bar = 2 * bilinear_bar * score
    # score = np.einsum("bi,ij,bj->b", x, w, y)
    x_bar = einsum_adjoint_operands_0_3(score_bar, "bi,ij,bj->b", x, w, y)
    w_bar_2 = einsum_adjoint_operands_1_3(score_bar, "bi,ij,bj->b", x, w, y)
    y_bar = einsum_adjoint_operands_2_3(score_bar, "bi,ij,bj->b", x, w, y)
    w_bar = w_bar + w_bar_2
    x_bar = as_gradient(x_bar, x)
    w_bar = as_gradient(w_bar, w)
    y_bar = as_gradient(y_bar, y)
    return x_bar, w_bar, y_bar
