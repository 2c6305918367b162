import numpy as np
from s2s.runtime import as_gradient, einsum_place


def bilinear_grad(x, w, y, bilinear_bar=1.0):
    """Gradient of `bilinear` with respect to x, w, y."""
    score = np.einsum("bi,ij,bj->b", x, w, y)

    # return np.sum(score**2) + np.einsum("ii->", w) ** 2
    core = np.einsum("->", bilinear_bar * (2 * np.einsum("ii->", w)))
    w_bar = einsum_place(core, "ii->", 0, w)
    score_bar = 2 * bilinear_bar * score
    # score = np.einsum("bi,ij,bj->b", x, w, y)
    x_bar = np.einsum("b,ij,bj->bi", score_bar, w, y)
    y_bar = np.einsum("b,bi,ij->bj", score_bar, x, w)
    w_bar = w_bar + np.einsum("b,bi,bj->ij", score_bar, x, y)
    return as_gradient(x_bar, x), as_gradient(w_bar, w), as_gradient(y_bar, y)
