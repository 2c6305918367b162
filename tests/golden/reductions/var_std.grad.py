import numpy as np
from s2s.runtime import as_gradient, centered, ratio, reduced_size, spread_to, unbroadcast


def dispersion_grad(samples, dispersion_bar=1.0):
    """Gradient of `dispersion` with respect to samples."""
    population = np.var(samples, axis=0)
    sample = np.std(samples, axis=0, ddof=1)
    t = 1.0 + population
    t2 = sample / t
    t3 = samples.std()
    # return np.sum(sample / (1.0 + population)) + samples.std()
    off = ratio(centered(samples, None, True), t3)
    t4 = off * samples
    g = unbroadcast(
        dispersion_bar / (reduced_size(samples, None, True, False) - 0),
        np.sum(t4, axis=None, keepdims=False),
    )
    samples_bar = unbroadcast(off * spread_to(g, t4), samples)
    t_bar = spread_to(dispersion_bar, t2)
    sample_bar = t_bar / t
    t_bar = -t_bar * t2 / t
    # sample = np.std(samples, axis=0, ddof=1)
    off2 = ratio(centered(samples, 0, True), sample)
    t5 = off2 * samples
    g2 = unbroadcast(
        sample_bar / (reduced_size(samples, 0, True, False) - 1),
        np.sum(t5, axis=0, keepdims=False),
    )
    g3 = unbroadcast(off2 * spread_to(np.expand_dims(g2, 0), t5), samples)
    samples_bar = samples_bar + g3
    # population = np.var(samples, axis=0)
    t6 = 2 * centered(samples, 0, True)
    t7 = t6 * samples
    g4 = unbroadcast(
        t_bar / (reduced_size(samples, 0, True, False) - 0),
        np.sum(t7, axis=0, keepdims=False),
    )
    g5 = unbroadcast(t6 * spread_to(np.expand_dims(g4, 0), t7), samples)
    samples_bar = samples_bar + g5
    samples_bar = as_gradient(samples_bar, samples)
    return samples_bar
