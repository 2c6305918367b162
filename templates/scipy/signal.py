"""scipy.signal: convolutions, filters, resampling and spectra, all linear in the signal."""

requires = "scipy.signal"

import numpy as np
import scipy.ndimage
import scipy.signal

constant(scipy.signal.square, scipy.signal.get_window, scipy.signal.butter, scipy.signal.firwin)
constant(polyphase_filter, decimation_filter, savgol_ends, sos_edge, analytic_weights)
constant(segment_index, onesided_weights, rank_source)

# Convolutions.  The adjoint of a cropped convolution puts what is left into the middle of the
# whole one, whichever mode it was.


@linear(
    scipy.signal.convolve, scipy.signal.fftconvolve, scipy.signal.oaconvolve, "in1", "in2"
)  # fmt: skip
def _(in1, in2, mode="full") -> y:
    how = mode
    d[in1] = convolution_adjoint(d[y], in1, in2)
    d[in2] = convolution_adjoint(d[y], in2, in1)


@linear(convolution_adjoint, "g", "other")
def _(g, x, other) -> y:
    d[g] = middle_convolution(d[y], other, g)
    d[other] = convolution_adjoint(g, other, d[y])


@linear(middle_convolution, "a", "b")
def _(a, b, like) -> y:
    d[a] = convolution_adjoint(d[y], a, b)
    d[b] = convolution_adjoint(d[y], b, a)


@composite(scipy.signal.correlate, "in1", "in2")
def _(in1, in2, mode="full", method="auto") -> y:
    way = method
    return scipy.signal.convolve(in1, np.conj(np.flip(in2)), mode)


@macro
def convolved_2d(a, b, mode, boundary, late):
    # The middle of the whole starts one later for a correlation with an even number of rows.
    if mode == "valid":
        return scipy.signal.convolve(a, b, "valid")
    rows, columns = np.shape(b)[0] - 1, np.shape(b)[1] - 1
    if boundary == "fill":
        whole = scipy.signal.convolve(a, b)
    else:
        how = "wrap" if boundary == "wrap" else "symmetric"
        padded = np.pad(a, ((rows, rows), (columns, columns)), how)
        whole = scipy.signal.convolve(padded, b, "valid")
    if mode == "full":
        return whole
    top, left = (rows + late) // 2, (columns + late) // 2
    return whole[top : top + np.shape(a)[0], left : left + np.shape(a)[1]]


@composite(scipy.signal.convolve2d, "in1", "in2")
def _(in1, in2, mode="full", boundary="fill", fillvalue=0) -> y:
    return convolved_2d(in1, in2, mode, boundary, 0)


@composite(scipy.signal.correlate2d, "in1", "in2")
def _(in1, in2, mode="full", boundary="fill", fillvalue=0) -> y:
    return convolved_2d(in1, np.conj(np.flip(in2)), mode, boundary, 1)


@composite(scipy.signal.deconvolve, "signal", "divisor")
def _(signal, divisor) -> (quotient, remainder):
    one = np.eye(1, np.size(signal) - np.size(divisor) + 1)[0]
    part = scipy.signal.lfilter(signal, divisor, one)
    return part, signal - scipy.signal.convolve(divisor, part)


@composite(scipy.signal.wiener, "im")
def _(im, mysize=None, noise=None) -> y:
    box = np.ones((3 if mysize is None else mysize,) * ndim(im))
    mean = scipy.signal.correlate(im, box, "same") / np.size(box)
    spread_ = scipy.signal.correlate(im**2, box, "same") / np.size(box) - mean**2
    level = np.mean(spread_) if noise is None else noise
    return np.where(spread_ < level, mean, (im - mean) * (1 - level / spread_) + mean)


# Recursive filters: a * y = b * x, differentiated as it stands


@tangent(scipy.signal.lfilter)
def _(b, a, x, axis=-1) -> y:
    d[y] = (
        scipy.signal.lfilter(b, a, d[x], axis) + scipy.signal.lfilter(d[b], a, x, axis)
        - scipy.signal.lfilter(d[a], a, y, axis)
    )  # fmt: skip


@linear(scipy.signal.lfilter, "b", "x")
def _(b, a, x, axis=-1) -> y:
    d[b] = taps_adjoint(d[y], scipy.signal.lfilter([1.0], a, x, axis), b, axis)
    d[x] = np.flip(scipy.signal.lfilter(b, a, np.flip(d[y], axis), axis), axis)


