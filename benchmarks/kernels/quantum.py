"""Complex arithmetic: a Fourier transform, eigenvalues by contours, electron self-energies."""

import numpy as np

from benchmarks.kernels.kernel import Kernel


def stockham_fft(x):
    """Fourier transform for lengths that are powers of two, swapping two buffers."""
    n = x.shape[0]
    source, target = x.copy(), np.zeros_like(x)
    half, stride = n // 2, 1
    while half >= 1:
        for p in range(half):
            w = np.exp(-1j * np.pi * p / half)
            a = source[stride * p : stride * (p + 1)]
            b = source[stride * (p + half) : stride * (p + half + 1)]
            target[2 * stride * p : stride * (2 * p + 1)] = a + b
            target[stride * (2 * p + 1) : 2 * stride * (p + 1)] = (a - b) * w
        source, target = target, source
        half //= 2
        stride *= 2
    return source


def stockham_fft_loss(x, weights):
    y = stockham_fft(x)
    return np.sum(weights * (y.real**2 + y.imag))


def stockham_fft_inputs(size):
    n = {"small": 8, "large": 4096}[size]
    rng = np.random.default_rng(0)
    return rng.standard_normal(n) + 1j * rng.standard_normal(n), rng.random(n)


def contour_integral(hamiltonian, points, y):
    """Two moments of the resolvent of a banded matrix, by summing over points of a contour."""
    p0, p1 = np.zeros_like(y), np.zeros_like(y)
    for z in points:
        t = np.zeros_like(hamiltonian[0])
        for n in range(hamiltonian.shape[0]):
            t += z ** (1 - n) * hamiltonian[n]
        x = np.linalg.solve(t, y)
        if abs(z) < 1.0:
            x = -x
        p0 += x
        p1 += z * x
    return p0, p1


def contour_integral_loss(hamiltonian, points, y):
    p0, p1 = contour_integral(hamiltonian, points, y)
    return np.sum(np.abs(p0) ** 2) + np.sum(np.real(p1))


def contour_integral_inputs(size):
    slabs, n, m, points = {"small": (2, 3, 2, 4), "large": (3, 80, 40, 32)}[size]
    rng = np.random.default_rng(1)

    def draw(*shape):
        return rng.standard_normal(shape) + 1j * rng.standard_normal(shape)

    hamiltonian = draw(slabs, n, n) / n**0.5 + 3.0 * np.eye(n)
    angles = np.linspace(0.3, 2 * np.pi, points)
    radii = np.where(np.arange(points) % 2 == 0, 1.5, 0.7)
    return hamiltonian, radii * np.exp(1j * angles), draw(n, m)


def scattering_self_energies(neighbours, dh, g, d, sigma):
    """Add to sigma what electrons lose to phonons: a product for every pair of energies."""
    n_k, n_e = g.shape[:2]
    n_q, n_w = d.shape[:2]
    n_a, n_b = neighbours.shape
    for k in range(n_k):
        for e in range(n_e):
            for q in range(n_q):
                for w in range(n_w):
                    if e < w:
                        continue
                    for a in range(n_a):
                        for b in range(n_b):
                            for i in range(dh.shape[2]):
                                dhg = g[k, e - w, neighbours[a, b]] @ dh[a, b, i]
                                dhd = np.zeros_like(dhg)
                                for j in range(dh.shape[2]):
                                    dhd += dh[a, b, j] * d[q, w, a, b, i, j]
                                sigma[k, e, a] += dhg @ dhd


def scattering_self_energies_loss(neighbours, dh, g, d, sigma):
    scattering_self_energies(neighbours, dh, g, d, sigma)
    return np.sum(np.abs(sigma) ** 2)


def scattering_self_energies_inputs(size):
    n_k, n_e, n_q, n_w, n_d, n_a, n_b, norb = {
        "small": (1, 2, 1, 2, 2, 2, 1, 2),
        "large": (2, 4, 2, 3, 3, 5, 3, 4),
    }[size]
    rng = np.random.default_rng(2)

    def draw(*shape):
        return 0.5 * (rng.standard_normal(shape) + 1j * rng.standard_normal(shape))

    return (
        rng.integers(0, n_a, (n_a, n_b)),
        draw(n_a, n_b, n_d, norb, norb),
        draw(n_k, n_e, n_a, norb, norb),
        draw(n_q, n_w, n_a, n_b, n_d, n_d),
        np.zeros((n_k, n_e, n_a, norb, norb), dtype=complex),
    )


KERNELS = [
    Kernel(stockham_fft_loss, stockham_fft_inputs, ("x", "weights"), analytic=False),
    Kernel(contour_integral_loss, contour_integral_inputs, ("hamiltonian", "y"), analytic=False),
    Kernel(
        scattering_self_energies_loss, scattering_self_energies_inputs,
        ("dh", "g", "d", "sigma"), analytic=False,
    ),
]  # fmt: skip
