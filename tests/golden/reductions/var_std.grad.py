import numpy as np
from s2s.runtime import centered, ratio, reduced_size


def dispersion_grad(samples, dispersion_bar=1.0):
    """Gradient of `dispersion` with respect to samples."""
    population = np.var(samples, axis=0)
    sample = np.std(samples, axis=0, ddof=1)
    t = 1.0 + population
    t2 = samples.std()

    # return np.sum(sample / (1.0 + population)) + samples.std()
    t_bar = dispersion_bar / (reduced_size(samples, None, True, False) - 0)
    samples_bar = ratio(centered(samples, None, True), t2) * t_bar
    sample_bar = dispersion_bar / t
    # sample = np.std(samples, axis=0, ddof=1)
    t3 = centered(samples, 0, True)
    off = ratio(t3, sample)
    t4 = reduced_size(samples, 0, True, False)
    samples_bar += off * (sample_bar / (t4 - 1))
    # population = np.var(samples, axis=0)
    samples_bar -= 2 * t3 * (sample_bar * (sample / t) / (t4 - 0))
    return samples_bar