@linear(taps_adjoint, "g", "w")
def _(g, w, b, axis) -> y:
    d[g] = scipy.signal.lfilter(d[y], [1.0], w, axis)
    d[w] = np.flip(scipy.signal.lfilter(d[y], [1.0], np.flip(g, axis), axis), axis)


@linear(scipy.signal.sosfilt, "x")
def _(sos, x, axis=-1) -> y:
    d[x] = np.flip(scipy.signal.sosfilt(sos, np.flip(d[y], axis), axis), axis)


@macro
def extended(x, n, padtype, axis):
    if padtype is None or n == 0:
        return x
    size = np.shape(x)[axis]
    first = np.take(x, np.arange(1), axis=axis)
    last = np.take(x, np.arange(size - 1, size), axis=axis)
    if padtype == "constant":
        left, right = np.repeat(first, n, axis=axis), np.repeat(last, n, axis=axis)
    else:
        before = np.take(x, np.arange(n, 0, -1), axis=axis)
        after = np.take(x, np.arange(size - 2, size - n - 2, -1), axis=axis)
        left = before if padtype == "even" else 2 * first - before
        right = after if padtype == "even" else 2 * last - after
    return np.concatenate((left, x, right), axis=axis)


@macro
def settled(b, a, x, axis):
    # The filter starts as if it had seen the first value for ever.
    first = np.take(x, np.arange(1), axis=axis)
    return scipy.signal.lfilter(b, a, x - first, axis) + first * (np.sum(b) / np.sum(a))


@macro
def cut(x, n, like, axis):
    return np.take(x, np.arange(n, n + np.shape(like)[axis]), axis=axis)


@composite(scipy.signal.filtfilt, "b", "a", "x")
def _(b, a, x, axis=-1, padtype="odd", padlen=None) -> y:
    edge = 3 * max(np.size(a), np.size(b)) if padlen is None else padlen
    edge = 0 if padtype is None else edge
    forward = settled(b, a, extended(x, edge, padtype, axis), axis)
    back = np.flip(settled(b, a, np.flip(forward, axis), axis), axis)
    return cut(back, edge, x, axis)


@macro
def sos_settled(sos, x, axis):
    first = np.take(x, np.arange(1), axis=axis)
    gain = np.prod(np.sum(sos[:, :3], axis=1) / np.sum(sos[:, 3:], axis=1))
    return scipy.signal.sosfilt(sos, x - first, axis) + first * gain


@macro
def sos_both_ways(sos, x, axis, padtype, edge):
    forward = sos_settled(sos, extended(x, edge, padtype, axis), axis)
    back = np.flip(sos_settled(sos, np.flip(forward, axis), axis), axis)
    return cut(back, edge, x, axis)


@composite(scipy.signal.sosfiltfilt, "x")
def _(sos, x, axis=-1, padtype="odd", padlen=None) -> y:
    edge = sos_edge(sos) if padlen is None else padlen
    return sos_both_ways(sos, x, axis, padtype, 0 if padtype is None else edge)


@linear(scipy.signal.detrend, "data")
def _(data, axis=-1, type="linear", bp=0) -> y:
    # A projection that is its own transpose.
    d[data] = scipy.signal.detrend(d[y], axis, type, bp)


@composite(scipy.signal.savgol_filter, "x")
def _(x, window_length, polyorder, deriv=0, delta=1.0, axis=-1, mode="interp", cval=0.0) -> y:
    taps = scipy.signal.savgol_coeffs(window_length, polyorder, deriv, delta)
    if mode != "interp":
        return scipy.ndimage.convolve1d(x, taps, axis, None, mode, cval)
    n = np.shape(x)[axis]
    half = window_length // 2
    left, right = savgol_ends(window_length, polyorder, deriv, delta)
    inner = scipy.ndimage.convolve1d(x, taps, axis, None, "constant")
    first = np.moveaxis(np.take(x, np.arange(window_length), axis=axis), axis, -1) @ left
    last = np.moveaxis(np.take(x, np.arange(n - window_length, n), axis=axis), axis, -1) @ right
    middle = np.take(inner, np.arange(half, n - half), axis=axis)
    ends = np.moveaxis(first, -1, axis), np.moveaxis(last, -1, axis)
    return np.concatenate((ends[0], middle, ends[1]), axis=axis)


