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
    a_dot_bar = off * spread_to(unbroadcast(t_bar, np.sum(t4)), t4)
    samples_bar = unbroadcast(a_dot_bar, samples)
    sample_bar = dispersion_bar / t
    t_bar = -sample_bar * t2
    # sample = np.std(samples, axis=0, ddof=1)
    off2 = ratio(centered(samples, 0, True), sample)
    t5 = off2 * samples
    t6 = np.sum(t5, axis=0)
    t7 = reduced_size(samples, 0, True, False)
    g = spread_to(np.expand_dims(unbroadcast(sample_bar / (t7 - 1), t6), 0), t5)
    samples_bar = samples_bar + unbroadcast(off2 * g, samples)
    # population = np.var(samples, axis=0)
    t8 = 2 * centered(samples, 0, True)
    t9 = t8 * samples
    g2 = spread_to(
        np.expand_dims(unbroadcast(t_bar / (t7 - 0), np.sum(t9, axis=0)), 0), t9
    )
    samples_bar += unbroadcast(t8 * g2, samples)
    return as_gradient(samples_bar, samples)
