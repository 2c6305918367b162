"""Discrete Fourier transforms.

The matrix of `fft` is symmetric, so the transform is its own transpose.  Transforms of real
sequences keep half of the spectrum: their transposes weigh what stands for two frequencies.
"""

import numpy as np


@macro
def opposite(norm):
    if norm is None or norm == "backward":
        return "forward"
    return "ortho" if norm == "ortho" else "backward"


@macro
def fitted(g, a, size):
    # The argument was cut or padded where a size was given.
    return g if size is None else resized(g, a)


@macro
def returned(g, a, size):
    return fitted(g, a, size) if np.iscomplexobj(a) else np.real(fitted(g, a, size))


# Complex to complex


@linear(np.fft.fft, "a")
def _(a, n=None, axis=-1, norm=None, out=None) -> y:
    d[a] = returned(np.fft.fft(d[y], axis=axis, norm=norm), a, n)


@linear(np.fft.ifft, "a")
def _(a, n=None, axis=-1, norm=None, out=None) -> y:
    d[a] = returned(np.fft.ifft(d[y], axis=axis, norm=norm), a, n)


@linear(np.fft.fft2, "a")
def _(a, s=None, axes=(-2, -1), norm=None, out=None) -> y:
    d[a] = returned(np.fft.fft2(d[y], axes=axes, norm=norm), a, s)


@linear(np.fft.ifft2, "a")
def _(a, s=None, axes=(-2, -1), norm=None, out=None) -> y:
    d[a] = returned(np.fft.ifft2(d[y], axes=axes, norm=norm), a, s)


@linear(np.fft.fftn, "a")
def _(a, s=None, axes=None, norm=None, out=None) -> y:
    over = axes if s is None else fft_axes(a, s, axes)
    d[a] = returned(np.fft.fftn(d[y], axes=over, norm=norm), a, s)


@linear(np.fft.ifftn, "a")
def _(a, s=None, axes=None, norm=None, out=None) -> y:
    over = axes if s is None else fft_axes(a, s, axes)
    d[a] = returned(np.fft.ifftn(d[y], axes=over, norm=norm), a, s)


# Real to half a spectrum and back


@linear(np.fft.rfft, "a")
def _(a, n=None, axis=-1, norm=None, out=None) -> y:
    size = np.shape(a)[axis] if n is None else n
    half = halved(np.conj(d[y]), size, axis)
    d[a] = fitted(np.fft.irfft(half, size, axis=axis, norm=opposite(norm)), a, n)


@linear(np.fft.irfft, "a")
def _(a, n=None, axis=-1, norm=None, out=None) -> y:
    half = np.fft.rfft(np.real(d[y]), axis=axis, norm=opposite(norm))
    d[a] = returned(np.conj(doubled(half, np.shape(y)[axis], axis)), a, n)


@linear(np.fft.hfft, "a")
def _(a, n=None, axis=-1, norm=None, out=None) -> y:
    half = np.fft.rfft(np.real(d[y]), axis=axis, norm=norm)
    d[a] = returned(doubled(half, np.shape(y)[axis], axis), a, n)


@linear(np.fft.ihfft, "a")
def _(a, n=None, axis=-1, norm=None, out=None) -> y:
    size = np.shape(a)[axis] if n is None else n
    d[a] = fitted(np.fft.irfft(halved(d[y], size, axis), size, axis=axis, norm=norm), a, n)


@linear(np.fft.rfft2, "a")
def _(a, s=None, axes=(-2, -1), norm=None, out=None) -> y:
    sizes = fft_sizes(a, s, axes)
    half = halved(np.conj(d[y]), sizes[-1], axes[-1])
    d[a] = fitted(np.fft.irfft2(half, sizes, axes=axes, norm=opposite(norm)), a, s)


@linear(np.fft.rfftn, "a")
def _(a, s=None, axes=None, norm=None, out=None) -> y:
    over = fft_axes(a, s, axes)
    sizes = fft_sizes(a, s, over)
    half = halved(np.conj(d[y]), sizes[-1], over[-1])
    d[a] = fitted(np.fft.irfftn(half, sizes, axes=over, norm=opposite(norm)), a, s)


@linear(np.fft.irfft2, "a")
def _(a, s=None, axes=(-2, -1), norm=None, out=None) -> y:
    half = np.fft.rfft2(np.real(d[y]), axes=axes, norm=opposite(norm))
    d[a] = returned(np.conj(doubled(half, np.shape(y)[axes[-1]], axes[-1])), a, s)


@linear(np.fft.irfftn, "a")
def _(a, s=None, axes=None, norm=None, out=None) -> y:
    over = fft_axes(a, s, axes)
    half = np.fft.rfftn(np.real(d[y]), axes=over, norm=opposite(norm))
    d[a] = returned(np.conj(doubled(half, np.shape(y)[over[-1]], over[-1])), a, s)


# Order and frequencies


@linear(np.fft.fftshift, "x")
def _(x, axes=None) -> y:
    d[x] = np.fft.ifftshift(d[y], axes=axes)


@linear(np.fft.ifftshift, "x")
def _(x, axes=None) -> y:
    d[x] = np.fft.fftshift(d[y], axes=axes)


@tangent(np.fft.fftfreq, np.fft.rfftfreq)
def _(n, d=1.0, device=None) -> y:
    place = device
    d[y] = -y / d * d[d]


# Their parts are linear as well


@linear(halved, "g")
def _(g, size, axis) -> y:
    d[g] = halved(d[y], size, axis)


@linear(doubled, "g")
def _(g, size, axis) -> y:
    d[g] = doubled(d[y], size, axis)


@linear(resized, "g")
def _(g, x) -> y:
    d[g] = resized(d[y], g)

constant(fft_axes, fft_sizes)