@composite(scipy.signal.hilbert, "x")
def _(x, N=None, axis=-1) -> y:
    n = np.shape(x)[axis] if N is None else N
    weights = analytic_weights(n, x, axis)
    return np.fft.ifft(np.fft.fft(x, n, axis) * weights, axis=axis)


# Rates


@composite(scipy.signal.upfirdn, "h", "x")
def _(h, x, up=1, down=1, axis=-1) -> y:
    return resampled(h, x, up, down, axis)


@macro
def resampled(h, x, up, down, axis):
    stretched_ = stretched(x, up, np.size(h), axis)
    whole = scipy.signal.lfilter(h, [1.0], stretched_, axis)
    return np.take(whole, np.arange(0, np.shape(whole)[axis], down), axis=axis)


@linear(stretched, "x")
def _(x, up, tail, axis) -> y:
    d[x] = unstretched(d[y], x, up, axis)


@linear(unstretched, "g")
def _(g, x, up, axis) -> y:
    d[g] = stretched(d[y], up, np.shape(g)[axis] - (np.shape(x)[axis] - 1) * up, axis)


@composite(scipy.signal.resample_poly, "x")
def _(x, up, down, axis=0, window=("kaiser", 5.0), padtype="constant") -> y:
    h, first, count, up_, down_ = polyphase_filter(np.shape(x)[axis], up, down, window)
    whole = resampled(h, x, up_, down_, axis)
    return np.take(whole, np.arange(first, first + count), axis=axis)


@composite(scipy.signal.decimate, "x")
def _(x, q, n=None, ftype="iir", axis=-1, zero_phase=True) -> y:
    if ftype == "iir":
        sos = decimation_filter(q, n, ftype)
        if zero_phase:
            whole = sos_both_ways(sos, x, axis, "odd", sos_edge(sos))
        else:
            whole = scipy.signal.sosfilt(sos, x, axis)
        return np.take(whole, np.arange(0, np.shape(x)[axis], q), axis=axis)
    if ftype == "fir" and zero_phase:
        return scipy.signal.resample_poly(x, 1, q, axis, decimation_filter(q, n, ftype))


@linear(scipy.signal.resample, "x")
def _(x, num, t=None, axis=0, window=None, domain="time") -> y:
    how = num, window
    d[x] = resample_adjoint(d[y], x, num, axis, window)


@linear(resample_adjoint, "g")
def _(g, x, num, axis, window) -> y:
    d[g] = scipy.signal.resample(d[y], num, None, axis, window)


# Spectra of segments


@macro
def segments(x, win, overlap, nfft, detrend):
    size = np.size(win)
    pieces = np.take(x, segment_index(np.shape(x)[-1], size, overlap), axis=-1)
    if detrend == "constant":
        pieces = pieces - np.mean(pieces, axis=-1, keepdims=True)
    elif detrend == "linear":
        pieces = scipy.signal.detrend(pieces, -1, "linear")
    return np.fft.rfft(pieces * win, nfft)


@macro
def scale_of(win, fs, scaling):
    return 1 / (fs * np.sum(win * win)) if scaling == "density" else 1 / np.sum(win) ** 2


@macro
def size_of(nperseg, x, axis):
    return min(256 if nperseg is None else nperseg, np.shape(x)[axis])


@macro
def overlap_of(noverlap, size, part):
    return size // part if noverlap is None else noverlap


@macro
def cross_spectrum(x, y, fs, win, overlap, nfft, detrend, scaling):
    first = segments(x, win, overlap, nfft, detrend)
    second = segments(y, win, overlap, nfft, detrend)
    return np.conj(first) * second * (scale_of(win, fs, scaling) * onesided_weights(nfft))


@macro
def power_spectrum(x, fs, win, overlap, nfft, detrend, scaling):
    part = segments(x, win, overlap, nfft, detrend)
    power = np.real(part) ** 2 + np.imag(part) ** 2
    return power * (scale_of(win, fs, scaling) * onesided_weights(nfft))


