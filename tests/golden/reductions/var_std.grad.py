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
    t_bar = dispersion_bar / (reduced_size(samples, None, True, False) - 0)
    g = spread_to(unbroadcast(t_bar, np.sum(t4, axis=None, keepdims=False)), t4)
    samples_bar = unbroadcast(off * g, samples)
    sample_bar = dispersion_bar / t
    t_bar = -dispersion_bar * t2 / t
    # sample = np.std(samples, axis=0, ddof=1)
    t5 = centered(samples, 0, True)
    off2 = ratio(t5, sample)
    t6 = off2 * samples
    t7 = np.sum(t6, axis=0, keepdims=False)
    t8 = reduced_size(samples, 0, True, False)
    g2 = spread_to(np.expand_dims(unbroadcast(sample_bar / (t8 - 1), t7), 0), t6)
    samples_bar = samples_bar + unbroadcast(off2 * g2, samples)
    # population = np.var(samples, axis=0)
    t9 = 2 * t5
    t10 = t9 * samples
    g3 = unbroadcast(t_bar / (t8 - 0), np.sum(t10, axis=0, keepdims=False))
    g4 = unbroadcast(t9 * spread_to(np.expand_dims(g3, 0), t10), samples)
    samples_bar += g4
    samples_bar = as_gradient(samples_bar, samples)
    return samples_bar
