"""scipy.spatial.transform: the derivative of a rotation is the vector that it turns about.

A rotation moves by `exp([w]) R`, with the vector `w` as its derivative.
"""

requires = "scipy.spatial.transform"

import numpy as np
import scipy.spatial.transform


@tangent(
    scipy.spatial.transform.Rotation.from_rotvec, gives=scipy.spatial.transform.Rotation
)  # fmt: skip
def _(rotvec) -> r:
    # The left Jacobian of the exponential map.
    square = np.sum(rotvec * rotvec, axis=-1, keepdims=True)
    once = np.cross(rotvec, d[rotvec])
    half = 0.5 * np.sinc(np.sqrt(square) / 6.283185307179586) ** 2
    d[r] = d[rotvec] + half * once + turn_factor(square) * np.cross(rotvec, once)


@tangent(scipy.spatial.transform.Rotation.from_quat, gives=scipy.spatial.transform.Rotation)
def _(quat) -> r:
    # The scalar part comes last; the length does not count.
    v, w = quat[..., :3], quat[..., 3:]
    dv, dw = d[quat][..., :3], d[quat][..., 3:]
    size = np.sum(quat * quat, axis=-1, keepdims=True)
    d[r] = 2 * (w * dv - dw * v + np.cross(v, dv)) / size


@tangent(scipy.spatial.transform.Rotation.apply)
def _(self, vectors, inverse=False) -> y:
    if inverse:
        moved = d[vectors] - np.cross(d[self], vectors)
        d[y] = scipy.spatial.transform.Rotation.apply(self, moved, True)
    else:
        d[y] = np.cross(d[self], y) + scipy.spatial.transform.Rotation.apply(self, d[vectors])


@linear(scipy.spatial.transform.Rotation.apply, "vectors")
def _(self, vectors, inverse=False) -> y:
    if inverse:
        d[vectors] = sum_to(scipy.spatial.transform.Rotation.apply(self, d[y]), vectors)
    else:
        d[vectors] = sum_to(scipy.spatial.transform.Rotation.apply(self, d[y], True), vectors)


@adjoint(scipy.spatial.transform.Rotation.apply)
def _(self, vectors, inverse=False) -> y:
    if inverse:
        turned = scipy.spatial.transform.Rotation.apply(self, d[y])
        d[self] = turns_of(np.cross(turned, vectors), self)
    else:
        d[self] = turns_of(np.cross(y, d[y]), self)


@linear(turns_of, "g")
def _(g, rotation) -> y:
    d[g] = spread_to(d[y], g)


@tangent(scipy.spatial.transform.Rotation.as_matrix)
def _(self) -> m:
    d[m] = mT(np.cross(d[self][..., None, :], mT(m)))


@adjoint(scipy.spatial.transform.Rotation.as_matrix)
def _(self) -> m:
    d[self] = np.sum(np.cross(mT(m), mT(d[m])), axis=-2)


@tangent(scipy.spatial.transform.Rotation.inv, gives=scipy.spatial.transform.Rotation)
def _(self) -> r:
    d[r] = -scipy.spatial.transform.Rotation.apply(self, d[self], True)


@adjoint(scipy.spatial.transform.Rotation.inv)
def _(self) -> r:
    d[self] = -scipy.spatial.transform.Rotation.apply(self, d[r])


@tangent(scipy.spatial.transform.Rotation.__mul__, gives=scipy.spatial.transform.Rotation)
def _(self, other) -> r:
    d[r] = d[self] + scipy.spatial.transform.Rotation.apply(self, d[other])


@adjoint(scipy.spatial.transform.Rotation.__mul__)
def _(self, other) -> r:
    d[self] = turns_of(d[r], self)
    d[other] = turns_of(scipy.spatial.transform.Rotation.apply(self, d[r], True), other)