@composite(scipy.signal.welch, "x")
def _(
    x, fs=1.0, window="hann", nperseg=None, noverlap=None, nfft=None, detrend="constant",
    return_onesided=True, scaling="density", axis=-1,
) -> (f, pxx):  # fmt: skip
    size = size_of(nperseg, x, axis)
    win = scipy.signal.get_window(window, size)
    power = power_spectrum(
        np.moveaxis(x, axis, -1), fs, win, overlap_of(noverlap, size, 2),
        size if nfft is None else nfft, detrend, scaling,
    )  # fmt: skip
    return f, np.moveaxis(np.mean(power, axis=-2), -1, axis)


@composite(scipy.signal.periodogram, "x")
def _(
    x, fs=1.0, window="boxcar", nfft=None, detrend="constant", return_onesided=True,
    scaling="density", axis=-1,
) -> (f, pxx):  # fmt: skip
    size = np.shape(x)[axis]
    win = scipy.signal.get_window(window, size)
    whole = size if nfft is None else nfft
    power = power_spectrum(np.moveaxis(x, axis, -1), fs, win, 0, whole, detrend, scaling)
    return f, np.moveaxis(np.mean(power, axis=-2), -1, axis)


@composite(scipy.signal.csd, "x", "y")
def _(
    x, y, fs=1.0, window="hann", nperseg=None, noverlap=None, nfft=None, detrend="constant",
    return_onesided=True, scaling="density", axis=-1,
) -> (f, pxy):  # fmt: skip
    size = size_of(nperseg, x, axis)
    win = scipy.signal.get_window(window, size)
    power = cross_spectrum(
        np.moveaxis(x, axis, -1), np.moveaxis(y, axis, -1), fs, win,
        overlap_of(noverlap, size, 2), size if nfft is None else nfft, detrend, scaling,
    )  # fmt: skip
    return f, np.moveaxis(np.mean(power, axis=-2), -1, axis)


@composite(scipy.signal.coherence, "x", "y")
def _(
    x, y, fs=1.0, window="hann", nperseg=None, noverlap=None, nfft=None, detrend="constant",
    axis=-1,
) -> (f, cxy):  # fmt: skip
    size = size_of(nperseg, x, axis)
    win = scipy.signal.get_window(window, size)
    overlap, whole = overlap_of(noverlap, size, 2), size if nfft is None else nfft
    first, second = np.moveaxis(x, axis, -1), np.moveaxis(y, axis, -1)
    both = cross_spectrum(first, second, fs, win, overlap, whole, detrend, "density")
    both = np.mean(both, axis=-2)
    xx = np.mean(power_spectrum(first, fs, win, overlap, whole, detrend, "density"), axis=-2)
    yy = np.mean(power_spectrum(second, fs, win, overlap, whole, detrend, "density"), axis=-2)
    return f, np.moveaxis((np.real(both) ** 2 + np.imag(both) ** 2) / xx / yy, -1, axis)


@composite(scipy.signal.spectrogram, "x")
def _(
    x, fs=1.0, window=("tukey", 0.25), nperseg=None, noverlap=None, nfft=None,
    detrend="constant", return_onesided=True, scaling="density",
) -> (f, t, sxx):  # fmt: skip
    size = size_of(nperseg, x, -1)
    win = scipy.signal.get_window(window, size)
    power = power_spectrum(
        x, fs, win, overlap_of(noverlap, size, 8), size if nfft is None else nfft, detrend, scaling
    )
    return f, t, mT(power)


@composite(scipy.signal.stft, "x")
def _(
    x, fs=1.0, window="hann", nperseg=256, noverlap=None, nfft=None, detrend=False,
    return_onesided=True, boundary="zeros", padded=True,
) -> (f, t, zxx):  # fmt: skip
    size = size_of(nperseg, x, -1)
    win = scipy.signal.get_window(window, size)
    overlap = overlap_of(noverlap, size, 2)
    edge = 0 if boundary is None else size // 2
    rest = -(np.shape(x)[-1] + 2 * edge - size) % (size - overlap) if padded else 0
    wider = padded_last(x, edge, edge + rest)
    part = segments(wider, win, overlap, size if nfft is None else nfft, detrend)
    return f, t, mT(part) / np.sum(win)


@linear(padded_last, "x")
def _(x, before, after) -> y:
    d[x] = d[y][..., before : before + np.shape(x)[-1]]


