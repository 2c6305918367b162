import numpy as np
from s2s.runtime import centered, ratio, reduced_size


def dispersion_grad(samples, dispersion_bar=1.0):
    """Gradient of `dispersion` with respect to samples."""
    population = np.var(samples, axis=0)
    sample = np.std(samples, axis=0, ddof=1)
    t = 1.0 + population

    # return np.sum(sample / (1.0 + population)) + samples.std()
    t_bar = dispersion_bar / (reduced_size(samples, None, True, False) - 0)
    samples_bar = ratio(centered(samples, None, True), samples.std()) * t_bar
    sample_bar = dispersion_bar / t
    # sample = np.std(samples, axis=0, ddof=1)
    t2 = centered(samples, 0, True)
    off = ratio(t2, sample)
    t3 = reduced_size(samples, 0, True, False)
    samples_bar += off * (sample_bar / (t3 - 1))
    # population = np.var(samples, axis=0)
    samples_bar -= 2 * t2 * (sample_bar * (sample / t) / (t3 - 0))
    return samples_bar
