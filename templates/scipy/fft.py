"""scipy.fft: Fourier transforms as those of NumPy; cosine and sine transforms."""

requires = "scipy.fft"

import numpy as np
import scipy.fft


@composite(scipy.fft.fft, "x")
def _(x, n=None, axis=-1, norm=None) -> y:
    return np.fft.fft(x, n, axis, norm)


@composite(scipy.fft.ifft, "x")
def _(x, n=None, axis=-1, norm=None) -> y:
    return np.fft.ifft(x, n, axis, norm)


@composite(scipy.fft.rfft, "x")
def _(x, n=None, axis=-1, norm=None) -> y:
    return np.fft.rfft(x, n, axis, norm)


@composite(scipy.fft.irfft, "x")
def _(x, n=None, axis=-1, norm=None) -> y:
    return np.fft.irfft(x, n, axis, norm)


@composite(scipy.fft.hfft, "x")
def _(x, n=None, axis=-1, norm=None) -> y:
    return np.fft.hfft(x, n, axis, norm)


@composite(scipy.fft.ihfft, "x")
def _(x, n=None, axis=-1, norm=None) -> y:
    return np.fft.ihfft(x, n, axis, norm)


@composite(scipy.fft.fft2, "x")
def _(x, s=None, axes=(-2, -1), norm=None) -> y:
    return np.fft.fft2(x, s, axes, norm)


@composite(scipy.fft.ifft2, "x")
def _(x, s=None, axes=(-2, -1), norm=None) -> y:
    return np.fft.ifft2(x, s, axes, norm)


@composite(scipy.fft.rfft2, "x")
def _(x, s=None, axes=(-2, -1), norm=None) -> y:
    return np.fft.rfft2(x, s, axes, norm)


@composite(scipy.fft.irfft2, "x")
def _(x, s=None, axes=(-2, -1), norm=None) -> y:
    return np.fft.irfft2(x, s, axes, norm)


@composite(scipy.fft.fftn, "x")
def _(x, s=None, axes=None, norm=None) -> y:
    return np.fft.fftn(x, s, axes, norm)


@composite(scipy.fft.ifftn, "x")
def _(x, s=None, axes=None, norm=None) -> y:
    return np.fft.ifftn(x, s, axes, norm)


@composite(scipy.fft.rfftn, "x")
def _(x, s=None, axes=None, norm=None) -> y:
    return np.fft.rfftn(x, s, axes, norm)


@composite(scipy.fft.irfftn, "x")
def _(x, s=None, axes=None, norm=None) -> y:
    return np.fft.irfftn(x, s, axes, norm)


@composite(scipy.fft.fftshift, "x")
def _(x, axes=None) -> y:
    return np.fft.fftshift(x, axes)


@composite(scipy.fft.ifftshift, "x")
def _(x, axes=None) -> y:
    return np.fft.ifftshift(x, axes)


@composite(scipy.fft.fht, "a")
def _(a, dln, mu, offset=0.0, bias=0.0) -> A:
    return a @ scipy.fft.fht(np.eye(np.shape(a)[-1]), dln, mu, offset, bias)


@composite(scipy.fft.ifht, "A")
def _(A, dln, mu, offset=0.0, bias=0.0) -> a:
    return A @ scipy.fft.ifht(np.eye(np.shape(A)[-1]), dln, mu, offset, bias)


# Cosine and sine transforms: `trigonometric` is any of them over some axes


@composite(scipy.fft.dct, "x")
def _(x, type=2, n=None, axis=-1, norm=None) -> y:
    return trigonometric(x, scipy.fft.dct, type, n, axis, norm)


@composite(scipy.fft.idct, "x")
def _(x, type=2, n=None, axis=-1, norm=None) -> y:
    return trigonometric(x, scipy.fft.idct, type, n, axis, norm)


@composite(scipy.fft.dst, "x")
def _(x, type=2, n=None, axis=-1, norm=None) -> y:
    return trigonometric(x, scipy.fft.dst, type, n, axis, norm)


@composite(scipy.fft.idst, "x")
def _(x, type=2, n=None, axis=-1, norm=None) -> y:
    return trigonometric(x, scipy.fft.idst, type, n, axis, norm)


@composite(scipy.fft.dctn, "x")
def _(x, type=2, s=None, axes=None, norm=None) -> y:
    return trigonometric(x, scipy.fft.dct, type, s, axes, norm)


@composite(scipy.fft.idctn, "x")
def _(x, type=2, s=None, axes=None, norm=None) -> y:
    return trigonometric(x, scipy.fft.idct, type, s, axes, norm)


@composite(scipy.fft.dstn, "x")
def _(x, type=2, s=None, axes=None, norm=None) -> y:
    return trigonometric(x, scipy.fft.dst, type, s, axes, norm)


@composite(scipy.fft.idstn, "x")
def _(x, type=2, s=None, axes=None, norm=None) -> y:
    return trigonometric(x, scipy.fft.idst, type, s, axes, norm)


@linear(trigonometric, "x")
def _(x, transform, type, sizes, axes, norm) -> y:
    d[x] = trigonometric_adjoint(d[y], x, transform, type, sizes, axes, norm)


@linear(trigonometric_adjoint, "g")
def _(g, x, transform, type, sizes, axes, norm) -> y:
    d[g] = trigonometric(d[y], transform, type, sizes, axes, norm)