@composite(scipy.signal.istft, "Zxx")
def _(
    Zxx, fs=1.0, window="hann", nperseg=None, noverlap=None, nfft=None, input_onesided=True,
    boundary=True,
) -> (t, x):  # fmt: skip
    size = 2 * (np.shape(Zxx)[-2] - 1) if nperseg is None else nperseg
    win = scipy.signal.get_window(window, size)
    step = size - overlap_of(noverlap, size, 2)
    pieces = np.fft.irfft(mT(Zxx))[..., :size] * win * np.sum(win)
    norm = overlap_added(np.broadcast_to(win * win, np.shape(pieces)[-2:]), step)
    whole = overlap_added(pieces, step)
    edge = size // 2 if boundary else 0
    inside_ = slice(edge, np.shape(whole)[-1] - edge)
    return t, (whole / np.where(norm > 1e-10, norm, 1.0))[..., inside_]


@linear(overlap_added, "x")
def _(x, step) -> y:
    d[x] = overlapping(d[y], np.shape(x)[-1], step)


@linear(overlapping, "g")
def _(g, size, step) -> y:
    d[g] = overlap_added(d[y], step)


# Responses and waves


@composite(scipy.signal.freqz, "b", "a")
def _(b, a=1, worN=512, whole=False, plot=None, fs=6.283185307179586) -> (w, h):
    points = worN, whole
    turn = -1j * w * (6.283185307179586 / fs)
    top = np.exp(turn[:, None] * np.arange(np.size(b))) @ np.atleast_1d(b)
    return w, top / (np.exp(turn[:, None] * np.arange(np.size(a))) @ np.atleast_1d(a))


@composite(scipy.signal.czt, "x")
def _(x, m=None, w=None, a=1, *, axis=-1) -> y:
    n = np.shape(x)[axis]
    count = n if m is None else m
    ratio_ = np.exp(-2j * np.pi / count) if w is None else w
    place = np.arange(n)[:, None]
    matrix = (a + 0j) ** -place * (ratio_ + 0j) ** (place * np.arange(count))
    return np.moveaxis(np.moveaxis(x, axis, -1) @ matrix, -1, axis)


@elementwise(scipy.signal.sawtooth)
def _(t, width=1) -> y:
    phase_ = np.mod(t, 6.283185307179586)
    rising = phase_ < 6.283185307179586 * width
    d[t] = d[y] * np.where(rising, 1 / width, -1 / np.where(width == 1, 1, 1 - width)) / np.pi


@composite(scipy.signal.chirp, "t", "f0", "t1", "f1", "phi")
def _(t, f0, t1, f1, method="linear", phi=0, vertex_zero=True) -> y:
    start = phi * 0.017453292519943295
    if method in ("linear", "lin", "li"):
        whole = f0 * t + (f1 - f0) / (2 * t1) * t * t
    elif method in ("quadratic", "quad", "q") and vertex_zero:
        whole = f0 * t + (f1 - f0) / (3 * t1 * t1) * t**3
    elif method in ("logarithmic", "log", "lo"):
        rate = np.log(f1 / f0) / t1
        whole = f0 * np.expm1(rate * t) / rate
    return np.cos(6.283185307179586 * whole + start)


@composite(scipy.signal.gausspulse, "t")
def _(t, fc=1000, bw=0.5, bwr=-6) -> y:
    width = -((np.pi * fc * bw) ** 2) / (4 * np.log(10.0 ** (bwr / 20.0)))
    return np.exp(-width * t * t) * np.cos(2 * np.pi * fc * t)


# Order statistics of neighbours


@composite(scipy.signal.medfilt, "volume")
def _(volume, kernel_size=3) -> y:
    source = rank_source(volume, kernel_size, 0.5, "constant")
    return np.take(np.append(np.ravel(volume), 0.0), source)


@composite(scipy.signal.order_filter, "a")
def _(a, domain, rank) -> y:
    # The rank counts the entries of a window that is full.
    part = rank / (np.size(domain) - 1)
    return np.take(
        np.append(np.ravel(a), 0.0), rank_source(a, np.shape(domain), part, "constant")
    )


@composite(scipy.signal.cspline1d, "signal")
def _(signal, lamb=0.0) -> y:
    return signal @ cspline_matrix(np.size(signal), lamb)


constant(cspline_matrix)
