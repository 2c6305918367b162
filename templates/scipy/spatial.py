"""scipy.spatial: distances between vectors and between rows."""

requires = "scipy.spatial"

import numpy as np
import scipy.spatial
import scipy.spatial.distance


@macro
def along_rows(x):
    return np.sum(x, axis=-1)


@macro
def cosine_of(a, b):
    sizes = np.linalg.norm(a, axis=-1) * np.linalg.norm(b, axis=-1)
    return 1 - along_rows(a * b) / sizes


@macro
def jensen_shannon(a, b):
    p, q = a / np.sum(a, axis=-1, keepdims=True), b / np.sum(b, axis=-1, keepdims=True)
    m = (p + q) / 2
    return np.sqrt(along_rows(scipy.special.rel_entr(p, m) + scipy.special.rel_entr(q, m)) / 2)


@macro
def distance(a, b, metric, p, V, VI):
    if metric == "euclidean":
        return np.linalg.norm(a - b, axis=-1)
    if metric == "sqeuclidean":
        return along_rows((a - b) ** 2)
    if metric == "cityblock":
        return along_rows(np.abs(a - b))
    if metric == "chebyshev":
        return np.max(np.abs(a - b), axis=-1)
    if metric == "minkowski":
        return np.linalg.norm(a - b, p, axis=-1)
    if metric == "canberra":
        return along_rows(ratio(np.abs(a - b), np.abs(a) + np.abs(b)))
    if metric == "braycurtis":
        return along_rows(np.abs(a - b)) / along_rows(np.abs(a + b))
    if metric == "cosine":
        return cosine_of(a, b)
    if metric == "correlation":
        return cosine_of(
            a - np.mean(a, axis=-1, keepdims=True), b - np.mean(b, axis=-1, keepdims=True)
        )
    if metric == "seuclidean" and V is not None:
        return np.linalg.norm((a - b) / np.sqrt(V), axis=-1)
    if metric == "mahalanobis" and VI is not None:
        return np.sqrt(along_rows((a - b) @ VI * (a - b)))
    if metric == "jensenshannon":
        return jensen_shannon(a, b)
    return not_differentiated(along_rows(a - b), "this metric")


@linear(not_differentiated, "x")
def _(x, what) -> y:
    d[x] = not_differentiated(d[y], what)


# Of two vectors


@composite(scipy.spatial.distance.euclidean, "u", "v")
def _(u, v) -> y:
    return np.linalg.norm(np.asarray(u) - np.asarray(v))


@composite(scipy.spatial.distance.sqeuclidean, "u", "v")
def _(u, v) -> y:
    return along_rows((np.asarray(u) - np.asarray(v)) ** 2)


@composite(scipy.spatial.distance.cityblock, "u", "v")
def _(u, v) -> y:
    return along_rows(np.abs(np.asarray(u) - np.asarray(v)))


@composite(scipy.spatial.distance.chebyshev, "u", "v")
def _(u, v) -> y:
    return np.max(np.abs(np.asarray(u) - np.asarray(v)))


@composite(scipy.spatial.distance.minkowski, "u", "v")
def _(u, v, p=2) -> y:
    return np.linalg.norm(np.asarray(u) - v, p)


@composite(scipy.spatial.distance.canberra, "u", "v")
def _(u, v) -> y:
    return distance(np.asarray(u), np.asarray(v), "canberra", 2, None, None)


@composite(scipy.spatial.distance.braycurtis, "u", "v")
def _(u, v) -> y:
    return distance(np.asarray(u), np.asarray(v), "braycurtis", 2, None, None)


@composite(scipy.spatial.distance.cosine, "u", "v")
def _(u, v) -> y:
    return cosine_of(np.asarray(u), np.asarray(v))


@composite(scipy.spatial.distance.correlation, "u", "v")
def _(u, v) -> y:
    return distance(np.asarray(u), np.asarray(v), "correlation", 2, None, None)


@composite(scipy.spatial.distance.seuclidean, "u", "v", "V")
def _(u, v, V) -> y:
    return np.linalg.norm((np.asarray(u) - np.asarray(v)) / np.sqrt(V))


@composite(scipy.spatial.distance.mahalanobis, "u", "v", "VI")
def _(u, v, VI) -> y:
    off = np.asarray(u) - np.asarray(v)
    return np.sqrt(np.dot(np.dot(off, VI), off))


@composite(scipy.spatial.distance.jensenshannon, "p", "q")
def _(p, q, base=None) -> y:
    whole = jensen_shannon(np.asarray(p), np.asarray(q))
    return whole if base is None else whole / np.sqrt(np.log(base))


# Of rows


@composite(scipy.spatial.distance.cdist, "XA", "XB", "V", "VI")
def _(XA, XB, metric="euclidean", *, out=None, p=2, V=None, VI=None) -> y:
    return distance(np.asarray(XA)[:, None, :], np.asarray(XB)[None], metric, p, V, VI)


@composite(scipy.spatial.distance.pdist, "X", "V", "VI")
def _(X, metric="euclidean", *, out=None, p=2, V=None, VI=None) -> y:
    first, second = np.triu_indices(np.shape(X)[0], 1)
    return distance(np.take(X, first, axis=0), np.take(X, second, axis=0), metric, p, V, VI)


@linear(scipy.spatial.distance.squareform, "X")
def _(X, force="no", checks=True) -> y:
    how = force, checks
    if ndim(X) == 1:
        d[X] = scipy.spatial.distance.squareform(d[y] + mT(d[y]), "tovector", False)
    else:
        d[X] = scipy.spatial.distance.squareform(d[y] / 2, "tomatrix", False)


@composite(scipy.spatial.minkowski_distance, "x", "y")
def _(x, y, p=2.0) -> z:
    return np.linalg.norm(np.asarray(x) - np.asarray(y), p, axis=-1)
